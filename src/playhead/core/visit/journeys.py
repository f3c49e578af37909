"""Journeys: from page to page. Which act opened which page, what that page had to say, and the acts nobody recorded.

Native recordings tell of submits and of how a page was reached; elsewhere both are worked out: a page load after a
pressed submit button is its answer, a page load after typing was sent off by the Enter key.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from playhead.core.trace import Effect
from playhead.core.visit.answers import effect_of
from playhead.core.visit.facts import CLICKS, STRONG, Act, Load, Shown, View
from playhead.core.visit.lane import Session
from playhead.core.visit.loads import without_hash

LINK_MS: Final = 30_000.0  # a link or a form brings its page within this; browsers give up later
PRESS_MS: Final = 2_500.0  # any other control does so at once, or not at all
ASKED_MS: Final = 100.0  # two clocks of one browser may differ so much
SCRIPT_MS: Final = (
    600.0  # what is no button or link opens a page by script, at once; a hand needs longer to go elsewhere
)
OPENING: Final = frozenset(("button", "link", "looks"))
RELOAD_MS: Final = 1_500.0  # a hand needs longer to reach the reload key after a press
REDIRECT_MS: Final = 1_000.0  # a page that sends the visitor on does so this soon
BACK_MS: Final = 600.0
HOP_MS: Final = 300.0  # a press that already went somewhere goes on to another place of the page this soon
TYPED_MS: Final = 5_000.0  # a page load this soon after typing was sent off by Enter
SENDING_METHODS: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))


def attribute_loads(session: Session, acts: list[Act]) -> None:
    """Give each page load but the first to the act that opened it, and that act what the page said."""
    strong = [act for act in acts if act.kind in STRONG and act.cause is None]
    loads = sorted(range(len(session.loads)), key=lambda at: session.loads[at].start_ms)
    at = 0
    for place, number in enumerate(loads):
        load = session.loads[number]
        while at < len(strong) and strong[at].from_ms <= load.start_ms:
            at += 1
        if place == 0:
            continue
        act = _opener(session, strong[max(0, at - 6) : at], load, number)
        if act is None:
            continue
        load.cause = act
        act.loads.append(number)
        act.reactions.append(max(load.start_ms, act.t_ms))
        act.visible.append(max(load.start_ms, act.t_ms))
        act.effects.append(Effect("navigate", load.start_ms, url=load.url, status=load.status, text=load.title or None))
        _give_messages(session, act, number, loads[:place])


def attribute_views(views: list[View], owner_at: Callable[[float], Act | None]) -> None:
    """Give each new route inside a document to the act that showed it."""
    for view in views:
        if view.how in ("load", "reload", "back_forward"):
            continue
        act = owner_at(view.start_ms)
        if act is None or (view.how == "pop" and not _leads_back(act, view)):
            continue
        if view.how == "hash" and view.start_ms - act.t_ms > HOP_MS and _went(act):
            continue  # the browser's arrow
        view.cause = act
        act.reactions.append(max(view.start_ms, act.t_ms))
        act.visible.append(max(view.start_ms, act.t_ms))
        act.reactions.sort()
        act.visible.sort()
        act.effects.append(Effect("navigate", view.start_ms, url=view.url, text=view.title or None))


def inferred_submits(session: Session, acts: list[Act]) -> list[Act]:
    """Return the submits that recordings without `playhead.submit` do not tell of."""
    found: list[Act] = []
    for act in acts:
        if session.loads[act.load].native or act.kind not in CLICKS or act.cause is not None or act.spot is None:
            continue
        if act.spot.submits and not act.spot.disabled and _was_sent(act):
            found.append(_submit(act, act.t_ms, act.spot.submits))
    for number, load in enumerate(session.loads):
        by = load.cause
        if by is not None and by.kind == "input" and not session.loads[by.load].native and by.spot and by.spot.form:
            found.append(_submit(by, by.end_ms, by.spot.form))
            found[-1].loads = [number]
    return found


def _submit(cause: Act, t_ms: float, form: int) -> Act:
    act = Act(t_ms, "submit", cause.load, cause.page_url, cause.spot, t_ms, t_ms, view=cause.view, order=cause.order)
    act.cause = cause
    act.detail["inferred"] = True
    act.detail["form"] = form
    return act


def _was_sent(act: Act) -> bool:
    if act.loads or any(request.method in SENDING_METHODS or not request.method for request in act.requests):
        return True
    return bool(act.reactions) and not act.focused and not any(shown.tone == "error" for shown in act.shown)


def _opener(session: Session, recent: list[Act], load: Load, number: int) -> Act | None:
    """The act that opened a page, going back from its start; another tab's act only if it opens tabs."""
    asked_ms = _asked_ms(session, number)
    for act in reversed(recent):
        if act.from_ms > asked_ms + ASKED_MS:
            continue  # while the page was waited for
        origin = session.loads[act.load]
        if act.load == number:
            continue
        if _is_over(session, act, load):
            break  # and whatever was done before it is
        opens_tabs = act.spot is not None and (act.spot.leaves or _opened_aside(act, load))
        same_tab = origin.tab == load.tab or not opens_tabs
        waited = asked_ms - max(act.t_ms, act.end_ms)
        if origin.tab != load.tab and same_tab and not _is_handover(session, act, load):
            continue
        if _opens(act, load, waited, told=origin.native):
            return act
        if waited > LINK_MS:
            break
    return None


