"""Kinds: what a file is by its first bytes; what it was called on the way counts for style sheets alone.

Allowed   PNG, JPEG, GIF, WebP, AVIF, BMP, ICO, SVG; WOFF, WOFF2, TrueType, OpenType; CSS
Sources   https://mimesniff.spec.whatwg.org/, https://www.w3.org/TR/WOFF2/
"""

import re
from typing import Final

CSS: Final = "text/css"
SVG: Final = "image/svg+xml"
_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"true", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"ttcf", "font/collection"),
)
_BRANDS: Final = (b"avif", b"avis", b"mif1", b"miaf")
_COMMENTS: Final = rb"(?:<!--(?:(?!-->).)*+-->\s*+)*+"
_SVG: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?%b(?:<!DOCTYPE\s++svg[^>\[]*+>\s*+)?%b<svg[\s>/]"
    % (_COMMENTS, _COMMENTS),
    re.IGNORECASE | re.DOTALL,
)
_NO_SHEET: Final = re.compile(r"\A\s*<|\0")


def kind_of(body: bytes, said: str) -> str | None:
    """Return the media type of a file that may be kept, None for any other; `said` is its Content-Type."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:8] == b"ftyp" and body[8:12] in _BRANDS:
        return "image/avif"
    for start, kind in _STARTS:
        if body.startswith(start) and (kind != "image/bmp" or said.startswith("image/")):
            return kind
    if _SVG.match(body[:4_096]):
        return SVG
    if said.partition(";")[0].strip().lower() == CSS and not _NO_SHEET.search(sheet_text(body, said)[:4_096]):
        return CSS
    return None


def sheet_text(body: bytes, said: str) -> str:
    """Return a style sheet as text; bytes that are none in its encoding become U+FFFD."""
    found = re.search(r"charset=\"?([\w-]+)", said) or re.match(r'@charset "([\w-]+)"', body[:64].decode("latin-1"))
    encoding = found[1].lower() if found and found[1].lower() in ("iso-8859-1", "latin1", "windows-1252") else "utf-8"
    return body.removeprefix(b"\xef\xbb\xbf").decode("cp1252" if encoding != "utf-8" else encoding, "replace")
