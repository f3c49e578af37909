"""Tokens and coverage of the narrative, beside the raw JSON and spoiler's TSV (PyPI `spoiler`) of the same recordings.

Usage    python bench/narrative.py [--show] [--tools DIRECTORY] [RECORDING …]; default: all of tests/fixtures
Tokens   o200k_base for all columns, by `bpe-openai`, which ships the vocabulary; it and spoiler get an environment of
         their own
Coverage of what is known to have happened: each click, entry, choice and page of the trace (told where its control's
         name, or its path, stands in a line of that second), each distinct message shown (its first words stand
         somewhere), each labelled struggle (ours: that signal in a line of that time; spoiler: any flag, since it has
         fewer kinds). `half` is the narrative with a budget of half of what spoiler took
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
from statistics import mean
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from playhead.core.formats import read_recording
from playhead.core.narrative import CHARS_PER_TOKEN, narrate
from playhead.core.projector import project
from playhead.core.trace import Trace

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "tests/fixtures/recordings"
VOCABULARY: Final = 'version: 1\napps:\n  web: { project: 1, host: app.test, audience: "people" }\nsurfaces: []\n'
ACTS: Final = ("click", "dblclick", "contextmenu", "input", "navigate")
SAID: Final = ("alert", "toast", "dialog", "field_error")
NEAR_MS: Final = 1_000.0
FIRST: Final = 24  # characters of a message or name that must stand in a line; spoiler cuts after about 40
COUNTER: Final = """
import json, sys, bpe_openai
encode = bpe_openai.get_encoding("o200k_base").encode
count = lambda text: sum(len(encode(text[at : at + 200_000])) for at in range(0, len(text), 200_000))
json.dump([count(text) for text in json.load(sys.stdin)], sys.stdout)
"""


class Told(NamedTuple):
    """One line of either text: when, what, and whether it carries a sign of struggle (a kind, or any flag)."""

    t_ms: float
    text: str
    signs: frozenset[str]
    refs: frozenset[str] = frozenset()


class Facts(NamedTuple):
    acts: list[tuple[str, float, str]]  # ref, time, what must be named
    messages: list[str]
    struggles: list[tuple[str, float, float]]


class Row(NamedTuple):
    name: str
    texts: tuple[str, str, str, str]  # raw, spoiler, ours, ours within half
    coverage: tuple[float, float, float]  # spoiler, ours, half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, help="an environment that has spoiler and bpe-openai already")
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true", help="print what each text did not tell")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        tools = install(work, args.tools)
        paths = args.recordings or sorted(RECORDINGS.glob("*.json.zst"))
        rows = [row for path in paths if (row := measure(path, work=work, tools=tools, show=args.show))]
        flat = count([text for row in rows for text in row.texts], tools)
        print_table(rows, [flat[at : at + 4] for at in range(0, len(flat), 4)])


def measure(path: Path, *, work: Path, tools: Path, show: bool) -> Row | None:
    recording = read_recording(path.read_bytes())
    trace = project(recording.events, coverage=recording.coverage)
    lines = work / "lines.jsonl"
    lines.write_bytes(b"".join(event.raw.replace(b"\n", b" ") + b"\n" for event in recording.events))
    theirs = spoil(lines, work, tools)
    (size,) = count([theirs], tools)
    truth_path = path.with_name(path.name.replace(".json.zst", ".truth.json"))
    truth = json.loads(truth_path.read_text())["truth"] if truth_path.exists() else []
    facts = facts_of(trace, truth)
    ours = narrate(trace)
    half = within(trace, size / 2, tools)
    start_ms = trace.session.start_ms
    told = [spoiler_lines(theirs, start_ms), our_lines(trace, ours), our_lines(trace, half)]
    covered = [coverage(facts, lines, show=f"{path.name} {who}" if show else "") for lines, who in zip(
        told, ("spoiler", "ours", "half"), strict=True)]  # fmt: skip
    raw = b"[" + b",".join(event.raw for event in recording.events) + b"]"
    texts = (raw.decode("utf-8", "replace"), theirs, ours.text, half.text)
    return Row(path.name.removesuffix(".json.zst"), texts, (covered[0], covered[1], covered[2]))


def within(trace: Trace, tokens: float, tools: Path) -> Any:
    """The narrative whose real tokens stay within `tokens`, as nearly as the estimated budget allows."""
    budget = tokens
    made = narrate(trace, budget_tokens=int(budget))
    for _ in range(6):
        (real,) = count([made.text], tools)
        if real <= tokens or budget < 100:
            break
        budget *= min(0.95, tokens / real)
        made = narrate(trace, budget_tokens=int(budget))
    return made


# What is known to have happened


def facts_of(trace: Trace, truth: list[dict[str, Any]]) -> Facts:
    acts = [(one.ref, one.t_ms, named(one)) for one in trace.interactions if one.kind in ACTS]
    messages = {plain(effect.text or "")[:FIRST] for one in trace.interactions for effect in one.effects
                if effect.kind in SAID}  # fmt: skip
    struggles = [(label["kind"], label["t_ms"], label["end_ms"]) for label in truth]
    return Facts(acts, sorted(filter(None, messages)), struggles)


def named(one: Any) -> str:
    if one.kind == "navigate":
        return plain(re.sub(r"^\w+://[^/]*", "", one.page_url).split("?")[0])[:FIRST]
    return plain(one.target.name if one.target is not None else "")[:FIRST]


def coverage(facts: Facts, told: list[Told], *, show: str) -> float:
    missed = [f"act {ref} {name}" for ref, t_ms, name in facts.acts if not is_told(ref, t_ms, name, told)]
    whole = " ".join(plain(line.text) for line in told)
    missed += [f"message {text}" for text in facts.messages if text not in whole]
    missed += [f"struggle {label}" for label in facts.struggles if not is_marked(label, told)]
    if show and missed:
        print(f"{show}: " + "; ".join(missed))
    total = len(facts.acts) + len(facts.messages) + len(facts.struggles)
    return 1 - len(missed) / total if total else 1.0


def is_told(ref: str, t_ms: float, name: str, told: list[Told]) -> bool:
    for line in told:
        if (ref in line.refs or (not line.refs and abs(line.t_ms - t_ms) <= NEAR_MS)) and name in plain(line.text):
            return True
    return False


def is_marked(label: tuple[str, float, float], told: list[Told]) -> bool:
    kind, start_ms, end_ms = label
    near = [line for line in told if start_ms - 3_000 <= line.t_ms <= end_ms + 3_000]
    return any(kind in line.signs or "*" in line.signs for line in near)


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


# The two texts as lines


def our_lines(trace: Trace, narrative: Any) -> list[Told]:
    kinds = {signal.ref: signal for signal in trace.signals}
    told: list[Told] = []
    for line in narrative.lines:
        signals = [kinds[ref] for ref in line.refs if ref in kinds]
        refs = frozenset(line.refs) or frozenset(("-",))
        told.append(Told(line.t_ms, line.text, frozenset(), refs))
        told += [Told(one.t_ms, "", frozenset((one.kind,)), frozenset((one.ref,))) for one in signals]
    return told


def spoiler_lines(tsv: str, start_ms: float) -> list[Told]:
    return list(_spoiler_lines(tsv, start_ms))


def _spoiler_lines(tsv: str, start_ms: float) -> Iterator[Told]:
    for line in tsv.split("\n")[1:]:
        columns = line.split("\t")
        signs = frozenset(("*",)) if len(columns) > 9 and columns[9].strip() else frozenset[str]()
        if len(columns) > 1 and (match := re.match(r"[\d.]+", columns[1])):
            yield Told(start_ms + float(match[0]) * 1_000, line, signs)


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
    for column in ("raw JSON", "spoiler", "narrative", "narrative, half", "of spoiler"):
        table.add_column(column, justify="right")
    for column in ("coverage: spoiler", "narrative", "half"):
        table.add_column(column, justify="right")
    for row, sizes in zip(rows, tokens, strict=True):
        share = f"{sizes[3] / max(sizes[1], 1):.2f}"
        table.add_row(row.name, *(f"{size:,}" for size in sizes), share, *(f"{one:.0%}" for one in row.coverage))
    sums = [sum(column) for column in zip(*tokens, strict=True)]
    means = [mean(column) for column in zip(*(row.coverage for row in rows), strict=True)]
    table.add_row("all", *(f"{size:,}" for size in sums), f"{sums[3] / max(sums[1], 1):.2f}",
                  *(f"{one:.1%}" for one in means))  # fmt: skip
    Console(width=150).print(table)
    chars = sum(len(row.texts[2]) for row in rows) / max(1, sums[2])
    print(f"{len(rows)} recordings; characters a token in our narratives: {chars:.2f} (estimated as {CHARS_PER_TOKEN})")


if __name__ == "__main__":
    sys.exit(main())
