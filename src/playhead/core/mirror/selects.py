"""Selects: what a browser selects anew when the options of a select box come or go.

Source  HTML, "selectedness setting algorithm": of several selected options the last stays; without one the first
        that is not disabled. Only for boxes whose value an input event told, or that were filled one by one; others
        follow from their markup
"""

from collections.abc import Iterator

from playhead.core.mirror.nodes import ELEMENT, TEXT, Node

GROUPS = ("optgroup", "option")


def select_of(nodes: dict[int, Node], node: Node | None) -> Node | None:
    """Return the select box that `node` is, or that the option group `node` stands in."""
    if node is not None and node.tag == "optgroup":
        node = nodes.get(node.parent)
    return node if node is not None and node.tag == "select" else None


def reselect(nodes: dict[int, Node], box: Node, added: set[int], *, first: int = 0) -> None:
    """Set the live value of `box` after options came (`added`, those marked selected) or went.

    `first` came into the empty box before the others: a browser selects it, wherever it stands in the end (rrweb adds
    options from the last to the first).
    """
    if "multiple" in box.attributes:
        return
    if box.value is None:
        option = nodes.get(first)
        if option is not None and option.tag == "option" and not added and "disabled" not in option.attributes:
            box.value = option_value(nodes, option)
        return
    chosen = usual = None
    for option in _options(nodes, box):
        if usual is None and "disabled" not in option.attributes:
            usual = option
        if option_value(nodes, option) == box.value or option.id in added:
            chosen = option
    chosen = chosen or usual
    if chosen is not None:
        box.value = option_value(nodes, chosen)


def option_value(nodes: dict[int, Node], option: Node) -> str:
    """Return the value of an option: its attribute, else its text without spare blanks."""
    value = option.attributes.get("value")
    if isinstance(value, str):
        return value
    texts = (nodes[child].text for child in option.children if nodes[child].kind == TEXT)
    return " ".join("".join(texts).split())


def _options(nodes: dict[int, Node], box: Node) -> Iterator[Node]:
    for child in box.children:
        node = nodes[child]
        if node.tag == "option":
            yield node
        elif node.tag == "optgroup":
            yield from (nodes[id] for id in node.children if nodes[id].kind == ELEMENT and nodes[id].tag == "option")
