"""What a page asks by itself, fetches in place of a page, or shows only under a mask is no fault of a press."""

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import ends

STEPPER = '<main><button id="go">+</button><input id="n" value="{}"><button id="send">Save it</button></main>'
STACK = "TypeError: Cannot read properties of undefined\n    at s.turn (https://shop.test/app.js:30:6394)"


class TestPressedAlone:
    def test_what_proved_dead_in_a_burst_was_dead_before(self):
        visit = Visit('<button id="go">Share board</button>').wait(900).click("#go").wait(3_500)
        for _ in range(4):
            visit.click("#go").wait(250)
        assert ends(visit).kinds().count("dead_click") == 2

    def test_not_once_where_the_answer_may_be_elsewhere(self):
        assert ends(Visit('<button id="go">Share board</button>').wait(900).click("#go")).kinds() == []


class TestFetchedPages:
    """Turbo and its like fetch a page and put it in the place of the one that is shown."""

    def led(self, status: int, *, url: str = "https://shop.test/news") -> Visit:
        visit = Visit('<main><a id="go" href="/news">News</a></main>', native=True).wait(2_000).click("#go").wait(40)
        visit.request("/news", status=status).route(url, title="News").wait(20)
        return visit.add("main", "<h1>We looked everywhere</h1>").wait(2_000)

    def test_one_that_was_answered_with_404_is_not_there(self):
        signal = ends(self.led(404)).signal("not_found")
        assert signal.measured["status"] == 404

    def test_not_one_that_was_answered(self):
        assert "not_found" not in ends(self.led(200)).kinds()

    def test_not_where_something_else_was_asked_for(self):
        assert "not_found" not in ends(self.led(404, url="https://shop.test/other")).kinds()

    def test_going_back_from_it_is_no_judgement(self):
        for status, expected in ((404, False), (200, True)):
            visit = self.led(status).route("https://shop.test/", kind="pop", title="Shop")
            assert ("quick_back" in ends(visit).kinds()) is expected


class TestResults:
    @pytest.mark.parametrize(("path", "expected"), [("/search?q=crane", False), ("/roadmap", True)])
    def test_a_result_that_leads_back_was_found(self, path: str, expected: bool):
        visit = Visit(
            '<main><a id="go" href="/ticket/1">Crane stops</a></main>', url="https://shop.test/ticket/1", native=True
        )
        visit.wait(2_000).route(f"https://shop.test{path}", title="Search").wait(2_500).click("#go").wait(30)
        visit.route("https://shop.test/ticket/1", title="Crane stops").wait(50)
        assert ("quick_back" in ends(visit).kinds()) is expected


class TestUnderAMask:
    def pressed(self, value: str, name: str = "#go") -> list[str]:
        visit = Visit(STEPPER.format(value)).wait(900)
        for _ in range(4):
            visit.click(name).wait(300)
        return ends(visit).kinds()

    def test_a_stepper_beside_a_masked_field_may_have_stepped(self):
        assert self.pressed("*****") == []

    def test_it_is_dead_where_the_field_can_be_read(self):
        assert set(self.pressed("2")) == {"rage_click", "dead_click"}

    def test_what_does_not_step_is_judged_all_the_same(self):
        assert set(self.pressed("*****", "#send")) == {"rage_click", "dead_click"}


class TestTypingThatAsksLate:
    def typed(self, *, between: bool) -> Visit:
        page = '<form id="form"><input id="q" aria-label="Summary"><button type="button" id="go">Create</button></form>'
        visit = Visit(page, native=True).wait(900).type("#q", "crane").wait(700)
        if between:
            visit.click("#go")
        return visit.wait(1_150).add("form", "<i>asking</i>").wait(60).request("/preview", took_ms=60).wait(30)

    def test_a_preview_of_what_was_typed_is_no_answer_to_the_press(self):
        visit = self.typed(between=True).add("form", "<p>A preview of the ticket</p>")
        assert "dead_click" in ends(visit).kinds()

    def test_a_late_answer_to_a_press_stays_its_answer(self):
        page = '<form id="form"><button type="button" id="go">Create</button></form>'
        visit = Visit(page, native=True).wait(900).click("#go").wait(1_150).add("form", "<p>The ticket is made</p>")
        assert ends(visit).kinds() == []


