"""Draft: somebody's report, a model's or a file's, read tolerantly into a Report that nobody has checked yet.

Shape   as `analyze --format json` prints it; headline and goal may be strings or {"text", "refs"}, and so may the
        sentences of the summary; a finding may be a string
Limits  MAX_SENTENCES sentences and MAX_CHARS a field: a report longer than that is not read by anybody
Errors  DraftError says what is wrong and where; a report is never half-read
"""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec

from playhead.core.report import Answered, Finding, Outcome, Report, Sentence

MAX_SENTENCES: Final = 200
MAX_CHARS: Final = 20_000
MAX_REFS: Final = 2_000


_BOM = b"\xef\xbb\xbf"  # how some editors begin a file


class DraftError(ValueError):
    """The report is not of the shape that `playhead analyze --format json` prints."""


def decode_draft(blob: bytes | str) -> Report:
    """Read a report from JSON text, or raise DraftError."""
    try:
        value = msgspec.json.decode(blob.removeprefix(_BOM) if isinstance(blob, bytes) else blob.removeprefix("\ufeff"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DraftError(f"not JSON: {error}") from None
    except RecursionError:
        raise DraftError("nested too deeply") from None
    draft = read_draft(value)
    said = value.get("outcome")
    if said not in (None, "") and _outcome(said) != (said.strip().casefold() if isinstance(said, str) else ""):
        raise DraftError(f"outcome: expected one of {', '.join(get_args(Outcome))}")
    return draft


def read_draft(value: Any) -> Report:
    """Read a report from decoded JSON, or raise DraftError; an outcome of a model's own invention is unclear."""
    if not isinstance(value, dict):
        raise DraftError(f"expected an object with headline, summary and findings, found {_kind(value)}")
    known = {"headline", "goal", "outcome", "summary", "findings"}
    if not known & value.keys():
        raise DraftError("no headline, goal, outcome, summary or findings in it: is this a report?")
    return Report(
        headline=_sentence(value.get("headline"), "headline"),
        goal=_sentence(value.get("goal"), "goal"),
        outcome=_outcome(value.get("outcome")),
        summary=[_sentence(one, f"summary[{at}]") for at, one in enumerate(_list(value.get("summary"), "summary"))],
        findings=[_finding(one, f"findings[{at}]") for at, one in enumerate(_list(value.get("findings"), "findings"))],
        answers=[_answer(one, f"answers[{at}]") for at, one in enumerate(_list(value.get("answers"), "answers"))],
    )


def read_sentences(value: Any, where: str) -> list[Sentence]:
    """Read a list of sentences, or raise DraftError."""
    return [_sentence(one, f"{where}[{at}]") for at, one in enumerate(_list(value, where))]


def _kind(value: Any) -> str:
    names = {"dict": "an object", "list": "a list", "str": "a string", "NoneType": "null", "bool": "a boolean"}
    return names.get(type(value).__name__, "a number")


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, dict)):
        return [value]
    if not isinstance(value, list):
        raise DraftError(f"{where}: expected a list, found {_kind(value)}")
    if len(value) > MAX_SENTENCES:
        raise DraftError(f"{where}: {len(value)} entries, the limit is {MAX_SENTENCES}")
    return value


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DraftError(f"{where}: expected text, found {_kind(value)}")
    if len(value) > MAX_CHARS:
        raise DraftError(f"{where}: {len(value)} characters, the limit is {MAX_CHARS}")
    return value


def _refs(value: Any, where: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, list) or not all(isinstance(ref, str) for ref in value):
        raise DraftError(f'{where}: expected a list of refs such as ["e12", "s3"], found {_kind(value)}')
    if len(value) > MAX_REFS:
        raise DraftError(f"{where}: {len(value)} refs, the limit is {MAX_REFS}")
    return list(dict.fromkeys(ref.strip().strip("[]") for ref in value if ref.strip()))


def _sentence(value: Any, where: str) -> Sentence:
    if isinstance(value, dict) and value and "text" not in value:
        raise DraftError(f"{where}: an object without a text")
    if isinstance(value, dict):
        text = _text(value.get("text"), f"{where}.text")
        return Sentence(text, _refs(value.get("refs"), f"{where}.refs"), value.get("hypothesis") is True)
    return Sentence(_text(value, where))


def _answer(value: Any, where: str) -> Answered:
    """`question` is its text, or its number among those that were asked."""
    if not isinstance(value, dict):
        raise DraftError(f"{where}: expected an object, found {_kind(value)}")
    question = value.get("question")
    number = isinstance(question, int) and not isinstance(question, bool)
    said = _list(value.get("sentences"), f"{where}.sentences")
    return Answered(
        str(question) if number else _text(question, f"{where}.question"),
        [_sentence(one, f"{where}.sentences[{at}]") for at, one in enumerate(said)],
    )


def _finding(value: Any, where: str) -> Finding:
    if isinstance(value, str):
        return Finding(title="", severity=2, text=_text(value, where))
    if not isinstance(value, dict):
        raise DraftError(f"{where}: expected an object, found {_kind(value)}")
    return Finding(
        title=_text(value.get("title"), f"{where}.title"),
        severity=_severity(value.get("severity")),
        text=_text(value.get("text"), f"{where}.text"),
        refs=_refs(value.get("refs"), f"{where}.refs"),
        quotes=[
            _text(one, f"{where}.quotes[{at}]") for at, one in enumerate(_list(value.get("quotes"), f"{where}.quotes"))
        ],
        suggestion=_text(value.get("suggestion"), f"{where}.suggestion"),
        hypothesis=_text(value.get("hypothesis"), f"{where}.hypothesis"),
        confidence=_text(value.get("confidence"), f"{where}.confidence")[:20]
        if isinstance(value.get("confidence"), str)
        else "",
        signal=_text(value.get("signal"), f"{where}.signal") if isinstance(value.get("signal"), str) else "",
    )


def _severity(value: Any) -> int:
    """1–3; what says nothing usable counts as 2, and the gate's rules correct it where code found the problem."""
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 3 else 2


def _outcome(value: Any) -> Outcome:
    text = value.strip().casefold() if isinstance(value, str) else ""
    return next((outcome for outcome in get_args(Outcome) if outcome == text), "unclear")
