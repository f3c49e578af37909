"""Tokens and coverage of the narrative, beside the raw JSON and spoiler's TSV (PyPI `spoiler`) of the same recordings.

Usage    python bench/narrative.py [--show] [--tools DIRECTORY] [--facts FILE] [RECORDING …]
         default: one recording in six of tests/fixtures; --facts keeps what the browser said for the next run
Tokens   o200k_base for all columns, by `bpe-openai`, which ships the vocabulary; it and spoiler get an environment of
         their own
Coverage of the facts of facts.py, which come from the raw events, from a real browser and from the labels. A deed is
         told where its control's name, or its path, stands in a line of that time; a message where its first words
         stand somewhere; a struggle where its kind stands at that time (spoiler: any flag, since it has fewer kinds)
Half     the narrative with a budget of half of the tokens that spoiler took
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any, Final, NamedTuple

from facts import Deed, Facts, facts_of
from fidelity import open_stage
from rich.console import Console
from rich.table import Table

from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.core.telling.narrative import MIN_BUDGET, Narrative, narrate
from playhead.core.telling.tokens import estimate_tokens
from playhead.core.trace import Trace

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "tests/fixtures/recordings"
VOCABULARY: Final = 'version: 1\napps:\n  web: { project: 1, host: app.test, audience: "people" }\nsurfaces: []\n'
NEAR_MS: Final = 1_500.0
FIRST: Final = 24  # characters of a message or name that must stand in a line; spoiler cuts after about 40
COUNTER: Final = """
import json, sys, bpe_openai
encode = bpe_openai.get_encoding("o200k_base").encode
count = lambda text: sum(len(encode(text[at : at + 200_000])) for at in range(0, len(text), 200_000))
json.dump([count(text) for text in json.load(sys.stdin)], sys.stdout)
"""


class Told(NamedTuple):
    """One line of either text: the moments it tells, what, and its signs of struggle (kinds, or `*` for any)."""

    times: tuple[float, ...]
    text: str
    signs: frozenset[str] = frozenset()


class Row(NamedTuple):
    name: str
    texts: tuple[str, str, str, str]  # raw, spoiler, ours, ours within half
    coverage: tuple[float, float, float]  # spoiler, ours, half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, help="an environment that has spoiler and bpe-openai already")
    parser.add_argument("--facts", type=Path, help="where what the browser said is kept")
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true", help="print what each text did not tell")
    args = parser.parse_args()
    known = json.loads(args.facts.read_text()) if args.facts and args.facts.exists() else {}
    with tempfile.TemporaryDirectory() as scratch, open_stage(HERE / "facts.js") as stage:
        work = Path(scratch)
        tools = install(work, args.tools)
        paths = args.recordings or sorted(RECORDINGS.glob("*.json.zst"))[::6]
        rows = [measure(path, known, stage, work=work, tools=tools, show=args.show) for path in paths]
        flat = count([text for row in rows for text in row.texts], tools)
        print_table(rows, [flat[at : at + 4] for at in range(0, len(flat), 4)])
    if args.facts:
        args.facts.write_text(json.dumps(known))


def measure(path: Path, known: dict[str, Any], stage: Any, *, work: Path, tools: Path, show: bool) -> Row:
    recording = read_recording(path.read_bytes())
    trace = project(recording.events, coverage=recording.coverage)
    lines = work / "lines.jsonl"
    lines.write_bytes(b"".join(event.raw.replace(b"\n", b" ") + b"\n" for event in recording.events))
    theirs = spoil(lines, work, tools)
    (size,) = count([theirs], tools)
    if path.name not in known:
        truth_path = path.with_name(path.name.replace(".json.zst", ".truth.json"))
        truth = json.loads(truth_path.read_text())["truth"] if truth_path.exists() else []
        known[path.name] = facts_of(recording.events, truth, stage)
    deeds, *rest = known[path.name]
    facts = Facts([Deed(*deed) for deed in deeds], *rest)
    ours = narrate(trace)
    half = within(trace, size / 2, tools)
    told = [spoiler_lines(theirs, trace.session.start_ms), our_lines(trace, ours), our_lines(trace, half)]
    covered = [coverage(facts, lines, show=f"{path.name} {who}" if show else "") for lines, who in zip(
        told, ("spoiler", "ours", "half"), strict=True)]  # fmt: skip
    raw = b"[" + b",".join(event.raw for event in recording.events) + b"]"
    texts = (raw.decode("utf-8", "replace"), theirs, ours.text, half.text)
    return Row(path.name.removesuffix(".json.zst"), texts, (covered[0], covered[1], covered[2]))


def within(trace: Trace, tokens: float, tools: Path) -> Narrative:
    """The narrative whose real tokens stay within `tokens`, as nearly as the estimated budget allows."""
    budget = tokens * 1.15
    made = narrate(trace, budget_tokens=int(budget))
    for _ in range(12):
        (real,) = count([made.text], tools)
        if real <= tokens or budget < MIN_BUDGET:
            break
        budget = min(budget, made.tokens) - 1
        made = narrate(trace, budget_tokens=int(budget))
    return made


# Coverage


def coverage(facts: Facts, told: list[Told], *, show: str) -> float:
    missed = [f"{deed.kind} {deed.name!r}" for deed in facts.deeds if not is_told(deed, told)]
    whole = plain(" ".join(line.text for line in told))
    missed += [f"message {text[:60]!r}" for text in facts.said if plain(text)[:FIRST] not in whole]
    missed += [f"traffic {text}" for text in facts.traffic if plain(text)[:FIRST] not in whole]
    missed += [f"struggle {label}" for label in facts.struggles if not is_marked(label, told)]
    if show and missed:
        print(f"{show}: " + "; ".join(missed))
    total = sum(map(len, facts))
    return 1 - len(missed) / total if total else 1.0


def is_told(deed: Deed, told: list[Told]) -> bool:
    """Whether some line of that time names the control; one without a name needs only a line."""
    name = plain(deed.name)[:FIRST]
    return any(
        name in plain(line.text) and any(deed.t_ms - NEAR_MS <= t_ms <= deed.end_ms + NEAR_MS for t_ms in line.times)
        for line in told
    )


def is_marked(label: tuple[str, float, float], told: list[Told]) -> bool:
    kind, start_ms, end_ms = label
    near = [line for line in told if any(start_ms - 3_000 <= t_ms <= end_ms + 3_000 for t_ms in line.times)]
    return any(kind in line.signs or "*" in line.signs for line in near)


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


# The two texts as lines


def our_lines(trace: Trace, narrative: Narrative) -> list[Told]:
    """The lines with the moments that their refs name."""
    signals = {signal.ref: signal for signal in trace.signals}
    times = {one.ref: one.t_ms for one in trace.interactions} | {ref: one.t_ms for ref, one in signals.items()}
    told: list[Told] = []
    for line in narrative.lines:
        found = [signals[ref] for ref in line.refs if ref in signals]
        told.append(Told(tuple(times[ref] for ref in line.refs), line.text))
        told += [Told((one.t_ms, one.end_ms), "", frozenset((one.kind,))) for one in found if one.kind in line.text]
    return told


def spoiler_lines(tsv: str, start_ms: float) -> list[Told]:
    return list(_spoiler_lines(tsv, start_ms))


def _spoiler_lines(tsv: str, start_ms: float) -> Iterator[Told]:
    for line in tsv.split("\n")[1:]:
        columns = line.split("\t")
        signs = frozenset(("*",)) if len(columns) > 9 and columns[9].strip() else frozenset[str]()
        if len(columns) > 1 and (match := re.match(r"[\d.]+", columns[1])):
            at_s = float(match[0])
            t_ms = at_s * 1_000 if at_s > 1e9 else start_ms + at_s * 1_000  # envelopes count from 1970
            yield Told((t_ms,), line, signs)


# The tools


def install(work: Path, given: Path | None) -> Path:
    (work / "vocabulary.yaml").write_text(VOCABULARY)
    if given is not None:
        return given / "bin"
    venv.create(work / "peers", with_pip=True)
    bin_dir = work / "peers/bin"
    packages = ["spoiler", "bpe-openai"]
    subprocess.run([bin_dir / "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
    return bin_dir


def spoil(lines: Path, work: Path, tools: Path) -> str:
    command = [tools / "spoiler", "compile", "--recording", lines, "--vocab", work / "vocabulary.yaml", "--app", "web"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["tsv"]


def count(texts: list[str], tools: Path) -> list[int]:
    given = json.dumps([text.encode("utf-8", "replace").decode() for text in texts])
    done = subprocess.run([tools / "python", "-c", COUNTER], input=given, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def print_table(rows: list[Row], tokens: list[list[int]]) -> None:
    table = Table(title="Tokens (o200k_base) and coverage of what happened")
    table.add_column("recording")
    for column in ("raw JSON", "spoiler", "narrative", "of spoiler", "half", "coverage: spoiler", "narrative", "half"):
        table.add_column(column, justify="right")
    for row, (raw, theirs, ours, half) in zip(rows, tokens, strict=True):
        sizes = (f"{raw:,}", f"{theirs:,}", f"{ours:,}", f"{ours / theirs:.2f}", f"{half:,}")
        table.add_row(row.name, *sizes, *(f"{one:.0%}" for one in row.coverage))
    raw, theirs, ours, half = (sum(column) for column in zip(*tokens, strict=True))
    means = [mean(column) for column in zip(*(row.coverage for row in rows), strict=True)]
    table.add_row("all", f"{raw:,}", f"{theirs:,}", f"{ours:,}", f"{ours / theirs:.2f}", f"{half:,}",
                  *(f"{one:.1%}" for one in means))  # fmt: skip
    Console(width=150).print(table)
    shares = [ours / theirs for _, theirs, ours, _ in tokens]
    small = [row for row, share in zip(rows, shares, strict=True) if share <= 0.5]
    no_worse = [row for row in rows if row.coverage[2] >= row.coverage[0]]
    estimated = sum(estimate_tokens(row.texts[2]) for row in rows) / ours
    print(f"{len(rows)} recordings; of spoiler's tokens: median {median(shares):.2f}, at most half in {len(small)}")
    print(f"at half of its tokens no fewer facts in {len(no_worse)}; estimate over real tokens {estimated:.2f}")


if __name__ == "__main__":
    sys.exit(main())
