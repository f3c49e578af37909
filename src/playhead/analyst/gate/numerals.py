"""Numerals: number words as numbers, numbers with their units: “twenty-one”, “half a minute”, “3 seconds”, “twice”."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.token import Token
from playhead.analyst.text import fold

ONES: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}


TENS: Final = {
    word: 10 * (at + 2) for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}


SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000}


TIMES: Final = {"once": 1, "twice": 2, "thrice": 3}


ORDINALS: Final = {
    word: at + 1
    for at, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth".split()
    )
}


UNITS: Final = {
    unit: size
    for units, size in (
        ("ms msec millisecond milliseconds millis", 1.0),
        ("s sec secs second seconds", 1000.0),
        ("m min mins minute minutes", 60_000.0),
        ("h hr hrs hour hours", 3_600_000.0),
        ("day days", 86_400_000.0),
        ("week weeks", 604_800_000.0),
    )
    for unit in units.split()
}


def precision(number: float, decimals: int, size: float) -> int:
    """Half of the last place written, in ms, as an integer: “3 s” claims 3 s ± 500 ms."""
    return max(1, int(size / (2 * 10**decimals)))


def merge(tokens: list[Token]) -> list[Token]:
    """Tokens as they were cut, with what belongs to one number in one of them."""
    return _merge_spans(_merge_units(_merge_halves(_merge_numbers(tokens))))


def _merge_numbers(tokens: list[Token]) -> list[Token]:
    """Number words become numbers: “twenty-one”, “a dozen”, “half a minute”, “a couple of”, “twice”."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        value, used, unit = _spelled(tokens, at)
        if used:
            text = " ".join(token.text for token in tokens[at : at + used])
            digits = int(value / 2) if unit == "ms" else 0
            found.append(Token("number", text, fold(text), value=value, unit=unit, digits=digits))
            at += used
        else:
            found.append(tokens[at])
            at += 1
    return found


def _spelled(tokens: list[Token], at: int) -> tuple[float, int, str]:
    """(value, tokens used, unit) of the number word that starts here; used is 0 where none does."""
    words = [token.word if token.kind in ("word", "punct") else "" for token in tokens[at : at + 9]]
    first = words[0]
    following = words[1] if len(words) > 1 else ""
    if first in TIMES:
        return (TIMES[first], 1, "times") if first != "once" or _is_adverb(tokens, at) else (0, 0, "")
    if first in ("a", "half", "an", "one") and words[: 3 if first == "half" else 2] in (
        ["half", "a", "dozen"],
        ["a", "dozen"],
        ["one", "dozen"],
    ):
        return (6, 3, "") if first == "half" else (12, 2, "")
    if first == "half" and following in ("a", "an") and len(words) > 2 and words[2] in UNITS:
        return 0.5, 2, ""
    if first == "a" and following == "couple":
        return 2, 3 if len(words) > 2 and words[2] == "of" else 2, ""
    if (
        first in ("a", "an")
        and following in ("minute", "second", "hour", "millisecond")
        and _no_article_sense(tokens, at)
    ):
        return UNITS[following], 2, "ms"
    if first == "a" and following in SCALES:
        return SCALES[following], 2, ""
    if first == "one" and following not in UNITS and following not in SCALES and not _counts(following):
        return 0, 0, ""
    if first == "a" and following == "good" and words[2:3] and words[2] in UNITS:
        return UNITS[words[2]], 3, "ms"
    if part := _fraction(words):
        return part
    if first in ONES or first in TENS:
        return _compound(words)
    if first in ORDINALS and first != "second":
        return ORDINALS[first], 1, "ordinal"
    if first == "second" and not _is_unit_here(tokens, at):
        return 2, 1, "ordinal"
    return 0, 0, ""


_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10, "hundredth": 100, "thousandth": 1000}


def _fraction(words: list[str]) -> tuple[float, int, str] | None:
    """“a tenth of a second”, “half a second”, “three quarters of a minute”: a share of a unit of time, in ms."""
    if words[0] in ("a", "an", "one"):
        share, used = 1.0, 1
    elif words[0] in ONES and words[1:2] and words[1].endswith("s"):
        share, used = float(ONES[words[0]]), 1
    else:
        share, used = 1.0, 0
    size = _PARTS.get(words[used].removesuffix("s") if used < len(words) else "")
    rest = words[used + 1 :]
    of = 1 if rest[:1] == ["of"] else 0
    if size is None or (not of and words[used] != "half") or rest[of : of + 1] not in (["a"], ["an"]):
        return None
    unit = rest[of + 1] if len(rest) > of + 1 else ""
    return (share / size * UNITS[unit], used + of + 3, "ms") if unit in UNITS else None


