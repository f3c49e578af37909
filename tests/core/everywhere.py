"""Keyframes at any event of a recording, checked without a browser: mirror → keyframe → mirror is the same page, and
stays the same page while the later events come."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from playhead.core.events import Event, decode_events
from playhead.core.lanes import in_order
from playhead.core.mirror.dom import Mirror
from playhead.core.mirror.media import TAGS, media_from_snapshot
from playhead.core.mirror.nodes import DOCUMENT, ELEMENT, Node
from playhead.core.playback.keyframes import keyframe
from playhead.core.readers.formats import read_recording

LOST = ("rr_scrollLeft", "rr_scrollTop")  # a keyframe says where the page scrolled to by these


def lanes_in(blob: bytes) -> list[list[Event]]:
    """Return the events of each page lane that begins with a page, in order."""
    lanes: dict[str, list[Event]] = {}
    for event in in_order(read_recording(blob).events).events:
        lanes.setdefault(event.page, []).append(event)
    return [events for events in lanes.values() if any(event.type == 2 for event in events)]


def page_of(mirror: Mirror, *, at_ms: float = 0) -> dict[str, Any]:
    """Return everything a mirror knows of the page that can be seen or asked later."""
    here = {node.id: node for node in mirror.nodes.values() if mirror.is_connected(node.id)}
    state: dict[str, Any] = {f"node {node.id}": _node(mirror, node, here) for node in here.values()}
    state |= {
        f"rules {id}": edits for id, rules in mirror.rules.items() if id in here and (edits := list(rules.edits()))
    }
    used = {id for host, ids in mirror.adopted.items() if host in here for id in ids}
    state |= {f"sheet {id}": _sheet(sheet) for id, sheet in mirror.sheets.items() if id in used}
    state |= {f"adopted {host}": ids for host, ids in mirror.adopted.items() if host in here and ids}
    for node in here.values():
        if node.tag in TAGS and node.kind == ELEMENT:
            media = mirror.media.get(node.id) or media_from_snapshot(node, mirror.snapshot_ms)
            now = media.at(at_ms).interaction(node.id)
            state[f"media {node.id}"] = {**now, "currentTime": round(now.get("currentTime") or 0, 3)}
    state["meta"] = (mirror.href, mirror.width, mirror.height, mirror.document)
    state["selection"] = mirror.selection
    return state


def _node(mirror: Mirror, node: Node, here: dict[int, Node]) -> dict[str, Any]:
    children = [child for child in node.children if child in here]
    shadow = [child for child in children if here[child].is_shadow]
    seen: dict[str, Any] = {
        "kind": node.kind,
        "parent": node.parent,
        "depth": node.depth if node.kind in (ELEMENT, DOCUMENT) else 0,
        "children": [child for child in children if not here[child].is_shadow],
        "shadow": shadow,
    }
    if node.kind not in (ELEMENT, DOCUMENT):
        return {**seen, "text": node.text, "name": (node.name, node.public_id, node.system_id)}
    seen["scroll"] = (node.scroll_x, node.scroll_y)
    if node.kind == ELEMENT:
        seen |= {"tag": node.tag, "svg": node.is_svg, "host": node.is_shadow_host, "custom": node.is_custom}
        seen["attributes"] = {name: value for name, value in node.attributes.items() if name not in LOST}
        seen |= {"value": mirror.value_of(node.id), "checked": mirror.is_checked(node.id)}
    return seen


def _sheet(sheet: Any) -> Any:
    """The rules of a constructed sheet as a list; its text and the edits on it can be told in more ways than one."""
    told, edits = sheet.told()
    rules: list[tuple[str, list[Any]]] = []
    for edit in ({"source": 8, "adds": told}, *edits):
        for addition in edit.get("adds", ()):
            _at(rules, addition["index"], (addition["rule"], []), edit)
        for removal in edit.get("removes", ()):
            _at(rules, removal["index"], None, edit)
        if edit["source"] == 13:
            _at(rules, edit["index"], None, edit)
    return sheet.document, rules


def _at(rules: list[tuple[str, list[Any]]], index: Any, rule: Any, edit: dict[str, Any]) -> None:
    place = index if isinstance(index, list) else [index]
    if len(place) > 1 or edit["source"] == 13:
        rules[place[0]][1].append({**edit, "index": place[1:]})
    elif rule is not None:
        rules.insert(place[0], rule)
    else:
        del rules[place[0]]


def again(mirror: Mirror, t_ms: float) -> Mirror:
    """Return the mirror that a keyframe of `mirror` makes."""
    made = Mirror()
    for event in decode_events(b"[" + b",".join(keyframe(mirror, t_ms=t_ms)) + b"]"):
        made.apply(event)
    return made


def differences(first: dict[str, Any], second: dict[str, Any]) -> Iterator[str]:
    for name in first.keys() | second.keys():
        ours, theirs = first.get(name), second.get(name)
        if ours == theirs:
            continue
        if isinstance(ours, dict) and isinstance(theirs, dict):
            for field in ours:
                if ours[field] != theirs.get(field):
                    yield f"{name} <{ours.get('tag', '')}> {field}: {ours[field]!r} → {theirs.get(field)!r}"
        else:
            yield f"{name}: {ours!r} → {theirs!r}"


def check_keyframes(events: list[Event], moments: Iterable[int]) -> list[str]:
    """Compare at each of the `moments` (indices of events), and at the end from the keyframes of those moments."""
    wanted = set(moments)
    mirror = Mirror()
    started: list[tuple[int, Mirror]] = []
    found: list[str] = []
    for at, event in enumerate(events):
        for _, other in started:
            other.apply(event)
        mirror.apply(event)
        if at not in wanted or mirror.document is None:
            continue
        made = again(mirror, event.timestamp)
        ours, theirs = page_of(mirror, at_ms=event.timestamp), page_of(made, at_ms=event.timestamp)
        found += [f"keyframe at {at}: {line}" for line in differences(ours, theirs)]
        started.append((at, made))
    end_ms = events[-1].timestamp
    last = page_of(mirror, at_ms=end_ms)
    for at, other in started:
        found += [f"from {at} to the end: {line}" for line in differences(last, page_of(other, at_ms=end_ms))]
    return found


def some_of(events: list[Event], count: int, seed: str) -> list[int]:
    """Return indices of events, `count` at most, those that change a page's shape preferred."""
    chance = random.Random(seed)
    weight = [len(event.raw) ** 0.5 for event in events]
    return sorted(set(chance.choices(range(len(events)), weight, k=count)))
