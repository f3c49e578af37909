"""bench/scale: an index of many sessions, and how long its lists and filters take.

Run     `python bench/scale.py [--sessions 1000000] [--index URL | --postgres] [--keep DIR]`; SQLite in a temporary
        directory unless a PostgreSQL address is given (its tables must be empty) or `--postgres` starts one of its own.
        Thirty interactions a session, three pages, a few signals, a report; written as the rows a digest makes of them,
        loaded in bulk with the indexes made afterwards: it is the index that is measured.
Time    of the same functions that pages and API call, each question asked `--rounds` times, p50 and p95 of them; beside
        it the CPU this and the database's processes took for it: what a machine with nothing else to do would need
"""

import argparse
import json
import math
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import msgspec  # noqa: E402
import sqlalchemy as sa  # noqa: E402

from playhead.core.report import Finding, Report, Sentence  # noqa: E402
from playhead.query.digest import digest_sessions  # noqa: E402
from playhead.query.sessions import SORTS, list_sessions, next_session  # noqa: E402
from playhead.query.sites import held, status  # noqa: E402
from playhead.store import Store, open_store, search  # noqa: E402
from playhead.store import words as w  # noqa: E402
from playhead.store.analysis_tables import reports  # noqa: E402
from playhead.store.index import LOOK  # noqa: E402
from playhead.store.tables import controls, marks, pages, sessions, signals, sites  # noqa: E402
from tests.servers import postgres  # noqa: E402

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
    "live": "is:live",
    "page": "page:/checkout",
    "page, rare": "page:/product/17",
    "signal": "signal:rage_click",
    "signal and page": "signal:rage_click page:/checkout",
    "duration": "duration>2m",
    "user": "user:u_44",
    "visitor": "visitor:v_1234",
    "error": 'error:"card declined"',
    "control": 'control:"Send map"',
    "browser": "browser:firefox",
    "outcome": "outcome:failed",
    "starred": "is:starred",
    "unwatched": "is:unwatched",
    "not": "-signal:rage_click pages>2",
    "five terms": 'page:/checkout signal:rage_click duration>2m browser:firefox error:"card declined"',
    "identified": "is:identified",
    "imported, none is": "is:imported",
    "commented, none is": "is:commented",
    "tag, nobody gave it": "tag:nobody",
    "trouble": "signals>0",
    "not page": "-page:/checkout -signal:any",
    "long": "duration>24h",
    "many events": "events>8990",
    "site": "site:site",
    "referrer, nowhere": "referrer:elsewhere.example",
    "a word": "declined",
    "a word of every session": "shop",
    "the beginning of words": "che",
    "two words": "quota timeout",
    "words in a row": '"quota exceeded"',
    "a word nowhere": "zebrafish",
    "a word and a number": "declined duration>2m",
    "a word and a rare number": "declined events>8990",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--index", default="", help="postgresql://…")
    parser.add_argument("--postgres", action="store_true", help="start a PostgreSQL of its own")
    parser.add_argument("--from", type=Path, dest="source", help="load the rows of an index that --keep kept there")
    parser.add_argument("--keep", type=Path, help="make the index here and keep it; used again if it is there")
    args = parser.parse_args()
    with ExitStack() as stack:
        url = stack.enter_context(postgres("shared_buffers=1GB")) if args.postgres else args.index
        folder = args.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="playhead-scale-")))
        store = stack.enter_context(open_store(folder, index_url=url, now_ms=lambda: NOW_MS, mend=False))
        with store.index.read() as connection:
            there = connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar_one()
        if there == 0:
            fill(store, args.sessions, args.source)
        measure(store, args.rounds)
    return 0


FILLED = (sessions, pages, controls, signals, reports, marks)


