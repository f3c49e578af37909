"""`playhead verify FILE --report REPORT.json`: the gate alone, on somebody's report."""

import argparse
import sys

from playhead.cli.analyze import NARRATIVE_TOKENS, read_trace
from playhead.cli.errors import InputError
from playhead.cli.files import read_input


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording in any shape; - is standard input")
    parser.add_argument(
        "--report",
        required=True,
        metavar="REPORT.json",
        help="a report as `analyze --format json` prints it; headline, goal and sentences may be plain strings",
    )


def run(args: argparse.Namespace) -> int:
    """Print {"accepted": […], "rejected": […]}; exit code 0 whatever the verdict."""
    import msgspec

    from playhead.analyst.draft import DraftError, decode_draft
    from playhead.analyst.evidence import gather
    from playhead.analyst.gate import verify
    from playhead.core.telling.narrative import narrate

    if args.file == "-" and args.report == "-":
        raise InputError("FILE and --report cannot both be standard input")
    blob = read_input(args.report)
    try:
        draft = decode_draft(blob)
    except DraftError as error:
        raise InputError(f"{args.report}: {error}") from None
    trace = read_trace(args.file)
    hidden = gather(narrate(trace, budget_tokens=NARRATIVE_TOKENS)).hidden  # a report from a server has placeholders
    verdict = verify(draft, trace, hidden)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(verdict)).decode() + "\n")
    return 0
