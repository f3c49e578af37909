"""Secret names: what parameters, members, headers and fields that hold secrets, or tell who somebody is, are called.

The one list: the server's patterns (`secrets.py`) are made of it when they are imported, the recorder's
(`privacy/names.ts`) by `python scripts/secret_names.py`; a test fails while that file is stale. "_" stands for "_", "-"
or nothing: `api_key` is also `apikey`, `api-key` and `apiKey`.

Credentials   gone everywhere
Personal      in the browser: gone from headers and bodies; the server finds what is personal by how it looks
In addresses  in the browser: what a parameter of an address holds under such a name is gone too, since its replay
              goes nowhere; in a body they are ordinary ("name", "code", "state")
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

CREDENTIALS: Final = """
    pass password passwd passphrase passcode pwd secret client_secret token access_token refresh_token id_token
    auth_token api_token reset_token bearer_token csrf_token xsrf_token api_key private_key secret_key access_key
    authorization credential credentials jwt otp cvv cvv2 cvc cvc2 cvn card_number iban ssn session_id sessid sid csrf
    xsrf signature sig
""".split()
PERSONAL: Final = """
    auth authentication cookie cookies session private card pan bic account_number account_no account_name sort_code dob
    birth birthday birthdate birthplace email emails mail mails phone telephone mobile fax street address postcode
    postal_code zip zipcode pin surname first_name last_name full_name user_name
""".split()
IN_ADDRESSES: Final = "key code nonce state name user login account tel postal".split()
# in other words as well ("company", "shipping", "inside", "design"): they count where a part of a name ends
INSIDE_WORDS: Final = frozenset("pan pin bic fax tel sid sig".split())
MIN_ANYWHERE: Final = 5  # letters: a longer credential counts inside a name without separators too ("newpassword")


def any_of(names: Iterable[str], separator: str = "[_-]?") -> str:
    """Return a regular expression of exactly these names, "_" as `separator`; what they begin with is tried once."""
    return _branches(sorted(set(names)), separator)


def shortest(names: Iterable[str]) -> list[str]:
    """Return those that, "_" aside, contain no other of them: found anywhere, they find what all find. In order."""
    joined = {name.replace("_", ""): name for name in sorted(names)}
    return [name for one, name in joined.items() if not any(other != one and other in one for other in joined)]


def _branches(names: list[str], separator: str) -> str:
    ends = names[:1] == [""]
    found = [
        (separator if first == "_" else first) + _branches([name[1:] for name in group], separator)
        for first, group in groupby(names[ends:], lambda name: name[0])
    ]
    if not found:
        return ""
    one = len(found) == 1 and not ends
    return found[0] if one else f"(?:{'|'.join(found)})" + ("?" if ends else "")
