"""Words: text → the words it is found by, the same on every database, and queries made of such words.

Words     runs of letters and digits, without case and accents; a sign of a script without spaces stands alone
Field     every word of a document begins with the letter of its field, and so does every word of a query: a query asks
          fields by itself, and nothing that somebody typed is ever read as syntax of a database
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

MAX_WORD: Final = 64  # characters; longer runs (keys, images in an address) are found by their beginning
MAX_PHRASE: Final = 32  # words of one term
MAX_DOCUMENT: Final = 6_000  # words of one session; the fields that are read first come whole

LETTERS: Final = {
    "page": "p",
    "control": "c",
    "error": "e",
    "report": "t",
    "user": "u",
    "visitor": "v",
    "session": "n",
    "signal": "s",
    "outcome": "o",
    "browser": "b",
    "os": "w",
    "device": "d",
    "referrer": "r",
    "site": "k",
    "is": "i",
}
FREE: Final = ("page", "control", "error", "report", "session")  # where a bare word is looked for; also "user"

_UNSPACED: Final = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
_ASCII_RUN: Final = re.compile(r"[a-z0-9]+")
_RUN: Final = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*://", re.I)


class Phrase(NamedTuple):
    """Words that follow each other in one text of one of these fields; `open`: the last one may go on."""

    fields: tuple[str, ...]
    words: tuple[str, ...]
    open: bool = True


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order."""
    if text.isascii():
        return [word[:MAX_WORD] for word in _ASCII_RUN.findall(text.lower())]
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word[:MAX_WORD] for word in _RUN.findall(unicodedata.normalize("NFC", plain.casefold()))]


def address_words(url: str) -> list[str]:
    """Return the words of an address, or of a part of one: what is encoded in it is read."""
    return words_of(unquote(_SCHEME.sub("", url), errors="replace"))


def exact_word(text: str) -> list[str]:
    """Return a name such as rage_click as one word."""
    return ["".join(words_of(text))[:MAX_WORD]] if words_of(text) else []


def phrase(fields: Sequence[str], words: Sequence[str], *, open_end: bool = True) -> Phrase:
    return Phrase(tuple(fields), tuple(words[:MAX_PHRASE]), open_end or len(words) > MAX_PHRASE)


def holds(found: Phrase, words: Sequence[str]) -> bool:
    """Whether a text of these words has the phrase."""
    wanted, count = found.words, len(found.words)
    for at in range(len(words) - count + 1):
        here = words[at : at + count]
        if here[:-1] == list(wanted[:-1]):
            last = here[-1]
            if last == wanted[-1] or (found.open and last.startswith(wanted[-1])):
                return True
    return False


def document(texts: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """Return a document of (field, words) texts: each word with its field's letter, the letter alone between texts."""
    made: list[str] = []
    for field, words in texts:
        letter = LETTERS[field]
        made += [letter + word for word in words]
        made.append(letter)  # no phrase reaches from one text into the next
        if len(made) > MAX_DOCUMENT:
            break
    return made[:MAX_DOCUMENT]


def sqlite_query(phrases: Sequence[Phrase]) -> str:
    """Return what FTS5 is asked: all of the phrases."""
    return " AND ".join(f"({' OR '.join(map(_sqlite_phrase, _fielded(one)))})" for one in phrases)


def postgres_query(phrases: Sequence[Phrase]) -> str:
    """Return the same as a tsquery."""
    return " & ".join(f"({' | '.join(map(_postgres_phrase, _fielded(one)))})" for one in phrases)


def _fielded(one: Phrase) -> Iterator[tuple[list[str], bool]]:
    """Yield the phrase as it stands in each of its fields, and whether its last word may go on."""
    for field in one.fields:
        yield [LETTERS[field] + word for word in one.words], one.open


def _sqlite_phrase(asked: tuple[list[str], bool]) -> str:
    words, goes_on = asked
    return f'"{" ".join(words)}"{" *" if goes_on else ""}'


def _postgres_phrase(asked: tuple[list[str], bool]) -> str:
    words, goes_on = asked
    row = " <-> ".join(f"'{word}'" for word in words)
    return f"({row}:*)" if goes_on else f"({row})"


def postgres_vector(words: Sequence[str]) -> str:
    """Return a document as a tsvector is written."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))
