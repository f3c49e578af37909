"""Comparing a Mirror with the DOM that rrweb's own Replayer reached, node by node, by rrweb id.

Shape   `mirror_dump` gives a mirror in the shape of mirror_harness.js; `differences` names what is not equal
Known   what the Replayer does to every DOM is undone first: script → noscript, `autocomplete=off`, `.:hover` rules,
        `onclick` → `_onclick`, the classes it sets for pause and hover
"""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from playhead.core.events import Event
from playhead.core.lanes import in_order
from playhead.core.mirror.dom import DOCTYPE, DOCUMENT, ELEMENT, Mirror, Node
from playhead.core.playback.keyframes import keyframe, replayable
from playhead.core.readers.formats import read_recording

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "fixtures" / "pages"
ORIGIN = "http://pages.test"
OPTIONS: dict[str, dict[str, Any]] = {
    "forms": {"maskInputOptions": {"password": True}},
    "media": {"recordCanvas": True},
    "lists": {"checkoutEveryNth": 7},
    "oddities": {"maskTextClass": "rr-mask"},
}
HARNESS = Path(__file__).with_name("mirror_harness.js")

Dump = dict[int, dict[str, Any]]

_LONE = re.compile("[\ud800-\udfff]")
_SOURCE_MAP = re.compile(r"/\*# source(?:Mapping)?URL=.*?\*/", re.DOTALL)
_LOST = frozenset(("rr_width", "rr_height", "rr_scrollLeft", "rr_scrollTop", "rr_src"))
_VALUED = frozenset(("input", "textarea", "select"))


def build_harness(into: Path, source: Path = HARNESS) -> Path:
    """Bundle the harness (or another script) with the rrweb packages of ts/node_modules; return the script."""
    script = into / "harness.js"
    binary = ROOT / "ts" / "node_modules" / ".bin" / "esbuild"
    command = [str(binary), str(source), "--bundle", "--format=iife", f"--outfile={script}", "--log-level=error"]
    subprocess.run(command, check=True, env={"NODE_PATH": str(ROOT / "ts" / "node_modules"), "PATH": "/usr/bin:/bin"})
    return script


def open_harness(page: Any, script: Path) -> None:
    """Make `page` an empty page with the harness in it, cut off from every network."""
    page.route("**/*", lambda route: route.abort())
    page.set_content("<!doctype html><title>mirror</title><body></body>")
    page.add_script_tag(path=str(script))


def _serve(route: Any) -> None:
    """Answer with a page of ours; no other request leaves the browser."""
    path = (PAGES / route.request.url.removeprefix(ORIGIN).lstrip("/")).resolve()
    if path.is_relative_to(PAGES) and path.is_file():
        route.fulfill(body=path.read_text(), content_type="text/html")
    else:
        route.abort()


def record_page(
    browser: Any, script: Path, html: Path, options: dict[str, Any], *, recorder: Path | None = None
) -> list[Any]:
    """Open a page of ours, record it while its `scenario` runs, and return rrweb's events in time order.

    `recorder` is a script of rrweb that is used instead of the harness's own.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.route("**/*", _serve)
        page.goto(f"{ORIGIN}/{html.name}")
        page.add_script_tag(path=str(script))
        if recorder is not None:
            page.add_script_tag(path=str(recorder))
        page.evaluate("options => harness.startRecording(options)", options)
        page.evaluate("scenario(harness.pause)" + (".catch(() => null)" if recorder else ""))  # old ones break pages
        page.evaluate("harness.pause()")
        return sorted(
            json.loads(page.evaluate("JSON.stringify(harness.recorded())")), key=lambda event: event["timestamp"]
        )
    finally:
        context.close()


def replay(page: Any, events: list[Any], offsets: list[float], *, virtual: bool = True) -> list[Dump]:
    """Play `events` in rrweb's Replayer; return the DOM at each offset from the first event."""
    play = "async ([e, t, o]) => JSON.stringify(await harness.play(JSON.parse(e), t, o))"
    dumps = json.loads(page.evaluate(play, [json.dumps(events), offsets, {"virtual": virtual}]))
    return [{int(node_id): node for node_id, node in dump.items()} for dump in dumps]


def mirror_at(events: list[Event], t_ms: float) -> Mirror:
    mirror = Mirror()
    for event in in_order(events).events:
        if event.timestamp <= t_ms:
            mirror.apply(event)
    return mirror


