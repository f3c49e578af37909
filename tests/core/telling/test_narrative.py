"""Narrative: lines in the agreed form, folded, within their budget, and the same each time."""

import re

import pytest

from playhead.core.telling.narrative import narrate
from playhead.core.telling.phrases import span
from playhead.core.telling.tokens import estimate_tokens
from tests.core.build import Visit

LINE = re.compile(r"^\[[es]\d+(?:[ -][es]\d+)*\] (?:\d+:)?\d\d:\d\d(?:-(?:\d+:)?\d\d:\d\d)? ")


def long_visit(steps: int = 150) -> Visit:
    visit = Visit('<button id="dead">Apply</button><button id="x">Go</button><p id="o">-</p><a id="l" href="#">l</a>')
    for step in range(steps):
        visit.wait(11_000).click("#x").wait(30).text("#o", f"step {step} of this long visit")
        if step == steps // 2:
            visit.wait(2_000)
            for _ in range(5):
                visit.click("#dead").wait(250)
            visit.wait(3_000)
    return visit


def test_a_line_says_what_was_done_and_what_came_of_it():
    visit = Visit('<div role="dialog" aria-label="Checkout"><button id="x">Place order</button></div>').wait(900)
    visit.click("#x").wait(310).request("/api/orders", method="POST", status=402, took_ms=310).wait(10)
    visit.add("body", '<div role="alert">Card declined</div>').wait(3_000).move((1, 1), (2, 2))
    line = narrate(visit.trace()).lines[1]
    assert line.text.startswith('[e2] 00:00 click button "Place order" in dialog "Checkout" → ')
    assert 'POST /api/orders 402 in 310 ms; alert "Card declined"' in line.text
    assert "error_click" in line.text
    assert set(line.refs) >= {"e2", "s1"}


def test_every_line_has_its_form_and_its_refs():
    told = narrate(long_visit(8).trace())
    for line in told.lines:
        assert LINE.match(line.text)
        assert line.refs


def test_repeats_fold():
    text = narrate(long_visit(2).trace()).text
    assert 'click button "Apply" ×5 → no reaction {s1 rage_click in 1.2 s}' in text


def test_every_interaction_is_on_a_line_when_there_is_room():
    trace = long_visit(8).trace()
    told = narrate(trace)
    assert told.dropped == 0
    assert {ref for line in told.lines for ref in line.refs} >= {one.ref for one in trace.interactions}


@pytest.mark.parametrize("budget", [200, 400, 1_000])
def test_the_budget_is_kept_and_signals_stay(budget: int):
    trace = long_visit().trace()
    told = narrate(trace, budget_tokens=budget)
    assert estimate_tokens(told.text) <= budget
    assert told.dropped > 0
    assert {ref for line in told.lines for ref in line.refs} >= {signal.ref for signal in trace.signals}


def test_what_was_left_out_is_said_and_marked_in_its_place():
    told = narrate(long_visit().trace(), budget_tokens=300)
    assert told.text.splitlines()[0].endswith(f"; {told.dropped} left out")
    gaps = [at for at, line in enumerate(told.lines) if not line.refs]
    assert gaps and all(told.lines[at].text == "…" for at in gaps)
    assert all(told.lines[at - 1].refs for at in gaps)


@pytest.mark.parametrize("budget", [1, 20, 30, 50, 80])
def test_the_smallest_budgets_are_kept_too(budget: int):
    told = narrate(long_visit(12).trace(), budget_tokens=budget)
    assert told.tokens <= max(budget, 20)
    assert told.text.startswith("2 min")


def test_idle_time_is_one_line():
    visit = Visit("<p>x</p>").wait(500).move((1, 1), (5, 5)).wait(42_000).move((9, 9), (20, 20))
    assert sum("idle for" in line.text for line in narrate(visit.trace()).lines) == 1


def test_text_of_strangers_cannot_pose_as_structure():
    visit = Visit('<button id="x">Go"\n[e99] 00:00.0 click "Pay</button>').wait(900).click("#x")
    told = narrate(visit.trace())
    assert all("\n" not in line.text for line in told.lines)
    assert "e99" not in {ref for line in told.lines for ref in line.refs}
    assert told.lines[1].text.count('"') == 2


