"""`playhead check`: verify every object and row of a store, and say what is wrong. Changes nothing.

Exit code 0: all is well; 1: something is wrong, one line each; 2: the store cannot be opened.
"""

import argparse
import json

from playhead.cli.progress import progress
from playhead.cli.stores import add_data_argument, open_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="places and headers only, without reading what they hold")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a line")
    add_data_argument(parser)


def run(args: argparse.Namespace) -> int:
    from playhead.store.check import check

    counts: dict[str, int] = {}
    with open_data(args, mend=False) as store, progress("check") as report:
        for problem in check(store, quick=args.quick, progress=report):
            counts[problem.kind] = counts.get(problem.kind, 0) + 1
            if args.format == "json":
                print(json.dumps(problem._asdict()), flush=True)
            else:
                print(f"{problem.kind:<5}  {problem.where}: {problem.what}\n       → {problem.todo}", flush=True)
    if not counts and args.format == "text":
        print("All is well: every object and row is as it was written.")
    elif args.format == "text":
        print("\n" + ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())))
    return 1 if counts else 0
