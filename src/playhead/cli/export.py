"""`playhead export SESSION_ID`: the exact rrweb events back, a file that plays by itself, a film or a picture."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playhead.cli.errors import InputError
from playhead.cli.stores import add_store_arguments, note, open_data

if TYPE_CHECKING:
    from playhead.store.segments import Manifest


LOOK_S = 0.5  # between looks at a film that a server makes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION_ID")
    parser.add_argument(
        "--format",
        choices=("json", "html", "mp4", "webm", "gif", "png"),
        default="json",
        help="html: one file that plays in a browser, offline; mp4, webm, gif: a film; png: one moment (default: json)",
    )
    parser.add_argument("--from-ms", type=float, metavar="MS", help="begin here, ms from the session's start")
    parser.add_argument("--to-ms", type=float, metavar="MS", help="end here")
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="films: this many times as fast")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="default: standard output")
    add_store_arguments(parser)


def run(args: argparse.Namespace) -> int:
    if args.format == "json" and (args.from_ms is not None or args.to_ms is not None):
        raise InputError("--from-ms and --to-ms cut what --format html shows; json is always the whole session")
    if not 0.1 <= args.speed <= 100:
        raise InputError(f"--speed {args.speed:g}: from 0.1 to 100")
    if args.format not in ("json", "html") and args.output == "-" and sys.stdout.isatty():
        raise InputError(f"a terminal shows no {args.format}: name a file with -o")
    events = _from_server(args) if args.server else _from_data(args) if args.format == "json" else _page(args)
    if args.format == "json":
        events += b"\n"
    if args.output == "-":
        sys.stdout.buffer.write(events)
        sys.stdout.buffer.flush()
    else:
        _write(Path(args.output), events)
    return 0


def _from_server(args: argparse.Namespace) -> bytes:
    from urllib.parse import quote

    from playhead.cli import remote

    path = f"/api/sessions/{quote(args.session, safe='')}"
    if args.format == "json":
        return remote.request(args.server, "GET", f"{path}/events")
    span = {"from_ms": args.from_ms, "to_ms": None if args.format == "png" else args.to_ms}
    query = {name: str(value) for name, value in span.items() if value is not None}
    if args.format in ("html", "png"):
        return remote.request(args.server, "GET", f"{path}/export.{args.format}", query=query)
    return _film_from_server(args.server, f"{path}/films", {"kind": args.format, "speed": str(args.speed), **query})


def _film_from_server(server: str, path: str, query: dict[str, str]) -> bytes:
    """Have the film made, and wait for it; stopped there where it is given up here."""
    import json
    import time

    from playhead.cli import remote
    from playhead.cli.progress import progress

    film = json.loads(remote.request(server, "POST", path, query=query))
    own = f"{path}/{film['id']}"
    try:
        with progress("export") as report:
            while film["state"] in ("waiting", "running"):
                report("pictures", film["frames"], film["of"])
                time.sleep(LOOK_S)
                film = json.loads(remote.request(server, "GET", own))
    except KeyboardInterrupt:
        remote.request(server, "DELETE", own)
        raise
    if film["state"] != "done":
        raise InputError(f"{server}: {film['error'] or 'the film was stopped'}")
    return remote.request(server, "GET", f"{own}/file")


def _page(args: argparse.Namespace) -> bytes:
    from playhead.jobs.digest import ensure_digested
    from playhead.jobs.segments import ensure_segments
    from playhead.query.offline import offline_file
    from playhead.query.session import trace

    with open_data(args) as store:
        if not store.log.exists(args.session):
            raise InputError(f"there is no session {args.session!r}")
        ensure_digested(store, args.session)
        stored = ensure_segments(store, args.session)
        if stored is None:
            raise InputError(f"session {args.session!r} cannot be read")
        note(store, "exported", f"session {args.session}")
        found = trace(store, args.session)
        file = offline_file(store, args.session, stored, found, from_ms=args.from_ms, to_ms=args.to_ms)
        return file if args.format == "html" else _filmed(args, file, stored.manifest)


def _filmed(args: argparse.Namespace, file: bytes, manifest: "Manifest") -> bytes:
    from playhead.cli.progress import progress
    from playhead.jobs.film import CannotRender, render

    with progress("export") as report:
        try:
            return render(
                file,
                manifest,
                args.format,
                from_ms=args.from_ms,
                to_ms=args.to_ms,
                speed=args.speed,
                progress=lambda done, total: report("pictures", done, total),
            )
        except CannotRender as error:
            raise InputError(str(error)) from None


def _from_data(args: argparse.Namespace) -> bytes:
    from playhead.core.events import encode_events
    from playhead.store.clean import read_clean

    with open_data(args) as store:
        if not store.log.exists(args.session):
            raise InputError(f"there is no session {args.session!r}")
        read = read_clean(store, args.session)
        note(store, "exported", f"session {args.session}")
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
