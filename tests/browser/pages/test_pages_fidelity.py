# ruff: noqa: E501
"""What the player shows at a moment is what rrweb's own Replayer shows after playing from the start.

Real recordings of real applications, random moments. Left out of the comparison is what is taken out on purpose
(handlers, sources of frames, scripts' addresses) and what both only do for looks (hover classes, blocked boxes).
"""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from playhead.core.events import FULL_SNAPSHOT
from playhead.core.lanes import in_order
from playhead.core.readers.formats import read_recording
from playhead.store.zstd import inflate
from tests.browser.mirror_compare import build_harness, open_harness
from tests.browser.pages.conftest import post

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"
MOMENTS = 2

# a nonce is hidden from scripts where a page has a policy, as ours has and the stock one has not
DUMP = """() => {
  const lines = [];
  const skipped = /^(nonce$|_?on|rr_|data-not-recorded$|data-still$|autocomplete$|style$|class$|data-rr|srcdoc$|ping$)/i;
  const walk = (node, depth) => {
    if (node.nodeType === 3) {
      const said = node.parentNode?.localName === "noscript" ? "" : node.textContent.trim();
      if (said && node.parentNode?.localName !== "style") lines.push(" ".repeat(depth) + JSON.stringify(said));
      return;
    }
    if (node.nodeType !== 1) return;
    const framed = ["iframe", "frame", "object", "embed"].includes(node.localName);
    const hint = node.localName === "link" && (!/stylesheet|icon/.test(node.rel) || /preload|prefetch/.test(node.rel));
    const given = [...node.attributes]
      .filter(({ name }) => !skipped.test(name) && !(framed && /src|data/.test(name)) && !(hint && name === "href"))
      .filter(({ name }) => node.localName !== "style" || name === "media") // rrweb's own get the changes of unknown nodes
      .filter(({ name }) => !(node.localName === "meta" && name === "http-equiv"))
      .map(({ name, value }) => name + "=" + (/^javascript:/.test(value) ? "#" : value)).sort();
    const once = new Set(given); // rrweb's virtual DOM gives an svg its xmlns a second time
    const words = [...node.classList].filter((word) => word !== ":hover" && word !== "rrweb-paused").sort();
    const live = "value" in node && node.localName !== "li" ? " v=" + node.value + (node.checked ? " checked" : "") : "";
    lines.push(" ".repeat(depth) + node.localName + " " + [...once].join(" ") + " ." + words.join(".") + live);
    for (const child of node.shadowRoot?.childNodes ?? []) walk(child, depth + 1);
    for (const child of node.childNodes) walk(child, depth + 1);
    if (node.localName === "iframe" && node.contentDocument?.documentElement) walk(node.contentDocument.documentElement, depth + 1);
  };
  walk(document.documentElement, 0);
  return lines;
}"""


def recordings() -> list[Path]:
    """One of each application."""
    found: dict[str, Path] = {}
    for path in sorted(RECORDINGS.glob("*.json.zst")):
        found.setdefault(path.name.partition("-")[0], path)
    extra = [RECORDINGS / "traps-tabs.json.zst", RECORDINGS / "traps-canvas-game.json.zst"]
    return [*found.values(), *(path for path in extra if path.exists())]


@pytest.fixture(scope="module")
def stock(browser: Any, tmp_path_factory: Any):
    """A page with rrweb's own Replayer and nothing of ours."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    open_harness(page, build_harness(tmp_path_factory.mktemp("harness")))
    yield page
    context.close()


def held(stock: Any, events: list[Any], offset: float) -> list[str]:
    stock.evaluate("([e, o]) => harness.hold(JSON.parse(e), o)", [json.dumps(events), offset])
    return stock.query_selector(".replayer-wrapper iframe").content_frame().evaluate(DUMP)


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.name.split(".")[0])
def test_a_moment_is_as_if_played_from_the_start(path: Path, tab: Any, app: Any, stock: Any) -> None:
    ordered = in_order(read_recording(inflate(path.read_bytes())).events).events
    events = [{**json.loads(one.raw), "timestamp": one.timestamp} for one in ordered]
    start_ms = ordered[0].timestamp
    drawn = next(one.timestamp for one in ordered if one.type == FULL_SNAPSHOT)
    # loads that overlap are one picture here and two lanes to us: a moment just after a load tells nothing
    loads = [one.timestamp for one in ordered if one.type in (4, FULL_SNAPSHOT)]
    moments = sorted({one.timestamp for one in ordered if one.timestamp > drawn + 5})
    # 1 ms after an event, where no other is due: what falls on the very moment is rrweb's timer's to do, soon or not yet
    moments = [t for t, after in pairwise([*moments, float("inf")]) if after - t > 3]
    moments = [t for t in moments if all(not -60 < t - load < 60 for load in loads)] or moments[-1:]
    session = post(f"{app.url}/api/import", inflate(path.read_bytes()))["session_id"]
    for t_ms in random.Random(path.name).sample(moments, min(MOMENTS, len(moments))):
        offset = round(t_ms - start_ms) + 1
        tab.goto(f"{app.url}/sessions/{session}?t_ms={offset}")
        tab.locator(".player[data-state=paused]").wait_for()
        tab.wait_for_timeout(100)
        ours = tab.query_selector(".stage iframe").content_frame().evaluate(DUMP)
        theirs = held(stock, events, offset)
        lost, added = [x for x in theirs if x not in ours], [x for x in ours if x not in theirs]
        assert ours == theirs, f"{path.name} at {offset} ms: {lost[:5]} became {added[:5]}"
    tab.wrong.clear()
