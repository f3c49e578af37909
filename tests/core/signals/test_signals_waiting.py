"""slow_response, where only the page shows that the visitor waits: signs of being busy that come or are revealed."""

import pytest

from tests.core.build import Visit

CALM = """<style>.off { display: none } .veil { visibility: hidden } .fold:not(.open) { display: none }</style>
<main><button id="go">Go</button>%s</main>"""
SPINNER = '<div id="over"%s><div><i class="spinner" id="turns"></i></div></div>'


def waited(html: str, begin, end, *, ms: float = 4_200) -> list[str]:
    """The kinds found where a page begins to show something on a press, and ends it `ms` later."""
    visit = begin(Visit(CALM % html).wait(900).click("#go").wait(30)).wait(ms)
    return end(visit).wait(900).kinds()


class TestRevealed:
    """Most pages hold their spinner all the time and only take away what hides it."""

    @pytest.mark.parametrize(
        ("hiding", "hidden", "shown"),
        [
            ("class", "off", ""),
            ("class", "d-none", "d-flex"),
            ("style", "display: none", "display: block"),
            ("hidden", "", None),
            ("class", "fold", "fold open"),
        ],
    )
    def test_by_what_is_around_it(self, hiding: str, hidden: str, shown: str | None):
        html = SPINNER % f' {hiding}="{hidden}"'
        kinds = waited(html, lambda v: v.set("#over", **{hiding: shown}), lambda v: v.set("#over", **{hiding: hidden}))
        assert kinds == ["slow_response"]

    def test_not_where_something_further_up_still_hides_it(self):
        html = f'<section class="off">{SPINNER % " hidden"}</section>'
        kinds = waited(html, lambda v: v.set("#over", hidden=None), lambda v: v.set("#over", hidden=""))
        assert "slow_response" not in kinds

    def test_not_where_the_press_only_hides_it(self):
        html = SPINNER % ""
        kinds = waited(html, lambda v: v.set("#over", hidden=""), lambda v: v.set("#over", hidden=None))
        assert "slow_response" not in kinds


class TestForReadersOnly:
    """What only a screen reader is told stands on the page all the same."""

    @pytest.mark.parametrize("kind", ["sr-only", "visually-hidden"])
    def test_words_for_a_screen_reader_say_that_it_is_busy(self, kind: str):
        html = '<div id="out"></div>'
        sign = f'<p id="s"><svg></svg><span class="{kind}">Loading</span></p>'
        assert waited(html, lambda v: v.add("#out", sign), lambda v: v.remove("#s")) == ["slow_response"]

    def test_a_region_that_reads_out_what_happens(self):
        html = '<p id="live" class="visually-hidden" aria-live="polite">Ready</p>'
        kinds = waited(html, lambda v: v.text("#live", "Loading more"), lambda v: v.text("#live", "6 berths"))
        assert kinds == ["slow_response"]


class TestNeverSeen:
    """What is out of sight keeps nobody waiting, however long it says that it is busy."""

    @pytest.mark.parametrize(
        "sign",
        [
            '<p id="s" hidden>Loading…</p>',
            '<p id="s" class="off">Loading…</p>',
            '<p id="s" class="veil" aria-busy="true">.</p>',
            '<div id="s" style="display: none"><i class="spinner"></i></div>',
            '<template id="s"><i class="spinner"></i></template>',
            '<dialog id="s"><i class="spinner"></i></dialog>',
        ],
    )
    def test_a_sign_that_is_put_there_out_of_sight(self, sign: str):
        html = '<div id="out">Berths</div>'
        kinds = waited(html, lambda v: v.text("#out", "Six").add("main", sign), lambda v: v.remove("#s"))
        assert "slow_response" not in kinds
