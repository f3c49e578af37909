"""What rules write about a visit: true, short, in words a product person would use, and taken by the gate."""

from playhead.analyst import rules
from playhead.analyst.gate.check import check
from playhead.analyst.wording import quote
from playhead.core.projector import project
from playhead.core.report import Report
from tests.core.visits import Visit

SHOP = "https://shop.example"
FORM = (
    "<form aria-label='Delivery address'><label for=mail>E-mail</label><input id=mail>{error}"
    "<button id=go>Continue to payment</button></form>"
)


def report_of(visit: Visit) -> Report:
    """The rules' report; the gate agrees with every sentence of it."""
    trace = project(visit.recorded())
    report = rules.write(trace)
    assert check(report, trace).rejected == []
    return report


def titles(report: Report) -> list[tuple[int, str]]:
    return [(finding.severity, finding.title) for finding in report.findings]


def declined(visit: Visit, at: float) -> None:
    """A payment that is refused twice."""
    page = visit.open(at, f"{SHOP}/pay", "<div id=said role=alert></div><button id=pay>Pay</button>", title="Payment")
    for shift in (1, 4):
        page.click(at + shift, "pay")
        start = 1_750_000_000_000 + round((at + shift) * 1000)
        request = {"method": "POST", "name": f"{SHOP}/api/pay", "status": 402, "initiatorType": "fetch"}
        page.add(
            at + shift + 0.2,
            6,
            {
                "plugin": "rrweb/network@1",
                "payload": {"requests": [{**request, "startTime": start + 10, "endTime": start + 90, "duration": 80}]},
            },
        )
        page.say(at + shift + 0.1, "said", "Card declined")
    page.stay(at + 9)


def test_a_refusal_is_told_in_the_words_of_the_page():
    visit = Visit()
    declined(visit, 0)
    report = report_of(visit)
    assert report.headline.text == "Payment refused twice: “Card declined”."
    (finding,) = report.findings
    assert finding.text.startswith(
        "The visitor clicked the button “Pay” twice on “Payment”. POST /api/pay answered 402."
    )


def test_different_refusals_are_not_told_with_the_words_and_the_status_of_the_first():
    visit = Visit()
    places = "<p id=where role=alert></p><p id=card role=alert></p><button id=pay>Place order</button>"
    page = visit.open(0, f"{SHOP}/checkout", places, title="Checkout")
    answers = [(1, 422, "where", "Please enter a postcode"), (4, 402, "card", "Card declined"), (7, 402, "card", "")]
    for at, status, place, said in answers:
        page.click(at, "pay")
        start = 1_750_000_000_000 + at * 1000
        request = {"method": "POST", "name": f"{SHOP}/api/pay", "status": status, "initiatorType": "fetch"}
        timing = {"startTime": start + 10, "endTime": start + 90, "duration": 80}
        page.add(at + 0.2, 6, {"plugin": "rrweb/network@1", "payload": {"requests": [{**request, **timing}]}})
        if said:
            page.say(at + 0.1, place, said)
    page.stay(12)
    report = report_of(visit)
    assert report.headline.text == "Payment refused 3 times: “Please enter a postcode”; “Card declined”."
    (finding,) = report.findings
    assert "POST /api/pay answered 422. POST /api/pay answered 402." in finding.text
    assert "The page said “Please enter a postcode”. The page said “Card declined”." in finding.text


def test_the_headline_tells_the_worst_and_leaves_the_rest_to_the_findings():
    visit = Visit()
    cart = visit.open(0, f"{SHOP}/cart", "<button id=coupon>Apply coupon</button>", title="Cart")
    for n in range(5):
        cart.click(1 + n / 5, "coupon")
    cart.stay(5)
    declined(visit, 6)
    report = report_of(visit)
    assert report.headline.text == "Payment refused twice: “Card declined”."
    assert titles(report)[1] == (2, "Clicked “Apply coupon” 5 times, nothing happened")


def test_a_form_that_was_sent_back_once_is_no_refused_payment():
    visit = Visit()
    visit.open(0, f"{SHOP}/address", FORM.format(error=""), title="Checkout").click(1, "go")
    error = "<p class=field-error>Enter an e-mail address</p>"
    again = visit.open(1.2, f"{SHOP}/address", FORM.format(error=error), title="Checkout", status=422)
    again.type(5, "mail", "*****")
    again.click(6, "go")
    visit.open(6.3, f"{SHOP}/pay", "<h1>Payment</h1>", title="Payment").stay(10)
    told = titles(report_of(visit))
    assert told == [(1, "The form “Delivery address” was not accepted: “Enter an e-mail address”")]


def test_a_control_that_throws_is_told_shortly_and_the_error_below():
    visit = Visit()
    page = visit.open(0, f"{SHOP}/sizes", "<button id=inches>inches</button>", title="Size guide")
    page.click(1, "inches")
    thrown = {"kind": "exception", "name": "TypeError", "message": "reading 'inches'", "source": f"{SHOP}/shop.js"}
    page.add(1.001, 5, {"tag": "playhead.error", "payload": thrown})
    page.stay(6)
    report = report_of(visit)
    assert report.headline.text == "Clicked “inches”: the page threw an error."
    assert "The page threw the error “TypeError: reading 'inches'”." in report.findings[0].text


def test_a_session_is_as_long_as_the_clock_of_the_player_says():
    visit = Visit()
    visit.open(0, f"{SHOP}/", "<h1>Shop</h1>", title="Shop").stay(24.9)
    assert "lasted 24 s" in report_of(visit).summary[0].text


def test_a_full_stop_at_the_end_of_a_quotation_is_left_to_the_sentence():
    assert [quote(said) for said in ("Try again later.", "Wait...", ".", "Sure?")] == [
        "“Try again later”",
        "“Wait...”",
        "“.”",
        "“Sure?”",
    ]
