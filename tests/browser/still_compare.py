# ruff: noqa: E501
"""The still of a page (HTML that the browser's parser read) beside the page that the Replayer builds, node by node.

Known   a still has no comments, no text between the parts of a document, nothing in what is never shown (`noscript`,
        `template`), and what constructed sheets say as style elements; classes and attributes of the Replayer are its own
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from playhead.core.playback.still import still_of

PLAIN = """
(() => {
  const EMPTY = new Set(["noscript", "template", "iframe", "style", "title"]);
  const OWN = /^(data-(still|scrolled|shadow|not-recorded)|rr_.*|rrweb-original-.*|autocomplete|nonce|style|class|value|checked|selected|srcset)$/;
  const css = (text) => text.replace(/\\s+/g, "");
  const of = (element) => {
    const attributes = [...element.attributes].filter(({ name }) => !OWN.test(name)).map(({ name, value }) => `${name.toLowerCase()}=${value}`).sort();
    const classes = [...element.classList].filter((name) => name !== ":hover" && !name.startsWith("rrweb-")).sort().join(" ");
    const told = { tag: element.localName, space: element.namespaceURI.slice(-4), attributes, classes };
    if (element.localName === "input") Object.assign(told, { value: element.type === "file" ? "" : element.value, checked: element.checked });
    if (element.localName === "textarea" || element.localName === "select") told.value = element.value;
    told.style = element.style ? css(element.style.cssText) : "";
    told.shown = [element.scrollLeft, element.scrollTop].map(Math.round).join();
    return told;
  };
  const walk = (node, lines, depth) => {
    let text = "";
    const flush = () => { if (text.trim()) lines.push(JSON.stringify([depth, text])); text = ""; };
    for (const child of node.childNodes) {
      if (child.nodeType === 3) { text += child.data; continue; }
      if (child.nodeType !== 1 || child.dataset?.own !== undefined) continue;
      if (child.localName === "style") { flush(); continue; }
      flush();
      const told = of(child);
      const box = child.getBoundingClientRect();
      lines.push(JSON.stringify([depth, told, [box.x, box.y, box.width, box.height].map((side) => Math.round(side))]));
      if (child.shadowRoot) walk(child.shadowRoot, lines, depth + 1000);
      if (!EMPTY.has(child.localName) && child.localName !== "textarea") walk(child, lines, depth + 1);
    }
    flush();
  };
  harness.plain = (document) => { const lines = []; walk(document, lines, 0); return lines; };
  harness.still = async (told) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.width = told.width; frame.height = told.height;
    document.body.append(frame);
    const page = frame.contentDocument;
    page.open(); page.write(told.html); page.close();
    frame.contentWindow.scrollTo({ left: told.scroll[0], top: told.scroll[1], behavior: "instant" });
    for (const element of page.querySelectorAll("[data-scrolled]")) { const [x, y] = element.dataset.scrolled.split(" ").map(Number); element.scrollTo({ left: x, top: y, behavior: "instant" }); }
    await new Promise((done) => setTimeout(done, 30));
    const lines = harness.plain(page);
    frame.remove();
    return lines;
  };
})();
"""


class Told(NamedTuple):
    differences: list[str]
    nodes: int
    why: str  # it has no still


def compare_still(page: Any, slice_: dict[str, Any], moment: float) -> Told:
    """Compare at one moment of a slice (as `stage_compare.slices_in` gives it) in a page with the stage's harness."""
    body = json.dumps({"keyframe": slice_["keyframe"], "events": slice_["events"]}).encode()
    still = still_of(body, at_ms=moment)
    if not still.html:
        return Told([], 0, still.why)
    page.evaluate(PLAIN)
    told = {"html": still.html, "width": still.width, "height": still.height, "scroll": list(still.scroll)}
    ours = page.evaluate("(told) => harness.still(told)", told)
    theirs = page.evaluate("([slice, moment]) => harness.standing(slice, moment)", [json.dumps(slice_), moment])
    found = [f"still {a[:300]} / Replayer {b[:300]}" for a, b in zip(ours, theirs, strict=False) if a != b]
    if len(ours) != len(theirs):
        found.append(f"{len(ours)} / {len(theirs)} nodes")
    return Told(found, len(theirs), "")
