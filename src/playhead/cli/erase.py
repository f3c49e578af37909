"""`playhead erase`: delete everything held about a visitor or a session."""

import argparse
import json

from playhead.cli.errors import InputError
from playhead.cli.stores import add_store_arguments, note, open_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--visitor", metavar="ID", help="all sessions of a visitor, or of the user id given to identify")
    what.add_argument("--session", metavar="ID", help="one session")
    add_store_arguments(parser)


def run(args: argparse.Namespace) -> int:
    erased = _at_server(args) if args.server else _in_data(args)
    if not erased:
        raise InputError(f"there is no {_named(args)}")
    print(json.dumps({"erased_sessions": erased}))
    return 0


def _at_server(args: argparse.Namespace) -> int:
    from urllib.parse import quote

    from playhead.cli import remote

    kind, name = ("sessions", args.session) if args.session else ("visitors", args.visitor)
    return int(
        json.loads(remote.request(args.server, "DELETE", f"/api/{kind}/{quote(name, safe='')}"))["erased_sessions"]
    )


def _in_data(args: argparse.Namespace) -> int:
    from playhead.jobs.erase import erase_session, erase_visitor
    from playhead.query import audit

    with open_data(args) as store:
        erased = int(erase_session(store, args.session)) if args.session else erase_visitor(store, args.visitor)
        if erased:
            target = f"session {args.session}" if args.session else audit.visitor_target(args.visitor)
            note(store, "erased", target)
        return erased


def _named(args: argparse.Namespace) -> str:
    return f"session {args.session!r}" if args.session else f"session of a visitor {args.visitor!r}"
