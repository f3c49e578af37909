"""Planted secrets: in every place of a page, recorded by the real recorder into the real server.

None of them is found on its disk once the session is digested (strict: at no time), whole sessions and dictionaries
included, nor in the index, exports, metrics, the server's log at its most talkative, or in what a model is sent and may
look up."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest

from playhead.analyst.looking import TOOLS, Looker
from playhead.jobs.compact import compact
from playhead.jobs.digest import stored_trace
from playhead.jobs.looking import StoredSource
from tests.planted import (
    ACT,
    BODY,
    HEAD,
    MAIL,
    SECRETS,
    Heard,
    Kept,
    Remote,
    fill,
    found_in,
    get,
    leaks,
    open_kept,
    rows,
    stored_leaks,
)
from tests.servers import postgres, seaweed

OWN = f"""() => {{
  playhead.event('order', {{mail: '{MAIL}', '{MAIL}': 1, card: '4111 1111 1111 1111', secret: 'vault-4711'}});
  playhead.identify('u-1', {{plan: 'gold', password: 'hunter2-ada', card: '4111111111111111', jwt: '{SECRETS[3]}'}});
}}"""
DERIVED = ["", "/events", "/trace", "/narrative", "/sent", "/report", "/report?format=md", "/panels", "/segments/0"]
AROUND = ["/metrics", "/api/sessions", "/api/audit", "/api/sites/demo/status", "/sessions", "/audit", "/digest"]
COPIES = 9  # of the visit, by other visitors: enough for a dictionary


@pytest.fixture(params=["text", "json"])
def heard(request, tmp_path):
    running = Heard(tmp_path / "data", "--log-level", "debug", "--log-format", request.param).start()
    yield running
    running.kill()


def settings(server, **wanted: object) -> None:
    body = json.dumps(wanted).encode()
    ask = urllib.request.Request(f"{server.url}/api/sites/demo/settings", body, method="PUT")
    ask.add_header("content-type", "application/json")
    urllib.request.urlopen(ask).close()
    time.sleep(2.2)  # ingest looks for new settings every two seconds


def visit(page, site, server) -> tuple[str, list[tuple[str, bytes]]]:
    """Visit the page; return the session, and the batches as they were sent."""
    sent: list[tuple[str, bytes]] = []
    page.on(
        "request", lambda one: sent.append((one.url, one.post_data_buffer or b"")) if "/ingest?v=" in one.url else 0
    )
    tag = f'<script src="{server.url}/recorder.js" data-site="demo" data-canvas="1"></script>'
    site.pages["/"] = f"<!doctype html><html><head>{HEAD}{tag}</head><body>{BODY}</body></html>"
    page.goto(f"{site.url}/?mail={MAIL}")
    page.wait_for_function("window.playhead?.sessionId()")
    fill(page)
    page.evaluate(ACT)
    page.evaluate(OWN)
    page.wait_for_timeout(1_300)
    stopped = page.evaluate("playhead.stop()")
    assert stopped["delivered"] is True
    return stopped["sessionId"], [one for one in sent if one[1]]


def send_again(server, session: str, sent: list[tuple[str, bytes]]) -> None:
    """The same visit by others."""
    visitor = parse_qs(urlsplit(sent[0][0]).query)["visitor"][0]
    for number in range(COPIES):
        for url, body in sent:
            plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            url, text = (
                one.replace(session, f"s_copy{number}")
                .replace(visitor, f"v_{number:032x}")
                .replace('"u-1"', f'"u-c{number}"')
                for one in (url, plain.decode())
            )
            urllib.request.urlopen(urllib.request.Request(url, text.encode(), method="POST"), timeout=30).close()


@contextlib.contextmanager
def watched(kept: Kept, found: list[str], secrets: tuple[str, ...] = SECRETS):
    """Look at what is kept all the time."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            found.extend(leaks(kept, secrets))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def wait_until_scrubbed(kept: Kept) -> None:
    query = (
        "SELECT count(*) FROM sessions LEFT JOIN scrubbed ON sessions.id = scrubbed.session"
        " WHERE coalesce(revision, -1) < log_revision OR digest_revision < log_revision"
    )
    until = time.monotonic() + 90
    while time.monotonic() < until:
        left = rows(kept, query)[0][0] + rows(kept, "SELECT count(*) FROM rewrites")[0][0]
        if not left:
            return
        time.sleep(0.5)
    pytest.fail(f"not scrubbed: {left}")


