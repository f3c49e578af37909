"""CSS: the addresses in a style sheet, and others put in their place.

Read    `url()`, `@import "…"`, the strings of `image-set()`; escapes as CSS has them
Left    comments, other strings, `@namespace`, `data:`, fragments of the same document
"""

import re
from collections.abc import Callable
from typing import Final

from playhead.core.assets.addresses import absolute

Visit = Callable[[str], str | None]  # an address without its fragment → what stands for it; None: leave it

# one that is never closed ends with its line or the sheet, as CSS has it: tried again from each quote it took minutes
_STRING: Final = r""""(?:[^"\\\n]|\\.)*+(?:"|(?=\n)|\\?\Z)|'(?:[^'\\\n]|\\.)*+(?:'|(?=\n)|\\?\Z)"""
_URL: Final = rf"""(?<![\w-])url\(\s*+(?:(?P<quoted>{_STRING})|(?P<raw>(?:[^\\)"'\s(]|\\.)*+))\s*+\)"""
_SHEET: Final = re.compile(
    rf"""/\*.*?(?:\*/|\Z)
    |@namespace\b[^;{{}}]*+
    |@import\s*+(?P<import>{_STRING})
    |(?<![\w-])(?P<opening>(?:-webkit-)?image-set\()(?P<set>(?:[^()"']|{_STRING}|\((?:[^()"']|{_STRING})*+\))*+)\)
    |{_URL}
    |{_STRING}""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_IN_SET: Final = re.compile(rf"""type\([^)]*+\)|{_URL}|(?P<string>{_STRING})""", re.IGNORECASE | re.VERBOSE | re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|\n|(.))", re.DOTALL)


def rewrite_css(text: str, base: str, visit: Visit) -> str:
    """Return the sheet with what `visit` gives for each address, resolved against `base`, the sheet's own."""
    if "url(" not in text.lower() and "@import" not in text.lower() and "image-set(" not in text.lower():
        return text

    def address(given: str) -> str | None:
        found = absolute(_unescaped(given), base)
        put = visit(found.url) if found else None
        return None if put is None or found is None else put + found.fragment

    def in_url(match: re.Match[str]) -> str:
        quoted = match["quoted"]
        put = address(_inner(quoted) if quoted else match["raw"] or "")
        return match[0] if put is None else f'url("{put}")'

    def in_set(match: re.Match[str]) -> str:
        if match["string"]:
            put = address(_inner(match["string"]))
            return match[0] if put is None else f'"{put}"'
        return in_url(match) if match[0][:4].lower() == "url(" else match[0]

    def in_sheet(match: re.Match[str]) -> str:
        if match["import"]:
            put = address(_inner(match["import"]))
            return match[0] if put is None else f'@import "{put}"'
        if match["opening"]:
            return match["opening"] + _IN_SET.sub(in_set, match["set"]) + ")"
        return in_url(match) if match["quoted"] or match["raw"] else match[0]

    return _SHEET.sub(in_sheet, text)


def _inner(string: str) -> str:
    return string[1:-1] if len(string) > 1 and string[-1] == string[0] else ""


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return match[2] or ""
