"""Verify: the gate's verdict on somebody's report, sentence by sentence, with nothing put in by us."""

from __future__ import annotations

import msgspec

from playhead.analyst.facts import Facts
from playhead.analyst.gate.check import judge_finding, judge_sentence
from playhead.analyst.gate.floor import settle_outcome
from playhead.analyst.gate.judge import Mode, Verdict
from playhead.analyst.privacy import Placeholders
from playhead.core.report import Rejected, Report, Sentence
from playhead.core.trace import Trace


class Accepted(msgspec.Struct):
    text: str
    where: str
    refs: list[str]


class Verification(msgspec.Struct):
    accepted: list[Accepted]
    rejected: list[Rejected]


def verify(draft: Report, trace: Trace, hidden: Placeholders | None = None) -> Verification:
    """Return every sentence of the report as accepted or rejected; a field is told whole where it falls as a whole.

    `hidden`: values that the report's placeholders stand for.
    """
    facts = Facts(trace, hidden or Placeholders())
    made = Verification([], [])
    heads: list[tuple[str, Sentence, Mode]] = [("headline", draft.headline, "fact"), ("goal", draft.goal, "goal")]
    for where, one, mode in heads:
        if one.text.strip():
            _add(made, judge_sentence(one, where, facts, mode=mode, whole=True), one.text, where, one.refs)
    if draft.outcome != "unclear":
        outcome, refused = settle_outcome(draft.outcome, facts)
        made.rejected += refused
        if not refused:
            made.accepted.append(Accepted(outcome, "outcome", []))
    for at, one in enumerate(draft.summary):
        where = f"summary[{at}]"
        verdict = judge_sentence(one, where, facts, mode="hypothesis" if one.hypothesis else "fact")
        _add(made, verdict, one.text, where, one.refs)
    for at, answer in enumerate(draft.answers):
        for number, one in enumerate(answer.sentences):
            where = f"answers[{at}].sentences[{number}]"
            verdict = judge_sentence(one, where, facts, mode="hypothesis" if one.hypothesis else "fact")
            _add(made, verdict, one.text, where, one.refs)
    for at, finding in enumerate(draft.findings):
        for where, text, verdict in judge_finding(finding, f"findings[{at}]", facts):
            _add(made, verdict, text, where, finding.refs)
    return made


def _add(made: Verification, verdict: Verdict, text: str, where: str, refs: list[str]) -> None:
    """A field of several sentences that all stand, or all fall, is one entry with its own words."""
    if verdict.accepted and not verdict.rejected:
        made.accepted.append(Accepted(text if len(verdict.accepted) > 1 else verdict.accepted[0], where, refs))
    elif verdict.rejected and not verdict.accepted:
        reasons = "; ".join(dict.fromkeys(one.reason for one in verdict.rejected))
        made.rejected.append(Rejected(text, where, reasons))
    else:
        made.accepted += [Accepted(one, where, refs) for one in verdict.accepted]
        made.rejected += verdict.rejected
