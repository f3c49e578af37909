"""Films: renderings that no request waits for: queued, one at a time on a node, followed, cancelled, fetched.

Kept     in this process and a directory of its own: KEPT_S after its end, or when the process ends, a film is gone, and
         is made again from the recording
Erasure  a film of a session that is not there any more is not handed out, and deleted when somebody asks
"""

import logging
import secrets
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from playhead.jobs.film import CannotRender, Progress

MAX_WAITING: Final = 20  # on a node; who asks for more is told to come back
KEPT_S: Final = 3_600.0
OVER: Final = ("done", "failed", "cancelled")

log = logging.getLogger(__name__)
Render = Callable[[Progress], bytes]


class QueueFull(RuntimeError):
    """More films wait on this node than it takes."""


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


class _Cancelled(Exception):
    pass


class Films:
    """The films of one process; `start` gives a film's state, which changes as it is made."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._films: dict[str, FilmState] = {}
        self._over_s: dict[str, float] = {}  # when a film came to its end
        self._waiting: deque[tuple[FilmState, Render]] = deque()
        self._home: Path | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False

    def start(self, session: str, kind: str, render: Render) -> FilmState:
        """Queue a film; raises QueueFull."""
        with self._changed:
            self._forget_old()
            if len(self._waiting) >= MAX_WAITING:
                raise QueueFull(f"{MAX_WAITING} films wait on this server already: try again in some minutes")
            film = FilmState(secrets.token_hex(8), session, kind)
            self._films[film.id] = film
            self._waiting.append((film, render))
            if self._thread is None:
                self._home = Path(tempfile.mkdtemp(prefix="playhead-films-"))
                self._thread = threading.Thread(target=self._run, name="films", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return self._told(film)

    def state(self, film_id: str) -> FilmState | None:
        with self._changed:
            self._forget_old()
            film = self._films.get(film_id)
            return None if film is None else self._told(film)

    def cancel(self, film_id: str) -> None:
        """Stop a film that waits or is being made; forget one that is over."""
        with self._changed:
            film = self._films.get(film_id)
            if film is None:
                return
            if film.state in OVER:
                self._forget(film_id)
                return
            self._waiting = deque(one for one in self._waiting if one[0] is not film)
            self._end(film, "cancelled")

    def file(self, film_id: str) -> Path | None:
        """Return where a finished film lies."""
        with self._changed:
            film = self._films.get(film_id)
            return self._path(film) if film is not None and film.state == "done" else None

    def stop(self) -> None:
        """Make nothing more and delete what was made; harmless where nothing was started."""
        with self._changed:
            self._stopping = True
            for film in self._films.values():
                if film.state not in OVER:
                    self._end(film, "cancelled")
            self._waiting.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(10)
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)

    def _told(self, film: FilmState) -> FilmState:
        ahead = 0
        if film.state == "waiting":
            ahead = next((place for place, (one, _) in enumerate(self._waiting) if one is film), 0)
            ahead += any(one.state == "running" for one in self._films.values())
        return msgspec.structs.replace(film, ahead=ahead)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                film, render = self._waiting.popleft()
                film.state = "running"
            self._make(film, render)

    def _make(self, film: FilmState, render: Render) -> None:
        state, error = "done", ""
        try:
            self._path(film).write_bytes(render(lambda done, of: self._note(film, done, of)))
        except _Cancelled:
            return
        except CannotRender as refused:
            state, error = "failed", str(refused)
        except Exception as fault:
            log.exception("the film of session %s failed", film.session)
            state, error = "failed", f"{type(fault).__name__}: the log says more"
        with self._changed:
            if film.state == "running":
                self._end(film, state, error)
            else:
                self._path(film).unlink(missing_ok=True)

    def _note(self, film: FilmState, done: int, of: int) -> None:
        with self._changed:
            if film.state != "running":
                raise _Cancelled
            film.frames, film.of = done, of

    def _end(self, film: FilmState, state: str, error: str = "") -> None:
        film.state, film.error = state, error
        self._over_s[film.id] = time.monotonic()

    def _forget_old(self) -> None:
        now_s = time.monotonic()
        for film_id in [key for key, at in self._over_s.items() if now_s - at > KEPT_S]:
            self._forget(film_id)

    def _forget(self, film_id: str) -> None:
        film = self._films.pop(film_id, None)
        self._over_s.pop(film_id, None)
        if film is not None and self._home is not None:
            self._path(film).unlink(missing_ok=True)

    def _path(self, film: FilmState) -> Path:
        assert self._home is not None
        return self._home / f"{film.id}.{film.kind}"
