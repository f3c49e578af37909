"""Forms that come back, elsewhere or in other words: refused, thanked for, tried again, or sent where nobody looked."""

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import ends
from tests.core.signals.test_signals_silences import component

BILL = """<form id="f" action="/bills/add" method="post"><input name="what" id="what" aria-label="What?">
<label>How much?<input name="amount" id="amount"></label><button id="send">Keep</button></form>
<a id="away" href="/s">S</a>"""
LOGIN = """<form id="f" action="/enter" method="post"><input id="who" name="who" aria-label="Name">
<input id="word" name="word" type="password" aria-label="Password"><button id="send">Enter</button></form>"""


class TestOneFormOnTwoPages:
    """A server answers a form that stood in a dialog of one page with a page of its own."""

    def refused(self, times: int = 3, *, said: str = "") -> Visit:
        visit = Visit(BILL, url="https://shop.test/bills").wait(900)
        for _ in range(times):
            visit.click("#amount").type("#amount", "much").wait(300).click("#send").wait(200)
            note = said or '<p class="field-error">Only digits</p>'
            visit.load(BILL.replace("How much?<", f"How much?{note}<"), url="https://shop.test/bills/add").wait(1_500)
        return visit

    def test_it_is_refused_three_times_all_the_same(self):
        assert self.refused().signal("validation_loop").measured["refusals"] == 3

    def test_and_left_once(self):
        visit = self.refused().click("#amount").type("#amount", "lots").wait(500).click("#away").wait(200)
        kinds = ends(visit.load("<p>S</p>", url="https://shop.test/s")).kinds()
        assert kinds.count("form_abandon") == 1

    def test_another_form_there_is_another(self):
        visit = Visit(BILL, url="https://shop.test/bills").wait(900).click("#amount").type("#amount", "4").wait(300)
        other = '<form id="g"><input id="mail" name="mail" aria-label="Mail"><button id="send">Go</button></form>'
        other += '<a id="away" href="/x">X</a>'
        visit.click("#send").wait(200).load(other, url="https://shop.test/bills/add").wait(900)
        visit.click("#mail").type("#mail", "ada@shop.test").wait(900).click("#away").wait(150)
        assert ends(visit.load("<p>x</p>", url="https://shop.test/x")).kinds() == ["form_abandon"]


class TestMessagesThatNameTheirField:
    def sent(self, said: str) -> list[str]:
        visit = Visit(BILL, url="https://shop.test/bills").wait(900).click("#amount").type("#amount", "much").wait(300)
        visit.click("#send").wait(30).add("#f", f'<div class="alert alert-danger">{said}</div>')
        return ends(visit).kinds()

    def test_they_are_about_the_field_and_no_failure_of_the_press(self):
        assert "error_click" not in self.sent("How much?: This field is required")

    def test_others_are_one(self):
        assert "error_click" in self.sent("Sorry: our books are closed, nothing was kept")


class TestToneByClass:
    @pytest.mark.parametrize(("kind", "expected"), [("info", False), ("danger", True), ("warning", True)])
    def test_a_notice_that_calls_itself_information_is_no_error(self, kind: str, expected: bool):
        visit = Visit('<main id="m"><button id="go">Begin</button></main>').wait(900).click("#go").wait(40)
        visit.add("#m", f'<div class="alert alert-{kind}">The reminder was not sent, there was an error</div>')
        assert ("error_click" in ends(visit).kinds()) is expected


class TestPasswordsTypedAnew:
    def tried(self, *, anew: bool = True, between: bool = False, later: float = 0) -> list[str]:
        visit = Visit(LOGIN, url="https://shop.test/door", native=True).wait(900)
        visit.click("#word").type("#word", "marble").wait(200).click("#send").submit("#f").wait(150)
        visit.load('<h1>naw dude</h1><button id="on">Go on</button>', url="https://shop.test/enter").wait(1_200 + later)
        if between:
            visit.click("#on").wait(30).add("body", "<p>Here you are</p>").wait(1_500)
        visit.load(LOGIN, url="https://shop.test/door", how="back_forward").wait(1_000)
        if anew:
            visit.click("#word").type("#word", "granite").wait(200)
        visit.click("#send").submit("#f").wait(150)
        return ends(visit.load("<h1>hi ines</h1>", url="https://shop.test/enter")).kinds()

    def test_nobody_does_so_who_got_in(self):
        assert self.tried() == ["login_failure"]

    def test_not_where_something_was_done_inside(self):
        assert "login_failure" not in self.tried(between=True)

    def test_not_where_it_was_long_ago(self):
        assert "login_failure" not in self.tried(later=70_000)


