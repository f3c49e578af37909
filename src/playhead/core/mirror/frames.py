"""Frames: hang the documents of same-origin iframes into a mirror, whichever of the two came first."""

from typing import TYPE_CHECKING

from playhead.core.mirror.nodes import DOCUMENT, Node
from playhead.core.mirror.payloads import Addition
from playhead.core.mirror.plant import count, plant

if TYPE_CHECKING:
    from playhead.core.mirror.mutations import Edit


def attach_document(edit: "Edit", addition: Addition, iframe: Node) -> None:
    """Hang an iframe's document below it in place of the one it had (`attachDocumentToIframe`)."""
    document = addition.node
    existing = edit.nodes.get(document.id)
    if document.kind != DOCUMENT or (existing is not None and edit.mirror.is_inside(iframe, existing)):
        count(edit.mirror.skipped, "addition_refused")
        return
    for child in list(iframe.children):
        if edit.nodes[child].kind == DOCUMENT:
            edit.remove(edit.nodes[child])
    if (existing := edit.nodes.get(document.id)) is not None:
        edit.remove(existing)
    document.parent, document.depth = iframe.id, iframe.depth + 1
    plant(document, edit.nodes, edit.mirror.sheet_elements, edit.mirror.skipped, check_sizes=edit.check_sizes)
    iframe.insert_child(document.id)
    edit.mirror.radios.forget()
    edit.added[document.id] = None


def attach_waiting(edit: "Edit", iframe: Node) -> None:
    """Attach the document that came before this iframe did, and those of iframes inside it."""
    addition = edit.mirror.documents_waiting.pop(iframe.id, None)
    if addition is not None:
        attach_document(edit, addition, iframe)
        attach_all_waiting(edit)


def attach_all_waiting(edit: "Edit") -> None:
    """Attach every waiting document whose iframe has arrived meanwhile, until none has."""
    waiting = edit.mirror.documents_waiting
    while waiting:
        arrived = [iframe for id in waiting if (iframe := edit.nodes.get(id)) is not None and iframe.tag == "iframe"]
        for iframe in arrived:
            attach_document(edit, waiting.pop(iframe.id), iframe)
        if not arrived:
            return
