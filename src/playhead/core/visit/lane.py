"""Lane: one page lane while a recording is read: its mirror, what is focused, what the visitor last did there.

A lane is one `Event.page`; recordings that do not name pages form a single lane whose document loads are told apart by
their node ids. `Session` is what all lanes share.
"""

from array import array
from typing import Final

from playhead.core.mirror.dom import Mirror
from playhead.core.targets.class_rules import Sheets
from playhead.core.targets.spots import Spot, Spots
from playhead.core.visit.ambient import Ambient
from playhead.core.visit.facts import STRONG, Act, Change, FormFacts, Load, Roll, Shown, Trail, View
from playhead.core.visit.network import Requests
from playhead.core.visit.problems import Problems
from playhead.core.visit.reading import Reader

READ_FOR_MS: Final = 10_000.0  # how long after an action the page's changes are read in words
MAX_ACTS: Final = 50_000  # interactions kept of one recording; a person makes a few thousand a day
MAX_VIEWS: Final = 10_000  # routes of single-page applications
MAX_CHANGES: Final = 200_000  # changes kept of one recording
MAX_STRANGE: Final = 50  # names of plugins that are counted one by one


class Session:
    """What all lanes of a recording share: what happened, in the order it was read."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.loads: list[Load] = []
        self.views: list[View] = []
        self.changes: list[list[Change]] = []
        self.ambient: list[Ambient] = []
        self.requests: list[Requests] = []
        self.trails: list[Trail] = []
        self.last_ms: list[float] = []
        self.canvas_seen: list[bool] = []
        self.waits: list[list[tuple[float, float]]] = []  # by load: when the page showed that it was busy
        self.rolls: dict[int, Roll] = {}  # by the order of their acts
        self.problems = Problems()
        self.sheets = Sheets()
        self.forms: dict[tuple[int, int], FormFacts] = {}
        self.activity: array[float] = array("d")
        self.user: dict[str, str] = {}
        self.agent = ""
        self.viewport: tuple[int, int] | None = None
        self.ended = False
        self.kept_changes = 0
        self.cut: dict[str, int] = {}
        self.unread: dict[str, int] = {}
        self.sources: dict[int, int] = {}  # incremental events by source; below 0: none that can be read
        self.strange: dict[str, int] = {}  # plugins that are not understood, by name
        self.scripted_clicks = 0
        self.presses_seen = False  # the recorder tells of presses: a click without one is the browser's or a script's

    def add_act(self, act: Act) -> None:
        if len(self.acts) >= MAX_ACTS:
            self.cut["interactions"] = self.cut.get("interactions", 0) + 1
            return
        act.order = len(self.acts)
        if not act.from_ms:
            act.from_ms = act.t_ms
        act.end_ms = max(act.end_ms, act.t_ms)
        self.acts.append(act)

    def add_change(self, change: Change) -> None:
        if self.kept_changes >= MAX_CHANGES:
            self.cut["changes"] = self.cut.get("changes", 0) + 1
            return
        self.kept_changes += 1
        self.changes[change.load].append(change)

    def active(self, t_ms: float) -> None:
        """Say that the visitor did something, be it only moving the mouse."""
        if not self.activity or t_ms > self.activity[-1]:
            self.activity.append(t_ms)

    def count_unread(self, what: str) -> None:
        self.unread[what] = self.unread.get(what, 0) + 1

    def count_strange(self, plugin: str) -> None:
        name = plugin[:80]
        if name not in self.strange and len(self.strange) >= MAX_STRANGE:
            name = "others"
        self.strange[name] = self.strange.get(name, 0) + 1


class Lane:
    """The state of one page lane, from load to load."""

    def __init__(self, page: str, session: Session) -> None:
        self.page = page
        self.session = session
        self.mirror = Mirror()
        self.spots = Spots(self.mirror, session.sheets)
        self.reader = Reader(self.mirror, self.spots)
        self.has_snapshot = False
        self.load = -1
        self.view_index = -1
        self.url = ""
        self.focus = 0
        self.focus_seen = False
        self.act_ms = -1e18  # when the visitor last did something that can make the page react
        self.strong: Act | None = None  # what that was
        self.fresh_ms: float | None = None  # when a document load began whose snapshot is still to come
        self.document_began = False  # DOMContentLoaded or Load was seen since the last snapshot
        self.native = False  # recorded by our own recorder, which tells page facts itself
        self.retitled: tuple[float, int, str] = (-1e18, -1, "")  # when a title came, in which view, and the one before
        self.editor = 0  # the contenteditable element being typed into

    @property
    def facts(self) -> Load:
        return self.session.loads[self.load]

    def begin_load(self, t_ms: float, *, url: str, how: str = "unknown") -> None:
        """Open a new document load in this lane."""
        session = self.session
        if self.load >= 0:
            session.loads[self.load].end_ms = max(session.last_ms[self.load], session.loads[self.load].start_ms)
        self.load = len(session.loads)
        session.loads.append(Load(self.page, url, t_ms, t_ms, how, tab=self.page or "only"))
        session.changes.append([])
        session.ambient.append(Ambient())
        session.requests.append(Requests())
        session.requests[-1].page_url = url
        session.trails.append(Trail(array("d"), array("d"), array("d"), []))
        session.last_ms.append(t_ms)
        session.canvas_seen.append(False)
        session.waits.append([])
        self.focus, self.editor, self.strong = 0, 0, None
        self.show_view(t_ms, url, how="load")

    def show_view(self, t_ms: float, url: str, *, how: str, title: str = "") -> None:
        """Open a new route of the current load."""
        session = self.session
        if len(session.views) >= MAX_VIEWS and how != "load":
            session.cut["views"] = session.cut.get("views", 0) + 1
            return
        self.url = url
        self.view_index = len(session.views)
        session.views.append(View(self.load, url, title, t_ms, t_ms, how, self.page))

    @property
    def view(self) -> View:
        """The current route of this lane."""
        return self.session.views[self.view_index]

    def is_near(self, t_ms: float) -> bool:
        """Whether changes at this moment could answer something the visitor did."""
        return t_ms - self.act_ms <= READ_FOR_MS

    def pressed(self, t_ms: float) -> None:
        """Say that the visitor pressed, typed or touched, whatever comes of it."""
        self.act_ms = t_ms
        self.session.ambient[self.load].acted(t_ms)
        self.session.active(t_ms)

    def act(
        self,
        t_ms: float,
        kind: str,
        *,
        spot: Spot | None = None,
        from_ms: float = 0.0,
        end_ms: float = 0.0,
        value: str | None = None,
        x: float = -1,
        y: float = -1,
    ) -> Act:
        """Note something the visitor did on this page."""
        act = Act(t_ms, kind, self.load, self.url, spot, from_ms or t_ms, end_ms or t_ms, x, y, value)
        act.view = self.view_index
        self.session.add_act(act)
        if kind != "scroll":  # who scrolled is seen later
            self.session.active(t_ms)
        if kind in STRONG:
            self.act_ms = max(self.act_ms, t_ms)
            self.strong = act
        return act

    def change(self, t_ms: float, what: str, *, node: int = 0, shown: Shown | None = None) -> None:
        """Note a change that is not a mutation: focus, scroll, media, a value."""
        place = ((node, what),)
        self.session.ambient[self.load].note(place, t_ms)
        if self.is_near(t_ms):
            self.session.add_change(
                Change(t_ms, self.load, what, (place,), (node,), (shown,) if shown is not None else ())
            )
