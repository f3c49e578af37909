"""MailDev, an inbox for developers in AngularJS 1: mails that arrive by themselves, links without address, routes in the hash."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

SUBJECTS = (
    "Berth 7 is free on Friday", "Fuel invoice 4471", "Tide table for June", "Could not read the gauge", "Crew list", "Error report, weekly",
    "Lock times", "Pilot on board at six", "Required papers", "Your order has been sent", "Minutes", "404 Club newsletter",
)  # fmt: skip
_post: list[int] = []  # the port that mails are handed in at


@contextmanager
def serve(home: Path) -> Iterator[str]:
    program = install.npm(home, "maildev@2") / "maildev/bin/maildev"
    web, post = install.free_port(), install.free_port()
    _post[:] = [post]
    url = f"http://127.0.0.1:{web}"
    with install.running(["node", program, "--web", web, "--smtp", post, "--ip", "127.0.0.1"], url, cwd=home):
        for subject in SUBJECTS:
            _send(subject)
        yield url


def _send(subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Quay office <quay@harbour.example>", "ines@harbour.example", subject
    mail.set_content(f"{subject}.\n\nGreetings from the quay office.")
    mail.add_alternative(f"<h2>{subject}</h2><p>Greetings from the <b>quay office</b>.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", _post[0]) as post:
        post.send_message(mail)


def _mail(p: Person, subject: str) -> Locator:
    return p.page.locator(".email-item-link", has_text=subject).first


def _open(p: Person, subject: str, *, then: float = 1.6) -> None:
    p.click(_mail(p, subject), then=then)


def _ready(p: Person) -> None:
    _mail(p, "Crew list").wait_for()
    p.read(1.2)


def _tool(p: Person, name: str, *, then: float = 1) -> None:
    p.click(p.page.locator(".email-toolbar a", has_text=name).first, then=then)


def _top(p: Person, title: str, *, then: float = 0.9) -> None:
    p.click(p.page.locator(f".header-nav a[title='{title}']"), then=then)


def _choose(p: Person, menu: int, name: str) -> None:
    p.click(p.page.locator(".dropdown-trigger").nth(menu), then=0.7)
    p.click(p.page.locator(".dropdown-menu a:visible", has_text=name).first, then=1.2)


def _read(p: Person) -> None:
    _ready(p)
    _open(p, "Tide table")
    _choose(p, 0, "Text")
    _choose(p, 0, "Headers")
    _choose(p, 0, "HTML")
    for size in ("768px", "320px", "100%"):
        _choose(p, 1, size)
    _top(p, "Toggle between light and dark theme")
    _top(p, "Toggle between light and dark theme")
    _top(p, "Refresh emails", then=1.4)
    _top(p, "Refresh emails", then=1.4)
    _open(p, "Could not read the gauge", then=2.5)
    _open(p, "404 Club", then=2)


def _triage(p: Person) -> None:
    _ready(p)
    for subject in ("Minutes", "404 Club", "Your order", "Required papers", "Pilot on board"):
        _open(p, subject, then=0.45)
    p.read(1)
    _tool(p, "Delete", then=1.2)
    _tool(p, "Delete", then=1.2)
    _send("Ice in the north basin")
    p.read(2)
    _open(p, "Ice in the north")
    p.fill(p.page.get_by_placeholder("Search..."), "fuel", then=1)
    _open(p, "Fuel invoice")
    p.click(p.page.get_by_placeholder("Search..."), then=0.3)
    p.press("Control+A", then=0.1)
    p.press("Backspace", then=1)
    _top(p, "Mark all emails as read", then=1.5)
    p.scroll(300)


def _wait(p: Person) -> None:
    _ready(p)
    _open(p, "Lock times", then=3)
    for number in range(3):
        p.read(3.2)
        _send(f"Lock opened, {number + 1} of 3")
    p.read(2)
    box = p.page.locator(".email-meta .subject").bounding_box()
    assert box
    p.drag((box["x"] + 4, box["y"] + 12), (box["x"] + 130, box["y"] + 12))
    p.press("Control+C", then=1)
    _top(p, "Additional configuration")
    p.click(p.page.locator("label[for=toggle-auto-show]"), then=1)
    _send("Lock closed")
    p.read(2)
    p.click(p.page.locator(".email-meta"), then=1)


def _vain(p: Person) -> None:
    _ready(p)
    moves.in_vain(p, p.page.get_by_placeholder("Search..."), ("dredger", "harbour dues", "tugboat"))
    p.read(1)


def _dead(p: Person) -> None:
    _ready(p)
    _open(p, "Fuel invoice")
    moves.dead(p, p.page.locator(".email-toolbar a", has_text="Delete"), "Delete")
    _open(p, "Tide table")


def _fails(p: Person) -> None:
    _ready(p)
    _open(p, "Crew list")
    with p.meets("error_click", target="Delete"), p.meets("network_error"):
        _tool(p, "Delete", then=3)
    with p.meets("error_click", target="Mark all emails as read"), p.meets("network_error"):
        _top(p, "Mark all emails as read", then=3)
    p.read(1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Crew list"):
        _open(p, "Crew list", then=6)
    p.read(1)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, ".email-toolbar a[ng-click='delete(item)']")  # noqa: E731
    late = lambda c: sabotage.slow(c, lambda url: "/email/" in url and url.count("/") == 4, seconds=4.3)  # noqa: E731

    def fails(context):  # type: ignore[no-untyped-def]
        sabotage.failing_method(context, "**/email/**", "DELETE", status=500)
        context.add_init_script("window.alert = () => {}")
        sabotage.failing_method(context, "**/email/read-all", "PATCH", status=503)

    return [
        *moves.under(Scenario("read", "Reads a mail in all its forms, refreshes", _read, False), "rrweb"),
        Scenario("triage", "Skims five mails, deletes two, finds one, marks all", _triage, False),
        Scenario("wait", "Mails arrive while one is read", _wait, False, recorder="posthog"),
        Scenario("vain", "Three searches in vain", _vain, True),
        Scenario("dead", "Delete does nothing", _dead, True, prepare=dead, recorder="rrweb2alpha"),
        Scenario("fails", "The server refuses to delete and to mark", _fails, True, prepare=fails),
        Scenario("slow", "A mail that takes four seconds", _slow, True, prepare=late),
    ]
