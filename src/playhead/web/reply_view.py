"""Questions and answers as the session page lays them out, each sentence with the moments it rests on."""

from dataclasses import dataclass

from playhead.analyst.text import visible
from playhead.core.report import Sentence
from playhead.store.replies import Asked
from playhead.web.report_view import Moment, Said


@dataclass(frozen=True)
class ReplyView:
    asked: str  # names it, for what stands behind its placeholders
    question: str
    said: list[Said]
    found: list[Said]
    looked: list[str]
    rejected: list[tuple[str, str]]
    by_rules: bool
    analyst: str
    tokens: int
    cost_usd: float | None
    error: str


def replies_view(asked: list[Asked]) -> list[ReplyView]:
    return [_view(one) for one in asked]


def _view(one: Asked) -> ReplyView:
    reply, moments = one
    return ReplyView(
        asked=f"{reply.asked_ms:.0f}",
        question=visible(reply.question),
        said=[_said(sentence, moments) for sentence in reply.sentences],
        found=[_said(sentence, moments) for sentence in reply.found],
        looked=[visible(text) for text in reply.looked],
        rejected=[(visible(no.text), visible(no.reason)) for no in reply.rejected],
        by_rules=reply.analyst == "rules",
        analyst=reply.analyst.removeprefix("compatible:"),
        tokens=reply.usage.input_tokens + reply.usage.output_tokens,
        cost_usd=reply.usage.cost_usd,
        error=reply.error,
    )


def _said(sentence: Sentence, moments: dict[str, float]) -> Said:
    """A sentence with its moments, each second once."""
    seen: dict[int, Moment] = {}
    for ref in sentence.refs:
        if ref in moments:
            seen.setdefault(int(moments[ref] // 1000), Moment(ref, moments[ref]))
    return Said(visible(sentence.text), sorted(seen.values(), key=lambda at: at.t_ms), sentence.hypothesis)
