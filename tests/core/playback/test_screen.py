"""The text on a page at a moment: what a person could read, without scripts and what is hidden."""

from playhead.core.events import decode_events
from playhead.core.playback.screen import MAX_LINES, screen_of
from tests.browser.pages.conftest import element, page_load, shown, text


def lines(*body, then=()) -> list[str]:
    import msgspec

    return screen_of(decode_events(msgspec.json.encode([*page_load(0, "https://a.example/", "A", *body), *then])))


def test_blocks_are_lines_and_what_is_hidden_is_not_read() -> None:
    body = (
        element(10, "h1", text(11, "Shop"), element(12, "b", text(13, " now"))),
        element(20, "script", text(21, "alert(1)")),
        element(22, "p", text(23, "secret"), hidden=""),
        element(24, "p", text(25, "secret"), style="display: none"),
        element(26, "p", text(27, "two\n  words")),
        element(28, "input", type="text", placeholder="Name", value="Ada"),
        element(30, "input", type="password", value="hunter2"),
    )
    assert lines(*body) == ["Shop now", "two words", "Name [Ada]"]


def test_it_is_the_page_of_the_moment_and_has_an_end() -> None:
    body = [element(100 + 2 * n, "p", text(101 + 2 * n, f"line {n}")) for n in range(MAX_LINES + 50)]
    found = lines(*body, then=[shown(500, 101, "changed")])
    assert found[0] == "changed" and len(found) == MAX_LINES
    assert screen_of([]) == []