class TestProbes:
    def pressed(self, status: int, *, seen: str = "<h1>Calendars</h1>", name: str = "Next") -> list[str]:
        visit = Visit(f'<main><button id="go">{name}</button></main>').wait(900).click("#go").wait(60)
        visit.request("/calendars", status=207).request("/sharing/list", method="POST", status=status).wait(20)
        return ends(visit.add("main", seen)).kinds()

    def test_a_server_without_a_feature_is_no_error_of_the_press(self):
        assert "error_click" not in self.pressed(404)

    def test_a_server_that_broke_is(self):
        assert "error_click" in self.pressed(500)

    def test_so_is_one_that_the_page_complains_of(self):
        assert "error_click" in self.pressed(404, seen='<div role="alert">The list could not be loaded</div>')

    @pytest.mark.parametrize(("name", "expected"), [("Logout", False), ("Save", True)])
    def test_nobody_is_known_after_signing_out(self, name: str, expected: bool):
        assert ("error_click" in self.pressed(401, name=name)) is expected


class TestCaughtOnItsWay:
    """A framework catches what a handler throws and writes it down: nothing else happens."""

    def test_a_press_whose_exception_was_only_written_down(self):
        visit = Visit('<button id="go">Weigh</button>').wait(900).click("#go").wait(5)
        assert ends(visit.console(f"Error invoking action {STACK}")).kinds() == ["error_click"]

    def test_not_where_the_page_went_on(self):
        visit = Visit('<main><button id="go">Weigh</button></main>').wait(900).click("#go").wait(5)
        visit.console(f"Could not log {STACK}").add("main", "<p>Twelve grams</p>")
        assert ends(visit).kinds() == []

    @pytest.mark.parametrize(("more", "kinds"), [("", ["error_click"]), ("<p>Audited at noon</p>", [])])
    def test_that_a_menu_closes_over_its_item_is_not_going_on(self, more: str, kinds: list[str]):
        menu = '<main><div role="menu" id="m"><div role="menuitem" id="go">Audit</div></div></main>'
        visit = Visit(menu).wait(900).click("#go").wait(5).console(f"{STACK}").set("#m", style="display: none")
        assert ends(visit.add("main", more) if more else visit).kinds() == kinds

    def test_not_for_a_line_without_an_exception(self):
        visit = Visit('<button id="go">Weigh</button>').wait(900).click("#go").wait(5).console("Weigh: deprecated")
        assert ends(visit).kinds() == ["dead_click"]


class TestWebComponents:
    @pytest.mark.parametrize(
        ("tag", "kinds"), [("se-button", ["dead_click"]), ("md-icon-btn", ["dead_click"]), ("my-card", [])]
    )
    def test_one_that_is_called_a_button_is_one(self, tag: str, kinds: list[str]):
        visit = Visit(f'<main><{tag}><div><img id="icon" alt="Wires"></div></{tag}></main>').wait(900).click("#icon")
        assert ends(visit).kinds() == kinds


class TestInstructions:
    """A part of the page opens and says in a complaint's dress what to do there."""

    PAGE = '<main><section id="list"><button id="go">Remove</button><input></section></main>'
    ASKS = '<section><h1>Remove it?</h1><div role="alert" class="error">{}</div><p>For good</p></section>'

    def opened(self, words: str, *, asked: bool = False, gone: bool = True) -> list[str]:
        visit = Visit(self.PAGE).wait(900).click("#go").wait(30)
        if asked:
            visit.request("/remove", method="POST")
        if gone:
            visit.set("#list", hidden="")
        return ends(visit.add("main", self.ASKS.format(words)).add("main", "<p>Another page</p>")).kinds()

    def test_it_is_no_error_of_the_press(self):
        assert self.opened("Please type DELETE in the field") == []

    def test_an_error_is(self):
        assert self.opened("The list could not be removed") == ["error_click"]

    def test_so_is_what_a_server_answered(self):
        assert self.opened("Please type DELETE in the field", asked=True) == ["error_click"]

    def test_so_is_what_comes_while_the_rest_stays(self):
        assert self.opened("Please type DELETE in the field", gone=False) == ["error_click"]


class TestQuestions:
    DIALOG = (
        '<div role="alertdialog" aria-modal="true"><h2>{}</h2><p>You cannot undo this</p><button>Yes</button></div>'
    )

    @pytest.mark.parametrize(
        ("heading", "kinds"), [("Block card?", []), ("The card was not blocked.", ["error_click"])]
    )
    def test_a_dialog_that_asks_has_not_failed(self, heading: str, kinds: list[str]):
        visit = Visit('<main><button id="go">Block</button></main>').wait(900).click("#go").wait(30)
        assert ends(visit.add("main", self.DIALOG.format(heading))).kinds() == kinds


class TestBesideADrawing:
    @pytest.mark.parametrize(("name", "kinds"), [("Longer", set()), ("Refresh", {"rage_click", "dead_click"})])
    def test_a_press_that_compares_may_have_drawn_each_time(self, name: str, kinds: set[str]):
        visit = Visit(f'<main><canvas></canvas><button id="go">{name}</button></main>').wait(900)
        for _ in range(4):
            visit.click("#go").wait(300)
        assert set(ends(visit).kinds()) == kinds
