"""Interactions: what the visitor did, in which words it is told, and what came of it."""

import random

import pytest

from playhead.core.events import Event
from playhead.core.projector import project
from tests.core.build import START_MS, Visit


def ends(visit: Visit) -> Visit:
    return visit.wait(3_000).move((400, 300), (420, 310))


def named(html: str, target: str = "#x") -> tuple[str, str]:
    """Role and name of an element, as the trace tells them when it is clicked."""
    one = Visit(html).wait(500).click(target).acts("click")[0]
    return one.target.role, one.target.name


class TestNames:
    @pytest.mark.parametrize(
        ("html", "role", "name"),
        [
            ('<button id="x">Place <b>order</b></button>', "button", "Place order"),
            ('<button id="x" aria-label="Close">×</button>', "button", "Close"),
            ('<span id="n">Total</span><button id="x" aria-labelledby="n">?</button>', "button", "Total"),
            ('<a id="x" href="/a"><img alt="Our shop"></a>', "link", "Our shop"),
            ('<a id="x">Not a link</a>', "generic", "Not a link"),
            ('<input id="x" type="submit" value="Send it">', "button", "Send it"),
            ('<input id="x" type="submit">', "button", "Submit"),
            ('<label for="x">E-mail</label><input id="x">', "textbox", "E-mail"),
            ('<label>Age <input id="x" type="number"></label>', "spinbutton", "Age"),
            ('<input id="x" placeholder="Your name">', "textbox", "Your name"),
            ('<input id="x" type="search" title="Find">', "searchbox", "Find"),
            ('<input id="x" type="checkbox" aria-label="Agree">', "checkbox", "Agree"),
            ('<select id="x" aria-label="Size"><option>S</select>', "combobox", "Size"),
            ('<div id="x" role="button" title="Menu"></div>', "button", "Menu"),
            ('<button id="x"><svg><title>Basket</title></svg></button>', "button", "Basket"),
            ('<div id="x" contenteditable="true" aria-label="Note">hi</div>', "textbox", "Note"),
            ('<button id="x">Go<script>let a</script></button>', "button", "Go"),
        ],
    )
    def test_role_and_name(self, html: str, role: str, name: str):
        assert named(html) == (role, name)

    def test_labels_that_name_each_other_do_not_hang(self):
        assert (
            named('<b id="y" aria-labelledby="x">y</b><button id="x" aria-labelledby="y x">x</button>')[0] == "button"
        )

    @pytest.mark.parametrize(
        ("html", "container"),
        [
            ('<div role="dialog" aria-label="Checkout"><button id="x">Pay</button></div>', 'dialog "Checkout"'),
            ('<section><h2>Delivery</h2><button id="x">Pay</button></section>', 'section "Delivery"'),
            ('<ul><li><h3>Blue mug</h3><button id="x">Add</button></li></ul>', 'item "Blue mug"'),
            ('<table><tr><td>Blue mug</td><td><button id="x">Add</button></td></tr></table>', 'row "Blue mug"'),
        ],
    )
    def test_nearest_named_place(self, html: str, container: str):
        assert Visit(html).wait(500).click("#x").acts("click")[0].target.container == container

    @pytest.mark.parametrize(
        ("html", "selector"),
        [
            ('<button id="x" data-testid="pay">Pay</button>', '[data-testid="pay"]'),
            ('<button id="x">Pay</button>', "#x"),
        ],
    )
    def test_selectors_prefer_what_lasts(self, html: str, selector: str):
        assert Visit(html).wait(500).click("#x").acts("click")[0].target.selector == selector


class TestTyping:
    def test_letters_fold_into_one(self):
        visit = Visit('<input id="x" aria-label="City">').wait(900).click("#x").type("#x", "Bremen")
        (one,) = visit.acts("input")
        assert (one.value, one.count) == ("Bremen", 6)
        assert one.end_ms > one.t_ms

    def test_masks_say_so(self):
        (one,) = Visit('<input id="x">').wait(900).click("#x").type("#x", "*****").acts("input")
        assert one.detail["masked"] is True

    def test_values_set_by_the_page_are_not_typed(self):
        visit = Visit('<input id="a"><input id="b">').wait(20).value("#a", "Ada").value("#b", "Marsh")
        assert visit.acts("input") == []

    def test_a_choice_is_told_by_its_words(self):
        html = '<select id="x"><option value="de">Germany</option><option value="fr">France</option></select>'
        (one,) = Visit(html).wait(900).click("#x").focus("#x").wait(400).value("#x", "fr").acts("input")
        assert one.value == "France"

    def test_ticking_belongs_to_the_click(self):
        visit = Visit('<input id="x" type="checkbox" aria-label="Agree">').wait(900).click("#x").wait(2)
        visit.value("#x", "on", checked=True)
        assert visit.acts("input") == []
        assert [effect.text for effect in visit.acts("click")[0].effects] == ["Agree checked"]

    def test_typing_into_an_editor_arrives_as_mutations(self):
        visit = Visit('<div id="x" contenteditable="true" aria-label="Note">a</div>').wait(900).click("#x").focus("#x")
        for text in ("ab", "abc"):
            visit.wait(200).text("#x", text)
        (one,) = visit.acts("input")
        assert one.value == "abc"