def fill(store: Store, count: int, source: Path | None) -> None:
    """Load everything in one transaction, without the indexes; then make those."""
    began_s, dice, shared = time.perf_counter(), random.Random(1), store.index.shared
    indexes = [index for table in FILLED for index in table.indexes]
    with store.index.write() as connection:
        connection.execute(sa.insert(sites), {"key": "site", "name": "Scale", "created_ms": 0, "settings": "{}"})
        for index in indexes:
            index.drop(connection)
        if shared:
            connection.exec_driver_sql("DROP INDEX search_text_words")
        for table, names, rows in kept(source) if source else made(count, dice):
            if table == "search_text" and shared:
                rows = [(place, w.postgres_vector(words.split())) for place, words in rows]
            (copy if shared else insert)(connection, table, names, rows)
        loaded_s = time.perf_counter() - began_s
        if shared:
            connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
        for index in indexes:
            index.create(connection)
        search.create(connection)
    with store.index.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("VACUUM ANALYZE",) if shared else LOOK:
            connection.exec_driver_sql(statement)
    took_s = time.perf_counter() - began_s
    print(
        f"\rmade {count:,} sessions, {count * INTERACTIONS:,} interactions: {loaded_s:.0f} s, indexes at {took_s:.0f} s"
    )
    with store.index.read() as connection:
        size = (
            "SELECT pg_database_size(current_database())"
            if shared
            else "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        )
        print(f"the index takes {connection.exec_driver_sql(size).scalar_one() / 1e9:.1f} GB", flush=True)


Rows = tuple[str, list[str], list[tuple[Any, ...]]]


def made(count: int, dice: random.Random) -> Iterator[Rows]:
    """Make sessions; give rows of every table, some thousands at a time, with the names of their columns."""
    for first in range(0, count, CHUNK):
        found: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in FILLED}
        documents: list[tuple[Any, ...]] = []
        for number in range(first, min(first + CHUNK, count)):
            add_session(number, count, dice, found, documents)
        for table, rows in found.items():
            yield table.name, list(rows[0]) if rows else [], [tuple(row.values()) for row in rows]
        yield "search_text", ["rowid", "words"], documents
        print(f"\r{first + CHUNK:,} sessions", end="", file=sys.stderr)


def kept(folder: Path) -> Iterator[Rows]:
    """Give the rows of an SQLite index, as `made` does."""
    with closing(sqlite3.connect(folder / "index.db")) as source:
        columns = [(table.name, [column.name for column in table.columns]) for table in FILLED]
        for table, names in [*columns, ("search_text", ["rowid", "words"])]:
            cursor = source.execute(f"SELECT {', '.join(names)} FROM {table}")
            for rows in iter(lambda cursor=cursor: cursor.fetchmany(CHUNK), []):
                yield table, names, rows


def insert(connection: sa.Connection, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        connection.exec_driver_sql(statement, rows)


def copy(connection: sa.Connection, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        names = ["place" if name == "rowid" else name for name in names]
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)


def add_session(
    number: int,
    count: int,
    dice: random.Random,
    made: dict[sa.Table, list[dict[str, Any]]],
    documents: list[tuple[Any, ...]],
) -> None:
    """Add the rows of a session, and the document that `search` would make of them."""
    own: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in FILLED}
    for table, row in rows_of(number, count, dice):
        own[table].append(row)
    (session,), (report,), (used,) = own[sessions], own[reports], own[controls]
    session["place"] = place = search.first_place(session["id"], session["started_ms"])
    while place in PLACES:
        place += 1
    PLACES.add(place)
    session["place"] = place
    texts = search.texts_of(
        session,
        pages=[(row["url"], row["title"]) for row in own[pages]],
        controls=search.control_names(used["names"]),
        signals=[(row["kind"], row["name"], row["measured"]) for row in own[signals]],
        report=search.report_texts(report["report"]),
    )
    documents.append((place, " ".join(w.document(texts))))
    for table, rows in own.items():
        made[table] += rows


PLACES: set[int] = set()
_PLAIN = {c.name: c.default.arg for c in sessions.columns if c.default is not None and c.default.is_scalar}


