"""`playhead narrate FILE`: a recording as the numbered narrative that a model would be sent."""

import argparse

from playhead.cli.errors import InputError
from playhead.cli.reading import recording_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording in any shape; - is standard input")
    parser.add_argument(
        "--budget", type=int, default=4_000, metavar="TOKENS", help="how long it may get (default 4000)"
    )
    parser.add_argument(
        "--as-sent",
        action="store_true",
        help="exactly what a model is sent: its instructions, and the lines with personal data replaced",
    )


def run(args: argparse.Namespace) -> int:
    recording = recording_of(args.file)

    from playhead.core.projector import project
    from playhead.core.telling.narrative import MIN_BUDGET, narrate

    if args.budget < MIN_BUDGET:
        raise InputError(f"--budget {args.budget}: a narrative needs at least {MIN_BUDGET} tokens")
    narrative = narrate(project(recording.events, coverage=recording.coverage), budget_tokens=args.budget)
    if args.as_sent:
        from playhead.analyst.preview import as_sent

        print(as_sent(narrative))
    else:
        print(narrative.text)
    return 0
