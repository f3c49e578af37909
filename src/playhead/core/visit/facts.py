"""Facts: what one pass over a recording noted, before anything is attributed or judged.

Act     one thing the visitor did; becomes an Interaction of the trace
Change  one moment at which the page changed, with where it changed and what a person could read of it
Load    one document load in one tab; View, one route of it
Units   every `*_ms` moment is ms since the Unix epoch on the recorder's clock
"""

from array import array
from bisect import bisect_right
from typing import Final

import msgspec

from playhead.core.targets.spots import Spot
from playhead.core.trace import Effect
from playhead.core.visit.ambient import Place
from playhead.core.visit.network import Request
from playhead.core.visit.problems import Problem

# The kinds of acts that can make a page react; the rest (scroll, resize, …) accompany them.
STRONG: Final = frozenset(("click", "dblclick", "contextmenu", "keypress", "input", "submit", "drag", "touch"))
CLICKS: Final = frozenset(("click", "dblclick"))
MAX_PX: Final = 10_000_000.0  # a pointer further away is nowhere; browsers end a page at 33 million

Detail = dict[str, str | float | int | bool]


class Shown(msgspec.Struct, gc=False):
    """Something a person could see appear, vanish or change; `kind` as in trace.Effect."""

    kind: str
    text: str
    tone: str = ""  # error · success · "" (neither said so)
    node_id: int = 0
    form: int = 0
    field: str = ""  # the field that a field error belongs to
    region: int = 0  # the message box it stands in
    beside: str = ""  # of plain text that came after a form was sent: the one field it stands beside


class Change(msgspec.Struct, gc=False):
    """One moment at which the page changed.

    `what`: dom value focus scroll media canvas style · `places`: the keys of each place that changed, for `Ambient`,
    of the elements in `nodes`; `size` says how many places there were before sampling
    """

    t_ms: float
    load: int
    what: str
    places: tuple[Place, ...] = ()
    nodes: tuple[int, ...] = ()
    shown: tuple[Shown, ...] = ()
    feedback: int = 0  # the control to which the whole change is confined (a ripple, a pressed look), else 0
    undo: tuple[tuple[int, str, str, str], ...] = ()  # of such a change: (node, what, before, after)
    size: int = 1
    blur: bool = False  # the look of a field that a press elsewhere took the focus from
    tips: tuple[int, ...] = ()  # of `nodes`: where only a bubble of the control came or went, for sure …
    hints: tuple[int, ...] = ()  # … and where one comes that calls itself a tooltip …
    old_hints: tuple[int, ...] = ()  # … or that was there
    rebuilt: bool = False  # only put back what was there: the page reacted, a person saw nothing


class Act(msgspec.Struct):
    """One thing the visitor did. `from_ms` is when the press began, `t_ms` when it counted (the click)."""

    t_ms: float
    kind: str
    load: int
    page_url: str
    spot: Spot | None = None
    from_ms: float = 0
    end_ms: float = 0
    x: float = -1
    y: float = -1
    value: str | None = None
    count: int = 1
    detail: Detail = {}
    cause: "Act | None" = None  # the act that brought this one about (a submit its click)
    view: int = -1  # index into Facts.views
    order: int = 0
    ref: str = ""
    reactions: list[float] = []  # moments at which the page answered, in order, requests it started included
    visible: list[float] = []  # those that could be seen
    possible_ms: float | None = None  # first change that may be its answer, though a later act is nearer
    late_ms: float | None = None  # first change after the horizon, while the visitor waited
    effects: list[Effect] = []
    shown: list[Shown] = []
    requests: list[Request] = []
    problems: list[Problem] = []
    loads: list[int] = []  # page loads it brought about
    focused: int = 0  # where the page put the focus
    only_feedback: bool = False  # nothing but the control's own pressed look changed
    scripted: bool = False
    unseen: str = ""  # why nothing can be said about the page's answer

    @property
    def root(self) -> "Act":
        return self.cause.root if self.cause is not None else self


class Roll(msgspec.Struct):
    """A scroll of something smaller than the page: the visitor's, unless it proves to keep a pace of its own."""

    act: Act
    node_id: int
    moments: "array[float]"


