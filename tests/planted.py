"""Planted secrets: what they are, a page that has them in every place, and every place of a server to look for them.

Told     `leaks(data)` looks at every file as it lies there and opened (packs, whole sessions with their dictionaries,
         segments, cells of the index), and at the words of the full text
"""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playhead.core.readers.inflate import FormatError
from playhead.store import open_store
from playhead.store.dictionaries import PREFIX, DictionaryError, read_dictionary
from playhead.store.inflate import GZIP_MAGIC, ZSTD_MAGIC, InflateError, inflate
from playhead.store.objects import ObjectMissing
from playhead.store.pack import PackError
from playhead.store.words import LETTERS, words_of
from tests.conftest import Server

MAIL, CARD, IBAN = "ada.byron@lovelace.org", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWFkYQ"
KEY, NAMED = "sk-proj-4f9aK2mQ8xZ1bV7nC3dE5gH6", "vault-4711"
PASSWORD, HIDDEN, TYPED, NOTE = "hunter2-ada", "csrf-ada-77120", "diary-of-ada", "written-into-rich-text"
COMMENT = "comment-of-a-developer"
SECRETS = (MAIL, CARD, IBAN, JWT, KEY, NAMED, PASSWORD, HIDDEN, TYPED, NOTE, COMMENT)

BODY = f"""<!-- {COMMENT} {KEY} --><style>#s::after {{ content: "{MAIL}" }} #q {{ background: url(/q.png?token={NAMED});
 --of: "{MAIL}" }}</style>
<h1>Orders</h1><p>Write to {MAIL}; card {CARD}, IBAN {IBAN}, token {JWT}, key {KEY}</p><p id=q>data: {MAIL}</p>
<p class="row of-{MAIL}" style="background-image: url(/r.png?api_key={NAMED})">row</p>
<img alt="{MAIL}" title="{CARD}" src="/p.png?token={NAMED}"><p id=s data-owner="{MAIL}" aria-label="{IBAN}"></p>
<svg width=40 height=20 aria-label="{MAIL}" data-card="{CARD}"><title>{MAIL}</title><text y=9>{CARD}</text>
 <image xlink:href="/i.svg?access_token={NAMED}" href="/i.svg?access_token={NAMED}"></image></svg>
<canvas id=cv width=90 height=20></canvas>
<a href="/x?email={MAIL}&access_token={NAMED}#access_token={NAMED}">link</a><a href="mailto:{MAIL}">mail</a>
<form action="/y?api_key={NAMED}"><input id=t placeholder="{MAIL}"><input type=password id=p><input type=hidden
 value="{HIDDEN}"><input value="{TYPED}"><textarea id=ta>{TYPED}</textarea><input autocomplete=cc-number id=cc></form>
<div contenteditable id=e></div><my-box></my-box><iframe srcdoc="<p>{MAIL}</p><input value='{TYPED}'>"></iframe>
<button id=b type=button>Order</button><script>
document.querySelector('my-box').attachShadow({{mode: 'open'}}).innerHTML = '<b>{MAIL}</b><input value="{TYPED}">';
</script>"""
HEAD = f"""<meta charset=utf-8><title>Account of {MAIL}</title><link rel=icon href='data:,'>
<meta name=csrf-token content="{HIDDEN}"><meta name=author content="{MAIL}">"""

ACT = f"""async () => {{
  console.log('user', '{MAIL}', {{token: '{JWT}', password: '{PASSWORD}', byMail: {{'{MAIL}': 1}}}});
  console.error('password:', '{PASSWORD}');
  setTimeout(() => {{ throw new Error('no account {MAIL} {KEY}') }});
  Promise.reject(new TypeError('rejected for {MAIL}, Bearer {NAMED}-77.x'));
  history.pushState({{}}, '', '/me?email={MAIL}&session_id={NAMED}#access_token={NAMED}');
  document.title = 'Orders of {MAIL}';
  const headers = {{'Content-Type': 'application/json', 'Authorization': 'Bearer {JWT}', 'X-Api-Key': '{KEY}'}};
  const body = JSON.stringify({{mail: '{MAIL}', card: '{CARD}', password: '{PASSWORD}'}});
  await fetch('/api?api_key={NAMED}&q={MAIL}', {{method: 'POST', headers, body}}).catch(() => 0);
  const xhr = new XMLHttpRequest(); xhr.open('POST', '/xhr/{MAIL}?token={NAMED}'); xhr.send(body);
  const socket = new WebSocket(`ws://${{location.host}}/ws?token={NAMED}&of={MAIL}`); socket.onerror = () => 0;
  const p = document.createElement('p'); p.textContent = 'Hello {MAIL}'; p.title = '{CARD}'; document.body.append(p);
  p.style.setProperty('background-image', 'url(/z.png?token={NAMED})'); p.setAttribute('data-of', '{MAIL}');
  document.styleSheets[0].insertRule('h1::before {{ content: "{MAIL}" }}', 0);
  cv.getContext('2d').fillText('{MAIL}', 0, 9);
  await new Promise((done) => setTimeout(done, 200));
}}"""