def _merge_halves(tokens: list[Token]) -> list[Token]:
    """“3 and a half seconds” is one number."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        if [one.word for one in found[-3:]] == ["and", "a", "half"] and len(found) > 3 and found[-4].kind == "number":
            del found[-3:]
            found[-1].value, found[-1].text, found[-1].digits = found[-1].value + 0.5, f"{found[-1].text}.5", 1
    return found


def _is_unit_here(tokens: list[Token], at: int) -> bool:
    """“3 second”, “3-second”, “five second” are durations."""
    before = tokens[at - 1] if at else None
    if before is not None and before.text == "-" and at > 1:
        before = tokens[at - 2]
    return before is not None and (before.kind == "number" or before.word in ONES or before.word in TENS)


def _compound(words: list[str]) -> tuple[float, int, str]:
    total, part, used, at = 0.0, 0.0, 0, 0
    if words[1:4] == ["and", "a", "half"] and words[0] in ONES:
        return ONES[words[0]] + 0.5, 4, ""
    while at < len(words):
        word = words[at]
        if word in TENS:
            part += TENS[word]
        elif word in ONES and (part == 0 or part % 100 in range(20, 100) or part % 100 == 0):
            part += ONES[word]
        elif word in SCALES and part:
            total, part = (total + part * SCALES[word], 0) if word != "hundred" else (total, part * 100)
        elif word in ("and", "-") and used and at + 1 < len(words) and (words[at + 1] in ONES or words[at + 1] in TENS):
            if word == "and" and not (part % 100 == 0 and part):
                break
            if word == "-" and part % 100 not in range(20, 100):
                break
        else:
            break
        at += 1
        used = at
    return total + part, used, ""


_AFTER_ONCE: Final = frozenset("and on in at more again but or with without for then after before per".split())


_AFTER_SPAN: Final = frozenset("later after before and to long or in passed per until between of then for but".split())


_COUNTABLE: Final = frozenset(
    "time click tap attempt error request page try alert message exception search field form press dialog signal"
    " problem"
    " submission visit tab item product result".split()
)


def _is_adverb(tokens: list[Token], at: int) -> bool:
    """“clicked once” counts; “once the page loaded” does not."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is None or following.kind not in ("word", "quote") or following.word in _AFTER_ONCE


def _no_article_sense(tokens: list[Token], at: int) -> bool:
    """“a second” is a duration in “about a second”, an ordinal in “a second click”."""
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    return tokens[at + 1].word != "second" or after is None or after.kind == "punct" or after.word in _AFTER_SPAN


def _counts(word: str) -> bool:
    return word.rstrip("s") in _COUNTABLE


def _merge_units(tokens: list[Token]) -> list[Token]:
    """“3” “seconds” → one number in ms; “5” “times” → times; “402” stays bare; “40” “percent” → percent."""
    found: list[Token] = []
    for token in tokens:
        last = found[-1] if found else None
        if (
            last is not None
            and last.kind == "punct"
            and last.text == "-"
            and len(found) > 1
            and found[-2].kind == "number"
            and token.word in UNITS
        ):
            found.pop()  # “3-second”
            last = found[-1]
        if last is not None and last.kind == "number" and not last.unit and token.kind == "word":
            if token.word in UNITS:
                size = UNITS[token.word]
                decimals = last.digits
                last.digits = (
                    int(size / 4) if last.value == 0.5 and not decimals else precision(last.value, decimals, size)
                )
                last.value, last.unit, last.text = last.value * size, "ms", f"{last.text} {token.text}"
                continue
            if token.word in ("times", "time", "occasions") and not (token.word == "time" and last.value != 1):
                last.unit, last.text = "times", f"{last.text} {token.text}"
                continue
            if token.word in ("px", "pixel", "pixels"):
                last.unit, last.text = "px", f"{last.text} {token.text}"
                continue
            if token.word in ("percent", "pct"):
                last.unit, last.text = "percent", f"{last.text} {token.text}"
                continue
        found.append(token)
    return found


def _merge_spans(tokens: list[Token]) -> list[Token]:
    """“1 minute and 5 seconds” is one span of 65 s."""
    found: list[Token] = []
    for token in tokens:
        if token.kind == "number" and token.unit == "ms" and found:
            joined = found[-1].kind == "word" and found[-1].word == "and" and len(found) > 1
            last = found[-2] if joined else found[-1]
            if last.kind == "number" and last.unit == "ms" and last.value >= 60_000 > token.value:
                if joined:
                    found.pop()
                last.value, last.digits, last.text = last.value + token.value, token.digits, f"{last.text} {token.text}"
                continue
        found.append(token)
    return found
