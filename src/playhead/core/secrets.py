"""Secrets: personal data and credentials inside one text become typed placeholders that do not keep their length.

Found   e-mail addresses, card numbers (Luhn), IBANs (modulo 97), phone numbers, US social security numbers, JWTs, API
        keys, `Bearer`/`Basic` credentials, long random tokens, passwords in URLs, values of parameters, JSON members
        and header lines with secret names
Kept    order numbers, prices, dates, UUIDs, versions: a pattern without a check needs a shape that only secrets have
Fixed   `scrub_text(scrub_text(x)) == scrub_text(x)`
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from playhead.core.secret_names import CREDENTIALS, any_of, shortest

MASK: Final = "*****"
SECRET: Final = "[SECRET]"
MIN_NAME: Final = 3
MAX_NAME: Final = 64  # longer ones are seldom met again

Namer = Callable[[str, str], str]  # kind and value to what stands for it


def anonymous(kind: str, value: str) -> str:
    """The placeholder that tells nothing but the kind."""
    del value
    return f"[{kind}]"


def recognisable(kind: str, value: str) -> str:
    """Keeps whatever may be an id, however it looks; credentials go."""
    kept = kind in ("EMAIL", "PHONE", "CARD", "IBAN", "SSN") or (kind == "TOKEN" and not value.startswith("eyJ"))
    return value if kept else anonymous(kind, value)


def reachable(kind: str, value: str) -> str:
    """Keeps how somebody is reached, and ids; credentials and payment data go."""
    return anonymous(kind, value) if kind in ("CARD", "IBAN", "SSN") else recognisable(kind, value)


_NAMES: Final = rf"(?:[\w-]*[_-])?{any_of(CREDENTIALS)}"
_NAME: Final = re.compile(rf"(?i){_NAMES}|(?:set-)?cookie|proxy-authorization|x-amz-security-token")
_PARAMETER: Final = re.compile(rf"(?i)(?<![\w-])({_NAMES}|key|auth)=([^\s&\"'#;,<>\\]{{3,}})")
_CODE: Final = re.compile(r"(?i)(?<![\w-])(code|state|nonce)=([^\s&\"'#;,<>\\]{12,})")
_MEMBER: Final = re.compile(rf"(?i)(\\*[\"'])({_NAMES}|cookie)\1(\s*:\s*)(\\*[\"'])((?:(?!\4)[^\n]){{1,4000}}?)\4")
_HEADER: Final = re.compile(
    r"(?im)\b((?:proxy-)?authorization|x-api-key|x-auth-token|x-(?:csrf|xsrf)-token"
    r"|(?:set-)?cookie(?=:[ \t]*[\w.-]{1,80}=)):[ \t]*([^\s\"'\\][^\n\"'\\]*)"
)
_SAID: Final = re.compile(
    r"(?i)(?<![\w-])((?:pass(?:word|wd|phrase|code)|pwd|secret|token"
    r"|(?:access|refresh|auth|api)[ _-]?(?:token|key)): +)"
    r"(?=[^\s\"']*\d)(?=[^\s\"']*[A-Za-z])([^\s\"'\\,;<>]{6,400})"
)
_USERINFO: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://)([^\s/@:\"'?#]{1,200}(?::[^\s/@\"'?#]{0,200})?)@")
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}(?:@|%40)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}")
_KEY: Final = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:live|test|ant|proj|or)?[-_A-Za-z0-9]{16,}|\b(?:gh[posru]_|github_pat_|glpat-|xox[abeprs]-|npm_|whsec_"
    r"|shpat_|hf_|dop_v1_|SG\.|ya29\.)[-_A-Za-z0-9.]{12,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[-_A-Za-z0-9]{30,}"
)
_CREDENTIAL: Final = re.compile(r"(?i)\b(bearer|basic|digest)[ \t]+(?=[^\s]*[\d=._])([A-Za-z0-9._~+/=-]{12,})")
_TOKEN: Final = re.compile(r"(?<![\w./-])(?=\w*\d)(?=\w*[A-Za-z])\w{32,400}(?!\w)")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b")
_CARD: Final = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?!\w)")
_SSN: Final = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_PHONE: Final = re.compile(
    r"(?<![\w.:/+-])(?:(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(0\)[ ]?)?(?:\(?\d{1,5}\)?[ ./-]?){2,6}\d{2,}"
    r"|\(\d{2,5}\)[ /-]?\d{3,}(?:[ -]?\d{2,})*"
    r"|0\d{2,4}[ /-]\d{3,}(?:[ -]?\d{2,})*"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4})(?![\w-])"
)

_EMBEDDED: Final = re.compile(r"data:[\w.+/-]{0,120}(?:;[\w.=-]{1,60}){0,4};base64,[\w+/=%-]*+\s*")
_PLAIN_WORD: Final = re.compile(r"(?!.*-.*-)[^\d@_]{1,24}|(?:[^\w@]|\d){1,12}")
_WORD: Final = re.compile(
    rf"(?i:{any_of(shortest([*CREDENTIALS, 'auth', 'code', 'cookie', 'key', 'nonce', 'state']))})"
    r"[\w-]*\\*[\"']?\s*[=:]|://[^/\s]*[:@]"
)
_LONG: Final = re.compile(r"[A-Za-z0-9_.-]{16}")
_DIGITS: Final = re.compile(r"[0-9][0-9 ()./-]{5}")


def _may_hold(text: str) -> bool:
    """A quick look that tells most texts from those worth thirteen."""
    size = len(text)
    if size < 5:
        return False
    if "@" in text or "%40" in text or "eyJ" in text:
        return True
    if size >= 16 and _LONG.search(text):
        return True
    if ("=" in text or ":" in text) and _WORD.search(text):
        return True
    return (size >= 7 and _DIGITS.search(text) is not None) or (" " in text and _CREDENTIAL.search(text) is not None)


def is_secret_name(name: str) -> bool:
    """Return whether a parameter, member or header of this name holds a credential; `accessToken` as `access_token`."""
    return len(name) >= MIN_NAME and (_is_secret(name) if len(name) <= MAX_NAME else _NAME.fullmatch(name) is not None)


@lru_cache(4096)
def _is_secret(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def scrub_text(text: str, name: Namer = anonymous) -> str:
    """Return `text` with everything found as a placeholder, which `name` may choose."""
    if not _may_hold(text):
        return text
    text = _addresses(text, name)
    text = _HEADER.sub(lambda m: f"{m[1]}: {name('SECRET', m[2])}", text)
    text = _MEMBER.sub(
        lambda m: m[0] if _is_masked(m[5]) else f"{m[1]}{m[2]}{m[1]}{m[3]}{m[4]}{name('SECRET', m[5])}{m[4]}", text
    )
    text = _SAID.sub(lambda m: m[0] if _is_masked(m[2]) else f"{m[1]}{name('SECRET', m[2])}", text)
    for kind, pattern, accept in _CHECKED:
        text = pattern.sub(_replacer(kind, accept, name), text)
    return text


def scrub_address(text: str) -> str:
    """As `scrub_text` for what the replay must still load: names of files, however random, stay."""
    return _addresses(text, anonymous) if _may_hold(text) else text


def scrub_names(text: str) -> str:
    """As `scrub_text` for names of classes and the like: only what cannot be one, e-mail addresses and JWTs."""
    if "@" not in text and "%40" not in text and "eyJ" not in text:
        return text
    return _JWT.sub("[TOKEN]", _EMAIL.sub("[EMAIL]", text))


def is_embedded(text: str) -> bool:
    """Return whether the text is a file in base64 as a data: address, in which nothing would be found."""
    return text.startswith("data:") and _EMBEDDED.fullmatch(text) is not None


def is_plain(text: str) -> bool:
    """Return whether these are words of everybody's page ("Pay $49.00"), not a code, an address or a long number."""
    return sum(char.isdigit() for char in text) <= 6 and all(map(_PLAIN_WORD.fullmatch, text.split()))


