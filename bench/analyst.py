"""The analyst against the truth: the gate on labelled sentences, the rules analyst on labelled recordings.

Usage      python bench/analyst.py [--write] [--misses] [--pin] [--only-sentences] [--sentences FILE …]
           --write puts the table into docs/analyst.md between its markers; --misses names every wrong verdict
Sentences  bench/sentences/*.txt, labelled true or false before the gate saw them; a line is `+ refs | text` (true) or
           `- kind refs | text` (false) or `~ refs | text` (a guess: refused as a fact, kept as a hypothesis); refs
           are e7, e3-e7 or the kind of a signal (dead_click.2 is the second)
Findings   the labelled troubles of tests/fixtures/recordings: is each named by a finding of the rules' report
Fabricated a report of invented troubles, deeds and outcomes over every recording: nothing of it may stand
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from playhead.analyst import gate, rules
from playhead.analyst.draft import read_draft
from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.core.trace import Trace

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "tests/fixtures/recordings"
SAMPLES = HERE.parent / "src/playhead/demo/samples"
SENTENCES = HERE / "sentences"
DOCUMENT = HERE.parent / "docs/analyst.md"
BEGIN, END = "<!-- table: made by bench/analyst.py --write -->", "<!-- end of table -->"
TOLERANCE_MS = 3000.0
SAME_MS = 60.0
GUESS = "guess"
FABRICATED = {
    "headline": "The visitor rage-clicked 14 times, met HTTP 500 and abandoned the checkout",
    "goal": "Buy a yacht for their mother",
    "outcome": "abandoned",
    "summary": [
        {"text": "The visitor rage-clicked “Submit” 14 times.", "refs": ["e1", "e2"]},
        {"text": "The server answered HTTP 599 after 91 seconds.", "refs": ["e1", "e2"]},
        {"text": "They deleted the account.", "refs": ["e2"]},
        {"text": "They paid 4,000 euros by card and then complained to support.", "refs": ["e1", "e2"]},
        {"text": "The visitor was furious and left for a competitor.", "refs": ["e1", "e2"]},
        {"text": "“Your session has been hijacked” was shown.", "refs": ["e1", "e2"]},
        {"text": "The database lost the order.", "refs": ["e1", "e2"]},
    ],
    "findings": [
        {
            "title": "The account was deleted",
            "severity": 3,
            "text": "Clicking “Delete my account” deleted the account without asking.",
            "refs": ["e1", "e2"],
            "quotes": ["Account deleted for ever"],
            "suggestion": "Ask before an account is deleted.",
        },
        {
            "title": "HTTP 599 at the 14th attempt",
            "severity": 3,
            "text": "The 14th attempt failed with HTTP 599.",
            "refs": ["e999"],
        },
    ],
}


class Told(NamedTuple):
    recording: str
    kind: str  # "" for a true sentence, "guess" for a hypothesis
    refs: str
    text: str


class Label(msgspec.Struct):
    kind: str
    t_ms: float
    end_ms: float
    target: str = ""


class Truth(msgspec.Struct):
    truth: list[Label]
    may: list[Label] = []


def read_sentences(path: Path) -> Iterator[Told]:
    recording = ""
    for line in path.read_text().splitlines():
        if line.startswith("== "):
            recording = line[3:].strip()
        elif line.startswith(("+ ", "- ", "~ ")):
            head, _, text = line[2:].partition(" | ")
            kind, _, refs = head.partition(" ") if line[0] == "-" else ("" if line[0] == "+" else GUESS, "", head)
            yield Told(recording, kind, refs, text.strip())


@cache
def trace_of(name: str) -> Trace:
    path = next(path for path in (RECORDINGS / f"{name}.json.zst", SAMPLES / f"{name}.json.zst") if path.exists())
    recording = read_recording(path.read_bytes())
    return project(recording.events, coverage=recording.coverage)


@cache
def facts_of(name: str) -> gate.Facts:
    return gate.prepare(trace_of(name))


@cache
def moments() -> dict[str, list[int]]:
    """When each e1, e2, … of a recording was, in ms from its start, as the sentences were written: numbers of later
    readings of the same recording may differ, moments do not."""
    return msgspec.json.decode((SENTENCES / "moments.json").read_bytes(), type=dict[str, list[int]])


def pin(told: list[Told]) -> None:
    """Keep when the interactions of recordings first written about are, so that their sentences stay about them."""
    known = moments()
    for name in {one.recording for one in told} - set(known):
        trace = trace_of(name)
        known[name] = [round(one.t_ms - trace.session.start_ms) for one in trace.interactions]
    lines = ",\n ".join(f'"{name}": {known[name]}' for name in sorted(known))
    (SENTENCES / "moments.json").write_text(f"{{\n {lines}\n}}\n")


def refs_at(recording: str, first: int, last: int, trace: Trace) -> list[str]:
    told = moments()[recording][first - 1 : last]
    start = trace.session.start_ms
    return [one.ref for one in trace.interactions if any(abs(one.t_ms - start - t_ms) <= SAME_MS for t_ms in told)]


def resolve(recording: str, refs: str, trace: Trace) -> list[str]:
    """Refs as a report would write them; the kind of a signal that is not there stays as it is and is refused."""
    found: list[str] = []
    for word in refs.split():
        if span := re.fullmatch(r"e(\d+)(?:-e(\d+))?", word):
            found += refs_at(recording, int(span[1]), int(span[2] or span[1]), trace)
        else:
            kind, _, number = word.partition(".")
            same = [signal.ref for signal in trace.signals if signal.kind == kind]
            found += same[int(number) - 1 : int(number)] if number else same or [word]
    return list(dict.fromkeys(found))


def verdict_on(told: Told) -> gate.Verdict:
    refs, facts = resolve(told.recording, told.refs, trace_of(told.recording)), facts_of(told.recording)
    as_fact = gate.judge(told.text, refs, facts)
    is_guess = told.kind == GUESS and not as_fact.accepted
    return gate.judge(told.text, refs, facts, mode="hypothesis") if is_guess else as_fact


def is_right(told: Told, verdict: gate.Verdict) -> bool:
    """A guess is judged rightly where it was refused as a fact and stands as a hypothesis."""
    if told.kind == GUESS:
        refs, facts = resolve(told.recording, told.refs, trace_of(told.recording)), facts_of(told.recording)
        return not gate.judge(told.text, refs, facts).accepted and not verdict.rejected
    return not verdict.accepted if told.kind else bool(verdict.accepted) and not verdict.rejected


def labelled() -> list[str]:
    return sorted(path.name.removesuffix(".truth.json") for path in RECORDINGS.glob("*.truth.json"))


def recall_of_rules(names: list[str]) -> tuple[int, int, list[str]]:
    """(labelled troubles named by a finding, all of them, what was missed)."""
    found, total, missed = 0, 0, list[str]()
    for name in names:
        trace = trace_of(name)
        truth = msgspec.json.decode((RECORDINGS / f"{name}.truth.json").read_bytes(), type=Truth).truth
        report = rules.write(trace)
        told = {ref for finding in report.findings for ref in finding.refs}
        told |= {ref for sentence in [report.headline, *report.summary] for ref in sentence.refs}
        for label in truth:
            total += 1
            hit = any(
                signal.kind == label.kind
                and signal.ref in told
                and signal.t_ms <= label.end_ms + TOLERANCE_MS
                and signal.end_ms >= label.t_ms - TOLERANCE_MS
                for signal in trace.signals
            )
            found += hit
            if not hit:
                missed.append(f"{name}: {label.kind}")
    return found, total, missed


def false_statements_of_rules(names: list[str]) -> tuple[int, list[str]]:
    """(sentences the rules wrote, those their own gate refuses or whose trouble is not among the labelled ones)."""
    written, false = 0, list[str]()
    for name in names:
        trace = trace_of(name)
        report = rules.write(trace)
        checked = gate.check(report, trace)
        written += 2 + len(report.summary) + len(report.findings)
        false += [f"{name}: {one.where} “{one.text}”: {one.reason}" for one in checked.rejected]
        truth = msgspec.json.decode((RECORDINGS / f"{name}.truth.json").read_bytes(), type=Truth)
        known = [*truth.truth, *truth.may]
        for finding in report.findings:
            rests = [signal for signal in trace.signals if signal.ref in finding.refs]
            if rests and not any(
                signal.t_ms <= label.end_ms + TOLERANCE_MS and signal.end_ms >= label.t_ms - TOLERANCE_MS
                for signal in rests
                for label in known
            ):
                false.append(f"{name}: “{finding.title}”: nobody labelled a trouble there")
    return written, false


def fabricated_survivors(names: list[str]) -> list[str]:
    """What of an invented report a gate lets stand, over all recordings."""
    stood: list[str] = []
    for name in names:
        outcome = gate.verify(read_draft(FABRICATED), trace_of(name))
        stood += [
            f"{name}: {one.text}" for one in outcome.accepted if not one.where.endswith(("outcome", "suggestion"))
        ]
    return stood


def table(told: list[Told], wrong: list[Told]) -> str:
    total, bad = Counter(one.kind for one in told), Counter(one.kind for one in wrong)
    lines = ["| sentences | written | judged rightly | |", "|---|--:|--:|--:|"]
    aside = ("", GUESS)
    false = sum(count for kind, count in total.items() if kind not in aside)
    false_bad = sum(count for kind, count in bad.items() if kind not in aside)
    for name, count, missed in (
        ("true, accepted", total[""], bad[""]),
        ("false, rejected", false, false_bad),
        *((f"– {kind}", total[kind], bad[kind]) for kind in sorted(total) if kind not in aside),
        *((("a guess, refused as a fact and kept as a hypothesis", total[GUESS], bad[GUESS]),) if total[GUESS] else ()),
    ):
        lines.append(f"| {name} | {count} | {count - missed} | {(count - missed) / max(1, count):.1%} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", nargs="*", type=Path, default=sorted(SENTENCES.glob("*.txt")))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--only-sentences", action="store_true")
    parser.add_argument("--pin", action="store_true", help="keep the moments of recordings first written about")
    options = parser.parse_args()
    told = [one for path in options.sentences for one in read_sentences(path)]
    if options.pin:
        pin(told)
    verdicts = [(one, verdict_on(one)) for one in told]
    wrong = [(one, verdict) for one, verdict in verdicts if not is_right(one, verdict)]
    text = table(told, [one for one, _ in wrong])
    if options.misses:
        for one, verdict in wrong:
            why = verdict.rejected[0].reason if verdict.rejected else "accepted"
            print(f"{'FALSE ' + one.kind if one.kind else 'TRUE'} {one.recording} [{one.refs}] {one.text}\n      {why}")
    if not options.only_sentences:
        names, started = labelled(), time.process_time()
        found, total, missed = recall_of_rules(names)
        written, false = false_statements_of_rules(names)
        stood = fabricated_survivors(names)
        text += (
            f"\n\nThe rules analyst over {len(names)} recordings: {found} of {total} labelled troubles named"
            f" ({found / max(1, total):.1%}); {written} statements, {len(false)} false. A fabricated report over the"
            f" same: {len(stood)} statements stood."
        )
        if options.misses:
            print(*(f"MISSED {one}" for one in missed), *(f"FALSE {one}" for one in false), sep="\n")
            print(*(f"STOOD {one}" for one in stood), sep="\n")
        print(f"({time.process_time() - started:.0f} s)")
    print(text)
    if options.write:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
