"""Keyframes: the page at one moment as rrweb events, and windows of a recording that start at one.

Shape   a keyframe is Meta, FullSnapshot with the same node ids, then the incremental events for what a snapshot
        cannot hold: iframe documents, live values, rules set by scripts, adopted sheets, media, selection, pointer
Promise rrweb's Replayer started from a keyframe and fed the later events reaches the DOM that it reaches from the
        start; an event at exactly the keyframe's time is already in it
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from playhead.core import events as E
from playhead.core.lanes import in_order
from playhead.core.mirror.dom import Mirror
from playhead.core.mirror.inline_style import removed_parts, rewriting
from playhead.core.mirror.media import TAGS, media_from_snapshot
from playhead.core.mirror.nodes import DOCUMENT, ELEMENT, Node
from playhead.core.mirror.payloads import Position, decode_pointer
from playhead.core.playback.active import active_lanes
from playhead.core.playback.sanitise import is_safe_canvas
from playhead.core.playback.snapshot import iframes, late_additions, late_styles, snapshot_json

_encode = msgspec.json.encode


def keyframe(mirror: Mirror, *, t_ms: float, page: str = "", safe: bool = False) -> list[bytes]:
    """Return the events that show the mirror's page at `t_ms`; empty when it has seen no full snapshot.

    `safe` leaves out what could act in a viewer's browser (core.sanitise).
    """
    document = mirror.nodes.get(mirror.document or 0)
    if document is None:
        return []
    stamp = b',"timestamp":' + _encode(_number(t_ms)) + (b',"page":' + _encode(page) if page else b"") + b"}"
    meta = {"href": mirror.href, "width": _number(mirror.width), "height": _number(mirror.height)}
    offset = {"left": _number(document.scroll_x), "top": _number(document.scroll_y)}
    left_out: list[Node] = []
    node = snapshot_json(mirror, document, safe=safe, left_out=left_out)
    frames = [
        b'{"type":4,"data":' + _encode(meta) + stamp,
        b'{"type":2,"data":{"node":' + node + b',"initialOffset":' + _encode(offset) + b"}" + stamp,
    ]
    return frames + [b'{"type":3,"data":' + data + stamp for data in _beside(mirror, t_ms, left_out, safe=safe)]


def keyframe_at(events: Sequence[E.Event], *, at_ms: float, page: str | None = None) -> list[bytes]:
    """Return the keyframe of the lane that was active at `at_ms` (or of `page`), events at `at_ms` included.

    Before the first full snapshot it shows that snapshot, as rrweb's Replayer does.
    """
    ordered = in_order(events).events
    if page is None:
        switches = active_lanes(ordered)
        started = [lane for since, lane in switches if since <= at_ms] or [lane for _, lane in switches[:1]]
        page = started[-1] if started else ""
    lane = [event for event in ordered if event.page == page]
    mirror = Mirror()
    _fast_forward(mirror, [event for event in lane if event.timestamp <= at_ms])
    if mirror.document is None:
        for event in lane:
            if event.type in (E.META, E.FULL_SNAPSHOT):
                mirror.apply(event)
            if mirror.document is not None:
                break
    return keyframe(mirror, t_ms=at_ms, page=page)


def window(events: Sequence[E.Event], *, from_ms: float, to_ms: float) -> list[bytes]:
    """Return one stream for a single Replayer: a keyframe at `from_ms`, then the events up to `to_ms`.

    Where page lanes (tabs) overlap it follows the active one and inserts a keyframe at each switch to a page that
    was already there; a page that loads brings its own snapshot.
    """
    ordered = in_order(events).events
    switches = active_lanes(ordered)
    lanes: dict[str, list[E.Event]] = {}
    for event in ordered:
        if event.timestamp <= from_ms:
            lanes.setdefault(event.page, []).append(event)
    mirrors: dict[str, Mirror] = {}
    for lane, before in lanes.items():
        mirrors[lane] = Mirror()
        _fast_forward(mirrors[lane], before)
    turn = 0
    while turn + 1 < len(switches) and switches[turn + 1][0] <= from_ms:
        turn += 1
    active = switches[turn][1] if switches else ""
    stream = keyframe(mirrors[active], t_ms=from_ms, page=active) if active in mirrors else []
    if not stream:  # nothing to show yet: the page's first events are its own beginning
        stream = [replayable(event) for event in lanes.get(active, ())]
    for event in ordered:
        if event.timestamp <= from_ms:
            continue
        if event.timestamp > to_ms:
            break
        while turn + 1 < len(switches) and switches[turn + 1][0] <= event.timestamp:
            turn += 1
            if switches[turn][1] != active:
                active = switches[turn][1]
                if active in mirrors:
                    stream += keyframe(mirrors[active], t_ms=switches[turn][0], page=active)
        mirrors.setdefault(event.page, Mirror()).apply(event)
        if event.page == active:
            stream.append(replayable(event))
    return stream


def replayable(event: E.Event) -> bytes:
    """Return the event's own bytes, its timestamp in ms where the recording had seconds."""
    try:
        if msgspec.json.decode(event.raw, type=E.Event).timestamp == event.timestamp:
            return event.raw
        members = msgspec.json.decode(event.raw, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError):
        return event.raw
    members["timestamp"] = msgspec.Raw(_encode(_number(event.timestamp)))
    return _encode(members)


