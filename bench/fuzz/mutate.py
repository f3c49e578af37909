"""Mutations that keep JSON valid: flipped bytes alone never get past the reader.

One input is a list of events; a mutation repeats, drops, swaps or splices events and values, or puts a value that
hurts (huge, negative, of another type) in the place of one.
"""

import copy
import json
import random
from typing import Any, Final

HURTFUL: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, 2, -1, 3, 1e308, -1e308, 2**31, 2**53, 2**64, 0.5, "", " ", "NaN", "<b>", "class",
    "value", "_cssText", "rr_scrollTop", "iframe", "input", "textarea", "select", "option", "dialog", "SCRIPT", "svg",
    "form", "button", "\u0000", "\ud800", "\u202e", "a{b:c}", "{{{", [], {}, [[]], [1, 2, 3], {"id": 1}, "x" * 300,
)  # fmt: skip
KEYS: Final = (
    "id", "parentId", "nextId", "node", "type", "data", "source", "timestamp", "adds", "removes", "texts", "attributes",
    "childNodes", "tagName", "textContent", "isShadow", "isShadowHost", "rootId", "styles", "rules", "ranges",
    "positions", "text", "isChecked", "href", "tag", "payload", "plugin", "requests", "x", "y", "width", "height",
)  # fmt: skip


def mutate(data: bytes, *, limit: int, rng: random.Random) -> bytes | None:
    """Return another JSON text, or None when `data` is not JSON (flip its bytes instead)."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        value = _change(value, rng)
    try:
        made = json.dumps(value).encode()
    except (ValueError, RecursionError):
        return None
    return made if len(made) <= limit else None


def _change(root: Any, rng: random.Random) -> Any:
    places = _places(root, rng)
    if not places:
        return _hurtful(rng)
    holder, key = rng.choice(places)
    deed = rng.randrange(8)
    if deed == 0:
        holder[key] = _hurtful(rng)
    elif deed == 1:
        del holder[key]
    elif deed == 2:
        other, at = rng.choice(places)
        if _weight(other[at]) < 3_000:
            holder[key] = json.loads(json.dumps(other[at]))
    elif deed == 3 and isinstance(holder, list):
        for _ in range(rng.choice((1, 1, 2, 20))):
            holder.insert(rng.randrange(len(holder) + 1), json.loads(json.dumps(holder[key])))
    elif deed == 4 and isinstance(holder, list):
        rng.shuffle(holder)
    elif deed == 5 and isinstance(holder, dict):
        holder[rng.choice(KEYS)] = holder.get(key)
    elif deed == 6 and isinstance(holder[key], (int, float)) and not isinstance(holder[key], bool):
        holder[key] += rng.choice((-1, 1, 1000, -1000, 0.5, 16))
    elif isinstance(holder[key], str):
        text = holder[key]
        at = rng.randrange(len(text) + 1)
        holder[key] = text[:at] + str(rng.choice(HURTFUL))[:300] + text[at + rng.randrange(3) :]
    else:
        holder[key] = _hurtful(rng)
    return root


def _hurtful(rng: random.Random) -> Any:
    return copy.deepcopy(rng.choice(HURTFUL))  # one list in two places would become a circle


def _places(root: Any, rng: random.Random) -> list[tuple[Any, Any]]:
    """A walk of random depth: every holder met and one of its keys, the whole of it if small."""
    found: list[tuple[Any, Any]] = []
    stack = [root]
    while stack and len(found) < 4_000:
        value = stack.pop()
        keys: Any = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        for key in keys:
            found.append((value, key))
            if isinstance(value[key], (dict, list)):
                stack.insert(rng.randrange(len(stack) + 1), value[key])
    return found


def _weight(value: Any) -> int:
    return len(json.dumps(value)) if isinstance(value, (dict, list)) else 1