class View(msgspec.Struct, gc=False):
    """One route shown: a page load's first, or a later one of a single-page application."""

    load: int
    url: str
    title: str
    start_ms: float
    end_ms: float
    how: str  # load reload back_forward push replace pop hash inferred
    page: str = ""
    heading: str = ""
    cause: Act | None = None


class Load(msgspec.Struct, gc=False):
    """One document load in one tab."""

    page: str
    url: str
    start_ms: float
    end_ms: float
    how: str = "navigate"  # navigate · reload · back_forward · prerender · unknown
    status: int | None = None
    tab: str = ""
    referrer: str = ""
    title: str = ""
    heading: str = ""
    shown: list[tuple[float, Shown]] = []  # messages that stood on the page when it had loaded, and when
    hidden_ms: list[tuple[float, bool]] = []  # (moment, hidden) as the page's visibility changed
    left_ms: float | None = None  # when the page said goodbye
    native: bool = False  # our own recorder was there: it tells of requests, submits and errors itself
    complete: bool = False  # it began with a document (DOMContentLoaded, playhead.page), not in its middle
    has_password: bool = False
    cause: Act | None = None
    nothing_found: bool = False  # a page of search results without any


class Typed(msgspec.Struct, gc=False):
    """A field that was filled: what form_abandon and validation need to know of it."""

    load: int
    form: int
    node_id: int
    t_ms: float
    empty: bool
    masked: bool


class Trail(msgspec.Struct, gc=False):
    """Where the pointer went in one page load, and what stood under it."""

    t: "array[float]"
    x: "array[float]"
    y: "array[float]"
    over: list[tuple[float, tuple[int, ...]]] = []  # (moment, the node under the pointer and its nearest ancestors)


class FormFacts(msgspec.Struct, gc=False):
    """A form of a page as it stood when the visitor first touched it."""

    load: int
    node_id: int
    name: str
    selector: str
    action: str = ""
    search: bool = False
    password: bool = False  # asks for a password
    new_password: bool = False  # asks to choose one: signing up, not signing in
    fields: int = 0
    names: tuple[str, ...] = ()  # what its fields send is called, in the order of names
    has_submit: bool = False
    typed: dict[int, Typed] = {}


class Facts(msgspec.Struct):
    """Everything that signals are found in; lists by load are indexed by the load's number."""

    loads: list[Load]
    views: list[View]
    acts: list[Act]  # in time order, with refs
    requests: list[list[Request]]
    owners: dict[int, Act]  # by id() of a request or problem
    problems: list[Problem]
    trails: list[Trail]
    forms: dict[tuple[int, int], FormFacts]
    activity: "array[float]"  # moments of any visitor activity, in order
    last_ms: list[float]  # the recorder was alive until then, by load
    canvas_seen: list[bool]  # drawing is recorded, by load
    network_seen: list[bool]  # requests are recorded, by load
    waits: list[list[tuple[float, float]]] = []  # when the page showed that it was busy, by load
    navigations: dict[int, list[Act]] = {}
    following: dict[int, float] = {}

    def load_of(self, act: Act) -> Load:
        return self.loads[act.load]

    def next_page_ms(self, load: int) -> float:
        """When the next page of a load's tab came, 0 where none did."""
        if not self.following:
            came: dict[str, float] = {}
            for number in sorted(range(len(self.loads)), key=lambda number: -self.loads[number].start_ms):
                page = self.loads[number]
                self.following[number] = came.get(page.tab, 0.0)
                came[page.tab] = page.start_ms
        return self.following.get(load, 0.0)

    def owner(self, item: Request | Problem) -> Act | None:
        """The act that a request or problem belongs to."""
        return self.owners.get(id(item))

    def navigation(self, load: int, t_ms: float) -> Act | None:
        """The act that opened the page shown in a load at a moment: the evidence for what happened by itself."""
        if not self.navigations:
            for act in self.acts:
                if act.kind == "navigate":
                    self.navigations.setdefault(act.load, []).append(act)
        opened = self.navigations.get(load, [])
        at = bisect_right(opened, t_ms, key=lambda act: act.t_ms) - 1
        return opened[max(0, at)] if opened else None
