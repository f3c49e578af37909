"""Phrases: moments, durations and deeds in the words of a narrative line.

Everything quoted comes from the recording, that is from strangers: quotes inside are turned into single ones, so that
a text cannot pose as structure.
"""

import re
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from playhead.core.trace import Interaction, Target

MAX_QUOTE: Final = 90  # characters of one quoted text
_OPENED: Final = {"reload": "reload", "back_forward": "back to", "pop": "back to", "new_tab": "open in new tab"}
_PLACE: Final = re.compile(r":nth-of-type\(\d+\)")
Detail: TypeAlias = dict[str, str | float | int | bool]  # what an interaction tells besides
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def quoted(text: str, *, limit: int = MAX_QUOTE) -> str:
    text = text.replace('"', "'")
    return f'"{text if len(text) <= limit else text[: limit - 1].rstrip() + "…"}"'


def visible(text: str) -> str:
    """One line without what a terminal or a reader would obey instead of show: escapes, direction marks, line ends."""
    return " ".join(_UNSEEN.sub("", text).split())


def clock(t_ms: float, start_ms: float, *, tenths: bool = True) -> str:
    """A moment as time since the start: 01:23.4, with hours where there are any; cut, not rounded, as in the player."""
    passed = int(max(0.0, t_ms - start_ms) / 100 + 1e-6)
    minutes, rest = divmod(passed, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
    return f"{hours}:{text}" if hours else text


def span(ms: float) -> str:
    """A duration as a person says it: 310 ms, 4.2 s, 3 min 5 s, 8 h 2 min."""
    if ms < 1_000:
        return f"{round(ms)} ms"
    seconds = round(ms / 1_000, 1)
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(ms / 1_000), 60)
    if minutes >= 60:
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
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
