"""Report: what an analyst (rules or a model) says about a session, every sentence tied to refs of its trace."""

from typing import Literal

import msgspec

Outcome = Literal["completed", "workaround", "abandoned", "failed", "unclear"]


class Sentence(msgspec.Struct):
    text: str
    refs: list[str] = []
    hypothesis: bool = False  # a cause, motive or feeling: shown as such, never as fact


class Finding(msgspec.Struct):
    title: str
    severity: int  # 1 cosmetic · 2 slows or confuses · 3 blocks the goal
    text: str
    refs: list[str] = []
    quotes: list[str] = []
    suggestion: str = ""
    hypothesis: str = ""
    confidence: str = ""
    signal: str = ""  # the signal kind that code found, when the finding rests on one
    known: str = ""  # the team's known issue that it is
    ignored: bool = False  # a known issue the team wants set aside: kept, shown last and folded


class Section(msgspec.Struct):
    """A part of a report that code wrote for its reader: steps to reproduce, evidence, a reply."""

    title: str
    lines: list[Sentence]
    ordered: bool = False


class Answered(msgspec.Struct):
    """A question of the team's and what of the answer stands; nothing where the recording does not tell."""

    question: str
    sentences: list[Sentence] = []


class Rejected(msgspec.Struct):
    text: str
    where: str  # "headline", "goal", "summary[2]", "findings[0].text", …
    reason: str


class Usage(msgspec.Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    requests: int = 0
    cost_usd: float | None = None
    duration_ms: float = 0


class Reply(msgspec.Struct):
    """The answer to one question about a session: what of it stands, and what was looked up for it."""

    question: str
    sentences: list[Sentence] = []
    rejected: list[Rejected] = []
    looked: list[str] = []  # in words: “network around 00:50”
    found: list[Sentence] = []  # lines of the recording, word for word: what a search without a model gives
    analyst: str = "rules"
    usage: Usage = msgspec.field(default_factory=Usage)
    error: str = ""
    asked_ms: float = 0  # server's clock
    hidden: dict[str, str] = {}  # placeholder → value, of those in the texts: kept, and sent to whoever may know only


class Report(msgspec.Struct):
    headline: Sentence
    goal: Sentence
    outcome: Outcome
    summary: list[Sentence]
    findings: list[Finding]
    rejected: list[Rejected] = []
    analyst: str = "rules"  # "rules" or "PROVIDER:NAME"
    usage: Usage = msgspec.field(default_factory=Usage)
    error: str = ""  # set when a model was asked and could not answer; the rules report then stands in its place
    projector_version: int = 0
    template: str = "general"  # whom it was written for
    answers: list[Answered] = []
    sections: list[Section] = []  # made when the report is read, never stored
    language: str = "English"
    translations: dict[str, str] = {}  # checked English → what the model made of it in `language`
    hidden: dict[str, str] = {}  # as of a reply
    evidence: str = ""  # digest of what a model was sent and how it was asked: the same is not paid for twice