class TestThanks:
    """A form that was thanked for was sent, whatever the recording holds of the way it went."""

    FORM = """<main id="m"><form id="f"><label>Your name <input id="name"></label>
    <button id="send" type="{}">Send</button></form><p id="said"></p><a id="away" href="/x">Elsewhere</a></main>"""

    def left(self, said: str, *, kind: str = "submit", native: bool = False) -> list[str]:
        visit = Visit(self.FORM.format(kind), native=native).wait(900).click("#name").type("#name", "Ada").wait(400)
        visit.click("#send").wait(60)
        if said:
            visit.add("#said", said)
        visit.wait(2_500).click("#away").wait(150)
        return ends(visit.load("<p>x</p>", url="https://shop.test/x")).kinds()

    @pytest.mark.parametrize("native", [True, False])
    @pytest.mark.parametrize("said", ["<b>Thank you, Ada</b>", '<b role="status">We have it. Saved at noon</b>'])
    def test_it_was_not_abandoned(self, said: str, native: bool):
        assert self.left(said, native=native) == []

    def test_nor_one_that_emptied_itself_and_was_thanked_for_in_a_dialog(self):
        visit = Visit(self.FORM.format("submit")).wait(900).click("#name").type("#name", "Ada").wait(400)
        visit.click("#send").wait(60).add("#m", '<div role="dialog"><h2>Thank you</h2><button>OK</button></div>')
        visit.value("#name", "").wait(2_500).click("#away").wait(150)
        assert ends(visit.load("<p>x</p>", url="https://shop.test/x")).kinds() == []

    def test_one_that_got_no_answer_at_all_was(self):
        assert "form_abandon" in self.left("")


class TestPagesWhoseEndIsMissing:
    """A recorder that sends what it holds every few seconds loses what came last before a page was left."""

    def left(self, unseen: float, *, native: bool = False) -> list[str]:
        visit = Visit(BILL, url="https://shop.test/bills", native=native).wait(900)
        visit.click("#what").type("#what", "Paint").wait(unseen)
        if unseen < 2_000:
            visit.click("#away").wait(150)
        return ends(visit.load("<p>Kept</p>", url="https://shop.test/bills")).kinds()

    def test_the_form_may_have_been_sent_there(self):
        assert "form_abandon" not in self.left(9_000)

    def test_not_where_the_visitor_was_seen_to_the_end(self):
        assert "form_abandon" in self.left(900)

    def test_not_where_our_own_recorder_says_when_a_form_is_sent(self):
        assert "form_abandon" in self.left(9_000, native=True)


class TestComponentsThatSend:
    def refused(self, kind: str) -> list[str]:
        visit = Visit('<form id="slot"><input id="code" aria-label="Cost centre"></form>').wait(400)
        component(visit, inner='<button type="button" id="in">Ask</button>', type=kind)
        for _ in range(3):
            visit.click("#code").type("#code", "x").wait(300).click("#in").wait(30)
            visit.set("#code", aria_invalid="true").add("#slot", '<p class="field-error" id="e">Four digits</p>')
            visit.wait(1_500).set("#code", aria_invalid="false").remove("#e").wait(300)
        return ends(visit).kinds()

    def test_the_host_says_so_whatever_button_it_draws(self):
        assert "validation_loop" in self.refused("Submit")


class TestComplaintsInBubbles:
    """A complaint in a popover that opens with its field and closes as the next press takes the focus away."""

    FORM = """<form id="f"><input id="code" aria-label="Code"><button id="go">Send</button>
    <div id="pop"><p class="field-error" id="e">Four digits</p></div></form>"""

    def test_its_closing_is_no_news(self):
        visit = Visit(self.FORM.replace(' id="pop"', ' id="pop" hidden')).wait(900)
        visit.click("#code").type("#code", "x").wait(300).click("#go").wait(30).set("#pop", hidden=None).set(
            "#pop", open=""
        )
        for _ in range(2):
            visit.wait(1_500).click("#code").type("#code", "y").wait(400)
            visit.mouse(1, "#go").wait(60).set("#pop", open=None).mouse(0, "#go").mouse(2, "#go", x=3, y=3)
        assert "validation_loop" in ends(visit).kinds()


class TestPrompts:
    FIELD = (
        '<form id="f"><div id="box"><label>Telephone <input id="tel"></label></div><button id="go">Ask</button></form>'
    )

    def test_a_field_that_is_marked_as_wrong_is_not_the_message_in_it(self):
        visit = Visit("<style>.prompt.label { color: #db2828 }</style>" + self.FIELD).wait(900)
        for _ in range(3):
            visit.click("#tel").type("#tel", "x").wait(300).click("#go").wait(20)
            visit.set("#box", class_="field error").add(
                "#box", '<div class="prompt label" id="p">Seven digits, please</div>'
            )
            visit.wait(1_800).remove("#p").set("#box", class_="field").wait(200)
        signal = ends(visit).signal("validation_loop")
        assert (signal.measured["refusals"], signal.measured["fields"]) == (3, "Telephone")

    def test_the_words_of_a_control_complain_of_nothing(self):
        page = """<style>.hot { color: #db2828; cursor: pointer }</style><form id="f"><input aria-label="Day">
        <div class="hot" id="go">Peak hours</div><button>Go</button></form>"""
        visit = Visit(page).wait(900).click("#go").wait(30).text("#go", "Peak: 17 to 18 daily")
        assert ends(visit).kinds() == []


