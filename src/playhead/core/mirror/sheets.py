"""Sheets: what scripts did to style sheets, kept as edits on rules the mirror need not parse.

Shape   a RuleList is the order of a sheet's (or grouping rule's) rules: an int is the untouched rule of that
        index in the parsed text, a Rule one that was inserted or edited. Edits compact themselves: a rule inserted
        and deleted again leaves nothing, a property set twice is kept once
Output  `edits()` gives the rrweb StyleSheetRule and StyleDeclaration data that turn the parsed text into this state
"""

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from playhead.core.mirror.inline_style import edit_style
from playhead.core.mirror.payloads import PropertyRemoval, PropertySet, RuleAddition, RuleRemoval
from playhead.core.patterns import late

MAX_RULES: Final = 50_000  # per sheet; the largest seen in an application is 9,000
MAX_NESTING: Final = 32  # @media in @supports in @layer …
MAX_SHEETS: Final = 10_000  # constructed sheets a page may have

_BRACE = late(r"""([{};])|"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\([^(){};"']*+\)""", re.DOTALL)
_BRACES = late(r"[{}]")
_COMMENT = late(r"/\*.*?\*/", re.DOTALL)
Place = tuple[int, ...]  # indices from the sheet down to a nested rule list; () is the sheet itself


class Rule:
    """A rule that was inserted (`text`) or, in the parsed text, edited (`index` there)."""

    __slots__ = ("declarations", "index", "nested", "text")

    def __init__(self, text: str | None = None, *, index: int = -1) -> None:
        self.text, self.index = text, index
        self.declarations: dict[str, tuple[str | None, str | None]] = {}
        self.nested: RuleList | None = None

    def children(self) -> "RuleList":
        if self.nested is None:
            self.nested = RuleList(parsed=True)
        return self.nested


class RuleList:
    """The rules of a sheet; `parsed` says that there is text whose rules we have not counted."""

    __slots__ = ("items", "parsed", "seen")

    def __init__(self, *, parsed: bool) -> None:
        self.items: list[int | Rule] = []
        self.parsed = parsed
        self.seen = 0  # rules of the parsed text that are in `items` or deleted; those after them are implied

    def insert(self, text: str, index: int) -> bool:
        """Insert a rule as `CSSStyleSheet.insertRule` does; return False where a browser would throw."""
        if ("{" not in text and not text.lstrip().startswith("@")) or index < 0 or index >= MAX_RULES:
            return False
        self._reach(index)
        if index > len(self.items) or len(self.items) >= MAX_RULES:
            return False
        self.items.insert(index, Rule(text))
        return True

    def delete(self, index: int) -> bool:
        if index < 0 or index >= MAX_RULES:
            return False
        self._reach(index + 1)
        if index >= len(self.items):
            return False
        self.items.pop(index)
        return True

    def rule(self, index: int) -> Rule | None:
        """Return the rule at `index` for editing."""
        if index < 0 or index >= MAX_RULES:
            return None
        self._reach(index + 1)
        if index >= len(self.items):
            return None
        found = self.items[index]
        if isinstance(found, int):
            found = self.items[index] = Rule(index=found)
        return found

    def nested(self, place: list[int]) -> Rule | None:
        """Return the rule at a path of indices (`getNestedRule`); an empty path names none."""
        rules, rule = self, None
        if len(place) > MAX_NESTING:
            return None
        for index in place:
            rule = rules.rule(index)
            if rule is None:
                return None
            rules = rule.children()
        return rule

    def length_at_most(self, index: int) -> int:
        """Return `index` or, when the number of rules is known, that number if it is smaller."""
        return index if self.parsed else min(index, len(self.items))

    def edits(self, path: Place = ()) -> Iterator[dict[str, Any]]:
        """Yield StyleSheetRule and StyleDeclaration data (without the sheet's id), in the order to apply them."""
        work: list[tuple[RuleList, Place]] = [(self, path)]
        while work:
            rules, at = work.pop()
            yield from rules._own_edits(at)
            for index, rule in enumerate(rules.items):
                if isinstance(rule, Rule):
                    yield from _declarations(rule, (*at, index))
                    if rule.nested is not None:
                        work.append((rule.nested, (*at, index)))

    def _own_edits(self, at: Place) -> Iterator[dict[str, Any]]:
        kept = {item if isinstance(item, int) else item.index for item in self.items}
        gone = [index for index in range(self.seen) if index not in kept]
        if gone:
            yield {"source": 8, "removes": [{"index": _index(at, index)} for index in reversed(gone)]}
        inserted = [
            {"rule": rule.text, "index": _index(at, index)}
            for index, rule in enumerate(self.items)
            if isinstance(rule, Rule) and rule.text is not None
        ]
        if inserted:
            yield {"source": 8, "adds": inserted}

    def _reach(self, length: int) -> None:
        if self.parsed:
            while len(self.items) < length:
                self.items.append(self.seen)
                self.seen += 1


