"""The nearest named place around a control: the dialog, form, row, card or section a person would point at."""

from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.targets.accname import Names, clean
from playhead.core.targets.roles import attribute, implicit_role, role_of

MAX_CLIMB: Final = 48  # ancestors looked at; deeper pages wrap, they do not name
MAX_SEARCH: Final = 80  # nodes searched for a heading inside one place
MAX_PLACE_NAME: Final = 50  # characters
NAMED: Final = {
    "dialog": "dialog",
    "alertdialog": "dialog",
    "form": "form",
    "search": "form",
    "row": "row",
    "listitem": "item",
    "article": "item",
    "region": "section",
    "group": "group",
    "radiogroup": "group",
    "menu": "menu",
    "listbox": "list",
    "tabpanel": "panel",
    "toolbar": "toolbar",
    "navigation": "navigation",
    "complementary": "section",
    "grid": "grid",
    "table": "table",
}
_WITH_HEADING: Final = frozenset(("dialog", "form", "item", "section", "panel", "group"))
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend"))
_NAMED_BY_CELL: Final = frozenset(("td", "th"))


def container_of(mirror: Mirror, names: Names, node: Node) -> str:
    """Return e.g. 'dialog "Checkout"' or 'row "Blue mug"', "" where nothing around the control has a name."""
    fallback = ""
    at = mirror.nodes.get(node.parent)
    for _ in range(MAX_CLIMB):
        if at is None or at.kind != 2 or at.tag in ("body", "html"):
            break
        place = place_of(at)
        if place:
            name = place_name(mirror, names, at, place, inside=node)
            if name:
                return f'{place} "{name}"'
            if place == "dialog":
                fallback = fallback or place
        at = mirror.nodes.get(at.parent)
    return fallback


def place_of(node: Node) -> str:
    """The word for a place ("dialog", "row", …), "" for an element that is none."""
    role = role_of(node)
    place = NAMED.get(role, "")
    if not place and attribute(node, "aria-modal") == "true":
        return "dialog"
    return place


def place_name(mirror: Mirror, names: Names, node: Node, place: str, *, inside: Node | None = None) -> str:
    """The name of a place: what aria says, its heading or caption, for a row its first cell."""
    said = attribute(node, "aria-label") or ""
    if not said and "aria-labelledby" in node.attributes:
        said = names.name_of(node)
    if not said and place in _WITH_HEADING:
        said = _heading(mirror, names, node)
    if not said and place == "row":
        said = _first_cell(mirror, names, node, inside)
    if not said and node.tag in ("fieldset", "table"):
        said = names.name_of(node)
    if not said and place == "form" and node.tag == "form":
        said = (attribute(node, "name") or attribute(node, "id") or "").replace("_", " ").replace("-", " ")
    return clean(said, limit=MAX_PLACE_NAME)


def _heading(mirror: Mirror, names: Names, node: Node) -> str:
    stack, seen = [node.id], 0
    while stack and seen < MAX_SEARCH:
        inner = mirror.nodes.get(stack.pop())
        seen += 1
        if inner is None or inner.kind != 2:
            continue
        if inner.tag in _HEADINGS or role_of(inner) == "heading":
            return names.name_of(inner) if inner.tag != "legend" else names.text_of(inner)
        if inner is not node and inner.tag == "form":
            continue  # a form inside has a heading of its own
        stack.extend(reversed(inner.children[:MAX_SEARCH]))
    return ""


def _first_cell(mirror: Mirror, names: Names, row: Node, inside: Node | None) -> str:
    for at in row.children[:24]:
        cell = mirror.nodes.get(at)
        if cell is None or cell.kind != 2:
            continue
        if (
            cell.tag not in _NAMED_BY_CELL
            and implicit_role(cell) != "cell"
            and role_of(cell) not in ("cell", "gridcell", "rowheader")
        ):
            continue
        if inside is not None and mirror.is_inside(inside, cell):
            return ""  # what was pressed is what the row is called by
        if not mirror.text_of(cell.id, limit=200).strip():
            continue  # a tick box, an icon
        text = names.text_of(cell, limit=MAX_PLACE_NAME)
        if len(text) > 1 and not text.isdigit():
            return text
    return ""
