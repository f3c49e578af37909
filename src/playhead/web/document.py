"""Document: the OpenAPI document as it is true of this server, made from what Litestar makes of the handlers.

Refusals   are `Problem`s on every route, whatever the status; Litestar knows of its own shape for 400 alone
Raw JSON   that a handler gives as bytes is JSON of any shape, not a string
Formats    what a route gives in more than one is told: Litestar knows of one
Unions     `anyOf`: 4 is a number and an integer, and that is no contradiction
"""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["error", "detail", "status"],
    "properties": {"error": {"type": "string"}, "detail": {"type": "string"}, "status": {"type": "integer"}},
}
_REFUSED = {
    "description": "Refused: what and why",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_TEXT = {"type": "string"}
_ALSO_AS = {"/api/sessions/{session_id}/report": ("text/markdown", "text/html")}


class TrueDocument(JsonRenderPlugin):
    """Serves `/schema/openapi.json`."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, amended(openapi_schema))


def amended(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as it should be; what is given stays as it is."""
    made = _any_of(document)
    made.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in made["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict) and "responses" in operation:
                _responses(operation["responses"])
    for path, kinds in _ALSO_AS.items():
        if path in made["paths"]:
            made["paths"][path]["get"]["responses"]["200"]["content"].update(
                {kind: {"schema": _TEXT} for kind in kinds}
            )
    return made


def _responses(responses: dict[str, Any]) -> None:
    responses.pop("400", None)
    responses["default"] = _REFUSED
    for answer in responses.values():
        content = answer.get("content", {}).get("application/json", {})
        if content.get("schema", {}).get("type") == "string":
            content["schema"] = {}


def _any_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {"anyOf" if name == "oneOf" else name: _any_of(held) for name, held in value.items()}
    return [_any_of(one) for one in value] if isinstance(value, list) else value
