"""What style sheets say about a class: does it hide, does it show a pointing hand? No layout is computed.

Only rules whose last part is one tag or a few classes are understood; the rest is left out rather than guessed.
Limits  MAX_CSS_CHARS read per document, each text once (the same sheet comes back with every snapshot)
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from playhead.core.dom import Mirror, Node

MAX_CSS_CHARS: Final = 4_000_000
MAX_SELECTOR: Final = 2000  # characters of a rule's selector list that are read, from its end
_SAYS = re.compile(r"(?:cursor\s*:\s*pointer|display\s*:\s*none|visibility\s*:\s*hidden)[^{}]*")
_LAST = re.compile(r"^(?:[a-z][\w-]*)?(?:\.[\w-]+)+$")
_POINTER = re.compile(r"cursor\s*:\s*pointer")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


class Sheet(NamedTuple):
    pointer: frozenset[frozenset[str]]  # sets of classes that together give a pointing hand
    hidden: frozenset[frozenset[str]]  # sets of classes that together take an element out of sight


_EMPTY = Sheet(frozenset(), frozenset())


class ClassRules:
    """The class rules of one mirror's document, read when first asked and again after its styles changed."""

    __slots__ = ("_cache", "_left", "_mirror", "_now", "_stamp", "stamp")

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._cache: dict[str, Sheet] = {}
        self._left = MAX_CSS_CHARS
        self._now = _EMPTY
        self.stamp = 0  # raised by the owner after a snapshot or a style change
        self._stamp = -1

    def points(self, node: Node) -> bool:
        """Whether the element has a pointing hand of its own."""
        style = node.attributes.get("style")
        if isinstance(style, str) and _POINTER.search(style):
            return True
        return self._matches(node, self._sheet().pointer)

    def hides(self, node: Node) -> bool:
        """Whether one of the element's classes hides it."""
        if not self._sheet().hidden:
            return False
        style = node.attributes.get("style")
        if isinstance(style, str) and re.search(r"display\s*:\s*(?!none)\w", style):
            return False  # an inline display wins over the class
        return self._matches(node, self._sheet().hidden)

    def _matches(self, node: Node, rules: frozenset[frozenset[str]]) -> bool:
        classes = node.attributes.get("class")
        if not rules or not isinstance(classes, str) or not classes:
            return False
        have = set(classes.split())
        if any(frozenset((name,)) in rules for name in have):
            return True
        return any(len(rule) > 1 and rule <= have for rule in rules)

    def _sheet(self) -> Sheet:
        if self._stamp != self.stamp:
            self._stamp = self.stamp
            sheets = [self._read(text) for text in self._texts()]
            self._now = Sheet(
                frozenset().union(*(sheet.pointer for sheet in sheets)),
                frozenset().union(*(sheet.hidden for sheet in sheets)),
            )
        return self._now

    def _texts(self) -> list[str]:
        found: list[str] = []
        nodes = self._mirror.nodes
        for node in nodes.values():
            if node.tag != "style" and node.tag != "link":
                continue
            text = node.attributes.get("_cssText")
            if isinstance(text, str):
                found.append(text)
            elif node.tag == "style":
                found.extend(nodes[at].text for at in node.children if at in nodes)
        return found

    def _read(self, text: str) -> Sheet:
        known = self._cache.get(text)
        if known is not None:
            return known
        self._left -= len(text)
        if self._left < 0:
            return _EMPTY
        pointer: set[frozenset[str]] = set()
        hidden: set[frozenset[str]] = set()
        for selectors, body in _telling_rules(_without_comments(text)):
            points, hides = _POINTER.search(body), _HIDES.search(body)
            for selector in selectors.split(","):
                parts = selector.split()
                if not parts or not _LAST.match(parts[-1]):
                    continue
                classes = frozenset(parts[-1].split(".")[1:])
                if points:
                    pointer.add(classes)
                if hides and len(parts) == 1:
                    hidden.add(classes)
        sheet = self._cache[text] = Sheet(frozenset(pointer), frozenset(hidden))
        return sheet


def _telling_rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and body of the rules that say one of the things asked for.

    Searched from the declaration outwards: a pattern of whole rules backtracks in every selector (4 s for the 300 KB
    of a drawing application, 10 ms this way).
    """
    done = 0
    for found in _SAYS.finditer(text):
        start, done = text.rfind("{", done, found.start()), found.end()
        if start < 0 or text.rfind("}", start, found.start()) >= 0 or text[found.end() : found.end() + 1] != "}":
            continue
        before = text[max(0, start - MAX_SELECTOR) : start]
        yield before[max(before.rfind("{"), before.rfind("}")) + 1 :], text[start + 1 : found.end()]


def _without_comments(text: str) -> str:
    """Return style text without comments; one that never ends takes the rest with it, as in a browser."""
    if "/*" not in text:
        return text
    kept: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("*/", start + 2)
        if end < 0:
            return "".join(kept)
        at = end + 2
    return "".join([*kept, text[at:]])
