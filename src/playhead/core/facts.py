"""Facts: what one pass over a recording noted, before anything is attributed or judged.

Act     one thing the visitor did; becomes an Interaction of the trace
Change  one moment at which the page changed, with where it changed and what a person could read of it
Load    one document load in one tab; View, one route of it
Units   every `*_ms` moment is ms since the Unix epoch on the recorder's clock
"""

from array import array
from typing import Final

import msgspec

from playhead.core.network import Request
from playhead.core.problems import Line, Problem
from playhead.core.targets.spots import Spot
from playhead.core.trace import Effect, Signal

# The kinds of acts that can make a page react; the rest (scroll, resize, …) accompany them.
STRONG: Final = frozenset(("click", "dblclick", "contextmenu", "keypress", "input", "submit", "drag", "touch"))
CLICKS: Final = frozenset(("click", "dblclick"))

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


class Change(msgspec.Struct, gc=False):
    """One moment at which the page changed.

    `what`: dom value focus scroll media canvas style selection · `keys`: places that changed, for `Ambient`
    """

    t_ms: float
    load: int
    what: str
    keys: tuple[tuple[object, ...], ...] = ()
    nodes: tuple[int, ...] = ()
    shown: tuple[Shown, ...] = ()
    feedback: int = 0  # the control to which the whole change is confined (a ripple, a pressed look), else 0
    size: int = 1  # places changed, of which `keys` is a sample
    owner: "Act | None" = None  # set when attributed
    ambient: bool = False


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
    reactions: list[float] = []  # moments at which the page answered, in order
    late_ms: float | None = None  # first visible change after the dead-click horizon while the visitor waited
    effects: list[Effect] = []
    shown: list[Shown] = []
    requests: list[Request] = []
    problems: list[Problem] = []
    loads: list[int] = []  # page loads it brought about
    only_feedback: bool = False  # nothing but the control's own pressed look changed
    scripted: bool = False
    unseen: str = ""  # why nothing can be said about the page's answer

    @property
    def root(self) -> "Act":
        return self.cause.root if self.cause is not None else self


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
    shown: list[Shown] = []  # messages that stood on the page when it had loaded
    hidden_ms: list[tuple[float, bool]] = []  # (moment, hidden) as the page's visibility changed
    left_ms: float | None = None  # when the page said goodbye
    complete: bool = False  # it began with a document (DOMContentLoaded, playhead.page), not in its middle
    has_password: bool = False
    fields: int = 0
    cause: Act | None = None


class Typed(msgspec.Struct, gc=False):
    """A field that was filled: what form_abandon and validation need to know of it."""

    load: int
    form: int
    node_id: int
    t_ms: float
    empty: bool
    masked: bool


class Submission(msgspec.Struct, gc=False):
    """A form sent off, or an attempt to."""

    t_ms: float
    load: int
    form: int
    act: Act
    password: bool
    seen: bool  # a submit event was recorded, not inferred


class Trail(msgspec.Struct, gc=False):
    """Where the pointer went in one page load, and what stood under it."""

    t: array[float]
    x: array[float]
    y: array[float]
    over: list[tuple[float, tuple[int, ...]]] = []  # (moment, the node under the pointer and its nearest ancestors)


class Facts(msgspec.Struct):
    start_ms: float
    end_ms: float
    event_count: int
    loads: list[Load]
    views: list[View]
    acts: list[Act]
    changes: list[list[Change]]  # per load, in time order
    requests: list[list[Request]]  # per load, in time order
    lines: list[Line]
    problems: list[Problem]
    trails: list[Trail]
    forms: dict[tuple[int, int], "FormFacts"]
    activity: list[float]  # moments of any visitor activity, in order
    user: dict[str, str] = {}
    agent: str = ""
    viewport: tuple[int, int] | None = None
    network_seen: list[bool] = []  # per load
    last_event_ms: list[float] = []  # per load: the recorder was alive until then
    coverage: dict[str, object] = {}
    signals: list[Signal] = []


class FormFacts(msgspec.Struct, gc=False):
    """A form of a page as it stood when the visitor first touched it."""

    load: int
    node_id: int
    name: str
    selector: str
    action: str = ""
    search: bool = False
    password: bool = False
    fields: int = 0
    has_submit: bool = False
    typed: dict[int, Typed] = {}
