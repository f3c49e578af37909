"""Shared fixtures: a real Chromium, a fresh data directory, a running server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from playhead.store import Store, open_store
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.tables import sites

# no deadlines: a test must not fail because the machine is busy
settings.register_profile("playhead", deadline=None)
settings.load_profile("playhead")

NOW_MS = 1_760_000_000_000

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    path = os.environ.get("PLAYHEAD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.fail("no Chromium found: install Debian's `chromium` or set PLAYHEAD_CHROMIUM", pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """A page in a context of its own; any uncaught error in it is collected in `page.errors`."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    tab.errors = []
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    yield tab
    context.close()


class Server:
    """`playhead demo` in a process of its own, so that it can be killed."""

    def __init__(self, data: Path, *arguments: str, command: str = "demo") -> None:
        self.data, self.arguments, self.command = data, arguments, command
        self.process: subprocess.Popen[str] | None = None
        self.port, self.url = 0, ""
        self.replay = ""  # where recordings are shown, if at an origin of their own

    def start(self) -> Server:
        argv = [
            sys.executable,
            "-m",
            "playhead",
            self.command,
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        argv += [*(["--no-browser"] if self.command == "demo" else []), *self.arguments]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        seen = []
        for line in self.process.stdout or ():
            seen.append(line)
            if found := re.search(r"(http://127\.0\.0\.1:(\d+))", line):
                if line.startswith("Replay"):
                    self.replay = found[1]
                else:
                    self.url, self.port = found[1], int(found[2])
            if "Ready" in line:
                return self
        raise RuntimeError(f"{' '.join(argv)} ended before it was ready:\n{''.join(seen)}")

    def kill(self, how: int = signal.SIGKILL) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
        if self.process and self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store with one site, "site"; its clock is `NOW_MS` and stands still."""
    with open_store(tmp_path / "store", now_ms=lambda: NOW_MS) as opened:
        with opened.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": "site", "name": "Site", "created_ms": 0})
        yield opened


@pytest.fixture
def own_packs(monkeypatch) -> None:
    """Have every group of batches begin a pack."""
    monkeypatch.setattr("playhead.store.group_packs.GROWN_BYTES", 0)


@pytest.fixture
def make_batch() -> Callable[..., AdmittedBatch]:
    """Make an admitted batch: `make_batch("s_1", seq=3, body=b"[]")`, anything else as in BatchFacts."""

    def make(session: str = "s_1", *, body: bytes = b"[]", **facts: object) -> AdmittedBatch:
        usual = {"site": "site", "page": "p_1", "seq": 0, "received_ms": NOW_MS}
        return AdmittedBatch(BatchFacts(session=session, **{**usual, **facts}), body)

    return make


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "data").start()
    yield running
    running.kill(signal.SIGTERM)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser by what it uses, so that no test can forget the mark."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: gzip writes the time into them, and workers must agree on every test's name."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
