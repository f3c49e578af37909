"""Base: what all concepts share: anchors, the context of a sentence, and who covers which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from playhead.analyst.facts import Facts, Scope, signal_bag
from playhead.analyst.gate.claims import Claim, Reading, content
from playhead.analyst.gate.matching import covers, covers_step, covers_target, page_bag, urls_of
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import PERSON
from playhead.analyst.inflect import stems
from playhead.analyst.outcome import outcome_of
from playhead.analyst.steps import MUTATING, Step
from playhead.analyst.text import quotable

CLICKS: Final = frozenset({"click", "dblclick", "contextmenu", "touch"})
PRESSED: Final = frozenset({"button", "link", "tab", "checkbox", "radio", "switch", "menuitem", "option"})
VISIBLE: Final = frozenset(
    {"alert", "dialog", "toast", "field_error", "text_added", "navigate", "value", "state", "event"}
)
SLOW_MS: Final = 3_000  # as in signals.md: what took longer kept somebody waiting


class Anchor(NamedTuple):
    """A moment that bears out a claim; `step` is -1 for a signal without interactions."""

    t_ms: float
    end_ms: float
    step: int
    times: int = 1


@dataclass(eq=False)
class Context:
    """A reading with what it cites. `facts.whole` is asked when a sentence says that something never happened."""

    reading: Reading
    scope: Scope
    facts: Facts

    @cached_property
    def outcome(self) -> str:
        if "outcome" not in self.facts.cache:
            self.facts.cache["outcome"] = outcome_of(self.facts)
        return self.facts.cache["outcome"][0]

    @property
    def cites_giving_up(self) -> bool:
        """The visit was given up or failed, and the cited lines hold what decided that, or its end."""
        if self.outcome not in ("abandoned", "failed"):
            return False
        cited = {step.ref for step in self.scope.steps} | {signal.ref for signal in self.scope.signals}
        last = {step.ref for step in self.facts.steps[-3:]}
        return self.scope.is_whole or bool(cited & (set(self.facts.cache["outcome"][1]) | last))

    @cached_property
    def page_words(self) -> frozenset[str]:
        """Words that name the pages the cited steps stand on."""
        return frozenset[str]().union(*(page_bag(step.page, step.raw.page_url) for step in self.scope.steps))

    @cached_property
    def page_controls(self) -> frozenset[str]:
        """Words of every control that was used on the cited pages: a form is called after its button."""
        pages = {step.raw.page_url for step in self.scope.steps} | {one.page_url for one in self.scope.signals}
        return frozenset[str]().union(*(s.name_words for s in self.facts.steps if s.raw.page_url in pages))

    @cached_property
    def urls(self) -> list[str]:
        return [url for step in self.scope.steps for url in urls_of(step)]

    def over(self, scope: Scope) -> Context:
        return Context(self.reading, scope, self.facts)


Support = Callable[[Claim, Context], list[Anchor]]


def of(step: Step) -> Anchor:
    return Anchor(step.t_ms, step.last_ms, step.index, step.count)


def no_person(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if not (token.kind == "word" and token.word in PERSON and token.unit != "named")]


def aim(claim: Claim) -> list[Token]:
    """What a deed was done to: the object, or what stands before a passive."""
    passive = claim.passive or (claim.subject != "person" and claim.form == "past" and bool(content(claim.ahead)))
    return no_person([*(claim.ahead if passive else []), *claim.object])


def around(claim: Claim) -> list[Token]:
    return [*claim.goal, *claim.place, *claim.means]


def everything(claim: Claim) -> list[Token]:
    return [*no_person(claim.ahead), *claim.object, *claim.goal, *claim.place, *claim.means, *claim.origin]


def act(
    claim: Claim, ctx: Context, kinds: Iterable[str], fits: Callable[[Step], bool] = lambda step: True
) -> list[Anchor]:
    """Steps of these kinds whose target is the claim's object and whose surroundings are its places."""
    kinds, wanted, beside = frozenset(kinds), aim(claim), [*around(claim), *claim.origin]
    return [
        of(step)
        for step in ctx.scope.steps
        if (step.kind in kinds or (step.kind == "drag" and "click" in kinds and _is_press(step)))
        and fits(step)
        and covers_target(step, wanted, ctx.facts)
        and covers_place(step, beside, ctx)
    ]


def _is_press(step: Step) -> bool:
    """A press whose pointer slipped is recorded as a drag; on a button it was a click to the person."""
    return step.role in PRESSED and step.reacted


def covers_place(step: Step, tokens: list[Token], ctx: Context) -> bool:
    """Where it was done, or what came of it: page, container, effects, and the lines that answer this step."""
    if covers_step(step, tokens):
        return True
    near = [step, *ctx.facts.answers_to(step)]
    opener = ctx.facts.opener_of(step)
    if opener is not None and covers(
        tokens, step.bag | opener.target_words, [*step.texts, quotable(opener.name)], urls_of(step)
    ):
        return True
    if tab := ctx.facts.tab_of(step):
        tokens = [token for token in tokens if token.kind != "quote" or token.stem != quotable(tab.name)]
    bag = frozenset[str]().union(
        *(one.bag | page_bag(one.page, one.raw.page_url) for one in near), ctx.facts.session_words
    )
    for signal in ctx.facts.signals_of(step):
        bag |= signal_bag(signal)
    return covers(
        tokens, bag, [text for one in near for text in one.texts], [url for one in near for url in urls_of(one)]
    )


def covers_form(step: Step, tokens: list[Token], ctx: Context) -> bool:
    """A form is known by its button, its container, its page, and the fields that were filled in it."""
    if covers_place(step, tokens, ctx):
        return True
    earlier = ctx.facts.steps[: step.index]
    fields = [one for one in earlier if one.kind == "input" and one.raw.page_url == step.raw.page_url]
    bag = frozenset[str]().union(*(one.target_words for one in [step, *fields])) | step.page_words
    return covers(tokens, bag, [text for one in [step, *fields] for text in one.texts], urls_of(step))


def state_fits(claim: Claim, step: Step) -> bool:
    """“switched off” needs a state that says off, where the recording tells one."""
    told = " ".join(
        [step.value, *(effect.text or "" for effect in step.raw.effects if effect.kind in ("state", "value"))]
    ).casefold()
    words = set(told.replace(",", " ").split())
    on, off = {"on", "checked", "true", "enabled", "pressed"}, {"off", "unchecked", "false", "disabled", "not"}
    says_off = claim.lemma in ("untick", "uncheck", "switch off", "turn off", "deselect", "unselect", "disable")
    says_on = claim.lemma in ("tick", "switch on", "turn on", "check", "enable")
    if says_off and words & on and not words & off:
        return False
    return not (says_on and words & off and not words & on)


def sends(step: Step, facts: Facts) -> bool:
    """The step sent a form, or a request that writes."""
    whole = [step, *facts.answers_to(step)]
    return any(one.kind == "submit" or any(effect.method in MUTATING for effect in one.requests) for one in whole)


_ONWARD: Final = stems("next forward continue previous back")


def turns_page(step: Step) -> bool:
    """A click that leafs through a list or a wizard: “Next page”, “Continue”."""
    return (
        step.kind in CLICKS
        and bool(_ONWARD & (step.name_words or step.target_words))
        and step.reacted
        and not step.refused
    )


def without_twins(found: list[Anchor], facts: Facts) -> list[Anchor]:
    """A click and the submit or page load it caused are one deed."""
    steps = {anchor.step for anchor in found}
    caused = {other.index for at in steps if at >= 0 for other in facts.answers_to(facts.steps[at])}
    return [anchor for anchor in found if anchor.step not in caused]
