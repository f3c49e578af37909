"""What stirs and is no answer: sheets adopted anew, hints, what goes with the pointer; and clicks without a press."""

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import ends

BUTTON = '<main><button id="go">Merge trips</button><p id="out">One</p></main>'


def component(visit: Visit, *, inner: str = '<button id="in">Merge</button>', **attributes: str) -> Visit:
    """A custom element with a shadow root of its own, as `my-button` in the page."""
    said = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    visit.add("#slot", f'<my-button id="host" {said}></my-button>')
    visit.add("#host", inner)
    visit.events[-1]["data"]["adds"][0]["node"]["isShadow"] = True
    visit.events[-2]["data"]["adds"][0]["node"]["isShadowHost"] = True
    return visit.wait(900)


class TestSheetsAdoptedAnew:
    def pressed(self, after: list[int]) -> list[str]:
        visit = component(Visit('<main id="slot"></main>').wait(400))
        host = visit.id("#host")
        rules = [{"styleId": at, "rules": [{"rule": "p { margin: 0 }", "index": 0}]} for at in (7, 12, 13)]
        visit.source(15, id=host, styleIds=[7, 12], styles=rules).wait(3_000)
        visit.click("#in").wait(10).source(15, id=host, styleIds=after)
        return ends(visit).kinds()

    def test_the_very_same_ones_are_no_answer(self):
        assert self.pressed([7, 12]) == ["dead_click"]

    def test_another_one_is(self):
        assert self.pressed([7, 13]) == []


class TestPressedLooksOfComponents:
    def pressed(self, **attributes: str | None) -> list[str]:
        visit = component(Visit('<main id="slot"></main>').wait(400))
        for name, value in attributes.items():
            visit.mouse(1, "#in").set("#host", **{name: ""}).wait(70)
            visit.mouse(0, "#in").mouse(2, "#in", x=9, y=9).set("#host", **{name: value})
        return ends(visit).kinds()

    def test_an_attribute_that_goes_again_is_a_look(self):
        assert self.pressed(active=None) == ["dead_click"]

    def test_one_that_stays_is_an_answer(self):
        assert self.pressed(chosen="") == []

    @pytest.mark.parametrize("name", ["disabled", "aria-busy", "loading"])
    def test_a_state_is_one_even_where_it_goes_again(self, name: str):
        assert self.pressed(**{name: None}) == []


class TestLinksWithoutAddress:
    def pressed(self, href: str, times: int = 1) -> list[str]:
        page = f'<main><a id="go" href="{href}">Delete</a></main>'
        visit = Visit(page, url="https://shop.test/#/mail/4").wait(900)
        for _ in range(times):
            visit.click("#go").wait(250)
        return ends(visit).kinds()

    def test_an_empty_one_leads_nowhere(self):
        assert self.pressed("") == ["dead_click"]

    def test_a_place_of_the_page_may_have_been_reached_unseen(self):
        assert self.pressed("#/mail/5") == []

    def test_one_that_only_ends_in_a_hash_opened_no_page(self):
        page = '<main><a id="menu" href="https://shop.test/#">Account</a><a id="away" href="/old">Old</a></main>'
        visit = Visit(page).wait(900).click("#menu").wait(30).set("#menu", aria_expanded="true").wait(4_500)
        visit.load("<p>Shop</p>", url="https://shop.test/").wait(900)
        assert "slow_response" not in visit.kinds()


class TestClicksWithoutPress:
    """A page that cancels `pointerdown` is sent no mousedown: older recorders then hold the click alone."""

    def pressed(self, **place: float) -> list[str]:
        visit = Visit(BUTTON).wait(500).click("#out").focus("#out").wait(3_000)
        for _ in range(4):
            visit.mouse(2, "#go", **place).wait(220)
        return ends(visit).kinds()

    def test_with_a_place_they_are_a_hands(self):
        assert sorted(self.pressed(x=410, y=33)) == ["dead_click", "rage_click"]

    def test_without_one_they_are_a_scripts(self):
        assert self.pressed(x=0, y=0) == []


class TestWhoOpenedAPage:
    def test_going_back_is_not_the_answer_to_what_was_pressed_long_before(self):
        page = '<main><a id="list" href="/list">List</a><a id="one" href="/list/1.txt">One</a><p id="out">x</p></main>'
        visit = Visit(page).wait(900).click("#list").wait(40).text("#out", "three files").wait(1_500)
        visit.click("#one").wait(300).load("<pre>text</pre>", url="https://shop.test/list/1.txt").wait(2_000)
        visit.scroll(200).wait(900).load(page, url="https://shop.test/list").wait(900)
        assert visit.kinds() == []


