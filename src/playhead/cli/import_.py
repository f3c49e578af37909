"""`playhead import FILE…`: recordings into the store; prints {"session_id": …}, one a line.

A directory stands for every file in it, at any depth. What in it is no recording is named and passed over. At the end:
how many files, megabytes and sessions, what was there already, and what was passed over and why.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final

from playhead.cli.errors import InputError
from playhead.cli.files import read_input
from playhead.cli.stores import add_store_arguments, open_data

Import = Callable[[str, bytes], str]
Report = Callable[[str, int, int], None]
MAX_REASONS: Final = 5


class Stopped(InputError):
    """It is not the file: no other one would fare better."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="a recording in any known shape, or a directory; -: stdin"
    )
    parser.add_argument("--site", metavar="KEY", default="", help="the site they belong to; default: the first one")
    add_store_arguments(parser)


@dataclass
class Tally:
    """What became of the files so far."""

    files: int = 0
    bytes: int = 0
    sessions: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)  # of them, those that an earlier import had stored
    refused: dict[str, int] = field(default_factory=dict)  # why → how many files

    def told(self) -> str:
        """One line: "41 files, 12.3 MB: 38 sessions (5 were there already); 3 of 41 files were passed over: 3 × …"."""
        there = f" ({len(self.there)} were there already)" if self.there else ""
        line = f"{self.files} files, {self.bytes / 1e6:.1f} MB: {len(self.sessions)} sessions{there}"
        if not self.refused:
            return line
        reasons = sorted(self.refused.items(), key=lambda item: (-item[1], item[0]))
        named = "; ".join(f"{count} × {reason}" for reason, count in reasons[:MAX_REASONS])
        more = f"; and {len(reasons) - MAX_REASONS} other reasons" if len(reasons) > MAX_REASONS else ""
        return f"{line}; {sum(self.refused.values())} of {self.files} files were passed over: {named}{more}"


def run(args: argparse.Namespace) -> int:
    """Import file by file; a named one that cannot be read stops with its name, those before it are kept.

    Safe to repeat: a recording that is there already is not stored again.
    """
    files, tally = list(_files(args.files)), Tally()
    with _progress(len(files)) as report, _importer(args, report, tally) as import_one:
        for name, found in files:
            tally.files += 1
            try:
                blob = read_input(name)
                tally.bytes += len(blob)
                session = import_one(name, blob)
                tally.sessions.add(session)
                print(json.dumps({"session_id": session}), flush=True)
            except InputError as error:
                if not found or isinstance(error, Stopped):
                    raise
                reason = str(error).removeprefix(f"{name}: ")
                tally.refused[reason] = tally.refused.get(reason, 0) + 1
                report(name, 1, 1)
                print(f"playhead import: {error}", file=sys.stderr)
    if tally.refused or (len(files) > 1 and sys.stderr.isatty()):
        print(f"playhead import: {tally.told()}", file=sys.stderr)
    return 2 if tally.refused else 0


def _files(names: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each file's name, and whether it was found in a directory; hidden files and folders are left out."""
    for name in names:
        if name == "-" or not Path(name).is_dir():
            yield name, False
            continue
        inside = [path for path in sorted(Path(name).rglob("*")) if path.is_file()]
        shown = [path for path in inside if not any(p.startswith(".") for p in path.relative_to(name).parts)]
        if not shown:
            raise InputError(f"{name}: no file in this directory")
        yield from ((str(path), True) for path in shown)


@contextmanager
def _importer(args: argparse.Namespace, report: Report, tally: Tally) -> Iterator[Import]:
    if args.server:
        from playhead.cli import remote

        query = {"site": args.site} if args.site else None

        def send(name: str, blob: bytes) -> str:
            report(name, 0, 1)
            try:
                answer = remote.request(args.server, "POST", "/api/import", body=blob, query=query)
            except remote.BodyRefused as error:
                raise InputError(f"{name}: {error.said}") from None
            except InputError as error:
                raise Stopped(str(error)) from None
            report(name, 1, 1)
            return json.loads(answer)["session_id"]

        yield send
        return
    from playhead.core.readers.formats import FormatError
    from playhead.jobs.imports import ImportStopped, UnknownSite, import_recording, imported_ids
    from playhead.query.sites import ensure_default
    from playhead.store.objects import NoSpace

    with open_data(args, make=True) as store:
        site = args.site or ensure_default(store)
        stored = imported_ids(store)

        def import_one(name: str, blob: bytes) -> str:
            try:
                session = import_recording(store, site, blob, progress=lambda done, total: report(name, done, total))
                if session in stored:
                    tally.there.add(session)
                    report(name, 1, 1)
                return session
            except FormatError as error:
                raise InputError(f"{name}: {error}") from None
            except UnknownSite as error:
                raise Stopped(f"--site: {error.args[0]}") from None
            except (ImportStopped, NoSpace) as error:
                raise InputError(f"{name}: {getattr(error, 'strerror', None) or error}") from None

        yield import_one


@contextmanager
def _progress(files: int) -> Iterator[Report]:
    """Give a function that shows how far a file is; it shows nothing unless a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    # rich would send what we print to its own console: right on one terminal, a lost line where stdout is a pipe
    same = sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, redirect_stdout=same) as shown:
        overall = shown.add_task("files", total=files)
        current = shown.add_task("events", total=None)

        def report(name: str, done: int, total: int) -> None:
            shown.update(current, description=PurePath(name).name or name, completed=done, total=total)
            if done >= total:
                shown.advance(overall)

        yield report
