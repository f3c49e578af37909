"""Reddening: is a text written in red, as pages write what went wrong? Inline styles and class rules are asked.

Only asked about words that came in answer to something and stand in no message box, so the sheets are read for it when
the first of them is met.
"""

import re
from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.patterns import late

COLOUR: Final = re.compile(r"(?<![\w-])color\s*:\s*([^;}!]{2,60})")
_NAMED = late(
    r"(?<![\w-])(?:red|crimson|darkred|firebrick|indianred|orangered|tomato|maroon)(?![\w-])|"
    r"--[\w-]*(?:danger|error|negative|critical|destructive|invalid|alert)\b|"
    r"--(?:[\w-]*-)?red(?:-\d+)?\s*[,)]",  # a colour's own name, not that of a product: --red-ui-text-color
    re.I,
)
_HEX = late(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.I)
_RGB = late(r"rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)", re.I)
_MIN_RED, _MAX_OTHERS = 130, 0.45  # of 255, and of the red: green and blue
_CLIMB: Final = 2  # the words may stand in a <p> or <span> of what is written in red


def is_red(value: str) -> bool:
    """Whether a CSS colour is a red, by its name, its numbers or the name of its variable."""
    if _NAMED.search(value):
        return True
    if found := _HEX.search(value):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
    elif found := _RGB.search(value):
        parts = [int(part[:4]) for part in found.groups()]
    else:
        return False
    return parts[0] >= _MIN_RED and max(parts[1:]) <= _MAX_OTHERS * parts[0]


def is_red_declaration(found: re.Match[str]) -> bool:
    """Whether a match of `COLOUR` gives a red."""
    return is_red(found[1])


def says_red(node: Node) -> bool:
    """Whether an element's own style says so."""
    style = node.attributes.get("style")
    return isinstance(style, str) and any(is_red(found[1]) for found in COLOUR.finditer(style))


def within_reach(mirror: Mirror, node: Node) -> list[Node]:
    """The element that words stand in and those around it that may give it its colour."""
    found: list[Node] = []
    at: Node | None = node
    while at is not None and at.kind == 2 and len(found) <= _CLIMB:
        found.append(at)
        at = mirror.nodes.get(at.parent)
    return found
