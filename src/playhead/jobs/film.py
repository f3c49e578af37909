"""Film: a picture of a moment (PNG), or a video of a stretch (MP4, WebM, GIF), rendered by a real browser.

How     the exported offline file (query.offline) is opened in Chromium without a network, moved frame by frame, and its
        pictures are piped into ffmpeg; what a recording could do there, it could do in that file: nothing
Needs   Chromium, `playwright` and an ffmpeg: `pip install 'playhead[video]'` brings the last two
Limits  MAX_FRAMES of film; idle time is cut to IDLE_LEFT_MS; films of a node one after the other (`jobs.films`)
Errors  CannotRender says what is missing or too much
"""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from playhead.core.moments import moment_ms
from playhead.store.segments import Manifest

FORMATS: Final = {
    "mp4": ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
    "webm": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "34", "-b:v", "0"],
    "gif": ["-filter_complex", "[0:v]split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer"],
}
MEDIA_TYPES: Final = {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif", "png": "image/png"}
FPS: Final = {"mp4": 12, "webm": 12, "gif": 6}
MAX_FRAMES: Final = 7_200  # ten minutes of film at 12 frames a second
IDLE_LEFT_MS: Final = 1_000.0  # of each stretch in which nothing happens
STILL_WAIT_S: Final = 20.0  # for a picture's turn
MAX_WIDTH: Final = 1280
MAX_HEIGHT: Final = 1024
MAX_GIF_WIDTH: Final = 800
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CLEAN: Final = (
    "header, footer { display: none !important } body { display: block !important } "
    "[data-stage] { margin: 0 !important; width: 100vw; height: 100vh } "
    "[data-stage-fit] { box-shadow: none !important } "
    "* { transition: none !important; caret-color: transparent !important }"
)
_MOVE: Final = """t => { const seek = document.querySelector("[data-seek]"); seek.value = String(t);
  seek.dispatchEvent(new Event("input")); return new Promise(done => requestAnimationFrame(() => done())) }"""
_SIZE: Final = """() => { const frame = document.querySelector("[data-stage] iframe");
  return [Number(frame.getAttribute("width")) || 0, Number(frame.getAttribute("height")) || 0] }"""

Progress = Callable[[int, int], None]
Span = tuple[float, float]
_stills = threading.BoundedSemaphore(2)


class CannotRender(RuntimeError):
    """Something is missing, or the film would be too long; the message says what to do."""

    def __init__(self, said: str, *, missing: bool = False) -> None:
        super().__init__(said)
        self.missing = missing  # on this machine


def render(
    file: bytes,
    manifest: Manifest,
    kind: str,
    *,
    from_ms: float | None = None,
    to_ms: float | None = None,
    speed: float = 1.0,
    progress: Progress = lambda _done, _total: None,
) -> bytes:
    """Return the picture at `from_ms`, or the film from there to `to_ms`; moments as in `query.offline`."""
    if kind == "png":
        return still(file, at_ms=_stretch(manifest, from_ms, None)[0])
    moments = check_length(manifest, kind, from_ms=from_ms, to_ms=to_ms, speed=speed)
    return film(file, moments, kind, progress=progress)


def check_length(
    manifest: Manifest, kind: str, *, from_ms: float | None, to_ms: float | None, speed: float = 1.0
) -> list[float]:
    """Return the moments that a film would show; raises CannotRender where they are none or too many."""
    first, last = _stretch(manifest, from_ms, to_ms)
    idle = [(start - manifest.start_ms, end - manifest.start_ms) for start, end in manifest.idle]
    moments = moments_of(first, last, kind=kind, speed=speed, idle=idle)
    if len(moments) > MAX_FRAMES:
        raise CannotRender(
            f"the film would be longer than {MAX_FRAMES // FPS[kind]} s: choose a clip, or a higher speed"
        )
    if not moments:
        raise CannotRender("there is nothing to show between these two moments")
    return moments


def check_tools() -> None:
    """Raise CannotRender where a browser or an encoder is missing."""
    _browser()
    _ffmpeg()


def _stretch(manifest: Manifest, from_ms: float | None, to_ms: float | None) -> Span:
    """Return a stretch in ms from the session's start; nothing given is the whole session."""
    start_ms, end_ms = manifest.start_ms, manifest.end_ms
    first = 0.0 if from_ms is None else min(max(moment_ms(from_ms, start_ms), start_ms), end_ms) - start_ms
    last = end_ms - start_ms if to_ms is None else min(moment_ms(to_ms, start_ms), end_ms) - start_ms
    return first, last


def still(file: bytes, *, at_ms: float) -> bytes:
    """Return the moment `at_ms` (from the session's start) of an offline file as PNG."""
    with _turn(_stills), _page(file) as page:
        page.evaluate(_MOVE, at_ms)
        return page.screenshot(type="png")


def film(file: bytes, moments: Sequence[float], kind: str, *, progress: Progress = lambda _done, _total: None) -> bytes:
    """Return a film of an offline file: one picture for each of `moments`, played at FPS[kind]."""
    with tempfile.TemporaryDirectory() as home, _page(file) as page:
        target = Path(home) / f"film.{kind}"
        with _encoder(kind, target) as pictures:
            for number, moment in enumerate(moments):
                page.evaluate(_MOVE, moment)
                pictures.write(page.screenshot(type="jpeg", quality=90))
                progress(number + 1, len(moments))
        return target.read_bytes()


def moments_of(
    from_ms: float, to_ms: float, *, kind: str, speed: float = 1.0, idle: Sequence[Span] = ()
) -> list[float]:
    """Return the moments to show, ms from the session's start; `idle` stretches are cut short."""
    step_ms = 1000.0 / FPS[kind] * speed
    cuts = [(max(start + IDLE_LEFT_MS, from_ms), end) for start, end in idle if end - start > 2 * IDLE_LEFT_MS]
    found: list[float] = []
    t = from_ms
    while t <= to_ms + 0.5 and len(found) <= MAX_FRAMES:
        skip = next((end for start, end in cuts if start <= t < end), None)
        if skip is not None and skip <= to_ms:
            t = skip
        found.append(t)
        t += step_ms
    return found


def _browser() -> str:
    """Return where Chromium is; raises CannotRender where it, or what drives it, is missing."""
    if find_spec("playwright") is None:
        raise CannotRender("rendering needs playwright: pip install 'playhead[video]'", missing=True)
    chromium = os.environ.get("PLAYHEAD_CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not chromium:
        raise CannotRender("rendering needs Chromium: apt install chromium, or set PLAYHEAD_CHROMIUM", missing=True)
    return chromium


@contextmanager
def _turn(slots: threading.BoundedSemaphore) -> Iterator[None]:
    """Wait for a slot, but not for ever: somebody may wait for the answer."""
    if not slots.acquire(timeout=STILL_WAIT_S):
        raise CannotRender("many pictures are being made: try again in a moment")
    try:
        yield
    finally:
        slots.release()


@contextmanager
def _page(file: bytes) -> Iterator[Any]:
    """Give the offline file in a browser that has no network, as large as the recorded page, without its controls."""
    chromium = _browser()
    from playwright.sync_api import Error, sync_playwright

    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        path = Path(home) / "session.html"
        path.write_bytes(file)
        sandbox = [] if os.getuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--disable-gpu", *sandbox])
        except Error as error:
            raise CannotRender(f"{chromium} does not start: {error.message.splitlines()[0]}") from None
        try:
            page = browser.new_page(viewport={"width": MAX_WIDTH, "height": MAX_HEIGHT}, color_scheme="light")
            page.context.set_offline(True)
            page.goto(path.as_uri())
            page.locator("[data-stage] iframe").wait_for(timeout=60_000)
            width, height = page.evaluate(_SIZE)
            page.set_viewport_size(_even(width, height))
            page.add_style_tag(content=_CLEAN)
            yield page
        except Error as error:
            raise CannotRender(f"the recording cannot be shown: {error.message.splitlines()[0]}") from None
        finally:
            browser.close()


def _even(width: float, height: float) -> Any:
    """Return a size that holds the recorded page, scaled down where it is large; even, as H.264 wants it."""
    scale = min(1.0, MAX_WIDTH / max(width, 1), MAX_HEIGHT / max(height, 1))
    return {"width": max(2, int(width * scale) // 2 * 2), "height": max(2, int(height * scale) // 2 * 2)}


@contextmanager
def _encoder(kind: str, target: Path) -> Iterator[Any]:
    """Give the pipe that takes JPEG pictures and becomes a film in `target`."""
    options = FORMATS[kind]
    if kind == "gif":
        options = [options[0], options[1].replace("[0:v]", f"[0:v]scale='min({MAX_GIF_WIDTH},iw)':-2,", 1)]
    argv = [
        _ffmpeg(),
        "-v",
        "error",
        "-y",
        "-f",
        "image2pipe",
        "-c:v",
        "mjpeg",
        "-framerate",
        str(FPS[kind]),
        "-i",
        "-",
    ]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([*argv, *options, str(target)], stdin=subprocess.PIPE, stderr=said)
        try:
            yield process.stdin
            assert process.stdin
            process.stdin.close()
            if process.wait(timeout=600):
                raise BrokenPipeError
        except BrokenPipeError:
            process.wait(timeout=60)
            said.seek(0)
            raise CannotRender(f"ffmpeg failed: {said.read().decode(errors='replace').strip()[-300:]}") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _ffmpeg() -> str:
    if named := os.environ.get("PLAYHEAD_FFMPEG") or shutil.which("ffmpeg"):
        return named
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        raise CannotRender("video needs ffmpeg: install it, or pip install 'playhead[video]'", missing=True) from None
    return get_ffmpeg_exe()
