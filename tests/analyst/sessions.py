"""Invented sessions of many kinds of application, as traces with labelled refs: what the sentences are about."""

from __future__ import annotations

from collections.abc import Callable

from playhead.core.trace import Target, Trace
from tests.analyst.builders import Visit, request, shown, target, went

Made = tuple[Trace, dict[str, str]]


def shop() -> Made:
    """A bowl is put in the cart, a coupon button is dead, the card is declined twice, the visitor goes home."""
    v = Visit("https://pots.example/", "Pots & Co", browser="Firefox", os="Windows")
    r: dict[str, str] = {}
    r["bowl"] = v.click(4, "link", "Blue bowl", went("https://pots.example/p/42", title="Blue bowl"))
    r["plus1"] = v.click(7, "button", "+", shown("value", "2", on=_t("spinbutton", "Quantity", "")), reaction_ms=40)
    r["plus2"] = v.click(7.6, "button", "+", shown("value", "3", on=_t("spinbutton", "Quantity", "")), reaction_ms=40)
    r["add"] = v.click(
        10,
        "button",
        "Add to cart",
        request("POST", "/cart/items", 201, 90),
        shown("toast", "Blue bowl added to your cart"),
    )
    r["cart"] = v.click(14, "link", "Cart", went("https://pots.example/cart", title="Your cart"))
    for n in range(5):
        r[f"coupon{n + 1}"] = v.click(20 + n * 0.4, "button", "Apply coupon", container='form "Coupon"')
    coupon = [r[f"coupon{n}"] for n in range(1, 6)]
    r["rage"] = v.sign("rage_click", coupon, clicks=5)
    r["dead"] = v.sign("dead_click", coupon[:1], clicks=1, waited_ms=2500)
    r["checkout"] = v.click(30, "link", "Checkout", went("https://pots.example/checkout", title="Checkout"))
    r["email"] = v.type(36, "E-mail", "*****", container='form "Payment"', detail={"masked": True})
    r["card"] = v.type(41, "Card number", "*****", container='form "Payment"', detail={"masked": True})
    declined = (request("POST", "/api/pay", 402, 310), shown("alert", "Card declined"))
    r["pay1"] = v.click(50, "button", "Pay £34.00", *declined, container='form "Payment"')
    r["pay2"] = v.click(
        58,
        "button",
        "Pay £34.00",
        request("POST", "/api/pay", 402, 280),
        shown("alert", "Card declined"),
        container='form "Payment"',
    )
    r["declined1"] = v.sign("error_click", [r["pay1"]], status=402, message="Card declined")
    r["declined2"] = v.sign("error_click", [r["pay2"]], status=402, message="Card declined")
    r["failed"] = v.sign("network_error", [r["pay1"], r["pay2"]], status=402, path="/api/pay", method="POST", count=2)
    r["home"] = v.click(70, "link", "Pots & Co", went("https://pots.example/", title="Pots & Co"))
    return v.trace(seconds=75), r


def admin() -> Made:
    """A user list: a search, a user edited and saved, a deletion begun and cancelled in its dialog."""
    v = Visit("https://crm.example/users", "Users", browser="Chrome", os="macOS")
    r: dict[str, str] = {}
    r["search"] = v.type(3, "Search users", "anna", shown("text_added", "2 results"), role="searchbox")
    r["anna"] = v.click(8, "link", "Anna Keller", went("https://crm.example/users/7", title="Anna Keller"))
    r["role"] = v.do("input", 15, _t("combobox", "Role", 'form "Profile"'), shown("value", "Editor"), value="Editor")
    r["save"] = v.click(
        18,
        "button",
        "Save changes",
        request("PUT", "/api/users/7", 200, 150),
        shown("toast", "Changes saved"),
        container='form "Profile"',
    )
    r["delete"] = v.click(26, "button", "Delete user", shown("dialog", "Delete Anna Keller? This cannot be undone."))
    r["cancel"] = v.click(
        31,
        "button",
        "Cancel",
        shown("text_removed", "Delete Anna Keller? This cannot be undone."),
        container='dialog "Delete user"',
    )
    r["back"] = v.open(36, "https://crm.example/users", "Users", how="back_forward")
    return v.trace(seconds=40), r


