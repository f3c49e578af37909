"""Studio: records one scenario in a real Chromium, with our recorder or others', and keeps it with its truth.

Kept    tests/fixtures/recordings/NAME.json.zst (one JSON array of rrweb events) and NAME.truth.json
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))

from collector import Collector  # noqa: E402
from others import UNHEARD, Other  # noqa: E402
from person import Person  # noqa: E402

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FIXTURES = ROOT / "tests/fixtures/recordings"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += [
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks",  # pages that a test answers for may load the recorder too
]

_INJECT = """
(() => {
  if (window !== window.top || !location.protocol.startsWith("http")) return;
  const add = () => {
    const script = document.createElement("script");
    script.src = %(src)s;
    script.dataset.site = "fixture";
    script.async = true;
    (document.head ?? document.documentElement).append(script);
  };
  if (document.documentElement) add();
  else new MutationObserver((_, seen) => {
    if (document.documentElement) { seen.disconnect(); add(); }
  }).observe(document, {childList: true});
})();
"""


@dataclass
class Scenario:
    """One recording to make: `play(person)` acts and labels; `recorder` is "playhead" or one of `others`."""

    name: str
    title: str
    play: Callable[[Person], None]
    struggle: bool
    recorder: str = "playhead"
    viewport: tuple[int, int] = (1280, 800)
    prepare: Callable[[BrowserContext], None] | None = None  # broken routes, slow routes, scripts run before the app's
    canvas: bool = False
    masked: bool = False  # Sentry as it comes: every text and field masked
    path: str = ""  # where on the application it starts
    offline_hosts: bool = False  # requests to other hosts fail, as behind a blocker; otherwise there must be none


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def record(browser: Browser, scenario: Scenario, *, app: str, url: str) -> Path:
    """Play the scenario on a fresh browser profile and store what the recorder said."""
    width, height = scenario.viewport
    context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
    try:
        if scenario.offline_hosts:
            context.route(lambda address: "//127.0.0.1" not in address, lambda route: route.abort())
        if scenario.prepare:
            scenario.prepare(context)
        make = _with_playhead if scenario.recorder == "playhead" else _with_other
        events, person = make(context, scenario, url + scenario.path)
    finally:
        context.close()
    return keep(f"{app}-{scenario.name}", events, app=app, scenario=scenario, person=person)


def keep(name: str, events: list[Any], *, app: str, scenario: Scenario, person: Person) -> Path:
    FIXTURES.mkdir(parents=True, exist_ok=True)
    blob = json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()
    path = FIXTURES / f"{name}.json.zst"
    path.write_bytes(zstd.compress(blob, 19))
    facts = {
        "app": app,
        "title": scenario.title,
        "recorder": scenario.recorder,
        "struggle": scenario.struggle,
        "events": len(events),
        "bytes": len(blob),
        "truth": person.truth,
        "may": person.may,
    }
    (FIXTURES / f"{name}.truth.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    print(
        f"{path.name}: {len(events)} events, {len(blob):,} → {path.stat().st_size:,} bytes, {len(person.truth)} labels"
    )
    return path


def _with_playhead(context: BrowserContext, scenario: Scenario, url: str) -> tuple[list[Any], Person]:
    with Collector() as collector:
        context.add_init_script(_INJECT % {"src": json.dumps(f"{collector.url}/recorder.js")})
        page = context.new_page()
        person = Person(page, scenario.name)
        page.goto(url)
        page.wait_for_function("window.playhead?.sessionId()")
        scenario.play(person)
        for tab in context.pages:
            tab.evaluate("window.playhead?.stop()")
        (session,) = collector.sessions()
        return collector.events(session), person


def _with_other(context: BrowserContext, scenario: Scenario, url: str) -> tuple[list[Any], Person]:
    other = Other(context, scenario.recorder, canvas=scenario.canvas, masked=scenario.masked)
    page = context.new_page()
    person = Person(page, scenario.name)
    page.goto(url)
    scenario.play(person)
    events = other.finish(context)
    unheard = UNHEARD.get(scenario.recorder, ())
    person.may += [label for label in person.truth if label["kind"] in unheard]
    person.truth = [label for label in person.truth if label["kind"] not in unheard]
    return events, person
