"""Trace speed: `playhead trace` and the library call beside `spoiler compile` (PyPI, Rust) on the same recordings.

Usage   python bench/trace.py [--runs N] [--spoiler PATH] [--long MB …] [RECORDING …]
        without recordings: those of tests/fixtures/recordings over 1 MB; `--long` adds recordings of that size, made
        by repeating the largest of them
Figures CPU seconds (user + system) of whole processes, taken in turn, medians; start-up is what `playhead trace
        --help` costs; MB are of raw JSON. spoiler is installed into a virtual environment of its own and given JSON
        Lines, since it reads a one-line array as a single event.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

from playhead.core.projector import project
from playhead.core.readers.formats import read_recording

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "tests/fixtures/recordings"
VOCABULARY = 'version: 1\napps:\n  web: { project: 1, host: app.test, audience: "people" }\nsurfaces: []\n'
MIN_BYTES = 1_000_000
PLAYHEAD = [sys.executable, "-m", "playhead"]

LAUNCH = """
import os, sys
nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[nowhere])
_, status, usage = os.wait4(child, 0)
print(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


class Cost(NamedTuple):
    cpu_s: float
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--spoiler", type=Path, help="an installed spoiler; default: one is installed for the run")
    parser.add_argument("--long", type=int, nargs="*", default=[], metavar="MB")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        spoiler = args.spoiler or install_spoiler(work)
        startup = median_cost([[*PLAYHEAD, "trace", "--help"]], args.runs)[0]
        table = Table(title=f"CPU of a trace; start-up {startup.cpu_s * 1000:.0f} ms is taken off ours where marked −")
        for column in (
            "recording",
            "MB",
            "events",
            "ours s",
            "ours − s",
            "MB/s",
            "events/s",
            "library MB/s",
            "peak MB",
        ):
            table.add_column(column, justify="left" if column == "recording" else "right")
        for column in ("spoiler s", "MB/s", "peak MB", "spoiler / ours", "spoiler / ours −"):
            table.add_column(column, justify="right")
        for source in recordings(args.recordings, args.long, work):
            print(f"measuring {source.name} …", file=sys.stderr, flush=True)
            table.add_row(*measure(source, work=work, spoiler=spoiler, startup_s=startup.cpu_s, runs=args.runs))
        Console(width=190).print(table)


def measure(source: Path, *, work: Path, spoiler: Path, startup_s: float, runs: int) -> list[str]:
    recording = read_recording(source.read_bytes())
    array, lines = work / "array.json", work / "lines.jsonl"
    array.write_bytes(b"[" + b",".join(event.raw for event in recording.events) + b"]")
    lines.write_bytes(b"".join(event.raw.replace(b"\n", b" ") + b"\n" for event in recording.events))
    vocabulary = work / "vocabulary.yaml"
    vocabulary.write_text(VOCABULARY)
    ours = [*PLAYHEAD, "trace", str(array)]
    theirs = [str(spoiler), "compile", "--recording", str(lines), "--vocab", str(vocabulary), "--app", "web"]
    our, their = median_cost([ours, theirs], runs)
    size_mb = array.stat().st_size / 1e6
    without = max(our.cpu_s - startup_s, 1e-4)
    library = median_library(array.read_bytes(), runs)
    figures: list[Any] = [source.name, f"{size_mb:.2f}", f"{len(recording.events):,}", f"{our.cpu_s:.3f}"]
    figures += [f"{without:.3f}", f"{size_mb / without:.0f}", f"{len(recording.events) / without:,.0f}"]
    figures += [f"{size_mb / library:.0f}", f"{our.peak_mb:.0f}", f"{their.cpu_s:.3f}", f"{size_mb / their.cpu_s:.0f}"]
    return [*figures, f"{their.peak_mb:.0f}", f"{their.cpu_s / our.cpu_s:.2f}×", f"{their.cpu_s / without:.2f}×"]


def median_cost(commands: list[list[str]], runs: int) -> list[Cost]:
    """Run the commands in turn, A B A B …, one warm-up first; return each one's median."""
    seen: list[list[Cost]] = [[] for _ in commands]
    for _ in range(runs + 1):
        for position, command in enumerate(commands):
            seen[position].append(run(command))
    return [Cost(*(statistics.median(figure) for figure in zip(*costs[1:], strict=True))) for costs in seen]


def run(command: list[str]) -> Cost:
    """Run one process to its end by way of a small one: a child's peak memory counts from its parent's size."""
    told = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCH, *command], capture_output=True, text=True)
    status, cpu_s, peak_kb = told.stdout.split() if told.returncode == 0 else ("no launch", "0", "0")
    if status != "0":
        raise SystemExit(f"{' '.join(command)} failed ({status}): {told.stderr[-500:]}")
    return Cost(float(cpu_s), float(peak_kb) / 1024)


def median_library(blob: bytes, runs: int) -> float:
    """CPU seconds of reading, projecting and encoding inside a running process."""
    costs = []
    for _ in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_SELF)
        recording = read_recording(blob)
        msgspec.json.encode(project(recording.events, coverage=recording.coverage))
        after = resource.getrusage(resource.RUSAGE_SELF)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return max(statistics.median(costs[1:]), 1e-6)


def recordings(named: list[Path], long_mb: list[int], work: Path) -> Iterator[Path]:
    """Yield what is measured, long recordings made only when their turn has come."""
    found = named or [path for path in sorted(RECORDINGS.glob("*.zst")) if size_of(path) >= MIN_BYTES]
    if not found:
        raise SystemExit(f"no recordings in {RECORDINGS.relative_to(HERE.parent)}: name some on the command line")
    yield from found
    if long_mb:
        largest = read_recording(max(found, key=size_of).read_bytes()).events
        for size_mb in long_mb:
            yield lengthen(largest, size_mb, work)


def size_of(path: Path) -> int:
    return sum(len(event.raw) for event in read_recording(path.read_bytes()).events)


def lengthen(events: list[Any], size_mb: int, work: Path) -> Path:
    """Write a recording of about `size_mb`: the same visit again and again, each time a later page load."""
    span = max(event.timestamp for event in events) - min(event.timestamp for event in events) + 1000
    path, written, turn = work / f"repeated-{size_mb}MB.jsonl", 0, 0
    with path.open("wb") as stream:
        while written < size_mb * 1e6:
            for event in events:
                decoded = msgspec.json.decode(event.raw)
                decoded["timestamp"] = event.timestamp + turn * span
                written += stream.write(msgspec.json.encode(decoded) + b"\n")
            turn += 1
    return path


def install_spoiler(work: Path) -> Path:
    venv.create(work / "peer", with_pip=True)
    bin_dir = work / "peer" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([bin_dir / "pip", "install", "-q", "--disable-pip-version-check", "spoiler"], check=True)
    return bin_dir / "spoiler"


if __name__ == "__main__":
    main()
