"""`playhead export SESSION_ID`: the exact rrweb events back, as one JSON array."""

import argparse
import secrets
import sys
from pathlib import Path

from playhead.cli.errors import InputError
from playhead.cli.stores import add_store_arguments, open_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION_ID")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="default: standard output")
    add_store_arguments(parser)


def run(args: argparse.Namespace) -> int:
    events = _from_server(args) if args.server else _from_data(args)
    if args.output == "-":
        sys.stdout.buffer.write(events + b"\n")
        sys.stdout.buffer.flush()
    else:
        _write(Path(args.output), events + b"\n")
    return 0


def _from_server(args: argparse.Namespace) -> bytes:
    from urllib.parse import quote

    from playhead.cli import remote

    return remote.request(args.server, "GET", f"/api/sessions/{quote(args.session, safe='')}/events")


def _from_data(args: argparse.Namespace) -> bytes:
    from playhead.core.events import encode_events
    from playhead.store.clean import read_clean

    with open_data(args) as store:
        if not store.log.exists(args.session):
            raise InputError(f"there is no session {args.session!r}")
        read = read_clean(store, args.session)
    if read.gaps:
        missing = sum(gap.to_seq - gap.from_seq + 1 for gap in read.gaps)
        print(f"playhead export: {missing} batches are missing; the first: {read.gaps[0].reason}", file=sys.stderr)
    return encode_events(read.events)


def _write(path: Path, blob: bytes) -> None:
    """Write the file as a whole, or leave what was there: half a recording is no recording."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        partial.write_bytes(blob)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(f"{path}: {error.strerror or error}") from None
