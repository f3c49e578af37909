"""Translations: what can be compared is compared, and what lost anything stays in the English that was checked."""

import json
from collections.abc import Iterator

import pytest

from playhead.analyst.config import ModelConfig
from playhead.analyst.translate import is_faithful, localised
from playhead.core.site_context import SiteContext
from playhead.jobs.analyze import Analyses, wait_done
from playhead.jobs.imports import import_recording
from playhead.query import session as query_session
from playhead.query import settings
from tests.analyst.model_server import Handler, Server, answers, fails
from tests.analyst.samples import DECLINED
from tests.jobs.test_analyze import SAID


@pytest.mark.parametrize(
    ("english", "said", "kept"),
    [
        ("The page said “Card declined”.", "Die Seite sagte „Card declined“.", True),
        ("The page said “Card declined”.", "Die Seite sagte „Karte abgelehnt“.", False),
        ("POST /api/pay answered 402 twice.", "POST /api/pay antwortete zweimal mit 402.", True),
        ("POST /api/pay answered 402 twice.", "POST /api/pay antwortete 14-mal mit 402.", False),
        ("POST /api/pay answered 402.", "POST /api/login antwortete mit 402.", False),
        ("The card was declined.", "Mehr auf [dieser Seite](https://evil.example).", False),
        ("The card was declined.", "Die Karte wurde abgelehnt. " * 9, False),
        ("The card was declined.", "", False),
    ],
)
def test_what_can_be_compared_is_compared(english, said, kept) -> None:
    assert is_faithful(english, said) is kept


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def german(handler: Handler) -> None:
    """Marks every line as German; the lie about the number is for the comparison to find."""
    asked = json.dumps(handler.server.requests[-1].body["messages"])
    count = 0
    while f"[{count + 1}] " in asked:
        count += 1
    text = handler.server.requests[-1].body["messages"][-1]["content"]
    lines = [line.partition("] ")[2] for line in text.splitlines() if line.startswith("[")]
    assert len(lines) == count
    told = [line.replace("The card was declined", "Die Karte wurde abgelehnt").replace("402", "500") for line in lines]
    answers({"lines": told})(handler)


def test_a_report_is_translated_after_it_was_checked(store, server) -> None:
    session = import_recording(store, "site", DECLINED.read_bytes())
    settings.save_context(store, "site", SiteContext(language="German"))
    server.script(answers(SAID), german)
    analyses = Analyses(store)
    model = ModelConfig.parse("compatible:test", base_url=server.url)
    last = wait_done(analyses.start(session, model), timeout_s=60)
    report = query_session.report(store, session)
    assert last.kind == "done" and report.language == "German" and report.usage.requests == 2
    assert report.headline.text == "The card was declined twice.", "what was checked is kept"
    shown = localised(report)
    assert shown.headline.text == "Die Karte wurde abgelehnt twice."
    assert [one.text for one in shown.summary] == ["POST /demo/api/pay answered 402 twice."], "a lost number is noticed"
    assert "Translate each numbered line into German" in server.requests[-1].text
    server.script(answers(SAID), fails(401, "bad key"))
    last = wait_done(analyses.start(session, model, again=True), timeout_s=60)
    assert last.kind == "done" and "not translated" in last.report.language and not last.report.translations
    analyses.stop()