def _fast_forward(mirror: Mirror, events: Sequence[E.Event]) -> None:
    """Apply events, leaving out what the last full snapshot replaces anyway."""
    last = max((at for at, event in enumerate(events) if event.type == E.FULL_SNAPSHOT), default=0)
    for event in events[:last]:
        if event.type == E.META or E.source_of(event) == E.FONT:
            mirror.apply(event)
    for event in events[last:]:
        mirror.apply(event)
    if last and mirror.document is None:  # that snapshot cannot be read: the ones before it can
        for event in events:
            mirror.apply(event)


def _beside(mirror: Mirror, t_ms: float, left_out: list[Node], *, safe: bool) -> Iterator[bytes]:
    """Yield the data of the incremental events that complete a snapshot.

    Iframes come last but for what lies in them: from the first mutation on, rrweb's Replayer may work on its virtual
    DOM, where it applies rules of constructed sheets before it knows those sheets.
    """
    own = {mirror.document or 0}
    yield from _behind_body(mirror, mirror.nodes[mirror.document or 0], safe=safe)
    yield from map(_encode, _states(mirror, t_ms, own))
    yield from _late_styles(mirror, left_out, safe=safe)
    yield from map(_encode, _rules(mirror, own))
    documents: set[int] = set()
    left_out = []
    for iframe, document in iframes(mirror):
        documents.add(document.id)
        yield (
            b'{"source":0,"texts":[],"attributes":[],"removes":[],"adds":[{"parentId":%d,"nextId":null,"node":'
            % iframe.id
            + snapshot_json(mirror, document, safe=safe, left_out=left_out)
            + b'}],"isAttachIframe":true}'
        )
        yield from _behind_body(mirror, document, safe=safe)
    if documents:
        yield from map(_encode, _states(mirror, t_ms, documents))
        yield from _late_styles(mirror, left_out, safe=safe)
        yield from map(_encode, _rules(mirror, documents))
    if mirror.restyled:
        yield _encode(_respelling(mirror))
    yield from map(bytes, mirror.fonts)
    for canvas, drawing in mirror.canvas.items():
        if canvas in mirror.nodes and b'"drawImage"' in bytes(drawing) and (not safe or _is_safe_canvas(drawing)):
            yield bytes(drawing)
    if mirror.selection is not None:
        yield _encode(mirror.selection)
    yield from _pointer(mirror)


def _behind_body(mirror: Mirror, document: Node, *, safe: bool) -> Iterator[bytes]:
    late = list(late_additions(mirror, document, safe=safe))
    if late:
        yield _additions(addition for _, addition in late)
    for node, _ in late:
        if node.scroll_x or node.scroll_y:
            yield _encode({"source": E.SCROLL, "id": node.id, "x": node.scroll_x, "y": node.scroll_y})


def _late_styles(mirror: Mirror, left_out: list[Node], *, safe: bool) -> Iterator[bytes]:
    if left_out:
        yield _additions(late_styles(mirror, left_out, safe=safe))


def _additions(additions: Iterable[bytes]) -> bytes:
    return b'{"source":0,"texts":[],"attributes":[],"removes":[],"adds":[' + b",".join(additions) + b"]}"


