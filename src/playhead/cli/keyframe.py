"""`playhead keyframe FILE --at-ms T`: the page at one moment as rrweb events."""

import argparse
import sys

from playhead.cli.errors import InputError
from playhead.cli.reading import recording_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording in any shape; - is standard input")
    parser.add_argument(
        "--at-ms",
        type=float,
        required=True,
        metavar="T",
        help="ms since the recording's first event, or a moment on its clock (ms since the Unix epoch)",
    )
    parser.add_argument("--page", metavar="ID", help="the tab or page load to show (default: the one in front then)")


def run(args: argparse.Namespace) -> int:
    events = recording_of(args.file).events

    from playhead.core.moments import moment_ms
    from playhead.core.playback.keyframes import keyframe_at

    pages = {event.page for event in events}
    if args.page is not None and args.page not in pages:
        raise InputError(f"{args.file}: no page {args.page!r} in it (there are: {', '.join(sorted(pages))})")
    start_ms = min(event.timestamp for event in events)
    at_ms = moment_ms(args.at_ms, start_ms)
    if not at_ms >= start_ms:
        raise InputError(f"--at-ms {args.at_ms:g}: before the recording starts")
    frames = keyframe_at(events, at_ms=at_ms, page=args.page)
    if not frames:
        raise InputError(f"{args.file}: no full snapshot in it, so there is no page to show")
    sys.stdout.buffer.write(b"[" + b",\n".join(frames) + b"]\n")
    sys.stdout.buffer.flush()
    return 0
