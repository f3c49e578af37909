"""Text: what a stranger or a model wrote, made plain before anything reads it.

Untrusted text hides meaning in characters nobody sees (zero width, bidi controls, tags), in characters that look
like others (Cyrillic `а`, full-width `１４`), and in markup. Everything here is pure and linear in its input.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

# Letters of other scripts that are drawn like Latin ones (a subset of Unicode TR 39's confusables).
_LOOKALIKES: Final = dict(
    zip(
        "аеорсухіјѕԁԛԝһѵтмнкьгпАВЕКМНОРСТУХІЈЅԌԚԜαορνικυτεηγχωρςΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոհցզԱՏՕɑɡɩʀʏʟɴᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢ",
        "aeopcyxijsdqwhvtmhkbrnABEKMHOPCTYXIJSGQWaopvikuteiyxwpcABEZHIKMNOPTYXounhgqUSOagiRyLNaBcdefGHijkmopstuvwz",
        strict=True,
    )
)
_LOOK: Final = str.maketrans({key: value.lower() if key.islower() else value for key, value in _LOOKALIKES.items()})
_BLANKS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180e")  # letters that draw nothing
_HIDDEN: Final = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_SPACE: Final = re.compile(r"\s+")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒−﹣－", "-"))
_MINUS_BEFORE_DIGIT: Final = re.compile(r"[−﹣－](?=\d)")


def visible(text: str) -> str:
    """Return `text` without control and invisible characters; tabs and line breaks become spaces."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    for char in text:
        if char in "\t\n\r\x0b\x0c\u2028\u2029\x85":
            kept.append(" ")
        elif char in _BLANKS or unicodedata.category(char) in _HIDDEN or "\ufe00" <= char <= "\ufe0f":
            continue
        else:
            kept.append(char)
    return "".join(kept)


def plain(text: str) -> str:
    """Return one line of visible text: compatibility forms folded (full-width digits, ligatures), spaces single."""
    if text.isascii() and text.isprintable():
        return _SPACE.sub(" ", text).strip()
    text = _MINUS_BEFORE_DIGIT.sub("-", visible(text)).translate(_DASHES)
    text = "…".join(unicodedata.normalize("NFKC", part) for part in text.split("…"))
    return _SPACE.sub(" ", _ascii_digits(text)).strip()


def _ascii_digits(text: str) -> str:
    """Digits of every script as 0–9: “١٤” is fourteen to a reader of Arabic, so it is to the gate."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def fold(text: str) -> str:
    """Return the comparison form of plain text: lower case, no accents, look-alike letters as Latin."""
    if not text.isascii():
        text = _WORD.sub(_latin, text)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    return text.casefold()


def _latin(match: re.Match[str]) -> str:
    """A word that mixes Latin with look-alikes, or is made of look-alikes only, is read as Latin."""
    word = match[0]
    if word.isascii():
        return word
    swapped = word.translate(_LOOK)
    return swapped if swapped.isascii() else word


_QUOTES: Final = str.maketrans(dict.fromkeys('“”„‟«»"‘’‚‛‹›`´′″「」『』', "'"))


_MARKUP: Final = str.maketrans(dict.fromkeys("*`~|<>[]\\", " "))


def quotable(text: str) -> str:
    """Return the form in which quotes are compared: folded, every kind of quotation mark the same, without the
    characters that mean something in Markdown or HTML (a name of nothing else keeps them).
    """
    line = _SPACE.sub(" ", fold(plain(text)).translate(_QUOTES)).strip()
    return _SPACE.sub(" ", line.translate(_MARKUP)).strip() or line


_LINK: Final = re.compile(r"!?\[([^\]\n]*)\]\(\s*((?:[^()\n]|\([^()\n]*\))*)\)")
_REF_LINK: Final = re.compile(r"!?\[([^\]\n]*)\]\[[^\]\n]*\]")
_TAG: Final = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)(?:>|$)")
_URL: Final = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\b(?:javascript|data|vbscript|mailto|tel):)[^\s<>\"'”’)\]]+", re.I
)
_BARE: Final = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|app|co|ai|ru|cn|xyz|info|biz|me|ly|gg|to|link|site|online"
    r"|top|click)(?:/[^\s<>\"'”’)\]]*)?(?![\w-])",
    re.I,
)


class Unreadable(ValueError):
    """The sentence uses markup that can turn its meaning round."""


def without_markup(text: str, *, known_links: frozenset[str] = frozenset()) -> str:
    """Return `text` as plain prose: entities decoded, tags, emphasis and images gone, links that are not in
    `known_links` removed. Raises Unreadable for struck-out text, which reads as its opposite.
    """
    for _ in range(3):  # entities may be nested: &amp;lt;
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    if "~~" in text:
        raise Unreadable("it contains struck-out text")
    text = _LINK.sub(lambda m: m[1] if not m[0].startswith("!") else "", text)
    text = _REF_LINK.sub(lambda m: m[1] if not m[0].startswith("!") else "", text)
    text = _TAG.sub(" ", text)
    text = _URL.sub(lambda m: m[0] if _known(m[0], known_links) else "", text)
    text = _BARE.sub(lambda m: m[0] if _known(m[0], known_links) else "", text)
    text = re.sub(r"(?m)^\s*(?:#{1,6}\s+|>\s+|[-*+]\s+|\d{1,2}[.)]\s+)", "", text)
    text = re.sub(r"(?<![\w/])__(?=\S)(.+?)(?<=\S)__(?!\w)", r"\1", text)  # but not in a path: /__ui__
    return re.sub(r"\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|`", "", text)


def _known(url: str, known_links: frozenset[str]) -> bool:
    """The address, or one above it on the same host, is in the trace."""
    bare = url.rstrip(".,;:!?)").rstrip("/").split("://", 1)[-1]
    return any(f"{link.split('://', 1)[-1].rstrip('/')}/".startswith(f"{bare}/") for link in known_links)


_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[^\sa-z]|\s*$)|\n+")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|vs|etc|no|nr|mr|mrs|ms|dr|cf|ca|resp|incl)|(?-i:\b[A-Z]))\.$", re.I
)


def sentences(text: str) -> list[str]:
    """Split prose into sentences; a full stop in a quotation, a number, a URL or an abbreviation does not end one."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        head = text[start : match.end()]
        if match[0][:1] == "." and (_ABBREVIATION.search(text[start : match.start() + 1]) or _inside_quote(head)):
            continue
        if match[0][:1] in "!?…" and _inside_quote(head):
            continue
        if match[0][-1:] in "\"'”’" and text[match.end() :].lstrip()[:1].isdigit():
            continue  # “Export…” 5 times: the stop belongs to the name
        found.append(head.strip())
        start = match.end()
    found.append(text[start:].strip())
    return [one for one in found if one]


def _inside_quote(head: str) -> bool:
    return head.count("“") > head.count("”") or head.count("«") > head.count("»") or head.count('"') % 2 == 1
