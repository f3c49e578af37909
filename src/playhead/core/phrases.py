"""Phrases: one interaction, its effects and its signals in the words of a narrative line.

Everything quoted comes from the recording, that is from strangers: quotes inside are turned into single ones, so that
a text cannot pose as structure.
"""

from typing import Final
from urllib.parse import urlsplit

from playhead.core.patterns import late
from playhead.core.trace import Effect, Interaction, Signal, Target

MAX_QUOTE: Final = 90  # characters of one quoted text
LOUD: Final = frozenset(("alert", "dialog", "toast", "field_error", "error", "request", "navigate"))
_RANK: Final = {
    "request": 0,
    "error": 1,
    "alert": 2,
    "field_error": 3,
    "dialog": 4,
    "toast": 5,
    "navigate": 6,
    "event": 7,
    "state": 8,
    "value": 9,
    "text_added": 10,
    "text_removed": 11,
    "scroll": 12,
}
_WORDS: Final = {"field_error": "field error", "text_added": "shows", "text_removed": "gone:", "event": "event"}

_CLOSED: Final = late(r'dialog (?:".*" )?closed')


def quoted(text: str, *, limit: int = MAX_QUOTE) -> str:
    text = text.replace('"', "'")
    return f'"{text if len(text) <= limit else text[: limit - 1].rstrip() + "…"}"'


def clock(t_ms: float, start_ms: float) -> str:
    """A moment as time since the start: 01:23.4, with hours where there are any; cut, not rounded, as in the player."""
    tenths = int(max(0.0, t_ms - start_ms) / 100 + 1e-6)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{text}" if hours else text


def span(ms: float) -> str:
    """A duration as a person says it: 310 ms, 4.2 s, 3 min 5 s."""
    if ms < 1_000:
        return f"{round(ms)} ms"
    seconds = round(ms / 1_000, 1)
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(ms / 1_000), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def who(target: Target | None, *, container: bool = True) -> str:
    """A control as a person points at it: button "Place order" in dialog "Checkout"."""
    if target is None:
        return "the page"
    role = "" if target.role in ("generic", "document") else target.role
    if target.name:
        words = f"{role} {quoted(target.name, limit=60)}".strip()
    else:
        words = f"{role or 'element'} {target.selector.rsplit(' > ', 1)[-1][:50]}".strip()
    return f"{words} in {target.container}" if container and target.container else words


def path_of(url: str) -> str:
    """The part of an address that tells pages apart."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:80]
    if not parts.scheme.startswith("http"):
        return url[:80]
    path = parts.path or "/"
    if parts.query:
        path += "?" + parts.query
    if parts.fragment.startswith(("/", "!")):
        path += "#" + parts.fragment  # a router that lives in the hash
    return path if len(path) <= 80 else path[:79] + "…"


def page_words(url: str, title: str | None, status: object = None) -> str:
    words = path_of(url)
    if title:
        words += f" {quoted(title, limit=60)}"
    return f"{words} ({status})" if isinstance(status, int) and status >= 400 else words


def action(one: Interaction, *, brief: bool = False) -> str:
    """What the visitor did, without its effects; `brief` leaves out places and titles."""
    detail = one.detail if isinstance(one.detail, dict) else {}
    value = one.value if isinstance(one.value, str) else ""
    target = who(one.target, container=not brief)
    match one.kind:
        case "click":
            if detail.get("disabled"):
                return f"press disabled {target}"
            return f"{'tap' if detail.get('touch') else 'click'} {target}"
        case "dblclick":
            return f"double-click {target}"
        case "contextmenu":
            return f"right-click {target}"
        case "input":
            return _typed(one, value, detail, target)
        case "submit":
            return f"submit {target}"
        case "keypress":
            return f"press {value} in {target}" if one.target is not None else f"press {value}"
        case "navigate":
            return _opened(one, detail, brief=brief)
        case "scroll":
            return f"scroll {'' if one.target is None else target + ' '}to {detail.get('to_px', 0)} px"
        case "select":
            words = f"select text {quoted(value)}" if value else "select text"
            return f"{words} and copy it" if detail.get("copied") else words
        case "drag" | "touch":
            return f"{'drag' if one.kind == 'drag' else 'swipe'} {target} by {detail.get('distance_px', 0)} px"
        case "resize":
            return f"resize the window to {value}"
        case "visibility":
            return "leave the tab" if value == "hidden" else "come back to the tab"
        case "media":
            return f"{target} {value}"
        case _:
            return f"{one.kind} {target}"


def effects(one: Interaction, *, most: int = 5, limit: int = MAX_QUOTE, brief: bool = False) -> list[str]:
    """The effects worth a person's attention, most telling first."""
    ranked = sorted(one.effects, key=_rank)
    requests: dict[str, int] = {}
    words: list[str] = []
    for effect in ranked:
        text = effect_words(effect, limit=limit, brief=brief)
        if effect.kind == "request":
            requests[text] = requests.get(text, 0) + 1
            if requests[text] > 1:
                continue
        if effect.kind not in LOUD and len(words) >= 3:
            continue
        if text and text not in words:
            words.append(text)
    return words[:most]


