"""Reports: what a sentence only repeats of a page's own words stands where one cited message holds them all.

“A toast said that seat 14C had gone to somebody else”, “Only crew can open the list, according to the alert”: nothing
of it is told as a fact but that the page said so. Every word counts here, also those that claim nothing elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from playhead.analyst.facts import Scope
from playhead.analyst.gate.lexicon import verbs_starting
from playhead.analyst.gate.matching import quote_in
from playhead.analyst.gate.numerals import ONES
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.tokens import tokenise
from playhead.analyst.gate.words import related
from playhead.analyst.steps import MAX_MESSAGE, MESSAGES, Step, says_no, word_stems
from playhead.analyst.text import quotable

_SPEAKER: Final = (
    r"(?:a|an|the|one|its|their|this|that) (?:\w+[ -]){0,2}?(?:alert|toast|message|notice|notification"
    r"|dialog|dialogue"
    r"|popup|pop-up|banner|page|site|website|app|application|shop|store|board|bank|form|wizard|screen|desk|hint|text"
    r"|tracker|system|server|tool|editor|field|console|status line|error)"
)
_SAID: Final = (
    r"(?:said|says|told (?:them|him|her|the \w+)|tells (?:them|him|her|the \w+)|announced|announces|stated|states"
    r"|reported|reports|explained|explains|warned|warns|complained|complains|noted|notes|claimed|claims|pointed out"
    r"|let (?:them|him|her|the \w+) know|informed (?:them|him|her|the \w+)|insisted|insists|admitted|admits|reads"
    r"|read|had it|confirmed|confirms|declared|declares|assured (?:them|him|her|the \w+)|replied|answered|objected)"
)
_DIRECT: Final = re.compile(
    rf"^(?:{_SPEAKER} (?:then |also |only |merely |finally )?{_SAID}"
    rf"|(?:they|he|she|the \w+) (?:was|were) (?:then |also |only )?(?:told|informed|warned|notified|advised)) that"
    rf" (?P<said>[^“”]+?)[.!]?$",
    re.IGNORECASE,
)
_BY_WHOM: Final = re.compile(
    rf"^(?P<said>.+?),? (?:according to {_SPEAKER}|(?:as |or so )?{_SPEAKER} (?:put it|has it|had it|{_SAID})"
    rf"|if {_SPEAKER} (?:is|was) to be (?:believed|trusted)|by {_SPEAKER}['’]s own (?:account|words))[.!]?$",
    re.IGNORECASE,
)
_FUNCTION: Final = frozenset(
    "a an the is are was were be been being has have had do does did will would shall should can could may might to of"
    " in on at by for from with into onto as and that this these those it its they them their he she his her him i you"
    " your we our my me there here so then also already now just like as".split()
)
_DENIALS: Final = frozenset("not no never none nothing nobody without neither nor cannot t".split())


def is_repeated(sentence: str, scope: Scope) -> bool:
    """The whole sentence tells what the page said, and one message of the cited lines says so."""
    found = _DIRECT.match(sentence) or _BY_WHOM.match(sentence)
    return bool(found) and any(holds(tokenise(found["said"]), text) for text in _messages(scope.steps))


_QUOTED: Final = re.compile(
    rf"^[“\"](?P<said>[^“”\"]+?)[,.!?]?[”\"],? (?:was what |is what )?{_SPEAKER} (?P<verb>\w+)(?: (?:them"
    rf"|him|her|it))?[.!]?$"
    rf"|^{_SPEAKER} (?P<verb2>\w+)(?: (?:them|him|her))?[,:]? [“\"](?P<said2>[^“”\"]+)[”\"][.!]?$",
    re.IGNORECASE,
)
_TAKES_AWAY: Final = frozenset("vanish do done do! done! fail load goto back leave".split())


def is_quoted(sentence: str, scope: Scope) -> bool:
    """““Please enter a valid e-mail address”, the page pleaded”: whatever the verb, one message holds those words."""
    if (found := _QUOTED.match(sentence)) is None:
        return False
    verbs = verbs_starting((found["verb"] or found["verb2"]).casefold())
    if any({verb.deed, verb.effect} & _TAKES_AWAY for verb in verbs) and not any(v.effect == "show" for v in verbs):
        return False
    said = quotable((found["said"] or found["said2"]).strip(" ,.!?"))
    return any(quote_in(said, [text]) for text in _messages(scope.steps))


_REASON: Final = re.compile(
    r"^(?P<head>.+?),? (?:because of|because|since|due to|owing to|on account of|on the grounds? that"
    r"|as) (?P<why>[^,;]+?)[.!]?$",
    re.IGNORECASE,
)


def without_reason(sentence: str, scope: Scope) -> str:
    """“X failed because the card had expired” as “X failed”, where a message that says no gives just that reason."""
    source = _BY_WHOM.match(sentence)
    found = _REASON.match(source["said"] if source else sentence)
    if not found:
        return ""
    why = tokenise(found["why"])
    return f"{found['head']}." if any(holds(why, text) for text in _messages(scope.steps, refusing=True)) else ""


def holds(tokens: list[Token], text: str) -> bool:
    """Every word, number and quotation stands in the text, and it is denied where they are."""
    words = word_stems(text)
    named = [token for token in tokens if token.kind != "punct" and token.word not in _FUNCTION | _DENIALS]
    denies = any(token.word in _DENIALS for token in tokens)
    if not named or denies != bool(_DENIALS & set(re.findall(r"\w+", text))):
        return False
    return all(_in(token, words, text) for token in named)


def _in(token: Token, words: frozenset[str], text: str) -> bool:
    if token.kind == "quote":
        return quote_in(token.stem, [text])
    if token.kind == "number":
        said = {word for word, value in ONES.items() if value == token.value} | {token.text.casefold()}
        said |= {str(int(token.value))} if token.value == int(token.value) else set()
        return any(re.search(rf"(?<![\w.,]){re.escape(one)}(?![.,]?\d)", text) for one in said)
    return token.kind == "word" and not related(token.stem).isdisjoint(words)


def _messages(steps: Iterable[Step], *, refusing: bool = False) -> list[str]:
    effects = [effect for step in steps for effect in step.raw.effects if effect.kind in MESSAGES and effect.text]
    return [
        quotable(effect.text or "")
        for effect in effects
        if len(effect.text or "") <= MAX_MESSAGE and (says_no(effect) or not refusing)
    ]
