"""Judge: one sentence against the lines it cites: every check in turn, the first reason against it is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from playhead.analyst.facts import Facts, Scope
from playhead.analyst.gate.checks.claims import check_claims, check_intentions, resolve
from playhead.analyst.gate.checks.contrary import check_contrary, take_pairs
from playhead.analyst.gate.checks.fields import check_fields
from playhead.analyst.gate.checks.mind import check_mind, went_wrong
from playhead.analyst.gate.checks.numbers import check_numbers
from playhead.analyst.gate.checks.order import check_order
from playhead.analyst.gate.checks.quotes import (
    check_controls,
    check_inline_refs,
    check_paths,
    check_quotes,
    check_requests,
)
from playhead.analyst.gate.checks.residue import check_proper_names, check_residue
from playhead.analyst.gate.checks.signals import check_signal_words
from playhead.analyst.gate.checks.silence import check_silence, silent_claims
from playhead.analyst.gate.checks.vain import check_vain
from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.grammar import BE
from playhead.analyst.gate.names import Names
from playhead.analyst.gate.reading import read
from playhead.analyst.gate.reports import is_quoted, is_repeated, without_reason
from playhead.analyst.gate.states import take_states
from playhead.analyst.gate.unknown import let_pass
from playhead.analyst.gate.words import PERSON
from playhead.analyst.text import Unreadable, plain, sentences, without_markup
from playhead.core.report import Rejected

MAX_SENTENCE: Final = 600  # characters: longer is not a sentence, and would cost time
MAX_FIELD: Final = 6_000

Mode = Literal["fact", "goal", "hypothesis", "suggestion"]


@dataclass
class Verdict:
    """What of a field may stand, sentence by sentence, and what may not."""

    accepted: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.accepted)


def judge(
    text: str, refs: Iterable[str], facts: Facts, *, where: str = "", mode: Mode = "fact", whole: bool = False
) -> Verdict:
    """Check every sentence of a field. `whole`: without refs it is about the whole session (headline, goal).

    Placeholders are read as the values they stand for; what is accepted or rejected keeps them.
    """
    verdict = Verdict()
    refs = list(refs)
    try:
        clean = without_markup(text[:MAX_FIELD], known_links=facts.links)
    except Unreadable as error:
        return Verdict(rejected=[Rejected(plain(text)[:MAX_SENTENCE], where, str(error))])
    scope, problem = scope_of(refs, facts, whole=whole)
    for raw in sentences(clean):
        sentence = plain(raw)
        if not any(char.isalnum() for char in sentence):
            continue
        reason = (
            problem
            or ("it is too long to be checked" if len(sentence) > MAX_SENTENCE else "")
            or facts.hidden.hide_again(_reason(facts.hidden.restore(sentence), scope, facts, mode), sentence)
        )
        if reason:
            verdict.rejected.append(Rejected(sentence[:MAX_SENTENCE], where, reason))
        else:
            verdict.accepted.append(sentence)
    if len(text) > MAX_FIELD:
        verdict.rejected.append(
            Rejected(plain(text[MAX_FIELD : MAX_FIELD + 80]) + "…", where, "it is too long to be checked")
        )
    if not verdict.accepted and not verdict.rejected and text.strip():
        verdict.rejected.append(Rejected(plain(text)[:MAX_SENTENCE], where, "nothing of it can be read"))
    return verdict


def scope_of(refs: list[str], facts: Facts, *, whole: bool) -> tuple[Scope, str]:
    """What the refs cite, or why they cannot be followed."""
    unknown = [ref for ref in refs if not facts.known(ref)]
    if unknown:
        return (
            facts.whole,
            f"{', '.join(unknown[:5])} {'does' if len(unknown) == 1 else 'do'} not exist in this recording",
        )
    if not refs and not whole:
        return facts.whole, "it cites no line of the recording"
    return (facts.scope(refs) if refs else facts.whole), ""


def _reason(sentence: str, scope: Scope, facts: Facts, mode: Mode) -> str:
    if mode == "fact" and (is_repeated(sentence, scope) or is_quoted(sentence, scope)):
        return ""
    ctx = Context(read(sentence, names=names_of(facts)), scope, facts)
    if head := without_reason(sentence, scope):
        plain_head = Context(read(head, names=names_of(facts)), scope, facts)
        ctx = plain_head if went_wrong(plain_head.reading.claims) else ctx
    if mode == "suggestion":
        return _reason_suggestion(ctx)
    take_states(ctx)
    take_pairs(ctx)
    if mode != "goal":
        let_pass(ctx)  # what somebody was after is named by what the recording holds
    anchors = resolve(ctx)
    silent = silent_claims(ctx)
    guess = mode in ("goal", "hypothesis")
    return (
        check_inline_refs(ctx)
        or _unread(ctx)
        or check_quotes(ctx)
        or check_controls(ctx)
        or check_paths(ctx)
        or check_requests(ctx)
        or ("" if guess else check_mind(ctx, anchors))
        or check_signal_words(ctx)
        or check_silence(ctx, anchors)
        or check_vain(ctx)
        or check_fields(ctx)
        or check_claims(ctx, anchors, skip=silent, intentions_free=guess)
        or (check_intentions(ctx) if mode == "goal" else "")
        or check_contrary(ctx, anchors)
        or check_order(ctx, anchors)
        or check_numbers(ctx, anchors)
        or check_proper_names(ctx)
        or check_residue(ctx, skip=silent, loose=mode == "hypothesis")
    )


def _unread(ctx: Context) -> str:
    """A sentence that tells of a person and in which no verb is read says something nobody can check."""
    tokens = ctx.reading.tokens
    told = any(one.kind == "word" and one.word in PERSON and one.unit != "named" for one in tokens[:3])
    told = told and not any(token.word in BE for token in tokens)  # “was idle”: the check of signals answers for it
    names = any(segment.link in (":", "—") for segment in ctx.reading.segments)
    return "" if ctx.reading.claims or not told or names else "what it says was done cannot be read"


def _reason_suggestion(ctx: Context) -> str:
    """Advice claims nothing about the visit; where it does, that is checked."""
    told = [
        claim for claim in ctx.reading.claims if claim.form == "past" and (claim.subject == "person" or claim.passive)
    ]
    anchors = resolve(ctx)
    for claim in ctx.reading.claims:
        if claim not in told:
            anchors.pop(claim, None)
    ctx.reading.claims = told
    return (
        check_inline_refs(ctx)
        or check_requests(ctx)
        or check_signal_words(ctx)
        or check_claims(ctx, anchors, skip=set(), intentions_free=True)
    )


def names_of(facts: Facts) -> Names:
    """Names of controls, containers and pages, for reading sentences that do not quote them."""
    if "reading_names" not in facts.cache:
        found = {step.name for step in facts.steps} | {page.title for page in facts.trace.session.pages}
        found |= {signal.target.name for signal in facts.trace.signals if signal.target}
        facts.cache["reading_names"] = Names(name for name in found if name)
    return facts.cache["reading_names"]
