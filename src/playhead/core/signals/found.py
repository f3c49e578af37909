"""Found: one signal before it has a number, and what several kinds ask of the facts."""

import re
from bisect import bisect_left
from typing import Final
from urllib.parse import urlsplit

import msgspec

from playhead.core.patterns import late
from playhead.core.targets.spots import Spot
from playhead.core.trace import Signal, Target
from playhead.core.visit.facts import CLICKS, Act, Facts, Shown
from playhead.core.visit.network import Request

MAX_REFS: Final = 40  # evidence listed for one signal; its `measured` counts say how much there was
GIVEN_UP_MS: Final = 50.0  # a page gives a request up in the task in which it asks anew or shows another route
MAX_BESIDE: Final = 40  # requests and routes of one moment that are looked at
LOUD: Final = frozenset(("alert", "toast", "field_error", "dialog"))
_NUMBER = late(r"\d+|[0-9a-f]{8,}", re.I)
_COUNTED = late(r"(?<!\()(?<!\d)\d+")  # counted ids of a selector, not its positions
_NEVER_DRAWS = late(
    r"^(?:save|send|submit|buy|order|book|pay|delete|add to|subscribe|contact|sign (?:in|out|up)|log ?(?:in|out)|"
    r"invite|comment|rename|report|help|settings|alert|notify|remind|check ?out|continue|cancel|upload|reserve|approve|"
    r"reject|confirm|assign|publish|archive|call|ask|request|register|create account|learn more|read more)\b",
    re.I,
)
_STEPS = late(
    r"^\W{0,3}$|\b(?:zoom|next|prev(?:ious)?|forwards?|backwards?|plus|minus|increase|decrease|more|less|fewer|undo|redo|"
    r"rotate|turn|step|up|down|left|right|faster|slower|page|longer|"
    r"shorter|larger|smaller|bigger|wider|narrower|higher|lower|closer|further|farther|brighter|darker|earlier|later)\b",
    re.I,
)
_BUILD = late(r"[.-][0-9A-Za-z_]{6,}(?=\.(?:m?js|css)\b)")

Measured = dict[str, str | float | int | bool]


class Found(msgspec.Struct):
    """One signal; `acts` is its evidence in time order."""

    kind: str
    t_ms: float
    end_ms: float
    acts: list[Act]
    measured: Measured
    target: Target | None = None
    page_url: str = ""
    fingerprint: str = ""

    def as_signal(self, ref: str) -> Signal:
        refs = list(dict.fromkeys(act.ref for act in self.acts if act.ref))[:MAX_REFS]
        url = self.page_url or (self.acts[0].page_url if self.acts else "")
        return Signal(ref, self.kind, self.t_ms, self.end_ms, refs, self.target, self.measured, url, self.fingerprint)


def fingerprint(kind: str, *parts: str) -> str:
    """A name for the same trouble in other sessions and after deploys."""
    import hashlib  # loads OpenSSL: 2 ms of CPU that most recordings need not spend

    text = "\n".join((kind, *parts)).encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def control_fingerprint(kind: str, act: Act) -> str:
    """The fingerprint of trouble with one control."""
    target = act.spot.target if act.spot is not None else None
    if target is None:
        return fingerprint(kind, generic_path(act.page_url))
    selector = _COUNTED.sub("#", target.selector)
    return fingerprint(kind, generic_path(act.page_url), target.role, _NUMBER.sub("#", target.name), selector)