class TestHints:
    PAGE = '<main><button id="go" tt="Joins all trips">Merge</button><p id="out">One</p></main>'
    BUBBLE = '<div id="tip">{}</div>'

    def pressed(self, said: str, *, role: str = "", lag: float = 300, before: float = 150) -> list[str]:
        visit = Visit(self.PAGE).wait(900).move((10, 10), (100, 100), over="#go").wait(before).click("#go").wait(lag)
        return ends(visit.add("body", f'<div id="tip"{role}>{said}</div>')).kinds()

    def test_what_the_control_itself_says_of_itself_is_no_answer(self):
        assert self.pressed("Joins all trips") == ["dead_click"]

    def test_other_words_are(self):
        assert self.pressed("All trips are one") == []

    def test_a_tooltip_that_comes_after_the_pointer_is_none(self):
        assert self.pressed("Whatever it does", role=' role="tooltip"') == ["dead_click"]

    def test_one_that_comes_with_the_press_is(self):
        assert self.pressed("Whatever it does", role=' role="tooltip"', lag=15) == []

    def test_one_that_comes_when_the_pointer_has_long_been_there_is(self):
        assert self.pressed("Copied", role=' role="tooltip"', before=2_500) == []

    def test_it_may_go_again(self):
        visit = Visit(self.PAGE).wait(900).move((10, 10), (100, 100), over="#go").wait(100)
        visit.click("#go").wait(200).add("body", self.BUBBLE.format("Joins all trips")).wait(900).remove("#tip")
        assert ends(visit).kinds() == ["dead_click"]

    def test_a_tooltip_may_go_when_the_pointer_does(self):
        visit = Visit(self.PAGE).wait(900).move((10, 10), (100, 100), over="#go").wait(100).click("#go").wait(300)
        visit.add("body", '<div id="tip" role="tooltip">Whatever</div>').wait(4_000).click("#go").wait(1_000)
        assert ends(visit.move((300, 300), over="#out").set("#tip", class_="away")).kinds() == ["dead_click"] * 2

    def test_that_a_description_is_tied_to_a_control_is_nothing_to_see(self):
        visit = Visit(self.PAGE).wait(900).click("#go").wait(300).set("#go", aria_describedby="tip")
        assert ends(visit).kinds() == ["dead_click"]


class TestGoingWithThePointer:
    def moved(self, times: int) -> Visit:
        visit = Visit(BUTTON.replace("</main>", '<i id="halo"></i></main>')).wait(3_000)
        for at in range(times):
            visit.wait(60).move((at * 30, 20), over="main").set("#halo", style=f"left: {at * 30}px; top: 4px")
        visit.wait(150).click("#go").wait(40).move((200, 20), over="#go")
        return visit.set("#halo", style="left: 207px; top: 6px")

    def test_what_did_so_before_is_no_answer(self):
        assert ends(self.moved(5)).kinds() == ["dead_click"]

    def test_what_moves_for_the_first_time_is(self):
        assert ends(self.moved(0)).kinds() == []


class TestClocksThatLeaveBeatsOut:
    """A clock that shows the same again changes nothing: it keeps its beat all the same."""

    def beside(self, beats: tuple[int, ...]) -> list[str]:
        visit = Visit(BUTTON.replace("</main>", '<b id="free">12 free</b></main>')).wait(400)
        begun = visit.now
        for beat in beats:
            visit.now = begun + beat * 1_700
            visit.text("#free", f"{beat + 3} free")
        visit.now = begun + 1_646
        visit.click("#go")
        visit.now = begun + beats[-1] * 1_700
        visit.events.sort(key=lambda event: event["timestamp"])
        return ends(visit).kinds()

    def test_a_dead_button_beside_one_is_dead(self):
        assert self.beside((0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12)) == ["dead_click"]


class TestPagesAskedForByAScript:
    """A row leads on by script; the page may take its time, and its browser says when it was asked for."""

    def led(self, *, told: bool, later: float = 4_600) -> list[str]:
        row = '<style>.row { cursor: pointer }</style><table><tr class="row" id="go"><td>Gull 1</td></tr></table>'
        visit = Visit(row, native=True).wait(3_000).click("#go")
        asked = visit.now + 12
        visit.wait(later).load("<h1>Gull 1</h1>", url="https://shop.test/gull/1").wait(200)
        if told:
            entry = {"name": "https://shop.test/a.css", "initiatorType": "link", "status": 200, "startTime": later,
                     "duration": 30, "timestamp": asked + later}  # fmt: skip
            visit.emit(6, {"plugin": "rrweb/network@1", "payload": {"requests": [entry]}})
        return ends(visit).kinds()

    def test_it_answers_the_press_however_late_it_came(self):
        assert self.led(told=True) == ["slow_response"]

    def test_where_nothing_tells_it_may_have_been_the_address_bar(self):
        assert self.led(told=False) == ["dead_click"]


class TestEndsThatWereLost:
    """Other recorders send every few seconds, and lose what came last before a page was left."""

    def pressed(self, *, native: bool = False, moved: bool = False) -> list[str]:
        visit = Visit(BUTTON, native=native).wait(3_000).click("#go")
        if moved:
            visit.wait(1_500).move((400, 300), (420, 310))
        visit.wait(9_000)
        return ends(visit.load("<h1>Merged</h1>", url="https://shop.test/merged")).kinds()

    def test_a_press_after_which_nothing_was_seen_may_have_led_on(self):
        assert self.pressed() == []

    def test_it_is_dead_where_the_visitor_was_seen_to_wait(self):
        assert self.pressed(moved=True) == ["dead_click"]

    def test_our_own_recorder_loses_nothing(self):
        assert self.pressed(native=True) == ["dead_click"]
