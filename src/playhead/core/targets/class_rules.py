"""What style sheets say about a class: does it hide, does it show a pointing hand? No layout is computed.

Only rules whose last part is one tag or a few classes (and one that must not be there) are understood; the rest is left
out rather than guessed.
Limits  MAX_CSS_CHARS read of one recording, each text once (the same sheet comes back with every snapshot and page)
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.mirror.sheets import Rule
from playhead.core.targets.media import without_other_media
from playhead.core.targets.reddening import COLOUR, is_red_declaration, says_red, within_reach
from playhead.core.targets.revealing import Revealing, Reveals, read_revealing

MAX_CSS_CHARS: Final = 8_000_000
MAX_SELECTOR: Final = 2_000  # characters of a rule's selector list that are read, from its end
MAX_KNOWN: Final = 20_000  # class attributes whose answer is kept
_LAST = re.compile(r"^(?:[a-z][\w-]*)?(?:\.[\w-]+)+(?::not\(\.[\w-]+\))?$")
_POINTER = re.compile(r"cursor\s*:\s*pointer")
_HIDES = (re.compile(r"display\s*:\s*none"), re.compile(r"visibility\s*:\s*hidden"))  # literals first: fast
_SHOWS = re.compile(r"display\s*:\s*(?!none)\w")


class Sheet(NamedTuple):
    pointer: frozenset[frozenset[str]]  # sets of classes that together give a pointing hand
    hidden: frozenset[frozenset[str]]  # sets of classes that together take an element out of sight


_EMPTY = Sheet(frozenset(), frozenset())


class Sheets:
    """Style sheets read so far, by their text: shared by all pages of a recording."""

    __slots__ = ("_left", "_read", "_red", "_revealing")

    def __init__(self) -> None:
        self._read: dict[tuple[str, float], Sheet] = {}
        self._revealing: dict[tuple[str, float], Revealing] = {}
        self._red: dict[str, frozenset[frozenset[str]]] = {}
        self._left = 3 * MAX_CSS_CHARS  # a sheet may be read for what its classes do, what it shows again, what is red

    def read(self, text: str, width: float) -> Sheet:
        known = self._read.get((text, width))
        if known is None:
            known = self._read[text, width] = read_sheet(text, width) if self._affords(text) else _EMPTY
        return known

    def revealing(self, text: str, width: float) -> Revealing:
        known = self._revealing.get((text, width))
        if known is None:
            plain = without_other_media(_without_comments(text), width) if self._affords(text) else ""
            known = self._revealing[text, width] = read_revealing(plain)
        return known

    def red(self, text: str) -> frozenset[frozenset[str]]:
        """The sets of classes that together write in red."""
        known = self._red.get(text)
        if known is None:
            plain = _without_comments(text) if self._affords(text) else ""
            known = self._red[text] = frozenset(classes for classes, _ in _classes(plain, COLOUR, is_red_declaration))
        return known

    def _affords(self, text: str) -> bool:
        self._left -= len(text)
        return self._left >= 0


class _Matcher:
    """Answers whether a class attribute has all classes of any rule; asked for the same few thousand of them."""

    __slots__ = ("_groups", "_singles", "known", "rules")

    def __init__(self, rules: frozenset[frozenset[str]]) -> None:
        self.rules = rules
        self._singles = frozenset(name for rule in rules if len(rule) == 1 for name in rule)
        self._groups = [
            (frozenset(name for name in rule if name[0] != "!"), frozenset(name[1:] for name in rule if name[0] == "!"))
            for rule in rules
            if len(rule) > 1
        ]
        self.known: dict[str, bool] = {}

    def matches(self, classes: str) -> bool:
        known = self.known.get(classes)
        if known is None:
            if len(self.known) >= MAX_KNOWN:
                self.known.clear()
            have = set(classes.split())
            known = not self._singles.isdisjoint(have) or any(
                wanted <= have and without.isdisjoint(have) for wanted, without in self._groups
            )
            self.known[classes] = known
        return known


class ClassRules:
    """The class rules of one mirror's document, read when first asked and again after its styles changed."""

    __slots__ = ("_hidden", "_mirror", "_pointer", "_read_texts", "_red", "_reveals", "_sheets", "_stamp", "stamp")

    def __init__(self, mirror: Mirror, sheets: Sheets | None = None) -> None:
        self._mirror = mirror
        self._sheets = sheets or Sheets()
        self._pointer = self._hidden = _Matcher(frozenset())
        self._reveals: Reveals | None = None  # read when the first element is met that a class hides
        self._red: tuple[int, _Matcher] = (-1, self._pointer)  # the stamp it was read at
        self._read_texts: list[str] = []
        self.stamp = 0  # raised by the owner after a snapshot or a style change
        self._stamp = -1

    def points(self, node: Node) -> bool:
        """Whether the element has a pointing hand of its own."""
        style = node.attributes.get("style")
        if isinstance(style, str) and _POINTER.search(style):
            return True
        if self._stamp != self.stamp:
            self._renew()
        classes = node.attributes.get("class")
        return isinstance(classes, str) and self._pointer.matches(classes)

    def hides(self, node: Node) -> bool:
        """Whether one of the element's classes hides it."""
        if self._stamp != self.stamp:
            self._renew()
        classes = node.attributes.get("class")
        if not isinstance(classes, str):
            return False
        known = self._hidden.known.get(classes)
        if known is False or not (known or self._hidden.matches(classes)):
            return False
        style = node.attributes.get("style")
        if isinstance(style, str) and _SHOWS.search(style):
            return False  # an inline display wins over the class
        if self._reveals is None:
            width = self._mirror.width
            self._reveals = Reveals([self._sheets.revealing(text, width) for text in self.texts()])
        return not self._reveals.shows(self._mirror, node)

    def reddens(self, node: Node) -> bool:
        """Whether the words in an element are written in red."""
        around = within_reach(self._mirror, node)
        if any(says_red(one) for one in around):
            return True
        if self._red[0] != self.stamp:
            texts = [*self.texts(), *self._constructed()]
            rules = frozenset[frozenset[str]]().union(*(self._sheets.red(text) for text in texts))
            self._red = (self.stamp, _Matcher(rules) if rules != self._red[1].rules else self._red[1])
        matches = self._red[1].matches
        return any(isinstance(said := one.attributes.get("class"), str) and matches(said) for one in around)

    def _constructed(self) -> list[str]:
        """The texts of the sheets that scripts made, as shadow trees have them."""
        found: list[str] = []
        for sheet in self._mirror.sheets.values():
            rules = (rule.text for rule in sheet.rules.items if isinstance(rule, Rule) and rule.text)
            found.append("\n".join((sheet.text, *rules)))
        return found

    def _renew(self) -> None:
        self._stamp = self.stamp
        texts, width = self.texts(), self._mirror.width
        sheets = [self._sheets.read(text, width) for text in texts]
        pointer = frozenset[frozenset[str]]().union(*(sheet.pointer for sheet in sheets))
        hidden = frozenset[frozenset[str]]().union(*(sheet.hidden for sheet in sheets))
        if pointer != self._pointer.rules:
            self._pointer = _Matcher(pointer)
        if hidden != self._hidden.rules:
            self._hidden = _Matcher(hidden)
        if texts != self._read_texts:
            self._read_texts, self._reveals = texts, None

    def texts(self) -> list[str]:
        """The text of every style sheet of the document."""
        found: list[str] = []
        nodes = self._mirror.nodes
        for node in map(nodes.__getitem__, self._mirror.sheet_elements):
            text = node.attributes.get("_cssText")
            if isinstance(text, str):
                found.append(text)
            elif node.tag == "style":
                found.extend(nodes[at].text for at in node.children if at in nodes)
        return found


