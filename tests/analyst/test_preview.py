"""The preview is what a model is sent, word for word, and holds nothing private."""

from __future__ import annotations

from playhead.analyst.evidence import gather
from playhead.analyst.preview import as_sent
from playhead.analyst.prompt import Request, instructions, user_message
from playhead.core.telling.narrative import narrate
from tests.analyst.builders import Visit, shown


def test_the_preview_is_what_is_sent_and_holds_no_personal_data() -> None:
    visit = Visit("https://a.example/?token=abcd1234efgh5678")
    visit.click(
        3, "button", "Send to ada@marsh.example", shown("alert", "Card 4111 1111 1111 1111 for +44 20 7946 0958")
    )
    narrative = narrate(visit.trace())
    request = Request(template="bug", questions=("Why did they stop?",))
    told = as_sent(narrative, request)
    assert told == f"{instructions(request)}\n\n{user_message(gather(narrative), request)}"
    assert "steps to reproduce" in told and "Why did they stop?" in told
    for private in ("ada@marsh", "4111 1111", "7946", "abcd1234efgh5678"):
        assert private not in told
    assert "[EMAIL_1]" in told and "[CARD_1]" in told and "[PHONE_1]" in told
