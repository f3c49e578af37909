"""Films: renderings that no request waits for: queued in the store, made by whichever worker comes first, one at a time
on each, followed, cancelled and fetched on any node.

Durable   a film is a job (`store.film_rows`): what ends with its process is begun again by the next, or by another node
Faults    what cannot be rendered fails at once and says why; anything else is tried again, MAX_TRIES times in all
Tools     a node of several that lacks Chromium or ffmpeg leaves films to the others, unless none of them makes any
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec

from playhead.jobs.film import CannotRender, Progress, check_tools, render
from playhead.jobs.segments import ensure_segments
from playhead.query import session as query_session
from playhead.query.offline import offline_file
from playhead.store import Store, film_rows, work
from playhead.store.film_rows import MAX_TRIES, FilmRow, NotMine
from playhead.store.job_rows import FILM, OPEN, STALE_MS, JobRow

MAX_WAITING: Final = 20  # of the whole store; who asks for more is told to come back
POLL_S: Final = 1.0
BEAT_S: Final = 15.0  # between two signs of life of a film whose frames take long
TELL_S: Final = 0.4  # between two notes of how far a film is
SWEEP_S: Final = 300.0  # between looks for films whose time is over
STOP_WAIT_S: Final = 10.0

log = logging.getLogger(__name__)


class QueueFull(RuntimeError):
    """More films wait than are taken."""


class FilmTask(msgspec.Struct, frozen=True):
    """What is to be filmed; moments as in `query.offline`. Kept as JSON in the job's row."""

    kind: str  # mp4, webm, gif
    from_ms: float | None = None
    to_ms: float | None = None
    speed: float = 1.0


class FilmState(msgspec.Struct, omit_defaults=False):
    """A film on its way. `frames` of `of` are drawn; `ahead` films are made before it."""

    id: str
    session: str
    kind: str
    state: str = "waiting"  # waiting, running, done, failed, cancelled
    ahead: int = 0
    frames: int = 0
    of: int = 0
    error: str = ""


class _Stopping(Exception):
    """The server stops in the middle of a film."""


Make = Callable[[Store, str, FilmTask, Progress], bytes]


def film_of(store: Store, session_id: str, task: FilmTask, progress: Progress) -> bytes:
    """Return the film of a stored session; raises CannotRender."""
    stored = ensure_segments(store, session_id)
    if stored is None:
        raise CannotRender("the session is gone")
    span = {"from_ms": task.from_ms, "to_ms": task.to_ms}
    file = offline_file(store, session_id, stored, query_session.trace(store, session_id), **span)
    return render(file, stored.manifest, task.kind, **span, speed=task.speed, progress=progress)


