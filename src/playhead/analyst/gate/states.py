"""States: “became available”, “was greyed out”, “disappeared”: what the recording says of a control by name.

A page says such things as effects (“Save enabled”, “Crew not selected”) and as text that came or went. Where the cited
lines say it, the words are borne out; where they say only the opposite, the sentence is refused.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from playhead.analyst.gate.claims import Segment
from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.token import Token
from playhead.analyst.text import quotable

# group → (words that affirm, words that deny); a state of the recording is one of the same words
_GROUPS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    name: (frozenset(yes.split()), frozenset(no.split()))
    for name, yes, no in (
        (
            "usable",
            "enabled available usable clickable unlocked",
            "disabled greyed grayed unavailable unusable unclickable locked",
        ),
        ("open", "expanded unfolded", "collapsed folded"),
        ("chosen", "checked ticked selected chosen", "unchecked unticked deselected unselected"),
        ("right", "valid", "wrong invalid incorrect"),
        ("there", "appeared appears", "disappeared vanished disappears vanishes"),
    )
}
_BY_WORD: Final = {
    word: (group, affirms)
    for group, (yes, no) in _GROUPS.items()
    for words, affirms in ((yes, True), (no, False))
    for word in words
}
_DENIES: Final = frozenset("not never no".split())
_OWN: Final = frozenset(
    "available usable clickable unavailable unusable unclickable greyed grayed out wrong invalid incorrect".split()
)
_CAME: Final = frozenset({"text_added", "alert", "toast", "dialog", "field_error"})


class _Said(NamedTuple):
    group: str
    affirms: bool
    token: Token
    name: str  # what it is said of, as compared


def take_states(ctx: Context) -> None:
    """Mark words that a recorded state bears out (“available”, “greyed out”), so that no other check asks for them."""
    for said in _statements(ctx):
        if said.group != "there" and said.affirms in _recorded(said, ctx):
            at = next(n for n, token in enumerate(ctx.reading.tokens) if token is said.token)
            for token in ctx.reading.tokens[at : at + 2]:
                token.used = token.used or token.word in _OWN
                if token.word in ("greyed", "grayed"):
                    ctx.reading.tokens[at - 1].used = True
            _drop_claim(at, ctx)


def _drop_claim(at: int, ctx: Context) -> None:
    """The verb in front of such a word (“became”, “got”) claims nothing more than the word itself."""
    if ctx.reading.tokens[at].word not in _OWN:
        return
    for segment in ctx.reading.segments:
        segment.claims = [
            c for c in segment.claims if c.at != at and not (c.end == at and {"changed", "see"} & set(c.readings))
        ]
    ctx.reading.claims = [claim for segment in ctx.reading.segments for claim in segment.claims]


def check_states(ctx: Context) -> str:
    for said in _statements(ctx):
        recorded = _recorded(said, ctx)
        if said.group != "right" and recorded and said.affirms not in recorded:
            return f"“{said.token.text}”: the recording says the opposite of it"
    return ""


def _statements(ctx: Context) -> list[_Said]:
    found: list[_Said] = []
    for segment in ctx.reading.segments:
        names = _names(segment, ctx)
        for at in range(segment.start, segment.end):
            token = ctx.reading.tokens[at]
            known = _BY_WORD.get(token.word) if token.kind == "word" else None
            if known is None or len(names) != 1:
                continue
            before = {one.word for one in ctx.reading.tokens[max(segment.start, at - 3) : at]}
            found.append(_Said(known[0], known[1] != bool(before & _DENIES), token, names[0]))
    return found


def _names(segment: Segment, ctx: Context) -> list[str]:
    """What stands before the word as its subject, or behind it as its object: a segment that names one thing."""
    return [token.stem for token in ctx.reading.tokens[segment.start : segment.end] if token.kind == "quote"]


def _recorded(said: _Said, ctx: Context) -> set[bool]:
    """Which of the two the cited lines hold for that name."""
    found: set[bool] = set()
    for step in ctx.scope.steps:
        for effect in step.raw.effects:
            text = quotable(effect.text or "")
            if said.group == "there":
                if effect.kind in _CAME and said.name in text:
                    found.add(True)
                if effect.kind == "text_removed" and said.name in text:
                    found.add(False)
            elif effect.kind == "field_error" and said.group == "right" and text.startswith(f"{said.name}:"):
                found.add(False)
            elif effect.kind == "state" and (state := _state(text, said, quotable(step.name))) is not None:
                found.add(state)
    return found


def _state(text: str, said: _Said, own: str) -> bool | None:
    """What “save not enabled” says of “save” in this group; None where it speaks of another thing."""
    words = text.split()
    known = _BY_WORD.get(words[-1]) if words else None
    if known is None or known[0] != said.group:
        return None
    denied = len(words) > 1 and words[-2] == "not"
    subject = " ".join(words[: -2 if denied else -1]) or own
    return known[1] != denied if subject == said.name else None