def _rank(effect: Effect) -> tuple[int, bool, float]:
    """Requests first, then what was said, errors before the rest: the order in which a person would tell it."""
    place = _RANK.get(effect.kind, 13)
    return (place if place < 2 else 2, effect.tone != "error", place + effect.t_ms / 1e15)


def effect_words(effect: Effect, *, limit: int = MAX_QUOTE, brief: bool = False) -> str:
    if effect.kind == "request":
        method = f"{effect.method} " if effect.method else "request "
        status = "failed" if effect.status == 0 else (str(effect.status) if effect.status is not None else "")
        took = f"in {span(effect.duration_ms)}" if effect.duration_ms is not None else ""
        return " ".join(filter(None, (f"{method}{(effect.path or '')[:80]}", status, took)))
    if effect.kind == "navigate":
        return f"page {page_words(effect.url or '', None if brief else effect.text, effect.status)}"
    if effect.kind == "scroll":
        return f"scrolls {effect.text}" if effect.text else "scrolls"
    text = effect.text or ""
    if effect.kind in ("state", "value") or (effect.kind == "text_removed" and _CLOSED.fullmatch(text)):
        return text.replace('"', "'")[:limit]
    return f"{_WORDS.get(effect.kind, effect.kind)} {quoted(effect.text or '', limit=limit)}"


def signal_words(signal: Signal) -> str:
    """A signal with the numbers that made it fire, for a line of its own."""
    parts: list[str] = []
    for name, value in signal.measured.items():
        if isinstance(value, bool):
            parts.append(name if value else "")
        elif name.endswith("_ms") and isinstance(value, int | float):
            parts.append(f"{name[:-3]} {span(value)}")
        elif isinstance(value, float):
            parts.append(f"{name} {value:g}")
        else:
            parts.append(f"{name} {quoted(value) if isinstance(value, str) and name != 'path' else value}")
    return f"{signal.kind}: {', '.join(filter(None, parts))}"


def _typed(one: Interaction, value: str, detail: dict[str, str | float | int | bool], target: str) -> str:
    role = one.target.role if one.target is not None else ""
    if value in ("checked", "unchecked"):
        return f"{'tick' if value == 'checked' else 'untick'} {target}"
    if not value:
        return f"clear {target}"
    if detail.get("masked"):
        length = detail.get("length")
        return f"type (masked, {length} characters) into {target}" if length else f"type (masked) into {target}"
    if detail.get("choice"):
        return f"choose {quoted(value)} in {target}"
    return f"set {target} to {quoted(value)}" if role == "slider" else f"type {quoted(value)} into {target}"


def _opened(one: Interaction, detail: dict[str, str | float | int | bool], *, brief: bool) -> str:
    title = None if brief else detail.get("title")
    words = page_words(one.page_url, title if isinstance(title, str) else None, detail.get("status"))
    how = str(detail.get("how", "load"))
    verb = {"reload": "reload", "back_forward": "go back to", "pop": "go back to", "new_tab": "open in a new tab"}
    return f"{verb.get(how, 'open')} {words}"
