"""What sentences by people who do not know the gate taught it: each rule in a visit of its own, said and gainsaid."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from tests.analyst.builders import Visit, request, shown, went


def verdict(visit: Visit, text: str, *refs: str, mode: gate.Mode = "fact") -> bool:
    judged = gate.judge(text, list(refs), gate.prepare(visit.trace(seconds=60)), mode=mode)
    return bool(judged.accepted) and not judged.rejected


def office() -> tuple[Visit, str, str, str]:
    """A request that failed twice and was answered the third time, 3.5 s and 7 s after the first."""
    visit = Visit("https://a.example/", "Office")
    first = visit.click(3, "button", "Recount", request("POST", "/count", 500))
    second = visit.click(6.5, "button", "Recount", request("POST", "/count", 500))
    third = visit.click(10, "button", "Report", request("POST", "/count", 200), shown("text_added", "412 tons"))
    return visit, first, second, third


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Three and a half seconds passed between the first and the second click on “Recount”.", True),
        ("5 and a half seconds passed between the first and the second click on “Recount”.", False),
        ("“Recount” was tried twice, and POST /count answered with a 500 both times.", True),
        ("Two of the three requests failed with HTTP 500.", True),
        ("All of the three requests failed with HTTP 500.", False),
        ("Two of the four requests failed with HTTP 500.", False),
        ("Every request to /count failed during the session.", False),
        ("The first click came three seconds into the session.", True),
        ("The first click came nine seconds into the session.", False),
        ("Nothing was clicked in the first two seconds.", True),
        ("Nothing was clicked in the first four seconds.", False),
        ("No request was sent when “Report” was pressed.", False),
        ("The server always answers with a 500.", False),
        ("The page clicked “Report” by itself.", False),
        ("The user managed to recount the boats.", False),
        ("“Recount” was the control that got the answer 200.", False),
    ],
)
def test_shares_spans_and_universals(text: str, stands: bool) -> None:
    visit, *refs = office()
    assert verdict(visit, text, *refs) is stands


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("“Name” was filled in, and then the form was left unsent.", False),
        ("“Name” was filled in, and then the form was sent.", True),
        ("None of the fields of this long and winding form had been filled in.", False),
        ("“Name” was never clicked or typed into.", False),
        ("Entering 1, 1, 2 opened the till.", False),
        ("Entering 1, 2, 2 opened the till.", True),
        ("The total doubled from 6 to 12.", True),
        ("The total doubled from 6 to 13.", False),
        ("The exception came only after the click on “2”.", False),
    ],
)
def test_undone_deeds_sequences_and_factors(text: str, stands: bool) -> None:
    visit = Visit("https://a.example/till", "Till")
    refs = [
        visit.type(2, "Name", "Ines"),
        visit.click(3, "button", "1", shown("error", "TypeError: x is undefined")),
        visit.click(4, "button", "2"),
        visit.click(5, "button", "2", shown("text_added", "Till open")),
        visit.click(7, "button", "Send", request("POST", "/send", 200), shown("toast", "Total from 6 to 12")),
    ]
    assert verdict(visit, text, *refs) is stands


def test_a_moment_may_date_what_is_told_without_being_cited_but_must_have_been() -> None:
    visit = Visit("https://a.example/", "Shop")
    visit.click(2, "button", "Pay", request("POST", "/pay", 402), shown("alert", "Card declined"))
    help_page = visit.click(8, "link", "Help", went("https://a.example/help", title="Help"))
    assert verdict(visit, "After the payment was declined, the visitor opened “Help”.", help_page)
    assert not verdict(visit, "After the payment was accepted, the visitor opened “Help”.", help_page)
    assert not verdict(visit, "Before the payment was declined, the visitor opened “Help”.", help_page)


def test_an_offer_to_check_out_is_no_checking_out() -> None:
    visit = Visit("https://a.example/", "Shop")
    told = shown("alert", "Your cart total is now 6. View cart Checkout now")
    added = visit.click(2, "button", "Add to cart", request("POST", "/cart", 200), told)
    assert verdict(visit, "The shopper never checked out.", added)
    assert not verdict(visit, "The shopper checked out.", added)


def test_a_guess_stands_as_a_guess_only() -> None:
    visit, first, *_ = office()
    text = "The click on “Recount” may point to impatience."
    assert not verdict(visit, text, first)
    assert verdict(visit, text, first, mode="hypothesis")
    assert not verdict(visit, "The 14 clicks on “Recount” may point to impatience.", first, mode="hypothesis")
