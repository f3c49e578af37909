"""Phrases: one interaction, its effects and its signals in the words of a narrative line.

Everything quoted comes from the recording, that is from strangers: quotes inside are turned into single ones, so that
a text cannot pose as structure.
"""

import re
from typing import Final, TypeAlias
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

_OPENED: Final = {"reload": "reload", "back_forward": "back to", "pop": "back to", "new_tab": "open in new tab"}
_PLACE: Final = re.compile(r":nth-of-type\(\d+\)")
Detail: TypeAlias = dict[str, str | float | int | bool]  # what an interaction tells besides

_CLOSED: Final = late(r'dialog (?:".*" )?closed')


def quoted(text: str, *, limit: int = MAX_QUOTE) -> str:
    text = text.replace('"', "'")
    return f'"{text if len(text) <= limit else text[: limit - 1].rstrip() + "…"}"'


def clock(t_ms: float, start_ms: float, *, tenths: bool = True) -> str:
    """A moment as time since the start: 01:23.4, with hours where there are any; cut, not rounded, as in the player."""
    passed = int(max(0.0, t_ms - start_ms) / 100 + 1e-6)
    minutes, rest = divmod(passed, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
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


class Wording:
    """One deed in words; a narrative says some of them shorter."""

    def who(self, target: Target | None) -> str:
        """A control as a person points at it: button "Place order" in dialog "Checkout"."""
        if target is None:
            return "the page"
        words = f"{role_of(target)} {quoted(target.name, limit=60) if target.name else short_selector(target)}".strip()
        return f"{words} in {target.container}" if target.container else words

    def page(self, url: str, title: str, status: object = None) -> str:
        words = path_of(url)
        if title:
            words += f" {quoted(title, limit=60)}"
        return f"{words} ({status})" if isinstance(status, int) and status >= 400 else words

    def typed(self, one: Interaction, value: str, detail: Detail) -> str:
        who = self.who(one.target)
        if detail.get("masked") and not detail.get("choice"):
            length = detail.get("length")
            return f"type (masked, {length} characters) into {who}" if length else f"type (masked) into {who}"
        if detail.get("choice"):
            return f"choose {self.text(value)} in {who}"
        role = one.target.role if one.target is not None else ""
        return f"set {who} to {self.text(value)}" if role == "slider" else f"type {self.text(value)} into {who}"

    def text(self, text: str) -> str:
        return quoted(text)

    def action(self, one: Interaction) -> str:
        """What the visitor did, without its effects."""
        detail = one.detail if isinstance(one.detail, dict) else {}
        value = one.value if isinstance(one.value, str) else ""
        match one.kind:
            case "click" if detail.get("disabled"):
                return f"press disabled {self.who(one.target)}"
            case "click":
                return f"{'tap' if detail.get('touch') else 'click'} {self.who(one.target)}"
            case "dblclick":
                return f"double-click {self.who(one.target)}"
            case "contextmenu":
                return f"right-click {self.who(one.target)}"
            case "input" if value in ("checked", "unchecked"):
                return f"{'tick' if value == 'checked' else 'untick'} {self.who(one.target)}"
            case "input":
                return self.typed(one, value, detail) if value else f"clear {self.who(one.target)}"
            case "keypress":
                nowhere = one.target is None or one.target.selector in ("body", "html")
                return f"press {value}" if nowhere else f"press {value} in {self.who(one.target)}"
            case "navigate":
                verb = _OPENED.get(str(detail.get("how", "load")), "open")
                return f"{verb} {self.page(one.page_url, str(detail.get('title') or ''), detail.get('status'))}"
            case "scroll":
                where = "" if one.target is None else f"{self.who(one.target)} "
                return f"scroll {where}to {detail.get('to_px', 0)} px"
            case "select":
                words = f"select text {self.text(value)}" if value else "select text"
                return f"{words} and copy it" if detail.get("copied") else words
            case "drag" | "touch":
                verb = "drag" if one.kind == "drag" else "swipe"
                return f"{verb} {self.who(one.target)} by {detail.get('distance_px', 0)} px"
            case "resize":
                return f"resize the window to {value}"
            case "visibility":
                return "leave the tab" if value == "hidden" else "come back to the tab"
            case "media":
                return f"{self.who(one.target)} {value}"
            case _:
                return f"{one.kind} {self.who(one.target)}"


def role_of(target: Target) -> str:
    return "" if target.role in ("generic", "document") else target.role


def short_selector(target: Target) -> str:
    """The end of a selector, as much as points at it: `div.ql-editor`."""
    last = target.selector.rsplit(" > ", 1)[-1]
    return (_PLACE.sub("", last) or last)[:30]


def effects(one: Interaction, *, most: int = 5, limit: int = MAX_QUOTE) -> list[str]:
    """The effects worth a person's attention, most telling first."""
    ranked = sorted(one.effects, key=_rank)
    requests: dict[str, int] = {}
    words: list[str] = []
    for effect in ranked:
        text = effect_words(effect, limit=limit)
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


def effect_words(effect: Effect, *, limit: int = MAX_QUOTE) -> str:
    if effect.kind == "request":
        method = f"{effect.method} " if effect.method else "request "
        status = "failed" if effect.status == 0 else (str(effect.status) if effect.status is not None else "")
        took = f"in {span(effect.duration_ms)}" if effect.duration_ms is not None else ""
        return " ".join(filter(None, (f"{method}{(effect.path or '')[:80]}", status, took)))
    if effect.kind == "navigate":
        return f"page {Wording().page(effect.url or '', effect.text or '', effect.status)}"
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
