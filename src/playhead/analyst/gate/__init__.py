"""The gate: code that checks every sentence of a report against the trace. No model is asked; the default is no.

text → tokens → reading (claims) → concepts (which lines bear a claim out) → checks (one question each) → verdict
"""

from playhead.analyst.facts import Facts
from playhead.analyst.gate.apart import judge_apart
from playhead.analyst.gate.check import check, check_prepared, is_anything_left
from playhead.analyst.gate.judge import Mode, Verdict, judge
from playhead.analyst.gate.verify import Verification, verify
from playhead.analyst.privacy import Placeholders
from playhead.core.trace import Trace

__all__ = [
    "Facts",
    "Mode",
    "Verdict",
    "Verification",
    "check",
    "check_prepared",
    "is_anything_left",
    "judge",
    "judge_apart",
    "prepare",
    "verify",
]


def prepare(trace: Trace, hidden: Placeholders | None = None) -> Facts:
    """Arrange a trace once, for many sentences; `hidden`: placeholders whose values sentences are checked with."""
    return Facts(trace, hidden or Placeholders())
