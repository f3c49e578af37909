"""Words and colours for what code found: one table for the list, the timeline, the panels and the report.

Tone    red: something broke · amber: the page did not answer · violet: the visitor hesitated or wandered
"""

from typing import NamedTuple


class SignalWords(NamedTuple):
    """How one kind of signal is called where people read it."""

    tag: str  # the term, as a chip: "rage click"
    plural: str
    tone: str
    plain: str  # what it means, in plain words


# in the order in which they say that a session is worth watching
SIGNALS: dict[str, SignalWords] = {
    "error_click": SignalWords("error click", "error clicks", "red", "A click was answered with an error"),
    "rage_click": SignalWords("rage click", "rage clicks", "amber", "Clicked again and again"),
    "login_failure": SignalWords("login failure", "login failures", "red", "Signing in was refused"),
    "js_error": SignalWords("script error", "script errors", "red", "The page's code threw an error"),
    "dead_click": SignalWords("dead click", "dead clicks", "amber", "Clicked, and nothing happened"),
    "validation_loop": SignalWords(
        "validation loop", "validation loops", "amber", "The same form was refused repeatedly"
    ),
    "network_error": SignalWords("failed request", "failed requests", "red", "A request failed"),
    "not_found": SignalWords("page not found", "pages not found", "red", "A page did not exist"),
    "repeated_search": SignalWords("repeated search", "repeated searches", "violet", "Searched again and again"),
    "slow_response": SignalWords("slow response", "slow responses", "amber", "Waited for an answer"),
    "form_abandon": SignalWords("abandoned form", "abandoned forms", "violet", "Filled a form and never sent it"),
    "quick_back": SignalWords("quick back", "quick backs", "violet", "Opened a page and went straight back"),
    "cursor_thrash": SignalWords("cursor thrash", "cursor thrashes", "violet", "Moved the mouse to and fro"),
    "idle_gap": SignalWords("idle", "idle gaps", "violet", "Did nothing for a while"),
}

OUTCOMES: dict[str, str] = {
    "completed": "Completed",
    "workaround": "Workaround",
    "abandoned": "Abandoned",
    "failed": "Failed",
    "unclear": "Unclear",
}

# whom a report is for, as one chooses it
READERS: dict[str, str] = {
    "general": "Product team",
    "bug": "Bug report",
    "ux": "UX review",
    "support": "Support reply",
    "conversion": "Conversion",
}

SEVERITIES: dict[int, str] = {1: "Minor", 2: "Slows or confuses", 3: "Stops the visitor"}


def signal_words(kind: str) -> SignalWords:
    """Return the words for `kind`; a kind of a newer projector is shown by its own name."""
    plain = kind.replace("_", " ")
    return SIGNALS.get(kind) or SignalWords(plain, f"{plain}s", "violet", plain.capitalize())


def as_json() -> dict[str, dict[str, dict[str, str]]]:
    """The table as the player reads it."""
    return {"signals": {kind: words._asdict() for kind, words in SIGNALS.items()}}
