"""Film rows: what a film has beside its job (`store.job_rows`): how far it is, and where it lies once it is made.

Queue     the oldest film that waits, or whose maker gave no sign of life, goes to one taker; each taking has a number,
          and whoever has an old one writes nothing more
Object    `films/TIME-JOB-TURN.KIND`, written first and pointed to then; KEPT_MS after its job's end, or past KEPT_BYTES
          of all films together, rows and object go: it is made again from the recording
Erasure   the rows go with the session's, their objects with its others
Crash     what it leaves under `films/` without a row goes after STRAY_MS, or at the next start of a store of one node
Order     a transaction touches `films` before `jobs`, as an erasure does, or the two could wait for each other
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store.analysis_tables import films, jobs
from playhead.store.index import Index, insert_ignore
from playhead.store.job_rows import FILM, OPEN, JobRow
from playhead.store.objects import ObjectMissing, Objects, made_ms_of
from playhead.store.segments import finish_removals
from playhead.store.tables import removals, sessions
from playhead.store.work import clock_ms

PREFIX: Final = "films/"
KEPT_MS: Final = 3_600_000
KEPT_BYTES: Final = 2 << 30
STRAY_MS: Final = 3_600_000  # an object without a row may be one that is being committed; not for that long
MAX_TRIES: Final = 3  # a film that ends its process every time is not begun for ever


class FilmRow(NamedTuple):
    job: JobRow
    frames: int  # drawn so far …
    total: int  # … of these; 0: not known yet
    key: str
    over_ms: int


class NotMine(Exception):
    """The film was stopped, erased, or taken over by another node: whoever makes it stops, and keeps nothing."""


def add_film(index: Index, job: JobRow, *, max_waiting: int) -> bool:
    """Queue a film; False where as many wait already. Raises LookupError where its session is gone."""
    with index.write() as connection:
        # an erasure waits until this is committed, and takes it along
        there = sa.select(sessions.c.id).where(sessions.c.id == job.session).with_for_update(read=True)
        if connection.execute(there).first() is None:
            raise LookupError(f"there is no session {job.session!r}")
        waiting = sa.select(sa.func.count()).where(jobs.c.kind == FILM, jobs.c.state == "waiting")
        if connection.execute(waiting).scalar_one() >= max_waiting:
            return False
        beat_ms = clock_ms(connection, job.beat_ms)
        connection.execute(sa.insert(films), {"job": job.id, "session": job.session})
        connection.execute(sa.insert(jobs), job._replace(beat_ms=beat_ms)._asdict())
    return True


def find_film(index: Index, film_id: str, *, now_ms: int) -> FilmRow | None:
    """Return a film that was not forgotten, or whose time is not over yet."""
    columns = (films.c.frames, films.c.total, films.c.key, films.c.over_ms)
    query = sa.select(jobs, *columns).join(films, films.c.job == jobs.c.id).where(jobs.c.id == film_id)
    with index.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    found = FilmRow(JobRow(*row[: -len(columns)]), *row[-len(columns) :])
    return None if found.over_ms and found.over_ms < now_ms - KEPT_MS else found


def films_before(index: Index, job: JobRow) -> int:
    """Return how many films are made before one that waits."""
    earlier = sa.and_(jobs.c.state == "waiting", sa.tuple_(jobs.c.made_ms, jobs.c.id) < (job.made_ms, job.id))
    query = sa.select(sa.func.count()).where(jobs.c.kind == FILM, sa.or_(jobs.c.state == "running", earlier))
    with index.read() as connection:
        return connection.execute(query).scalar_one()


def take_film(index: Index, *, silent_ms: int, now_ms: int) -> JobRow | None:
    """Begin the next film, with a new turn: the oldest that waits, or whose maker is silent; None: there is none."""
    with index.write(rebuildable=True) as connection:
        now_ms = clock_ms(connection, now_ms)
        for row in _next(connection, silent_ms, now_ms):
            mine = sa.select(films.c.job).where(films.c.job == row.id).with_for_update(skip_locked=True)
            if connection.execute(mine).first() is not None and _begin(connection, row, now_ms):
                return row._replace(state="running", beat_ms=now_ms, tries=row.tries + 1)
    return None


def nobody_films(index: Index, *, silent_ms: int, now_ms: int) -> bool:
    """Whether a film waits for so long while none is being made that no node seems to be able to."""
    own = jobs.c.kind == FILM
    with index.read() as connection:
        now_ms = clock_ms(connection, now_ms)
        alive = sa.and_(own, jobs.c.state == "running", jobs.c.beat_ms > now_ms - silent_ms)
        if connection.execute(sa.select(jobs.c.id).where(alive)).first() is not None:
            return False
        long_since = sa.and_(own, jobs.c.state == "waiting", jobs.c.beat_ms <= now_ms - silent_ms)
        return connection.execute(sa.select(jobs.c.id).where(long_since)).first() is not None


def is_waited_for(index: Index) -> bool:
    """Whether any film is not at its end."""
    with index.read() as connection:
        open_films = sa.select(jobs.c.id).where(jobs.c.kind == FILM, jobs.c.state.in_(OPEN))
        return connection.execute(open_films.limit(1)).first() is not None


def note_frames(index: Index, film_id: str, turn: int, frames: int, total: int, *, now_ms: int) -> None:
    """Say how far a film is, which is a sign of life too; raises NotMine."""
    with index.write(rebuildable=True) as connection:
        connection.execute(sa.update(films).where(films.c.job == film_id).values(frames=frames, total=total))
        _own(connection, film_id, turn, {"beat_ms": clock_ms(connection, now_ms)})


def beat_film(index: Index, film_id: str, turn: int, *, now_ms: int) -> None:
    """Give a sign of life for a film that is being made; raises NotMine."""
    with index.write(rebuildable=True) as connection:
        _own(connection, film_id, turn, {"beat_ms": clock_ms(connection, now_ms)})


def put_back(index: Index, film_id: str, turn: int, *, counts: bool, now_ms: int) -> None:
    """Let the film be begun again, by whoever comes first; a try that does not count was cut short by its server."""
    with index.write() as connection:
        tries = turn if counts else turn - 1
        values = {"state": "waiting", "tries": tries, "beat_ms": clock_ms(connection, now_ms)}
        connection.execute(sa.update(films).where(films.c.job == film_id).values(frames=0, total=0))
        _own(connection, film_id, turn, values)


def end_film(index: Index, film_id: str, state: str, *, now_ms: int, error: str = "", turn: int = 0) -> None:
    """Say that a film failed or was stopped; raises NotMine where it is at its end, or not `turn`'s any more."""
    with index.write() as connection:
        now_ms = clock_ms(connection, now_ms)
        values = {"state": state, "beat_ms": now_ms, "error": error[:2_000]}
        connection.execute(sa.update(films).where(films.c.job == film_id).values(over_ms=now_ms))
        _own(connection, film_id, turn, values)


