"""Tokens: how many a text is to a language model, estimated without a vocabulary; the one estimate in the project.

Way     a tokeniser first cuts a text into words, groups of three digits and runs of punctuation; how many pieces each
        of those falls into follows its length nearly enough. Other scripts are counted by the character
Checked `bench/narrative.py` prints the estimate over o200k_base's count: it errs to the dear side, by a tenth or so
"""

import re
from functools import lru_cache
from typing import Final

_PIECE: Final = re.compile(
    r"[A-Z]?[a-z]+|[A-Z]+|[0-9]{1,3}|[ ]?[!-/:-@\[-`{-~]+\n*|(?<=[^ ])[ ]+(?=[0-9])|[ ]{2,}|\t|\s*\n|[^\x00-\x7f]"
)
WORD: Final = 7  # letters of a word that is likely one token
PART: Final = 3.5  # letters a token of longer words, which fall apart
MARKS: Final = 2  # characters a token of punctuation


def estimate_tokens(text: str) -> int:
    """Return how many tokens a text is likely to be at most, by common tokenisers."""
    return sum(map(_size, _PIECE.findall(text)))


@lru_cache(maxsize=4096)
def _size(piece: str) -> int:
    mark = piece.strip()
    first = mark[:1]
    if first > "\uffff":
        return 2
    if not first or first > "~" or first.isdigit():
        return 1
    if first.isalpha():
        return 1 if len(mark) <= WORD else -int(-len(mark) // PART)
    return -(-len(mark) // MARKS)