class TestAskedPages:
    @pytest.mark.parametrize(("asked", "expected"), [(True, False), (False, True)])
    def test_going_back_from_what_one_searched_for_judges_no_link(self, asked: bool, expected: bool):
        page = """<form id="f" method="get"><input id="q" type="search" aria-label="Search">
        <button id="find">Find</button></form>
        <a id="link" href="/list?q=she">Shells</a>"""
        visit = Visit(page, url="https://shop.test/list", native=True).wait(2_000)
        if asked:
            visit.click("#q").type("#q", "she").wait(300).click("#find").submit("#f").wait(150)
        else:
            visit.click("#link").wait(150)
        visit.load(page, url="https://shop.test/list?q=she" if asked else "https://shop.test/shells").wait(1_800)
        visit.load(page, url="https://shop.test/list", how="back_forward").wait(900)
        assert ("quick_back" in visit.kinds()) is expected


class TestLeavingByTheNavigation:
    """A style sheet may swap the parts of a page in ways that are not followed: where one pressed tells it."""

    PAGE = """<{0}><button id="other">Listen</button></{0}><form id="f"><label>Lesson <input id="no"></label>
    <p class="field-error" id="e"></p><button id="go">Ask</button></form><section id="part">x</section>"""

    def left(self, around: str) -> list[str]:
        visit = Visit(self.PAGE.format(around)).wait(900).click("#no").type("#no", "four").wait(300)
        visit.click("#go").wait(30).add("#e", "Digits only").wait(1_800).click("#other").wait(30)
        return ends(visit.set("#part", class_="on")).kinds()

    def test_it_is_given_up(self):
        assert "form_abandon" in self.left("nav")

    def test_not_by_any_other_button(self):
        assert "form_abandon" not in self.left("div")


class TestFormsWhoseButtonIsNoSubmit:
    """Libraries draw `type="button"` and ask the form themselves; the complaint stays where it was when asked again."""

    PAGE = """<form id="f"><div id="box"><label>Passport <input id="pass"></label></div>
    <button type="button" id="go">Continue</button><button type="button" id="drop">Throw away</button></form>
    <nav><button id="away">House</button></nav><p id="part">x</p>"""

    def refused(self) -> Visit:
        visit = Visit(self.PAGE, native=True).wait(900).click("#pass").type("#pass", "a").wait(300).click("#go").wait(9)
        visit.set("#box", class_="is-error").add("#box", '<p class="form-item__error field-error">Two capitals</p>')
        for _ in range(2):
            visit.wait(1_500).click("#pass").type("#pass", "b").wait(300).click("#go").wait(5)
            visit.set("#box", class_="is-validating").wait(2).set("#box", class_="is-error")
        return visit

    def test_three_times_is_a_loop(self):
        assert "validation_loop" in ends(self.refused()).kinds()

    def test_and_leaving_it_then_is_giving_up(self):
        visit = self.refused().wait(2_000).click("#away").wait(20).set("#part", class_="on")
        assert "form_abandon" in ends(visit).kinds()

    def test_one_that_went_through_is_none(self):
        visit = Visit(self.PAGE, native=True).wait(900).click("#pass").type("#pass", "PT").wait(300).click("#go")
        visit.wait(150).request("/api/book", method="POST").text("#part", "Booked")
        visit.wait(2_000).click("#away").wait(20).set("#part", class_="on")
        assert ends(visit).kinds() == []


class TestQueriesThatAreNoSearch:
    FORM = """<form id="query-form" method="post"><{0} id="sql" name="sql" aria-label="Words"></{0}>
    <button id="go">Execute</button></form><p id="out"></p>"""

    def asked(self, tag: str) -> list[str]:
        visit = Visit(self.FORM.format(tag)).wait(900)
        for words in ("select a", "from b", "where c"):
            visit.click("#sql").type("#sql", words).wait(300).click("#go").wait(60).add("#out", "<b>x</b>").wait(2_000)
        return ends(visit).kinds()

    def test_several_lines_are_no_search_for_a_thing(self):
        assert "repeated_search" not in self.asked("textarea")

    def test_one_line_is(self):
        assert "repeated_search" in self.asked("input")
