"""Payloads of incremental events that change a page, typed; `decode_payload` reads one by its `source`.

Shape   rrweb's `IncrementalSnapshotEvent.data` for the sources the DOM mirror reads; other sources decode to a
        payload without fields
Errors  a payload that does not fit is read again tolerantly; what still does not fit is None
"""

from typing import Any

import msgspec

from playhead.core.mirror.nodes import Node


class TextChange(msgspec.Struct, gc=False):
    id: int
    value: str | None = None


class AttributeChange(msgspec.Struct, gc=False):
    id: int
    attributes: dict[str, Any]  # str sets, None removes, {property: str | [value, priority] | false} edits `style`


class Removal(msgspec.Struct, gc=False, rename={"parent_id": "parentId", "is_shadow": "isShadow"}):
    id: int
    parent_id: int = 0
    is_shadow: bool = False


class Addition(
    msgspec.Struct, gc=False, rename={"parent_id": "parentId", "next_id": "nextId", "previous_id": "previousId"}
):
    parent_id: int
    node: Node
    next_id: int | None = None
    previous_id: int | None = None


class _Payload(msgspec.Struct, gc=False, tag_field="source"):
    pass


class Mutation(_Payload, tag=0):
    texts: list[TextChange] = []
    attributes: list[AttributeChange] = []
    removes: list[Removal] = []
    adds: list[Addition] = []


class MouseMove(_Payload, tag=1):
    pass


class MouseInteraction(_Payload, tag=2, rename={"type_": "type"}):
    type_: int = -1


class Scroll(_Payload, tag=3):
    id: int
    x: float
    y: float


class ViewportResize(_Payload, tag=4):
    width: float
    height: float


class Input(_Payload, tag=5, rename={"is_checked": "isChecked"}):
    id: int
    text: str = ""
    is_checked: bool = False


class TouchMove(_Payload, tag=6):
    pass


class MediaInteraction(
    _Payload, tag=7, rename={"type_": "type", "current_time": "currentTime", "playback_rate": "playbackRate"}
):
    id: int
    type_: int
    current_time: float | None = None
    volume: float | None = None
    muted: bool | None = None
    loop: bool | None = None
    playback_rate: float | None = None


class RuleAddition(msgspec.Struct, gc=False):
    rule: str
    index: int | list[int] | None = None


class RuleRemoval(msgspec.Struct, gc=False):
    index: int | list[int] | None = None


class StyleSheetRule(_Payload, tag=8, rename={"style_id": "styleId", "replace_sync": "replaceSync"}):
    id: int | None = None
    style_id: int | None = None
    adds: list[RuleAddition] | None = None
    removes: list[RuleRemoval] | None = None
    replace: str | None = None
    replace_sync: str | None = None


class CanvasMutation(_Payload, tag=9):
    id: int


class Font(_Payload, tag=10):
    family: str = ""


class Log(_Payload, tag=11):
    pass


class Drag(_Payload, tag=12):
    pass


class PropertySet(msgspec.Struct, gc=False):
    property: str
    value: str | int | float | bool | None = None  # what the page handed to setProperty, which takes any
    priority: str | None = None


class PropertyRemoval(msgspec.Struct, gc=False):
    property: str


class StyleDeclaration(_Payload, tag=13, rename={"style_id": "styleId"}):
    index: list[int]
    id: int | None = None
    style_id: int | None = None
    set: PropertySet | None = None
    remove: PropertyRemoval | None = None


class SelectionRange(msgspec.Struct, gc=False, rename="camel"):
    start: int
    end: int
    start_offset: int = 0
    end_offset: int = 0


class Selection(_Payload, tag=14):
    ranges: list[SelectionRange] = []


class AdoptedStyle(msgspec.Struct, gc=False, rename={"style_id": "styleId"}):
    style_id: int
    rules: list[RuleAddition] = []


class AdoptedStyleSheet(_Payload, tag=15, rename={"style_ids": "styleIds"}):
    id: int
    style_ids: list[int] = []
    styles: list[AdoptedStyle] | None = None


class CustomElement(_Payload, tag=16):
    pass


Payload = (
    Mutation
    | MouseMove
    | MouseInteraction
    | Scroll
    | ViewportResize
    | Input
    | TouchMove
    | MediaInteraction
    | StyleSheetRule
    | CanvasMutation
    | Font
    | Log
    | Drag
    | StyleDeclaration
    | Selection
    | AdoptedStyleSheet
    | CustomElement
)


class Position(msgspec.Struct, gc=False):
    x: float = 0
    y: float = 0
    id: int = 0


class Pointer(msgspec.Struct, gc=False):
    """Where the pointer is: the last of `positions` (moves), or the payload itself (clicks)."""

    x: float = 0
    y: float = 0
    id: int = 0
    positions: list[Position] = []


class InitialOffset(msgspec.Struct, gc=False):
    left: float = 0
    top: float = 0


class FullSnapshot(msgspec.Struct, gc=False, rename={"initial_offset": "initialOffset"}):
    node: Node
    initial_offset: InitialOffset | None = None


class Meta(msgspec.Struct, gc=False):
    href: str = ""
    width: float = 0
    height: float = 0


decode_payload = msgspec.json.Decoder(Payload).decode
decode_snapshot = msgspec.json.Decoder(FullSnapshot).decode
decode_pointer = msgspec.json.Decoder(Pointer).decode
decode_meta = msgspec.json.Decoder(Meta).decode
