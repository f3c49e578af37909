"""Searching: the words in which pages say that nothing was found."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from playhead.core.patterns import late

MAX_SAYING: Final = 240  # characters; a longer text is content that happens to hold the words
QUERY_NAMES: Final = frozenset(("q", "query", "search", "s", "term", "keyword", "keywords", "k", "text", "find"))
_NOTHING = late(
    r"\b(?:no|0|zero) (?:\w+ ){0,2}(?:results?|match(?:es)?|products?|items?|entries|documents?|posts?|records?|hits?|"
    r"articles?|pages?|files?|people|users?|rows?|options?|suggestions?|data)\b(?! per)|"
    r"\bno (?:matching|such) \w+|\bnothing (?:was )?(?:found|matche[sd]|here|to show)|"
    r"\b(?:did not|didn[’']t|does not|doesn[’']t) match (?:any|anything)|"
    r"\b(?:could not|couldn[’']t|can[’']t|cannot) find\b|"
    r"\bnot a (?:\w+ ){1,4}found\b|\bwe (?:have|know)(?: of)? no \w+|"
    r"\bno(?:thing|ne)? (?:\w+ ){0,4}found\b|\bkeine (?:\w+ )?(?:ergebnisse|treffer)|\baucun (?:résultat|produit)|"
    r"\bno se (?:encontr|han encontrado)",
    re.I,
)


def says_nothing_found(text: str) -> bool:
    """Whether a text says that a search had no result."""
    return bool(text) and len(text) <= MAX_SAYING and _NOTHING.search(text) is not None


def is_search_page(url: str) -> bool:
    """Whether an address carries the words of a search."""
    try:
        query = urlsplit(url).query
        return bool(query) and any(name.lower() in QUERY_NAMES and value for name, value in parse_qsl(query[:2_000]))
    except ValueError:
        return False
