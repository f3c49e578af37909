import json
from pathlib import Path

import pytest

from playhead.core.events import Event
from playhead.core.readers.formats import read_recording

RECORDINGS = Path(__file__).parent.parent / "fixtures/recordings"


@pytest.fixture(scope="session")
def recording():
    """Read one of the recordings that a real browser made."""

    def read(name: str) -> list[Event]:
        return read_recording((RECORDINGS / f"{name}.json.zst").read_bytes()).events

    return read


@pytest.fixture
def small():
    """Make the events of a short visit: one page, one click, whatever custom events a test adds."""

    def make(*custom: tuple[str, dict], start_ms: float = 1_750_000_000_000, title: str = "Shop") -> list[bytes]:
        node = {"type": 0, "id": 1, "childNodes": [_element(2, "html", _element(3, "body", _button(title)))]}
        events = [
            {"type": 4, "data": {"href": "https://shop.example/", "width": 800, "height": 600}},
            {"type": 2, "data": {"node": node, "initialOffset": {"left": 0, "top": 0}}},
            *({"type": 5, "data": {"tag": tag, "payload": payload}} for tag, payload in custom),
            {"type": 3, "data": {"source": 2, "type": 2, "id": 4, "x": 5, "y": 5}},
            {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 90}},
        ]
        return [json.dumps({"timestamp": start_ms + n * 100, **event}).encode() for n, event in enumerate(events)]

    return make


@pytest.fixture
def record(store, make_batch):
    """Store events as a recorder would: batches of `per` events of one page."""

    def record(events: list[bytes], *, session: str = "s_1", per: int = 3, store=store, **facts) -> None:
        futures = []
        for seq, first in enumerate(range(0, len(events), per)):
            part = events[first : first + per]
            usual = {"first_ms": float(json.loads(part[0])["timestamp"]), "events": len(part), "seq": seq}
            batch = make_batch(session, body=b"[" + b",".join(part) + b"]", **{**usual, **facts})
            futures.append(store.packs.submit(batch))
        for future in futures:
            future.result(10)

    return record


def _element(node_id: int, tag: str, *children: dict) -> dict:
    return {"type": 2, "id": node_id, "tagName": tag, "attributes": {}, "childNodes": list(children)}


def _button(title: str) -> dict:
    return {**_element(4, "button"), "childNodes": [{"type": 3, "id": 5, "textContent": title}]}
