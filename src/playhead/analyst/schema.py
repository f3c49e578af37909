"""Schema: the form of a model's answer as JSON schema, with the recording's refs as an enumeration."""

from __future__ import annotations

from typing import Any, Final, get_args

from playhead.core.report import Outcome

MAX_ENUM: Final = 500  # OpenAI refuses more than 1,000 enum values in a schema, llama.cpp grows slow on its grammar


def report_schema(refs: list[str], *, questions: int = 0) -> dict[str, Any]:
    """Return the JSON schema of a report about these refs that answers so many questions; strict: every property
    required, no others allowed.
    """
    sentence = _object(text={"type": "string"}, refs=_list({"$ref": "#/$defs/ref"}))
    finding = _object(
        title={"type": "string"},
        severity={"type": "integer", "enum": [1, 2, 3]},
        text={"type": "string"},
        refs=_list({"$ref": "#/$defs/ref"}),
        quotes=_list({"type": "string"}),
        suggestion={"type": "string"},
        hypothesis={"type": "string"},
    )
    answer = _object(
        question={"type": "integer", "enum": list(range(1, questions + 1))},
        sentences=_list({"$ref": "#/$defs/sentence"}),
    )
    answers = {"answers": _list(answer)} if questions else {}
    report = _object(
        headline={"$ref": "#/$defs/sentence"},
        goal={"$ref": "#/$defs/sentence"},
        outcome={"type": "string", "enum": list(get_args(Outcome))},
        summary=_list({"$ref": "#/$defs/sentence"}),
        findings=_list({"$ref": "#/$defs/finding"}),
        **answers,
    )
    return report | {"$defs": {"ref": _ref(refs), "sentence": sentence, "finding": finding}}


def turn_schema(refs: list[str], *, tools: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON schema of one turn of a conversation: something to look up with one of `tools`, or an answer."""
    ref = _ref(refs)
    sentence = _object(text={"type": "string"}, refs=_list(ref), hypothesis={"type": "boolean"})
    answer = _list(sentence)
    if not tools:
        return _object(answer=answer)
    return _object(tool={"type": "string", "enum": ["none", *tools]}, text={"type": "string"}, at=ref, answer=answer)


def _ref(refs: list[str]) -> dict[str, Any]:
    if 0 < len(refs) <= MAX_ENUM:
        return {"type": "string", "enum": refs}
    return {"type": "string", "pattern": "^[esx][0-9]+$"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
