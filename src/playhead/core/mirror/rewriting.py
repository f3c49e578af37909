"""Rewriting: texts and attributes of one mutation, set the way rrweb's Replayer does.

Source  `applyMutation` of @rrweb/replay 2.1.6; texts come before attributes, the last text of a node counts
"""

from typing import TYPE_CHECKING, Any, cast

from playhead.core.mirror.inline_style import edit_style
from playhead.core.mirror.nodes import DOCTYPE, DOCUMENT, ELEMENT, Node
from playhead.core.mirror.payloads import AttributeChange, Mutation
from playhead.core.mirror.plant import MAX_ATTRIBUTE_BYTES, count

if TYPE_CHECKING:
    from playhead.core.mirror.mutations import Edit


def set_texts(edit: "Edit", mutation: Mutation) -> None:
    last = {change.id: change.value or "" for change in mutation.texts}
    for node_id, text in last.items():
        node = edit.nodes.get(node_id)
        if node is None:
            if node_id not in edit.dropped:
                count(edit.mirror.skipped, "node_not_found")
        elif node.kind in (ELEMENT, DOCUMENT, DOCTYPE):
            count(edit.mirror.skipped, "text_refused")
        else:
            edit.texts.append((node_id, node.text, text))
            node.text = text
            parent = edit.nodes.get(node.parent)
            if parent is not None and parent.tag == "style":
                node.is_style = bool(text)
                edit.style_changed(parent.id)


def set_attributes(edit: "Edit", change: AttributeChange) -> None:
    node = edit.nodes.get(change.id)
    if node is None:
        if change.id not in edit.dropped:
            count(edit.mirror.skipped, "node_not_found")
        return
    if node.kind != ELEMENT:
        count(edit.mirror.skipped, "attribute_refused")
        return
    if node.tag in ("link", "style") and isinstance(change.attributes.get("_cssText"), str):
        _replace_css(edit, node, change.attributes)
        return
    for name, value in change.attributes.items():
        if value is None:
            _set_attribute(edit, node, name, None)
            if name == "open" and node.tag == "dialog":
                _set_attribute(edit, node, "rr_open_mode", None)
        elif isinstance(value, str):
            if name == "value" and node.tag == "textarea":
                for child in list(node.children):
                    edit.remove(edit.nodes[child])
            _set_attribute(edit, node, name, value)
            if name == "style":
                edit.mirror.restyled.pop(node.id, None)
        elif name == "style" and isinstance(value, dict):
            old = node.attributes.get("style")
            edited = edit_style(old if isinstance(old, str) else "", cast(dict[str, Any], value))
            if old is None and not edited:
                continue  # removing what is not there gives no empty attribute
            _set_attribute(edit, node, "style", edited)
            edit.mirror.restyled[node.id] = None
        else:
            count(edit.mirror.skipped, "attribute_refused")


def _set_attribute(edit: "Edit", node: Node, name: str, value: str | None) -> None:
    old = node.attributes.get(name)
    if node.tag == "input" and name in ("name", "type"):
        edit.mirror.radios.forget()
    if value is None:
        if name not in node.attributes:
            return
        del node.attributes[name]
    else:
        if len(value) > MAX_ATTRIBUTE_BYTES:
            value = value[:MAX_ATTRIBUTE_BYTES]
            count(edit.mirror.skipped, "attribute_cut")
        node.attributes[name] = value
    edit.attributes.append((node.id, name, old, value))


def _replace_css(edit: "Edit", node: Node, attributes: dict[str, Any]) -> None:
    """A style sheet's text arrives late: rrweb builds the element anew, without children."""
    for child in list(node.children):
        edit.remove(edit.nodes[child])
    for name, value in attributes.items():
        if value is None:
            node.attributes.pop(name, None)
        elif isinstance(value, (str, int, float, bool)):
            node.attributes[name] = value
    edit.style_changed(node.id)
