"""The store a command works on: a data directory of this machine, or a server that answers for one."""

import argparse
import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from playhead.cli.errors import InputError
from playhead.config import Config

if TYPE_CHECKING:
    from playhead.store import Store


def add_store_arguments(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--data", metavar="DIR", help=f"data directory (PLAYHEAD_DATA, default {Config.data})")
    where.add_argument(
        "--server", metavar="URL", help="ask this server instead (its login: PLAYHEAD_TOKEN or PLAYHEAD_ADMIN_PASSWORD)"
    )


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """For commands that need the store itself."""
    parser.add_argument("--data", metavar="DIR", help=f"data directory (PLAYHEAD_DATA, default {Config.data})")


def data_directory(args: argparse.Namespace) -> Path:
    return Path(args.data or os.environ.get("PLAYHEAD_DATA") or Config.data).expanduser()


def note(store: "Store", action: str, target: str) -> None:
    """Add to the audit log what a command did, under the name of whoever runs it."""
    from playhead.query import audit

    try:
        who = f"command line ({getpass.getuser()})"
    except (OSError, KeyError):  # a user id without a name
        who = f"command line (user {os.getuid()})"
    audit.note(store, who=who, action=action, target=target)


def open_data(args: argparse.Namespace, *, make: bool = False, mend: bool = True, exclusive: bool = False) -> "Store":
    """Open the data directory, or raise InputError; `make` lets it begin empty, the others as `open_store` says."""
    index_url, objects_url = os.environ.get("PLAYHEAD_INDEX", ""), os.environ.get("PLAYHEAD_OBJECTS", "")
    return open_place(
        data_directory(args), index_url=index_url, objects_url=objects_url, make=make, mend=mend, exclusive=exclusive
    )


def open_place(
    path: Path,
    *,
    index_url: str = "",
    objects_url: str = "",
    make: bool = False,
    mend: bool = True,
    exclusive: bool = False,
) -> "Store":
    """Open the store in a directory or at two addresses, or raise InputError."""
    from playhead.store import StoreInUse, open_store
    from playhead.store.index import IndexVersionError

    if not make and not index_url and not (path / "index.db").exists():
        raise InputError(f"{path}: no recordings here (--data or PLAYHEAD_DATA names the data directory)")
    where = objects_url or path
    try:
        return open_store(path, index_url=index_url, objects_url=objects_url, mend=mend, exclusive=exclusive)
    except (IndexVersionError, StoreInUse, ValueError) as error:
        raise InputError(str(error) if not isinstance(error, StoreInUse) else f"{where}: {error}") from error
    except OSError as error:
        raise InputError(f"{where}: {error.strerror or error}") from error