def bank() -> Made:
    """A transfer is refused for its IBAN three times, then the fourth goes through."""
    v = Visit("https://bank.example/accounts", "Accounts")
    r: dict[str, str] = {}
    r["open"] = v.click(3, "link", "New transfer", went("https://bank.example/transfer", title="New transfer"))
    r["amount"] = v.type(9, "Amount", "250.00", container='form "Transfer"')
    for n, at in enumerate((20, 31, 44), 1):
        r[f"iban{n}"] = v.type(at - 5, "IBAN", "*****", container='form "Transfer"', detail={"masked": True})
        r[f"send{n}"] = v.click(
            at,
            "button",
            "Send",
            request("POST", "/api/transfers", 422, 95),
            shown("field_error", "This IBAN is not valid"),
            container='form "Transfer"',
        )
    r["loop"] = v.sign(
        "validation_loop", [r["send1"], r["send2"], r["send3"]], refusals=3, message="This IBAN is not valid"
    )
    r["iban4"] = v.type(52, "IBAN", "*****", container='form "Transfer"', detail={"masked": True})
    r["send4"] = v.click(
        57,
        "button",
        "Send",
        request("POST", "/api/transfers", 201, 430),
        shown("dialog", "Transfer sent"),
        container='form "Transfer"',
    )
    r["done"] = v.click(
        61,
        "button",
        "Done",
        went("https://bank.example/accounts", title="Accounts"),
        container='dialog "Transfer sent"',
    )
    return v.trace(seconds=64), r


def login() -> Made:
    """Three refused sign-ins, then the help page, where the visit ends."""
    v = Visit("https://app.example/login", "Sign in", device="phone", os="Android")
    r: dict[str, str] = {}
    for n, at in enumerate((10, 19, 30), 1):
        r[f"password{n}"] = v.type(at - 4, "Password", "*****", container='form "Sign in"', detail={"masked": True})
        r[f"try{n}"] = v.click(
            at,
            "button",
            "Sign in",
            request("POST", "/session", 401, 180),
            shown("alert", "Wrong e-mail or password"),
            container='form "Sign in"',
        )
    r["failure"] = v.sign(
        "login_failure", [r["try1"], r["try2"], r["try3"]], refusals=3, message="Wrong e-mail or password"
    )
    r["forgot"] = v.click(
        38, "link", "Forgot your password?", went("https://app.example/help/404", title="Page not found", status=404)
    )
    r["missing"] = v.sign("not_found", [r["forgot"]], url="https://app.example/help/404", status=404)
    return v.trace(seconds=45), r


def docs() -> Made:
    """A documentation site: three searches, two of them empty, a long read, a copy button."""
    v = Visit("https://docs.example/", "Docs home")
    r: dict[str, str] = {}
    r["q1"] = v.type(
        4, "Search docs", "webhook retries", shown("text_added", "No results for “webhook retries”"), role="searchbox"
    )
    r["q2"] = v.type(
        11, "Search docs", "retry policy", shown("text_added", "No results for “retry policy”"), role="searchbox"
    )
    r["q3"] = v.type(19, "Search docs", "webhooks", shown("text_added", "4 results"), role="searchbox")
    r["empty"] = v.sign(
        "repeated_search", [r["q1"], r["q2"]], searches=2, empty=2, queries="webhook retries, retry policy"
    )
    r["page"] = v.click(
        24, "link", "Webhooks guide", went("https://docs.example/guides/webhooks", title="Webhooks guide")
    )
    r["scroll"] = v.do("scroll", 30, None, reaction_ms=0, count=6, detail={"to_px": 2400, "deepest_px": 2400})
    r["idle_after"] = v.click(95, "button", "Copy", shown("toast", "Copied"), container='region "Example"')
    r["idle"] = v.sign("idle_gap", [r["scroll"], r["idle_after"]], idle_ms=64000)
    v.signals[-1].end_ms = v.signals[-1].t_ms + 64000
    return v.trace(seconds=99), r


def booking() -> Made:
    """A hotel booking that works: dates, a slow search, a room, a confirmation."""
    v = Visit("https://stay.example/", "Stay")
    r: dict[str, str] = {}
    r["where"] = v.type(5, "Where to?", "Lisbon")
    r["dates"] = v.click(11, "gridcell", "14 May", shown("state", "14 May selected"), container='dialog "Calendar"')
    r["find"] = v.click(
        16,
        "button",
        "Find rooms",
        request("GET", "/api/rooms", 200, 5200),
        shown("text_added", "12 rooms available", after_ms=5300),
    )
    r["slow"] = v.sign("slow_response", [r["find"]], waited_ms=5300, duration_ms=5200, request="GET /api/rooms")
    r["room"] = v.click(
        30, "button", "Choose Garden room", went("https://stay.example/book/garden", title="Your booking")
    )
    r["name"] = v.type(36, "Full name", "*****", container='form "Guest"', detail={"masked": True})
    r["book"] = v.click(
        44,
        "button",
        "Book now",
        request("POST", "/api/bookings", 201, 640),
        went("https://stay.example/booked/881", title="Booking confirmed"),
    )
    return v.trace(seconds=50), r


