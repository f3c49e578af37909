"""Effects and signals in words for a terminal, each with the mark that says how it is meant."""

from typing import Final, NamedTuple

from playhead.core.telling.outcomes import closed_dialog, failed, is_telling, last_states
from playhead.core.telling.phrases import Wording, path_of, quoted, span
from playhead.core.trace import Effect, Interaction, Signal

MOST: Final = 6  # effects told of one deed
QUIET: Final = 3  # of these, changes that are no message, request, page or error
LOUD: Final = frozenset(("alert", "dialog", "toast", "field_error", "error", "request", "navigate"))
_STATES: Final = frozenset(("state", "value"))
_RANK: Final = {"request": 0, "error": 1}
_WORDS: Final = {"field_error": "field error", "text_added": "shows", "text_removed": "gone:"}


class Told(NamedTuple):
    tone: str  # error, success or ""
    words: str


def effects(members: list[Interaction], *, pages: bool) -> list[Told]:
    """The effects worth a person's attention; without `pages`, those that opened one are told elsewhere."""
    told: dict[str, Told] = {}
    quiet = 0
    found = [effect for one in members for effect in one.effects]
    states = last_states([effect.text or "" for effect in found if effect.kind in _STATES])
    names = " ".join(one.target.name for one in members if one.target is not None)
    for effect in sorted(found, key=_rank):
        text = effect.text or ""
        if effect.kind == "navigate" and not pages:
            continue
        if effect.kind in _STATES and text not in states:
            continue
        if effect.kind in ("text_added", "text_removed") and not is_telling(text, names):
            continue
        words = effect_words(effect)
        if words and words not in told and (effect.kind in LOUD or quiet < QUIET):
            quiet += effect.kind not in LOUD
            tone = "error" if failed(effect) or effect.kind in ("error", "field_error") else effect.tone or ""
            told[words] = Told(tone, words)
    return list(told.values())[:MOST]


def effect_words(effect: Effect) -> str:
    text = effect.text or ""
    if effect.kind == "request":
        status = "failed" if effect.status == 0 else (str(effect.status) if effect.status is not None else "")
        took = f"in {span(effect.duration_ms)}" if effect.duration_ms is not None else ""
        return " ".join(filter(None, (effect.method or "request", (effect.path or "")[:80], status, took)))
    if effect.kind == "navigate":
        return f"page {Wording().page(effect.url or '', text, effect.status)}"
    if effect.kind == "scroll":
        return f"scrolls {text}".strip()
    if effect.kind in ("state", "value") or (effect.kind == "text_removed" and closed_dialog(text) is not None):
        return text.replace('"', "'")[:90]
    return f"{_WORDS.get(effect.kind, effect.kind)} {quoted(text)}"


def _rank(effect: Effect) -> tuple[int, bool, bool, float]:
    """Requests first, then what was said, errors before the rest: the order in which a person would tell it."""
    return (_RANK.get(effect.kind, 2), effect.kind not in LOUD, effect.tone != "error", effect.t_ms)


def signal_words(signal: Signal) -> str:
    """The numbers that made a signal fire: `5 clicks in 1.3 s`."""
    said = _Numbers(signal)
    match signal.kind:
        case "rage_click":
            return f"{said['clicks']} clicks in {said.time('duration_ms')}"
        case "dead_click":
            return f"nothing changed for {said.time('waited_ms')}"
        case "slow_response":
            asked = f" for {said['request']}" if said["request"] else ""
            return f"waited {said.time('waited_ms')}{asked}"
        case "js_error":
            return quoted(said["message"]) + said.times("count")
        case "network_error":
            return f"{said['method']} {said['path']} {said['status'] or 'failed'}".strip() + said.times("count")
        case "error_click" | "login_failure":
            return quoted(said["message"]) if said["message"] else f"{said['request']} {said['status']}".strip()
        case "validation_loop":
            return f"refused {said['refusals']} times" + (f": {said['fields']}" if said["fields"] else "")
        case "form_abandon":
            return f"{said['fields']} of {said['of'] or '?'} fields filled in, not sent"
        case "repeated_search":
            return f"{said['searches']} searches, {said['empty'] or 0} without a result"
        case "not_found":
            return path_of(said["url"]) + (f" {quoted(said['says'])}" if said["says"] else "")
        case "quick_back":
            return f"back after {said.time('away_ms')}"
        case "idle_gap":
            return said.time("idle_ms") + (", tab hidden" if said["hidden"] else "")
        case "cursor_thrash":
            return f"{said['reversals']} turns in {said.time('duration_ms')}"
        case _:
            return ", ".join(f"{name} {value}" for name, value in signal.measured.items())


class _Numbers:
    """What a signal measured; what it did not is ""."""

    def __init__(self, signal: Signal) -> None:
        self._measured = signal.measured

    def __getitem__(self, name: str) -> str:
        value = self._measured.get(name)
        return "" if value is None or value is False or value == 0 else str(value)

    def time(self, name: str) -> str:
        value = self._measured.get(name)
        return span(value) if isinstance(value, (int, float)) else "a while"

    def times(self, name: str) -> str:
        count = self._measured.get(name)
        return f" ×{count}" if isinstance(count, int) and count > 1 else ""
