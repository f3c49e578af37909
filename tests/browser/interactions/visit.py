"""One visit on which every kind of interaction truly happens, and what a trace must say of each step.

A step is what a hand does; `Seen` is one interaction it must be told as, with what a person saw come of it. What is
left out of a `Seen` is not asked; `heard` names the recorders that can know of it ("" stands for all).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Page

PAUSE_MS = 450


class Seen(NamedTuple):
    kind: str
    role: str = ""
    name: str = ""
    container: str | None = None
    value: str | None = None
    effect: str = ""  # "kind text", one effect that must be among its own
    detail: dict[str, Any] = {}  # noqa: RUF012
    reacts: bool | None = None
    heard: str = ""


class Step(NamedTuple):
    name: str
    act: Callable[[Page], object]
    seen: tuple[Seen, ...]


def click(selector: str, **how: Any) -> Callable[[Page], object]:
    return lambda page: page.click(selector, **how)


def typed(selector: str, text: str, *keys: str) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        page.click(selector)
        page.keyboard.type(text, delay=35)
        page.wait_for_timeout(150)
        for key in keys:
            page.keyboard.press(key)

    return act


def keys(*names: str) -> Callable[[Page], object]:
    return lambda page: [(page.keyboard.press(name), page.wait_for_timeout(40)) for name in names]


def drag(selector: str, to: str = "", *, by: float = 0) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        start = page.locator(selector).bounding_box()
        end = page.locator(to).bounding_box() if to else None
        assert start
        x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
        to_x, to_y = (end["x"] + end["width"] / 2, end["y"] + end["height"] / 2) if end else (x + by, y)
        page.mouse.move(x, y)
        page.wait_for_timeout(120)
        page.mouse.down()
        for part in range(1, 9):
            page.mouse.move(x + (to_x - x) * part / 8, y + (to_y - y) * part / 8)
            page.wait_for_timeout(40)
        page.mouse.up()

    return act


def wheel(x: float, y: float, by: float, over: str = "") -> Callable[[Page], object]:
    def act(page: Page) -> None:
        if over:
            page.hover(over)
        else:
            page.mouse.move(x, y)
        page.wait_for_timeout(200)
        for _ in range(5):
            page.mouse.wheel(0, by / 5)
            page.wait_for_timeout(70)

    return act


def select_words(page: Page) -> None:
    box = page.locator("#text").bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 9)
    page.mouse.down()
    for part in range(1, 8):
        page.mouse.move(box["x"] + 2 + part * 24, box["y"] + 9)
        page.wait_for_timeout(20)
    page.mouse.up()


def choose_file(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#plan")
    chooser.value.set_files({"name": "bench.txt", "mimeType": "text/plain", "buffer": b"x"})


def visibility(state: str) -> Callable[[Page], object]:
    script = "document.dispatchEvent(new Event('visibilitychange'))"
    shown = f"Object.defineProperty(document, 'visibilityState', {{value: '{state}', configurable: true}});"
    return lambda page: page.evaluate(f"() => {{ {shown} {script} }}")


def touch(page: Page, *places: tuple[float, float]) -> None:
    """Put a finger down at the first place, move it to the others, lift it."""
    session = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(places):
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def said(name: str, text: str, *, role: str = "button", container: str | None = 'section "Tools"') -> Seen:
    return Seen("click", role, name, container, effect=f"toast {text}", reacts=True)


ORDER = 'form "Order"'
FIELD = Seen("click", "textbox", container=ORDER)

DESK = (
    Step("text inside text", click("#plain"), (said("Sharpen all blades", "All blades are sharp"),)),
    Step("svg title", click("#icon"), (said("Oil the lathe", "Done: icon"),)),
    Step("aria-labelledby", click("#labelled"), (said("Tools inventory", "Done: labelled"),)),
    Step("aria-label", click("#aria"), (said("Close the workshop", "Done: aria"),)),
    Step("alt of an image button", click("#picture"), (said("Start the saw", "Done: picture"),)),
    Step("alt inside a link", click("#photo"), (said("Photograph of the bench", "A fine bench", role="link"),)),
    Step("title alone", click("#titled"), (said("Sweep the floor", "Done: titled"),)),
    Step("row of a table", click("#pine"), (said("Take one", "Took Pine board", container='row "Pine board"'),)),
    Step(
        "double click",
        # no person presses twice in a millisecond: two alike clicks at one time are one that came twice
        lambda page: page.dblclick("#plain", delay=30),
        (
            Seen("click", "button", "Sharpen all blades"),
            Seen("click", "button", "Sharpen all blades"),
            Seen("dblclick", "button", "Sharpen all blades", effect="toast Sharpened twice", reacts=True),
        ),
    ),
    Step(
        "context click",
        click("#plain", button="right"),
        (Seen("contextmenu", "button", "Sharpen all blades", effect="toast A menu of blades", reacts=True),),
    ),
    Step(
        "opens a dialog",
        click("#dialogue"),
        (Seen("click", "button", "Order wood", effect="dialog Which wood?", reacts=True),),
    ),
    Step("inside the dialog", click("#oak"), (said("Oak", "Oak it is", container='dialog "Which wood?"'),)),
    Step(
        "label for",
        typed("#name", "Ada Marsh"),
        (
            FIELD._replace(name="Your name"),
            Seen("input", "textbox", "Your name", ORDER, "Ada Marsh", heard="playhead rrweb"),
            Seen("input", "textbox", "Your name", ORDER, "*****", detail={"masked": True}, heard="masked"),
        ),
    ),
    Step("label around", typed("#phone", "555"), (FIELD._replace(name="Phone"), Seen("input", "textbox", "Phone"))),
    Step(
        "placeholder",
        typed("#mail", "a@b.test"),
        (FIELD._replace(name="E-mail address"), Seen("input", "textbox", "E-mail address")),
    ),
    Step(
        "password",
        typed("#secret", "tides"),
        (
            FIELD._replace(name="Pass phrase"),
            Seen("input", "textbox", "Pass phrase", ORDER, "*****", detail={"masked": True}),
        ),
    ),
    Step(
        "select",
        lambda page: (page.focus("#size"), page.keyboard.press("L")),
        (
            Seen("input", "combobox", "Board size", ORDER, "Large", heard="playhead rrweb"),
            Seen("input", "combobox", "Board size", ORDER, heard="masked"),
        ),
    ),
    Step(
        "checkbox",
        click("#news"),
        (Seen("click", "checkbox", "Send the catalogue", ORDER, effect="state Send the catalogue checked"),),
    ),
    Step(
        "checkbox by its label",
        click("label[for=news]"),
        (Seen("click", "checkbox", "Send the catalogue", effect="state Send the catalogue unchecked"),),
    ),
    Step(
        "radio in a fieldset",
        click("text=By cart"),
        (Seen("click", "radio", "By cart", 'group "Delivery"', effect="state By cart checked"),),
    ),
    Step(
        "range by keys",
        lambda page: (page.focus("#width"), keys(*["ArrowRight"] * 4)(page)),
        (
            Seen("input", "slider", "Width", ORDER, "14", heard="rrweb"),
            Seen("input", "slider", "Width", ORDER, "14", heard="playhead"),
            Seen("input", "slider", "Width", ORDER, heard="masked"),
        ),
    ),
    Step(
        "date",
        lambda page: (page.click("#day", position={"x": 14, "y": 10}), page.keyboard.type("06122026", delay=40)),
        (FIELD._replace(name="Day wanted", role=""), Seen("input", "", "Day wanted", ORDER)),
    ),
    Step(
        "file",
        choose_file,
        (
            Seen("click", "button", "Drawing", ORDER),
            Seen("input", "button", "Drawing", ORDER, "bench.txt", heard="playhead rrweb"),
            Seen("input", "button", "Drawing", ORDER, "*****", heard="masked"),
        ),
    ),
    Step(
        "editor",
        typed("#remarks", "Plane both sides"),
        (
            FIELD._replace(name="Remarks"),
            Seen("input", "textbox", "Remarks", ORDER, "Plane both sides", heard="rrweb"),
            Seen("input", "textbox", "Remarks", ORDER, "*****", heard="playhead masked"),
        ),
    ),
    Step(
        "filled by a program",
        lambda page: page.fill("#phone", "555 0199"),
        (Seen("input", "textbox", "Phone", heard="playhead rrweb"),),
    ),
    Step(
        "chosen by a program",
        lambda page: (page.wait_for_timeout(900), page.select_option("#size", "s")),
        (Seen("input", "combobox", "Board size", ORDER, "Small", heard="playhead rrweb"),),
    ),
    Step(
        "Enter in a form",
        typed("#name", "", "Enter"),
        (
            Seen("click", "textbox", "Your name"),
            Seen("keypress", "textbox", "Your name", value="Enter", reacts=True, heard="playhead masked"),
            Seen("submit", "form", "Order", reacts=True, heard="playhead masked"),
            Seen("click", "button", "Send the order", detail={"by": "keyboard"}, reacts=True, heard="rrweb"),
            Seen("submit", detail={"inferred": True}, heard="rrweb"),
        ),
    ),
    Step(
        "submit button",
        click("#send"),
        (
            Seen("click", "button", "Send the order", ORDER, reacts=True),
            Seen("submit", "form", "Order", reacts=True, heard="playhead masked"),
            Seen("submit", detail={"inferred": True}, heard="rrweb"),
        ),
    ),
    Step("Escape", keys("Escape"), (Seen("keypress", value="Escape", heard="playhead masked"),)),
    Step("select text", select_words, (Seen("select", "paragraph", detail={}),)),
    Step("copy", keys("Control+C"), ()),
    Step(
        "paste",
        lambda page: (page.click("#mail"), keys("Control+A", "Control+V")(page)),
        (
            Seen("click", "textbox", "E-mail address"),
            Seen("keypress", value="Ctrl+A", heard="playhead masked"),
            Seen("keypress", value="Ctrl+V", heard="playhead masked"),
            Seen("input", "textbox", "E-mail address", heard="playhead rrweb"),  # one mask looks like the other
        ),
    ),
    Step(
        "request",
        click("#slow"),
        (
            Seen("click", "button", "Fetch the post", effect="toast Post fetched: 201", reacts=True, heard="rrweb"),
            Seen("click", "button", "Fetch the post", effect="request POST /status/201 201", heard="playhead masked"),
        ),
    ),
    Step(
        "failed request",
        click("#fail"),
        (Seen("click", "button", "Ring the bell", effect="toast The bell is broken", reacts=True),),
    ),
    Step(
        "exception",
        click("#paint"),
        (
            Seen("click", effect="error Error: glass everywhere", reacts=False, heard="playhead masked"),
            Seen("click", reacts=False, heard="rrweb"),
        ),
    ),
    Step(
        "film starts",
        click("#roll"),
        (
            Seen("click", "button", "Roll the film", effect='state video "How to plane" plays', reacts=True),
            Seen("media", "video", "How to plane", value="plays"),
        ),
    ),
    Step(
        "film stops",
        click("#halt"),
        (
            Seen("click", "button", "Stop the film", effect='state video "How to plane" pauses', reacts=True),
            Seen("media", "video", "How to plane", value="pauses"),
        ),
    ),
    Step("HTML drag", drag("#card", "#bin"), (Seen("drag", "listitem", "Card 7", reacts=True),)),
    Step("pointer drag", drag("#knob", by=120), (Seen("drag", "slider", "Blade height", reacts=True),)),
    Step("scroll a box", wheel(0, 0, 300, "#box"), (Seen("scroll", "region", "Price list"),)),
    Step("scroll the page", wheel(1100, 300, 900), (Seen("scroll", ""),)),
    Step("scroll up", lambda page: (page.wait_for_timeout(700), wheel(1100, 300, -3000)(page)), (Seen("scroll", ""),)),
    Step(
        "resize",
        lambda page: page.set_viewport_size({"width": 1000, "height": 700}),
        (Seen("resize", value="1000×700"),),
    ),
    Step(
        "hash link",
        click("#hash"),
        (
            Seen("click", "link", "Further down", 'navigation "Main"', reacts=True),
            Seen("navigate", detail={"how": "hash"}, heard="playhead masked"),
        ),
    ),
    Step(
        "back over the hash",
        lambda page: page.go_back(),
        (Seen("navigate", detail={"how": "pop"}, heard="playhead masked"),),
    ),
    Step(
        "pushState",
        click("#route"),
        (
            Seen("click", "button", "Open the ledger", effect="toast The ledger lies open", reacts=True),
            Seen("navigate", detail={"how": "push", "title": "Ledger"}, heard="playhead masked"),
        ),
    ),
    Step("back", lambda page: page.go_back(), (Seen("navigate", detail={"how": "pop"}, heard="playhead masked"),)),
    Step(
        "new tab",
        click("#aside"),
        (
            Seen("click", "link", "Papers in a new tab", effect="navigate Page /second", reacts=True),
            Seen("navigate", detail={"how": "new_tab"}, heard="playhead masked"),
            Seen("navigate", detail={"title": "Page /second"}, heard="rrweb"),
        ),
    ),
    Step("tab hidden", visibility("hidden"), (Seen("visibility", value="hidden", heard="playhead masked"),)),
    Step("tab shown", visibility("visible"), (Seen("visibility", value="visible", heard="playhead masked"),)),
    Step(
        "reload",
        lambda page: page.reload(),
        (
            Seen("navigate", detail={"how": "reload"}, heard="playhead masked"),
            Seen("navigate", detail={"title": "Page /workshop"}, heard="rrweb"),
        ),
    ),
    Step(
        "search form",
        typed("#q", "saw", "Enter"),
        (
            Seen("click", "", "Find a tool"),
            Seen("input", "", "Find a tool"),
            Seen("keypress", value="Enter", effect="navigate Page /second", reacts=True, heard="playhead masked"),
            Seen("submit", reacts=True),
            Seen("navigate", detail={"title": "Page /second"}),
        ),
    ),
    Step(
        "link",
        click("#home"),
        (
            Seen("click", "link", "Back to the workshop", effect="navigate Page /workshop", reacts=True),
            Seen("navigate", detail={"title": "Page /workshop"}),
        ),
    ),
    Step(
        "link again",
        lambda page: (page.wait_for_timeout(700), page.click("#away")),
        (
            Seen("click", "link", "Second page", 'navigation "Main"', effect="navigate Page /second", reacts=True),
            Seen("navigate", detail={"title": "Page /second"}),
        ),
    ),
    Step(
        "browser's back",
        lambda page: (page.wait_for_timeout(900), page.go_back()),
        (
            Seen("navigate", detail={"how": "back_forward"}, heard="playhead masked"),
            Seen("navigate", detail={"title": "Page /workshop"}, heard="rrweb"),
        ),
    ),
)

PHONE = (
    Step("tap", lambda page: page.tap("#plain"), (said("Sharpen all blades", "All blades are sharp"),)),
    Step("tap into a field", lambda page: page.tap("#name"), (Seen("click", "textbox", "Your name"),)),
    Step(
        "swipe over a picture",
        lambda page: (page.locator("#rail").scroll_into_view_if_needed(), page.wait_for_timeout(500), swipe(page)),
        (Seen("touch", reacts=None),),
    ),
)


def swipe(page: Page) -> None:
    box = page.locator("#rail").bounding_box()
    assert box
    y = box["y"] + 12
    touch(page, *[(box["x"] + 280 - 24 * part, y) for part in range(10)])


def go(page: Page, steps: tuple[Step, ...]) -> list[tuple[float, str]]:
    """Take the steps; return when each began."""
    begun: list[tuple[float, str]] = []
    for step in steps:
        begun.append((time.time() * 1000, step.name))
        step.act(page)
        page.wait_for_timeout(PAUSE_MS)
    return begun