def is_card(text: str) -> bool:
    """Luhn's check over 13 to 19 digits."""
    digits = [int(char) for char in text if char.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """ISO 13616: the rearranged number is 1 modulo 97."""
    code = text.replace(" ", "")
    return 15 <= len(code) <= 34 and int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1


def _addresses(text: str, name: Namer) -> str:
    text = _USERINFO.sub(lambda m: f"{m[1]}{name('SECRET', m[2])}@", text)
    text = _CREDENTIAL.sub(lambda m: f"{m[1]} {name('SECRET', m[2])}", text)
    text = _EMAIL.sub(_replacer("EMAIL", _always, name), text)
    text = _JWT.sub(_replacer("TOKEN", _always, name), text)
    text = _KEY.sub(_replacer("KEY", _always, name), text)
    for pattern in (_PARAMETER, _CODE):
        text = pattern.sub(lambda m: m[0] if _is_masked(m[2]) else f"{m[1]}={name('SECRET', m[2])}", text)
    return text


def _is_masked(value: str) -> bool:
    return value.startswith("[") or not value.strip("*")


def _replacer(kind: str, accept: Callable[[str], bool], name: Namer) -> Callable[[re.Match[str]], str]:
    return lambda match: name(kind, match[0]) if accept(match[0]) else match[0]


def _is_phone(text: str) -> bool:
    return 7 <= sum(char.isdigit() for char in text) <= 15


def _always(_: str) -> bool:
    return True


_CHECKED: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...]] = (
    ("IBAN", _IBAN, is_iban),
    ("CARD", _CARD, is_card),
    ("TOKEN", _TOKEN, _always),
    ("SSN", _SSN, _always),
    ("PHONE", _PHONE, _is_phone),
)
