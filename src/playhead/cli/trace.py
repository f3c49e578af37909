"""`playhead trace FILE`: a recording as interactions, effects, signals and coverage."""

import argparse
import os
import sys

from playhead.cli.reading import recording_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording in any shape; - is standard input")
    parser.add_argument("--format", choices=("json", "text"), help="default: text on a terminal, json in a pipe")


def run(args: argparse.Namespace) -> int:
    recording = recording_of(args.file)

    import msgspec

    from playhead.core.projector import project

    trace = project(recording.events, coverage=recording.coverage)
    if (args.format or ("text" if sys.stdout.isatty() else "json")) == "json":
        sys.stdout.buffer.write(msgspec.json.encode(trace) + b"\n")
    else:
        import shutil

        from playhead.cli.trace_text import trace_text

        shown = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if shown else 0
        print(trace_text(trace, colour=shown and _likes_colour(), width=width))
    return 0


def _likes_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