def rows_of(number: int, count: int, dice: random.Random) -> Iterator[tuple[sa.Table, dict[str, Any]]]:
    # ids are random, times are not: sessions are digested about in the order in which they began
    session, start = (
        f"s_{number * 2_654_435_761 % (1 << 32):08x}",
        NOW_MS - SPAN_MS * (1 - (number + dice.random()) / count),
    )
    duration = dice.lognormvariate(11, 1.2)
    visits = [dice.choice(PATHS) for _ in range(dice.choice((1, 2, 3, 3, 5)))]
    found = [dice.choice(KINDS) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
    yield (
        sessions,
        {
            **_PLAIN,
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
            "outcome": dice.choice(("completed", "abandoned", "unclear", "failed")),
            "digested_ms": int(start),
            "headline": f"Looked at {len(visits)} pages and pressed “{dice.choice(CONTROLS)}”",
        },
    )
    for n, path in enumerate(visits):
        url = {"url": f"https://shop.example{path}", "title": path.strip("/").replace("/", " ").title()}
        yield pages, {"session": session, "n": n, **url, "page": "p", "start_ms": start, "end_ms": start}
    pressed = {dice.choice(CONTROLS): start + 1000.0 * n for n in range(INTERACTIONS)}
    yield controls, {"session": session, "names": json.dumps(list(pressed.items()), separators=(",", ":"))}
    for n, kind in enumerate(found):
        named = {"page_url": "https://shop.example/", "role": "button", "name": "Pay", "fingerprint": f"{kind}:{n}"}
        row = {"session": session, "n": n, "ref": f"g{n}", "kind": kind, "t_ms": start, "end_ms": start}
        yield signals, {**row, **named, "measured": f'{{"message":"{dice.choice(ERRORS)}"}}'}
    said = f"They looked at {visits[-1]} for a while and {dice.choice(CONTROLS).lower()} was pressed"
    report = Report(
        headline=Sentence(f"Pressed {dice.choice(CONTROLS)}", ["e1"]),
        goal=Sentence(""),
        outcome="unclear",
        summary=[Sentence(said, ["e1"]), Sentence("Nothing happened for a minute", ["e2"])],
        findings=[Finding(title=f"{kind}", severity=2, text=f"{kind} on Pay", refs=["s1"]) for kind in found],
    )
    stamps = {"digest_revision": 9, "projector_version": 10_000, "outcome": "unclear", "headline": "x", "error": ""}
    row = {"session": session, "analyst": "rules", "created_ms": int(start), **stamps}
    yield reports, {**row, "report": msgspec.json.encode(report).decode()}
    if number % 50 == 0:
        yield marks, {"session": session, "starred": number % 100 == 0, "watched_ms": 1, "tags": "[]"}


def measure(store: Store, rounds: int) -> None:
    print("| question | found | p50 ms | p95 ms | CPU p95 ms |\n|---|---:|---:|---:|---:|")
    for name, q in QUESTIONS.items():
        show(store, f"{name}: `{q}`" if q else name, rounds, lambda q=q: list_sessions(store, q=q, limit=50).total)
    for sort in SORTS:
        show(store, f"sorted by {sort}", rounds, lambda sort=sort: list_sessions(store, sort=f"-{sort}").total)
    for q in ("page:/checkout", "browser:firefox", "user:u_44", "-signal:any page:/checkout"):
        show(store, f"`{q}` by duration", rounds, lambda q=q: list_sessions(store, q=q, sort="-duration").total)
    show(
        store, "`shop` by start, the oldest first", rounds, lambda: list_sessions(store, q="shop", sort="started").total
    )
    for q in ("", "page:/checkout"):
        tenth = list_sessions(store, limit=500, q=q)
        cursor, middle = tenth.next_cursor or "", tenth.sessions[-1].id
        show(store, f"the eleventh page {q}", rounds, lambda q=q, c=cursor: list_sessions(store, q=q, cursor=c).total)
        show(store, f"the next session {q}", rounds, lambda q=q, m=middle: next_session(store, m, q=q) and 1)
    show(
        store,
        "digest of many, `signal:rage_click user:u_44`",
        rounds,
        lambda: digest_sessions(store, q="signal:rage_click user:u_44").sessions,
    )
    show(store, "digest of all", 3, lambda: digest_sessions(store).sessions)
    show(store, "has anything arrived?", rounds, lambda: (status(store, "site") and 1) or 0)
    show(store, "what the site takes up", 3, lambda: held(store, "site").sessions)


def show(store: Store, name: str, rounds: int, ask: Any) -> None:
    times, costs, found = [], [], 0
    for _ in range(rounds):
        pids = backends(store)
        began_s, before_s = time.perf_counter(), cpu_s(pids)
        found = ask()
        costs.append((cpu_s(pids) - before_s) * 1000)
        times.append((time.perf_counter() - began_s) * 1000)
        if sum(times) > 20_000:
            break
    last = math.ceil(len(times) * 0.95) - 1
    middle, worst, cost = sorted(times)[len(times) // 2], sorted(times)[last], sorted(costs)[last]
    print(f"| {name} | {found or 0:,} | {middle:.0f} | {worst:.0f} | {cost:.0f} |", flush=True)


def backends(store: Store) -> list[int]:
    """Return the processes of the database that may answer us."""
    if not store.index.shared:
        return []
    with store.index.read() as connection:
        return list(connection.execute(sa.text("SELECT pid FROM pg_stat_activity")).scalars())


def cpu_s(pids: list[int]) -> float:
    """CPU time of this process and of those, in seconds."""
    spent_ns = 0
    for pid in pids:
        with suppress(OSError):
            spent_ns += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    return time.process_time() + spent_ns / 1e9


if __name__ == "__main__":
    sys.exit(main())