def mirror_dump(mirror: Mirror) -> Dump:
    """Return what rrweb's Replayer should have built for the nodes that are in the page."""
    return {node.id: _node_dump(mirror, node) for node in mirror.nodes.values() if mirror.is_connected(node.id)}


def _node_dump(mirror: Mirror, node: Node) -> dict[str, Any]:
    dump: dict[str, Any] = {"parent": node.parent or -1, "isShadow": node.is_shadow}
    if node.kind == DOCTYPE:
        return {**dump, "type": 10, "name": node.name or "html"}
    if node.kind not in (ELEMENT, DOCUMENT):
        parent = mirror.nodes.get(node.parent)
        text = _plain_css(node.text) if parent is not None and parent.tag in ("style",) else node.text
        return {**dump, "type": {3: 3, 4: 4, 5: 8}[node.kind], "text": text}
    children = [child for child in node.children if mirror.nodes[child].kind != DOCUMENT]
    shadow = [child for child in children if mirror.nodes[child].is_shadow]
    dump["children"] = shadow + [child for child in children if not mirror.nodes[child].is_shadow]
    dump["scroll"] = [node.scroll_x, node.scroll_y]
    if node.kind == DOCUMENT:
        return {**dump, "type": 9}
    dump |= {"type": 1, "tag": _tag(node), "svg": node.is_svg, "shadowHost": node.is_shadow_host}
    dump["attributes"] = _attributes(node)
    if "rr_width" not in node.attributes:  # the size of a blocked element becomes inline style
        dump["style"] = str(node.attributes.get("style") or "")
    if node.tag in ("input", "textarea"):
        dump["value"] = mirror.value_of(node.id)
        dump["checked"] = mirror.is_checked(node.id)
    return dump


def _tag(node: Node) -> str:
    if node.tag == "script":
        return "noscript"
    return "style" if node.tag == "link" and node.attributes.get("_cssText") else node.tag


def _attributes(node: Node) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if node.tag == "link" and _loads_script(node):
        return attributes
    for name, value in node.attributes.items():
        if value is None or name in _LOST or name.startswith("rr_media") or name == "_cssText":
            continue
        if (node.tag, name) in (("option", "selected"), ("textarea", "value")) and value is not True:
            continue
        attributes[name] = "" if value is True else _number(value)
    return attributes


def _loads_script(link: Node) -> bool:
    """Whether the Replayer leaves out all attributes of a link, since it would load a script."""
    rel, href = link.attributes.get("rel"), str(link.attributes.get("href"))
    if rel == "prefetch":
        return href.partition("?")[0].endswith(".js")
    return rel == "modulepreload" or (rel == "preload" and link.attributes.get("as") == "script")


