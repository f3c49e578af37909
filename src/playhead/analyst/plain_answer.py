"""Plain answer: what can be said to a question without a model: the report's own answer, the lines with its words.

Nothing is understood here, and the reply says so: a reader gets checked sentences and lines of the recording.
"""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst import rules
from playhead.analyst.looking import FULL_TOKENS, best_lines, question_stems, without_refs
from playhead.core.report import Reply, Sentence
from playhead.core.telling.narrative import narrate
from playhead.core.trace import Trace

MAX_FOUND: Final = 6
MAX_PROBLEMS: Final = 3
_TERMS: Final = re.compile(r"\s*\{[^{}]*\}$")
_WRONG: Final = re.compile(
    r"\b(?:why|what (?:went|was) wrong|problems?|issues?|errors?|fail\w*|stuck|stop\w*|abandon\w*|leave|left|"
    r"quit|finish\w*|struggl\w*|trouble|bugs?|broken?)\b",
    re.I,
)


def answer_by_rules(question: str, trace: Trace) -> Reply:
    """Return what rules can say: problems where the question asks for them, and the lines with its words."""
    report = rules.write(trace)
    said: list[Sentence] = []
    if _WRONG.search(question):
        said = [Sentence(f"{one.title.rstrip('.')}.", one.refs) for one in report.findings[:MAX_PROBLEMS]]
        said = said or [report.headline]
    lines = best_lines(narrate(trace, budget_tokens=FULL_TOKENS).lines, question, MAX_FOUND)
    lines.sort(key=lambda line: line.t_ms)
    found = [Sentence(_bare(line.text), line.refs) for line in lines if question_stems(question)]
    return Reply(question, said, found=found)


def _bare(line: str) -> str:
    """A line without refs and without the terms of signals, which the sentences say in words."""
    return _TERMS.sub("", without_refs(line)).rstrip()
