"""Order: “then”, “before”, “after” agree with the times; what is told as an answer came from the deed it is told of."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts import Anchor, Context
from playhead.analyst.gate.token import Token
from playhead.analyst.text import quotable

_LATER: Final = frozenset(
    "then next later afterwards afterward subsequently thereafter finally eventually followed".split()
)
_SLACK_MS: Final = 1_500  # a click and what it brought up may be stamped out of order by this much
_ANSWER_MS: Final = 30_000  # an answer told of a deed comes within this, unless something else was done in between
_DEEDS: Final = frozenset(
    "click double context rage toggle choose type enter submit send key search use try retry do do! change drag".split()
)
_ANSWERS: Final = frozenset("show answer fail succeed load cause vanish request log react see changed".split())


def check_order(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    anchors = {claim: _of_outcome(claim, many, ctx) for claim, many in anchors.items()}
    told = [(number, claims) for number, claims in _by_segment(ctx, anchors)]
    if word := _undated(ctx, told):
        return f"“{word}”: no cited line shows when that was"
    for earlier, later, word in _pairs(ctx, told):
        if word == "before" and any(_is_anything(claim, anchors) for claim in [*earlier, *later]):
            return f"“{word}”: the cited lines hold several such moments"
        if not _may_follow(earlier, later, anchors):
            return f"“{word}”: the recording shows the other order"
        if word == "only after" and not _begins_before(earlier, later, anchors):
            return f"“{word}”: the recording shows it earlier"
        if word == "before" and not _AGAIN.search(ctx.reading.bare()) and not _begins_before(earlier, later, anchors):
            return f"“{word}”: the recording shows the other order"
    return _check_answers(ctx, told, anchors) or _check_first_last(ctx, anchors)


_AGAIN: Final = re.compile(
    r"\b(?:again|another|last|final\w*|once more|second|third"
    r"|re(?:tr|enter|submit|click|open|load|typ|sen[dt]|peat)\w*)\b"
)


def _is_waited(here: list[Token], ctx: Context) -> bool:
    """“after a long wait”: an answer that took its time."""
    waits = [effect.duration_ms or 0 for step in ctx.scope.steps for effect in step.raw.effects]
    waits += [step.raw.reaction_ms or 0 for step in ctx.scope.steps]
    return any(t.word in ("wait", "delay", "pause") for t in here) and max(waits, default=0) >= 1000


_UNNAMED: Final = frozenset({"goto", "load", "begin", "happen", "cause", "changed"})


def _is_anything(claim: Claim, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“the form was opened before …”: nothing says which of several that came up is meant."""
    told = [*claim.ahead, *claim.object, *claim.goal, *claim.place, *claim.means, *claim.origin]
    named = content(told) or any(t.kind in ("number", "moment") or t.word in ("page", "session", "visit") for t in told)
    steps = {anchor.step for anchor in anchors[claim]}
    return not named and len(steps) > 1 and set(claim.readings) <= _UNNAMED


_TAKEN: Final = frozenset("successful accepted completed".split())
_REFUSED: Final = frozenset("failed refused rejected declined unsuccessful failing".split())


def _of_outcome(claim: Claim, many: list[Anchor], ctx: Context) -> list[Anchor]:
    """“the successful sign-in came …”: of several, those that went so."""
    words = {token.word for token in [*claim.ahead, *claim.object]}
    if not words & (_TAKEN | _REFUSED):
        return many
    wanted = bool(words & _TAKEN)
    fit = [a for a in many if a.step >= 0 and ctx.facts.taken(ctx.facts.steps[a.step]) is wanted]
    return fit or many


_POINTS: Final = frozenset("the that this it other another all each one which what".split())


def _undated(ctx: Context, told: list[tuple[int, list[Claim]]]) -> str:
    """The word of an order one side of which nothing bears out: “before any code was run”."""
    for number, claims in told:
        segment = ctx.reading.segments[number]
        link = set(segment.link.split()) & {"before", "after", "until", "once"}
        here = ctx.reading.tokens[segment.start : segment.end]
        if link and not claims and not any(c.negated or c.attributive for c in segment.claims):
            if [t.word for t in here if t.kind != "punct"] == ["the", "start"]:
                continue  # of the session: the check of spans answers for it
            counted = any(t.kind in ("number", "moment") for t in here) or _is_waited(here, ctx)
            if not counted and any(t.kind != "punct" and t.word not in _POINTS for t in here):
                return link.pop()
    return ""


