"""What a second round of unseen applications taught the detectors, each on the smallest page that shows it."""

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import ends

FORM = """<main><form id="f"><label for="name">Name</label><input id="name"><p id="said"></p>
<button id="send" type="submit">Send</button><button id="close" type="button">Close</button></form>
<p id="out">ready</p><a id="away" href="/other">Elsewhere</a></main>"""


def clicked(html: str, **told: object) -> list[str]:
    return ends(Visit(html, **told).wait(800).click("#go")).kinds()  # pyright: ignore[reportArgumentType]


class TestSilentControls:
    @pytest.mark.parametrize(
        "html",
        [
            '<button id="go" popovertarget="menu">Menu</button><div id="menu" popover>Items</div>',
            "<style>.dropdown:focus-within .dropdown-content { display: block }</style>"
            '<div class="dropdown"><div id="go" tabindex="0" role="button" class="btn">Sort</div>'
            '<ul class="dropdown-content"><li>Name</li></ul></div>',
            "<style>.has-submenu:hover > .submenu { visibility: visible; opacity: 1 }</style>"
            '<nav><div class="has-submenu"><a id="go" href="#">Products</a><ul class="submenu"></ul></div></nav>',
        ],
    )
    def test_what_the_browser_or_a_sheet_answers_is_unknown(self, html: str):
        assert clicked(html) == []

    def test_a_button_inside_what_the_sheet_shows_is_judged(self):
        css = "<style>.dropdown:hover .dropdown-content { display: block }</style>"
        html = f'{css}<div class="dropdown"><ul class="dropdown-content"><button id="go">Name</button></ul></div>'
        assert clicked(html) == ["dead_click"]

    def test_a_button_of_a_card_that_lights_up_is_judged(self):
        css = "<style>.card:hover .tools { opacity: 1 } .non-selectable:hover .focus-helper { opacity: .15 }</style>"
        html = f'{css}<div class="card non-selectable"><button id="go">Buy</button><p class="tools"></p></div>'
        assert clicked(html) == ["dead_click"]


class TestChosenAlready:
    @pytest.mark.parametrize(
        "html",
        [
            '<div><button id="go" class="seg active">Day</button><button class="seg">Week</button></div>',
            '<div><button id="go" aria-pressed="true">Day</button><button aria-pressed="false">Week</button></div>',
            '<ul><li class="active"><a id="go" href="#">Day</a></li><li><a href="#">Week</a></li></ul>',
            '<nav><a id="go" href="https://shop.test/">Home</a></nav>',
        ],
    )
    def test_the_lit_one_of_a_row_rightly_does_nothing(self, html: str):
        assert clicked(html, url="https://shop.test/") == []

    @pytest.mark.parametrize(
        "html",
        [
            '<div><button id="go" class="seg">Day</button><button class="seg active">Week</button></div>',
            '<div><button id="go" class="btn active">Pay</button></div>',
            '<div><button id="go" class="on">Pay</button><button class="on">Send</button></div>',
        ],
    )
    def test_any_other_is_judged(self, html: str):
        assert clicked(html) == ["dead_click"]


class TestElsewhere:
    @pytest.mark.parametrize("name", ["Get link", "Get the embed code's link", "Copy", "To clipboard"])
    def test_the_clipboard_is_no_part_of_the_page(self, name: str):
        assert clicked(f'<button id="go">{name}</button>') == []

    @pytest.mark.parametrize("href", ["slack://open", "zoommtg://x", "geo:38.7,-9.1", "vscode://file/x"])
    def test_other_programs_open_their_links(self, href: str):
        assert clicked(f'<a id="go" href="{href}">Open there</a>') == []


class TestBesideACanvasThatIsNotRecorded:
    def page(self, name: str) -> Visit:
        return Visit(f'<div><canvas id="c"></canvas><p><button id="go">{name}</button></p></div>').wait(800)

    def test_it_may_have_drawn(self):
        assert ends(self.page("Smooth line").click("#go")).kinds() == []

    def test_what_no_drawing_answers_is_judged(self):
        assert ends(self.page("Send report").click("#go")).kinds() == ["dead_click"]

    def test_zooming_in_quickly_is_work(self):
        visit = self.page("Zoom in")
        for _ in range(4):
            visit.click("#go").wait(260)
        assert ends(visit).kinds() == []

    def test_nobody_presses_five_times_what_works(self):
        visit = self.page("Locate me")
        for _ in range(5):
            visit.click("#go").wait(220)
        assert ends(visit).kinds() == ["rage_click", "dead_click"]


