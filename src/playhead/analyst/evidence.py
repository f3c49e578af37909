"""Evidence: exactly what is sent to a model: the narrative as data, cleaned, delimited, without personal data.

Every word of it was written by strangers. Control and invisible characters go; a text that imitates a line of ours
loses its brackets; the delimiter carries a digest of the content, which the content cannot contain.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from playhead.analyst.privacy import Placeholders
from playhead.analyst.text import visible
from playhead.core.telling.narrative import Line, Narrative
from playhead.core.telling.tokens import estimate_tokens

MAX_LINE: Final = 2_000
_FAKE_REF: Final = re.compile(r"\[\s*([es]\d+(?:\s*[-–,]\s*[es]?\d+)*)\s*\]")
_HEAD: Final = re.compile(r"^\s*\[[es]\d+[^\]]{0,80}\]\s*")
_FENCE: Final = re.compile(r"<{2,}|>{2,}|`{3,}")


@dataclass(frozen=True)
class Evidence:
    """`text` is sent; `refs` are the refs a model may cite; `digest` names the content, for paying only once."""

    text: str
    refs: list[str]
    dropped: int
    digest: str
    hidden: Placeholders

    @property
    def tokens(self) -> int:
        return estimate_tokens(self.text)


def gather(narrative: Narrative) -> Evidence:
    """Return what a model is sent for this narrative."""
    hidden = Placeholders()
    head = narrative.text.partition("\n")[0]  # what the session was: length, pages, browser; it has no refs
    lines: list[str] = [] if _HEAD.match(head) else [hidden.hide(" ".join(visible(head).split()))[:MAX_LINE]]
    refs: dict[str, None] = {}
    for line in narrative.lines:
        refs.update(dict.fromkeys(line.refs))
        lines.append(_line(line, hidden))
    body = "\n".join(lines)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return Evidence(_fenced("RECORDING", body, digest), list(refs), narrative.dropped, digest, hidden)


def looked_up(lines: list[tuple[str, str]], hidden: Placeholders) -> str:
    """Return lines of (ref, text) that were looked up later, delimited and cleaned like the narrative."""
    body = "\n".join(f"[{ref}] {hidden.hide(fenceless(text))[:MAX_LINE]}" for ref, text in lines)
    return _fenced("RECORDING", body, hashlib.sha256(body.encode()).hexdigest())


def _fenced(name: str, body: str, digest: str) -> str:
    return f"<<<{name} {digest[:12]}\n{body}\n{name} {digest[:12]}>>>"


def _line(line: Line, hidden: Placeholders) -> str:
    text = " ".join(visible(line.text).split())
    head = _HEAD.match(text) if line.refs else None
    start, rest = (
        (text[: head.end()], text[head.end() :]) if head else (f"[{' '.join(line.refs)}] " if line.refs else "", text)
    )
    return start + hidden.hide(fenceless(rest))[:MAX_LINE]


def fenceless(text: str) -> str:
    """Return one visible line in which nothing looks like a ref of ours or like the delimiters of data."""
    line = " ".join(visible(text).split())
    return _FENCE.sub(lambda match: match[0][0], _FAKE_REF.sub(r"(\1)", line))