def keep_film(objects: Objects, index: Index, film_id: str, turn: int, kind: str, blob: bytes, *, now_ms: int) -> None:
    """Keep the finished film; raises NotMine, and nothing is kept."""
    key = f"{PREFIX}{now_ms:013}-{film_id}-{turn}.{kind}"
    objects.put(key, blob, if_absent=False)
    try:
        with index.write() as connection:
            now_ms = clock_ms(connection, now_ms)
            values = {"key": key, "bytes": len(blob), "over_ms": now_ms}
            connection.execute(sa.update(films).where(films.c.job == film_id).values(values))
            _own(connection, film_id, turn, {"state": "done", "beat_ms": now_ms})
    except NotMine:
        objects.delete(key)
        raise


def read_film(objects: Objects, film: FilmRow) -> bytes | None:
    try:
        return objects.get(film.key) if film.key else None
    except ObjectMissing:
        return None


def forget_films(objects: Objects, index: Index, ids: Sequence[str]) -> None:
    """Forget films that are at their end, with what was made."""
    with index.write() as connection:
        mark_films(connection, ids=ids)
        connection.execute(sa.delete(films).where(films.c.job.in_(ids)))
        connection.execute(sa.delete(jobs).where(jobs.c.id.in_(ids)))
    finish_removals(objects, index)


