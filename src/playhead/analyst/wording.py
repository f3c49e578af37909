"""Wording: names, pages, times and counts of a trace in words a product person reads without help.

Names come from strangers' pages: they are always quoted, cleaned, cut, and cannot close their own quotation.
"""

from __future__ import annotations

from typing import Final

from playhead.analyst.facts import Facts
from playhead.analyst.steps import Step, path_of
from playhead.analyst.text import plain
from playhead.core.trace import PageView, Target

MAX_NAME: Final = 60
MAX_QUOTE: Final = 160
_MARKS: Final = str.maketrans(dict.fromkeys('“”„‟«»"‘’‚‛‹›`「」『』', "'") | dict.fromkeys("[]<>*~\\|", " "))
_ROLES: Final = {
    "button": "button",
    "link": "link",
    "textbox": "field",
    "searchbox": "search field",
    "combobox": "list",
    "listbox": "list",
    "spinbutton": "field",
    "slider": "slider",
    "checkbox": "checkbox",
    "radio": "option",
    "switch": "switch",
    "tab": "tab",
    "menuitem": "menu item",
    "option": "option",
    "img": "image",
    "image": "image",
}


def clean(text: str, *, limit: int = MAX_NAME) -> str:
    """Return one plain line, its quotation marks made harmless, cut with an ellipsis at `limit` characters."""
    line = " ".join(plain(text[: 4 * limit + 40]).translate(_MARKS).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quote(text: str, *, limit: int = MAX_NAME) -> str:
    """In quotation marks; a full stop at its end is left out: the sentence around it has its own."""
    said = clean(text, limit=limit)
    return f"“{said[:-1] if said[-1:] == '.' and said[-2:] not in ('.', '..') else said}”"


def control(target: Target | None) -> str:
    """the button “Pay” · “Pay” where the role says nothing · a button without a name"""
    if target is None:
        return "the page"
    role = _ROLES.get(target.role, "")
    if clean(target.name):
        return f"the {role} {quote(target.name)}".replace("  ", " ") if role else quote(target.name)
    return f"a {role} without a name" if role else "a part of the page"


def short_control(target: Target | None) -> str:
    """“Pay”, or “a button without a name”: where the role is of no interest."""
    if target is not None and clean(target.name):
        return quote(target.name)
    return control(target)


def page(facts: Facts, view: PageView | None, url: str = "") -> str:
    """“Checkout” by its title, without the site's name, else its path or route; the start page has neither"""
    return _page(clean(facts.title_of(view)), view.url if view is not None else url)


def page_of(step: Step) -> str:
    return _page(clean(step.page_title), step.page.url if step.page is not None else step.raw.page_url)


def _page(title: str, url: str) -> str:
    if title:
        return f"“{title}”"
    route = clean(route_of(url))
    return f"“{route}”" if route not in ("", "/") else "the start page"


def route_of(url: str) -> str:
    """The path, with the fragment where a single-page application keeps its route there: /#/boats/5"""
    _, hash_mark, fragment = url.partition("#")
    return path_of(url) + (f"#{fragment}" if hash_mark and fragment.startswith(("/", "!/")) else "")


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def span(duration_ms: float) -> str:
    """310 ms · 2.1 s · 45 s · 4 min 10 s · 1 h 5 min, begun seconds do not count, as on the player's clock"""
    if duration_ms < 999.5:
        return f"{max(0, round(duration_ms))} ms"
    if duration_ms < 10_000:
        return f"{duration_ms / 1000:.1f} s"
    seconds = int(duration_ms // 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def clock(t_ms: float, start_ms: float) -> str:
    """Recording time as the player shows it: 01:23"""
    seconds = max(0, int((t_ms - start_ms) / 1000))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def listed(parts: list[str]) -> str:
    """a, b and c"""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
