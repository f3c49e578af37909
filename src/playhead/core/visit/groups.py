"""Groups: fields that came drawn anew together with what is wrong with them, as servers and frameworks draw them.

The mark stands on the field (`aria-invalid`, `data-invalid`, a class) or on the element around it alone, or the words
are red; the complaint is what that element says besides the field's label and whatever can be pressed.
It need not sound like one.
"""

from collections.abc import Callable, Iterator
from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.targets.roles import attribute
from playhead.core.visit.messages import may_complain, says_bad
from playhead.core.words import words

MAX_VISITS: Final = 400  # nodes looked at below what came
MAX_CLIMB: Final = 4  # levels between a field and the element that holds its complaint
MAX_WORDS: Final = 160  # characters; more is content
_FIELDS: Final = words("input select textarea")
_NO_FIELDS: Final = words("hidden submit button image reset checkbox radio")
_SILENT: Final = words("label legend button a input select textarea option script style template svg")


def wrong_fields(mirror: Mirror, root: Node, is_red: Callable[[Node], bool]) -> Iterator[tuple[Node, Node, str]]:
    """Yield each field below `root` that is marked as wrong, the element that says so, and what it says."""
    for field in _fields_below(mirror, root):
        marked = _is_marked(field)
        at = field
        for _ in range(MAX_CLIMB):
            above = mirror.nodes.get(at.parent)
            if at is root or above is None or above.tag in ("form", "body", "main", "table"):
                break
            if len(_fields_below(mirror, above)) != 1:
                break
            at = above
            marked = marked or _is_marked(at)
            said, speaker = _words(mirror, at)
            if said and speaker is not None:
                red = not marked and may_complain(speaker, said) and is_red(speaker)
                if (marked or red) and len(said) <= MAX_WORDS:
                    yield field, at, said
                break


def _is_marked(node: Node) -> bool:
    if node.attributes.get("aria-invalid") == "true" or node.attributes.get("data-invalid") not in (
        None,
        False,
        "false",
    ):
        return True
    return says_bad(attribute(node, "class") or "")


def _fields_below(mirror: Mirror, root: Node) -> list[Node]:
    stack, seen, found = [root.id], 0, list[Node]()
    nodes = mirror.nodes
    while stack and seen < MAX_VISITS:
        node = nodes.get(stack.pop())
        seen += 1
        if node is None or node.kind != 2:
            continue
        if node.tag in _FIELDS:
            if attribute(node, "type") not in _NO_FIELDS:
                found.append(node)
        elif node.kids is not None or node.links is not None:
            stack += node.children[:MAX_VISITS]
    return found


def _words(mirror: Mirror, root: Node) -> tuple[str, Node | None]:
    """What an element says besides labels and what can be pressed or typed into, and the last that says it."""
    parts: list[str] = []
    speaker: Node | None = None
    stack, seen = [root.id], 0
    while stack and seen < MAX_VISITS:
        node = mirror.nodes.get(stack.pop())
        seen += 1
        if node is None or node.tag in _SILENT:
            continue
        if node.kind == 3:
            if any(letter.isalpha() for letter in node.text):
                speaker = mirror.nodes.get(node.parent)
            parts.append(node.text[: MAX_WORDS * 2].strip())
        stack.extend(reversed(node.children[:MAX_VISITS]))
    return (" ".join(filter(None, parts)), speaker) if speaker is not None else ("", None)