def _states(mirror: Mirror, t_ms: float, documents: set[int]) -> Iterator[dict[str, Any]]:
    """Yield what a snapshot of these documents cannot hold, but for rules that scripts set."""

    def is_here(node: Node) -> bool:
        return mirror.document_of(node) in documents

    nodes = mirror.nodes
    live = [node for node in nodes.values() if (node.value is not None or node.checked is not None) and is_here(node)]
    yield from _values(mirror, live)
    for node in nodes.values():
        if node.kind == DOCUMENT and node.id != mirror.document and (node.scroll_x or node.scroll_y) and is_here(node):
            yield {"source": E.SCROLL, "id": node.id, "x": node.scroll_x, "y": node.scroll_y}
        elif node.kind == ELEMENT and node.tag in TAGS and is_here(node):
            state = mirror.media.get(node.id) or media_from_snapshot(node, mirror.snapshot_ms)
            yield state.at(t_ms).interaction(node.id)
    yield from _adopted_sheets(mirror, documents)


def _rules(mirror: Mirror, documents: set[int]) -> Iterator[dict[str, Any]]:
    for node_id, rules in mirror.rules.items():
        node = mirror.nodes.get(node_id)
        if node is not None and mirror.document_of(node) in documents:
            for edit in rules.edits():
                yield {**edit, "id": node_id}
    if mirror.rules or mirror.adopted:  # only now what these rules make scroll has room to: say again how far it was
        for node in mirror.nodes.values():
            if node.scroll is not None and node.kind == ELEMENT and mirror.document_of(node) in documents:
                yield {"source": E.SCROLL, "id": node.id, "x": node.scroll_x, "y": node.scroll_y}


def _is_safe_canvas(drawing: msgspec.Raw) -> bool:
    try:
        return is_safe_canvas(msgspec.json.decode(drawing, type=dict[str, Any]))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False


def _respelling(mirror: Mirror) -> dict[str, Any]:
    """Return a mutation that makes the Replayer write edited styles its own way (#a33 → rgb(…)), and takes out the
    parts of a shorthand that a style attribute cannot be without."""
    changes: list[dict[str, Any]] = []
    for node_id in mirror.restyled:
        node = mirror.nodes.get(node_id)
        style = node.attributes.get("style") if node is not None else None
        touches: list[dict[str, Any]] = [{"--playhead": "1"}, {"--playhead": False}]
        if isinstance(style, str):
            touches[1] |= dict.fromkeys(removed_parts(style), False)
            touches = rewriting(style) + touches if "!important" in style else touches
        changes += [{"id": node_id, "attributes": {"style": touch}} for touch in touches]
    return {"source": E.MUTATION, "texts": [], "attributes": changes, "removes": [], "adds": []}


def _values(mirror: Mirror, live: list[Node]) -> Iterator[dict[str, Any]]:
    """Yield the live values; checked ones last, since checking a radio button unchecks its group."""
    for node in sorted(live, key=lambda node: bool(node.checked)):
        yield {
            "source": E.INPUT,
            "id": node.id,
            "text": mirror.value_of(node.id),
            "isChecked": mirror.is_checked(node.id),
        }


def _adopted_sheets(mirror: Mirror, documents: set[int]) -> Iterator[dict[str, Any]]:
    told: dict[int, list[dict[str, Any]]] = {}
    edits: list[dict[str, Any]] = []
    for style_id, sheet in mirror.sheets.items():
        if sheet.document in documents:
            rules, rest = sheet.told()
            told.setdefault(sheet.document, []).append({"styleId": style_id, "rules": rules})
            edits += [{**edit, "styleId": style_id} for edit in rest]
    for document, styles in told.items():
        own = mirror.adopted.get(document, [])
        yield {"source": E.ADOPTED_STYLE_SHEET, "id": document, "styleIds": own, "styles": styles}
    for host, style_ids in mirror.adopted.items():
        if host not in told and host in mirror.nodes and mirror.document_of(mirror.nodes[host]) in documents:
            yield {"source": E.ADOPTED_STYLE_SHEET, "id": host, "styleIds": style_ids}
    yield from edits


def _pointer(mirror: Mirror) -> Iterator[bytes]:
    if mirror.pointer is None:
        return
    try:
        pointer = decode_pointer(mirror.pointer.data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return
    at = pointer.positions[-1] if pointer.positions else Position(pointer.x, pointer.y, pointer.id)
    node_id = at.id if at.id in mirror.nodes else mirror.document
    if node_id:
        position = {"x": _number(at.x), "y": _number(at.y), "id": node_id, "timeOffset": 0}
        yield _encode({"source": E.MOUSE_MOVE, "positions": [position]})


def _number(value: float) -> float:
    return int(value) if abs(value) < 2**53 and value == int(value) else value
