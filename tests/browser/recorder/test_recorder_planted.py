"""Planted secrets: in every place of a page, recorded by the real recorder into the real server; none of them is found
on the disk once the session is digested, in the index, in exports, in the log, or in what a model would be sent."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

import pytest

from playhead.store import open_store
from tests.conftest import Server

MAIL, CARD, IBAN = "ada.byron@lovelace.org", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWFkYQ"
KEY, PHONE = "sk-proj-4f9aK2mQ8xZ1bV7nC3dE5gH6", "+49 30 901820 77"
# what only the browser can know to be secret
TYPED = "diary-of-ada"
PASSWORD, HIDDEN, CHOSEN, NOTE = "hunter2-ada", "csrf-ada-77120", "the second option", "written into a rich text"
SECRETS = [MAIL, CARD, IBAN, JWT, KEY, TYPED, PASSWORD, HIDDEN, NOTE, "vault-4711", "comment-of-a-developer"]

PAGE = f"""<!doctype html><html><head><title>Account of {MAIL}</title><link rel=icon href='data:,'>
<meta name=csrf-token content="{HIDDEN}"><style>#s::after {{ content: "{MAIL}" }}</style>
<script src="SERVER/recorder.js" data-site="demo"></script></head><body>
<!-- comment-of-a-developer {KEY} -->
<h1>Orders</h1><p>Write to {MAIL} or call; card {CARD}, IBAN {IBAN}, token {JWT}, key {KEY}</p>
<img alt="{MAIL}" title="{CARD}" src="/p.png?token=vault-4711"><p id=s data-owner="{MAIL}" aria-label="{IBAN}"></p>
<a href="/x?email={MAIL}&access_token=vault-4711#access_token=vault-4711">link</a>
<form action="/y?api_key=vault-4711"><input id=t placeholder="{MAIL}"><input type=password id=p><input type=hidden
 value="{HIDDEN}"><input value="{TYPED}"><textarea>{TYPED}</textarea><select id=c><option>none</option>
 <option>{CHOSEN}</option></select><input type=radio value="{HIDDEN}"><input autocomplete=cc-number id=cc></form>
<div contenteditable id=e></div><my-box></my-box><iframe srcdoc="<p>{MAIL}</p><input value='{TYPED}'>"></iframe>
<script>
document.querySelector('my-box').attachShadow({{mode: 'open'}}).innerHTML = '<b>{MAIL}</b><input value="{TYPED}">';
</script></body></html>"""

ACT = f"""async () => {{
  console.log('user', '{MAIL}', {{token: '{JWT}', password: '{PASSWORD}'}});
  setTimeout(() => {{ throw new Error('no account {MAIL} {KEY}') }});
  history.pushState({{}}, '', '/me?email={MAIL}&session=vault-4711');
  await fetch('/api?api_key=vault-4711&q={MAIL}').catch(() => 0);
  const p = document.createElement('p'); p.textContent = 'Hello {MAIL}'; p.title = '{CARD}'; document.body.append(p);
  document.styleSheets[0].insertRule('h1::before {{ content: "{MAIL}" }}', 0);
  playhead.event('order', {{mail: '{MAIL}', card: '{CARD}', secret: 'vault-4711'}});
}}"""


@pytest.fixture
def quiet_server(tmp_path) -> Server:
    running = Server(tmp_path / "data").start()
    yield running
    running.kill()


def get(server: Server, path: str) -> str:
    with urllib.request.urlopen(server.url + path, timeout=60) as answer:
        return answer.read().decode("utf-8", "replace")


def check(where: str, text: str, secrets: list[str]) -> None:
    for secret in secrets:
        assert secret not in text and secret.replace(" ", "") not in text, f"{secret!r} in {where}"


@pytest.mark.parametrize("privacy", ["standard", "strict"])
def test_none_is_found_anywhere(page, site, quiet_server, privacy):
    server = quiet_server
    wanted = json.dumps({"privacy": privacy}).encode()
    put = urllib.request.Request(f"{server.url}/api/sites/demo/settings", data=wanted, method="PUT")
    put.add_header("content-type", "application/json")
    urllib.request.urlopen(put).read()
    time.sleep(2.2)  # ingest looks for new settings every two seconds
    site.pages["/"] = PAGE.replace("SERVER", server.url)
    page.goto(site.url + "/")
    page.wait_for_function("window.playhead?.sessionId()")
    page.fill("#t", TYPED)
    page.fill("#p", PASSWORD)
    page.fill("#cc", CARD)
    page.select_option("#c", CHOSEN)
    page.click("#e")
    page.keyboard.type(NOTE)
    page.evaluate(ACT)
    page.wait_for_timeout(1_200)
    stopped = page.evaluate("playhead.stop()")
    assert stopped["delivered"] is True
    session = stopped["sessionId"]
    # while it is fresh: everything that is derived and handed out
    for path in (
        "",
        "/events",
        "/trace",
        "/narrative",
        "/sent",
        "/report",
        "/report?format=md",
        "/panels",
        "/segments/0",
    ):
        check(f"{path} ({privacy})", get(server, f"/api/sessions/{session}{path}"), SECRETS)
    check("export.html", get(server, f"/api/sessions/{session}/export.html"), SECRETS)
    check("the list", get(server, "/api/sessions"), SECRETS)
    events = get(server, f"/api/sessions/{session}/events")
    assert "Orders" in events and "playhead.event" in events, "it was recorded at all"
    wait_until_scrubbed(server, session)
    server.kill()
    on_disk(server.data, session)


def wait_until_scrubbed(server: Server, session: str) -> None:
    import sqlite3

    until = time.monotonic() + 60
    while time.monotonic() < until:
        with sqlite3.connect(f"file:{server.data}/index.db?mode=ro", uri=True) as index:
            query = (
                "SELECT count(*) FROM scrubbed JOIN sessions ON sessions.id = scrubbed.session WHERE session = ?"
                " AND revision >= log_revision"
            )
            if index.execute(query, (session,)).fetchone()[0]:
                return
            waiting = index.execute("SELECT count(*) FROM rewrites").fetchone()[0]
        time.sleep(0.5)
    pytest.fail(f"not scrubbed within a minute; {waiting} packs wait")


def on_disk(data: Path, session: str) -> None:
    """Every file as it lies there, and every batch opened."""
    for file in data.rglob("*"):
        if file.is_file():
            check(str(file), file.read_bytes().decode("utf-8", "replace"), SECRETS)
    with open_store(data) as store:
        found = list(store.log.batches(session))
        assert len(found) > 1
        for batch in found:
            check(f"batch {batch.key}", store.log.body(batch).decode(), SECRETS)
