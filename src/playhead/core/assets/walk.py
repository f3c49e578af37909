"""Walk: every address of an asset in a slice's events, and others put in their place.

Shape   `AssetWalk(visit).slice(events)`: JSON of rrweb events that begin with a keyframe → the same, addresses replaced
        by what `visit` gives (None leaves one as it is); `pages` holds the hosts of the pages that were seen
Where   src, srcset, poster, background, href of sheets and SVG pictures, style attributes, presentation attributes of
        SVG, style elements, inlined sheets, rules set by scripts, adopted sheets, font faces; in snapshots, additions
        and changed attributes. Films and sounds are not looked at.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec

from playhead.core import events as E
from playhead.core.assets.addresses import absolute, host_of
from playhead.core.assets.css import Visit, rewrite_css

_HREF: Final = frozenset(("image", "use", "feimage"))
_SRC: Final = frozenset(("img", "input", "image"))
_BACKGROUND: Final = frozenset(("body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"))
_PRESENTATION: Final = frozenset(
    ("fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker", "marker-start", "marker-mid", "marker-end")
)
_HINTS: Final = (b"url(", b"src", b"href", b"poster", b"ackground", b"@import", b"image-set", b'"node"', b"URL(")
_CANDIDATE: Final = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(\s+[^,]+)?\s*(?:,|$)")
_encode = msgspec.json.encode
_decode = msgspec.json.decode

Attributes = dict[str, Any]


class AssetWalk:
    """Follows slices from their keyframes on: only an element's tag tells what its attributes mean."""

    def __init__(self, visit: Visit) -> None:
        self.pages: set[str] = set()
        self._visit = visit
        self._base = ""
        self._tags: dict[int, str] = {}
        self._sheets: set[int] = set()  # links that are style sheets
        self._texts: set[int] = set()  # texts of style elements

    def slice(self, events: Iterable[bytes]) -> list[bytes]:
        """Return the events with other addresses; what cannot be read stays as it is."""
        return [self._event(blob) if any(hint in blob for hint in _HINTS) else blob for blob in events]

    def _event(self, blob: bytes) -> bytes:
        try:
            event = _decode(blob, type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError):
            return blob
        data = event.get("data")
        if not isinstance(data, dict):
            return blob
        self._data(event.get("type"), cast("dict[str, Any]", data))
        try:
            return _encode(event)
        except RecursionError:
            return blob

    def _data(self, kind: Any, data: dict[str, Any]) -> None:
        if kind == E.META:
            if (page := absolute(str(data.get("href") or ""), "")) is not None:
                self._base = page.url
                self.pages.add(host_of(page.url))
        elif kind == E.FULL_SNAPSHOT:
            for known in (self._tags, self._sheets, self._texts):
                known.clear()  # another page uses the same numbers
            self._tree(data.get("node"), "")
        elif kind == E.INCREMENTAL:
            self._change(data)

    def _change(self, data: dict[str, Any]) -> None:
        match data.get("source"):
            case E.MUTATION:
                self._mutation(data)
            case 8:  # rules set by scripts
                self._rules(data)
            case 10:  # a font face
                self._css_in(data, "fontSource")
            case 13:  # a declaration
                self._css_in(data.get("set"), "value")
            case 15:  # adopted sheets
                for sheet in _objects(data.get("styles")):
                    for rule in _objects(sheet.get("rules")):
                        self._css_in(rule, "rule")
            case _:
                pass

    def _rules(self, data: dict[str, Any]) -> None:
        for rule in _objects(data.get("adds")):
            self._css_in(rule, "rule")
        self._css_in(data, "replace")
        self._css_in(data, "replaceSync")

    def _mutation(self, data: dict[str, Any]) -> None:
        for change in _objects(data.get("attributes")):
            attributes, node = change.get("attributes"), _number(change.get("id"))
            if isinstance(attributes, dict):
                self._attributes(node, self._tags.get(node, ""), cast("Attributes", attributes))
        for addition in _objects(data.get("adds")):
            self._tree(addition.get("node"), self._tags.get(_number(addition.get("parentId")), ""))
        for change in _objects(data.get("texts")):
            if change.get("id") in self._texts:
                self._css_in(change, "value")

    def _tree(self, root: Any, above: str) -> None:
        stack: list[tuple[Any, str]] = [(root, above)]
        while stack:
            node, parent = stack.pop()
            if not isinstance(node, dict):
                continue
            known = cast("dict[str, Any]", node)
            number, tag = _number(known.get("id")), str(known.get("tagName") or "").lower()
            if tag:
                self._tags[number] = tag
                attributes = known.get("attributes")
                if isinstance(attributes, dict):
                    self._attributes(number, tag, cast("Attributes", attributes))
            elif parent == "style" or known.get("isStyle"):
                self._texts.add(number)
                self._css_in(known, "textContent")
            children = known.get("childNodes")
            if isinstance(children, list):
                stack += [(child, tag) for child in cast("list[Any]", children)]

    def _attributes(self, node: int, tag: str, attributes: Attributes) -> None:
        local = tag.rpartition(":")[2]
        if local == "link" and "stylesheet" in str(attributes.get("rel")).lower().split():
            self._sheets.add(node)
        for name in list(attributes):
            value, low = attributes.get(name), name.lower()
            if low == "style" and isinstance(value, dict):
                self._declarations(cast("dict[str, Any]", value))
            elif not isinstance(value, str) or not value:
                continue
            elif low in ("style", "_csstext") or low in _PRESENTATION:
                self._css_in(attributes, name)
            elif low == "srcset" and local in ("img", "source"):
                self._candidates(attributes, name)
            elif self._names_asset(node, local, low, attributes):
                put = self._address(value)
                if put is not None:
                    attributes[name] = put
                    if local == "link":
                        attributes.pop("integrity", None)  # the addresses inside the sheet are others now

    def _names_asset(self, node: int, tag: str, name: str, attributes: Attributes) -> bool:
        match name:
            case "src":
                return tag in _SRC
            case "poster":
                return tag == "video"
            case "background":
                return tag in _BACKGROUND
            case "href" | "xlink:href":
                return node in self._sheets and "_cssText" not in attributes if tag == "link" else tag in _HREF
            case _:
                return False

    def _candidates(self, attributes: Attributes, name: str) -> None:
        """Keep those pictures of a `srcset` that there are: a browser would choose another and show none."""
        kept: list[str] = []
        gone = False
        for address, size in _CANDIDATE.findall(" ".join(attributes[name].split())):
            if address.startswith("data:"):
                return
            put = self._address(address)
            gone = gone or put is None
            if put is not None:
                kept.append(f"{put}{size.rstrip()}")
        if kept:
            attributes[name] = ", ".join(kept)
        elif gone and self._leaves_out(attributes):
            del attributes[name]

    def _leaves_out(self, attributes: Attributes) -> bool:
        return "src" not in attributes or self._address(str(attributes["src"])) is not None

    def _address(self, given: str) -> str | None:
        found = absolute(given, self._base)
        put = self._visit(found.url) if found else None
        return None if put is None or found is None else put + found.fragment

    def _declarations(self, style: dict[str, Any]) -> None:
        for name, value in style.items():
            if isinstance(value, str):
                style[name] = rewrite_css(value, self._base, self._visit)
            elif isinstance(value, list) and value and isinstance(value[0], str):
                value[0] = rewrite_css(value[0], self._base, self._visit)

    def _css_in(self, holder: Any, name: str) -> None:
        if isinstance(holder, dict) and isinstance(text := cast("dict[str, Any]", holder).get(name), str):
            holder[name] = rewrite_css(text, self._base, self._visit)


def _number(given: Any) -> int:
    return given if isinstance(given, int) else -1


def _objects(given: Any) -> list[dict[str, Any]]:
    return [item for item in cast("list[Any]", given) if isinstance(item, dict)] if isinstance(given, list) else []