def board() -> Made:
    """A task board: a card is created, dragged, and a script error kills the filter."""
    v = Visit("https://tasks.example/board", "Sprint 12")
    r: dict[str, str] = {}
    r["new"] = v.click(3, "button", "New card", shown("dialog", "New card"))
    r["title"] = v.type(7, "Title", "Fix login", container='dialog "New card"')
    r["create"] = v.click(
        10,
        "button",
        "Create",
        request("POST", "/api/cards", 201, 120),
        shown("text_added", "Fix login"),
        container='dialog "New card"',
    )
    r["drag"] = v.do(
        "drag",
        15,
        _t("listitem", "Fix login", 'list "To do"'),
        request("PATCH", "/api/cards/31", 200, 80),
        reaction_ms=20,
        detail={"distance_px": 410},
    )
    error = shown("error", "TypeError: labels is undefined")
    r["filter1"] = v.click(22, "button", "Filter", error, container='toolbar "Board"')
    r["filter2"] = v.click(24, "button", "Filter", error, container='toolbar "Board"')
    r["crash"] = v.sign(
        "js_error",
        [r["filter1"], r["filter2"]],
        message="TypeError: labels is undefined",
        count=2,
        where="board.js:88:4",
    )
    r["deadfilter"] = v.sign("dead_click", [r["filter1"], r["filter2"]], clicks=2, waited_ms=2500)
    for one in v.interactions[-2:]:
        one.reaction_ms = None
    r["archive"] = v.click(
        33,
        "button",
        "Archive",
        request("POST", "/api/cards/31/archive", 500, 60),
        shown("toast", "Something went wrong"),
        container='menu "Fix login"',
    )
    r["oops"] = v.sign("error_click", [r["archive"]], status=500, message="Something went wrong")
    return v.trace(seconds=40), r


def course() -> Made:
    """A video course: play, pause, a quiz answered wrong once and right the second time."""
    v = Visit("https://learn.example/lesson/3", "Lesson 3: Joins")
    r: dict[str, str] = {}
    r["play"] = v.do("media", 4, _t("video", "Lesson video", ""), reaction_ms=0, detail={"action": "play"})
    r["pause"] = v.do("media", 64, _t("video", "Lesson video", ""), reaction_ms=0, detail={"action": "pause"})
    r["quiz"] = v.click(70, "link", "Take the quiz", went("https://learn.example/lesson/3/quiz", title="Quiz"))
    r["b"] = v.click(80, "radio", "LEFT JOIN", shown("state", "LEFT JOIN selected"), container='group "Question 1"')
    r["check1"] = v.click(84, "button", "Check answer", shown("alert", "Not quite. Try again."))
    r["c"] = v.click(92, "radio", "INNER JOIN", shown("state", "INNER JOIN selected"), container='group "Question 1"')
    r["check2"] = v.click(95, "button", "Check answer", shown("alert", "Correct!"))
    return v.trace(seconds=100), r


def signup() -> Made:
    """A sign-up form filled and left: quick look at the terms, then gone."""
    v = Visit("https://mail.example/", "Mailer")
    r: dict[str, str] = {}
    r["start"] = v.click(
        5, "link", "Start free trial", went("https://mail.example/signup", title="Create your account")
    )
    r["name"] = v.type(12, "Your name", "*****", container='form "Create your account"', detail={"masked": True})
    r["company"] = v.type(18, "Company", "*****", container='form "Create your account"', detail={"masked": True})
    r["terms"] = v.click(25, "link", "Terms of service", went("https://mail.example/terms", title="Terms of service"))
    r["back"] = v.open(29, "https://mail.example/signup", "Create your account", how="back_forward")
    r["quick"] = v.sign("quick_back", [r["terms"], r["back"]], away_ms=4000, url="https://mail.example/terms")
    r["pricing"] = v.click(36, "link", "Pricing", went("https://mail.example/pricing", title="Pricing"))
    r["left"] = v.sign("form_abandon", [r["name"], r["company"]], fields=2, of=5)
    return v.trace(seconds=52), r


