"""What recordings of applications never seen before taught the detectors, each on the smallest page that shows it."""

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import BUTTON, ends

FORM = """<main><form id="f"><label for="name">Name</label><input id="name"><p id="said"></p>
<button id="send" type="submit">Send</button></form><button id="go">Go</button><p id="out">ready</p></main>"""
LOOSE = """<main><div id="box"><label for="tons">Tons</label><input id="tons">
<div><button id="add">Add</button></div><div id="said" role="alert"></div></div></main>"""


class TestLooks:
    def test_a_ripple_that_outlives_the_next_press_is_no_answer(self):
        visit = Visit(BUTTON).wait(800)
        for number in range(4):
            visit.click("#go").add("#go", f'<span class="ripple" id="r{number}"><i id="i{number}"></i></span>')
            visit.wait(30).set(f"#i{number}", class_="enter").wait(220)
            if number:
                visit.set(f"#i{number - 1}", class_="leave").remove(f"#r{number - 1}")
        assert ends(visit.wait(300).remove("#r3")).kinds() == ["rage_click", "dead_click"]

    def test_a_part_that_stays_is_an_answer(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(30).add("#go", "<svg></svg>")
        assert ends(visit).kinds() == []

    def test_focus_handed_to_a_part_of_the_control_is_no_answer(self):
        visit = Visit('<button id="go"><span id="inner"></span>Go</button>').wait(800).click("#go")
        visit.focus("#inner").set("#inner", tabindex="-1")
        assert ends(visit).kinds() == ["dead_click"]

    def test_the_look_of_a_field_that_lost_the_focus_is_no_answer(self):
        visit = Visit(FORM).wait(800).click("#name").type("#name", "Ines").wait(400)
        visit.mouse(1, "#go").wait(5).set("#name", class_="").wait(60).mouse(0, "#go").mouse(2, "#go")
        assert ends(visit).signal("dead_click").target.name == "Go"

    def test_what_the_field_says_when_it_loses_the_focus_is_one(self):
        visit = Visit(FORM).wait(800).click("#name").type("#name", "I").wait(400)
        visit.mouse(1, "#go").wait(5).add("#said", "<b>At least two letters</b>").wait(60).mouse(0, "#go").mouse(
            2, "#go"
        )
        assert "dead_click" not in ends(visit).kinds()


class TestWaits:
    def test_a_spinner_that_turns_for_long(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(20).add("#out", '<i class="spinner" id="s"></i>')
        signal = visit.wait(4_200).remove("#s").text("#out", "done").wait(500).signal("slow_response")
        assert signal.measured["waited_ms"] == pytest.approx(4_220, abs=5)

    @pytest.mark.parametrize(
        "sign", ['<p id="s">Loading…</p>', '<p id="s" aria-busy="true">.</p>', '<p id="s" role="progressbar"></p>']
    )
    def test_other_signs_of_being_busy(self, sign: str):
        visit = Visit(BUTTON).wait(800).click("#go").wait(20).add("main", sign).wait(4_000).remove("#s")
        assert visit.wait(500).kinds() == ["slow_response"]

    def test_not_when_it_is_soon_gone(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(20).add("main", '<i class="spinner" id="s"></i>')
        assert visit.wait(900).remove("#s").wait(4_000).kinds() == []

    def test_not_when_the_visitor_went_on(self):
        visit = (
            Visit(FORM).wait(800).click("#go").wait(20).add("main", '<i class="spinner" id="s"></i>').text("#out", "x")
        )
        visit.wait(700).click("#name").wait(4_000).remove("#s")
        assert visit.wait(500).kinds() == []

    def test_not_when_scrolling_brought_the_rest(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(20).add("main", '<i class="spinner" id="s"></i>')
        assert visit.wait(4_000).scroll(900).wait(120).remove("#s").wait(500).kinds() == []

    def test_a_message_over_a_socket_is_a_late_answer(self):
        visit = Visit(BUTTON, native=True).wait(800).click("#go").wait(4_300)
        assert visit.add("main", '<div role="alert">Forecast is ready</div>').wait(500).kinds() == ["slow_response"]


class TestPolling:
    def poll(self, visit: Visit, times: int) -> Visit:
        for _ in range(times):
            visit.wait(900).request("/update", method="POST")
        return visit

    def test_a_press_that_asks_the_route_that_is_polled(self):
        visit = self.poll(Visit(BUTTON, native=True), 6).wait(300).click("#go").wait(30)
        visit.request("/update", method="POST", status=500, took_ms=10).wait(570).request("/update", method="POST")
        assert self.poll(visit, 4).kinds() == ["error_click", "network_error"]

    def test_a_poll_that_fails_by_itself_is_not_the_press_s(self):
        visit = self.poll(Visit(BUTTON, native=True), 6).wait(300).click("#go").wait(20).text("#out", "done")
        visit.wait(520).request("/update", method="POST", status=500)
        assert self.poll(visit, 4).kinds() == ["network_error"]


class TestFormsWithoutForm:
    def test_refused_three_times(self):
        visit = Visit(LOOSE).wait(800).click("#tons")
        for number in range(3):
            visit.type("#tons", "many" + "y" * number).wait(300).click("#add").wait(30)
            visit.add("#said", f"<p>Attempt {number}: tons must be a number</p>").wait(1_500)
        assert visit.wait(2_000).signal("validation_loop").measured["refusals"] == 3

    def test_not_when_nothing_was_changed_in_between(self):
        visit = Visit(LOOSE).wait(800).click("#tons").type("#tons", "many")
        for number in range(3):
            visit.wait(300).click("#add").wait(30).add("#said", f"<p>Failed {number}: cannot be added</p>").wait(1_500)
        assert "validation_loop" not in visit.wait(2_000).kinds()


class TestRefusals:
    def test_a_form_that_still_complains_is_not_dead(self):
        visit = Visit(FORM).wait(800).click("#name").type("#name", "x").wait(300).click("#send").wait(30)
        visit.add("#said", '<span class="field-error">Too short</span>').wait(3_000)
        assert ends(visit.click("#send")).kinds() == []

    def test_a_server_that_breaks_refuses_nothing(self):
        visit = Visit(FORM, native=True).wait(800).type("#name", "Ines").wait(200)
        for number in range(3):
            visit.click("#send").submit("#f").wait(40).request("/save", method="POST", status=500)
            visit.wait(20).add("main", f'<div role="alert">Saving failed ({number})</div>').wait(2_500)
        assert "validation_loop" not in visit.kinds()

    def test_a_dangerous_button_is_no_message(self):
        html = '<form action="/in"><input type="password" id="p"><button id="in">Log in</button></form>'
        visit = Visit(html, url="https://shop.test/login").wait(800).type("#p", "secret").click("#in").wait(200)
        visit.load(
            '<h1>Profile</h1><a class="btn btn-danger" href="/gone">Delete profile</a>', url="https://shop.test/me"
        )
        assert ends(visit.wait(1_000)).kinds() == []

    def test_the_same_page_anew_without_what_was_typed(self):
        html = '<form action="/login"><p>{}</p><input type="password" id="p"><button id="in">Log in</button></form>'
        visit = Visit(html.format("Wrong password"), url="https://shop.test/login").wait(800)
        visit.click("#p").type("#p", "****").wait(200).click("#in").wait(300)
        visit.events[-1]["timestamp"] = visit.now
        fresh = Visit(html.format("Wrong password"), url="https://shop.test/login")
        visit.emit(4, {"href": "https://shop.test/login", "width": 1280, "height": 800})
        visit.emit(2, next(event["data"] for event in fresh.events if event["type"] == 2))
        assert ends(visit.wait(500)).trace().coverage["loads"] == 2


class TestTheSamePageAnew:
    HTML = """<form action="/add"><div><label for="phone">Phone</label><input id="phone" value="later">
    <div class="field-error">Digits only</div></div><button id="send">Save</button></form>"""

    def again(self, visit: Visit) -> Visit:
        """The whole page once more, exactly as it stands."""
        fresh = Visit(self.HTML, url="https://shop.test/add")
        visit.emit(4, {"href": "https://shop.test/add", "width": 1280, "height": 800})
        return visit.emit(2, next(event["data"] for event in fresh.events if event["type"] == 2))

    def test_after_a_form_was_sent_it_is_another_page(self):
        visit = Visit(self.HTML, url="https://shop.test/add")
        for _ in range(3):
            self.again(visit.wait(900).click("#send").wait(600))
        assert ends(visit).kinds() == ["validation_loop"]
        assert visit.trace().coverage["loads"] == 4

    def test_a_checkpoint_is_the_page_that_was_there(self):
        visit = self.again(Visit(self.HTML, url="https://shop.test/add").wait(900))
        visit = self.again(visit.wait(900).click("#send").wait(600))
        assert ends(visit).trace().coverage["loads"] == 1


class TestHiddenTyping:
    def test_a_value_set_by_a_script_is_nobodys(self):
        visit = Visit(FORM, native=True).wait(2_000).value("#name", "*****", user=False)
        assert visit.wait(500).acts("input") == []

    def test_a_form_left_by_the_address_bar_was_not_sent(self):
        visit = Visit(FORM, native=True).wait(800).click("#name").type("#name", "Ines").wait(900)
        assert visit.load("<p>Elsewhere</p>", url="https://shop.test/x").wait(900).kinds() == ["form_abandon"]

    def test_a_form_given_up_whose_letters_a_mask_hides(self):
        visit = Visit(FORM, native=True).wait(800).click("#name").key("Ctrl+A", "#name")
        for number in range(4):
            visit.wait(120).set("#send", data_dirty=str(number))
        assert visit.wait(900).load("<p>Elsewhere</p>", url="https://shop.test/x").kinds() == ["form_abandon"]


class TestSlides:
    """A slide show whose every turn takes three changes: out, in, at rest."""

    def turn(self, visit: Visit, times: int) -> Visit:
        for _ in range(times):
            at = getattr(self, "at", 0)
            old, new, self.at = f"#s{at % 4}", f"#s{(at + 1) % 4}", at + 1
            visit.set(old, class_="out").wait(20).set(new, class_="in").wait(290).set(new, class_="on").wait(1_190)
        return visit

    def test_a_dead_button_beside_it(self):
        slides = "".join(f'<div id="s{at}" class="item">Slide {at}</div>' for at in range(4))
        visit = Visit(f'<main><section><div>{slides}</div></section><p><button id="go">Go</button></p></main>')
        visit = self.turn(visit.wait(300), 5).click("#go")
        assert self.turn(visit, 4).kinds() == ["dead_click"]


class TestStyleSheets:
    def shown(self, css: str) -> list[str]:
        html = f'<style>{css}</style><main class="all"><button id="go">Go</button></main>'
        visit = Visit(html).wait(800).click("#go").wait(30).add("main", '<p role="alert">Saved</p>').wait(900)
        return [effect.text or "" for effect in visit.acts("click")[0].effects]

    @pytest.mark.parametrize(
        "css",
        [
            "@media print { .all { display: none } }",
            "@media (max-width: 700px) { .all { display: none } }",
            "@media screen and (min-width: 120em) { .all { visibility: hidden } }",
            "@media (width >= 2000px) { .all { display: none } }",
            ".all { backface-visibility: hidden }",
        ],
    )
    def test_rules_for_other_screens_hide_nothing(self, css: str):
        assert self.shown(css) == ["Saved"]

    @pytest.mark.parametrize("css", [".all { display: none }", "@media (min-width: 600px) { .all { display: none } }"])
    def test_rules_for_this_one_do(self, css: str):
        assert self.shown(css) == []


class TestMaskedTexts:
    def test_each_press_of_a_counter_is_answered_though_the_mask_shows_no_difference(self):
        visit = Visit('<main><button id="go">*** *****</button><p id="out">* ******</p></main>').wait(800)
        for _ in range(5):
            visit.click("#go").wait(20).text("#out", "* ******").wait(200)
        assert ends(visit).kinds() == []


class TestStandingComplaints:
    def test_a_field_that_complained_while_it_was_filled_refuses_the_form(self):
        html = """<form id="f"><div><label for="phone">Phone</label><input id="phone">
        <div id="said" class="field-error"></div></div><button id="send">Book</button></form>"""
        visit = Visit(html).wait(800).click("#phone").type("#phone", "none").add("#said", "<b>Digits only</b>")
        for number in range(3):
            visit.wait(300).click("#send").wait(2_700)
            visit.click("#phone").type("#phone", "later" + "r" * number)
        kinds = visit.wait(3_000).kinds()
        assert "validation_loop" in kinds
        assert "dead_click" not in kinds


class TestFingerprintsOfControls:
    """The same dead control in another session and after a deploy."""

    def dead(self, html: str, url: str = "https://shop.test/orders/17?from=mail") -> str:
        return ends(Visit(f"<main>{html}</main>", url=url).wait(800).click("button")).signal("dead_click").fingerprint

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ('<button class="btn css-1niro10">Pay</button>', '<button class="btn css-mncujx">Pay</button>'),
            (
                '<button class="st-emotion-cache-w3ti66 equpb2c0">Pay</button>',
                '<button class="st-emotion-cache-8atqhb e1h367vj0">Pay</button>',
            ),
            ('<button class="_pay_1a2b3_12">Pay</button>', '<button class="_pay_9z8y7_14">Pay</button>'),
            ('<button class="svelte-1hguek3">Pay</button>', '<button class="svelte-9hgux33">Pay</button>'),
            ('<button id="c12">Pay</button>', '<button id="c57">Pay</button>'),
            ('<button id=":r3:">Pay</button>', '<button id=":r9:">Pay</button>'),
            ("<button>Pay 12 boats</button>", "<button>Pay 40 boats</button>"),
        ],
    )
    def test_it_is_the_same(self, before: str, after: str):
        assert self.dead(before) == self.dead(after, "https://shop.test/orders/21?from=search&token=9f8e7d6c5b4a")

    def test_another_control_has_another(self):
        both = '<button id="{}">Pay</button><button>Cancel</button>'
        assert self.dead("<button>Pay</button>") != self.dead("<button>Cancel</button>")
        assert self.dead(both.format("pay")) != self.dead(both.format("send"))
        assert self.dead("<button>Pay</button>") != self.dead("<button>Pay</button>", "https://shop.test/basket")


class TestRoutesInTheHash:
    def test_back_at_once(self):
        visit = Visit('<h1>Board</h1><a id="help" href="#/help">Help</a>', native=True).wait(800).click("#help")
        visit.wait(30).route("https://shop.test/#/help", kind="hash").text("h1", "Help").wait(1_800)
        visit.route("https://shop.test/", kind="hash").text("h1", "Board").wait(1_000)
        assert visit.kinds() == ["quick_back"]

    def test_a_page_that_is_gone_where_nobody_tells_of_the_route(self):
        visit = Visit('<a id="old" href="#/old">Archive</a><main id="m"></main>').wait(800).click("#old").wait(30)
        assert visit.add("#m", "<h1>404</h1><p>This page does not exist.</p>").wait(900).kinds() == ["not_found"]

    def test_not_on_a_list_without_a_match(self):
        visit = Visit('<a id="old" href="#/old">Archive</a><main id="m"></main>').wait(800).click("#old").wait(30)
        assert visit.add("#m", "<p>Not found</p>").wait(900).kinds() == []


class TestPressesThatRemoveThemselves:
    def test_a_row_deleted_while_one_of_its_fields_had_the_focus(self):
        html = '<ul><li id="row"><input id="edit"> <button id="gone">Delete</button></li></ul>'
        visit = Visit(html).wait(800).click("#edit").focus("#edit").wait(900).click("#gone").wait(5).remove("#row")
        assert ends(visit).kinds() == []


class TestShownBySurroundings:
    CSS = """<style>.feedback { display: none } .is-invalid ~ .feedback { display: block }
    .d-block { display: block !important } .menu { display: none } .open > .menu { display: block }
    .tip { visibility: hidden } .tip.on { visibility: visible }</style>"""

    def effects(self, html: str, act) -> list[str]:
        visit = (
            Visit(f'{self.CSS}<main id="m"><button id="go">Go</button>{html}</main>').wait(800).click("#go").wait(30)
        )
        act(visit)
        return [effect.text or "" for effect in visit.wait(900).acts("click")[0].effects]

    def test_a_message_beside_a_field_that_is_marked(self):
        field = '<div id="box"><input id="f" aria-label="Year" class="is-invalid"></div>'
        said = self.effects(field, lambda v: v.add("#box", '<div class="feedback invalid-feedback">No year</div>'))
        assert said == ["Year: No year"]

    def test_not_beside_one_that_is_not(self):
        field = '<div id="box"><input id="f" aria-label="Year"></div>'
        assert (
            self.effects(field, lambda v: v.add("#box", '<div class="feedback invalid-feedback">No year</div>')) == []
        )

    def test_a_helper_class_that_is_important(self):
        assert self.effects("", lambda v: v.add("#m", '<p class="feedback d-block">Read me</p>')) == ["Read me"]

    def test_a_menu_below_what_was_opened(self):
        html = '<div id="d" class="open"></div>'
        assert self.effects(html, lambda v: v.add("#d", '<ul class="menu"><li>Rename</li></ul>')) == ["Rename"]

    def test_another_class_of_the_same_element(self):
        assert self.effects("", lambda v: v.add("#m", '<p class="tip on">Hint</p>')) == ["Hint"]

    def test_an_answer_under_the_pointer_is_the_request_s(self):
        html = '<main><form id="f"><button id="go">Join</button><p id="said">-</p></form></main>'
        visit = Visit(html, native=True).wait(800).click("#go").wait(40).request("/join", method="POST", took_ms=30)
        visit.move((100, 100), (101, 101), over="#f").text("#said", "welcome")
        assert visit.wait(900).acts("click")[0].effects[-1].text == "welcome"
