"""Custom events: what our own recorder, Sentry's and PostHog's tell beside the DOM.

Ours     playhead.navigate, .identify, .event, .error, .submit, .key, .copy, .visibility
Sentry   breadcrumb (console, navigation), performanceSpan (requests)
PostHog  $pageview, window hidden / visible
"""

from typing import Any, Final, cast
from urllib.parse import urljoin

from playhead.core.targets.accname import clean
from playhead.core.visit.facts import Act, Shown
from playhead.core.visit.fields import Fields
from playhead.core.visit.gestures import Gestures
from playhead.core.visit.lane import Lane

CAUSED_MS: Final = 1_000.0  # a form is sent off by the click or key this long before
TITLE_FIRST_MS: Final = 50.0  # a router that sets the title and then the address does both in one go
KEY_FOLD_MS: Final = 1_500.0  # presses of one key closer than this are one interaction
EDITING_KEYS: Final = frozenset(
    ("Backspace", "Delete", "ArrowLeft", "ArrowRight", "Home", "End", "Shift+ArrowLeft", "Shift+ArrowRight")
)
MAX_TRAITS: Final = 20
_ROUTES: Final = frozenset(("push", "replace", "pop", "hash"))


class Told:
    """Reads the custom events of one lane."""

    __slots__ = ("_fields", "_gestures", "_key", "_lane")

    def __init__(self, lane: Lane, fields: Fields, gestures: Gestures) -> None:
        self._lane = lane
        self._fields = fields
        self._gestures = gestures
        self._key: Act | None = None

    def on_custom(self, tag: str, payload: Any, t_ms: float) -> None:
        said = cast(dict[str, Any], payload) if isinstance(payload, dict) else {}
        lane = self._lane
        match tag:
            case "playhead.navigate" | "playhead.navigation":
                self._routed(said, t_ms)
            case "playhead.identify":
                self._identified(said)
            case "playhead.event":
                name = clean(str(said.get("name") or ""), limit=80)
                if name:
                    lane.change(t_ms, "event", shown=Shown("event", name))
            case "playhead.error":
                lane.session.problems.add_error(said, t_ms=t_ms, page=lane.page, page_url=lane.url)
            case "playhead.submit":
                self._submitted(said, t_ms)
            case "playhead.key":
                self._keyed(said, t_ms)
            case "playhead.copy":
                self._gestures.copied(t_ms)
            case "playhead.visibility":
                self._visibility(str(said.get("state") or ""), t_ms)
            case "window hidden" | "window visible":
                self._visibility(tag.rsplit(" ", 1)[1], t_ms)
            case "$pageview" | "$url_changed":
                self._pageview(str(said.get("href") or ""), t_ms)
            case "performanceSpan":
                lane.session.requests[lane.load].add_span(said, page=lane.page)
            case "breadcrumb":
                self._breadcrumb(said, t_ms)
            case _:
                pass

    def _routed(self, said: dict[str, Any], t_ms: float) -> None:
        lane = self._lane
        url, kind = str(said.get("url") or ""), str(said.get("kind") or "push")
        if not url or url.rstrip("#") == lane.url.rstrip("#"):
            return  # a link to "#" goes nowhere
        title = clean(str(said.get("title") or ""), limit=120)
        if kind == "replace" and t_ms - lane.view.start_ms <= 1_000:
            lane.view.url = lane.url = url  # the page tidies its own address
            return
        told_ms, view, before = lane.retitled
        if view == lane.view_index and t_ms - told_ms <= TITLE_FIRST_MS and lane.view.title == title:
            lane.view.title = before  # the page changed its title first: it is the new route's
        new_title = title if title != lane.view.title else ""
        lane.show_view(t_ms, url, how=kind if kind in _ROUTES else "push", title=new_title)

    def _pageview(self, href: str, t_ms: float) -> None:
        lane = self._lane
        if not href or href == lane.url:
            return
        if not lane.url or t_ms - lane.facts.start_ms <= 1_000:
            lane.view.url = lane.url = lane.facts.url = href
        else:
            lane.show_view(t_ms, href, how="push")

    def _identified(self, said: dict[str, Any]) -> None:
        user = self._lane.session.user
        if said.get("id"):
            user["id"] = str(said["id"])[:200]
        traits = said.get("traits")
        if isinstance(traits, dict):
            for name, value in list(cast(dict[str, Any], traits).items())[:MAX_TRAITS]:
                if isinstance(value, str | int | float):
                    user[str(name)[:60]] = str(value)[:200]

    def _submitted(self, said: dict[str, Any], t_ms: float) -> None:
        lane = self._lane
        node_id = said.get("id")
        cause = lane.strong
        spot = lane.spots.at(node_id, url=lane.url) if isinstance(node_id, int) else None
        act = lane.act(t_ms, "submit", spot=spot)
        act.detail["form"] = node_id if isinstance(node_id, int) else 0
        act.detail["method"] = str(said.get("method") or "get").lower()[:10]
        action = said.get("action")
        if isinstance(action, str) and action:
            act.detail["action"] = urljoin(lane.url, action)[:500] if lane.url else action[:500]
        if cause is not None and cause.load == act.load and t_ms - cause.end_ms <= CAUSED_MS:
            act.cause = cause
            lane.strong = cause
        self._fields.leave()

    def _keyed(self, said: dict[str, Any], t_ms: float) -> None:
        lane = self._lane
        name, node_id = str(said.get("key") or "")[:30], said.get("id")
        if not name:
            return
        lane.session.active(t_ms)
        at = node_id if isinstance(node_id, int) else 0
        spot = lane.spots.at(at, url=lane.url) if at > 0 else None
        if name in EDITING_KEYS and (
            self._fields.typing is not None or (spot is not None and spot.nature in ("field", "editor"))
        ):
            return  # part of typing
        last = self._key
        if last is not None and last.value == name and last.load == lane.load and t_ms - last.end_ms <= KEY_FOLD_MS:
            last.count += 1
            last.end_ms = t_ms
            lane.pressed(t_ms)
            return
        self._fields.leave()
        lane.pressed(t_ms)
        self._key = lane.act(t_ms, "keypress", spot=spot, value=name)
        if spot is not None and spot.form and spot.nature == "field":
            self._fields.form(spot.form)

    def _visibility(self, state: str, t_ms: float) -> None:
        lane = self._lane
        hidden = state == "hidden"
        known = lane.facts.hidden_ms
        if state not in ("hidden", "visible") or (known and known[-1][1] == hidden):
            return
        known.append((t_ms, hidden))
        lane.act(t_ms, "visibility", value=state)

    def _breadcrumb(self, said: dict[str, Any], t_ms: float) -> None:
        """Sentry: payload {type, category, level, message, data}."""
        lane = self._lane
        category, message = str(said.get("category") or ""), str(said.get("message") or "")
        data = said.get("data")
        facts = cast(dict[str, Any], data) if isinstance(data, dict) else {}
        if category == "console":
            trace = {"level": str(said.get("level") or "log"), "payload": [message], "trace": []}
            lane.session.problems.add_console(trace, t_ms=t_ms, page=lane.page, page_url=lane.url)
        elif category == "navigation" and isinstance(facts.get("to"), str):
            url = urljoin(lane.url, facts["to"]) if lane.url else facts["to"]
            if url != lane.url:
                self._pageview(url, t_ms)
