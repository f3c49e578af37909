"""Tokens: a plain sentence cut into words, quotes, numbers with units, moments, paths and refs."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.numerals import UNITS, merge, precision
from playhead.analyst.gate.token import Token
from playhead.analyst.inflect import stem
from playhead.analyst.text import fold, quotable

_QUOTED: Final = (
    *(("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«")),
    *(("「", "」"), ("『", "』"), ('"', '"'), ("‘", "’"), ("`", "`")),
)
_SINGLE: Final = re.compile(r"(?<![\w’'])'(?=[^\s'])([^'\n]{1,200}?(?:\w'\w[^'\n]*?)?)'(?![\w])")
_PATTERN: Final = re.compile(
    r"""
      (?P<moment>(?<![\d:.])\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:\.\d{1,3})?(?!:?\d))
    | (?P<path>(?:(?:https?|wss?)://[^\s<>()\[\]"“”]+)
        | \b[\w-]+\.(?:txt|md|pdf|csv|json|ya?ml|xml|html?|ipynb|py|js|css|docx?|xlsx?|png|jpe?g|svg|gif|zip|sql|log)\b
              |(?<![\w<])/[\w\-.~%!$&'*+,;=:@/?\#{}\[\]]*[\w/}\]]
              |(?<![\w/])/(?=[\s,.;:!?)]|$))
    | (?P<ref>(?<![\w])[es]\d{1,7}(?![\w]))
    | (?P<ordinal>(?<!\w)\d{1,6}(?:st|nd|rd|th)(?!\w))
    | (?P<code>(?<![\w.])\d{1,4}[A-Z]{1,2}\b)
    | (?P<number>(?:[$€£¥₹]\s?)?(?<![\w.])-?\d+(?:[.,]\d+)*(?:\s?[$€£¥₹%])?
                (?:\s?(?:ms|msec|secs?|s|mins?|min|m|hrs?|h|x|k|×)(?![\w]))?
              |×\s?\d+(?![\w.]))
    | (?P<word>[^\W_](?:[\w]|['’](?=[^\W\d_]))*)
    | (?P<punct>→|->|=>|[^\w\s])
    """,
    re.X,
)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def tokenise(sentence: str) -> list[Token]:
    """Cut a plain sentence (see text.plain) into tokens; quotes come whole, number words as numbers."""
    found: list[Token] = []
    at = 0
    for start, end, inner in _quotes(sentence):
        found += _words(sentence[at:start])
        found.append(Token("quote", inner, quotable(inner), quotable(inner)))
        at = end
    found += _words(sentence[at:])
    return merge(found)


def quoted_texts(sentence: str) -> list[str]:
    return [inner for _, _, inner in _quotes(sentence)]


def quoted_spans(sentence: str) -> list[tuple[int, int]]:
    """(start, end) of every quotation with its marks."""
    return [(start, end) for start, end, _ in _quotes(sentence)]


def _quotes(sentence: str) -> list[tuple[int, int, str]]:
    """(start, end, inner text) of every quotation, outermost, left to right."""
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(sentence):
        span = _quote_at(sentence, at)
        if span:
            found.append(span)
            at = span[1]
        else:
            at += 1
    return found


def _quote_at(sentence: str, at: int) -> tuple[int, int, str] | None:
    char = sentence[at]
    if char == "'":
        match = _SINGLE.match(sentence, at)
        return (at, match.end(), match[1]) if match else None
    if char == '"' and at and sentence[at - 1].isdigit():
        return None  # inches
    for opening, closing in _QUOTED:
        if char != opening or (opening == "‘" and at and sentence[at - 1].isalnum()):
            continue
        depth, end = 1, at + 1
        while end < len(sentence):
            if sentence[end] == closing and not (
                closing == "’" and end + 1 < len(sentence) and sentence[end + 1].isalnum()
            ):
                depth -= 1
            elif sentence[end] == opening and opening != closing:
                depth += 1
            if depth == 0:
                return at, end + 1, sentence[at + 1 : end]
            end += 1
    return None


def _words(part: str) -> list[Token]:
    found: list[Token] = []
    for match in _PATTERN.finditer(part):
        kind, text = match.lastgroup or "punct", match[0]
        if kind == "number":
            found.append(_number(text))
        elif kind == "ordinal":
            found.append(Token("number", text, text, value=float(text[:-2]), unit="ordinal"))
        elif kind == "moment":
            found.append(Token("moment", text, text, value=_moment_ms(text), digits=len(text.partition(".")[2])))
        elif kind == "path":
            found.append(Token("path", text.rstrip(".,;:!?"), fold(text.rstrip(".,;:!?"))))
        elif kind == "word" and text in _METHODS:
            found.append(Token("method", text, text.casefold(), stem(text.casefold())))
        elif kind in ("word", "code"):
            found += _word(text)
        else:
            found.append(Token(kind, text, fold(text)))
    return found


def _word(text: str) -> list[Token]:
    word = fold(text).replace("’", "'")
    if word.endswith("n't") and len(word) > 3:  # didn't → did not
        head = {"can't": "can", "won't": "will", "shan't": "shall"}.get(word, word[:-3])
        return [Token("word", text, head, stem(head)), Token("word", "not", "not", "not")]
    if word in ("cannot",):
        return [Token("word", text, "can", "can"), Token("word", "not", "not", "not")]
    for tail in ("'s", "'re", "'ve", "'ll", "'d", "s'", "'"):
        if word.endswith(tail):
            word = word[: -len(tail)] + ("s" if tail == "s'" else "")
            break
    return [Token("word", text, word, stem(word))]


def _number(text: str) -> Token:
    body = text.replace(" ", "").replace("×", "x")
    match = re.match(r"x?([$€£¥₹]?)(-?[\d.,]+?)([.,]*)([$€£¥₹%]|[a-zA-Z]+)?$", body)
    digits_text = match[2] if match else re.sub(r"[^\d.]", "", body) or "0"
    unit_text = ((match[4] if match else "") or "").casefold()
    number, decimals = _decimal(digits_text)
    token = Token("number", text.strip(), fold(text.strip()), value=number, digits=decimals)
    if (match and match[1]) or unit_text in tuple("$€£¥₹"):
        token.unit = "money"
    elif unit_text == "%":
        token.unit = "percent"
    elif unit_text in UNITS:
        token.unit, token.value = "ms", number * UNITS[unit_text]
        token.digits = precision(number, decimals, UNITS[unit_text])
    elif unit_text == "x" or body.startswith("x"):
        token.unit = "times"
    elif unit_text == "k":
        token.value, token.unit = number * 1000, "rounded"
    return token


def _decimal(text: str) -> tuple[float, int]:
    """Read 1,234.5 and 1.234,5 and 3,5; returns the value and the number of decimals."""
    text = text.strip(".,")
    if "," in text and "." in text:
        text = text.replace(",", "") if text.rfind(".") > text.rfind(",") else text.replace(".", "").replace(",", ".")
    elif "," in text:
        head, _, tail = text.rpartition(",")
        text = text.replace(",", "") if len(tail) == 3 and head else text.replace(",", ".", 1).replace(",", "")
    if text.count(".") > 1:
        text = text.replace(".", "")
    try:
        return float(text), len(text.partition(".")[2])
    except ValueError:
        return 0.0, 0


def _moment_ms(text: str) -> float:
    clock, _, rest = text.partition(".")
    value = 0.0
    for part in clock.split(":"):
        value = value * 60 + int(part)
    return (value + (float(f"0.{rest}") if rest else 0)) * 1000
