"""The ARIA role of an element: its `role` attribute, else what HTML implies.

Source  HTML-AAM 1.0 (implicit roles); where it names none, the word a person would use stands: "video", "canvas"
"""

import functools
from typing import Final

from playhead.core.mirror.dom import Node
from playhead.core.words import words

INPUT_ROLES: Final = {
    "button": "button",
    "submit": "button",
    "reset": "button",
    "image": "button",
    "file": "button",
    "checkbox": "checkbox",
    "radio": "radio",
    "range": "slider",
    "number": "spinbutton",
    "search": "searchbox",
}
TAG_ROLES: Final = {
    "button": "button",
    "summary": "button",
    "textarea": "textbox",
    "option": "option",
    "img": "img",
    "svg": "img",
    "nav": "navigation",
    "main": "main",
    "header": "banner",
    "footer": "contentinfo",
    "aside": "complementary",
    "section": "region",
    "form": "form",
    "table": "table",
    "tr": "row",
    "td": "cell",
    "th": "columnheader",
    "ul": "list",
    "ol": "list",
    "menu": "list",
    "li": "listitem",
    "dialog": "dialog",
    "details": "group",
    "fieldset": "group",
    "article": "article",
    "p": "paragraph",
    "progress": "progressbar",
    "meter": "meter",
    "output": "status",
    "video": "video",
    "audio": "audio",
    "canvas": "canvas",
    "iframe": "iframe",
    "label": "label",
    "html": "document",
    "body": "document",
    **{f"h{level}": "heading" for level in range(1, 7)},
}
CONTROL_ROLES: Final = words(
    "button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option treeitem combobox listbox "
    "textbox searchbox spinbutton slider gridcell scrollbar"
)
FIELD_ROLES: Final = words("textbox searchbox spinbutton combobox listbox slider")
TOGGLE_ROLES: Final = words("checkbox radio switch menuitemcheckbox menuitemradio option tab treeitem")
_NO_ROLE: Final = frozenset(("none", "presentation", "generic"))


def attribute(node: Node, name: str) -> str | None:
    """The attribute as text; None where it is absent, "" where it has no value."""
    value = node.attributes.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        return value
    return "" if value is True else str(value)


def role_of(node: Node) -> str:
    """Return the ARIA role, "generic" for an element that has none."""
    said = node.attributes.get("role")
    if said is not None:
        role = _said_role(said if isinstance(said, str) else attribute(node, "role") or "")
        if role:
            return role
    return implicit_role(node)


@functools.lru_cache(maxsize=1024)
def _said_role(said: str) -> str:
    first = said.split(None, 1)[0].lower() if said.strip() else ""
    return "" if first in _NO_ROLE else first


def implicit_role(node: Node) -> str:
    tag = node.tag
    if tag == "a" or tag == "area":
        return "link" if "href" in node.attributes or "xlink:href" in node.attributes else "generic"
    if tag == "input":
        return _input_role(node)
    if tag == "select":
        several = "multiple" in node.attributes or (attribute(node, "size") or "1") not in ("", "0", "1")
        return "listbox" if several else "combobox"
    if is_editor(node):
        return "textbox"
    return TAG_ROLES.get(tag, "generic")


def _input_role(node: Node) -> str:
    kind = (attribute(node, "type") or "text").lower()
    role = INPUT_ROLES.get(kind)
    if role:
        return role
    return "combobox" if "list" in node.attributes else "textbox"


def is_editor(node: Node) -> bool:
    """Whether text can be typed right into the element (contenteditable)."""
    value = node.attributes.get("contenteditable")
    return value is not None and value is not False and value != "false" and value != "inherit"


def is_disabled(node: Node) -> bool:
    return "disabled" in node.attributes or node.attributes.get("aria-disabled") in ("true", True)


def is_hidden(node: Node) -> bool:
    """Whether the element says itself that it is not shown; style sheets are asked elsewhere."""
    attributes = node.attributes
    if "hidden" in attributes and attributes["hidden"] not in (None, False):
        return True
    if attributes.get("aria-hidden") in ("true", True) or (node.tag == "input" and attributes.get("type") == "hidden"):
        return True
    style = attributes.get("style")
    return isinstance(style, str) and bool(style) and hides(style)


def hides(style: str) -> bool:
    """Whether an inline style takes the element out of sight."""
    style = style.lower()
    if "display" not in style and "visibility" not in style:
        return False
    compact = style.replace(" ", "")
    return "display:none" in compact or "visibility:hidden" in compact.replace("backface-visibility", "")
