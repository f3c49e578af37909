"""Surroundings: what stands around a control: its fields, a canvas, a masked field, a navigation."""

from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.targets.natures import nature_of
from playhead.core.targets.roles import attribute, role_of

MAX_CLIMB: Final = 24  # ancestors looked at
BESIDE_CLIMB, BESIDE_DEPTH, BESIDE_VISITS = 3, 6, 200  # how far around a control a canvas still is its canvas
MASKED_CLIMB, MASKED_VISITS = 2, 16  # … a masked field is still the field that it steps
GROUP_CLIMB, GROUP_VISITS = 6, 120  # how far around a button outside of any form its fields may stand
FIELD_GROUP_CLIMB: Final = 10  # … around a field, which libraries wrap in half a dozen elements
_GUIDING: Final = frozenset(("navigation", "tablist", "menubar"))


def group_of(mirror: Mirror, control: Node, *, button: bool) -> int:
    """The nearest element around a button that holds a field, or around a field that holds a button; else 0."""
    around, seen, before = control, 0, 0
    for _ in range(GROUP_CLIMB if button else FIELD_GROUP_CLIMB):
        above = mirror.nodes.get(around.parent)
        if above is None or above.kind != 2 or above.tag in ("body", "html", "main"):
            return 0
        stack = [child for child in above.children[:GROUP_VISITS] if child != around.id]
        before, around = around.id, above
        while stack and seen < GROUP_VISITS:
            node = mirror.nodes.get(stack.pop())
            seen += 1
            if node is None or node.kind != 2:
                continue
            if node.id != before and nature_of(node) == ("field" if button else "button"):
                return above.id
            stack.extend(node.children[:GROUP_VISITS])
    return 0


def holds_lines(mirror: Mirror, form: Node) -> bool:
    """Whether several lines can be written in a form: a query of a database is no search for a thing."""
    stack, seen = list(form.children), 0
    while stack and seen < GROUP_VISITS:
        node = mirror.nodes.get(stack.pop())
        seen += 1
        if node is None or node.kind != 2:
            continue
        if node.tag == "textarea":
            return True
        stack.extend(node.children[:GROUP_VISITS])
    return False


def is_beside_canvas(mirror: Mirror, control: Node) -> bool:
    """Whether a canvas or frame stands close by: within the same small part of the page."""
    around = control
    for _ in range(BESIDE_CLIMB):
        above = mirror.nodes.get(around.parent)
        if above is None or above.kind != 2:
            return False
        around = above
        level, seen = [around.id], 0
        for _ in range(BESIDE_DEPTH):
            below: list[int] = []
            for node_id in level:
                node = mirror.nodes.get(node_id)
                seen += 1
                if node is None or seen > BESIDE_VISITS:
                    continue
                if node.tag == "canvas" or (node.tag == "iframe" and not node.children):
                    return True
                below.extend(node.children[:BESIDE_VISITS])
            level = below
    return False


def is_beside_masked(mirror: Mirror, control: Node) -> bool:
    """Whether a field under a mask stands right beside it: the mask of one number looks like that of the next."""
    around = control
    for _ in range(MASKED_CLIMB):
        above = mirror.nodes.get(around.parent)
        if above is None or above.kind != 2:
            return False
        around = above
        level, seen = [around.id], 0
        while level and seen < MASKED_VISITS:
            node = mirror.nodes.get(level.pop())
            seen += 1
            if node is None or node.kind != 2:
                continue
            said = (node.value or attribute(node, "value") or "") if node.tag == "input" else ""
            if said and not said.strip("*•"):
                return True
            level.extend(node.children[:MASKED_VISITS])
    return False


def is_in_disabled_fieldset(mirror: Mirror, node: Node) -> bool:
    """Whether a control is out of use because the fields around it are."""
    if node.tag not in ("button", "input", "select", "textarea"):
        return False
    at = mirror.nodes.get(node.parent)
    for _ in range(MAX_CLIMB):
        if at is None or at.kind != 2:
            return False
        if at.tag == "fieldset" and "disabled" in at.attributes:
            return True
        at = mirror.nodes.get(at.parent)
    return False


def field_inside(mirror: Mirror, label: Node) -> Node | None:
    """The field that a label stands around."""
    stack, seen = list(label.children), 0
    while stack and seen < 40:
        node = mirror.nodes.get(stack.pop())
        seen += 1
        if node is None or node.kind != 2:
            continue
        if node.tag in ("input", "select", "textarea"):
            return node
        stack.extend(node.children[:40])
    return None


def is_guide(mirror: Mirror, control: Node) -> bool:
    """Whether a control is one of those that lead about a page."""
    at = mirror.nodes.get(control.parent)
    for _ in range(MAX_CLIMB):
        if at is None or at.kind != 2:
            return False
        if at.tag == "nav" or role_of(at) in _GUIDING:
            return True
        at = mirror.nodes.get(at.parent)
    return False
