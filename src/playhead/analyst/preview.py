"""Preview: exactly what a model is sent about a session, for a person to read before anything leaves the machine."""

from __future__ import annotations

from playhead.analyst.evidence import gather
from playhead.analyst.prompt import Request, instructions, user_message
from playhead.core.telling.narrative import Narrative


def as_sent(narrative: Narrative, request: Request | None = None) -> str:
    """Return the instructions and the message, word for word; personal data is in it as placeholders only."""
    evidence = gather(narrative)
    asked = request or Request()
    language = asked.context.language
    after = f"\n\n(The checked report is then sent to be translated into {language}.)" if language != "English" else ""
    return f"{instructions(asked)}\n\n{user_message(evidence, asked)}{after}"
