"""Idioms: the ways in which pages do the same thing, put together by chance, for trying the guards of each signal.

    idioms = Idioms(seed)
    page = idioms.page()  # with a control `#go`, a text `#out` beside it, and a clock if chance says so

Chance decides what the control is made of (`button`, `div role=button`, a link, a component, an icon in it), where
it stands (in the document, a shadow tree, a same-origin frame), how deep, what ticks beside it, how fast people and
pages are, and in which markup a page speaks. The seed makes all of it again.
"""

import random
from typing import Any, Final

from tests.core.build import Visit

CONTROLS: Final = (
    '<button id="go">{icon}{name}</button>',
    '<button id="go" type="button" class="btn btn-primary"><span>{name}</span></button>',
    '<div id="go" role="button" tabindex="0">{icon}<span>{name}</span></div>',
    '<span id="go" class="btn">{name}</span>',
    '<a id="go" href="#" role="button">{name}</a>',
    '<my-button id="go" role="button" class="hydrated">{name}</my-button>',
)
ICON: Final = '<svg viewBox="0 0 8 8"><path d="M0 0h8v8z"></path></svg>'
BAD: Final = (
    '<div role="alert">{text}</div>',
    '<div class="toast toast-error" role="status"><div class="toast-body">{text}</div></div>',
    '<div class="alert alert-danger"><strong>{text}</strong></div>',
    '<div aria-live="assertive"><p>{text}</p></div>',
    '<div class="snackbar error"><span>{text}</span><button>Dismiss</button></div>',
    "<dialog open><h2>{text}</h2><button>OK</button></dialog>",
)
GOOD: Final = (
    '<div role="status">{text}</div>',
    '<div class="toast toast-success"><div class="toast-body">{text}</div></div>',
    '<div class="alert alert-success">{text}</div>',
    '<div class="snackbar"><span>{text}</span></div>',
    "<p>{text}</p>",
)
BUSY: Final = (
    '<span class="spinner"></span>',
    '<div role="progressbar"></div>',
    '<i class="fa fa-spin"></i>',
    '<span class="loading-dots">Loading…</span>',
)
FIELDS: Final = (
    '<label for="name">{name}</label><input id="name">',
    '<label>{name} <input id="name"></label>',
    '<div class="field"><span id="lab">{name}</span><input id="name" aria-labelledby="lab"></div>',
    '<input id="name" placeholder="{name}">',
    '<label for="name">{name}</label><textarea id="name"></textarea>',
)
BAD_TEXTS: Final = ("Could not save", "The card was declined", "Something went wrong, try again", "Unable to send")
GOOD_TEXTS: Final = ("Saved", "Your order was placed", "Copied to the clipboard", "3 boats added")
NAMES: Final = ("Save", "Send order", "Apply", "Book it", "Reserve", "Refresh the list")


class Page(Visit):
    """A visit whose markup may put elements into shadow trees: `in-shadow` marks what stands directly in one."""

    _document = 0  # of the frame that has been opened: what comes later comes into it

    def open_frame(self, frame: str, html: str) -> "Page":
        """The document of a same-origin frame arrives, as recorders tell it."""
        self._document = self._take_id()
        document = {"type": 0, "id": self._document, "childNodes": self._parse(f"<html><body>{html}</body></html>")}
        self._index(document)
        self.mutate(adds=[{"parentId": self.id(frame), "nextId": None, "node": document}], isAttachIframe=True)
        return self

    def _parse(self, html: str) -> list[dict[str, Any]]:
        roots = super()._parse(html)
        stack = list(roots)
        while stack:
            node = stack.pop()
            if self._document:
                node["rootId"] = self._document
            for child in node.get("childNodes", ()):
                stack.append(child)
                if child.get("attributes", {}).pop("in-shadow", None) is not None:
                    child["isShadow"] = node["isShadowHost"] = True
        return roots


class Idioms:
    """Chance with a memory: the same seed makes the same page and the same visitor."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ticking = self.chance.random() < 0.4
        self.tick_ms = self.chance.choice((250, 500, 1_000))
        self._ticks = 0

    def one_of(self, forms: tuple[str, ...], **told: str) -> str:
        return self.chance.choice(forms).format_map({"icon": self.chance.choice(("", ICON)), **told})

    def page(self, *, native: bool | None = None, more: str = "") -> Page:
        """A page with a control `#go`, a text `#out` and, if chance says so, a clock `#clock`, two seconds old."""
        name = self.chance.choice(NAMES)
        part = f'{self.one_of(CONTROLS, name=name)}<p id="out">Nothing yet</p><div id="says"></div>{more}'
        for _ in range(self.chance.randint(0, 4)):
            part = f'<div class="{self.chance.choice(("row", "col", "card", "css-1x2y3z"))}">{part}</div>'
        place = self.chance.choice(("document", "document", "shadow tree", "frame"))
        if place == "shadow tree":
            part = f"<my-app><div in-shadow>{part}</div></my-app>"
        framed, part = (part, '<iframe id="frame"></iframe>') if place == "frame" else ("", part)
        clock = '<span id="clock">0</span>' if self.ticking else ""
        native = self.chance.random() < 0.5 if native is None else native
        visit = Page(f"<header><h1>Desk</h1>{clock}</header><main>{part}</main>", native=native)
        if framed:
            visit.open_frame("#frame", framed)
        return self.pass_time(visit, 4_000)

    def pass_time(self, visit: Page, ms: float) -> Page:
        """Let time go by; the clock ticks."""
        end = visit.now + ms
        if self.ticking:
            first = self.tick_ms - (visit.now % self.tick_ms)
            at = visit.now + first
            while at < end:
                self._ticks += 1
                visit.now = at
                visit.text("#clock", str(self._ticks))
                at += self.tick_ms
        visit.now = end
        return visit

    def quick(self) -> float:
        """How soon a page reacts to what it was asked: 5 to 400 ms."""
        return self.chance.choice((5, 30, 120, 250, 400)) + self.chance.random()

    def ends(self, visit: Page) -> list[str]:
        """The kinds of signals found in the visit after eight more seconds in which the visitor looks around."""
        for step in range(4):
            self.pass_time(visit, 2_000)
            visit.move((300 + 40 * step, 300), (330 + 40 * step, 320))
        return visit.kinds()
