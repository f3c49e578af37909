"""Inline style: edit the text of a `style` attribute property by property, as rrweb's style objects ask.

Shape   edits are {property: value | [value, priority] | false}; false removes. The text stays a declaration list;
        a browser may spell the same declarations differently (shorthands, colours), the meaning is the same
"""

import re
from typing import Any, Final

from playhead.core.patterns import late

MAX_STYLE: Final = 1 << 20

_STRING = r"""("(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
_PART = late(_STRING + "|([();:])", re.DOTALL)
_COMMENT = late(_STRING + r"|/\*.*?\*/", re.DOTALL)
_SIDES = ("top", "right", "bottom", "left")
_BOXES: Final = {
    "margin": tuple(f"margin-{side}" for side in _SIDES),
    "padding": tuple(f"padding-{side}" for side in _SIDES),
    "inset": _SIDES,
    "border-width": tuple(f"border-{side}-width" for side in _SIDES),
    "border-style": tuple(f"border-{side}-style" for side in _SIDES),
    "border-color": tuple(f"border-{side}-color" for side in _SIDES),
}
_PAIRS: Final = {"overflow": ("overflow-x", "overflow-y"), "gap": ("row-gap", "column-gap")}


def parse_style(text: str) -> dict[str, str]:
    """Return the declarations of a style attribute: property → value with its priority; the last of each wins."""
    declarations: dict[str, str] = {}
    if "/*" in text:
        text = _COMMENT.sub(lambda found: found[1] or "", text)
    depth = start = 0
    colon = -1
    for found in _PART.finditer(text + ";"):
        mark = found[2]
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif mark == ":" and colon < 0 and not depth:
            colon = found.start()
        elif mark == ";" and not depth:
            if colon > 0:
                name = text[start:colon].strip()
                name = name if name.startswith("--") else name.lower()
                value = text[colon + 1 : found.start()].strip()
                if name and value:
                    declarations.pop(name, None)
                    declarations[name] = value
            start, colon = found.end(), -1
    return declarations


def edit_style(text: str, edits: dict[str, Any]) -> str:
    """Return `text` with rrweb's style edits applied."""
    declarations = parse_style(text)
    for name, edit in edits.items():
        name = name if name.startswith("--") else name.lower()
        if edit is False or edit == "":
            _remove(declarations, name)
        elif isinstance(edit, str):
            _set(declarations, name, edit)
        elif isinstance(edit, list) and edit and isinstance(edit[0], str):
            important = len(edit) > 1 and edit[1] == "important"  # type: ignore[reportUnknownArgumentType]
            _set(declarations, name, edit[0] + (" !important" if important else ""))
    return style_text(declarations)


def style_text(declarations: dict[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in declarations.items())


def _set(declarations: dict[str, str], name: str, value: str) -> None:
    for longhand in _longhands(name):
        declarations.pop(longhand, None)
    if name not in declarations:
        declarations[name] = value
        return
    declarations[name] = value


def _remove(declarations: dict[str, str], name: str) -> None:
    if declarations.pop(name, None) is not None:
        return
    for longhand in _longhands(name):
        declarations.pop(longhand, None)
    for shorthand, parts in (*_BOXES.items(), *_PAIRS.items()):
        if name in parts and shorthand in declarations:
            _expand(declarations, shorthand, parts)
            declarations.pop(name, None)
            return
    prefix = name
    while "-" in prefix.lstrip("-"):  # `background-color` goes: without `background` there is no longhand left to see
        prefix = prefix.rpartition("-")[0]
        if declarations.pop(prefix, None) is not None:
            return


def _longhands(name: str) -> tuple[str, ...]:
    return _BOXES.get(name) or _PAIRS.get(name) or ()


def _expand(declarations: dict[str, str], shorthand: str, parts: tuple[str, ...]) -> None:
    value = declarations.pop(shorthand)
    important = ""
    if value.endswith("!important"):
        value, important = value[: -len("!important")].strip(), " !important"
    words = value.split() if "(" not in value else [value]
    if len(parts) == 4:
        order = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}.get(len(words), (0, 0, 0, 0))
    else:
        order = (0, len(words) - 1)
    for part, at in zip(parts, order, strict=True):
        declarations.setdefault(part, words[at] + important)
