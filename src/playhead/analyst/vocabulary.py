"""Vocabulary: the words people use for what a trace holds: roles, effects, symbols, and how pages say yes and no."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of(text: str) -> list[str]:
    """Return the words of folded text, possessives cut: “visitor's” → visitor."""
    return [word.split("'")[0].split("’")[0] if word.endswith(("'s", "’s")) else word for word in _WORDS.findall(text)]


ROLE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    role: tuple(words.split())
    for role, words in {
        "button": "button control cta icon",
        "link": "link entry button item",
        "textbox": "field input box textbox textarea text area",
        "searchbox": "search field input box searchbox bar",
        "combobox": "combobox dropdown select list menu field box picker selector",
        "listbox": "listbox list dropdown select selector",
        "spinbutton": "spinbutton number field input box stepper spinner",
        "slider": "slider range handle",
        "checkbox": "checkbox box tick check option toggle switch",
        "radio": "radio option choice button switch toggle selector",
        "switch": "switch toggle",
        "tab": "tab",
        "menuitem": "menu item entry option",
        "menuitemcheckbox": "menu item entry option checkbox",
        "menuitemradio": "menu item entry option radio",
        "menu": "menu",
        "option": "option item entry choice",
        "treeitem": "tree item entry node",
        "gridcell": "cell grid table",
        "cell": "cell table",
        "columnheader": "column header table",
        "row": "row table",
        "listitem": "list item entry",
        "img": "image picture photo icon img",
        "image": "image picture photo icon",
        "figure": "figure image picture",
        "heading": "heading title headline",
        "paragraph": "paragraph text",
        "dialog": "dialog dialogue popup modal window overlay",
        "alertdialog": "dialog dialogue popup modal window overlay alert",
        "form": "form",
        "search": "search form",
        "table": "table",
        "video": "video player",
        "audio": "audio player sound",
        "canvas": "canvas drawing chart",
        "iframe": "frame iframe embed",
        "summary": "summary section disclosure",
        "navigation": "navigation menu nav",
        "banner": "header banner",
        "document": "page document body",
        "generic": "area element part block",
        "text": "text",
        "label": "label",
    }.items()
}

EFFECT_WORDS: Final[dict[str, tuple[str, ...]]] = {
    kind: tuple(words.split())
    for kind, words in {
        "alert": "alert message warning notice note banner notification box",
        "dialog": "dialog dialogue popup modal window overlay confirmation prompt box",
        "toast": "toast notification message snackbar popup notice note",
        "field_error": "field error validation message hint inline warning",
        "text_added": "text message content notice note hint line",
        "text_removed": "text message content hint notice",
        "value": "value",
        "state": "state",
        "navigate": "page navigation",
        "request": "request call response server api",
        "console": "console log warning",
        "error": "error exception script javascript crash uncaught",
        "scroll": "scroll",
        "event": "event",
    }.items()
}

SYMBOL_NAMES: Final[dict[str, tuple[str, ...]]] = {
    symbol: tuple(words.split())
    for symbol, words in {
        "+": "plus increase increment more stepper add",
        "-": "minus decrease decrement less stepper",
        "−": "minus decrease decrement less stepper",
        "–": "minus decrease decrement less stepper",
        "×": "close cross",
        "✕": "close cross",
        "✖": "close cross",
        "x": "close cross",
        "☰": "menu hamburger burger",
        "≡": "menu hamburger burger",
        "⋮": "menu more options kebab",
        "⋯": "menu more options",
        "…": "menu more options",
        "...": "menu more options",
        "›": "next forward arrow chevron",
        "»": "next last arrow",
        ">": "next forward arrow chevron",
        "→": "next forward arrow",
        "‹": "previous back arrow chevron",
        "«": "previous first arrow",
        "<": "previous back arrow chevron",
        "←": "back previous arrow",
        "↑": "up arrow",
        "↓": "down arrow",
        "★": "star favourite favorite rating",
        "☆": "star favourite favorite rating",
        "♥": "heart like favourite favorite",
        "♡": "heart like favourite favorite",
        "🔍": "search magnifier",
        "🛒": "cart basket",
        "🗑": "delete bin trash remove",
        "⚙": "settings gear",
        "▶": "play",
        "?": "help question",
    }.items()
}

