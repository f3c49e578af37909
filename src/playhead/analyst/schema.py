"""Schema: the form of a model's answer as JSON schema, with the recording's refs as an enumeration."""

from __future__ import annotations

from typing import Any, Final, get_args

from playhead.core.report import Outcome

SENTENCE_TOKENS: Final = 60  # of MAX_TEXT characters and its refs
MAX_TEXT: Final = 160
MAX_ENUM: Final = 500  # OpenAI refuses more than 1,000 enum values in a schema, llama.cpp grows slow on its grammar


def report_schema(refs: list[str], *, questions: int = 0, room_tokens: int | None = None) -> dict[str, Any]:
    """Return the JSON schema of a report about these refs that answers so many questions; strict: every property
    required, no others allowed. `room_tokens`: with bounds on every list and text, so that a small model that goes
    round in circles comes to an end in so many tokens; hosted models need none, and some refuse them.
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
    whole = report | {"$defs": {"ref": _ref(refs), "sentence": sentence, "finding": finding}}
    return whole if room_tokens is None else _bounded(whole, room_tokens)


def _bounded(schema: dict[str, Any], room_tokens: int) -> dict[str, Any]:
    """Bound lists and texts: a sentence takes about SENTENCE_TOKENS, a finding six of them."""
    spare = max(0, room_tokens - 4 * SENTENCE_TOKENS)
    least = {"quotes": 1, "findings": max(1, min(6, spare // (8 * SENTENCE_TOKENS)))}
    least["summary"] = max(1, min(8, (spare - 6 * SENTENCE_TOKENS * least["findings"]) // SENTENCE_TOKENS))

    longest = max(60, min(MAX_TEXT, room_tokens // 8))

    def bound(part: Any, name: str) -> None:
        if isinstance(part, list):
            for one in part:
                bound(one, name)
        elif isinstance(part, dict):
            if part.get("type") == "array":
                part["maxItems"] = least.get(name, 3)
            elif part.get("type") == "string" and "enum" not in part and "pattern" not in part:
                part["maxLength"] = longest
            for key, value in part.items():
                bound(value, key if key != "items" else name)

    bound(schema, "")
    return schema


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
