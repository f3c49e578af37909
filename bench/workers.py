"""bench/workers: how much faster two workers digest than one, and what keeps them from being twice as fast.

Run     `python bench/workers.py [--sessions 120] [--s3]`: PostgreSQL, objects in a directory or in SeaweedFS. The same
        sessions, real recordings sent as a recorder sends them, are digested by one process, then anew by two.
Told    wall time; CPU of each worker, of the database and of the whole machine, since a worker that has no core to
        itself cannot be faster; how often a worker was seen waiting for a lock of the database
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import sqlalchemy as sa  # noqa: E402

from playhead.core.readers.formats import read_recording  # noqa: E402
from playhead.jobs.worker import Worker  # noqa: E402
from playhead.store import open_store  # noqa: E402
from playhead.store.batch import AdmittedBatch, BatchFacts  # noqa: E402
from playhead.store.tables import UNDIGESTED, sessions, sites, work  # noqa: E402
from playhead.store.zstd import deflate  # noqa: E402
from tests.servers import postgres, seaweed  # noqa: E402

RECORDINGS = ROOT / "tests/fixtures/recordings"
PER_BATCH = 40


def main() -> int:
    if sys.argv[1:2] == ["--work"]:
        return run_worker(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=120)
    parser.add_argument("--s3", action="store_true")
    args = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="playhead-workers-")))
        where = {"index_url": stack.enter_context(postgres()), "objects_url": f"file://{home}/objects"}
        if args.s3:
            os.environ |= stack.enter_context(seaweed())
            where["objects_url"] = "s3://playhead/workers"
        with open_store(home / "filling", **where) as store:
            fill(store, args.sessions)
            took: dict[int, float] = {}
            print("| workers | wall s | sessions/s | CPU s a worker | machine busy | waiting for a lock |")
            print("|---:|---:|---:|---|---:|---:|")
            for workers in (1, 2, 1, 2):
                with store.index.write() as connection:
                    connection.execute(sa.update(sessions).values(digest_revision=0))
                    connection.execute(sa.delete(work))
                wall_s = measure(store, home, where, workers, args.sessions)
                took[workers] = min(wall_s, took.get(workers, wall_s))
    print(f"two are {took[1] / took[2]:.2f} times as fast as one (best of two rounds)")
    return 0


def fill(store: Any, count: int) -> None:
    files = sorted(RECORDINGS.glob("*.json.zst"))[:: max(1, len(list(RECORDINGS.glob("*.json.zst"))) // 24)]
    with store.index.write() as connection:
        connection.execute(sa.insert(sites), {"key": "site", "name": "Bench", "created_ms": 0})
    waiting = []
    for number in range(count):
        events = [event.raw for event in read_recording(files[number % len(files)].read_bytes()).events]
        for seq, first in enumerate(range(0, len(events), PER_BATCH)):
            part = events[first : first + PER_BATCH]
            facts = BatchFacts(
                site="site", session=f"s_{number:04}", page="p", seq=seq, visitor=f"v_{number}", events=len(part),
                first_ms=float(json.loads(part[0])["timestamp"]), last_ms=float(json.loads(part[-1])["timestamp"]),
                sent_ms=0.0, received_ms=int(time.time() * 1000) - 60_000, ended=True,
            )  # fmt: skip
            waiting.append(store.packs.submit(AdmittedBatch(facts, deflate(b"[" + b",".join(part) + b"]"))))
    for future in waiting:
        future.result(60)


def measure(store: Any, home: Path, where: dict[str, str], workers: int, count: int) -> float:
    locks, seen, stop = [0], [0], threading.Event()
    watcher = threading.Thread(target=watch, args=(store, locks, seen, stop))
    start = home / "start"
    start.unlink(missing_ok=True)
    argv = [sys.executable, __file__, "--work", where["index_url"], where["objects_url"], str(start)]
    running = [
        subprocess.Popen([*argv, str(home / f"node{number}")], stdout=subprocess.PIPE, text=True)
        for number in range(workers)
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()  # ready
    watcher.start()
    busy, began_s = busy_s(), time.perf_counter()
    start.touch()
    said = [process.communicate()[0].strip() for process in running]
    wall_s = time.perf_counter() - began_s
    share = (busy_s() - busy) / wall_s / (os.cpu_count() or 1)
    stop.set()
    watcher.join()
    waits = f"{locks[0]} of {seen[0]} looks"
    print(
        f"| {workers} | {wall_s:.1f} | {count / wall_s:.1f} | {', '.join(said)} | {share:.0%} | {waits} |", flush=True
    )
    return wall_s


def busy_s() -> float:
    """CPU time of the whole machine, of every program."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")


def watch(store: Any, locks: list[int], seen: list[int], stop: threading.Event) -> None:
    query = sa.text(
        "SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    while not stop.wait(0.02):
        with store.index.engine.connect() as connection:
            waiting, active = connection.execute(query).one()
        locks[0] += waiting
        seen[0] += active


def run_worker(index_url: str, objects_url: str, start: str, data: str) -> int:
    with open_store(Path(data), index_url=index_url, objects_url=objects_url, mend=False) as store:
        worker = Worker(store)
        print("ready", flush=True)
        while not Path(start).exists():
            time.sleep(0.005)
        before = time.process_time()
        while worker.run_once() or left(store):
            pass
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(f"{time.process_time() - before:.1f} ({usage.ru_maxrss // 1024} MB)")
    return 0


def left(store: Any) -> bool:
    """Whether something waits that nobody has."""
    free = sa.not_(sa.exists().where(work.c.session == sessions.c.id))
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions.c.id).where(UNDIGESTED, free).limit(1)).first() is not None


if __name__ == "__main__":
    sys.exit(main())
