"""Places: where on the page one event changed something, as keys for `Ambient`, from exact to loose.

A place is (node, what); a looser key names the parent and the tag, the loosest a forebear and the path of tags down
from it: a slide show moves one class from slide to slide, a price list ticks in another cell each time.
What nobody could see is left out: scripts and style links, focus rings, pressed looks.
Limits  MAX_PLACES sampled of each sort of change; `size` says how many there were
"""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from playhead.core.mirror.dom import Changes, Mirror, Node, Scalar
from playhead.core.patterns import late
from playhead.core.visit.ambient import Place
from playhead.core.words import words

MAX_PLACES: Final = 8  # of each sort (attributes, texts, additions, removals); an event with more is a rebuild
MAX_REBUILT: Final = 6  # additions and removals of one event that are compared
MAX_SIGNATURE: Final = 80  # nodes of a subtree that is compared

_UNSEEN_TAGS: Final = words("script style link meta noscript template head base")
_OWN_LOOK = late(r"focus|hover|press(?:ed|ing)|ripple|wave|touched|tapped|active-?click|mouse(?:down|over)", re.I)
_UNSEEN_ATTRIBUTES: Final = words(
    "nonce data-focus-visible-added data-hovered data-pressed data-focused data-focus aria-activedescendant tabindex "
    "aria-describedby data-user-valid data-touched data-interacted "
    "data-reactid data-v-app rr_scrollleft rr_scrolltop"
)


class Places(msgspec.Struct, gc=False):
    """`nodes` are the changed elements themselves, in the order of `keys`."""

    keys: list[Place]
    nodes: list[int]
    size: int
    text: bool  # text came, went or changed


def places_of(mirror: Mirror, changes: Changes) -> Places | None:
    """Return where `changes` could be seen; None where nowhere."""
    found = Places([], [], 0, False)
    if changes.attributes:
        _attributes(mirror, changes.attributes, found)
    if changes.texts:
        _texts(mirror, changes.texts, found)
    if changes.added:
        _added(mirror, changes.added, found)
    if changes.removed:
        _removed(mirror, changes.removed, found)
    return found if found.size else None


def is_rebuilt(mirror: Mirror, changes: Changes) -> bool:
    """Whether `changes` only put back what was there (a text set to what it already said): nobody saw anything."""
    if any(old != new for _, _, old, new in changes.attributes):
        return False
    if any(old != new or _is_masked(new) for _, old, new in changes.texts):
        return False  # a mask hides whether it is another text: nobody sets the same one again
    if len(changes.added) != len(changes.removed) or len(changes.added) > MAX_REBUILT:
        return False
    gone = [(node.parent, _signature(node, changes.removed_nodes or {})) for node in changes.removed]
    for node_id in changes.added:
        node = mirror.nodes.get(node_id)
        mark = (node.parent, _signature(node, mirror.nodes)) if node is not None else (0, "")
        if not mark[1] or mark not in gone:
            return False
        gone.remove(mark)
    return True


def _is_masked(text: str) -> bool:
    return "*" in text and not text.replace("*", "").strip()


def _signature(root: Node, nodes: dict[int, Node]) -> str:
    """What a small subtree looks like; "" for one too large to compare, or masked."""
    parts: list[str] = []
    stack = [root.id]
    while stack:
        node = nodes.get(stack.pop(), root)
        if node.kind == 3 and _is_masked(node.text):
            return ""
        parts.append(node.text if node.kind == 3 else f"<{node.tag} {node.attributes}>")
        if len(parts) > MAX_SIGNATURE:
            return ""
        stack.extend(reversed(node.children[:MAX_SIGNATURE]))
    return "".join(parts)


def _attributes(mirror: Mirror, attributes: Sequence[tuple[int, str, Scalar, Scalar]], found: Places) -> None:
    nodes = mirror.nodes
    taken = 0
    for at, (node_id, name, old, new) in enumerate(attributes):
        if taken >= MAX_PLACES:
            found.size += len(attributes) - at  # not looked at: that many more, seen or not
            return
        if name in _UNSEEN_ATTRIBUTES or (name == "class" and is_own_look(old, new)):
            continue
        node = nodes.get(node_id)
        if node is None or node.tag in _UNSEEN_TAGS:
            continue
        found.size += 1
        taken += 1
        _take(mirror, node, name, found)


def _texts(mirror: Mirror, texts: Sequence[tuple[int, str, str]], found: Places) -> None:
    nodes = mirror.nodes
    taken = 0
    for at, (node_id, _, _) in enumerate(texts):
        if taken >= MAX_PLACES:
            found.size += len(texts) - at
            return
        node = nodes.get(node_id)
        parent = nodes.get(node.parent) if node is not None else None
        if parent is None or parent.tag in _UNSEEN_TAGS:
            continue
        found.size += 1
        found.text = True
        taken += 1
        _take(mirror, parent, "#text", found)


def _added(mirror: Mirror, added: Iterable[int], found: Places) -> None:
    nodes = mirror.nodes
    taken, last = 0, 0
    for node_id in added:
        node = nodes.get(node_id)
        if node is None or node.kind == 5 or node.tag in _UNSEEN_TAGS:
            continue
        parent = nodes.get(node.parent)
        if parent is None or parent.tag in _UNSEEN_TAGS:
            continue
        found.size += 1
        if not found.text and (node.kind == 3 or node.children):
            found.text = node.kind == 3 or _has_text(mirror, node)
        if taken < MAX_PLACES and parent.id != last:
            taken += 1
            last = parent.id
            _take(mirror, parent, "#nodes", found)


def _removed(mirror: Mirror, removed: Iterable[Node], found: Places) -> None:
    nodes = mirror.nodes
    taken, last = 0, 0
    for node in removed:
        if node.kind == 5 or node.tag in _UNSEEN_TAGS:
            continue
        parent = nodes.get(node.parent)
        if parent is None or parent.tag in _UNSEEN_TAGS:
            continue
        found.size += 1
        if node.kind == 3 and node.text.strip():
            found.text = True
        if taken < MAX_PLACES and parent.id != last:
            taken += 1
            last = parent.id
            _take(mirror, parent, "#nodes", found)


def _take(mirror: Mirror, node: Node, what: str, found: Places) -> None:
    nodes = mirror.nodes
    found.nodes.append(node.id)
    parent = nodes.get(node.parent)
    if parent is None:
        found.keys.append(((node.id, what),))
        return
    grand = nodes.get(parent.parent)
    above = nodes.get(grand.parent) if grand is not None else None
    if grand is None or above is None or grand.tag in ("body", "html", ""):
        found.keys.append(((node.id, what), (parent.id, node.tag, what)))
        return
    found.keys.append(((node.id, what), (parent.id, node.tag, what), (above.id, grand.tag, parent.tag, node.tag, what)))


@functools.lru_cache(maxsize=4096)
def is_own_look(old: Scalar, new: Scalar) -> bool:
    """Whether a class changed only in tokens that draw a focus ring, a hover or a pressed look."""
    before = set(old.split()) if isinstance(old, str) else set[str]()
    after = set(new.split()) if isinstance(new, str) else set[str]()
    return all(_OWN_LOOK.search(token) for token in before ^ after)


def _has_text(mirror: Mirror, node: Node) -> bool:
    stack, seen = list(node.children[:20]), 0
    while stack and seen < 40:
        inner = mirror.nodes.get(stack.pop())
        seen += 1
        if inner is None:
            continue
        if inner.kind == 3 and inner.text.strip():
            return True
        stack.extend(inner.children[:20])
    return False
