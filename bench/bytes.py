"""bench/bytes: what is kept of a session, beside gzip of each batch as its recorder sent it, which most products keep.

    python bench/recordings/visits.py django_admin --out DIR     # and other applications; about 15 minutes each
    python bench/bytes.py DIR

Every visit of every application goes through the real store: packs, digest, scrubbing, segments, compaction. Each
application is a site of its own and always has the same address, as a real one does: the port of each run is replaced.
Kept      the session's object, and its share of the site's dictionaries (their bytes over the visits there are)
gzip      level 6, of the JSON of each batch as it was sent
CPU       of compaction, dictionary and reading back included, a session
Reading   wall clock, medians: the session's events from what is kept; its segments made anew from it, which is what
          watching a session costs whose segments went; and one segment that is there
"""

import argparse
import base64
import gzip
import json
import math
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from playhead.jobs.compact import compact
from playhead.jobs.digest import ensure_digested
from playhead.jobs.segments import ensure_segments, make_segments
from playhead.store import Store, open_store
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.clean import scrub_log
from playhead.store.inflate import inflate
from playhead.store.segments import load_manifest, read_slice
from playhead.store.tables import dictionaries, manifests, packs, sessions, sites

DAY_MS = 24 * 3_600_000
_ORIGIN = re.compile(rb"127\.0\.0\.1:\d+|localhost:\d+")


class Visit(NamedTuple):
    session: str
    batches: list[AdmittedBatch]
    gzip_bytes: int
    json_bytes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("visits", type=Path, metavar="DIR")
    args = parser.parse_args()
    names = "visits|batches|JSON KB|gzip a batch KB|kept KB|of it dictionary KB|times smaller|at the least|segments KB"
    names += "|CPU ms|events ms|made anew ms|a segment ms"
    print("| application | " + names.replace("|", " | ") + " |")
    print("|---|" + "---:|" * 13)
    every: list[float] = []
    for home in sorted(path for path in args.visits.iterdir() if path.is_dir()):
        every += measure(home.name, [visit_of(path, home.name) for path in sorted(home.glob("*.jsonl"))])
    print(f"\n{len(every)} visits: {mean(every):.1f} times smaller (geometric mean), {min(every):.1f} at the least")


def visit_of(path: Path, site: str) -> Visit:
    batches, kept, size = [], 0, 0
    session = f"{site}-{path.stem}"
    for line in map(json.loads, path.read_text().splitlines()):
        text = _ORIGIN.sub(b"app.example", inflate(base64.b64decode(line["body"])))
        sent = gzip.compress(text, 6)
        kept, size = kept + len(sent), size + len(text)
        batches.append(AdmittedBatch(facts_of(line["query"], site=site, session=session), sent))
    return Visit(session, batches, kept, size)


def facts_of(query: dict[str, str], *, site: str, session: str) -> BatchFacts:
    return BatchFacts(
        site=site,
        session=session,
        page=query["page"],
        seq=int(query["seq"]),
        received_ms=int(float(query["sent_ms"])) + 30,
        visitor=query.get("visitor", ""),
        events=int(query.get("n", 0)),
        first_ms=float(query.get("first_ms", 0)),
        last_ms=float(query.get("last_ms", 0)),
        sent_ms=float(query["sent_ms"]),
    )


def measure(site: str, visits: list[Visit]) -> list[float]:
    """Print the row of one application; return how many times smaller each visit is."""
    clock = {"now": max(batch.facts.received_ms for visit in visits for batch in visit.batches) + DAY_MS // 2}
    with (
        tempfile.TemporaryDirectory(prefix="playhead-bench-") as data,
        open_store(Path(data), now_ms=lambda: clock["now"]) as store,
    ):
        with store.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": site, "name": "", "created_ms": 0})
        for visit in visits:
            for taken in [store.packs.submit(batch) for batch in visit.batches]:
                taken.result()
            ensure_digested(store, visit.session)
            scrub_log(store, visit.session)
            ensure_segments(store, visit.session)
        before = {visit.session: store.log.export(visit.session) for visit in visits}
        began_s = time.process_time()
        while compact(store, "bench").sessions:
            pass
        cpu_ms = (time.process_time() - began_s) * 1000 / len(visits)
        assert before == {visit.session: store.log.export(visit.session) for visit in visits}, "events changed"
        return report(store, site, visits, cpu_ms)


def report(store: Store, site: str, visits: list[Visit], cpu_ms: float) -> list[float]:
    with store.index.read() as connection:
        own = dict(iter(connection.execute(sa.select(sessions.c.id, sessions.c.bytes))))
        in_packs = connection.execute(sa.select(sa.func.sum(packs.c.bytes))).scalar_one()
        shared = connection.execute(sa.select(sa.func.coalesce(sa.func.sum(dictionaries.c.bytes), 0))).scalar_one()
        segments = connection.execute(sa.select(sa.func.sum(manifests.c.bytes))).scalar_one()
    assert in_packs == sum(own.values()), "packs are left"
    share, count = shared / len(visits), len(visits)
    smaller = [visit.gzip_bytes / (own[visit.session] + share) for visit in visits]
    events_ms = median_ms(lambda visit: store.log.read(visit.session), visits)
    anew_ms = median_ms(lambda visit: make_segments(store, visit.session), visits)
    stored = [load_manifest(store.index, visit.session) for visit in visits]
    slice_ms = median_ms(lambda found: read_slice(store.objects, found, 0), stored)
    kb = [
        sum(visit.json_bytes for visit in visits) / count,
        sum(visit.gzip_bytes for visit in visits) / count,
        sum(own.values()) / count + share,
        share,
    ]
    numbers = [f"{sum(len(visit.batches) for visit in visits) / count:.0f}", *(f"{size / 1000:,.1f}" for size in kb)]
    numbers += [f"{mean(smaller):.1f}", f"{min(smaller):.1f}", f"{segments / count / 1000:.1f}", f"{cpu_ms:.0f}"]
    numbers += [f"{events_ms:.0f}", f"{anew_ms:.0f}", f"{slice_ms:.2f}"]
    print(f"| {site} | {count} | {' | '.join(numbers)} |", flush=True)
    return smaller


def median_ms(run: Any, items: list[Any]) -> float:
    times = []
    for item in items:
        began_s = time.perf_counter()
        run(item)
        times.append((time.perf_counter() - began_s) * 1000)
    return statistics.median(times)


def mean(numbers: list[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, numbers)))


if __name__ == "__main__":
    main()
