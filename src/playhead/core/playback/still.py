"""Still: a page at one moment as HTML, for the browser's own parser: a quarter of what it costs a script to build it.

Promise looks as the Replayer's page looks at that moment, its own rules included; node ids and later events are the
        Replayer's business, which takes over from it
Safety  written from what `core.sanitise` let through, and through it once more; shown where no script can run
Errors  Unlike where a parser would build another page, or where what is shown is not in the markup (canvases, documents
        in frames, films, fonts that scripts loaded): such a page is left to the Replayer
"""

import re
from typing import Any, Final

import msgspec

from playhead.core import events as E
from playhead.core.mirror.dom import Mirror
from playhead.core.mirror.nodes import CDATA, COMMENT, DOCTYPE, DOCUMENT, ELEMENT, TEXT, Node
from playhead.core.mirror.plant import after_body
from playhead.core.mirror.sheets import edit_texts, split_rules
from playhead.core.playback.content_model import RAW, VOID, Place, Unlike
from playhead.core.playback.sanitise import safe_attributes, safe_tag

STRADDLE_MS: Final = 1.0  # a keyframe shows from 1 ms after its own time on, as in loader.ts
_LEFT_EMPTY: Final = frozenset(("noscript", "template", "iframe", "noembed", "noframes"))
_LIVES: Final = frozenset(("video", "audio", "canvas", "dialog", "object", "embed"))
_NAME: Final = re.compile(r"[^\s>/=\x00-\x1f\x7f]+")  # quotes and "<" are as good as letters to a parser
_DEVICE: Final = re.compile(r"\b(min|max)-device-(width|height)\b")  # as ts/player/src/hover.ts reads sheets
_ENDS_STYLE: Final = re.compile(r"</(?=style)", re.IGNORECASE)
_OWN_RULES: Final = (
    "noscript{display:none!important}.rr-block{background:currentColor}"
    ".rr-block,[data-not-recorded]{background:repeating-linear-gradient(-45deg,#dfe3e8 0 6px,#eceff2 6px 12px)"
    "!important;border-radius:4px}*,::before,::after{animation-play-state:paused!important}"
)


class Still(msgspec.Struct):
    """A page as the player shows it first. `html` is empty where it is left to the Replayer, `why` says why."""

    html: str = ""
    why: str = ""
    width: float = 0
    height: float = 0
    scroll: tuple[float, float] = (0, 0)
    href: str = ""
    scheme: str = ""  # "light", "dark", "" where the page did not say


class _Slice(msgspec.Struct):
    keyframe: list[msgspec.Raw]
    events: list[msgspec.Raw]


class _Told(msgspec.Struct):
    tag: str = ""
    payload: dict[str, Any] = {}


def still_of(body: bytes, *, at_ms: float) -> Still:
    """Return the still of a slice ({"keyframe": …, "events": …}) at a moment, epoch ms."""
    found = msgspec.json.decode(body, type=_Slice)
    mirror, still = Mirror(), Still()
    until_ms = at_ms
    for number, raw in enumerate([*found.keyframe, *found.events]):
        event = E.event_of(bytes(raw))
        if event is None:
            continue
        if number < len(found.keyframe):
            until_ms = max(until_ms, event.timestamp + STRADDLE_MS)
        elif event.timestamp > until_ms:
            break
        mirror.apply(event)
        if event.type == E.META:
            still.href = mirror.href
        elif event.type == E.CUSTOM:
            _note(still, event)
    still.width, still.height = mirror.width, mirror.height
    try:
        still.html = still_html(mirror)
    except Unlike as error:
        still.why = str(error)
    document = mirror.nodes.get(mirror.document or 0)
    if document is not None:
        still.scroll = (document.scroll_x, document.scroll_y)
    return still


def _note(still: Still, event: E.Event) -> None:
    try:
        told = msgspec.json.decode(event.data, type=_Told)
    except (msgspec.MsgspecError, RecursionError):
        return
    if told.tag not in ("playhead.page", "playhead.navigate"):
        return
    if isinstance(url := told.payload.get("url"), str):
        still.href = url
    if told.tag == "playhead.page":
        still.scheme = "dark" if told.payload.get("color_scheme") == "dark" else "light"


def still_html(mirror: Mirror) -> str:
    """Return the page as HTML; raises Unlike."""
    document = mirror.nodes.get(mirror.document or 0)
    if document is None:
        raise Unlike("no page")
    if mirror.fonts:
        raise Unlike("fonts that scripts loaded")
    return _Writer(mirror).written(document)


