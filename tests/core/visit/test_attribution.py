"""What the page did belongs to the press that caused it, also across page loads and tabs."""

from playhead.core.projector import project
from playhead.core.trace import Interaction, Trace
from tests.core.visits import Visit

SHOP = "https://shop.example"


def clicks(trace: Trace) -> list[Interaction]:
    return [one for one in trace.interactions if one.kind == "click"]


def shown(one: Interaction) -> list[tuple[str, str | None]]:
    return [(effect.kind, effect.text) for effect in one.effects if effect.kind != "navigate"]


def test_a_message_shown_after_a_press_on_the_new_page_is_not_the_answer_to_the_link_before():
    visit = Visit()
    address = visit.open(0, f"{SHOP}/address", "<form><button id=go>Continue to payment</button></form>")
    address.click(1, "go")
    pay = visit.open(1.2, f"{SHOP}/pay", "<div id=said role=alert></div><button id=pay>Pay</button>")
    pay.click(3.1, "pay")
    pay.say(3.3, "said", "Card declined")
    pay.stay(8)
    trace = project(visit.recorded())
    go, paid = clicks(trace)
    assert shown(go) == []
    assert shown(paid) == [("alert", "Card declined")]
    assert [(s.kind, s.target.name if s.target else "") for s in trace.signals] == [("error_click", "Pay")]


def test_a_message_that_comes_with_the_page_answers_the_press_that_opened_it():
    visit = Visit()
    visit.open(0, f"{SHOP}/address", "<form><button id=go>Continue</button></form>").click(1, "go")
    page = visit.open(1.2, f"{SHOP}/pay", "<p role=alert>1 field needs another look</p><div id=late role=status></div>")
    page.say(2.0, "late", "Your cart was saved")
    page.stay(8)
    (go,) = clicks(project(visit.recorded()))
    assert shown(go) == [("alert", "1 field needs another look"), ("toast", "Your cart was saved")]


def test_a_counter_is_a_value_and_no_message():
    visit = Visit()
    visit.open(0, f"{SHOP}/", f"<a id=pot href='{SHOP}/pot'>Pot</a>").click(1, "pot")
    pot = visit.open(1.2, f"{SHOP}/pot", "<output id=n role=status>1</output><button id=more>More</button>")
    pot.click(3, "more")
    pot.say(3.01, "n", "2")
    pot.stay(8)
    link, more = clicks(project(visit.recorded()))
    assert shown(link) == []
    assert shown(more) == [("text_added", "12")]


def test_a_link_opened_in_another_tab_has_answered():
    visit = Visit()
    home = visit.open(0, f"{SHOP}/", f"<a id=guide href='{SHOP}/guide'>Size guide</a>")
    home.click(1, "guide")
    visit.open(1.8, f"{SHOP}/guide", "<h1>Sizes</h1>", tab="t_2", referrer=f"{SHOP}/").stay(9)
    home.stay(9)
    trace = project(visit.recorded())
    assert [signal.kind for signal in trace.signals] == []
    assert [effect.kind for effect in clicks(trace)[0].effects] == ["navigate"]


def test_a_page_opened_in_another_tab_by_other_means_is_no_answer():
    visit = Visit()
    home = visit.open(0, f"{SHOP}/", f"<a id=guide href='{SHOP}/guide'>Size guide</a>")
    home.click(1, "guide")
    visit.open(1.8, f"{SHOP}/other", "<h1>Other</h1>", tab="t_2").stay(9)
    home.stay(9)
    assert [signal.kind for signal in project(visit.recorded()).signals] == ["dead_click"]


def test_a_link_set_off_by_style_is_a_word_of_its_own():
    visit = Visit()
    page = visit.open(0, f"{SHOP}/", "<button id=add>Add</button><div id=out></div>")
    page.click(1, "add")
    toast = {"type": 2, "tagName": "div", "attributes": {"role": "status"}, "id": 500}
    parts = [
        {"type": 3, "textContent": "Added to your cart", "id": 501},
        {"type": 2, "tagName": "a", "attributes": {"href": "/cart"}, "id": 502},
        {"type": 3, "textContent": "View cart", "id": 503},
        {"type": 3, "textContent": ".", "id": 504},
    ]
    adds = [{"parentId": page.ids["out"], "nextId": None, "node": {**toast, "childNodes": []}}]
    for part, parent in zip(parts, (500, 500, 502, 500), strict=True):
        adds.append({"parentId": parent, "nextId": None, "node": {**part, "childNodes": []}})
    page.add(1.1, 3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": adds})
    page.stay(5)
    assert shown(clicks(project(visit.recorded()))[0]) == [("toast", "Added to your cart View cart.")]


def test_the_length_of_a_fixed_mask_is_not_told_as_the_length_of_the_text():
    visit = Visit()
    page = visit.open(0, f"{SHOP}/", "<label for=name>Name</label><input id=name>")
    page.type(1, "name", "*****")
    page.stay(5)
    (typed,) = [one for one in project(visit.recorded()).interactions if one.kind == "input"]
    assert typed.detail == {"masked": True}


def test_going_back_is_not_the_answer_to_the_link_before():
    visit = Visit()
    page = visit.open(0, f"{SHOP}/", "<a id=one href='/one'>One</a>", title="Home")
    page.click(1, "one")
    page.route(1.01, "/one", "push", "Home")
    page.retitle(1.02, "One")
    page.retitle(2, "Home")
    page.route(2, "/", "pop", "Home")
    page.stay(9)
    trace = project(visit.recorded())
    assert [effect.url for effect in clicks(trace)[0].effects if effect.kind == "navigate"] == [f"{SHOP}/one"]


def test_a_title_that_changed_just_before_the_address_is_the_new_pages():
    visit = Visit()
    page = visit.open(0, f"{SHOP}/", "<a id=one href='/one'>One</a>", title="Home")
    page.click(1, "one")
    page.route(1.01, "/one", "push", "Home")  # this router sets the title afterwards
    page.retitle(1.02, "One")
    page.retitle(5, "Home")  # … and before, on its way back
    page.route(5, "/", "pop", "Home")
    page.stay(9)
    views = [(view.url, view.title) for view in project(visit.recorded()).session.pages]
    assert views == [(f"{SHOP}/", "Home"), (f"{SHOP}/one", "One"), (f"{SHOP}/", "Home")]


def test_a_masked_name_is_no_name():
    visit = Visit()
    page = visit.open(0, f"{SHOP}/", "<button id=b aria-label='*****'>*** ****</button>")
    page.click(1, "b")
    page.stay(5)
    (pressed,) = clicks(project(visit.recorded()))
    assert pressed.target is not None and pressed.target.name == ""
