"""`playhead migrate`: bring the index of an older Playhead up to date before the servers start, or say what waits.

A server does the same at its start; this is for those who update many nodes and want it done once, first.
Exit code of --check: 0 nothing waits, 1 something does.
"""

import argparse
import os

from playhead.cli.errors import InputError
from playhead.cli.stores import add_data_argument, data_directory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say which steps wait; changes nothing")
    add_data_argument(parser)


def run(args: argparse.Namespace) -> int:
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError

    from playhead.store.index import Index, IndexUnusable, IndexVersionError
    from playhead.store.migrations import waiting_steps

    url = os.environ.get("PLAYHEAD_INDEX", "")
    path = data_directory(args) / "index.db"
    if not url and not path.exists():
        raise InputError(f"{path.parent}: no recordings here (--data or PLAYHEAD_DATA names the data directory)")
    index = Index(url or sa.URL.create("sqlite", database=os.fspath(path)))
    try:
        if not args.check:
            return _tell(index.create(), done=True)
        with index.read() as connection:
            waiting = waiting_steps(connection)
        _tell(waiting, done=False)
        return 1 if waiting else 0
    except (IndexVersionError, IndexUnusable, DBAPIError) as error:
        raise InputError(str(error)) from None
    finally:
        index.close()


def _tell(steps: list[str], *, done: bool) -> int:
    for step in steps:
        print(f"{'done' if done else 'waits'}: {step}")
    if not steps:
        print("The index is up to date.")
    return 0
