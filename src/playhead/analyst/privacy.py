"""Privacy: personal data and secrets become typed placeholders before anything is sent to a model.

What is found is the business of `core/secrets`; here the same value gets the same placeholder (`[EMAIL_1]`), so that a
model can tell that two fields held one address, and a report gets its words back. Besides, for readers outside the
house: addresses of machines, and long random words with dashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from playhead.core.secrets import scrub_text

_LONG_TOKEN: Final = re.compile(r"(?<![\w/])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}(?!\w)")
_IP: Final = re.compile(r"(?<![\w.])(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")


class Placeholders:
    """Values that were taken out, by placeholder; one instance per report, so that numbering is stable."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}

    def hide(self, text: str) -> str:
        """Return `text` with personal data and secrets as placeholders."""
        text = scrub_text(text, self._name)
        for kind, pattern, accept in _RULES:
            text = pattern.sub(self._replacer(kind, accept), text)
        return text

    def restore(self, text: str) -> str:
        """Return `text` with the values put back."""
        for (_, value), name in reversed(self._of.items()):  # a later value may hold an earlier placeholder
            if name in text:
                text = text.replace(name, value)
        return text

    def hide_again(self, text: str, said: str) -> str:
        """Return `text`, which was made of `said` with its values put back, with placeholders for these once more."""
        for (_, value), name in self._of.items():
            if name in said:
                text = text.replace(self.restore(value), name)
        return self.hide(text)

    def values(self, texts: Iterable[str]) -> dict[str, str]:
        """Return what stands behind each placeholder that occurs in `texts`."""
        said = "\n".join(texts)
        return {name: self.restore(value) for (_, value), name in self._of.items() if name in said}

    def counts(self) -> dict[str, int]:
        return dict(self._count)

    def _replacer(self, kind: str, accept: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
        return lambda match: self._name(kind, match[0]) if accept(match[0]) else match[0]

    def _name(self, kind: str, value: str) -> str:
        if (kind, value) not in self._of:
            self._count[kind] = self._count.get(kind, 0) + 1
            self._of[kind, value] = f"[{kind}_{self._count[kind]}]"
        return self._of[kind, value]


def _is_ip(text: str) -> bool:
    return all(int(part) <= 255 for part in text.split("."))


def _always(_: str) -> bool:
    return True


_RULES: Final[list[tuple[str, re.Pattern[str], Callable[[str], bool]]]] = [
    ("TOKEN", _LONG_TOKEN, _always),
    ("IP", _IP, _is_ip),
]
