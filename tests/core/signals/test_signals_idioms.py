"""Each guard of the signals on pages put together by chance: what must be found is found, and nothing else."""

from collections.abc import Callable

import pytest

from tests.core.signals.idioms import BAD, BAD_TEXTS, BUSY, FIELDS, GOOD, GOOD_TEXTS, NAMES, Idioms, Page

SEEDS = range(12)
Answer = Callable[[Idioms, Page], object]


def shows_news(idioms: Idioms, page: Page) -> None:
    page.add("#says", idioms.one_of(GOOD, text=idioms.chance.choice(GOOD_TEXTS)))


def changes_a_text(idioms: Idioms, page: Page) -> None:
    page.text("#out", f"Shown {idioms.chance.random():.6f}")


def presses_itself(idioms: Idioms, page: Page) -> None:
    page.set("#go", aria_pressed=idioms.chance.choice(("true", "false")), class_=f"c{idioms.chance.random():.4f}")


def waits_with_a_spinner(idioms: Idioms, page: Page) -> None:
    page.add("#says", f'<div id="busy">{idioms.one_of(BUSY)}</div>')
    idioms.pass_time(page, 700)
    page.remove("#busy")
    page.request("/api/list", took_ms=690)
    changes_a_text(idioms, page)


def saves_before_it_knows(idioms: Idioms, page: Page) -> None:
    """An optimistic update: shown at once, confirmed later."""
    changes_a_text(idioms, page)
    idioms.pass_time(page, 300)
    page.request("/api/save", method="POST", status=200, took_ms=300)


def goes_out_of_use(idioms: Idioms, page: Page) -> None:
    page.set("#go", disabled="")
    idioms.pass_time(page, 500)
    page.set("#go", disabled=None)
    shows_news(idioms, page)


ANSWERS = (shows_news, changes_a_text, presses_itself, waits_with_a_spinner, saves_before_it_knows, goes_out_of_use)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_control_that_answers_is_no_trouble(seed: int, answer: Answer) -> None:
    idioms = Idioms(seed)
    page = idioms.page().click("#go")
    idioms.pass_time(page, idioms.quick())
    answer(idioms, page)
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_control_that_does_nothing_is_dead_whatever_ticks_beside_it(seed: int) -> None:
    idioms = Idioms(seed)
    assert idioms.ends(idioms.page().click("#go")) == ["dead_click"]


