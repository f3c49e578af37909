"""Samples: sessions on the demo shop, recorded by a real browser and shipped, so that nobody meets an empty list.

Shape   NAME.json.zst: one JSON array of rrweb events under zstd; samples.json: their titles, in the order to show them
Made by bench/recordings/make_samples.py
"""

import json
from importlib.resources import files
from typing import NamedTuple


class Sample(NamedTuple):
    name: str
    title: str
    blob: bytes  # as stored: any reader of recordings inflates it


def load() -> list[Sample]:
    here = files(__name__)
    titles = json.loads((here / "samples.json").read_text(encoding="utf-8"))
    return [Sample(one["name"], one["title"], (here / f"{one['name']}.json.zst").read_bytes()) for one in titles]