def forget_old(objects: Objects, index: Index, *, now_ms: int, max_bytes: int = KEPT_BYTES) -> int:
    """Forget films whose time is over, and the oldest where all together are more than is kept; return how many."""
    query = sa.select(films.c.job, films.c.bytes, films.c.over_ms).where(films.c.over_ms > 0)
    held, old = 0, []
    with index.read() as connection:
        now_ms = clock_ms(connection, now_ms)
        for film_id, size, over_ms in connection.execute(query.order_by(films.c.over_ms.desc())):
            held += size
            if over_ms < now_ms - KEPT_MS or (size and held > max_bytes):
                old.append(film_id)
    for start in range(0, len(old), 500):
        forget_films(objects, index, old[start : start + 500])
    return len(old)


def remove_strays(objects: Objects, index: Index, *, older_ms: int = 0) -> int:
    """Delete objects that no row points to; of a shared store only those at least `older_ms` old."""
    until_ms = time.time() * 1000 - older_ms
    known = kept_films(index)
    strays = [key for key in objects.list(PREFIX) if key not in known and made_ms_of(key) <= until_ms]
    for key in strays:
        objects.delete(key)
    return len(strays)


def kept_films(index: Index) -> dict[str, str]:
    """Return the key of every film that is kept, with its session."""
    with index.read() as connection:
        return dict(iter(connection.execute(sa.select(films.c.key, films.c.session).where(films.c.key != ""))))


def mark_films(connection: sa.Connection, session: str = "", *, ids: Sequence[str] = ()) -> None:
    """Remember, in this transaction, that the films of a session, or these, are to be deleted."""
    which = films.c.job.in_(ids) if ids else films.c.session == session
    found = connection.execute(sa.select(films.c.key).where(which).with_for_update()).scalars()
    rows = [{"key": key} for key in found if key]
    if rows:
        connection.execute(insert_ignore(connection, removals), rows)


def _next(connection: sa.Connection, silent_ms: int, now_ms: int) -> list[JobRow]:
    silent = sa.and_(jobs.c.state == "running", jobs.c.beat_ms <= now_ms - silent_ms)
    query = sa.select(jobs).where(jobs.c.kind == FILM, sa.or_(jobs.c.state == "waiting", silent))
    return [JobRow(*row) for row in connection.execute(query.order_by(jobs.c.made_ms, jobs.c.id).limit(20))]


def _begin(connection: sa.Connection, row: JobRow, now_ms: int) -> bool:
    """Take a film as it was seen; one that was begun too often is given up."""
    values: dict[str, object] = {"state": "running", "beat_ms": now_ms, "tries": row.tries + 1}
    facts = {"frames": 0, "total": 0}
    if given_up := row.tries >= MAX_TRIES:
        said = f"it was begun {row.tries} times and never came to its end"
        values, facts = {"state": "failed", "beat_ms": now_ms, "error": said}, {"over_ms": now_ms}
    as_seen = sa.and_(jobs.c.id == row.id, jobs.c.state == row.state, jobs.c.tries == row.tries)
    if not connection.execute(sa.update(jobs).where(as_seen).values(values)).rowcount:
        return False
    connection.execute(sa.update(films).where(films.c.job == row.id).values(facts))
    return not given_up


def _own(connection: sa.Connection, film_id: str, turn: int, values: dict[str, object]) -> None:
    """Change the job, or undo the transaction; `turn` 0: whoever has it, if it is not at its end."""
    mine = sa.and_(jobs.c.id == film_id, jobs.c.state.in_(OPEN))
    if turn:
        mine = sa.and_(jobs.c.id == film_id, jobs.c.state == "running", jobs.c.tries == turn)
    if not connection.execute(sa.update(jobs).where(mine).values(values)).rowcount:
        raise NotMine(film_id)
