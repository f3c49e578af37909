"""`playhead copy-store FROM TO`: a whole store into another; cut short, the same command goes on where it was.

FROM and TO are a data directory, or INDEX,OBJECTS: `postgresql://…,s3://bucket/prefix`.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from playhead.cli.errors import InputError
from playhead.cli.progress import progress
from playhead.cli.stores import open_place

if TYPE_CHECKING:
    from playhead.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    place = "data directory, or postgresql://…,s3://bucket/prefix"
    parser.add_argument("source", metavar="FROM", help=f"the store to copy: {place}")
    parser.add_argument("target", metavar="TO", help=f"an empty store, or a copy that was cut short: {place}")


def run(args: argparse.Namespace) -> int:
    from playhead.store.copy import CopyRefused, copy_store

    with (
        _open(args.source, make=False) as source,
        _open(args.target, make=True) as target,
        progress("copy-store") as report,
    ):
        try:
            done = copy_store(source, target, progress=report)
        except CopyRefused as error:
            raise InputError(str(error)) from None
        except OSError as error:
            raise InputError(f"{error.strerror or error}; the same command goes on from here") from error
    print(json.dumps(done._asdict()))
    return 0


def _open(place: str, *, make: bool) -> "Store":
    index_url, comma, objects_url = place.partition(",")
    if not comma:
        if "://" in place:
            raise InputError(f"{place}: an address of the index and one of the objects belong together: INDEX,OBJECTS")
        return open_place(Path(place).expanduser(), make=make, exclusive=True)
    return open_place(Path(), index_url=index_url, objects_url=objects_url, make=make, exclusive=True)
