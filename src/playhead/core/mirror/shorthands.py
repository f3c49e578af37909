"""Shorthands: which CSS properties stand for several others, as Chromium has them (vendor spellings left out)."""

from typing import Final

_SIDES: Final = ("top", "right", "bottom", "left")
_CORNERS: Final = ("top-left", "top-right", "bottom-right", "bottom-left")
_LOOKS: Final = ("width", "style", "color")
_ENDS: Final = ("start", "end")
_AXES: Final = ("block", "inline")
_VARIANTS: Final = tuple(
    f"font-variant-{name}" for name in ("ligatures", "caps", "alternates", "numeric", "east-asian", "position", "emoji")
)


def _each(pattern: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern.replace("*", name) for name in names)


_PLACES: Final = ("content", "items", "self")
_SIDED: Final = ("margin", "padding", "scroll-margin", "scroll-padding")
_GRID: Final = ("grid-template-rows", "grid-template-columns", "grid-template-areas")

# Values of one to four words for four sides, and of one or two for a pair: these can be taken apart
FOUR: Final = {
    **{name: _each(f"{name}-*", _SIDES) for name in _SIDED},
    **{f"border-{look}": _each(f"border-*-{look}", _SIDES) for look in _LOOKS},
    "inset": _SIDES,
}
TWO: Final = {
    "gap": ("row-gap", "column-gap"),
    "overflow": ("overflow-x", "overflow-y"),
    "overscroll-behavior": ("overscroll-behavior-x", "overscroll-behavior-y"),
    **{f"place-{part}": (f"align-{part}", f"justify-{part}") for part in _PLACES},
    **{f"{name}-{axis}": _each(f"{name}-{axis}-*", _ENDS) for name in (*_SIDED, "inset") for axis in _AXES},
    **{f"border-{axis}-{look}": _each(f"border-{axis}-*-{look}", _ENDS) for axis in _AXES for look in _LOOKS},
}
_BORDERS: Final = {
    **{f"border-{side}": _each(f"border-{side}-*", _LOOKS) for side in _SIDES},
    **{
        f"border-{axis}-{end}": _each(f"border-{axis}-{end}-*", _LOOKS) for axis in ("block", "inline") for end in _ENDS
    },
    "border-image": _each("border-image-*", ("source", "slice", "width", "outset", "repeat")),
    "border-radius": _each("border-*-radius", _CORNERS),
}
LONGHANDS: Final[dict[str, tuple[str, ...]]] = {
    **FOUR,
    **TWO,
    **_BORDERS,
    "border": tuple(part for name in ("width", "style", "color") for part in FOUR[f"border-{name}"])
    + _BORDERS["border-image"],
    **{f"border-{axis}": tuple(part for end in _ENDS for part in _BORDERS[f"border-{axis}-{end}"]) for axis in _AXES},
    "animation": _each(
        "animation-*",
        (
            *("name", "duration", "timing-function", "delay", "iteration-count", "direction", "fill-mode"),
            *("play-state", "timeline", "range-start", "range-end"),
        ),
    ),
    "background-position": ("background-position-x", "background-position-y"),
    "background": _each(
        "background-*",
        ("image", "position-x", "position-y", "size", "repeat", "attachment", "origin", "clip", "color"),
    ),
    "column-rule": _each("column-rule-*", _LOOKS),
    "columns": ("column-width", "column-count", "column-height", "column-wrap"),
    "container": ("container-name", "container-type"),
    "flex": ("flex-grow", "flex-shrink", "flex-basis"),
    "flex-flow": ("flex-direction", "flex-wrap"),
    "font": _each("font-*", ("style", "weight", "stretch", "size", "family", "size-adjust", "kerning"))
    + _each("font-*", ("optical-sizing", "feature-settings", "variation-settings", "language-override"))
    + _VARIANTS
    + ("line-height",),
    "font-variant": _VARIANTS,
    "grid": (*_GRID, "grid-auto-flow", "grid-auto-rows", "grid-auto-columns"),
    "grid-area": ("grid-row-start", "grid-column-start", "grid-row-end", "grid-column-end"),
    "grid-column": ("grid-column-start", "grid-column-end"),
    "grid-row": ("grid-row-start", "grid-row-end"),
    "grid-template": _GRID,
    "list-style": _each("list-style-*", ("position", "image", "type")),
    "mask": _each("mask-*", ("image", "size", "repeat", "origin", "clip", "composite", "mode"))
    + _each("-webkit-mask-position-*", ("x", "y")),
    "offset": _each("offset-*", ("position", "path", "distance", "rotate", "anchor")),
    "outline": _each("outline-*", ("color", "style", "width")),
    "text-decoration": _each("text-decoration-*", ("line", "thickness", "style", "color")),
    "text-emphasis": _each("text-emphasis-*", ("style", "color")),
    "text-wrap": ("text-wrap-mode", "text-wrap-style"),
    "transition": _each("transition-*", ("property", "duration", "timing-function", "delay", "behavior")),
    "white-space": ("white-space-collapse", "text-wrap-mode"),
}


def _covers() -> dict[str, frozenset[str]]:
    sets = {name: frozenset(parts) for name, parts in LONGHANDS.items()}
    return {
        name: parts | {other for other, its in sets.items() if other != name and its <= parts}
        for name, parts in sets.items()
    }


def _covering() -> dict[str, tuple[str, ...]]:
    covering: dict[str, tuple[str, ...]] = {}
    for shorthand in sorted(COVERED, key=lambda one: len(COVERED[one])):
        for name in COVERED[shorthand]:
            covering[name] = (*covering.get(name, ()), shorthand)
    return covering


COVERED: Final = _covers()  # by shorthand: what it sets, shorthands inside it included
COVERING: Final = _covering()  # by property: the shorthands that set it, narrowest first
