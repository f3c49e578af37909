"""Install: real applications from pip and npm, each in a directory of its own, and the processes that run them."""

import functools
import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
ESBUILD = ROOT / "ts/node_modules/.bin/esbuild"
START_S = 120


def pip(home: Path, *requirements: str) -> Path:
    """Return the `bin` directory of a virtual environment that holds these packages."""
    binaries = home / "venv/bin"
    done = home / ".pip"
    if not done.exists() or done.read_text() != " ".join(requirements):
        shutil.rmtree(home / "venv", ignore_errors=True)
        venv.create(home / "venv", with_pip=True)
        subprocess.run([binaries / "pip", "install", "-qqq", *requirements], check=True)
        done.write_text(" ".join(requirements))
    return binaries


def npm(home: Path, *packages: str) -> Path:
    """Return the `node_modules` directory that holds these packages; their install scripts are not run."""
    home.mkdir(parents=True, exist_ok=True)
    done = home / ".npm"
    if not done.exists() or done.read_text() != " ".join(packages):
        (home / "package.json").write_text('{"private": true}')
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", *packages]
        subprocess.run(command, cwd=home, check=True)
        done.write_text(" ".join(packages))
    return home / "node_modules"


def bundle(home: Path, source: str, *, name: str = "app", loader: str = "tsx", target: str = "esnext") -> Path:
    """Build one entry file with esbuild (the project's) against home/node_modules; returns the site's directory."""
    entry = home / f"{name}.{loader}"
    entry.write_text(source)
    site = home / "site"
    subprocess.run(
        [
            ESBUILD,
            entry,
            "--bundle",
            "--minify",
            "--format=iife",
            f"--target={target}",
            f"--outfile={site / name}.js",
            "--loader:.woff2=dataurl",
            "--loader:.woff=dataurl",
            "--loader:.ttf=dataurl",
            "--loader:.svg=dataurl",
            "--loader:.png=dataurl",
            '--define:process.env.NODE_ENV="production"',
            '--define:import.meta.env={"MODE":"production"}',
            "--conditions=production",
            "--jsx=automatic",
            "--log-level=error",
        ],
        check=True,
        cwd=home,
    )
    return site


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(argv: Sequence[object], url: str, *, cwd: Path, env: dict[str, str] | None = None) -> Iterator[str]:
    """Run an application until the block ends; its output goes to cwd/app.log."""
    cwd.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "HOME": str(cwd), **(env or {})}
    with (cwd / "app.log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in argv], cwd=cwd, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _until_answered(url, process)
            yield url
        finally:
            os.killpg(process.pid, 15)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)


Api = Callable[[str, str, bytes], tuple[int, object]]  # (method, path with query, body) → status, JSON


@contextmanager
def static(directory: Path, *, api: Api | None = None) -> Iterator[str]:
    """Serve a directory, and `api` for every path that begins with /api/."""
    handler = functools.partial(_Files, directory=str(directory))
    _Files.api = staticmethod(api) if api else None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@contextmanager
def page(directory: Path, html: str, *, api: Api | None = None) -> Iterator[str]:
    """As `static`, with this start page."""
    (directory / "index.html").write_text(html)
    with static(directory, api=api) as url:
        yield url


@contextmanager
def npm_app(home: Path, packages: str, source: str, html: str, *, api: Api) -> Iterator[str]:
    """An application of one file (TSX) over packages of npm, its start page, and what it asks."""
    npm(home, *packages.split())
    with page(bundle(home, source), html, api=api) as url:
        yield url


class _Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: Api | None = None

    def do_GET(self) -> None:
        if self.path.startswith("/api/"):
            return self._answer()
        return super().do_GET()

    def do_POST(self) -> None:
        self._answer()

    do_PUT = do_DELETE = do_PATCH = do_POST

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, answer = self.api(self.command, self.path, body) if self.api else (404, {})
        blob = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(blob)))
        self.end_headers()
        self.wfile.write(blob)

    def log_message(self, *_: object) -> None:
        pass


def _until_answered(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit(f"{process.args} ended with {process.returncode} before {url} answered: see app.log")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.3)
    sys.exit(f"{url} did not answer within {START_S} s")