class _Writer:
    """Walks a document without recursion and writes it."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.parts: list[str] = []
        self.chosen: dict[int, bool] = {}  # options of select boxes whose value an input event told

    def written(self, document: Node) -> str:
        nodes = self.mirror.nodes
        top = [nodes[child] for child in document.children]
        roots = [node for node in top if node.kind == ELEMENT]
        if len(roots) != 1 or roots[0].tag != "html":
            raise Unlike("no single root")
        quirks = document.compat_mode == "BackCompat" and not (top and top[0].kind == DOCTYPE)
        if not quirks:
            self.parts.append("<!doctype html>")
        self._walk(roots[0], after_body(document, nodes))
        return "".join(self.parts)

    def _walk(self, root: Node, late: list[int]) -> None:
        nodes = self.mirror.nodes
        behind = [nodes[child] for child in late if nodes[child].kind == ELEMENT]
        skipped = frozenset(late)
        stack: list[tuple[Node | str, Place]] = [(root, Place("#document"))]
        while stack:
            node, place = stack.pop()
            if isinstance(node, str):
                self.parts.append(node)
            elif node.kind == TEXT:
                self._text(node, place)
            elif node.kind == ELEMENT:
                inside = self._open(node, place)
                if inside is None:
                    continue
                below = [nodes[child] for child in node.children if child not in skipped]
                if node.tag == "html":
                    below = [child for child in below if child.kind == ELEMENT]
                if node.tag == "body" and place.tag == "html":
                    below, behind = [*below, *behind], []
                stack += [(item, inside) for item in reversed(self._with_shadow(node, below))]
            elif node.kind in (CDATA, DOCUMENT):
                raise Unlike("CDATA" if node.kind == CDATA else "a document in a frame")
            elif node.kind != COMMENT:
                raise Unlike("a doctype inside")
        if behind:
            raise Unlike("no body")

    def _with_shadow(self, node: Node, below: list[Node]) -> list[Node | str]:
        """Return what is written between the tags of `node`: its shadow tree first, the end tag last."""
        ending = f"</{safe_tag(node.tag)}>"
        mine: list[Node | str] = [child for child in below if not child.is_shadow]
        if not node.is_shadow_host:
            sheets = self._adopted(self.mirror.document or 0) if node.tag == "head" else ""
            return [*mine, sheets + ending]
        shadow: list[Node | str] = [child for child in below if child.is_shadow]
        start, sheets = '<template shadowrootmode="open">', self._adopted(node.id)
        return [start, *shadow, sheets + "</template>", *mine, ending]

    def _open(self, node: Node, place: Place) -> Place | None:
        """Write a start tag; return the place of what is inside, None where nothing more is written of it."""
        tag = safe_tag(node.tag)
        attributes = safe_attributes(node.tag, node.attributes)
        if tag == "link" and isinstance(attributes.get("_cssText"), str):
            tag = "style"
        if node.is_custom:
            raise Unlike("an element that scripts define")
        if tag in _LIVES:
            raise Unlike(f"<{tag}>")
        if place.svg and not node.is_svg and place.tag not in ("foreignobject", "desc", "title"):
            raise Unlike(f"<{tag}> in SVG")
        inside = place.below(tag, svg=node.is_svg)
        if node.is_shadow:
            inside = inside._replace(open=frozenset())
        self.parts.append(f"<{tag}{self._attributes(node, tag, attributes)}>")
        if tag == "head":
            self.parts.append(f"<style>{_OWN_RULES}</style>")
        if tag in VOID and not node.is_svg:
            if node.children:
                raise Unlike(f"something in <{tag}>")
            return None
        if tag == "style":
            css = self._css(node, attributes)
            self.parts.append(f"{_escaped(css) if node.is_svg else _sheet(css)}</style>")
            return None
        if tag == "textarea" and not node.is_svg:
            self.parts.append(f"\n{_escaped(self.mirror.value_of(node.id))}</textarea>")
            return None
        if tag in _LEFT_EMPTY and not node.is_svg:
            if any(self.mirror.nodes[child].kind == DOCUMENT for child in node.children):
                raise Unlike("a document in a frame")
            self.parts.append(f"</{tag}>")
            return None
        if tag in RAW and not node.is_svg:
            raise Unlike(f"<{tag}>")
        if tag == "pre":
            self.parts.append("\n")
        if tag == "select" and node.value is not None:
            self._choose(node)
        return inside

    def _text(self, node: Node, place: Place) -> None:
        place.text(node.text)
        self.parts.append(_escaped(node.text))

    def _attributes(self, node: Node, tag: str, given: dict[str, Any]) -> str:
        written = self._plain(node, tag, given)
        parts: list[str] = []
        for name, value in written.items():
            if _NAME.fullmatch(name):
                parts.append(f' {name}="{_quoted(value)}"')
        return "".join(parts)

    def _plain(self, node: Node, tag: str, given: dict[str, Any]) -> dict[str, str]:
        """Return the attributes as the Replayer would set them, sizes and live values among them."""
        written: dict[str, str] = {}
        if tag == "link" and (given.get("rel") == "modulepreload" or given.get("as") == "script"):
            return written  # nor does the Replayer: a script would be fetched
        for name, value in given.items():
            if value is None or name == "_cssText" or (tag == "option" and name == "selected" and value is False):
                continue
            if not name.startswith("rr_"):
                written[name if node.is_svg else name.lower()] = "" if value is True else _said(value)
        if tag == "textarea":
            written.pop("value", None)
        if tag == "img" and isinstance(picture := given.get("rr_dataURL"), str):
            written["src"] = picture
            written.pop("srcset", None)
        if "rr_width" in given or "rr_height" in given:
            width, height = _said(given.get("rr_width", "")), _said(given.get("rr_height", ""))
            hidden = ";display:none" if width == "0px" and height == "0px" else ""
            written["style"] = f"{written.get('style', '')};width:{width};height:{height}{hidden}"
            written["data-not-recorded"] = ""
        if tag == "input":
            self._live(node, written)
        if node.id in self.chosen:
            written.pop("selected", None)
            if self.chosen[node.id]:
                written["selected"] = ""
        if node.is_shadow_host:
            written["data-shadow"] = ""  # the player looks in it for what is scrolled
        if node.scroll_x or node.scroll_y:
            written["data-scrolled"] = f"{node.scroll_x} {node.scroll_y}"
        return written

    def _live(self, node: Node, written: dict[str, str]) -> None:
        kind = written.get("type", "").lower()
        if node.checked is not None:
            written.pop("checked", None)
            if node.checked:
                written["checked"] = ""
        if node.value is not None and kind not in ("checkbox", "radio", "file"):
            written["value"] = node.value

    def _choose(self, box: Node) -> None:
        if "multiple" in box.attributes:
            raise Unlike("a box of several choices")
        nodes, open_ = self.mirror.nodes, list(reversed(box.children))
        found = False
        while open_:
            node = nodes[open_.pop()]
            open_ += reversed(node.children)
            if node.tag == "option":
                value = node.attributes.get("value")
                text = "".join(nodes[child].text for child in node.children)
                mine = not found and (" ".join(text.split()) if value is None else _said(value)) == box.value
                self.chosen[node.id] = mine
                found = found or mine
        if not found:
            raise Unlike("a choice that is not there")

    def _css(self, node: Node, attributes: dict[str, Any]) -> str:
        given = attributes.get("_cssText")
        css = given if isinstance(given, str) else self.mirror.css_of(node)
        edits = list(self.mirror.rules[node.id].edits()) if node.id in self.mirror.rules else []
        if edits:
            rules = split_rules(css)
            if not all(edit_texts(rules, edit) for edit in edits):
                raise Unlike("rules that scripts changed")
            css = "\n".join(rules)
        return css.replace("/* rr_split */", "")

    def _adopted(self, root: int) -> str:
        """Return the constructed sheets of a document or shadow root as style elements."""
        written: list[str] = []
        for style_id in self.mirror.adopted.get(root, ()):
            sheet = self.mirror.sheets.get(style_id)
            if sheet is None:
                continue
            rules, rest = sheet.told()
            if rest:
                raise Unlike("rules that scripts changed")
            css = "\n".join(str(rule["rule"]) for rule in rules)
            written.append(f"<style>{_sheet(css)}</style>")
        return "".join(written)


def _sheet(css: str) -> str:
    """Return CSS as it may stand in a style element, with the viewport in place of the device's screen."""
    return _ENDS_STYLE.sub(r"<\\/", _DEVICE.sub(r"\1-\2", css))


def _said(value: object) -> str:
    """Return a value as JavaScript writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")
    return text.replace("\r", "&#13;") if "\r" in text else text


def _quoted(value: str) -> str:
    return _escaped(value).replace('"', "&quot;")