class TestPointer:
    def test_a_label_passes_its_click_on(self):
        html = '<label id="l" for="x">Agree</label><input id="x" type="checkbox">'
        visit = Visit(html).wait(900).click("#l").mouse(2, "#x")
        (one,) = visit.acts("click")
        assert one.target.role == "checkbox"

    def test_what_a_script_clicks_nobody_did(self):
        visit = Visit('<button id="a">A</button><button id="b">B</button>').wait(900).click("#a").wait(900)
        visit.focus("#a").mouse(2, "#b")
        assert [one.target.name for one in visit.acts("click")] == ["A"]
        assert visit.trace().coverage["scripted_clicks"] == 1

    def test_recordings_that_hold_clicks_alone(self):
        assert len(Visit('<button id="x">A</button>').wait(900).mouse(2, "#x").acts("click")) == 1

    def test_a_drag_is_no_click(self):
        visit = Visit('<div id="x">Card</div>').wait(900).mouse(1, "#x", x=10, y=10).wait(400)
        visit.mouse(0, "#x", x=300, y=40).mouse(2, "#x", x=300, y=40)
        assert visit.acts("click") == []
        assert visit.acts("drag")[0].detail["distance_px"] == 292

    def test_moves_from_before_the_press_make_no_drag(self):
        visit = Visit('<button id="x">Go</button>').wait(2_000).mouse(1, "#x", x=10, y=10).wait(50)
        visit.move((900, 700), (700, 500), (10, 10), step_ms=200)
        visit.mouse(0, "#x", x=10, y=10).mouse(2, "#x", x=10, y=10)
        assert len(visit.acts("click")) == 1

    def test_double_and_context_click(self):
        visit = Visit('<p id="x">File</p>').wait(900).click("#x").wait(80).click("#x").mouse(4, "#x").wait(900)
        visit.mouse(1, "#x").mouse(3, "#x")
        assert len(visit.acts("dblclick")) == 1
        assert len(visit.acts("contextmenu")) == 1

    def test_scrolling_folds(self):
        visit = Visit("<p>long</p>").wait(2_000)
        for y in (200, 500, 900, 700):
            visit.wait(200).scroll(y)
        (one,) = visit.acts("scroll")
        assert (one.detail["to_px"], one.detail["deepest_px"]) == (700, 900)

    def test_selecting_and_copying(self):
        visit = Visit('<p id="x">Some words</p>').wait(900).select("#x").custom("playhead.copy", id=1)
        (one,) = visit.acts("select")
        assert one.value == "Some words"
        assert one.detail["copied"] is True


class TestEffects:
    def texts(self, visit: Visit) -> list[tuple[str, str]]:
        return [(effect.kind, effect.text) for effect in visit.acts("click")[0].effects]

    def test_what_was_shown_and_asked_for(self):
        visit = Visit('<main><button id="x">Pay</button></main>').wait(900).click("#x").wait(310)
        visit.request("/api/orders", method="POST", status=402, took_ms=300).wait(10)
        visit.add("main", '<div role="alert">Card declined</div>')
        request, alert = ends(visit).acts("click")[0].effects
        assert (request.method, request.path, request.status, request.duration_ms) == ("POST", "/api/orders", 402, 300)
        assert (alert.kind, alert.text, alert.tone) == ("alert", "Card declined", "error")

    def test_a_dialog_opens_and_closes(self):
        visit = Visit('<button id="x">Open</button>').wait(900).click("#x").wait(20)
        visit.add("body", '<div id="d" role="dialog"><h2>Sizes</h2><button id="c">Close</button></div>')
        visit.wait(900).click("#c").wait(20).remove("#d")
        opened, closed = visit.acts("click")
        assert [effect.text for effect in opened.effects] == ["Sizes"]
        assert [effect.text for effect in closed.effects] == ['dialog "Sizes" closed']

    def test_what_ticks_by_itself_is_nobodys_effect(self):
        visit = Visit('<p id="clock">0</p><button id="x">Go</button><p id="out">-</p>')
        for second in range(1, 12):
            visit.at(second * 1_000).text("#clock", str(second))
            if second == 6:
                visit.wait(300).click("#x").wait(30).text("#out", "done")
        assert self.texts(visit) == [("text_added", "done")]

    def test_a_page_load_answers_its_link(self):
        visit = Visit('<a id="x" href="/next">Next</a>').wait(900).click("#x").wait(400)
        visit.load("<p>here</p>", url="https://shop.test/next", title="Next page")
        (effect,) = visit.acts("click")[0].effects
        assert (effect.kind, effect.url, effect.text) == ("navigate", "https://shop.test/next", "Next page")
        assert visit.acts("navigate")[1].detail["caused_by"] == "e2"

    def test_a_checkpoint_is_no_page_load(self):
        visit = Visit('<button id="x">Go</button>').wait(900)
        first = [event for event in visit.events if event["type"] in (2, 4)]
        for event in first:
            visit.emit(event["type"], event["data"])
        assert len(ends(visit).trace().session.pages) == 1