def generic_path(url: str) -> str:
    """The path of a URL with its ids taken out."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = url
    return _NUMBER.sub("#", path)


def generic_file(where: str) -> str:
    """The file of "app.3f2a91bc.js:12:3" without build hash and line, which change with every deploy."""
    return _BUILD.sub("", where.split(":", 1)[0])


def target_of(act: Act | None) -> Target | None:
    return act.spot.target if act is not None and act.spot is not None else None


def is_click(act: Act) -> bool:
    """A click of its own: not a double click's sum, not the browser's."""
    return act.kind in CLICKS and act.cause is None


def may_have_drawn(act: Act, facts: Facts) -> bool:
    """Whether what a press did may show on a canvas or in a frame beside it that the recording does not hold.

    What is never answered by a drawing alone (Save, Order, Delete, …) is judged all the same.
    """
    spot = act.spot
    if spot is None or not spot.beside_canvas or spot.disabled or facts.canvas_seen[act.load]:
        return False
    return _NEVER_DRAWS.search(spot.target.name) is None


def may_have_stepped(act: Act) -> bool:
    """Whether what a press did may show in a masked field beside it alone: 2 and 3 look alike there."""
    spot = act.spot
    return spot is not None and spot.beside_masked and not spot.disabled and not spot.submits and steps(spot)


def steps(spot: Spot) -> bool:
    """Whether a control is pressed several times in a row by its nature: zoom, next, plus."""
    return _STEPS.search(spot.target.name) is not None


def sends_form(act: Act) -> int:
    """The form node an act sends off or tries to, 0 for none."""
    if act.kind == "submit":
        form = act.detail.get("form", 0)
        return form if isinstance(form, int) else 0
    spot = act.spot
    if spot is None:
        return 0
    if act.kind in CLICKS and act.cause is None:
        return spot.submits
    if act.kind == "keypress" and act.value == "Enter" and spot.nature == "field":
        return spot.form
    return 0


def errors_shown(act: Act) -> list[tuple[float, Shown]]:
    """The error messages an act brought about, with the moments they came into sight."""
    found: list[tuple[float, Shown]] = []
    good = {shown.text for shown in act.shown if shown.tone == "success"}  # read out once more, maybe
    for shown in act.shown:
        if shown.tone == "error" and shown.kind in LOUD and shown.text not in good:
            text = f"{shown.field}: {shown.text}" if shown.field else shown.text
            moment = next((e.t_ms for e in act.effects if e.kind == shown.kind and e.text == text), act.t_ms)
            found.append((moment, shown))
    return found


def unseen_end(facts: Facts, load: int) -> tuple[float, float]:
    """From when until when nothing of the visitor's was recorded before the next page of a load's tab came; both the
    same where none came. Recorders that send what they hold every few seconds lose the end of a page."""
    came = facts.next_page_ms(load)
    at = bisect_left(facts.activity, came) - 1
    return (min(facts.activity[at], came), came) if at >= 0 else (came, came)


def bad_requests(act: Act) -> list[Request]:
    return [request for request in act.requests if request.bad and not request.telemetry]


def is_left(facts: Facts, request: Request, load: int, *, within_ms: float = 1_000.0) -> bool:
    """Whether a request without an answer was given up: its page or route was left, or the page asked anew."""
    page = facts.loads[load]
    if page.left_ms is not None and request.end_ms >= page.left_ms - within_ms:
        return True
    if any(hidden and abs(request.end_ms - moment) <= within_ms for moment, hidden in page.hidden_ms):
        return True
    return request.end_ms >= page.end_ms - within_ms or _is_superseded(facts, request, load)


def _is_superseded(facts: Facts, request: Request, load: int) -> bool:
    """Whether a route was left, or the same was asked anew, at the moment at which the request ended."""
    first, last = request.end_ms - GIVEN_UP_MS, request.end_ms + GIVEN_UP_MS
    at = bisect_left(facts.views, first, key=lambda view: view.start_ms)
    for view in facts.views[at : at + MAX_BESIDE]:
        if view.start_ms <= last and view.load == load and view.start_ms > request.t_ms:
            return True
    asked = facts.requests[load]
    at = bisect_left(asked, first, key=lambda other: other.t_ms)
    for other in asked[at : at + MAX_BESIDE]:
        anew = (other.method, other.path) == (request.method, request.path)
        if other is not request and anew and other.t_ms <= last:
            return True
    return False
