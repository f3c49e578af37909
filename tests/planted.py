"""Planted secrets: what they are, a page that has them in every place, and every place of a server to look for them.

Told     `leaks(kept)` looks at every file or object as it lies there and opened (packs, whole sessions with their
         dictionaries, segments, cells of the index), and at the words of the full text
Kept     a data directory, or a `Remote`: a database and a bucket; a server may be using either
"""

from __future__ import annotations

import contextlib
import re
import signal
import sqlite3
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from playhead.core.readers.inflate import FormatError
from playhead.store import Store, open_store
from playhead.store.cloud import open_objects
from playhead.store.dictionaries import PREFIX, DictionaryError, read_dictionary
from playhead.store.inflate import GZIP_MAGIC, ZSTD_MAGIC, InflateError, inflate
from playhead.store.objects import ObjectMissing
from playhead.store.pack import PackError
from playhead.store.postgres import driver_url
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


class Remote(NamedTuple):
    """What a server without a directory of its own keeps, by its addresses."""

    index: str
    objects: str


Kept = Path | Remote


def leaks(kept: Kept, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Return "SECRET in PLACE" for all that is found."""
    return [f"{secret!r} in {place}" for place, text in _texts(kept) for secret in found_in(text, secrets)] + [
        f"words of {secret!r} in the full text" for secret in _in_full_text(kept, secrets)
    ]


def rows(kept: Kept, query: str) -> list[tuple[Any, ...]]:
    """Ask the index of `kept`."""
    if isinstance(kept, Path):
        with contextlib.closing(_index(kept)) as index:
            return index.execute(query).fetchall()
    engine = sa.create_engine(driver_url(kept.index), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def _texts(kept: Kept) -> Iterator[tuple[str, str]]:
    for place, blob in _files(kept) if isinstance(kept, Path) else _objects(kept):
        yield from _opened(place, blob)
    tables = "select name from sqlite_master where type = 'table'"
    if isinstance(kept, Remote):
        tables = "select tablename from pg_tables where schemaname = 'public'"
    for (table,) in rows(kept, tables):
        for row in rows(kept, f'select * from "{table}"'):
            for cell in row:
                yield from _opened(f"table {table}", cell if isinstance(cell, bytes) else str(cell).encode())


def _files(data: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        with contextlib.suppress(FileNotFoundError):  # a server goes on
            yield str(path.relative_to(data)), path.read_bytes()


def _objects(kept: Remote) -> Iterator[tuple[str, bytes]]:
    objects = open_objects(kept.objects)
    for key in list(objects.list()):
        with contextlib.suppress(ObjectMissing):
            yield key, objects.get(key)


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


def open_kept(kept: Kept, **options: Any) -> Store:
    if isinstance(kept, Path):
        return open_store(kept, **options)
    return open_store(
        Path(tempfile.gettempdir()) / "planted", index_url=kept.index, objects_url=kept.objects, **options
    )


def stored_leaks(kept: Kept, secrets: tuple[str, ...] = SECRETS) -> tuple[list[str], list[str]]:
    """Open every batch of every session of a store nobody else uses, with the dictionary it needs; return what leaks,
    and the kinds of objects that were read."""
    found: list[str] = []
    kinds: set[str] = set()
    with open_kept(kept) as store:
        for (session,) in rows(kept, "select id from sessions"):
            for batch in store.log.batches(session):
                kinds.add(batch.pack.rpartition(".")[2])
                with contextlib.suppress(ObjectMissing, PackError):
                    text = store.log.body(batch).decode("utf-8", "replace")
                    found += [f"{secret!r} in {batch.key} of {batch.pack}" for secret in found_in(text, secrets)]
        if list(store.objects.list(PREFIX)):
            kinds.add("dict")
    return found, sorted(kinds)


def _in_full_text(kept: Kept, secrets: tuple[str, ...]) -> list[str]:
    if isinstance(kept, Remote):  # a document is the words it has, each with where it has them
        found = [set(re.findall(r"'([^']+)'", text)) for (text,) in rows(kept, "select words::text from search_text")]
        written = [
            {secret: {letter + word for word in words_of(secret)} for secret in secrets} for letter in LETTERS.values()
        ]
        return [secret for one in written for secret, words in one.items() if any(words <= known for known in found)]
    documents = " ".join(str(cell) for row in rows(kept, "select * from search_text_content") for cell in row)
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
