"""Real servers for the conformance suites, started by the tests that need them, on free ports.

PostgreSQL   Debian's `postgresql` (scripts/postgres.sh installs it), or any whose `initdb` is on the PATH
S3           SeaweedFS from its PyPI package
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

START_S = 60


TRIES = 4  # a free port may be taken before the server gets to it


class Ended(RuntimeError):
    """A server ended before it was ready."""


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on, all different."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in held]


def _programs() -> Path:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        pytest.fail("no PostgreSQL found: run scripts/postgres.sh, or put initdb on the PATH", pytrace=False)
    return folders[-1]


@contextmanager
def postgres(*settings: str) -> Iterator[str]:
    """Run a server with these settings; give its address as `postgresql://…/postgres`. It refuses to run as root."""
    programs, (port,) = _programs(), free_ports(1)
    home = Path(tempfile.mkdtemp(prefix="playhead-postgres-"))
    as_user: dict[str, object] = {}
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": home, **as_user}
    init = [programs / "initdb", "-D", home / "data", "-U", "playhead", "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(init, check=True, **quiet)  # type: ignore[call-overload]
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home}", "-c", "fsync=off"]
    options += [part for setting in settings for part in ("-c", setting)]
    command = [programs / "postgres", "-D", home / "data", "-p", str(port), *options]
    process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
    try:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        _wait(process, lambda: subprocess.run(ready, check=False).returncode == 0)
        yield f"postgresql://playhead@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def seaweed() -> Iterator[dict[str, str]]:
    """Run an S3 server with a bucket `playhead`; give the environment that reaches it."""
    for left in reversed(range(TRIES)):
        home = Path(tempfile.mkdtemp(prefix="playhead-weed-"))
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            try:
                environment = stack.enter_context(_weed(home))
            except Ended as error:
                if left:
                    continue
                tail = (home / "log").read_text(errors="replace")[-2000:]
                pytest.fail(f"SeaweedFS did not start in {TRIES} tries: {error}\n{tail}", pytrace=False)
            yield environment
        return


@contextmanager
def _weed(home: Path) -> Iterator[dict[str, str]]:
    program = Path(sys.executable).parent / "weed"
    names = ("master", "volume", "filer", "s3")
    found = free_ports(2 * len(names))
    ports = dict(zip(names, found, strict=False))
    options = [f"-{name}.port={port}" for name, port in ports.items()]
    options += [f"-{name}.port.grpc={port}" for name, port in zip(names, found[len(names) :], strict=True)]
    keys = {"AWS_ACCESS_KEY_ID": "playhead", "AWS_SECRET_ACCESS_KEY": "not a secret", "AWS_REGION": "us-east-1"}
    command = [program, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={home}", "-filer", "-s3"]
    command += [*options, "-s3.port.iceberg=0", "-s3.port.lance=0"]  # fixed ports: a second server would not start
    command += ["-master.volumeSizeLimitMB=64", "-master.telemetry=false"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, env={**os.environ, **keys})
    folder = f"http://127.0.0.1:{ports['filer']}/buckets/playhead/"
    try:
        _wait(process, lambda: _answers(f"http://127.0.0.1:{ports['s3']}/"))
        _wait(process, lambda: _answers(folder, method="POST"))
        yield {**keys, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}", "AWS_ALLOW_HTTP": "true"}
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _answers(url: str, *, method: str = "GET") -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(urllib.request.Request(url, method=method), timeout=5).close()
    except urllib.error.HTTPError as error:
        return method == "GET" and error.code == 403  # alive, and asks for a signature
    return True


def _wait(process: subprocess.Popen[bytes], ready) -> None:
    end_s = time.monotonic() + START_S
    while time.monotonic() < end_s:
        if process.poll() is not None:
            raise Ended(f"{process.args} ended with {process.returncode}")
        with suppress(OSError):
            if ready():
                return
        time.sleep(0.2)
    pytest.fail(f"{process.args} was not ready after {START_S} s", pytrace=False)
