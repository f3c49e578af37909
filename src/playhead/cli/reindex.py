"""`playhead reindex`: rebuild the index from the recordings alone; a damaged database is moved aside first."""

import argparse
import json
import sys
from pathlib import Path

from playhead.cli.errors import InputError
from playhead.cli.progress import progress
from playhead.cli.stores import add_data_argument, data_directory, open_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data_argument(parser)


def run(args: argparse.Namespace) -> int:
    from playhead.jobs.reindex import reindex
    from playhead.store.index import IndexUnusable

    try:
        store = open_data(args, exclusive=True)
    except InputError as error:
        if not isinstance(error.__cause__, IndexUnusable):
            raise
        _move_aside(data_directory(args) / "index.db")
        store = open_data(args, exclusive=True, make=True)
    with store, progress("reindex") as report:
        done = reindex(store, progress=report)
    print(json.dumps(done._asdict()))
    return 0


def _move_aside(path: Path) -> None:
    """Keep what is left of the database: sites, people and model reports are in no pack."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    print(
        f"playhead reindex: the damaged index is now {aside}; sites' settings, people, marks and model reports "
        "were in it and begin anew",
        file=sys.stderr,
    )
