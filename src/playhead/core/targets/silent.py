"""Silent controls: those whose answer leaves no trace in a recording, so that no silence of theirs means anything.

A popover is shown by the browser alone (`popovertarget`), a menu by a style sheet alone (`.dropdown:focus-within
.menu { display: block }`). What is chosen already (the lit one of a row of buttons) rightly does nothing.
Limits  MAX_RULES rules of one sheet; sheets are read once, when the first control near a menu's name is pressed
"""

import functools
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.patterns import late

MAX_RULES: Final = 2_000
MAX_SELECTOR: Final = 300  # characters before a pseudo-class in which its element stands
CLIMB: Final = 3  # levels between a control and the element whose focus or hover shows its menu
GROUP: Final = 12  # buttons of a row looked at
_POINTED: Final = re.compile(r":(?:focus-within|focus|hover)\b([^,{}]*)[,{]")  # literal first: fast
_SHOWS = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible|opacity\s*:\s*(?!0\s*[;}!]|0$)[\d.]")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_MENU = late(
    r"(?:^|[-_])(?:drop-?(?:down|up)|(?:sub-?)?menu|sub-?nav|fly-?out|popover)(?:s?$|[-_])|[a-z](?:Menu|Dropdown|Popover)"
)
_MENUS_PART = late(r"menu|drop|sub|fly|pop|list|content|panel|items", re.I)
_CHOSEN = late(r"(?:^|[-_])(?:active|selected|current|chosen|checked|on|pressed)$")


class Shown(NamedTuple):
    """A rule that shows `what` while an element with the classes `of` has the focus or the pointer."""

    of: frozenset[str]
    what: frozenset[str]


def is_silent(mirror: Mirror, texts: Callable[[], list[str]], control: Node) -> bool:
    """Whether the browser or a style sheet answers a press of the control without changing the page.

    `texts` gives the style sheets of the document; it is asked only beside something called a menu.
    """
    if "popovertarget" in control.attributes or "commandfor" in control.attributes:
        return True
    above: set[str] = set()
    at: Node | None = control
    for _ in range(CLIMB + 1):
        if at is None or at.kind != 2:
            return False
        classes = _classes_of(at)
        above |= classes
        if any(_MENU.search(name) for name in classes):
            for rule in (rule for text in texts() for rule in menus_of(text)):
                if rule.of <= classes and rule.what.isdisjoint(above) and any(map(_MENUS_PART.search, rule.what)):
                    return True
        at = mirror.nodes.get(at.parent)
    return False


@functools.lru_cache(maxsize=32)
def menus_of(text: str) -> tuple[Shown, ...]:
    """The rules of one style sheet that show one element while another has the focus or the pointer."""
    found: list[Shown] = []
    for pointed in _POINTED.finditer(text):
        rest = pointed[1]
        what = frozenset(_CLASS.findall(rest.rpartition(":")[2] if ":" in rest else rest))
        if not what or rest[:1] not in " >+~:":
            continue
        opened = text.find("{", pointed.end() - 1)
        closed = text.find("}", opened)
        if opened < 0 or closed < 0 or not _SHOWS.search(text, opened, closed):
            continue
        before = text[max(0, pointed.start() - MAX_SELECTOR) : pointed.start()]
        of = frozenset(_CLASS.findall(re.split(r"[\s,{}>+~]", before)[-1]))
        if of:
            found.append(Shown(of, what))
        if len(found) >= MAX_RULES:
            break
    return tuple(found)


def is_chosen(mirror: Mirror, control: Node) -> bool:
    """Whether the control is the lit one of a row of its like: by `aria-pressed`, else by its class."""
    alike = [other for other in _siblings(mirror, control) if other.tag == control.tag]
    if alike:
        return _is_lit(control) and not any(map(_is_lit, alike))
    item = mirror.nodes.get(control.parent)  # or each stands in a list item of its own
    if item is None or not (_is_lit(control) or _is_lit(item)):
        return False
    items = [other for other in _siblings(mirror, item) if other.tag == item.tag]
    inside = [below for other in items for below in _below(mirror, other)]
    return any(below.tag == control.tag for below in inside) and not any(map(_is_lit, [*items, *inside]))


def _is_lit(node: Node) -> bool:
    pressed = node.attributes.get("aria-pressed")
    if pressed is not None:
        return pressed == "true"
    return any(_CHOSEN.search(name) for name in _classes_of(node))


def _siblings(mirror: Mirror, node: Node) -> list[Node]:
    parent = mirror.nodes.get(node.parent)
    found = [mirror.nodes.get(at) for at in parent.children[: GROUP * 2]] if parent is not None else []
    return [other for other in found if other is not None and other.kind == 2 and other is not node][:GROUP]


def _below(mirror: Mirror, node: Node) -> list[Node]:
    found = [mirror.nodes.get(at) for at in node.children[:4]]
    return [other for other in found if other is not None and other.kind == 2]


def _classes_of(node: Node) -> frozenset[str]:
    classes = node.attributes.get("class")
    return frozenset(classes.split()) if isinstance(classes, str) else frozenset()