def _number(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain_css(text: str) -> str:
    """CSS with blanks made one, and without the source maps that the Replayer's parser leaves out."""
    return re.sub(r"\s+", " ", _SOURCE_MAP.sub("", text)).strip()


def clean(dump: Dump, mirror: Mirror) -> Dump:
    """Undo in a Replayer's dump what it does to every DOM; keep the nodes that are connected."""
    nodes: Dump = {}
    for node_id, given in copy.deepcopy(dump).items():
        if not given.pop("connected"):
            continue
        node = mirror.nodes.get(node_id)
        above = mirror.nodes.get(node.parent) if node is not None else None
        if "text" in given:
            given["text"] = _LONE.sub("\ufffd", given["text"])
        if given["type"] == 3 and above is not None and above.tag in ("style", "link"):
            given["text"] = _plain_css(given["text"])
        if "tag" in given:
            given["tag"] = given["tag"].lower()
            _clean_attributes(given["attributes"], node)
        nodes[node_id] = given
    return nodes


def _clean_attributes(attributes: dict[str, str], node: Node | None) -> None:
    for name in list(attributes):
        if name.startswith("_on"):
            attributes[name[1:]] = attributes.pop(name)
    if node is not None and node.tag == "img" and "rr_dataURL" in node.attributes:
        attributes["src"] = attributes.pop("rrweb-original-src", attributes.get("src", ""))


def differences(mirror: Mirror, browser: Dump, page: Any) -> list[str]:
    """Return one line for each thing in which the mirror and the Replayer's DOM are not equal.

    `page` holds the harness: it spells style attributes the way the browser does.
    """

    def spell(texts: list[str]) -> list[str]:
        return page.evaluate("texts => harness.spellStyle(texts)", texts)

    expected, actual = mirror_dump(mirror), clean(browser, mirror)
    found = [f"{node_id} only in the mirror: {expected[node_id]}" for node_id in expected if node_id not in actual]
    found += [f"{node_id} only in the browser: {actual[node_id]}" for node_id in actual if node_id not in expected]
    for node_id in expected.keys() & actual.keys():
        ours, theirs = expected[node_id], actual[node_id]
        node = mirror.nodes[node_id]
        for field in ours:
            if field not in theirs or (mine := ours[field]) == (other := theirs[field]):
                continue
            if field == "text" and ".\\:hover" in other and _without_hover(other) == _without_hover(mine):
                continue
            if field == "style" and spell([mine])[0] in (other, spell([other])[0]):  # set one by one, read at once
                continue
            if field == "value" and node.tag == "input" and _spelled_value(page, node, mine) == other:
                continue
            if field == "attributes" and _same_attributes(node, mine, other, spell):
                continue
            if field == "scroll" and node.tag in ("html", "body"):  # they scroll with their document
                continue
            if field == "scroll" and _same_scroll(mine, other, theirs.get("room")):
                continue
            found.append(f"{node_id} <{node.tag}> {field}: mirror {mine!r}, browser {other!r}")
    return sorted(found)


def _spelled_value(page: Any, node: Node, value: str) -> str:
    """What a browser makes of a value in this field: a masked number is none, a range has a middle."""
    names = ("type", "min", "max", "step", "value")
    given = {name: str(node.attributes[name]) for name in names if node.attributes.get(name) not in (None, True)}
    return page.evaluate("([attributes, value]) => harness.spellValue(attributes, value)", [given, value])


def _same_attributes(node: Node, ours: dict[str, str], theirs: dict[str, str], spell: Any) -> bool:
    ours, theirs = dict(ours), dict(theirs)
    mine, other = ours.pop("style", ""), theirs.pop("style", "")
    if _classes(ours) != _classes(theirs):
        return False
    ignored = {"class"}
    if node.tag in ("input", "textarea"):
        ignored.add("autocomplete")
    if node.tag in ("audio", "video"):
        ignored.add("loop")  # a property the Replayer sets, reflected
    if node.tag in ("canvas", "img"):
        ignored.add("rr_dataURL")
    if node.tag == "dialog" and "open" not in node.attributes:
        ignored.add("rr_open_mode")  # rrweb's virtual DOM leaves it on a closed dialog
    if "rr_width" in node.attributes:
        mine = other
    if node.tag == "iframe":
        ignored.add("srcdoc")  # rrweb's virtual DOM does not touch it
    for name in ignored:
        ours.pop(name, None)
        theirs.pop(name, None)
    return ours == theirs and (mine == other or spell([mine]) == spell([other]))


def _classes(attributes: dict[str, str]) -> list[str]:
    """Hovering and pausing add classes, and write the others anew without spare blanks and doubles."""
    words = dict.fromkeys(attributes.get("class", "").split())
    return [word for word in words if word not in (":hover", "rrweb-paused")]


def _same_scroll(ours: list[float], theirs: list[float], room: list[float] | None) -> bool:
    """A scroll position is bounded by the layout, which a mirror does not know."""
    room = room or [0, 0]
    return all(abs(min(max(a, 0), max(r, 0)) - b) <= 1 for a, b, r in zip(ours, theirs, room, strict=True))


def _without_hover(css: str) -> str:
    """CSS without the selectors that the Replayer adds beside each `:hover`, and without blanks."""
    parts = re.split(r"([{}])", css)
    for at in range(0, len(parts) - 1, 2):
        if parts[at + 1] == "{" and ":hover" in parts[at]:
            kept = [one for one in _selectors(parts[at]) if ".\\:hover" not in one]
            parts[at] = ",".join(kept)
    return re.sub(r"\s+", "", "".join(parts))


def _selectors(prelude: str) -> list[str]:
    """Split at the commas that stand in no bracket and no string."""
    found, depth, quote, start = [], 0, "", 0
    for at, letter in enumerate(prelude):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and not depth:
            found.append(prelude[start:at])
            start = at + 1
    return [*found, prelude[start:]]


def browser_differences(first: Dump, second: Dump, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return one line for each difference between two DOMs that rrweb's Replayer reached."""
    found: list[str] = []
    for node_id in sorted(first.keys() | second.keys()):
        ours, theirs = first.get(node_id), second.get(node_id)
        connected = [dump is not None and dump.get("connected", True) for dump in (ours, theirs)]
        if not any(connected):
            continue
        if ours is None or theirs is None or connected[0] != connected[1]:
            found.append(
                f"{node_id}: {'missing' if ours is None else ours} / {'missing' if theirs is None else theirs}"
            )
            continue
        for field in ours.keys() - {"room", *without}:  # room is layout, not DOM: animations and fonts change it
            if field == "attributes" and _plain(ours[field]) == _plain(theirs[field]):
                continue
            if field == "text" and _LONE.sub("\ufffd", ours[field]) == _LONE.sub("\ufffd", theirs[field]):
                continue
            if field in ("text", "rules", "adopted") and _plain_rules(ours[field]) == _plain_rules(theirs.get(field)):
                continue  # rules that come by again get their hover rules again
            if ours[field] != theirs.get(field):
                found.append(f"{node_id} <{ours.get('tag')}> {field}: {ours[field]!r} / {theirs.get(field)!r}")
    return found


def _plain_rules(css: Any) -> Any:
    if isinstance(css, list):
        return [_plain_rules(one) for one in css]
    return _without_hover(css) if isinstance(css, str) else css


def _plain(attributes: dict[str, str]) -> dict[str, Any]:
    rest = {name: value for name, value in attributes.items() if name != "class"}
    if "open" not in rest:
        rest.pop("rr_open_mode", None)
    return {**rest, "class": _classes(attributes)}


class Lane(NamedTuple):
    """The events of one page lane, in order: as the Replayer takes them, and as the mirror does."""

    raw: list[Any]
    events: list[Event]


class Checked(NamedTuple):
    differences: list[str]
    nodes: int  # compared, mirror against Replayer, over all moments


def lanes_of(blob: bytes) -> list[Lane]:
    """Return the page lanes of a recording that hold a full snapshot and can be played."""
    lanes: dict[str, list[Event]] = {}
    for event in in_order(read_recording(blob).events).events:
        lanes.setdefault(event.page, []).append(event)
    playable = [events for events in lanes.values() if any(event.type == 2 for event in events) and len(events) > 1]
    return [Lane([json.loads(replayable(event)) for event in events], events) for events in playable]


def moments_of(raw: list[Any]) -> list[float]:
    """Return the moments (ms since the first event) at which a Replayer can be asked for the page.

    Between a Meta and its snapshot it cannot: it starts at the Meta and shows what it showed before.
    """
    moments: set[float] = set()
    waits = True
    for event in raw:
        waits = (waits and event["type"] != 2) or event["type"] == 4
        if waits:
            moments.discard(event["timestamp"] - raw[0]["timestamp"])
        else:
            moments.add(event["timestamp"] - raw[0]["timestamp"])
    return sorted(moments)


def check_lane(lane: Lane, stage: Any, *, samples: int, seed: str, virtual: bool = False) -> Checked:
    """Compare at `samples` random moments and at the end, then from the keyframes of those moments.

    `virtual` has the Replayer jump on its virtual DOM, as it does in a player.
    """
    start_ms = lane.raw[0]["timestamp"]
    moments = moments_of(lane.raw)
    chosen = moments[:-1]
    if len(chosen) > samples:
        chosen = sorted(random.Random(seed).sample(chosen, samples))
    offsets = [*chosen, moments[-1]]
    dumps = replay(stage, lane.raw, offsets, virtual=virtual)
    found: list[str] = []
    nodes = 0
    for offset, dump in zip(offsets, dumps, strict=True):
        mirror = mirror_at(lane.events, start_ms + offset)
        nodes += len(mirror.nodes)
        found += [f"mirror at {offset} ms: {line}" for line in differences(mirror, dump, stage)]
        frames = [json.loads(frame) for frame in keyframe(mirror, t_ms=start_ms + offset)]
        later = [event for event in lane.raw if event["timestamp"] > start_ms + offset]
        # one Replayer shows both: the keyframe's own moment, and where the later events lead
        again = replay(stage, frames + later, [0, offsets[-1] - offset], virtual=virtual)
        found += [f"keyframe at {offset} ms: {line}" for line in browser_differences(dump, again[0])]
        found += [f"later events from {offset} ms: {line}" for line in browser_differences(dumps[-1], again[1])]
    return Checked(found, nodes)
