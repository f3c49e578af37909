"""Revealing: rules that show again what a class hides: `.is-invalid ~ .feedback { display: block }`, `.d-block`.

Style sheets hide messages, menus and panels by one class and show them by their surroundings. Only asked about elements
that a class hides, so the sheets are read for it when the first of them is met.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from playhead.core.mirror.dom import Mirror, Node

MAX_SELECTOR: Final = 2000  # characters of a rule's selector list that are read, from its end
MAX_RULES: Final = 20_000  # of one sheet
MAX_CLIMB: Final = 12  # ancestors asked
MAX_SIBLINGS: Final = 40  # earlier siblings asked
_SHOWS = (  # literals first: fast
    re.compile(r"display\s*:\s*(?!none)\w[\w-]*\s*(!\s*important)?"),
    re.compile(r"visibility\s*:\s*(visible)"),
)
_COMPOUND = re.compile(r"^(?:[a-z][\w-]*)?((?:\.[\w-]+)+)$")
_COMBINED = re.compile(r"\s*([>~+])\s*")


class Reveal(NamedTuple):
    """What shows a class: `where` is "" (another class of the same element), " ", "~" or "+"; `by` are its classes."""

    where: str
    by: frozenset[str]


class Revealing(NamedTuple):
    """The revealing rules of one style sheet."""

    by_class: dict[str, list[Reveal]]  # by the class that they show
    important: frozenset[str]  # classes that show an element whatever else hides it


class Reveals:
    """The revealing rules of one document's style sheets."""

    def __init__(self, sheets: list[Revealing]) -> None:
        self._sheets = [sheet.by_class for sheet in sheets if sheet.by_class]
        self._important = frozenset[str]().union(*(sheet.important for sheet in sheets))

    def shows(self, mirror: Mirror, node: Node) -> bool:
        """Whether a rule shows the element, by its own classes or by what stands around it."""
        classes = _classes_of(node)
        if not self._important.isdisjoint(classes):
            return True
        for name in classes:
            for by_class in self._sheets:
                if any(_holds(reveal, mirror, node, classes) for reveal in by_class.get(name, ())):
                    return True
        return False


def _holds(reveal: Reveal, mirror: Mirror, node: Node, classes: frozenset[str]) -> bool:
    if reveal.where == "":
        return reveal.by <= classes
    return any(reveal.by <= _classes_of(other) for other in _around(mirror, node, reveal.where))


def read_revealing(text: str) -> Revealing:
    """Return the revealing rules of one style sheet, the first MAX_RULES of them."""
    by_class: dict[str, list[Reveal]] = {}
    important: set[str] = set()
    for selector, insists in islice(_rules(text), MAX_RULES):
        _take(selector, insists, by_class, important)
    return Revealing(by_class, frozenset(important))


def _take(selector: str, insists: bool, by_class: dict[str, list[Reveal]], important: set[str]) -> None:
    parts = _COMBINED.sub(r" \1 ", selector).split()
    last = _COMPOUND.match(parts[-1]) if parts else None
    if last is None:
        return
    own = frozenset(last[1].split(".")[1:])
    if len(parts) == 1:
        if insists and len(own) == 1:
            important.update(own)
        elif len(own) > 1:
            for name in own:
                by_class.setdefault(name, []).append(Reveal("", own))
        return
    where = parts[-2] if parts[-2] in (">", "~", "+") else " "
    at = len(parts) - (3 if where != " " else 2)
    left = _COMPOUND.match(parts[at]) if at >= 0 else None
    if left is None:
        return
    reveal = Reveal(" " if where == ">" else where, frozenset(left[1].split(".")[1:]))
    for name in own:
        by_class.setdefault(name, []).append(reveal)


def _rules(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each selector that shows something, and whether it insists on it."""
    for declaration in _SHOWS:
        for found in declaration.finditer(text):
            at = found.start()
            if at and (text[at - 1] == "-" or text[at - 1].isalnum()):
                continue  # the end of another property's name
            opened = text.rfind("{", max(0, at - MAX_SELECTOR), at)
            if opened < 0 or text.find("}", opened, at) >= 0:
                continue
            first = max(0, opened - MAX_SELECTOR)
            begins = max(text.rfind("}", first, opened), text.rfind("{", first, opened), first - 1) + 1
            for selector in text[begins:opened].split(","):
                if "." in selector:
                    yield selector.strip(), bool(found[1]) and declaration is _SHOWS[0]


def _classes_of(node: Node) -> frozenset[str]:
    classes = node.attributes.get("class")
    return frozenset(classes.split()) if isinstance(classes, str) else frozenset()


def _around(mirror: Mirror, node: Node, where: str) -> Iterator[Node]:
    parent = mirror.nodes.get(node.parent)
    if where == " ":
        for _ in range(MAX_CLIMB):
            if parent is None or parent.kind != 2:
                return
            yield parent
            parent = mirror.nodes.get(parent.parent)
        return
    if parent is None:
        return
    before: list[Node] = []
    for at in parent.children[: MAX_SIBLINGS * 2]:
        if at == node.id:
            break
        sibling = mirror.nodes.get(at)
        if sibling is not None and sibling.kind == 2:
            before.append(sibling)
    yield from before[-1:] if where == "+" else before[-MAX_SIBLINGS:]