# How pages report a failure, in the languages we can stand behind; read only in alerts, dialogs, toasts and new text.
FAILURE: Final = re.compile(
    r"declin|refus|reject|\bdenied|invalid|incorrect|\bwrong\b|\bfail|(?<!no )(?<!0 )(?<!without"
    r" )\berrors?\b(?!-free)|unable|\bcannot\b|\bcan't\b|\bcouldn't\b|\bcould not\b|\bdidn't\b|\bdoesn't\b|\bdon't"
    r" match|\bdo not match|\bdoes not\b|\bisn't\b|\bis not\b|\bare not\b|\baren't\b|\bnot (?:\w+ )?(?:found"
    r"|allowed|available|valid|supported|accepted|permitted|possible|enough|saved|sent|match|authori[sz]ed"
    r"|recogni[sz]ed|correct|complete|processed|booked|confirmed|placed|added|created|updated|deleted|removed|done"
    r"|approved|received|submitted|registered|published|uploaded|paid|applied|copied|moved|subscribed|granted|loaded"
    r"|delivered|reserved|verified|activated|completed)\b|\brequired\b"
    r"|\bmust (?:be|have|contain|match|not)"
    r"|please (?:enter|give|type|pick|choose|select|check|correct|fill|provide|try)"
    r"|\bmissing\b|\bexpired|unauthori[sz]ed|forbidden|\bproblem\b"
    r"|\bsorry\b|\boops|try again|timed? ?out|too (?:many|long|short|large|small|weak)|exceed|unavailable|out of"
    r" stock|sold out|already (?:taken|exists?|in use|registered|used)|insufficient|\bblocked\b|\blocked\b"
    r"|\bconflict\b|no longer|unknown|unexpected|crash|abgelehnt|fehler|ungultig|fehlgeschlagen|nicht (?:gefunden"
    r"|moglich|verfugbar)|erreur|echou|refuse|invalide|rechazad|fallo|no valido|rifiutat|errore|geweigerd|mislukt"
    r"|fout\b|nieprawidlow|blad"
)

SUCCESS: Final = re.compile(
    r"success|thank(?:s| you)|\bconfirmed\b|\bconfirmation\b|\bcompleted?\b|\bplaced\b|\bsaved\b|\bsent\b"
    r"|\bcreated\b|\badded\b|\bupdated\b|\bdeleted\b|\bremoved\b|\bdone\b|\bwelcome\b|\b(?:signed|logged) (?:in|out"
    r"|up)\b|\bapproved\b|\baccepted\b|\breceived\b|\bsubmitted\b|\b(?:un)?subscribed\b|\bregistered\b"
    r"|\bpublished\b|\buploaded\b|\bpaid\b|\bbooked\b|\breceipt\b|all set|congratulations|\bapplied\b|\bcopied\b"
    r"|\bmoved\b|\binvited\b|\bimported\b|\bexported\b|\bverified\b|\bactivated\b|\bcancel+ed\b|\brefunded\b|\bon"
    r" its way\b|\bdanke\b|erfolgreich|bestatigt|gespeichert|merci\b|confirmee?\b|enregistre|gracias|confirmad"
    r"|guardad|grazie|bedankt"
)

STATUS_WORDS: Final[dict[int, str]] = {
    200: "ok",
    201: "created",
    204: "no content",
    400: "bad request",
    401: "unauthorized unauthorised",
    402: "payment required",
    403: "forbidden",
    404: "not found",
    405: "method not allowed",
    408: "request timeout",
    409: "conflict",
    410: "gone",
    413: "payload too large",
    415: "unsupported media type",
    422: "unprocessable entity content",
    429: "too many requests",
    500: "internal server error",
    502: "bad gateway",
    503: "service unavailable",
    504: "gateway timeout",
}
