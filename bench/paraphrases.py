"""The gate on sentences made from every recording by templates (bench/paraphrase), true ones and false ones.

Usage   python bench/paraphrases.py [--misses]   --misses names every wrong verdict on templates that are not kept apart
"""

from __future__ import annotations

import argparse
from collections import Counter

from analyst import RECORDINGS, facts_of, trace_of
from paraphrase import Made, Writer

from playhead.analyst import gate


def paraphrases(*, misses: bool) -> str:
    """A table of how sentences made from templates are judged, over every recording; the same words of the same
    application count once."""
    total, bad, seen = Counter[tuple[str, str]](), Counter[tuple[str, str]](), set[tuple[str, str]]()
    writer = Writer()
    for name in sorted(path.name.removesuffix(".json.zst") for path in RECORDINGS.glob("*.json.zst")):
        for made in writer.write(name, trace_of(name)):
            key = (name.split("-")[0], made.text)
            if key in seen:
                continue
            seen.add(key)
            right, why = _judged(made)
            apart = "kept apart" if made.apart else "worked with"
            for kind in (made.lie or "true", "false" if made.lie else ""):
                if kind:
                    total[kind, apart] += 1
                    bad[kind, apart] += not right
            if misses and not right and not made.apart:
                print(f"{'FALSE ' + made.lie if made.lie else 'TRUE'} {name} {made.refs} {made.text}\n      {why}")
    lines = ["| made from templates | worked with | | kept apart | |", "|---|--:|--:|--:|--:|"]
    kinds = ["true", "false", *sorted({kind for kind, _ in total} - {"true", "false"})]
    for kind in kinds:
        cells = [_share(total[kind, apart], bad[kind, apart]) for apart in ("worked with", "kept apart")]
        label = {"true": "true, accepted", "false": "false, rejected"}.get(kind, f"– {kind}")
        lines.append(f"| {label} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _share(total: int, bad: int) -> str:
    return f"{total - bad} of {total} | {(total - bad) / max(1, total):.1%}"


def _judged(made: Made) -> tuple[bool, str]:
    verdict = gate.judge(made.text, made.refs, facts_of(made.recording))
    right = not verdict.accepted if made.lie else bool(verdict.accepted) and not verdict.rejected
    return right, verdict.rejected[0].reason if verdict.rejected else "accepted"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    print(paraphrases(misses=parser.parse_args().misses))