def _asked_ms(session: Session, number: int) -> float:
    """When a page was asked for, as its browser tells; else when it came."""
    load, began_ms = session.loads[number], session.requests[number].began_ms
    known = began_ms is not None and load.start_ms - LINK_MS <= began_ms <= load.start_ms
    return began_ms if known and began_ms is not None else load.start_ms


def _is_over(session: Session, act: Act, load: Load) -> bool:
    """Whether the page that an act opened had been there for a while, so that another way led on from it."""
    opened = [session.loads[number] for number in act.loads if session.loads[number].tab == load.tab]
    return bool(opened) and load.start_ms - opened[0].start_ms > REDIRECT_MS


def _opened_aside(act: Act, load: Load) -> bool:
    """Whether a link was opened in another tab by the visitor's own choice (Ctrl-click, the context menu)."""
    href = act.spot.href if act.spot is not None else ""
    if act.kind not in CLICKS and act.kind != "contextmenu":
        return False
    came_from = not load.referrer or urlsplit(load.referrer).netloc == urlsplit(act.page_url).netloc
    return href.startswith("http") and without_hash(href) == without_hash(load.url) and came_from


def _is_handover(session: Session, act: Act, load: Load) -> bool:
    """Whether a lane went silent as this one began: lanes without tab ids are loads of one tab."""
    origin = session.loads[act.load]
    native = origin.native and load.native
    return not native and session.last_ms[act.load] <= load.start_ms + 500.0


def _opens(act: Act, load: Load, waited: float, *, told: bool) -> bool:
    """`told`: the recorder tells of keys and sent forms, so that typing alone opens nothing."""
    if load.how == "back_forward":
        return waited <= BACK_MS
    if load.how == "reload":
        return waited <= RELOAD_MS
    spot = act.spot
    link = spot is not None and spot.href.startswith("http") and act.kind in CLICKS and not _stays(spot.href, act)
    if link and spot is not None and (_leads_to(spot.href, load.url) or waited <= PRESS_MS):
        return waited <= LINK_MS
    sends = spot is not None and bool(spot.submits) and act.kind in CLICKS
    if sends or act.kind == "submit":
        return waited <= LINK_MS
    if act.requests and load.start_ms - act.requests[-1].end_ms <= PRESS_MS:
        return True
    if act.kind == "keypress":
        return act.value == "Enter" and waited <= (LINK_MS if spot is not None and spot.form else PRESS_MS)
    if act.kind == "input":
        return waited <= TYPED_MS and not (told and "choice" not in act.detail)
    return waited <= (PRESS_MS if spot is not None and spot.nature in OPENING else SCRIPT_MS)


def _stays(href: str, act: Act) -> bool:
    """Whether a link names a place of the page it stands on."""
    return "#" in href and without_hash(href) == without_hash(act.page_url)


def _leads_to(href: str, url: str) -> bool:
    if without_hash(href) == without_hash(url):
        return True
    try:
        one, other = urlsplit(href), urlsplit(url)
    except ValueError:
        return False
    return (one.netloc, one.path.rstrip("/")) == (other.netloc, other.path.rstrip("/"))


def _leads_back(act: Act, view: View) -> bool:
    """Whether a press went back by script: at once, and nowhere else before. Else it was the browser's arrow."""
    if act.kind not in CLICKS and act.kind != "keypress":
        return False
    return not _went(act) and view.start_ms - act.t_ms <= BACK_MS


def _went(act: Act) -> bool:
    return any(effect.kind == "navigate" for effect in act.effects)


def _give_messages(session: Session, act: Act, number: int, earlier: list[int]) -> None:
    """What the opened page says in its messages answers the act, unless the page before it said the same."""
    load = session.loads[number]
    before: set[str] = set()
    for other in reversed(earlier):
        if session.loads[other].tab == load.tab:
            before = {shown.text for _, shown in session.loads[other].shown}
            break
    sent = _is_sending(act)
    given: list[Shown] = []
    for t_ms, shown in load.shown:
        if shown.text in before and not (sent and shown.tone == "error"):
            continue
        if any(known.text == shown.text and known.kind == shown.kind for known in given):
            continue
        given.append(shown)
        act.shown.append(shown)
        act.effects.append(effect_of(shown, t_ms))


def _is_sending(act: Act) -> bool:
    if act.kind in ("submit", "input") or (act.kind == "keypress" and act.value == "Enter"):
        return True
    return act.spot is not None and bool(act.spot.submits)
