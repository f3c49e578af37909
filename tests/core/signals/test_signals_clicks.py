"""rage_click, dead_click, error_click: each fires on its trouble and keeps quiet on every look-alike."""

import pytest

from tests.core.build import Visit

BUTTON = '<main><button id="go">Go</button><p id="out">ready</p></main>'


def clicked(visit: Visit, target: str, times: int, *, gap_ms: float = 250) -> Visit:
    for _ in range(times):
        visit.click(target).wait(gap_ms)
    return visit


def ends(visit: Visit) -> Visit:
    """The recorder goes on for a while and sees the pointer move."""
    return visit.wait(3_000).move((400, 300), (420, 310))


class TestDeadClick:
    def test_a_button_that_does_nothing(self):
        signal = ends(Visit(BUTTON).wait(800).click("#go")).signal("dead_click")
        assert signal.target is not None
        assert (signal.target.role, signal.target.name) == ("button", "Go")
        assert signal.measured["waited_ms"] == 2_500
        assert signal.refs == ["e2"]

    def test_dead_presses_in_a_row_are_one_signal(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(1_400).click("#go").wait(1_400).click("#go")
        signal = ends(visit).signal("dead_click")
        assert signal.measured["clicks"] == 3
        assert signal.refs == ["e2", "e3", "e4"]

    def test_coming_back_to_a_dead_control_is_another(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(4_000).click("#go")
        assert ends(visit).kinds() == ["dead_click", "dead_click"]

    @pytest.mark.parametrize(
        "html",
        [
            '<input id="go" aria-label="Name">',
            '<select id="go"><option>One</select>',
            '<textarea id="go"></textarea>',
            '<label id="go" for="x">Name</label><input id="x">',
            '<div id="go" contenteditable="true">Write</div>',
            '<p id="go">Only words</p>',
            '<canvas id="go" width="200" height="100"></canvas>',
            '<video id="go"></video>',
            '<iframe id="go" src="https://other.test/"></iframe>',
            '<a id="go" href="/file.csv" download>Data</a>',
            '<a id="go" href="https://other.test/" target="_blank">Elsewhere</a>',
            '<a id="go" href="mailto:a@b.test">Write to us</a>',
            '<a id="go" href="/report.pdf">The report</a>',
            '<button id="go">Download</button>',
            '<button id="go">Copy link</button>',
            '<button id="go">Print</button>',
            '<button id="go" role="tab" aria-selected="true">First</button>',
            '<a id="go" href="/" aria-current="page">Home</a>',
        ],
    )
    def test_not_on_what_reacts_elsewhere_or_is_no_control(self, html: str):
        assert ends(Visit(f"<main>{html}</main>").wait(800).click("#go")).kinds() == []

    @pytest.mark.parametrize(
        "html",
        [
            '<div id="go" role="button">Go</div>',
            '<a id="go" href="#">Go</a>',
            '<a id="go" href="javascript:void(0)">Go</a>',
            '<div id="go" onclick="x()">Go</div>',
            '<span id="go" class="btn btn-primary">Go</span>',
            '<div id="go" style="cursor: pointer">Go</div>',
            '<style>.tile { cursor: pointer }</style><div id="go" class="tile">Go</div>',
            '<li role="menuitem" id="go">Go</li>',
            '<input type="submit" id="go" value="Go">',
        ],
    )
    def test_on_whatever_looks_like_a_control(self, html: str):
        assert ends(Visit(f"<main>{html}</main>").wait(800).click("#go")).kinds() == ["dead_click"]

    def test_the_part_of_a_control_that_was_hit_stands_for_it(self):
        visit = Visit('<button id="go"><svg><path id="hit"></path></svg> Go</button>').wait(800).click("#hit")
        assert ends(visit).signal("dead_click").target.name == "Go"

    @pytest.mark.parametrize(
        "answer",
        [
            lambda v: v.text("#out", "done"),
            lambda v: v.add("main", "<p>more</p>"),
            lambda v: v.set("#out", class_="open"),
            lambda v: v.set("#go", aria_pressed="true"),
            lambda v: v.scroll(800),
            lambda v: v.source(7, id=v.id("#out"), type=0),
            lambda v: v.source(9, id=v.id("#out"), type=0, commands=[]),
            lambda v: v.source(15, id=1, styleIds=[3], styles=[{"styleId": 3, "rules": [{"rule": "p{}"}]}]),
            lambda v: v.request("/api/save", method="POST"),
            lambda v: v.focus("#out"),
            lambda v: v.custom("window hidden"),
            lambda v: v.custom("playhead.visibility", state="hidden"),
            lambda v: v.load("<p>next</p>", url="https://shop.test/next", title="Next"),
        ],
    )
    def test_any_reaction_counts(self, answer):
        assert ends(answer(Visit(BUTTON).wait(800).click("#go").wait(120))).kinds() == []

    def test_its_own_focus_is_no_reaction(self):
        visit = Visit(BUTTON).wait(800).mouse(1, "#go").focus("#go").wait(50).mouse(0, "#go").mouse(2, "#go")
        assert ends(visit).kinds() == ["dead_click"]

    def test_a_pressed_look_that_goes_away_is_no_reaction(self):
        visit = Visit(BUTTON).wait(800).mouse(1, "#go").set("#go", class_="is-down").wait(80)
        visit.mouse(0, "#go").mouse(2, "#go").wait(60).set("#go", class_=None)
        assert ends(visit).kinds() == ["dead_click"]

    def test_a_look_that_stays_is_one(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(30).set("#go", class_="liked")
        assert ends(visit).kinds() == []

    def test_a_menu_that_opened_on_mousedown_has_reacted(self):
        visit = Visit(BUTTON).wait(800).mouse(1, "#go").wait(5).add("main", "<ul><li>Open file</li></ul>")
        visit.wait(70).mouse(0, "#go").mouse(2, "#go")
        assert ends(visit).kinds() == []
        assert visit.acts("click")[0].reaction_ms == 0

    def test_a_disabled_button_gets_no_click_but_was_pressed(self):
        visit = ends(Visit('<button id="go" disabled>Send</button>').wait(800).press("#go"))
        signal = visit.signal("dead_click")
        assert signal.measured["disabled"] is True
        assert visit.acts("click")[0].detail["press"] is True

    def test_unknown_is_not_dead_when_the_recording_ends(self):
        assert Visit(BUTTON).wait(800).click("#go").wait(400).move((1, 1), (2, 2)).kinds() == []

    def test_unknown_is_not_dead_beside_a_canvas_that_is_not_recorded(self):
        html = '<main><button id="go">Draw</button><canvas width="300" height="200"></canvas></main>'
        assert ends(Visit(html).wait(800).click("#go")).kinds() == []

    def test_words_selected_by_clicking_a_control(self):
        visit = Visit(BUTTON).wait(800).click("#go").click("#go").select("#go")
        assert ends(visit).kinds() == []

    def test_a_page_load_nobody_asked_for_is_no_answer(self):
        visit = Visit(BUTTON, native=True).wait(800).click("#go").wait(4_000)
        visit.load("<p>again</p>", how="reload").wait(3_000).move((1, 1), (2, 2))
        assert visit.kinds() == ["dead_click"]

    def test_a_failing_picture_is_no_answer(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(100).request("/x.png", status=404, initiator="img")
        assert sorted(ends(visit).kinds()) == ["dead_click", "network_error"]


class TestAmbient:
    CLOCK = '<main><span id="clock">0</span><button id="go">Go</button><p id="out">ready</p></main>'

    def ticking(self, *, click_at: float, answer_at: float | None = None, every: float = 1_000) -> Visit:
        visit = Visit(self.CLOCK)
        tick = every
        done = [False, answer_at is None]
        while tick < 12_000:
            if not done[0] and click_at < tick:
                visit.at(click_at - 60).click("#go")
                done[0] = True
            if not done[1] and answer_at is not None and answer_at < tick:
                visit.at(answer_at).text("#out", "done")
                done[1] = True
            visit.at(tick).text("#clock", str(tick))
            tick += every
        return visit

    @pytest.mark.parametrize("click_at", [1_420, 1_980, 2_500, 3_010, 5_300])
    def test_a_dead_button_beside_a_clock(self, click_at: float):
        assert self.ticking(click_at=click_at).kinds() == ["dead_click"]

    @pytest.mark.parametrize("lag", [15, 60, 300, 900])
    def test_a_live_button_beside_a_clock(self, lag: float):
        assert self.ticking(click_at=5_300, answer_at=5_300 + lag).kinds() == []

    def test_a_dead_button_beside_a_slide_show(self):
        slides = "".join(f'<li id="s{n}">Slide {n}</li>' for n in range(4))
        visit = Visit(f'<ul>{slides}</ul><button id="go">Go</button>')
        for turn in range(8):
            visit.at(1_500 * (turn + 1)).set(f"#s{turn % 4}", class_="on").set(f"#s{(turn - 1) % 4}", class_=None)
            if turn == 4:
                visit.wait(400).click("#go")
        assert visit.kinds() == ["dead_click"]

    def test_a_clock_that_the_click_started_is_its_answer(self):
        visit = Visit(self.CLOCK).wait(800).click("#go")
        for _ in range(8):
            visit.wait(1_000).text("#clock", str(visit.now))
        assert visit.kinds() == []


class TestRageClick:
    def test_a_dead_button_hit_again_and_again(self):
        visit = ends(clicked(Visit(BUTTON).wait(800), "#go", 5))
        signal = visit.signal("rage_click")
        assert signal.measured["clicks"] == 5
        assert signal.refs == ["e2", "e3", "e4", "e5", "e6"]
        assert "dead_click" in visit.kinds()

    def test_two_clicks_are_none(self):
        assert "rage_click" not in ends(clicked(Visit(BUTTON).wait(800), "#go", 2)).kinds()

    def test_slow_clicks_are_none(self):
        assert "rage_click" not in ends(clicked(Visit(BUTTON).wait(800), "#go", 4, gap_ms=1_400)).kinds()

    def test_a_stepper_that_answers_every_click(self):
        visit = Visit(BUTTON).wait(800)
        for step in range(5):
            visit.click("#go").wait(50).text("#out", str(step)).wait(200)
        assert ends(visit).kinds() == []

    def test_a_stepper_that_answers_late_but_every_time(self):
        visit = Visit(BUTTON).wait(800)
        for step in range(5):
            visit.click("#go").wait(10)
            if step:
                visit.text("#out", str(step))
            visit.wait(180)
        visit.wait(100).text("#out", "5")
        assert ends(visit).kinds() == []

    def test_a_button_that_answered_only_once(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(30).text("#out", "Importing…").wait(200)
        assert ends(clicked(visit, "#go", 5)).kinds().count("rage_click") == 1

    def test_an_answer_that_changes_nothing_is_not_seen(self):
        visit = Visit(BUTTON).wait(800)
        for _ in range(5):
            visit.click("#go").wait(20).text("#out", "ready").wait(200)
        assert "rage_click" in ends(visit).kinds()

    def test_requests_alone_keep_nobody_calm(self):
        visit = Visit(BUTTON).wait(800)
        for _ in range(5):
            visit.click("#go").wait(220)
        visit.wait(1_500)
        for _ in range(5):
            visit.request("/api/pay", method="POST", took_ms=2_000)
        visit.wait(20).text("#out", "paid")
        assert "rage_click" in ends(visit).kinds()

    def test_triple_click_that_selects_a_paragraph(self):
        visit = Visit('<p id="text">Some words to select</p>').wait(800)
        visit = clicked(visit, "#text", 3, gap_ms=60).select("#text")
        assert ends(visit).kinds() == []

    @pytest.mark.parametrize(
        "html", ['<input id="go">', '<canvas id="go"></canvas>', '<div id="go" contenteditable="true">x</div>']
    )
    def test_not_in_fields_editors_and_games(self, html: str):
        assert ends(clicked(Visit(html).wait(800), "#go", 6)).kinds() == []

    def test_a_control_drawn_anew_is_still_the_same_place(self):
        visit = Visit('<main id="m"><button id="go">Go</button></main>').wait(800)
        for turn in range(5):
            visit.click(f"#{'go' if turn == 0 else f'go{turn}'}").wait(150)
            visit.mutate(
                removes=[{"parentId": visit.id("#m"), "id": visit.id(f"#{'go' if turn == 0 else f'go{turn}'}")}]
            )
            visit.add("#m", f'<button id="go{turn + 1}">Go</button>').wait(100)
        assert ends(visit).kinds() == []  # each click was answered: the control came anew

    def test_presses_on_a_disabled_control(self):
        visit = Visit('<button id="go" disabled>Send</button>').wait(800)
        for _ in range(4):
            visit.press("#go").wait(250)
        assert sorted(ends(visit).kinds()) == ["dead_click", "rage_click"]

    def test_thresholds_can_be_overridden_for_a_site(self):
        visit = ends(clicked(Visit(BUTTON).wait(800), "#go", 4))
        assert "rage_click" in visit.kinds()
        assert "rage_click" not in visit.kinds(overrides={"rage_click": {"min_clicks": 6}})


class TestErrorClick:
    def test_an_exception_right_after_the_click(self):
        visit = ends(Visit(BUTTON).wait(800).click("#go").wait(5).throws("x is undefined"))
        assert visit.signal("error_click").measured["exception"] == "TypeError: x is undefined"
        assert "js_error" in visit.kinds()

    def test_a_failed_request_however_long_it_took(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(2_000)
        visit.request("/api/pay", method="POST", status=402, took_ms=1_980).wait(10)
        visit.add("main", '<div role="alert">Card declined</div>')
        signal = ends(visit).signal("error_click")
        assert signal.measured["status"] == 402
        assert signal.measured["message"] == "Card declined"

    @pytest.mark.parametrize(
        "markup",
        [
            '<div role="alert">Could not save</div>',
            '<div class="alert alert-danger">Something is off</div>',
            '<div class="toast error">Upload failed</div>',
            '<div role="alertdialog" aria-label="Payment failed"><p>Try another card</p></div>',
        ],
    )
    def test_an_error_message(self, markup: str):
        visit = Visit(BUTTON).wait(800).click("#go").wait(30).add("main", markup)
        assert "error_click" in ends(visit).kinds()

    @pytest.mark.parametrize(
        "markup",
        [
            '<div role="alert">Saved</div>',
            '<div class="alert alert-success">Your error report was sent</div>',
            '<div role="status">3 results</div>',
            "<p>An error in the ordinary text of an article</p>",
        ],
    )
    def test_not_on_other_messages(self, markup: str):
        visit = Visit(BUTTON).wait(800).click("#go").wait(30).add("main", markup)
        assert ends(visit).kinds() == []

    def test_a_message_that_was_in_the_page_but_hidden(self):
        html = '<main><button id="go">Go</button><div id="box" role="alert" hidden>Could not save</div></main>'
        visit = Visit(html).wait(800).click("#go").wait(30).set("#box", hidden=None)
        assert "error_click" in ends(visit).kinds()

    def test_not_on_a_message_that_stood_there_before(self):
        html = '<main><div role="alert">Could not save</div><button id="go">Go</button><p id="out">x</p></main>'
        assert ends(Visit(html).wait(800).click("#go").wait(30).text("#out", "y")).kinds() == []

    def test_not_on_a_poll_that_fails_meanwhile(self):
        visit = Visit(BUTTON)
        for turn in range(10):
            visit.at(1_000 * (turn + 1)).request("/api/poll", status=500)
            if turn == 5:
                visit.wait(900).click("#go").wait(40).text("#out", "done")
        assert visit.kinds() == ["network_error"]

    def test_not_on_others_scripts(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(20).text("#out", "done")
        visit.throws("widget broke", file="https://ads.example/w.js")
        assert ends(visit).kinds() == []

    def test_a_page_that_answers_a_submit_with_an_alert(self):
        form = (
            '<form id="f" action="/pay" method="post"><input id="card" name="card"><button id="pay">Pay</button></form>'
        )
        visit = Visit(form, url="https://shop.test/pay").wait(800).click("#card").type("#card", "4000").wait(300)
        visit.click("#pay").wait(1_400)
        visit.load(f'<div class="error">Your card was declined</div>{form}', url="https://shop.test/pay", title="Pay")
        trace = ends(visit).trace()
        assert [signal.kind for signal in trace.signals] == ["error_click"]
        pressed = next(one for one in trace.interactions if one.kind == "click" and one.target.name == "Pay")
        assert [(effect.kind, effect.text) for effect in pressed.effects if effect.tone] == [
            ("alert", "Your card was declined")
        ]
