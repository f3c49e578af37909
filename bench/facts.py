"""Facts: what truly happened in a recording, by the raw events and by a real browser's word, not by our reading of it.

Deeds     clicks that a pressed button came before, fields typed into, pages opened: from the raw events. Their controls
          are found in rrweb's own Replayer, and named by Chromium's accessibility tree
Said      texts of alerts, status lines, dialogs and errors of fields that were not there before a deed and are after it
Traffic   requests that failed or wrote something, and uncaught errors: from the raw events of rrweb's plugins
Struggle  the labels beside a recording, written while it was made
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playhead.core.events import Event  # noqa: E402
from playhead.core.lanes import in_order  # noqa: E402
from playhead.core.playback.keyframes import replayable  # noqa: E402

PRESSED_MS: Final = 1_500.0  # a click without a press so shortly before was not made by a pointer
LOOKS_MS: Final = (350.0, 1_800.0)  # when to look at the page after a deed
RUN_MS: Final = 10_000.0  # typing into one field with no longer pause is one deed
WRITES: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))


class Deed(NamedTuple):
    kind: str  # click, type, page
    t_ms: float
    end_ms: float
    name: str  # "" where the browser knows none


class Facts(NamedTuple):
    deeds: list[Deed]
    said: list[str]
    traffic: list[str]  # "/api/orders 402", "/api/orders" where it was taken, the text of an error
    struggles: list[tuple[str, float, float]]


class Raw(NamedTuple):
    """A deed whose control has no name yet."""

    kind: str
    t_ms: float
    end_ms: float
    node_id: int


def facts_of(events: list[Event], truth: list[dict[str, Any]], stage: Any) -> Facts:
    """`stage` makes a browser page with facts.js in it."""
    lanes: dict[str, list[dict[str, Any]]] = {}
    for event in in_order(events).events:
        lanes.setdefault(event.page, []).append(json.loads(replayable(event)) | {"timestamp": event.timestamp})
    deeds: list[Deed] = []
    said: dict[str, None] = {}
    traffic: dict[str, None] = {}
    for lane in lanes.values():
        raws = list(_raw_deeds(lane))
        deeds += _pages(lane)
        traffic.update(dict.fromkeys(_traffic(lane)))
        if raws and any(event["type"] == 2 for event in lane):
            named, texts = _watch(lane, raws, stage())
            deeds += named
            said.update(dict.fromkeys(texts))
    struggles = [(label["kind"], label["t_ms"], label["end_ms"]) for label in truth]
    return Facts(sorted(deeds, key=lambda deed: deed.t_ms), list(said), list(traffic), struggles)


def _raw_deeds(lane: list[dict[str, Any]]) -> Iterator[Raw]:
    pressed = clicked = -1e18
    touched: set[int] = set()
    typed: dict[int, list[float]] = {}
    done: list[Raw] = []
    for event in lane:
        data, now = event.get("data") or {}, event["timestamp"]
        if event["type"] != 3:
            continue
        if data.get("source") == 2:
            touched.add(data["id"])
            if data["type"] in (1, 7):
                pressed = now
            elif data["type"] == 2 and now - pressed <= PRESSED_MS and now - clicked > 10:
                clicked = now
                yield Raw("click", now, now, data["id"])
        elif data.get("source") == 5 and data["id"] in touched and data.get("userTriggered") is not False:
            if now - clicked < 60:
                continue  # the click that ticked it
            last = typed.get(data["id"])
            if last is None or now - last[1] > RUN_MS:
                if last is not None:
                    done.append(Raw("type", last[0], last[1], data["id"]))
                typed[data["id"]] = [now, now]
            else:
                last[1] = now
    yield from done
    yield from (Raw("type", first, last, node_id) for node_id, (first, last) in typed.items())


def _pages(lane: list[dict[str, Any]]) -> Iterator[Deed]:
    last = ""
    for event in lane:
        data = event.get("data") or {}
        payload = data.get("payload") or {}
        url = data.get("href") if event["type"] == 4 else None
        if event["type"] == 5 and data.get("tag") == "playhead.navigate":
            url = payload.get("url")
        path = _path(url) if isinstance(url, str) else ""
        if path and path != last:
            last = path
            yield Deed("page", event["timestamp"], event["timestamp"], path)


def _traffic(lane: list[dict[str, Any]]) -> Iterator[str]:
    for event in lane:
        if event["type"] != 6:
            continue
        payload = event["data"].get("payload") or {}
        for request in payload.get("requests", ()) if isinstance(payload, dict) else ():
            status, method = request.get("status"), str(request.get("method") or "GET")
            if isinstance(status, int) and (status >= 400 or method in WRITES) and request.get("name"):
                yield _path(request["name"]) + (f" {status}" if status >= 400 else "")
        if str(event["data"].get("plugin", "")).startswith("rrweb/console") and payload.get("level") == "error":
            text = " ".join(str(part) for part in payload.get("payload", ()))
            if found := re.search(r"Uncaught (?:\(in promise\) )?(.+)", text):
                yield found[1].strip('"')[:60]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"#{parts.fragment}".split("?")[0] if parts.fragment.startswith("/") else "")


def _watch(lane: list[dict[str, Any]], raws: list[Raw], page: Any) -> tuple[list[Deed], list[str]]:
    """Names of the controls just before each deed, and what was said after it and not before."""
    start_ms = lane[0]["timestamp"]
    page.evaluate("async events => facts.load(JSON.parse(events))", json.dumps(lane))
    cdp = page.context.new_cdp_session(page)
    looks: list[tuple[float, Raw | None]] = []
    for raw in raws:
        looks.append((raw.t_ms - 2, raw))
        looks += [(raw.end_ms + after, None) for after in LOOKS_MS]
    deeds: list[Deed] = []
    before: set[str] = set()
    said: list[str] = []
    for t_ms, raw in sorted(looks, key=lambda look: look[0]):
        page.evaluate("async offset => facts.seek(offset)", max(0.0, min(t_ms, lane[-1]["timestamp"]) - start_ms))
        texts = page.evaluate("() => facts.said()")
        if raw is None:
            said += [text for text in texts if text not in before]
        else:
            deeds.append(Deed(raw.kind, raw.t_ms, raw.end_ms, _name(cdp, raw.node_id)))
        before |= set(texts)
    return deeds, said


def _name(cdp: Any, node_id: int) -> str:
    """What Chromium's accessibility tree calls the control."""
    found = cdp.send("Runtime.evaluate", {"expression": f"facts.control({node_id})"})["result"]
    if "objectId" not in found:
        return ""
    tree = cdp.send("Accessibility.getPartialAXTree", {"objectId": found["objectId"], "fetchRelatives": False})
    node = tree["nodes"][0] if tree["nodes"] else {}
    name = str((node.get("name") or {}).get("value") or "")
    if name or str((node.get("role") or {}).get("value")) in ("textbox", "combobox", "searchbox", "spinbutton"):
        return name
    call = {"functionDeclaration": "function () { return (this.innerText ?? '').trim() }", "returnByValue": True}
    told = cdp.send("Runtime.callFunctionOn", {"objectId": found["objectId"], **call})["result"].get("value") or ""
    return told if len(told) <= 80 else ""  # a click on a whole region is on nothing by name
