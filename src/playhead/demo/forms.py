"""Forms: the shop's checks on the server; each returns {field: what to do about it}, empty when all is well."""

import re
from collections.abc import Mapping
from typing import Final

MEMBER_EMAIL: Final = "ada@saltmarsh.example"
MEMBER_PASSWORD: Final = "high-tide"
MEMBER_NAME: Final = "Ada Marsh"
CARD_ACCEPTED: Final = "4242424242424242"
CARD_DECLINED: Final = "4000000000000002"
ADDRESS_FIELDS: Final = ("name", "email", "street", "town", "postcode")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_POSTCODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 -]{2,9}")


def address_errors(values: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if len(values.get("name", "")) < 2:
        errors["name"] = "Enter the name on the parcel"
    if not _EMAIL.fullmatch(values.get("email", "")):
        errors["email"] = "Enter an e-mail address, like ada@example.com"
    if len(values.get("street", "")) < 4:
        errors["street"] = "Enter a street and a house number or name"
    if len(values.get("town", "")) < 2:
        errors["town"] = "Enter a town or city"
    if error := postcode_error(values.get("postcode", "")):
        errors["postcode"] = error
    return errors


def postcode_error(postcode: str) -> str:
    return "" if _POSTCODE.fullmatch(postcode.strip()) else "Enter a postcode, like NR23 1AB"


def card_errors(number: str, expiry: str, code: str) -> dict[str, str]:
    errors = {}
    if re.sub(r"[\s-]", "", number) not in (CARD_ACCEPTED, CARD_DECLINED):
        errors["number"] = "This is a demo: use 4242 4242 4242 4242, or 4000 0000 0000 0002 to be declined"
    if not re.fullmatch(r"\s*(0[1-9]|1[0-2])\s*/\s*\d{2}(\d{2})?\s*", expiry):
        errors["expiry"] = "Enter a date like 12/30"
    if not re.fullmatch(r"\d{3,4}", code.strip()):
        errors["code"] = "Enter the 3 digits on the back"
    return errors


def is_declined(number: str) -> bool:
    return re.sub(r"[\s-]", "", number) == CARD_DECLINED


def may_sign_in(email: str, password: str) -> bool:
    return email.strip().lower() == MEMBER_EMAIL and password == MEMBER_PASSWORD
