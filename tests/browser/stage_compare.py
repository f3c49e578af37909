"""The page our player shows at moments taken at random, beside rrweb's Replayer that played from the start.

Three   `wandering`: one stage that goes from moment to moment in any order, as somebody scrubbing; `fresh`: a stage of
        its own for each moment; `played`: rrweb's own Replayer, the slices as one stream from the start
Again   a Replayer that was asked for several moments may have applied events twice (after a pointer's move it begins
        earlier): where it is not equal, one that is asked for this moment alone has the last word
Known   our stage marks what was not recorded (`data-not-recorded`), and hides it where it had no size, and stops
        animations by an attribute of the root (`data-still`)
"""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from playhead.core.playback.segments import build
from playhead.core.readers.formats import read_recording
from playhead.jobs.segments import slices_of
from tests.browser.mirror_compare import ROOT, Dump, browser_differences

HARNESS = Path(__file__).with_name("stage_harness.js")
_BUNDLE = """
import { build } from "esbuild";
import { playerOptions } from "./player/build.mjs";
const [entry, outfile] = process.argv.slice(-2);
await build({ ...playerOptions, entryPoints: [entry], outfile, bundle: true, format: "iife", logLevel: "error",
  nodePaths: ["node_modules"] });
"""


class Compared(NamedTuple):
    differences: list[str]
    nodes: int  # of all pages looked at
    moments: int
    rebuilt: int  # times the wandering stage built the page in a new frame


def bundle(into: Path) -> Path:
    """Bundle the stage as the player is, with the harness around it; return the script."""
    script = into / "stage.js"
    command = ["node", "--input-type=module", "-e", _BUNDLE, "--", str(HARNESS), str(script)]
    subprocess.run(command, check=True, cwd=ROOT / "ts")
    return script


def slices_in(blob: bytes) -> list[dict[str, Any]]:
    """Return a recording's slices as the player gets them."""
    return [
        {
            "fromMs": segment.from_ms,
            "toMs": segment.to_ms,
            "fresh": segment.fresh,
            "keyframe": [json.loads(frame) for frame in segment.keyframe],
            "events": [json.loads(event) for event in segment.events],
        }
        for segment in slices_of(build(read_recording(blob).events))
    ]


def moments_in(slices: list[dict[str, Any]]) -> list[float]:
    """Return the moments (epoch ms) in calm: more than a ms from every event and start of a slice."""
    times = {event["timestamp"] for one in slices for event in (*one["keyframe"], *one["events"])}
    ordered = sorted(times | {one["fromMs"] for one in slices})
    return [now + 1.5 for now, later in zip(ordered, [*ordered[1:], ordered[-1] + 10], strict=True) if later - now > 3]


def compare(page: Any, blob: bytes, *, samples: int, seed: str) -> Compared:
    """Compare all three at `samples` moments."""
    slices = slices_in(blob)
    chooser = random.Random(seed)
    moments = moments_in(slices) if slices else []
    moments = chooser.sample(moments, min(samples, len(moments)))
    if not moments:
        return Compared([], 0, 0, 0)
    visit = "async ([s, m, o]) => JSON.stringify(await harness.visit(JSON.parse(s), m, o))"
    given = json.dumps(slices)
    wandering = json.loads(page.evaluate(visit, [given, moments, {}]))
    fresh = json.loads(page.evaluate(visit, [given, moments, {"fresh": True}]))["dumps"]
    play = "async ([s, m]) => JSON.stringify(await harness.playAll(JSON.parse(s), m))"
    in_order = sorted(moments)
    played = dict(zip(in_order, json.loads(page.evaluate(play, [given, in_order])), strict=True))
    found: list[str] = []
    nodes = 0
    for moment, ours, anew in zip(moments, wandering["dumps"], fresh, strict=True):
        nodes += len(ours)
        at = f"{moment - slices[0]['fromMs']:.1f} ms"
        found += [f"{at}, wandering / fresh: {line}" for line in browser_differences(_by_id(ours), _by_id(anew))]
        told = _beside(ours, played[moment])
        if told:
            told = _beside(ours, json.loads(page.evaluate(play, [given, [moment]]))[0])
        found += [f"{at}, ours / played: {line}" for line in told]
    return Compared(found, nodes, len(moments), wandering["rebuilt"])


def _beside(ours: dict[str, Any], played: dict[str, Any]) -> list[str]:
    return browser_differences(_unmarked(ours, played), _unmarked(played, played))


def _by_id(dump: dict[str, Any]) -> Dump:
    return {int(node_id): node for node_id, node in dump.items()}


def _unmarked(dump: dict[str, Any], plain: dict[str, Any]) -> Dump:
    """Undo our marks; a blocked element's own style is rrweb's then."""
    nodes = _by_id(dump)
    for node_id, node in nodes.items():
        attributes = node.get("attributes", {})
        attributes.pop("data-still", None)
        if attributes.pop("data-not-recorded", None) is not None and (other := plain.get(str(node_id))):
            node["style"] = other.get("style")
            attributes.pop("style", None)
            if (style := other.get("attributes", {}).get("style")) is not None:
                attributes["style"] = style
    return nodes
