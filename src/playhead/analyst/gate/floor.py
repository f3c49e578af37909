"""Floor: a problem that code found is in the report whatever a model said, and an outcome cannot contradict the trace.

Text on a page can talk a model into silence; it cannot talk to this.
"""

from __future__ import annotations

from typing import Final

from playhead.analyst.facts import PROBLEMS, Facts
from playhead.analyst.outcome import outcome_of
from playhead.analyst.problems import Problem, find_problems
from playhead.analyst.telling import tell
from playhead.core.report import Finding, Outcome, Rejected

# Outcomes that may be told of one trace: how a session that did not get there is called is a matter of taste.
_AGREE: Final = {
    "completed": {"completed", "workaround"},
    "workaround": {"workaround", "completed"},
    "failed": {"failed", "abandoned"},
    "abandoned": {"abandoned", "failed"},
    "unclear": {"unclear"},
}


def settle_outcome(said: Outcome, facts: Facts) -> tuple[Outcome, list[Rejected]]:
    """Return the outcome that stands; what was said is kept where the trace does not contradict it."""
    true, _ = outcome_of(facts)
    if said in _AGREE[true] or said == "unclear":
        return (said if said != "unclear" else true), []
    if true == "unclear" and said == "abandoned" and not facts.problems:
        return true, [Rejected(said, "outcome", "nothing in the recording was begun and given up")]
    return true, [Rejected(said, "outcome", f"the end of the recording says {true}")]


def problems_of(facts: Facts) -> list[Problem]:
    if "problems" not in facts.cache:
        facts.cache["problems"] = find_problems(facts, *outcome_of(facts))
    return facts.cache["problems"]


def missing_findings(findings: list[Finding], facts: Facts) -> list[Finding]:
    """The rules' findings for problems that none of `findings` is about."""
    return [
        tell(problem) for problem in problems_of(facts) if not any(is_about(finding, problem) for finding in findings)
    ]


def is_about(finding: Finding, problem: Problem) -> bool:
    """A finding covers a problem when it cites one of its signals, or the interactions it rests on."""
    signals = {signal.ref for signal in problem.signals}
    steps = {step.ref for step in problem.steps}
    return bool(signals & set(finding.refs)) or (bool(steps) and bool(steps & set(finding.refs)))


def correct_severity(finding: Finding, facts: Facts) -> None:
    """Severity is a rule, not an opinion: a finding about a problem that code found takes the rule's."""
    about = [problem for problem in problems_of(facts) if is_about(finding, problem)]
    if about:
        finding.severity = max(problem.severity for problem in about)
        finding.signal = (
            finding.signal
            if finding.signal in PROBLEMS and any(finding.signal in p.kinds for p in about)
            else about[0].signals[0].kind
        )
    else:
        finding.severity = min(finding.severity, 2)
        finding.signal = ""
