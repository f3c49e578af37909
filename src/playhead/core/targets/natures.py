"""Nature: what an element is by its tag and role alone, without what stands around it."""

from playhead.core.mirror.dom import Node
from playhead.core.targets.roles import FIELD_ROLES, TOGGLE_ROLES, is_editor, role_of


def nature_of(node: Node) -> str:
    """What an element is by its tag and role alone; "" where they say nothing."""
    tag, attributes = node.tag, node.attributes
    if tag in ("iframe", "frame", "object", "embed"):
        return "frame"
    if tag in ("video", "audio"):
        return "media"
    if tag == "canvas":
        return "canvas"
    if "rr_width" in attributes:
        return "blocked"
    if tag == "label":
        return "label"
    if is_editor(node):
        return "editor"
    role = role_of(node)
    if role in FIELD_ROLES:
        return "field"
    if tag == "input" and attributes.get("type") in (
        "file",
        "color",
        "date",
        "time",
        "datetime-local",
        "month",
        "week",
    ):
        return "field"
    if role == "link":
        return "link"
    if role in TOGGLE_ROLES:
        return "toggle"
    if role == "button" or role in ("menuitem",) or (tag == "button"):
        return "button"
    return ""


def is_settled(node: Node) -> bool:
    """Whether the control already is in the state that pressing it would bring."""
    attributes = node.attributes
    if role_of(node) in ("tab", "option", "radio", "menuitemradio"):
        return node.checked is True or "true" in (attributes.get("aria-selected"), attributes.get("aria-checked"))
    return attributes.get("aria-current") not in (None, "false", False)