@pytest.mark.parametrize("privacy", ["standard", "strict"])
def test_none_is_found_anywhere(page, site, heard, privacy):
    none_is_found(page, site, heard, heard.data, privacy)


@pytest.mark.parametrize("privacy", ["standard", "strict"])
def test_none_is_found_in_a_database_and_a_bucket(page, site, tmp_path, monkeypatch, privacy):
    with postgres() as index, seaweed() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        kept = Remote(index, "s3://playhead/planted")
        server = Heard(tmp_path / "data", "--log-level", "debug", "--index", kept.index, "--objects", kept.objects)
        try:
            none_is_found(page, site, server.start(), kept, privacy)
        finally:
            server.kill()


def none_is_found(page, site, server: Heard, kept: Kept, privacy: str) -> None:
    """Visit the page, and look everywhere while and after it is recorded; the server is ended on the way."""
    during: list[str] = []
    settings(server, privacy=privacy)
    with watched(kept, during) if privacy == "strict" else contextlib.nullcontext():
        session, sent = visit(page, site, server)
        send_again(server, session, sent)
    assert during == []
    for path in [*(f"/api/sessions/{session}{part}" for part in (*DERIVED, "/export.html")), *AROUND]:
        assert found_in(get(server, path)) == [], path
    for word in ("lovelace", "vault", "hunter2"):
        assert json.loads(get(server, f"/api/sessions?q={word}"))["sessions"] == []
    events = get(server, f"/api/sessions/{session}/events")
    assert "Orders" in events and "playhead.event" in events and "gold" in events, "it was recorded at all"
    wait_until_scrubbed(kept)
    assert leaks(kept) == []  # with the database's log beside it
    said = server.stop()
    lines = said.splitlines()
    assert any(("playhead" in line or "uvicorn" in line) and "info" in line.lower() for line in lines)
    if "json" in server.arguments:
        assert all({"time", "level", "message"} <= set(json.loads(line)) for line in lines if line)
    assert found_in(said) == []
    assert leaks(kept) == []
    looked_up(kept, session)
    kept_small(kept, session)


def looked_up(kept: Kept, session: str) -> None:
    """What the chat's tools give a model, of whatever it asks."""
    with open_kept(kept) as store:
        trace = stored_trace(store, session)
        assert trace is not None
        looker = Looker(trace, StoredSource(store, session))
        told = [line for tool in TOOLS for at in (0, 1500, 4000) for line in looker.look(tool, text=MAIL, at_ms=at)]
    assert len(told) > 10
    assert found_in(str(told)) == []


def kept_small(kept: Kept, session: str) -> None:
    """Whole sessions and their dictionary hold none either; nor does an export from the command line."""
    with open_kept(kept) as store:
        done = compact(store, "test", rest_ms=-1, alone_ms=0)
    assert done.sessions == COPIES + 1
    found, kinds = stored_leaks(kept)
    assert found == []
    assert kinds == ["dict", "whole"]
    assert leaks(kept) == []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "playhead", "export", session, "--data", str(kept)]
        environment = dict(os.environ)
        if isinstance(kept, Remote):
            command[-1] = folder
            environment |= {"PLAYHEAD_INDEX": kept.index, "PLAYHEAD_OBJECTS": kept.objects}
        exported = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "Orders" in exported.stdout
    assert found_in(exported.stdout + exported.stderr) == []
