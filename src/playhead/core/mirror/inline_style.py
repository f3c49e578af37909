"""Inline style: edit the text of a `style` attribute property by property, as rrweb's style objects ask.

Shape   edits are {property: value | [value, priority] | false}; false removes. The text stays a declaration list;
        a browser may spell the same declarations differently (shorthands, colours), the meaning is the same
"""

import re
from collections.abc import Callable
from typing import Any, Final

from playhead.core.mirror.shorthands import COVERED, COVERING, FOUR, LONGHANDS, TWO
from playhead.core.patterns import late

MAX_STYLE: Final = 1 << 20

_STRING = r"""("(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
_PART = late(_STRING + "|([();:])", re.DOTALL)
_GONE: Final = "initial"  # how a text can say that a part of a shorthand is not set
_COMMENT = late(_STRING + r"|/\*.*?\*/", re.DOTALL)


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
                    _override(declarations, name, value)
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


def removed_parts(text: str) -> list[str]:
    """Return the longhands that edits took out of a shorthand, which `text` can only call `initial`."""
    declarations = parse_style(text) if "initial" in text else {}
    return [name for name, value in declarations.items() if value == _GONE and _covering(declarations, name)]


def rewriting(text: str) -> list[dict[str, Any]]:
    """Return the style edits after which a browser holds `text` as if it had got it declaration by declaration.

    It does not where it reads the text at once: a declaration that is important goes behind all others.
    """
    declarations = parse_style(text)
    written: dict[str, Any] = {}
    for name, value in declarations.items():
        plain = value.removesuffix("!important").rstrip()
        written[name] = value if plain == value else [plain, "important"]
    return [dict.fromkeys(declarations, False), written]


def _override(declarations: dict[str, str], name: str, value: str) -> None:
    """Let a later declaration of a text win over those before it that say the same or a part of it."""
    declarations.pop(name, None)
    if name in COVERED and not value.endswith("!important"):
        for part in COVERED[name] & declarations.keys():
            if not declarations[part].endswith("!important"):
                del declarations[part]
    declarations[name] = value


def _set(declarations: dict[str, str], name: str, value: str) -> None:
    """Set a property as `setProperty` does: what is there keeps its place."""
    covered = COVERED[name] & declarations.keys() if name in COVERED else None
    if covered:
        _rebuild(declarations, lambda held: held in covered or held == name, name, value)
    elif name in declarations:
        declarations[name] = value
    elif shorthand := _covering(declarations, name):
        _insert(declarations, shorthand, {name: value})
    else:
        declarations[name] = value


def _remove(declarations: dict[str, str], name: str) -> None:
    if name in COVERED:
        for part in (*COVERED[name], name):
            declarations.pop(part, None)
    if (shorthand := _covering(declarations, name)) and (shorthand in FOUR or shorthand in TWO):
        _expand(declarations, shorthand)
    declarations.pop(name, None)
    if shorthand and shorthand in declarations:
        gone = dict.fromkeys(LONGHANDS.get(name, (name,)), _GONE)
        _insert(declarations, shorthand, gone)
        if all(declarations.get(part) == _GONE for part in LONGHANDS[shorthand]):
            for part in (*LONGHANDS[shorthand], shorthand):
                del declarations[part]


def _covering(declarations: dict[str, str], name: str) -> str:
    """Return the declared shorthand that also sets `name`."""
    return next((shorthand for shorthand in COVERING.get(name, ()) if shorthand in declarations), "")


def _insert(declarations: dict[str, str], shorthand: str, new: dict[str, str]) -> None:
    """Put declarations behind a shorthand and the parts of it that follow."""
    held = list(declarations.items())
    at = next(at for at, (name, _) in enumerate(held) if name == shorthand) + 1
    while at < len(held) and held[at][0] in COVERED[shorthand]:
        at += 1
    held = [(name, value) for name, value in held[:at] if name not in new] + [
        *new.items(),
        *((name, value) for name, value in held[at:] if name not in new),
    ]
    declarations.clear()
    declarations.update(held)


def _rebuild(declarations: dict[str, str], is_replaced: Callable[[str], bool], name: str, value: str) -> None:
    """Put one declaration in the place of the first that it replaces; the others go."""
    held = list(declarations.items())
    declarations.clear()
    for other, other_value in held:
        if not is_replaced(other):
            declarations[other] = other_value
        elif name not in declarations:
            declarations[name] = value


def _expand(declarations: dict[str, str], shorthand: str) -> None:
    """Write a shorthand of sides or of a pair as its longhands, those given beside it kept."""
    value = declarations[shorthand]
    important = ""
    if value.endswith("!important"):
        value, important = value[: -len("!important")].strip(), " !important"
    words = value.split() if "(" not in value else [value]
    if shorthand in FOUR:
        parts = FOUR[shorthand]
        order = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}.get(len(words), (0, 0, 0, 0))
    else:
        parts, order = TWO[shorthand], (0, len(words) - 1)
    made = {part: words[at] + important for part, at in zip(parts, order, strict=True)}
    made |= {part: declarations[part] for part in parts if part in declarations}
    _insert(declarations, shorthand, made)
    del declarations[shorthand]