@pytest.mark.parametrize("seed", SEEDS)
def test_quick_clicks_that_each_bring_something_are_no_rage(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page()
    for _ in range(idioms.chance.randint(4, 7)):
        page.click("#go")
        idioms.pass_time(page, 40)
        changes_a_text(idioms, page)
        idioms.pass_time(page, idioms.chance.choice((150, 300, 500)))
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_quick_clicks_that_bring_nothing_are_rage(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page()
    for _ in range(idioms.chance.randint(4, 7)):
        page.click("#go")
        idioms.pass_time(page, idioms.chance.choice((150, 300, 500)))
    assert set(idioms.ends(page)) == {"rage_click", "dead_click"}


@pytest.mark.parametrize("seed", SEEDS)
def test_bad_news_after_a_click_is_told_once(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page().click("#go")
    idioms.pass_time(page, idioms.quick())
    page.add("#says", idioms.one_of(BAD, text=idioms.chance.choice(BAD_TEXTS)))
    assert idioms.ends(page) == ["error_click"]


@pytest.mark.parametrize("seed", SEEDS)
def test_bad_news_that_stood_there_before_is_not_the_answer(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page(more=idioms.one_of(BAD, text=idioms.chance.choice(BAD_TEXTS))).click("#go")
    idioms.pass_time(page, idioms.quick())
    changes_a_text(idioms, page)
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_an_exception_after_a_click_belongs_to_it(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page().click("#go")
    idioms.pass_time(page, idioms.quick())
    page.throws("Cannot read properties of undefined (reading 'total')")
    assert set(idioms.ends(page)) == {"error_click", "js_error"}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_after_four_seconds_is_slow_and_not_dead(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page().click("#go")
    idioms.pass_time(page, 4_200)
    page.request("/api/report", took_ms=4_150)
    changes_a_text(idioms, page)
    assert idioms.ends(page) == ["slow_response"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_poll_that_fails_while_somebody_works_is_not_the_controls_trouble(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page()
    for turn in range(5):
        idioms.pass_time(page, 1_700)
        page.request("/api/poll", status=503, took_ms=40)
        if turn in (2, 3):
            page.click("#go")
            idioms.pass_time(page, idioms.quick())
            changes_a_text(idioms, page)
    assert "error_click" not in idioms.ends(page)


@pytest.mark.parametrize("seed", SEEDS)
def test_fields_are_not_dead_and_what_was_sent_is_not_abandoned(seed: int) -> None:
    idioms = Idioms(seed)
    field = idioms.one_of(FIELDS, name="Name")
    page = idioms.page(native=True, more=f'<form id="f">{field}<button id="send" type="submit">Send</button></form>')
    page.click("#name")
    idioms.pass_time(page, 300)
    page.type("#name", "Ada Byron")
    idioms.pass_time(page, 500)
    page.click("#send").submit("#f")
    idioms.pass_time(page, idioms.quick())
    page.request("/api/send", method="POST", status=200, took_ms=5)
    shows_news(idioms, page)
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_form_refused_three_times_goes_round_in_circles(seed: int) -> None:
    idioms = Idioms(seed)
    field = idioms.one_of(FIELDS, name="Code")
    page = idioms.page(native=True, more=f'<form id="f">{field}<p id="said"></p><button id="send">Send</button></form>')
    said = idioms.chance.choice(("Enter six digits", "This code is not valid", "Must be a number"))
    for turn in range(3):
        page.click("#name")
        idioms.pass_time(page, 300)
        page.type("#name", f"tide{turn}")
        idioms.pass_time(page, 500)
        page.click("#send")
        idioms.pass_time(page, idioms.quick())
        page.set("#name", aria_invalid="true")
        page.add("#said", f'<span id="wrong{turn}" class="field-error">{said}</span>')
        idioms.pass_time(page, 1_500)
        if turn < 2:
            page.remove(f"#wrong{turn}").set("#name", aria_invalid=None)
    assert "validation_loop" in idioms.ends(page)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_disabled_control_that_is_pressed_again_and_again_is_dead(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page(more=f'<button id="off" disabled>{idioms.chance.choice(NAMES)} now</button>')
    for _ in range(4):
        page.press("#off")
        idioms.pass_time(page, 300)
    assert set(idioms.ends(page)) == {"rage_click", "dead_click"}


def opens_on_press(idioms: Idioms, page: Page) -> None:
    page.mouse(1, "#go", x=100, y=100)
    idioms.pass_time(page, 15)
    page.add("#says", '<ul role="menu"><li role="menuitem">Rename</li><li role="menuitem">Delete</li></ul>')
    idioms.pass_time(page, 60)
    page.mouse(0, "#go", x=100, y=100).mouse(2, "#go", x=100, y=100, pointerType=0)


def scrolls(idioms: Idioms, page: Page) -> None:
    page.click("#go")
    for step in range(1, 5):
        idioms.pass_time(page, 60)
        page.scroll(200 * step)


def plays(idioms: Idioms, page: Page) -> None:
    page.click("#go")
    idioms.pass_time(page, idioms.quick())
    page.source(7, id=page.id("#film"), type=0, currentTime=0)


def draws(idioms: Idioms, page: Page) -> None:
    page.click("#go")
    idioms.pass_time(page, idioms.quick())
    page.source(9, id=page.id("#board"), type=0, commands=[{"property": "fillRect", "args": [0, 0, 9, 9]}])


def goes_elsewhere(idioms: Idioms, page: Page) -> None:
    page.click("#go")
    idioms.pass_time(page, idioms.quick())
    page.route("https://shop.test/other")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", [opens_on_press, scrolls, plays, draws, goes_elsewhere])
def test_an_answer_that_is_no_text_is_an_answer(seed: int, way: Answer) -> None:
    idioms = Idioms(seed)
    page = idioms.page(native=True, more='<video id="film"></video><canvas id="board"></canvas>')
    way(idioms, page)
    assert idioms.ends(page) == []


UNANSWERED = (
    '<a id="{id}" href="/list.csv" download>Download the list</a>',
    '<a id="{id}" href="https://elsewhere.test/" target="_blank">About us</a>',
    '<a id="{id}" href="mailto:desk@shop.test">Write to us</a>',
    '<label id="{id}" for="size">Size</label><input id="size">',
    '<input id="{id}" type="search" placeholder="Search">',
    '<select id="{id}"><option>Small</option><option>Large</option></select>',
    '<input id="{id}" type="date">',
    '<div id="{id}" contenteditable="true">Dear all</div>',
    '<p id="{id}">The tide comes in twice a day and takes whatever was left on the sand.</p>',
    '<button id="{id}" aria-current="page">Home</button>',
    '<div role="tablist"><button role="tab" id="{id}" aria-selected="true">Day</button></div>',
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("form", UNANSWERED)
def test_what_leaves_no_trace_or_is_no_control_is_not_dead(seed: int, form: str) -> None:
    idioms = Idioms(seed)
    page = idioms.page(more=form.format(id="it"))
    for _ in range(3 if form.startswith(("<p", "<input")) else 1):  # three clicks select what is written there
        page.click("#it")
        idioms.pass_time(page, 180)
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_answered_while_it_is_typed_is_no_search_in_vain(seed: int) -> None:
    idioms = Idioms(seed)
    page = (
        idioms.page(more='<input id="q" type="search" aria-label="Search"><ul id="hits"></ul>').click("#q").focus("#q")
    )
    for end in range(1, 8):
        idioms.pass_time(page, idioms.chance.choice((110, 250, 600)))
        page.value("#q", "mooring"[:end])
        page.add("#hits", f"<li>Hit {end}</li>")
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kept", ["autosaved", "cleared"])
def test_a_form_that_keeps_itself_or_is_emptied_is_not_abandoned(seed: int, kept: str) -> None:
    idioms = Idioms(seed)
    field = idioms.one_of(FIELDS, name="Note")
    page = idioms.page(native=True, more=f'<form id="f">{field}<button id="send">Send</button></form>').click("#name")
    idioms.pass_time(page, 300)
    page.type("#name", "Low water at noon")
    idioms.pass_time(page, 800)
    if kept == "autosaved":
        page.request("/api/draft", method=idioms.chance.choice(("PUT", "POST", "PATCH")), status=200, took_ms=40)
        shows_news(idioms, page)
    else:
        page.value("#name", "")
    assert idioms.ends(page) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_filled_in_and_left_is_abandoned(seed: int) -> None:
    idioms = Idioms(seed)
    field = idioms.one_of(FIELDS, name="Name")
    page = idioms.page(native=True, more=f'<form id="f">{field}<button id="send">Send</button></form>').click("#name")
    idioms.pass_time(page, 300)
    page.type("#name", "Ada Byron")
    idioms.pass_time(page, 2_000)
    page._document = 0
    page.load("<h1>Home</h1><p>Boats</p>", url="https://shop.test/home")
    idioms.ticking = False
    assert idioms.ends(page) == ["form_abandon"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_calm_pointer_and_a_word_like_404_are_nothing(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page(more="<h2>Room 404</h2><p>Flight 404 leaves at nine; 404 seats were sold.</p>")
    for turn in range(4):
        idioms.pass_time(page, 900)
        page.move((100, 100 + 90 * turn), (500, 110 + 90 * turn), (1_000, 120 + 90 * turn), step_ms=120)
    idioms.pass_time(page, 60_000)  # and then nobody comes back
    assert page.kinds() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_requests_nobody_waits_for_are_no_trouble(seed: int) -> None:
    idioms = Idioms(seed)
    page = idioms.page().click("#go")
    idioms.pass_time(page, 20)
    changes_a_text(idioms, page)
    page.request(idioms.chance.choice(("/g/collect", "/collect?v=2", "/api/telemetry")), method="POST", status=0)
    idioms.pass_time(page, 2_000)
    page.request("/api/report", took_ms=6_000)
    assert idioms.ends(page) == []