class TestOrder:
    def visit(self) -> Visit:
        visit = Visit('<button id="x">Go</button><input id="i"><p id="o">-</p>').wait(900)
        for step in range(6):
            visit.wait(700).click("#x").wait(30).text("#o", str(step))
        return ends(visit.click("#i").type("#i", "hello"))

    def test_shuffled_and_doubled_events_give_the_same_trace(self):
        visit = self.visit()
        events = visit.read()
        mixed = [*events, *events]
        # events of one moment keep their order of arrival, so only whole moments are shuffled
        moments: dict[float, list[Event]] = {}
        for event in mixed:
            moments.setdefault(event.timestamp, []).append(event)
        order = list(moments.values())
        random.Random(7).shuffle(order)
        again = project([event for moment in order for event in moment])
        assert again.interactions == visit.trace().interactions
        assert again.signals == visit.trace().signals
        assert again.coverage["duplicates"] == len(events)

    def test_events_are_not_changed(self):
        events = self.visit().read()
        before = [(event.timestamp, bytes(event.raw)) for event in events]
        project(events)
        assert [(event.timestamp, bytes(event.raw)) for event in events] == before

    def test_two_tabs_keep_their_nodes_apart(self):
        one = Visit('<button id="x">First</button>', page="a").wait(900).click("#x")
        two = Visit('<p>pad</p><button id="x">Second</button>', page="b").wait(1_500).click("#x")
        trace = project([*one.read(), *two.read()])
        clicked = [act.target.name for act in trace.interactions if act.kind == "click"]
        assert clicked == ["First", "Second"]

    def test_refs_count_in_time_order(self):
        trace = self.visit().trace()
        assert [one.ref for one in trace.interactions] == [f"e{n}" for n in range(1, len(trace.interactions) + 1)]
        assert [one.t_ms for one in trace.interactions] == sorted(one.t_ms for one in trace.interactions)

    def test_nothing_gives_an_empty_trace(self):
        trace = project([])
        assert (trace.interactions, trace.signals, trace.session.event_count) == ([], [], 0)


class TestHostile:
    def test_many_clicks(self):
        visit = Visit('<button id="x">Go</button>')
        for _ in range(3_000):
            visit.wait(10).mouse(1, "#x").mouse(0, "#x").mouse(2, "#x")
        assert len(visit.acts("click")) == 3_000

    def test_one_event_with_many_changes(self):
        visit = Visit('<button id="x">Go</button><div id="d"></div>').wait(900).click("#x").wait(20)
        visit.add("#d", "".join(f"<p>{n}</p>" for n in range(20_000)))
        assert ends(visit).kinds() == []

    @pytest.mark.parametrize(
        "data",
        [
            {"source": 2},
            {"source": 2, "type": "x", "id": None},
            {"source": 5, "id": 10**12, "text": 3},
            {"source": 1, "positions": [{"x": "a"}]},
            {"source": 3, "id": -1},
            {"source": 14, "ranges": [{"start": 9, "end": 1}]},
            {"source": 99},
            {"source": "0"},
        ],
    )
    def test_odd_events_are_counted_not_raised(self, data: dict[str, object]):
        visit = Visit('<button id="x">Go</button>').wait(500).emit(3, data).wait(500).click("#x")
        assert len(visit.acts("click")) == 1

    @pytest.mark.parametrize(
        ("tag", "payload"),
        [
            ("playhead.page", None),
            ("playhead.key", {"id": "x", "key": 5}),
            ("playhead.submit", {"id": {}}),
            ("playhead.error", []),
            ("playhead.navigate", {"url": 7}),
            ("performanceSpan", {"op": "resource.fetch"}),
            ("breadcrumb", {"category": "navigation", "data": 3}),
        ],
    )
    def test_odd_custom_events_are_no_trouble(self, tag: str, payload: object):
        visit = Visit("<p>x</p>").wait(500).emit(5, {"tag": tag, "payload": payload})
        assert visit.trace().session.start_ms == START_MS
