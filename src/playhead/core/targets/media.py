"""Media: which `@media` blocks of a style sheet hold on the visitor's screen; the others are left out.

A rule for print, for phones or for the dark says nothing about what a visitor at a wide, light screen saw. What is not
understood (orientation, resolution, …) is taken to hold.
"""

import re
from typing import Final

MAX_BLOCKS: Final = 5_000  # of one sheet; one with more is left as it is from there on
EM_PX: Final = 16.0
DESKTOP_PX: Final = 1280.0  # where the recording does not tell how wide the page was
_BRACE = re.compile(r"[{}]")
_ELSEWHERE = re.compile(
    r"\b(?:print|speech|aural|tty|braille)\b|prefers-color-scheme\s*:\s*dark|prefers-reduced-motion\s*:\s*reduce|"
    r"prefers-contrast\s*:\s*more|forced-colors\s*:\s*active|hover\s*:\s*none|pointer\s*:\s*coarse|^\s*not\b",
    re.I,
)
_LENGTH = r"([\d.]+)\s*(px|r?em)"
_LEAST = re.compile(rf"(?:min-(?:device-)?width\s*:|\bwidth\s*>=?)\s*{_LENGTH}|{_LENGTH}\s*<=?\s*width\b", re.I)
_MOST = re.compile(rf"(?:max-(?:device-)?width\s*:|\bwidth\s*<=?)\s*{_LENGTH}|{_LENGTH}\s*>=?\s*width\b", re.I)


def without_other_media(text: str, width: float) -> str:
    """Return style text without the blocks that do not hold on a screen `width` px wide (0: unknown)."""
    if "@media" not in text:
        return text
    width = width or DESKTOP_PX
    kept: list[str] = []
    at = 0
    for _ in range(MAX_BLOCKS):
        start = text.find("@media", at)
        opens = text.find("{", start) if start >= 0 else -1
        if opens < 0:
            break
        kept.append(text[at:start])
        if holds(text[start + 6 : opens], width):
            kept.append("@media{")  # its rules follow, and its end as any other brace
            at = opens + 1
        else:
            at = _end_of(text, opens)
    return "".join([*kept, text[at:]])


def holds(query: str, width: float) -> bool:
    """Whether a media query holds on a light screen of this width."""
    return any(_one_holds(part, width) for part in query.split(","))


def _one_holds(query: str, width: float) -> bool:
    if _ELSEWHERE.search(query):
        return False
    if any(width < _pixels(found.groups()) for found in _LEAST.finditer(query)):
        return False
    return not any(width > _pixels(found.groups()) for found in _MOST.finditer(query))


def _pixels(groups: tuple[str | None, ...]) -> float:
    number, unit = (groups[0], groups[1]) if groups[0] else (groups[2], groups[3])
    try:
        return float(number or 0) * (1.0 if (unit or "").lower() == "px" else EM_PX)
    except ValueError:
        return 0.0


def _end_of(text: str, opens: int) -> int:
    depth = 0
    for found in _BRACE.finditer(text, opens):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.end()
    return len(text)
