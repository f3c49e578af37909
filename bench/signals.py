"""Signals against the truth: precision and recall per kind on the labelled recordings, as a table.

Usage   python bench/signals.py [--write] [--misses] [DIRECTORY …]
        --write puts the table into docs/signals.md between its markers; --misses names every false and missed signal
Truth   `NAME.truth.json` beside `NAME.json.zst`, written by whoever performed the visit, before any detector ran
Match   same kind, and the spans touch within TOLERANCE_MS; each true signal is found once. Where both sides name a
        target, one name must contain the other
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.core.trace import Signal

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "tests/fixtures/recordings"
DOCUMENT = HERE.parent / "docs/signals.md"
BEGIN, END = "<!-- table: made by bench/signals.py --write -->", "<!-- end of table -->"
TOLERANCE_MS = 3000.0
KINDS = (
    "rage_click", "dead_click", "error_click", "js_error", "network_error", "validation_loop", "quick_back",
    "repeated_search", "form_abandon", "login_failure", "slow_response", "cursor_thrash", "idle_gap", "not_found",
)  # fmt: skip


class True_(msgspec.Struct):
    kind: str
    t_ms: float
    end_ms: float
    target: str = ""
    note: str = ""


class Label(msgspec.Struct):
    app: str
    title: str
    struggle: bool
    truth: list[True_]
    bytes: int = 0  # of the JSON
    recorder: str = "playhead"
    may: list[True_] = []  # could be called either way: neither missed nor false


class Scored(NamedTuple):
    name: str
    label: Label
    found: list[tuple[True_, Signal]]
    missed: list[True_]
    false: list[Signal]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="*", type=Path, default=[RECORDINGS])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    scored = list(score_all(args.directories))
    table = "\n".join(table_of(scored))
    print(table)
    if args.misses:
        print("\n".join(misses_of(scored)))
    if args.write:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}")


def score_all(directories: list[Path]) -> Iterator[Scored]:
    for directory in directories:
        for truth in sorted(directory.rglob("*.truth.json")):
            recording = truth.with_name(truth.name.replace(".truth.json", ".json.zst"))
            read = read_recording(recording.read_bytes())
            signals = project(read.events, coverage=read.coverage).signals
            yield score(recording.name, msgspec.json.decode(truth.read_bytes(), type=Label), signals)


def score(name: str, label: Label, signals: list[Signal]) -> Scored:
    left, found, missed = list(signals), [], []
    for true in label.truth:
        match = min((s for s in left if matches(true, s)), key=lambda s: abs(s.t_ms - true.t_ms), default=None)
        if match is None:
            missed.append(true)
        else:
            left.remove(match)
            found.append((true, match))
    false = [signal for signal in left if not any(matches(either, signal) for either in label.may)]
    return Scored(name, label, found, missed, false)


def matches(true: True_, signal: Signal) -> bool:
    touch = signal.t_ms <= true.end_ms + TOLERANCE_MS and signal.end_ms >= true.t_ms - TOLERANCE_MS
    name = (signal.target.name if signal.target else "").casefold()
    wanted = true.target.casefold()
    return true.kind == signal.kind and touch and (not name or not wanted or name in wanted or wanted in name)


def table_of(scored: list[Scored]) -> Iterator[str]:
    found = Counter(true.kind for one in scored for true, _ in one.found)
    missed = Counter(true.kind for one in scored for true in one.missed)
    false = Counter(signal.kind for one in scored for signal in one.false)
    calm = [one for one in scored if not one.label.struggle]
    apps = sorted({one.label.app for one in scored})
    yield f"{len(scored)} recordings of {len(apps)} applications ({', '.join(apps)}); {len(calm)} without any struggle,"
    yield f"in which {sum(len(one.false) for one in calm)} signals were false."
    yield ""
    yield "| kind | true | found | missed | false | precision | recall |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for kind in (*KINDS, "all"):
        good, bad, lost = ((c.total() if kind == "all" else c[kind]) for c in (found, false, missed))
        yield f"| `{kind}` | {good + lost} | {good} | {lost} | {bad} | {ratio(good, bad)} | {ratio(good, lost)} |"


def misses_of(scored: list[Scored]) -> Iterator[str]:
    for one in scored:
        start = min((true.t_ms for true in one.label.truth), default=0)
        for true in one.missed:
            yield f"{one.name}: missed {true.kind} {true.target!r} ({true.t_ms - start:+.0f} ms) {true.note}"
        for signal in one.false:
            target = signal.target.name if signal.target else ""
            yield f"{one.name}: false {signal.kind} {target!r} at {signal.t_ms:.0f} {signal.measured}"


def ratio(good: int, bad: int) -> str:
    return f"{good / (good + bad):.2f}" if good + bad else "–"


if __name__ == "__main__":
    main()