class TestRefusedAndLeft:
    def refused(self) -> Visit:
        visit = Visit(FORM).wait(800).click("#name").type("#name", "x").wait(300).click("#send").wait(30)
        return visit.add("#said", '<span class="field-error" id="e">Too short</span>').wait(2_000)

    def test_closing_it_then_is_giving_up(self):
        assert "form_abandon" in self.refused().click("#close").wait(20).remove("#f").wait(3_000).kinds()

    def test_another_page_then_is_giving_up(self):
        visit = (
            self.refused().click("#away").wait(80).load("<h1>Elsewhere</h1>", url="https://shop.test/other").wait(900)
        )
        assert "form_abandon" in visit.kinds()

    def test_the_end_of_the_recording_is_not(self):
        assert "form_abandon" not in self.refused().wait(3_000).kinds()

    def test_sending_it_after_all_is_not(self):
        visit = self.refused().type("#name", "xavier").remove("#e").click("#send").wait(40).text("#out", "Thank you")
        assert "form_abandon" not in visit.wait(900).load("<p>x</p>", url="https://shop.test/y").wait(900).kinds()

    def test_a_choice_in_a_form_without_a_button_is_a_filter(self):
        html = '<form id="f"><select id="s" aria-label="Size"><option>S</option><option>L</option></select></form>'
        visit = Visit(html, native=True).wait(800).click("#s").value("#s", "L", user=True).wait(900)
        assert visit.load("<p>x</p>", url="https://shop.test/y").wait(900).kinds() == []


class TestMessages:
    def test_an_alert_inside_a_live_region_speaks_for_itself(self):
        visit = Visit('<main><button id="go">Go</button><div id="live" aria-live="polite"></div></main>').wait(800)
        visit.click("#go").wait(30).add("#live", '<div class="alert alert-danger" role="alert">Give an address</div>')
        assert ends(visit).kinds() == ["error_click"]

    def test_turning_to_a_field_brings_no_error_about(self):
        visit = Visit(FORM).wait(800).click("#name").wait(20).add("main", '<p role="alert">Wrong password</p>')
        assert ends(visit).kinds() == []

    def test_a_message_drawn_anew_with_another_page_is_old(self):
        html = '<main id="m"><button id="go">Keep</button><a id="home" href="/home">Home</a></main>'
        visit = (
            Visit(html, native=True)
            .wait(800)
            .click("#go")
            .wait(40)
            .add("#m", '<p role="alert" id="a">Could not keep it</p>')
        )
        visit.wait(2_000).click("#home").wait(30).route("https://shop.test/home").remove("#a").wait(10)
        visit.add("#m", '<p role="alert">Could not keep it</p>').wait(2_000)
        assert [signal.refs for signal in visit.trace().signals if signal.kind == "error_click"] == [["e2"]]

    def test_a_page_that_says_no_longer_that_it_is_missing(self):
        visit = Visit(
            '<h1 id="h">Page not found</h1><a id="home" href="/">Home</a>', native=True, url="https://shop.test/x"
        )
        visit.wait(6_000).click("#home").wait(20).route("https://shop.test/").remove("#h").add("body", "<h1>Seeds</h1>")
        assert visit.wait(900).kinds() == ["not_found"]


class TestRoutesThatNobodyTold:
    def visit(self) -> Visit:
        html = '<nav><a id="bean" href="/beans/2">Bean</a></nav><main id="m"><h1 id="one">Seeds</h1></main>'
        return Visit(html, url="https://shop.test/").wait(900)

    def test_a_link_answered_by_another_heading_led_there_and_the_old_heading_is_back(self):
        visit = self.visit().click("#bean").wait(30).remove("#one").add("#m", '<div id="two"><h1>Bean no. 2</h1></div>')
        visit.wait(2_500).remove("#two").add("#m", "<div><h1>Seeds</h1></div>").wait(900)
        pages = [(page.url, page.title) for page in visit.trace().session.pages]
        assert [url for url, _ in pages] == ["https://shop.test/", "https://shop.test/beans/2", "https://shop.test/"]
        assert visit.kinds() == ["quick_back"]

    def test_a_heading_that_comes_by_itself_is_the_same_page(self):
        visit = self.visit().remove("#one").add("#m", "<div><h1>Seeds of May</h1></div>").wait(900)
        assert len(visit.trace().session.pages) == 1


