"""Content model: where a browser's HTML parser would build another tree than the one that is written down.

Source  the HTML standard, "tree construction": elements that end others, tables, selects, foreign content
Use     `Place.below` for each element on the way down; Unlike where the parser would move, end or drop it
"""

from typing import Final, NamedTuple

VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
RAW: Final = frozenset(("style", "xmp", "iframe", "noembed", "noframes", "plaintext", "script"))
MAX_DEPTH: Final = 480  # a browser's parser flattens what lies deeper than 512

_OWN_WAYS: Final = frozenset(
    "frameset frame plaintext image isindex keygen xmp listing math nobr marquee applet".split()
)
_ENDS_P: Final = frozenset(
    """address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary table ul li dd dt""".split()
)
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
_RUBY: Final = frozenset("rb rt rtc rp".split())
_P_SCOPE: Final = frozenset("button caption td th object template".split())  # a paragraph outside of these is not ended
_CELLS: Final = frozenset("caption td th object template".split())  # nor a link or form control outside of these
_INLINE: Final = frozenset("address div p".split())  # a list's item outside of these is still ended
_ITEMS: Final = {"li": frozenset(("li",)), "dd": frozenset(("dd", "dt")), "dt": frozenset(("dd", "dt"))}
_PHRASES: Final = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label map mark output q s samp small span strike "
    "strong sub sup time tt u var".split()
)
_HEAD: Final = frozenset("base link meta noscript style template title".split())
_ANYWHERE: Final = frozenset(("style", "template"))
_TABLE: Final = {
    "table": frozenset("caption colgroup thead tbody tfoot".split()) | _ANYWHERE,
    "colgroup": frozenset(("col", "template")),
    "thead": frozenset(("tr",)) | _ANYWHERE,
    "tbody": frozenset(("tr",)) | _ANYWHERE,
    "tfoot": frozenset(("tr",)) | _ANYWHERE,
    "tr": frozenset(("td", "th")) | _ANYWHERE,
}
_TABLE_PARTS: Final = frozenset("caption colgroup col thead tbody tfoot tr td th".split())
_PLACED: Final = _TABLE_PARTS | frozenset("html head body option optgroup".split())
_PLACES: Final = frozenset((("#document", "html"), ("html", "head"), ("html", "body"), ("datalist", "option")))
_CHOICES: Final = {"select": frozenset("option optgroup hr".split()), "optgroup": frozenset(("option",))}
_BREAKS_OUT: Final = frozenset(  # of SVG
    """b big blockquote body br center code dd div dl dt em embed font h1 h2 h3 h4 h5 h6 head hr i img li listing menu
    meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var""".split()
)
_HTML_IN_SVG: Final = frozenset(("foreignobject", "desc", "title"))


class Unlike(ValueError):
    """A browser's parser would build something else than what is written; the message says where."""


class Place(NamedTuple):
    """Where children of an element stand: the tag above, and what is open that they might end."""

    tag: str
    svg: bool = False
    depth: int = 0
    open: frozenset[str] = frozenset()  # of p, a, button, form, li, dd, dt: those a child could end

    def below(self, tag: str, *, svg: bool) -> "Place":
        """Return the place in a child element; raises Unlike where the parser would not build it here."""
        if self.depth > MAX_DEPTH:
            raise Unlike("nested too deep")
        if svg:
            return self._svg(tag)
        if self.svg and self.tag not in _HTML_IN_SVG:
            raise Unlike(f"<{tag}> in SVG")
        return self._html(tag)

    def text(self, text: str) -> None:
        """Raise Unlike where the parser would move this text."""
        if (self.tag in _TABLE or self.tag in ("html", "head")) and not self.svg and text.strip(" \t\n\f\r"):
            raise Unlike(f"text in <{self.tag}>")
        if self.tag in VOID and not self.svg:
            raise Unlike(f"text in <{self.tag}>")

    def _svg(self, tag: str) -> "Place":
        low = tag.lower()
        inside = self.svg and self.tag not in _HTML_IN_SVG
        if low in _BREAKS_OUT or (low != "svg" and not inside) or (self.tag in _TABLE and not self.svg):
            raise Unlike(f"<{tag}> of SVG in <{self.tag}>")
        return Place(low, True, self.depth + 1, self.open)

    def _html(self, tag: str) -> "Place":
        above = "" if self.svg else self.tag
        allowed = _TABLE.get(above) or _CHOICES.get(above) or (_HEAD if above == "head" else None)
        if tag in _OWN_WAYS or above in VOID or (allowed is not None and tag not in allowed):
            raise Unlike(f"<{tag}> in <{above}>")
        if allowed is None and tag in _PLACED and (above, tag) not in _PLACES:
            raise Unlike(f"<{tag}> in <{above}>")
        if above == "option" or (tag in _HEADINGS and above in _HEADINGS) or (tag in _RUBY and above in _RUBY):
            raise Unlike(f"<{tag}> in <{above}>")
        ended = self.open & (
            _ITEMS.get(tag, frozenset((tag,))) | (frozenset(("p",)) if tag in _ENDS_P else frozenset())
        )
        if ended:
            raise Unlike(f"<{tag}> ends <{min(ended)}>")
        return Place(tag, False, self.depth + 1, self._open_in(tag))

    def _open_in(self, tag: str) -> frozenset[str]:
        still = self.open
        if tag in _P_SCOPE:
            still -= {"p"}
        if tag in _CELLS:
            still -= {"a", "button"}
        if tag not in _PHRASES and tag not in _INLINE:
            still -= {"li", "dd", "dt"}
        return still | {tag} if tag in ("p", "a", "button", "form", "li", "dd", "dt") else still