def fill(page) -> None:
    """Type what only a browser can know to be secret."""
    page.fill("#t", TYPED)
    page.fill("#p", PASSWORD)
    page.fill("#cc", CARD)
    page.fill("#ta", TYPED)
    page.click("#e")
    page.keyboard.type(NOTE)
    page.click("#b")


class Heard(Server):
    """A server that says all it can, and whose words are kept."""

    def start(self) -> Heard:
        super().start()
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        return self

    def _listen(self) -> None:
        with contextlib.suppress(ValueError):  # closed by kill()
            self._said.extend(self.process.stdout)

    def stop(self) -> str:
        """End it properly; return its log."""
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self._reader.join(5)
        self.kill()
        return "".join(self._said)


def get(server: Server, path: str) -> str:
    with urllib.request.urlopen(server.url + path, timeout=60) as answer:
        return answer.read().decode("utf-8", "replace")


def found_in(text: str, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Return the secrets in a text, also without their blanks, or as they stand in an address."""
    forms = {secret: {secret, secret.replace(" ", ""), secret.replace("@", "%40")} for secret in secrets}
    return [secret for secret, written in forms.items() if any(form in text for form in written)]


def leaks(data: Path, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Return "SECRET in PLACE" for all that is found in a data directory, which a server may be using."""
    return [f"{secret!r} in {place}" for place, text in _texts(data) for secret in found_in(text, secrets)] + [
        f"words of {secret!r} in the full text" for secret in _in_full_text(data, secrets)
    ]


def _texts(data: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        with contextlib.suppress(FileNotFoundError):  # a server goes on
            yield from _opened(str(path.relative_to(data)), path.read_bytes())
    with contextlib.closing(_index(data)) as index:
        for (table,) in index.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in index.execute(f'select * from "{table}"'):
                for cell in row:
                    yield from _opened(f"table {table}", cell if isinstance(cell, bytes) else str(cell).encode())


def _opened(place: str, blob: bytes) -> Iterator[tuple[str, str]]:
    yield place, blob.decode("utf-8", "replace")
    if PREFIX in place:
        with contextlib.suppress(DictionaryError):
            yield f"{place}, opened", read_dictionary(blob, name=place)[1].decode("utf-8", "replace")
    for magic in (GZIP_MAGIC, ZSTD_MAGIC):
        at = blob.find(magic)
        while at >= 0:
            with contextlib.suppress(InflateError, FormatError):  # bytes may only look like a beginning
                yield f"{place}, inflated", inflate(blob[at:]).decode("utf-8", "replace")
            at = blob.find(magic, at + 1)


def stored_leaks(data: Path, secrets: tuple[str, ...] = SECRETS) -> tuple[list[str], list[str]]:
    """Open every batch of every session of a store nobody else uses, with the dictionary it needs; return what leaks,
    and the kinds of objects that were read."""
    found: list[str] = []
    kinds: set[str] = set()
    with open_store(data) as store:
        with contextlib.closing(_index(data)) as index:
            ids = [one for (one,) in index.execute("select id from sessions")]
        for session in ids:
            for batch in store.log.batches(session):
                kinds.add(batch.pack.rpartition(".")[2])
                with contextlib.suppress(ObjectMissing, PackError):
                    text = store.log.body(batch).decode("utf-8", "replace")
                    found += [f"{secret!r} in {batch.key} of {batch.pack}" for secret in found_in(text, secrets)]
        if list(store.objects.list(PREFIX)):
            kinds.add("dict")
    return found, sorted(kinds)


def _in_full_text(data: Path, secrets: tuple[str, ...]) -> list[str]:
    with contextlib.closing(_index(data)) as index:
        documents = " ".join(str(cell) for row in index.execute("select * from search_text_content") for cell in row)
    return [
        secret
        for secret in secrets
        if any(
            f" {' '.join(letter + word for word in words_of(secret))} " in f" {documents} "
            for letter in LETTERS.values()
        )
    ]


def _index(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{data}/index.db?mode=ro", uri=True)