class Films:
    """The films of a store; `start` makes them here, too."""

    def __init__(
        self,
        store: Store,
        *,
        make: Make = film_of,
        tools: Callable[[], None] = check_tools,
        silent_ms: int = STALE_MS,
        beat_s: float = BEAT_S,
    ) -> None:
        self._store, self._make, self._tools = store, make, tools
        self._silent_ms, self._beat_s = silent_ms, beat_s
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._at_hand: tuple[str, int] | None = None  # the film that is made here, and its turn
        self._sweep_at_s = 0.0

    def queue(self, session_id: str, task: FilmTask) -> FilmState:
        """Queue a film; raises QueueFull, CannotRender where nobody has the tools, LookupError without a session."""
        store = self._store
        if not store.index.shared:
            self._tools()  # with other nodes about, one of them may have what is missing here
        now_ms, site = int(store.now_ms()), query_session.site_of(store, session_id)
        text = msgspec.json.encode(task).decode()
        job = JobRow(secrets.token_hex(8), FILM, session_id, site, "", "", text, "waiting", 0, now_ms, now_ms)
        if not film_rows.add_film(store.index, job, max_waiting=MAX_WAITING):
            raise QueueFull(f"{MAX_WAITING} films wait already: try again in some minutes")
        self._wake.set()
        return self._told(FilmRow(job, 0, 0, "", 0))

    def state(self, film_id: str) -> FilmState | None:
        film = self._find(film_id)
        return None if film is None else self._told(film)

    def cancel(self, film_id: str) -> None:
        """Stop a film that waits or is being made; forget one that is over."""
        store, film = self._store, self._find(film_id)
        if film is None:
            return
        try:
            if film.job.state in OPEN:
                film_rows.end_film(store.index, film_id, "stopped", now_ms=int(store.now_ms()))
                return
        except NotMine:  # it came to its end meanwhile
            pass
        film_rows.forget_films(store.objects, store.index, [film_id])

    def file(self, film_id: str) -> bytes | None:
        """Return a finished film; None where it is not finished, or gone."""
        film = self._find(film_id)
        return None if film is None or film.job.state != "done" else film_rows.read_film(self._store.objects, film)

    def start(self) -> None:
        for name, run in (("films", self._run), ("films-beat", self._beat)):
            self._threads.append(threading.Thread(target=run, name=name, daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """Make nothing more: what is at hand waits for the next process; harmless where nothing was started."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(STOP_WAIT_S)

    def run_once(self, silent_ms: int | None = None) -> bool:
        """Make the next film; False where there is none for this node."""
        store, missing = self._store, ""
        silent_ms = self._silent_ms if silent_ms is None else silent_ms
        if not film_rows.is_waited_for(store.index):
            return False
        try:
            self._tools()
        except CannotRender as error:
            missing, alone = str(error), not store.index.shared
            if not alone and not film_rows.nobody_films(store.index, silent_ms=silent_ms, now_ms=int(store.now_ms())):
                return False
        job = film_rows.take_film(store.index, silent_ms=silent_ms, now_ms=int(store.now_ms()))
        if job is None:
            return False
        self._at_hand = job.id, job.tries
        try:
            if missing:
                self._end(job, f"no worker can make films: {missing}")
            else:
                self._film(job)
        except NotMine:
            pass  # stopped, erased, or another node's by now
        finally:
            self._at_hand = None
        return True

    def _film(self, job: JobRow) -> None:
        store = self._store
        task = msgspec.json.decode(job.task, type=FilmTask)
        try:
            blob = self._make(store, job.session, task, self._teller(job))
        except NotMine:
            raise
        except _Stopping:
            film_rows.put_back(store.index, job.id, job.tries, counts=False, now_ms=int(store.now_ms()))
            return
        except CannotRender as refused:
            self._end(job, str(refused))
            return
        except Exception as fault:
            log.exception("the film of session %s failed, try %d of %d", job.session, job.tries, MAX_TRIES)
            if job.tries < MAX_TRIES:
                film_rows.put_back(store.index, job.id, job.tries, counts=True, now_ms=int(store.now_ms()))
            else:
                self._end(job, f"{type(fault).__name__}: the log says more")
            return
        now_ms = int(store.now_ms())
        film_rows.keep_film(store.objects, store.index, job.id, job.tries, task.kind, blob, now_ms=now_ms)

    def _teller(self, job: JobRow) -> Progress:
        """Return what notes how far the film is, and ends its making where it is not ours any more."""
        store, told_s = self._store, 0.0

        def tell(frames: int, total: int) -> None:
            nonlocal told_s
            if self._stopping.is_set():
                raise _Stopping
            if frames == total or time.monotonic() - told_s >= TELL_S:
                told_s = time.monotonic()
                film_rows.note_frames(store.index, job.id, job.tries, frames, total, now_ms=int(store.now_ms()))

        return tell

    def _end(self, job: JobRow, error: str) -> None:
        now_ms = int(self._store.now_ms())
        film_rows.end_film(self._store.index, job.id, "failed", error=error, turn=job.tries, now_ms=now_ms)

    def _find(self, film_id: str) -> FilmRow | None:
        return film_rows.find_film(self._store.index, film_id, now_ms=int(self._store.now_ms()))

    def _told(self, film: FilmRow) -> FilmState:
        job, task = film.job, msgspec.json.decode(film.job.task, type=FilmTask)
        state = "cancelled" if job.state == "stopped" else job.state
        ahead = film_rows.films_before(self._store.index, job) if state == "waiting" else 0
        return FilmState(job.id, job.session, task.kind, state, ahead, film.frames, film.total, job.error)

    def _run(self) -> None:
        # what runs in a store of one node when it starts was left by a process that ended
        silent_ms = self._silent_ms if self._store.index.shared else 0
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                found = self.run_once(silent_ms)
                silent_ms = self._silent_ms
            except Exception:
                log.exception("films could not be looked for; it goes on")
                found = False
            if not found:
                self._sweep()
                self._wake.wait(POLL_S)

    def _beat(self) -> None:
        while not self._stopping.wait(self._beat_s):
            if (at_hand := self._at_hand) is None:
                continue
            try:
                film_rows.beat_film(self._store.index, *at_hand, now_ms=int(self._store.now_ms()))
            except NotMine:
                continue  # whoever makes it learns of it with the next frame
            except Exception as error:
                log.warning("a film cannot say that it is being made: %s", error)

    def _sweep(self) -> None:
        if time.monotonic() < self._sweep_at_s:
            return
        self._sweep_at_s = time.monotonic() + SWEEP_S
        store = self._store
        try:
            with work.alone(store.index, f"films-{store.node}", "films", now_ms=store.now_ms()) as mine:
                if mine:
                    film_rows.forget_old(store.objects, store.index, now_ms=int(store.now_ms()))
                    film_rows.remove_strays(store.objects, store.index, older_ms=film_rows.STRAY_MS)
        except Exception:
            log.exception("films whose time is over cannot be removed; it is tried again")
