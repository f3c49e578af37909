"""Locust's own web page (React, MUI): a table that a poll renews every two seconds, tabs, charts, a run to start and stop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

LOADS = """
from locust import HttpUser, between, task


class Visitor(HttpUser):
    wait_time = between(1, 2)

    @task(3)
    def home(self):
        self.client.get("/")

    @task
    def gone(self):
        self.client.get("/gone")
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    locust = install.pip(home, "locust") / "locust"
    (home / "locustfile.py").write_text(LOADS)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    argv = [locust, "-f", "locustfile.py", "--web-host", "127.0.0.1", "--web-port", port, "--host", url]
    with install.running(argv, url, cwd=home):
        yield url


def _start(p: Person, users: str = "2") -> None:
    """Whatever the visit before left running is stopped first; nobody sees that."""
    p.read(1)
    if not moves.button(p, "Start").count():
        p.click(moves.button(p, "New"), then=1)
    p.fill(p.page.get_by_label("Number of users (peak concurrency)"), users)
    p.click(moves.button(p, "Start"), then=3)


def _stop(p: Person) -> None:
    p.click(moves.button(p, "Stop"), then=2.5)


def _watch(p: Person) -> None:
    _start(p)
    p.read(4)
    for tab in ("Failures", "Exceptions", "Current Ratio", "Statistics", "Logs"):
        p.click(p.page.get_by_role("tab", name=tab), then=1.6)
    p.click(p.page.get_by_role("tab", name="Statistics"), then=2)
    p.click(p.page.get_by_role("columnheader", name="# Requests"), then=2)
    p.click(moves.button(p, "Edit"), then=1)
    p.fill(p.page.get_by_label("Number of users (peak concurrency)").last, "3")
    p.click(moves.button(p, "Update"), then=3)
    p.click(moves.button(p, "Reset"), then=4)
    _stop(p)


def _about(p: Person) -> None:
    p.read(1)
    p.click(moves.button(p, "About"), then=1.5)
    p.press("Escape", then=1)
    _start(p, "1")
    p.click(p.page.get_by_role("tab", name="Download Data"), then=1.5)
    _stop(p)


def _dead_reset(p: Person) -> None:
    _start(p)
    p.read(4)
    moves.dead(p, moves.button(p, "Reset"), "Reset")
    _stop(p)


def _stop_fails(p: Person) -> None:
    _start(p)
    p.read(3)
    for _ in range(2):
        with p.meets("error_click", "network_error", target="Stop"):
            p.click(moves.button(p, "Stop"), then=2.6)


def _thrash(p: Person) -> None:
    _start(p)
    p.read(3)
    with p.meets("cursor_thrash"):
        p.thrash(sweeps=22, width=420)
    p.read(1)
    with p.meets("idle_gap"):
        p.idle(33)
    _stop(p)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead_named(c, "Reset")  # noqa: E731
    bad = lambda c: sabotage.failing(c, "**/stop", status=500)  # noqa: E731
    return [
        Scenario("watch", "Starts a run, watches it, changes it, stops it", _watch, False),
        Scenario("watch-bare", "The same under bare rrweb", _watch, False, recorder="rrweb"),
        Scenario("watch-posthog", "The same under PostHog", _watch, False, recorder="posthog"),
        Scenario("about", "Reads about it, runs once", _about, False),
        Scenario("dead", "A dead button beside a table that lives", _dead_reset, True, prepare=dead),
        Scenario("dead-bare", "The same under bare rrweb", _dead_reset, True, recorder="rrweb", prepare=dead),
        Scenario("stop-fails", "The run cannot be stopped", _stop_fails, True, prepare=bad),
        Scenario("thrash", "The pointer shaken, then half a minute away", _thrash, True),
    ]