class TestScripts:
    def test_a_click_that_a_script_makes_is_nobodys(self):
        visit = Visit('<input type="radio" id="r"><p id="out"></p>', native=True).wait(300)
        visit.source(2, type=2, id=visit.id("#r"), x=0, y=0).wait(40).add("body", '<p role="alert">A network error</p>')
        assert ends(visit).acts("click") == []
        assert visit.kinds() == []

    def test_a_ripple_long_after_a_press_is_no_late_answer(self):
        visit = Visit('<main><button id="go">Go</button><span id="chip">Chip</span></main>').wait(800).click("#go")
        visit.wait(3_900).add("#chip", '<span class="ripple"></span>')
        assert ends(visit).kinds() == ["dead_click"]


class TestSearchesTypedOver:
    def test_other_words_with_the_same_first_letter_are_another_search(self):
        visit = Visit('<input type="search" id="q" aria-label="Filter ropes"><p id="out">57</p>').wait(800).click("#q")
        for words in ("chain", "cable", "cord"):
            visit.type("#q", words).wait(100).text("#out", f"No rope matches {words}").wait(1_800)
        assert visit.wait(900).kinds() == ["repeated_search"]


class TestPollsThatSometimesFindNothingNew:
    def tick(self, visit: Visit, *ticks: bool) -> Visit:
        for number, told in enumerate(ticks):
            visit.wait(2_000)
            if told:
                visit.text("#n", f"{visit.now}-{number}")
        return visit

    def test_a_dead_button_beside_one(self):
        visit = Visit('<main><table><tr><td id="n">0</td></tr></table><button id="go">Go</button></main>').wait(500)
        visit = self.tick(visit, True, True, False).wait(1_500).click("#go")
        visit = visit.wait(440).text("#n", "new").wait(0)
        assert self.tick(visit, True, True, True, False, True).kinds() == ["dead_click"]

    def test_a_button_that_works_beside_one(self):
        visit = Visit('<main><table><tr><td id="n">0</td></tr></table><button id="go">Go</button></main>').wait(500)
        visit = self.tick(visit, True, True, False).wait(1_500).click("#go").wait(40).text("#n", "answer").wait(400)
        assert self.tick(visit.text("#n", "new"), True, True, True, False, True).kinds() == []

    def test_a_message_that_goes_by_itself_after_a_while_is_no_poll(self):
        visit = Visit('<main><button id="go">Go</button><p id="n">-</p></main>').wait(900)
        for _ in range(3):
            visit.click("#go").wait(60).text("#n", "Kept for you").wait(3_000).text("#n", "-").wait(9_000)
        assert ends(visit).kinds() == []


def test_a_badge_that_counts_errors_is_no_message():
    html = '<main><button id="go">Promote</button><span id="b" class="errors"></span></main>'
    visit = Visit(html).wait(800).click("#go").wait(30).add("#b", "<i>1</i>")
    assert ends(visit).kinds() == []


class TestWhereAPressWasMade:
    def test_a_router_that_moves_on_before_the_click_is_told(self):
        html = '<main><h1>Guide</h1><a id="moon" href="/moon">Moon</a></main>'
        visit = Visit(html, native=True, url="https://shop.test/guide").wait(900).mouse(1, "#moon").wait(60)
        visit.mouse(0, "#moon").route("https://shop.test/moon").mouse(2, "#moon").text("h1", "Moon").wait(1_500)
        visit.route("https://shop.test/guide", kind="pop").text("h1", "Guide").wait(900)
        assert visit.acts("click")[0].page_url == "https://shop.test/guide"
        assert visit.kinds() == ["quick_back"]

    def test_typing_into_a_field_that_took_the_focus_before_it_was_known(self):
        visit = Visit('<main><input id="q" type="search"></main>').wait(900)
        visit.source(2, type=5, id=-1).wait(1_500).type("#q", "seals").wait(900)
        assert [act.value for act in visit.acts("input")] == ["seals"]
