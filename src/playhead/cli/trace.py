"""`playhead trace FILE`: a recording as interactions, effects, signals and coverage."""

import argparse
import os
import shutil
import sys

from playhead.cli.errors import InputError
from playhead.cli.files import read_input


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording in any shape; - is standard input")
    parser.add_argument("--format", choices=("json", "text"), help="default: text on a terminal, json in a pipe")


def run(args: argparse.Namespace) -> int:
    import msgspec

    from playhead.core.projector import project
    from playhead.core.readers.formats import FormatError, read_recording

    try:
        recording = read_recording(read_input(args.file))
    except FormatError as error:
        raise InputError(f"{args.file}: {error}") from None
    trace = project(recording.events, coverage=recording.coverage)
    if (args.format or ("text" if sys.stdout.isatty() else "json")) == "json":
        sys.stdout.buffer.write(msgspec.json.encode(trace) + b"\n")
    else:
        from playhead.cli.trace_text import trace_text

        shown = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if shown else 0
        print(trace_text(trace, colour=shown and _likes_colour(), width=width))
    return 0


def _likes_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