class Sheet:
    """A constructed style sheet: its text (by `replace`) and the edits on it; only its own document may adopt it."""

    __slots__ = ("document", "rules", "text")

    def __init__(self, document: int) -> None:
        self.document = document
        self.replace("")

    def replace(self, text: str) -> None:
        self.text = text
        self.rules = RuleList(parsed=has_rules(text))

    def told(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the rules to construct the sheet with, and the edits still to do on them.

        Where the rules came one by one, edits are done on them: rrweb's Replayer loses some that follow when it
        jumps. Where they came as text only a browser knows which of them count.
        """
        rules: list[str] = split_rules(self.text)
        edits: list[dict[str, Any]] = []
        for edit in self.rules.edits():
            if self.text:
                edits.append(edit)
                continue
            if not edit_texts(rules, edit):
                edits.append(edit)
        return [{"rule": text, "index": index} for index, text in enumerate(rules)], edits


def edit_texts(rules: list[str], edit: dict[str, Any]) -> bool:
    """Do an edit on the texts of top-level rules; return False where that cannot be."""
    index = edit.get("index")
    if isinstance(index, list):  # a property of one rule
        place = cast(list[int], index)
        text = rules[place[0]] if len(place) == 1 and place[0] < len(rules) else None
        edited = _with_property(text, edit) if text is not None else None
        if edited is None:
            return False
        rules[place[0]] = edited
        return True
    changes = [*edit.get("removes", ()), *edit.get("adds", ())]
    if not all(isinstance(change["index"], int) and change["index"] <= len(rules) for change in changes[:1]):
        return False
    for removal in edit.get("removes", ()):
        del rules[removal["index"] : removal["index"] + 1]
    for addition in edit.get("adds", ()):
        rules.insert(addition["index"], addition["rule"])
    return True


def _with_property(rule: str, edit: dict[str, Any]) -> str | None:
    """Return the text of a plain style rule with one property set or removed; None for any other rule."""
    selector, brace, rest = rule.partition("{")
    body, end, after = rest.rpartition("}")
    if not brace or not end or after.strip() or selector.lstrip().startswith("@") or _BRACES.search(body):
        return None
    if "set" in edit:
        put = edit["set"]
        value: Any = [put["value"], put["priority"]] if put.get("priority") else put["value"]
        edited = edit_style(body, {put["property"]: value})
    else:
        edited = edit_style(body, {edit["remove"]["property"]: False})
    return f"{selector.strip()} {{ {edited} }}"


def split_rules(css: str) -> list[str]:
    """Return the top-level rules of CSS text, comments left out."""
    rules: list[str] = []
    depth = start = 0
    css = _COMMENT.sub("", css)
    for found in _BRACE.finditer(css):
        mark = found[1]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        if mark and depth <= 0 and mark in "};":
            depth = 0
            if rule := css[start : found.end()].strip():
                rules.append(rule)
            start = found.end()
    if rest := css[start:].strip():
        rules.append(rest)
    return rules


def has_rules(css: str) -> bool:
    """Return whether CSS text may hold a rule."""
    return bool(css.strip()) and bool(_COMMENT.sub("", css).strip())


def apply_additions(rules: RuleList, additions: list[RuleAddition]) -> int:
    """Insert rules; return how many a browser would have refused."""
    refused = 0
    for addition in additions:
        index = addition.index
        if isinstance(index, list):
            holder = rules.nested(index[:-1])
            done = holder is not None and holder.children().insert(addition.rule, index[-1])
        else:
            done = rules.insert(addition.rule, rules.length_at_most(index or 0))
        refused += not done
    return refused


def apply_removals(rules: RuleList, removals: list[RuleRemoval]) -> int:
    """Delete rules; return how many a browser would have refused."""
    refused = 0
    for removal in removals:
        index = removal.index
        if isinstance(index, list):
            holder = rules.nested(index[:-1])
            done = holder is not None and holder.children().delete(index[-1])
        else:
            done = rules.delete(index or 0)
        refused += not done
    return refused


def apply_declaration(
    rules: RuleList, place: list[int], put: PropertySet | None, remove: PropertyRemoval | None
) -> bool:
    """Set or remove a property of the rule at `place`; return whether there is such a rule."""
    rule = rules.nested(place)
    if rule is None:
        return False
    if put is not None:
        _declare(rule, put.property, _css(put.value) or None, put.priority)
    if remove is not None:
        _declare(rule, remove.property, None, None)
    return True


def _css(value: str | int | float | bool | None) -> str:
    """Return a value as JavaScript writes it."""
    if isinstance(value, str) or value is None:
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else repr(value)


def _declare(rule: Rule, name: str, value: str | None, priority: str | None) -> None:
    """Remember one change; the last counts, and comes last, since a shorthand before it may set the same longhand.

    A custom property has no shorthand: set again it keeps its place, as in a browser.
    """
    if not (name.startswith("--") and value is not None and rule.declarations.get(name, (None, None))[0] is not None):
        rule.declarations.pop(name, None)
    rule.declarations[name] = (value, priority)


def _index(at: Place, index: int) -> int | list[int]:
    return [*at, index] if at else index


def _declarations(rule: Rule, place: Place) -> Iterator[dict[str, Any]]:
    for name, (value, priority) in rule.declarations.items():
        data: dict[str, Any] = {"source": 13, "index": list(place)}
        if value is None:
            data["remove"] = {"property": name}
        else:
            data["set"] = {"property": name, "value": value}
            if priority:
                data["set"]["priority"] = priority
        yield data