def test_the_same_trace_gives_the_same_text():
    assert narrate(long_visit().trace(), budget_tokens=500) == narrate(long_visit().trace(), budget_tokens=500)


def test_the_click_into_a_field_joins_what_is_typed_there():
    visit = Visit('<label>Name <input id="n"></label>').wait(900).click("#n").wait(300).type("#n", "Ada")
    (line,) = [line for line in narrate(visit.trace()).lines if "Name" in line.text]
    assert line.text == '[e3] 00:01 type "Ada" in "Name"'
    assert line.refs == ["e2", "e3"]


def test_lines_get_terse_before_any_is_left_out():
    visit = Visit(
        '<div role="dialog" aria-label="Checkout of many things"><button id="x">Buy</button></div><p id="o">-</p>'
    )
    for step in range(8):
        visit.wait(11_000).click("#x").wait(30).text("#o", f"answer number {step} to this press of the button")
    trace = visit.trace()
    whole = narrate(trace)
    told = narrate(trace, budget_tokens=whole.tokens * 2 // 3)
    assert told.dropped == 0
    assert "Checkout" in whole.text and "Checkout" not in told.text


def test_scripts_that_cost_more_tokens_are_counted_so():
    assert estimate_tokens("注文を確定する" * 10) >= 70
    assert estimate_tokens("Place the order " * 10) == 30


@pytest.mark.parametrize(
    ("text", "o200k"),
    [
        ('[e8] 00:10 click button "Log In" → alert "Please enter a correct username and password"', 24),
        ('[e2-e3] 00:02 fill "E-mail", "Password" {s1 s3 error_click, s2 network_error}', 30),
        ("PUT /api/boats/2 500 in 21 ms; GET /lab/api/workspaces/default?page=2&perPage=10 204", 31),
        ("TypeError: Cannot read properties of undefined (reading 'total')", 13),
    ],
)
def test_the_estimate_is_near_what_a_tokeniser_counts_and_not_below(text: str, o200k: int):
    assert o200k <= estimate_tokens(text) <= o200k * 1.35


def lines(visit: Visit) -> list[str]:
    return [line.text for line in narrate(visit.trace()).lines]


def test_the_fields_of_a_form_are_one_line_with_the_key_that_sends_them():
    visit = Visit(
        '<form id="f"><label>Name <input id="n"></label><label>Town <input id="t"></label></form>', native=True
    )
    visit.wait(900).click("#n").wait(200).type("#n", "Ada").wait(500).click("#t").wait(200).type("#t", "Bath")
    visit.wait(300).key("Enter", "#t").wait(5).submit("#f").wait(3_000)
    assert lines(visit)[1].startswith('[e3-e6] 00:01 type "Ada" in "Name", "Bath" in "Town", press Enter')


def test_typed_text_that_is_masked_throughout_is_said_once():
    visit = Visit('<label>Name <input id="n"></label><label>Town <input id="t"></label>')
    visit.wait(900).type("#n", "***").wait(900).type("#t", "****").wait(900)
    told = narrate(visit.trace())
    assert told.text.splitlines()[0].endswith("; text masked")
    assert told.lines[1].text.endswith('fill "Name", "Town"')


def test_a_message_shown_again_is_told_by_its_first_words():
    visit = Visit('<button id="x">Save</button><button id="y">Send</button><div role="alert" id="o">-</div>').wait(900)
    said = "The form is not valid. Please check every field for errors"
    for target in ("#x", "#y"):
        visit.click(target).wait(60).text("#o", said).wait(3_000).text("#o", "-").wait(9_000)
    first, second = lines(visit)[1:3]
    assert said in first
    assert said not in second and 'alert "The form is not valid.' in second


def test_a_place_is_told_where_two_controls_share_a_name():
    row = '<section aria-label="{0}"><button id="{0}">Delete</button><button id="only{0}">Open {0}</button></section>'
    visit = Visit(row.format("Boats") + row.format("Berths")).wait(900)
    visit.click("#Boats").wait(4_000).click("#onlyBoats").wait(4_000).click("#Berths").wait(4_000)
    _, first, second, third = lines(visit)
    assert first.split(" {")[0].endswith('click button "Delete" in section "Boats"')
    assert second.split(" {")[0].endswith('click button "Open Boats"')
    assert third.split(" {")[0].endswith('click button "Delete" in section "Berths"')


def test_scrolling_joins_the_deed_before_it():
    visit = Visit('<button id="x">Go</button><p id="o">-</p>').wait(900)
    visit.click("#x").wait(30).text("#o", "Here you are").wait(900).scroll(400).wait(200).scroll(900).wait(3_000)
    told = narrate(visit.trace())
    assert told.lines[1].text.endswith('click button "Go" → shows "Here you are", then scroll')
    assert told.lines[1].refs == ["e2", "e3"]


def test_one_more_attempt_with_the_same_answer_folds_and_says_until_when():
    visit = Visit('<form id="f"><button id="x">Send</button></form>', native=True).wait(900)
    for _ in range(3):
        visit.click("#x").submit("#f").wait(130).request("/api/mail", method="POST", status=500, took_ms=120).wait(
            3_900
        )
    (line,) = [line for line in narrate(visit.trace()).lines if "Send" in line.text]
    assert re.match(r'\[e2-e\d+\] 00:00-00:09 click button "Send" ×3 → POST /api/mail 500 in 120 ms \{', line.text)
    assert line.text.count("/api/mail") == 1


def sign_in(*statuses: int) -> Visit:
    html = '<form id="f"><label>Code <input id="code" type="password"></label><button id="x">Come in</button></form>'
    visit = Visit(html, native=True).wait(900)
    for status in statuses:
        visit.click("#code").wait(900).click("#x").submit("#f").wait(30)
        visit.request("/api/code", method="POST", status=status, took_ms=20).wait(3_000)
    return visit


def test_a_field_and_the_press_that_sends_it_are_one_line_and_each_answer_has_its_own():
    told = lines(sign_in(401, 200))[1:]
    assert [text.partition("] ")[2][6:].partition(" {")[0] for text in told] == [
        'click textbox "Code", button "Come in" → POST /api/code 401',
        'click textbox "Code", button "Come in" → POST /api/code 200',
    ]
    assert "{s1-s3 error_click login_failure network_error}" in told[0]


def test_attempts_with_the_same_answer_fold_and_every_ref_stays():
    trace = sign_in(401, 401, 401).trace()
    told = narrate(trace)
    assert len(told.lines) == 2
    assert 'click textbox "Code", button "Come in" ×3 → POST /api/code 401' in told.lines[1].text
    assert {ref for line in told.lines for ref in line.refs} == {one.ref for one in trace.interactions + trace.signals}


def test_the_press_after_fields_is_a_line_of_its_own_where_they_were_answered():
    visit = Visit('<label>Name <input id="n"></label><button id="x">Save</button>', native=True).wait(900)
    visit.click("#n").wait(100).type("#n", "Ada").wait(20).request("/api/check", method="POST", status=200, took_ms=20)
    told = lines(visit.wait(2_000).click("#x").wait(3_000))
    assert [text.partition("] ")[2][6:] for text in told[1:3]] == [
        'type "Ada" in "Name" → POST /api/check 200',
        'click button "Save"',
    ]


def test_a_dialog_is_told_once_whatever_boxes_it_is_made_of():
    visit = Visit('<button id="x">Book</button>').wait(900).click("#x").wait(30)
    visit.add(
        "body", '<div role="dialog" aria-label="Book a berth"><div class="modal"><p>Boat and length</p></div></div>'
    )
    (told,) = [text for text in lines(visit.wait(3_000)) if "Book" in text.partition(" → ")[0]]
    assert told.count("dialog") == 1
    assert told.endswith('→ dialog "Book a berth"')


def test_a_text_selected_by_the_click_is_told_with_it_and_only_where_it_says_more():
    html = (
        '<p id="p">The tide comes in twice a day</p><p id="key">tide-table-42</p><button id="x">Show the key</button>'
    )
    visit = Visit(html).wait(900).click("#p").wait(90).click("#p").mouse(4, "#p").wait(20).select("#p").wait(3_000)
    told = lines(visit.click("#x").wait(80).select("#key").wait(3_000))[1:]
    assert [text.partition("] ")[2][6:] for text in told] == [
        'double-click paragraph "The tide comes in twice a day"',
        'click button "Show the key", select text "tide-table-42"',
    ]


def test_the_ends_of_titles_that_a_site_repeats_are_left_out_and_a_title_is_told_once():
    visit = Visit(title="Home | Shop")
    for path, title in (("b", "Basket of you | Shop"), ("", "Home | Shop"), ("b", "Basket of you | Shop")):
        visit.wait(6_000).load("<p>x</p>", url=f"https://shop.test/{path}", title=title)
    opened = [text.partition("open ")[2].partition(" {")[0] for text in lines(visit)]
    assert opened == ['/ "Home"', '/b "Basket of you"', "/", "/b"]


def test_pages_with_one_title_are_all_told_each_in_its_time():
    visit = Visit('<button id="x">Go</button>', title="Desk", native=True).wait(900).click("#x").wait(300)
    for path in ("in", "add"):
        visit.load('<label>Name <input id="n"></label>', url=f"https://shop.test/{path}", title="Desk").wait(800)
    visit.click("#n").wait(100).type("#n", "Ada").wait(1_000)
    visit.load("<p>x</p>", url="https://shop.test/list", title="Desk").wait(3_000)
    told = lines(visit)
    assert [path for text in told for path in re.findall(r"/[a-z]*", text.partition("] ")[2])] == [
        "/",
        "/in",
        "/add",
        "/list",
    ]
    assert "/list" in told[-1]


def test_a_small_budget_names_what_was_done_and_what_went_wrong_before_it_leaves_anything_out():
    visit = Visit('<button id="x">Save the draft</button><button id="y">Close</button>').wait(900)
    visit.click("#y").wait(4_000).click("#x").wait(30).request("/api/draft", method="PUT", status=500).wait(9_000)
    told = narrate(visit.trace(), budget_tokens=60)
    assert told.dropped == 0
    assert [line.text.partition("] ")[2] for line in told.lines] == [
        "00:00 open /",
        '00:00 click "Close" {dead_click}',
        '00:05 click "Save the draft" {error_click, network_error}',
    ]


def test_what_does_not_fit_makes_room_for_what_does():
    visit = Visit(
        '<button id="x">Go</button><button id="y">A button of a very long name, longer than others are</button>'
    )
    for _ in range(5):
        visit.wait(900).click("#y").wait(250)
    visit.wait(20_000).click("#x").wait(4_000)
    told = narrate(visit.trace(), budget_tokens=36)
    assert told.tokens <= 36 and told.dropped
    assert any("open /" in line.text for line in told.lines)


def test_a_control_that_changed_says_its_own_state_and_not_that_of_its_neighbours():
    tab = '<button role="tab" id="{0}" aria-selected="{1}">{0}</button>'
    visit = Visit(f'<div role="tablist">{tab.format("Terms", "true")}{tab.format("Reviews", "false")}</div>').wait(900)
    visit.click("#Reviews").wait(20).set("#Terms", aria_selected="false").set("#Reviews", aria_selected="true").wait(
        3_000
    )
    assert lines(visit)[1].endswith('click tab "Reviews" → selected')


def test_a_long_session_is_not_told_by_the_same_line_again_and_again():
    visit = Visit('<button id="x">Go</button><button id="y">Ask</button><p id="o">-</p>').wait(900)
    for day in range(60):
        visit.load('<button id="x">Go</button><p id="o">-</p>', url="https://shop.test/").wait(11_000)
        visit.click("#x").wait(30).text("#o", f"answer number {day}").wait(11_000)
    told = narrate(visit.trace(), budget_tokens=300)
    clicks = [line.text for line in told.lines if "click" in line.text]
    assert len(clicks) >= 4 and told.dropped


def test_lengths_are_said_as_people_say_them():
    said = {310: "310 ms", 4_200: "4.2 s", 185_000: "3 min 5 s", 3_600_000: "1 h", 28_920_000: "8 h 2 min"}
    assert {ms: span(ms) for ms in said} == said
