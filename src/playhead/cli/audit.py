"""`playhead audit`: who watched, exported, analysed, shared or erased what; the newest last, one line each."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from playhead.cli.stores import add_store_arguments, open_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", default="", help="a part of who it was")
    parser.add_argument("--action", default="", help="watched, exported, analysed, shared, erased, …")
    parser.add_argument("--target", default="", help="a part of what it was about, such as a session's id")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="at most the newest N (1 to 500)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a line")
    add_store_arguments(parser)


def run(args: argparse.Namespace) -> int:
    for entry in reversed(_entries(args)):
        print(json.dumps(entry, ensure_ascii=False) if args.format == "json" else _line(entry))
    return 0


def _entries(args: argparse.Namespace) -> list[dict[str, Any]]:
    asked = {"who": args.who, "action": args.action, "target": args.target}
    if args.server:
        from playhead.cli import remote

        query = {**asked, "limit": str(args.limit)}
        return json.loads(remote.request(args.server, "GET", "/api/audit", query=query))["entries"]
    import msgspec

    from playhead.query import audit

    with open_data(args) as store:
        return msgspec.to_builtins(audit.entries(store, limit=args.limit, **asked).entries)


def _line(entry: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(entry["at_ms"] / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    words = (at, entry["who"], entry["action"], entry["target"], entry["address"] and f"from {entry['address']}")
    return "  ".join(_visible(word) for word in words if word)


def _visible(text: str) -> str:
    """What somebody typed into a login must not command a terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)
