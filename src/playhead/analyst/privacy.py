"""Privacy: personal data and secrets become typed placeholders before anything is sent to a model.

The same value gets the same placeholder (`[EMAIL_1]`), so a model can still tell that two fields held one address.
Patterns with a check digit (cards, IBANs) are checked, so that an order number stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_EMAIL: Final = re.compile(r"[\w.+%-]{1,64}(?:@|%40)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?")
_KEY: Final = re.compile(
    r"\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abprs]|AKIA|ASIA|AIza|ya29|hf|npm|whsec"
    r"|shpat)[-_A-Za-z0-9.]{12,}|\bBearer\s+[\w.~+/=-]{12,}",
    re.I,
)
_SECRET_PARAMETER: Final = re.compile(
    r"(?i)\b((?:access_|refresh_|id_|api_?|auth_?|session_?|csrf_?|client_)?(?:token|key|secret|password|passwd|pwd"
    r"|signature|sig|code|otp|sid|jwt|credential|auth))=([^\s&\"'#]{4,})"
)
_LONG_TOKEN: Final = re.compile(
    r"(?<![\w/])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}(?![\w])|\b[0-9a-fA-F]{32,}\b"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b")
_CARD: Final = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SSN: Final = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_PHONE: Final = re.compile(
    r"(?<![\w.:/-])(?:\+\d{1,3}[ ./-]?(?:\(0\)[ ]?)?(?:\(?\d{1,5}\)?[ ./-]?){2,6}\d{2,}"
    r"|\(\d{2,5}\)[ /-]?\d{3,}(?:[ -]?\d{2,})*"
    r"|0\d{2,4}[ /-]\d{3,}(?:[ -]?\d{2,})*"
    r"|\d{3}-\d{3}-\d{4})(?![\w-])"
)
_IP: Final = re.compile(r"(?<![\w.])(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")


class Placeholders:
    """Values that were taken out, by placeholder; one instance per report, so that numbering is stable."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}

    def hide(self, text: str) -> str:
        """Return `text` with personal data and secrets as placeholders."""
        for kind, pattern, accept in _RULES:
            text = pattern.sub(self._replacer(kind, accept), text)
        return _SECRET_PARAMETER.sub(
            lambda m: f"{m[1]}={self._name('SECRET', m[2])}" if not m[2].startswith("[") else m[0], text
        )

    def restore(self, text: str) -> str:
        """Return `text` with the values put back."""
        for (_, value), name in self._of.items():
            if name in text:
                text = text.replace(name, value)
        return text

    def counts(self) -> dict[str, int]:
        return dict(self._count)

    def _replacer(self, kind: str, accept: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
        return lambda match: self._name(kind, match[0]) if accept(match[0]) else match[0]

    def _name(self, kind: str, value: str) -> str:
        if (kind, value) not in self._of:
            self._count[kind] = self._count.get(kind, 0) + 1
            self._of[kind, value] = f"[{kind}_{self._count[kind]}]"
        return self._of[kind, value]


def is_card(text: str) -> bool:
    """Luhn's check over 13 to 19 digits."""
    digits = [int(char) for char in text if char.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [
        digit * 2 - 9 if at % 2 and digit > 4 else digit * (1 + at % 2) for at, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """ISO 13616: the rearranged number is 1 modulo 97."""
    code = text.replace(" ", "")
    if not 15 <= len(code) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1


def _is_phone(text: str) -> bool:
    return 7 <= sum(char.isdigit() for char in text) <= 15


def _is_ip(text: str) -> bool:
    return all(int(part) <= 255 for part in text.split("."))


def _always(_: str) -> bool:
    return True


_RULES: Final[list[tuple[str, re.Pattern[str], Callable[[str], bool]]]] = [
    ("EMAIL", _EMAIL, _always),
    ("TOKEN", _JWT, _always),
    ("KEY", _KEY, _always),
    ("IBAN", _IBAN, is_iban),
    ("CARD", _CARD, is_card),
    ("TOKEN", _LONG_TOKEN, _always),
    ("ID", _SSN, _always),
    ("PHONE", _PHONE, _is_phone),
    ("IP", _IP, _is_ip),
]