def quiet() -> Made:
    """Somebody looks at three pages and goes. Nothing is wrong."""
    v = Visit("https://blog.example/", "The Blog")
    r: dict[str, str] = {}
    r["post"] = v.click(9, "link", "On rivers", went("https://blog.example/posts/rivers", title="On rivers"))
    r["read"] = v.do("scroll", 20, None, reaction_ms=0, count=9, detail={"to_px": 3000, "deepest_px": 3000})
    r["about"] = v.click(48, "link", "About", went("https://blog.example/about", title="About"))
    return v.trace(seconds=60), r


def harmless() -> Made:
    """A single harmless click, with its reaction."""
    v = Visit("https://app.example/settings", "Settings")
    ref = v.click(3, "switch", "Dark mode", shown("state", "Dark mode on"), reaction_ms=30)
    return v.trace(seconds=8), {"dark": ref}


def upload() -> Made:
    """A file upload that gets no answer, tried again with success; the first page is slow."""
    v = Visit("https://files.example/drive", "My files")
    r: dict[str, str] = {}
    r["upload1"] = v.click(
        6,
        "button",
        "Upload",
        request("POST", "/api/files", 0, 30000),
        shown("toast", "Upload failed. Check your connection."),
    )
    r["lost"] = v.sign("network_error", [r["upload1"]], status=0, path="/api/files", method="POST", count=1)
    r["upload2"] = v.click(
        50, "button", "Upload", request("POST", "/api/files", 201, 2300), shown("toast", "report.pdf uploaded")
    )
    r["rename"] = v.do("dblclick", 61, _t("row", "report.pdf", 'table "Files"'), shown("state", "report.pdf editing"))
    r["newname"] = v.type(65, "File name", "Q3 report.pdf")
    r["enter"] = v.do(
        "keypress",
        67,
        _t("textbox", "File name", ""),
        request("PATCH", "/api/files/9", 200, 70),
        reaction_ms=15,
        value="Enter",
    )
    return v.trace(seconds=70), r


def dashboard() -> Made:
    """A dashboard: date range changed, a chart hovered over in vain, an export, tabs of the page."""
    v = Visit("https://metrics.example/overview", "Overview")
    r: dict[str, str] = {}
    r["range"] = v.do(
        "input",
        5,
        _t("combobox", "Date range", ""),
        shown("value", "Last 30 days"),
        request("GET", "/api/series", 200, 890),
        value="Last 30 days",
    )
    r["revenue"] = v.click(
        12, "tab", "Revenue", shown("state", "Revenue selected"), shown("text_added", "€ 18,240"), reaction_ms=35
    )
    r["export"] = v.click(
        20,
        "button",
        "Export CSV",
        request("GET", "/api/export", 403, 45),
        shown("alert", "You need the Analyst role to export"),
    )
    r["denied"] = v.sign("error_click", [r["export"]], status=403, message="You need the Analyst role to export")
    r["thrash"] = v.sign("cursor_thrash", [r["export"]], reversals=14)
    v.signals[-1].end_ms = v.signals[-1].t_ms + 2200
    r["help"] = v.click(31, "link", "Ask an admin", shown("dialog", "Request access"), reaction_ms=50)
    return v.trace(seconds=36), r


def forum() -> Made:
    """A comment is posted, edited and upvoted; the reply box of another one is a disabled button."""
    v = Visit("https://talk.example/t/88", "How do I sharpen a chisel?")
    r: dict[str, str] = {}
    r["comment"] = v.type(10, "Add a comment", "Use a fine stone.")
    r["post"] = v.click(
        14,
        "button",
        "Post comment",
        request("POST", "/t/88/comments", 201, 210),
        shown("text_added", "Use a fine stone."),
    )
    r["upvote"] = v.click(
        20,
        "button",
        "Upvote",
        request("POST", "/votes", 200, 60),
        shown("value", "13"),
        container='article "Comment by Lena"',
    )
    r["reply1"] = v.click(26, "button", "Reply", container='article "Comment by Max"')
    r["reply2"] = v.click(27, "button", "Reply", container='article "Comment by Max"')
    r["reply3"] = v.click(28, "button", "Reply", container='article "Comment by Max"')
    r["deadreply"] = v.sign(
        "dead_click", [r["reply1"], r["reply2"], r["reply3"]], clicks=3, waited_ms=2500, disabled=True
    )
    r["tab"] = v.do("visibility", 40, None, value="hidden")
    return v.trace(seconds=44), r


def _t(role: str, name: str, container: str) -> Target:
    return target(role, name, container=container)


_ALL = (shop, admin, bank, login, docs, booking, board, course, signup, quiet, harmless, upload, dashboard, forum)
SESSIONS: dict[str, Callable[[], Made]] = {one.__name__: one for one in _ALL}