def _begins_before(earlier: list[Claim], later: list[Claim], anchors: dict[Claim, list[Anchor]]) -> bool:
    """“A before B”: the first A is before the first B."""
    for one in earlier:
        for other in later:
            shared = {anchor.step for anchor in anchors[one]} & {anchor.step for anchor in anchors[other]}
            ones = [a for a in anchors[one] if a.step not in shared] or anchors[one]
            others = [a for a in anchors[other] if a.step not in shared] or anchors[other]
            first, second = min(ones), min(others)
            if first.step != second.step and first.t_ms > second.t_ms + (_SLACK_MS if _is_answer(other) else 0):
                return False
    return True


def _by_segment(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[tuple[int, list[Claim]]]:
    return [
        (number, [claim for claim in segment.claims if anchors.get(claim) and not claim.attributive])
        for number, segment in enumerate(ctx.reading.segments)
    ]  # fmt: skip


def _pairs(ctx: Context, told: list[tuple[int, list[Claim]]]) -> list[tuple[list[Claim], list[Claim], str]]:
    """(earlier, later, linking word) for every order that the sentence states."""
    found: list[tuple[list[Claim], list[Claim], str]] = []
    for number, claims in told:
        if not claims:
            continue
        segment = ctx.reading.segments[number]
        link = segment.link.split()
        words = {token.word for token in ctx.reading.tokens[segment.start : segment.end]} | set(link)
        main_before = next((c for n, c in reversed(told[:number]) if c and not _is_subordinate(ctx, n)), [])
        main_after = next((c for n, c in told[number + 1 :] if c and not _is_subordinate(ctx, n)), [])
        if "before" in link or "until" in link or "till" in link:
            # “Before B, A” and “A before B”: A is the main clause on either side
            main = main_after if not main_before or _opens_sentence(ctx, number) else main_before
            found.append((main, claims, link[-1]))
        elif set(link) & {"after", "once", "upon", "following", "when", "whenever"}:
            ahead = not main_before or _opens_sentence(ctx, number) or (len(link) > 1 and bool(main_after))
            main = ctx.reading.segments[max(0, number - 1)]
            only = any(token.word == "only" for token in ctx.reading.tokens[main.start : segment.start])
            found.append(
                (claims, main_after if ahead else main_before, "only after" if only else link[-1])
            )  # “A, and once B, C”: C is meant
        elif words & _LATER:
            previous = next((c for _, c in reversed(told[:number]) if c), [])
            found.append((previous, claims, next(iter(sorted(words & _LATER)))))
    return [(a, b, word) for a, b, word in found if a and b]


def _is_subordinate(ctx: Context, number: int) -> bool:
    return bool(
        set(ctx.reading.segments[number].link.split())
        & {"before", "after", "once", "when", "whenever", "until", "till", "upon", "following", "while", "without"}
    )


def _opens_sentence(ctx: Context, number: int) -> bool:
    """“After A, B”: nothing was told before the subordinate clause."""
    return not any(segment.claims for segment in ctx.reading.segments[:number])


def _may_follow(earlier: list[Claim], later: list[Claim], anchors: dict[Claim, list[Anchor]]) -> bool:
    """Some moment of each earlier claim comes before some moment of each later one."""
    for one in earlier:
        for other in later:
            first, last = min(a.t_ms for a in anchors[one]), max(a.t_ms for a in anchors[other])
            same = {a.step for a in anchors[one]} & {a.step for a in anchors[other]} - {-1}
            seen = one.readings[:1] == other.readings[:1] == ["see"]
            slack = _SLACK_MS if same or (_is_answer(other) and not seen) else 0
            if first > last + slack:
                return False
            if (
                not same
                and not _is_answer(other)
                and first >= last
                and set(one.readings) & _DEEDS
                and set(other.readings) & _DEEDS
            ):
                return False
    return True


def _is_answer(claim: Claim) -> bool:
    return (
        bool(set(claim.readings) & _ANSWERS)
        and claim.lemma != "confirm"
        and not {"confirm", "choose", "toggle"} & set(claim.readings)
    )


def _check_answers(ctx: Context, told: list[tuple[int, list[Claim]]], anchors: dict[Claim, list[Anchor]]) -> str:
    """“Clicking A showed B”, “A was clicked and the page said B”: B answers A, or came soon with nothing in between."""
    flat = [claim for _, claims in told for claim in claims]
    for at, claim in enumerate(flat):
        if not _is_answer(claim) or (set(claim.readings) & {"see"} and claim.segment == 0):
            continue
        deed = _deed_of(ctx, flat, at)
        if (
            deed is None
            or not set(deed.readings) & _DEEDS
            or (_is_answer(deed) and not set(deed.readings) & {"do", "do!"})
        ):
            continue
        if _is_own_deed(claim, deed, ctx, anchors):
            continue
        prepares = bool(set(deed.readings) & _PREPARES)
        if not any(_answers(a, b, ctx, prepares=prepares) for a in anchors[deed] for b in anchors[claim]):
            said, done = ctx.reading.tokens[claim.at].text, ctx.reading.tokens[deed.at].text
            return f"the recording does not show “{said}” as an answer to “{done}”"
    return ""


def _is_own_deed(claim: Claim, deed: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“Help was opened after “Send” was clicked”: a link of that name was followed, which answers nobody."""
    if not claim.passive or "goto" not in claim.readings or ctx.reading.segments[deed.segment].link != "after":
        return False
    names = {token.stem for token in claim.ahead if token.kind == "quote"}
    steps = [ctx.facts.steps[anchor.step] for anchor in anchors[claim] if anchor.step >= 0]
    return any(quotable(step.name) in names for step in steps)


def _deed_of(ctx: Context, flat: list[Claim], at: int) -> Claim | None:
    """The deed an answer belongs to: in an adjoining “when”/“after” clause, else the last one told before it."""
    claim = flat[at]
    following = flat[at + 1] if at + 1 < len(flat) else None
    if (
        following is not None
        and set(ctx.reading.segments[following.segment].link.split()) & {"after", "when", "once", "upon", "whenever"}
        and set(following.readings) & _DEEDS
    ):
        return following
    previous = flat[at - 1] if at else None
    apart = ctx.reading.segments[claim.segment].link == ";"
    kinds = ("path", "method", "quote") if claim.passive else ("path", "method")
    if apart and any(token.kind in kinds for token in claim.ahead):
        return None  # “…; GET /x got no answer” names its own subject
    if previous is None or set(ctx.reading.segments[claim.segment].link.split()) & {
        "before",
        "after",
        "once",
        "until",
        "although",
        "though",
        "whereas",
    }:
        return None
    return previous


_PREPARES: Final = frozenset("type choose toggle enter change search".split())


def _answers(deed: Anchor, answer: Anchor, ctx: Context, *, prepares: bool = False) -> bool:
    """`prepares`: the deed is filling something in, which a cited click then sent off."""
    if deed.step == answer.step or deed.step < 0 or answer.step < 0:
        return True
    if answer.t_ms < deed.t_ms - _SLACK_MS:
        return False
    between = [
        s
        for s in ctx.facts.steps[deed.step + 1 : answer.step + 1]
        if s.kind in ("click", "submit", "touch", "dblclick", "keypress")
    ]
    twins = ctx.facts.answers_to(ctx.facts.steps[deed.step])
    if prepares and len(between) <= 2:
        between = [step for step in between if step.index != answer.step]
    if not [step for step in between if step not in twins]:
        return answer.t_ms - deed.end_ms <= _ANSWER_MS
    return False


_FIRST: Final = re.compile(
    r"\bfirst (?:click|action|thing|interaction|page|step)\b(?! (?:on|to|at|of|in|after|into)\b)"
    r"|(?<!was )(?<!were )(?<!is )(?<!got )\b(?:began|started) (?:by|with)\b|\b(?:session|visit) opened (?:by|with)\b"
)
_LAST: Final = re.compile(
    r"\b(?:last|final) (?:click|action|thing|interaction|step|act)\b(?! (?:on|to|at|of|in|into)\b)"
    r"|\bended (?:by|with)\b"
)


def _was_not_first(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    """“X was searched first”: nothing else that is cited of the same control came before it."""
    for claim, many in anchors.items():
        after = ctx.reading.tokens[claim.end : claim.end + 1]
        steps = [ctx.facts.steps[anchor.step] for anchor in many if anchor.step >= 0]
        segment = ctx.reading.segments[claim.segment]
        if not steps or not after or after[0].word != "first" or not segment.start <= claim.at < segment.end:
            continue
        first = min(steps, key=lambda step: step.index)
        deeds = [one for one in ctx.scope.steps if one.kind in _ACTS]
        twins = {one.index for one in ctx.facts.deed(first)}
        if any(one.index < first.index and one.index not in twins for one in deeds):
            return "“first”: the recording shows another one before"
    return ""


_ACTS: Final = frozenset("click dblclick touch input submit keypress select drag".split())


def _check_first_last(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    if reason := _was_not_first(ctx, anchors):
        return reason
    bare = ctx.reading.bare()
    deeds = [a for claim, many in anchors.items() if set(claim.readings) & _DEEDS for a in many if a.step >= 0]
    acts = [s for s in ctx.facts.steps if s.kind in _ACTS]
    if not deeds or not acts:
        return ""
    if (found := _FIRST.search(bare)) and min(a.step for a in deeds) > acts[0].index:
        return f"“{found[0]}”: something else was done before"
    told = any(claim.lemma == "end with" and claim.readings == ["show"] for claim in anchors)
    if (
        not told
        and (found := _LAST.search(bare))
        and max(a.step for a in deeds) < min(step.index for step in ctx.facts.deed(acts[-1]))
    ):
        return f"“{found[0]}”: something else was done after"
    return ""
