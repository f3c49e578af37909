"""bench/loss: recorders send while web nodes, workers, PostgreSQL and the S3 server are killed, paused and refused.

At the end every acknowledged batch must be there exactly once, every session must replay, and nothing may be stuck.
Run     `python bench/loss.py [--recorders 200] [--seconds 600] [--alone]`; the short form is
        tests/conformance/test_loss.py. `--alone`: one process with a directory instead, whose packs grow
Real    PostgreSQL and SeaweedFS over HTTP, nodes as processes of `playhead serve`, recorders in processes of their own.
        The clocks of nodes step an hour to and fro; recorders' clocks step too; batches come twice and in disorder.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import sqlalchemy as sa  # noqa: E402

from playhead.jobs.segments import ensure_segments  # noqa: E402
from playhead.store import Store, open_store, work  # noqa: E402
from playhead.store.check import check  # noqa: E402
from playhead.store.tables import UNDIGESTED, sessions, sites  # noqa: E402
from tests.servers import _answers, _programs, free_ports  # noqa: E402

SITE = "site"
LOOKING = "looking"  # our own data directory, or that of the node that has the store alone
PATIENCE_S = (
    600  # for the workers, once all recorders are done: after ten minutes of faults they took 185 on a busy machine
)


class Engine:
    """A process that is kept running as a supervisor would, and that can be killed, paused and kept away."""

    def __init__(self, name: str, argv: list[str], home: Path, **options: Any) -> None:
        self.name, self.argv, self.home, self.options = name, argv, home, options
        self.process: subprocess.Popen[bytes] | None = None
        self.away_until_s = 0.0

    def tend(self) -> None:
        """Start it where it is not running and not to be kept away."""
        if time.monotonic() >= self.away_until_s and (self.process is None or self.process.poll() is not None):
            with (self.home / f"{self.name}.log").open("ab") as log:
                self.process = subprocess.Popen(self.argv, stdout=log, stderr=log, **self.options)

    def kill(self, *, away_s: float = 0.0) -> None:
        self.away_until_s = time.monotonic() + away_s
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self) -> None:
        self.away_until_s = float("inf")
        if self.process:
            self.signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()


class Result(NamedTuple):
    acknowledged: int
    sessions: int
    faults: dict[str, int]
    refused: list[str]
    wrong: list[str]  # what should not be; empty is good
    settled_s: float  # from the last answer to the last session digested


def run(
    *,
    recorders: int,
    seconds: float,
    processes: int,
    every_s: tuple[float, float],
    seed: int = 0,
    lease_ms: int = work.LEASE_MS,
    alone: bool = False,
) -> Result:
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="playhead-loss-"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        home.chmod(0o755)
        environment, engines = _alone(home, lease_ms) if alone else _engines(home, lease_ms)
        for engine in engines:
            stack.callback(engine.stop)
        if not alone:
            _start(engines[:2], environment)
        with _opened(home, environment) as store, store.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": SITE, "name": "Loss", "created_ms": 0})
        urls = [f"http://127.0.0.1:{port}" for port in environment["ports"]]
        for engine in engines:
            engine.tend()
        _wait(engines, lambda: all(_answers(f"{url}/healthz") for url in urls))
        books = [home / f"book{number}" for number in range(processes)]
        each = -(-recorders // processes)
        running: list[subprocess.Popen[bytes]] = []
        for number, book in enumerate(books):
            what = [str(number * each), str(each), str(seconds), SITE, str(book), *urls]
            running.append(subprocess.Popen([sys.executable, str(ROOT / "bench/loss_recorders.py"), *what]))
        stack.callback(lambda: [process.kill() for process in running])
        faults = _torment(engines, running, seconds, every_s, random.Random(seed))
        ended_s = time.monotonic()
        _wait(engines, lambda: all(process.poll() is not None for process in running), patience_s=PATIENCE_S)
        rows = [json.loads(line) for book in books for line in book.read_text().splitlines()]
        wrong = _settle(engines, home, environment)
        settled_s = time.monotonic() - ended_s
        for engine in engines if alone else engines[2:]:
            engine.stop()
        wrong += _verify(home, environment, rows)
        acknowledged = sum(len(row["seqs"]) for row in rows)
        refused = [said for row in rows for said in row["refused"]]
        if wrong:
            shutil.copytree(home, "/tmp/playhead-loss-last", dirs_exist_ok=True, ignore=_only_logs)
        return Result(acknowledged, len({r["session"] for r in rows}), dict(faults), refused, wrong, settled_s)


def _only_logs(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".log")]


def _engines(home: Path, lease_ms: int) -> tuple[dict[str, Any], list[Engine]]:
    """Return the environment of nodes and, stopped: database, bucket, two web nodes, two workers."""
    weed_names = ("master", "volume", "filer", "s3")
    ports = free_ports(2 * len(weed_names) + 1 + 4)
    pg_port, *rest = ports
    weed_ports, node_ports = rest[:8], rest[8:]
    postgres = _postgres(home, pg_port)
    keys = {"AWS_ACCESS_KEY_ID": "playhead", "AWS_SECRET_ACCESS_KEY": "not a secret", "AWS_REGION": "us-east-1"}
    options = [f"-{name}.port={port}" for name, port in zip(weed_names, weed_ports, strict=False)]
    options += [f"-{name}.port.grpc={port}" for name, port in zip(weed_names, weed_ports[4:], strict=True)]
    (home / "weed").mkdir()
    weed = [str(Path(sys.executable).parent / "weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    weed += [f"-dir={home / 'weed'}", "-filer", "-s3", *options, "-s3.port.iceberg=0", "-s3.port.lance=0"]
    weed += ["-master.volumeSizeLimitMB=64", "-master.telemetry=false"]
    bucket = Engine("weed", weed, home, cwd=home, env={**os.environ, **keys})
    environment = {
        **keys,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{weed_ports[3]}",
        "AWS_ALLOW_HTTP": "true",
        "PLAYHEAD_INDEX": f"postgresql://playhead@127.0.0.1:{pg_port}/postgres",
        "PLAYHEAD_OBJECTS": "s3://playhead/loss",
    }
    nodes = []
    for number, port in enumerate(node_ports):
        role = "web" if number < 2 else "worker"
        clock_ms = 3_600_000 if number in (1, 3) else 0
        nodes.append(_node(f"{role}{number}", home, port, environment, lease_ms, clock_ms, "--role", role))
    private = {"ports": node_ports[:2], "bucket": f"http://127.0.0.1:{weed_ports[2]}/buckets/playhead/"}
    return {**environment, **private}, [postgres, bucket, *nodes]


def _alone(home: Path, lease_ms: int) -> tuple[dict[str, Any], list[Engine]]:
    """As `_engines`, for one process that does everything with a directory."""
    ports = free_ports(1)
    environment: dict[str, Any] = {"PLAYHEAD_INDEX": "", "PLAYHEAD_OBJECTS": ""}
    return {**environment, "ports": ports}, [_node(LOOKING, home, ports[0], environment, lease_ms, 3_600_000)]


def _node(
    name: str, home: Path, port: int, environment: dict[str, Any], lease_ms: int, clock_ms: int, *more: str
) -> Engine:
    argv = [sys.executable, str(ROOT / "bench/loss_node.py"), "serve", "--port", str(port), *more]
    argv += ["--data", str(home / name), "--log-level", "info"]
    clock = {"LOSS_CLOCK_MS": str(clock_ms), "LOSS_LEASE_MS": str(lease_ms)}
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return Engine(name, argv, home, env={**os.environ, **environment, **clock, "PYTHONPATH": path})


def _postgres(home: Path, port: int) -> Engine:
    programs, folder = _programs(), home / "postgres"
    folder.mkdir()
    as_user: dict[str, Any] = {"cwd": folder}
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user |= {"user": "postgres", "group": "postgres", "extra_groups": []}
    init = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "playhead", "--auth=trust", "-E", "UTF8"]
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, **as_user)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    argv = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), *options]
    return Engine("postgres", argv, home, **as_user)


def _start(engines: list[Engine], environment: dict[str, Any]) -> None:
    def ready() -> bool:
        with sa.create_engine(environment["PLAYHEAD_INDEX"].replace("postgresql", "postgresql+psycopg")).connect():
            return _answers(environment["AWS_ENDPOINT_URL"]) and _answers(environment["bucket"], method="POST")

    _wait(engines, ready)


def _wait(engines: list[Engine], true: Any, *, patience_s: float = 90) -> None:
    """Tend the engines until `true()`; raises TimeoutError."""
    end_s = time.monotonic() + patience_s
    while True:
        for engine in engines:
            engine.tend()
        with suppress(OSError, sa.exc.DBAPIError):
            if true():
                return
        if time.monotonic() > end_s:
            raise TimeoutError(f"not ready after {patience_s} s")
        time.sleep(0.1)


def _torment(
    engines: list[Engine], running: list[Any], seconds: float, every_s: tuple[float, float], dice: random.Random
) -> Counter[str]:
    """Kill, pause and keep away one after the other, each in its turn, until the recorders stop making batches."""
    faults: Counter[str] = Counter()
    waking: list[tuple[float, Engine]] = []
    end_s, next_s = time.monotonic() + seconds, time.monotonic() + 1
    turns = iter(_turns(engines, dice))
    while time.monotonic() < end_s and any(process.poll() is None for process in running):
        for wake_s, engine in list(waking):
            if time.monotonic() > wake_s:
                engine.signal(signal.SIGCONT)
                waking.remove((wake_s, engine))
        for engine in engines:
            engine.tend()
        if time.monotonic() > next_s:
            engine, how = next(turns)
            faults[f"{engine.name} {how}"] += 1
            if how == "paused":
                engine.signal(signal.SIGSTOP)
                waking.append((time.monotonic() + dice.uniform(1, 4), engine))
            else:
                engine.kill(away_s=dice.uniform(1.5, 4) if how == "refused" else 0)
            next_s = time.monotonic() + dice.uniform(*every_s)
        time.sleep(0.05)
    for engine in engines:
        engine.signal(signal.SIGCONT)
        engine.away_until_s = 0
    return faults


def _turns(engines: list[Engine], dice: random.Random) -> Iterator[tuple[Engine, str]]:
    while True:
        turns = [(engine, how) for engine in engines for how in ("killed", "paused", "refused")]
        dice.shuffle(turns)
        yield from turns


def _settle(engines: list[Engine], home: Path, environment: dict[str, Any]) -> list[str]:
    """Wait until the workers have done everything; return what they have not."""
    with _opened(home, environment) as store:

        def done() -> bool:
            with store.index.read() as connection:
                left = connection.execute(sa.select(sa.func.count()).select_from(sessions).where(UNDIGESTED))
                return left.scalar_one() == 0

        try:
            _wait(engines, done, patience_s=PATIENCE_S)
        except TimeoutError:
            with store.index.read() as connection:
                ids = connection.execute(sa.select(sessions.c.id).where(UNDIGESTED)).scalars().all()
            return [f"stuck, not digested: {ids}", f"failed: {work.failed(store.index)}"]
        return [f"failed: {one}" for one in work.failed(store.index)]


def _verify(home: Path, environment: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """Return every batch that is missing or there twice, every session that does not replay, all that check finds."""
    wrong: list[str] = []
    expected: dict[str, Counter[tuple[str, int]]] = {}
    for row in rows:
        expected.setdefault(row["session"], Counter()).update((row["page"], seq) for seq in row["seqs"])
    with _opened(home, environment) as store:
        for session, wanted in expected.items():
            read = store.log.read(session)
            found: Counter[tuple[str, int]] = Counter()
            for event in read.events:
                if event.type == 5:
                    found[tuple(json.loads(event.raw)["data"]["payload"][1:])] += 1
            if found != wanted or read.gaps:
                lost, more = wanted - found, found - wanted
                wrong.append(f"{session}: lost {dict(lost)}, too many {dict(more)}, gaps {read.gaps}")
            stored = ensure_segments(store, session)
            if stored is None or not stored.manifest.places:
                wrong.append(f"{session} does not replay")
        wrong += [f"{p.kind} {p.where}: {p.what}" for p in check(store) if p.kind == "lost"]
    return wrong


@contextmanager
def _opened(home: Path, environment: dict[str, Any]) -> Iterator[Store]:
    kept = dict(os.environ)
    os.environ.update({name: value for name, value in environment.items() if name.startswith("AWS_")})
    try:
        where = {"index_url": environment["PLAYHEAD_INDEX"], "objects_url": environment["PLAYHEAD_OBJECTS"]}
        with open_store(home / LOOKING, **where) as store:
            yield store
    finally:
        os.environ.clear()
        os.environ.update(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recorders", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--every", type=float, nargs=2, default=(2.0, 6.0), help="seconds between two faults")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help="one process with a directory, no servers")
    args = parser.parse_args()
    result = run(
        recorders=args.recorders,
        seconds=args.seconds,
        processes=args.processes,
        every_s=tuple(args.every),
        seed=args.seed,
        alone=args.alone,
    )
    print(f"{result.acknowledged:,} batches of {result.sessions} sessions acknowledged; faults: {result.faults}")
    print(f"everything digested {result.settled_s:.0f} s after the last fault; refusals: {Counter(result.refused)}")
    print("\n".join(result.wrong) or "every batch is there exactly once, every session replays, nothing is stuck")
    return 1 if result.wrong or result.refused else 0


if __name__ == "__main__":
    sys.exit(main())