def read_sheet(text: str, width: float = 0.0) -> Sheet:
    """Return what one style sheet says on a screen `width` px wide (0: unknown).

    The few declarations that matter are searched for, the rest is not parsed.
    """
    text = without_other_media(_without_comments(text), width)
    return Sheet(
        frozenset(classes for classes, _ in _classes(text, _POINTER)),
        frozenset(classes for pattern in _HIDES for classes, alone in _classes(text, pattern) if alone),
    )


def _classes(
    text: str, declaration: re.Pattern[str], counts: Callable[[re.Match[str]], bool] = bool
) -> Iterator[tuple[frozenset[str], bool]]:
    """Yield the classes of each selector that has the declaration, and whether they are all of it.

    Searched from the declaration outwards: a pattern of whole rules backtracks in every selector (4 s for the 300 KB
    of a drawing application, 2 ms this way).
    """
    done = closed = 0  # nothing before these is looked at again: a broken sheet costs its length, once
    for found in declaration.finditer(text):
        at = found.start()
        if at and (text[at - 1] == "-" or text[at - 1].isalnum()):
            continue  # the end of another property's name (backface-visibility)
        if not counts(found):
            continue
        opened = text.rfind("{", done, at)
        if opened < 0 or text.find("}", opened, at) >= 0:
            done = max(done, at)
            continue
        closed = closed if closed > at else text.find("}", at)
        if closed < 0:
            return
        nested = text.find("{", at, closed)
        done = closed if nested < 0 else nested
        if nested >= 0:
            continue
        first = max(0, opened - MAX_SELECTOR)
        begins = max(text.rfind("}", first, opened), text.rfind("{", first, opened), first - 1) + 1
        for selector in text[begins:opened].split(","):
            parts = selector.split()
            if parts and _LAST.match(parts[-1]):
                yield _wanted(parts[-1]), len(parts) == 1


def _wanted(selector: str) -> frozenset[str]:
    """The classes a selector asks for; one that must not be there begins with "!"."""
    wanted, _, without = selector.partition(":not(.")
    return frozenset((*wanted.split(".")[1:], *(["!" + without[:-1]] if without else ())))


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
