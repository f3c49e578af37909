"""bench/scale: an index of many sessions, and how long its lists and filters take.

Run     `python bench/scale.py [--sessions 100000] [--index URL] [--keep DIR]`; SQLite in a temporary directory unless a
        PostgreSQL address is given (its tables must be empty). Thirty interactions a session, three pages, a few
        signals; written as rows, not digested from recordings: it is the index that is measured.
Time    of the same functions that pages and API call, each question asked `--rounds` times, p50 and p95 of them
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src")]

import sqlalchemy as sa  # noqa: E402

from playhead.query.sessions import SORTS, list_sessions, next_session  # noqa: E402
from playhead.query.sites import held  # noqa: E402
from playhead.store import Store, open_store  # noqa: E402
from playhead.store.index import execute_many  # noqa: E402
from playhead.store.tables import interactions, marks, pages, sessions, signals, sites  # noqa: E402

INTERACTIONS = 30
CHUNK = 2_000
NOW_MS = 1_790_000_000_000
SPAN_MS = 90 * 86_400_000
PATHS = [f"/{part}/{n}" for part in ("product", "category", "help", "account") for n in range(60)] + ["/checkout", "/"]
CONTROLS = [
    f"{verb} {noun}" for verb in ("Add", "Show", "Open", "Choose", "Send") for noun in "cart size form menu map".split()
]
KINDS = ("rage_click", "dead_click", "js_error", "network_error", "quick_back", "form_abandon", "validation_loop")
ERRORS = ("TypeError: x is undefined", "card declined", "Failed to fetch", "quota exceeded", "timeout of 5000ms")
QUESTIONS = {
    "the list": "",
    "page": "page:/checkout",
    "page, rare": "page:/product/17",
    "signal": "signal:rage_click",
    "signal and page": "signal:rage_click page:/checkout",
    "duration": "duration>2m",
    "user": "user:u_42",
    "visitor": "visitor:v_1234",
    "error": 'error:"card declined"',
    "control": 'control:"Send map"',
    "browser": "browser:firefox",
    "outcome": "outcome:failed",
    "starred": "is:starred",
    "unwatched": "is:unwatched",
    "not": "-signal:rage_click pages>2",
    "five terms": 'page:/checkout signal:rage_click duration>2m browser:firefox error:"card declined"',
    "bare words": "declined",
    "bare words, nothing found": "zebrafish",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--index", default="", help="postgresql://…")
    parser.add_argument("--keep", type=Path, help="make the index here and keep it; used again if it is there")
    args = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="playhead-scale-") as folder,
        open_store(args.keep or Path(folder), index_url=args.index, now_ms=lambda: NOW_MS, mend=False) as store,
    ):
        with store.index.read() as connection:
            there = connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar_one()
        if there == 0:
            fill(store, args.sessions)
        measure(store, args.rounds)
    return 0


def fill(store: Store, count: int) -> None:
    began_s, dice = time.perf_counter(), random.Random(1)
    with store.index.write() as connection:
        connection.execute(sa.insert(sites), {"key": "site", "name": "Scale", "created_ms": 0, "settings": "{}"})
    for first in range(0, count, CHUNK):
        made: dict[sa.Table, list[dict[str, Any]]] = {t: [] for t in (sessions, pages, interactions, signals, marks)}
        for number in range(first, min(first + CHUNK, count)):
            for table, row in rows_of(number, dice):
                made[table].append(row)
        with store.index.write(rebuildable=True) as connection:
            for table, rows in made.items():
                if rows:
                    execute_many(connection, sa.insert(table), rows)
        print(f"\r{first + CHUNK:,} sessions", end="", file=sys.stderr)
    with store.index.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    print(f"\rmade {count:,} sessions, {count * INTERACTIONS:,} interactions in {time.perf_counter() - began_s:.0f} s")


def rows_of(number: int, dice: random.Random) -> Iterator[tuple[sa.Table, dict[str, Any]]]:
    session, start = f"s_{number:08x}", NOW_MS - dice.random() * SPAN_MS
    duration = dice.lognormvariate(11, 1.2)
    visits = [dice.choice(PATHS) for _ in range(dice.choice((1, 2, 3, 3, 5)))]
    found = [dice.choice(KINDS) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
    plain = {c.name: c.default.arg for c in sessions.columns if c.default is not None and c.default.is_scalar}
    yield (
        sessions,
        {
            **plain,
            "id": session,
            "site": "site",
            "visitor": f"v_{number // 3}",
            "batches": 9,
            "bytes": 90_000,
            "first_received_ms": int(start),
            "last_received_ms": int(start + duration),
            "ended": True,
            "log_revision": 9,
            "digest_revision": 9,
            "projector_version": 10_000,
            "started_ms": start,
            "start_ms": start,
            "end_ms": start + duration,
            "duration_ms": duration,
            "active_ms": duration / 2,
            "event_count": dice.randrange(9000),
            "interaction_count": INTERACTIONS,
            "page_count": len(visits),
            "first_url": f"https://shop.example{visits[0]}",
            "last_url": f"https://shop.example{visits[-1]}",
            "user_id": f"u_{number % 50_000}" if number % 4 == 0 else "",
            "user_name": dice.choice(("", "Anna Berg")),
            "browser": dice.choice(("Chrome 140", "Firefox 143", "Safari 26")),
            "os": "Linux",
            "device": "desktop",
            "signal_count": len(found),
            "outcome": dice.choice(("completed", "failed", "unclear")),
            "headline": f"Looked at {len(visits)} pages and pressed “{dice.choice(CONTROLS)}”",
        },
    )
    for n, path in enumerate(visits):
        url = {"url": f"https://shop.example{path}", "title": path.strip("/").replace("/", " ").title()}
        yield pages, {"session": session, "n": n, **url, "page": "p", "start_ms": start, "end_ms": start}
    for n in range(INTERACTIONS):
        named = {"page_url": f"https://shop.example{visits[0]}", "role": "button", "name": dice.choice(CONTROLS)}
        row = {"session": session, "n": n, "ref": f"i{n}", "kind": "click", "t_ms": start + n, "reaction_ms": 20.0}
        yield interactions, {**row, **named, "selector": "main > form > button.primary"}
    for n, kind in enumerate(found):
        named = {"page_url": "https://shop.example/", "role": "button", "name": "Pay", "fingerprint": f"{kind}:{n}"}
        row = {"session": session, "n": n, "ref": f"g{n}", "kind": kind, "t_ms": start, "end_ms": start}
        yield signals, {**row, **named, "measured": f'{{"message":"{dice.choice(ERRORS)}"}}'}
    if number % 50 == 0:
        yield marks, {"session": session, "starred": number % 100 == 0, "watched_ms": 1, "tags": "[]"}


def measure(store: Store, rounds: int) -> None:
    print("| question | found | p50 ms | p95 ms |\n|---|---:|---:|---:|")
    for name, q in QUESTIONS.items():
        show(name, rounds, lambda q=q: list_sessions(store, q=q, limit=50).total)
    for sort in SORTS:
        show(f"sorted by {sort}", rounds, lambda sort=sort: list_sessions(store, sort=f"-{sort}").total)
    tenth = list_sessions(store, limit=500)
    cursor = tenth.next_cursor or ""
    show("the eleventh page", rounds, lambda: list_sessions(store, cursor=cursor).total)
    middle = tenth.sessions[-1].id
    show("the next session", rounds, lambda: next_session(store, middle, q="page:/checkout") and 1)
    show("what the site takes up", rounds, lambda: held(store, "site").sessions)


def show(name: str, rounds: int, ask: Any) -> None:
    times, found = [], 0
    for _ in range(rounds):
        began_s = time.perf_counter()
        found = ask()
        times.append((time.perf_counter() - began_s) * 1000)
        if sum(times) > 20_000:
            break
    times.sort()
    worst = times[max(0, int(len(times) * 0.95) - 1)]
    print(f"| {name} | {found or 0:,} | {times[len(times) // 2]:.0f} | {worst:.0f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
