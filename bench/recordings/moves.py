"""Moves: what a Person does on any application, with its truth: a dead button, a refused field, a search in vain."""

from collections.abc import Iterable, Sequence

from person import Person
from playwright.sync_api import Locator
from studio import Scenario

# What each recorder is called in a scenario's name.
_SUFFIX = {"rrweb": "bare", "rrweb1": "old", "rrweb2alpha": "alpha", "posthog": "posthog", "sentry": "sentry"}


def button(p: Person, name: str) -> Locator:
    return p.page.get_by_role("button", name=name, exact=True)


def link(p: Person, name: str, *, then: float = 1.2) -> None:
    p.click(p.page.get_by_role("link", name=name, exact=True), then=then)


def tab(p: Person, name: str, *, then: float = 1) -> None:
    p.click(p.page.get_by_role("tab", name=name, exact=True), then=then)


def fill(p: Person, fields: dict[str, str]) -> None:
    """Fill fields by their labels."""
    for label, text in fields.items():
        p.fill(p.page.get_by_label(label, exact=True), text)


def dead(p: Person, control: Locator, name: str, *, clicks: int = 5) -> None:
    """Press what does not answer once, wait, then press it again and again."""
    with p.meets("dead_click", target=name):
        p.click(control, then=3.3)
    with p.meets("rage_click", "dead_click", target=name):
        p.rage(control, clicks)


def in_vain(p: Person, box: Locator, queries: Iterable[str], *, enter: bool = False, then: float = 1.8) -> None:
    """Search for one thing after the other, none of which is there."""
    with p.meets("repeated_search"):
        for words in queries:
            p.fill(box, words, then=0.3 if enter else then)
            if enter:
                p.press("Enter", then=then)


def refused(p: Person, box: Locator, values: Sequence[str], send: Locator, *, then: float = 1.4) -> None:
    """Send a form whose field is refused each time."""
    with p.meets("validation_loop"):
        for value in values:
            p.fill(box, value)
            with p.meets("error_click", "dead_click", may=True):
                p.click(send, then=then)


def locked_out(p: Person, box: Locator, passwords: Iterable[str], send: Locator, *, requests: bool) -> None:
    """Sign in with passwords that are wrong; `requests` says whether the refusal is a failed request."""
    for password in passwords:
        p.fill(box, password)
        kinds = ("network_error", "error_click") if requests else ()
        with p.meets("login_failure", *kinds), p.meets("error_click", may=True):
            p.click(send, then=1.8)


def throws(p: Person, menu: str, item: str, *, then: float = 0.7) -> None:
    """Choose an item of a menu that throws."""
    p.click(button(p, menu), then=then)
    with p.meets("error_click", target=item):
        p.click(p.page.get_by_role("menuitem", name=item), then=3)


def not_kept(p: Person, opens: str, fields: dict[str, str], send: str) -> None:
    """Fill the form of a dialog whose request fails, and leave it."""
    p.click(button(p, opens), then=1)
    fill(p, fields)
    with p.meets("error_click", target=send), p.meets("network_error"):
        p.click(button(p, send), then=4)
    with p.meets("form_abandon", may=True):
        p.press("Escape", then=1.5)


def under(scenario: Scenario, *recorders: str) -> list[Scenario]:
    """The scenario under our recorder and under others."""
    from dataclasses import replace

    def other(name: str) -> Scenario:
        return replace(
            scenario, name=f"{scenario.name}-{_SUFFIX[name]}", title=f"{scenario.title} ({name})", recorder=name
        )

    return [scenario, *(other(name) for name in recorders)]
