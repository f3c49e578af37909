"""Outcomes: the effects of a deed as a narrative tells them: what is loud, what only repeats, what says nothing."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from playhead.core.patterns import late
from playhead.core.trace import Effect

LONG_MS: Final = 1_000.0  # a wait this long is told
MESSAGES: Final = frozenset(("alert", "toast", "dialog", "field_error", "error"))
STATES: Final = frozenset(("state", "value", "event"))
OWN_STATES: Final = frozenset(  # as `state_words` says them of the control that was used
    "checked unchecked selected pressed expanded collapsed open closed enabled disabled invalid valid sorted".split()
)
_CLOSED: Final = late(r'dialog (?:"(.*)" )?closed')
_RANK: Final = {"error": 0, "request": 0, "alert": 1, "field_error": 1, "dialog": 1, "toast": 2, "navigate": 3}
_BACK: Final = frozenset((("disabled", "enabled"), ("invalid", "valid"), ("busy", "ready"), ("expanded", "collapsed")))


def request_words(effect: Effect) -> str:
    """POST /api/orders 402"""
    status = "failed" if effect.status == 0 else (str(effect.status) if effect.status is not None else "")
    return " ".join(filter(None, (effect.method or "request", (effect.path or "")[:60], status)))


def is_loud(effect: Effect) -> bool:
    if effect.kind == "request":
        return effect.method not in ("GET", "HEAD", "OPTIONS", None) or failed(effect) or is_long(effect)
    return effect.kind in MESSAGES or effect.kind == "navigate"


def failed(effect: Effect) -> bool:
    return effect.kind in ("request", "navigate") and effect.status is not None and not 1 <= effect.status < 400


def is_long(effect: Effect) -> bool:
    return effect.duration_ms is not None and effect.duration_ms >= LONG_MS


def distinct(effects: Iterable[Effect]) -> list[Effect]:
    """Each message and each request once; the longest wait of equal ones."""
    kept: dict[tuple[str, ...], Effect] = {}
    for effect in effects:
        said = {"request": request_words(effect), "navigate": effect.url}.get(effect.kind, effect.text)
        key = (effect.kind, said or "")
        if key not in kept or (effect.duration_ms or 0) >= LONG_MS > (kept[key].duration_ms or 0):
            kept[key] = effect
    return list(kept.values())


def rank(effect: Effect) -> tuple[bool, int, float]:
    return (effect.tone != "error" and not failed(effect), _RANK.get(effect.kind, 4), effect.t_ms)


def last_states(texts: Sequence[str]) -> list[str]:
    """States that a control was left in; one that went there and back is not told."""
    said: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        said.setdefault(text.rpartition(" ")[0].rpartition(": ")[2], []).append(text)
    return [states[-1] for states in said.values() if not _is_busy(states)]


def _is_busy(states: Sequence[str]) -> bool:
    name, _, first = states[0].rpartition(" ")
    return name.rstrip().endswith(("...", "…")) or (first, states[-1].rpartition(" ")[2]) in _BACK


def state_words(text: str, known: str) -> str:
    """`checked` where the control has just been named."""
    name, _, state = text.rpartition(" ")
    if name and plain(name) and plain(name) in plain(known):
        return state
    place, _, control = name.rpartition(": ")
    name = control if plain(place) in plain(control) else name
    return f"{name if len(name) <= 36 else name[:35] + '…'} {state}".strip().replace('"', "'")


def closed_dialog(text: str) -> str | None:
    """The name of a dialog that this text says was closed; None where it says something else."""
    found = _CLOSED.fullmatch(text)
    return None if found is None else found[1] or ""


def is_telling(text: str, known: str) -> bool:
    """Whether a text on the page says something: words, not a number, not the control's own name, not "Saving…"."""
    return (
        re.search(r"[^\W\d_]{2}", text) is not None
        and "***" not in text
        and not text.rstrip().endswith(("...", "…"))
        and plain(text) not in plain(known)
    )


def plain(text: str) -> str:
    """Letters and digits alone, for telling whether one text holds another."""
    return re.sub(r"[\W_]+", "", text).lower()
