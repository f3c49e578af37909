"""`playhead people`: who may use a server. Prints one JSON object a line; a link to choose a password is in it."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from playhead.cli.errors import InputError
from playhead.cli.stores import add_store_arguments, note, open_data

if TYPE_CHECKING:
    from playhead.store import Store

ROLES = ("admin", "member", "viewer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    doing = parser.add_subparsers(dest="do", metavar="DO", required=True)
    add_store_arguments(doing.add_parser("list", help="everybody with an account"))
    add = doing.add_parser("add", help="make an account and the link by which its owner chooses a password")
    add.add_argument("email")
    add.add_argument("--role", choices=ROLES, default="member")
    add.add_argument("--name", default="")
    add_store_arguments(add)
    role = doing.add_parser("role", help="change somebody's role")
    role.add_argument("email")
    role.add_argument("role", choices=ROLES)
    add_store_arguments(role)
    for name, says in (("link", "a new link to choose a password"), ("remove", "delete an account and its tokens")):
        one = doing.add_parser(name, help=says)
        one.add_argument("email")
        add_store_arguments(one)


def run(args: argparse.Namespace) -> int:
    lines = _at_server(args) if args.server else _in_data(args)
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
    return 0


def _at_server(args: argparse.Namespace) -> list[dict[str, Any]]:
    from playhead.cli import remote

    def ask(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        return json.loads(remote.request(args.server, method, path, body=sent, json_body=True))

    if args.do == "list":
        return ask("GET", "/api/people")
    if args.do == "add":
        return [ask("POST", "/api/people", {"email": args.email, "role": args.role, "name": args.name})]
    found = [one["id"] for one in ask("GET", "/api/people") if one["email"] == args.email.strip().lower()]
    path = f"/api/people/{(found or _nobody(args.email))[0]}"
    match args.do:
        case "role":
            return [ask("PATCH", path, {"role": args.role})]
        case "link":
            return [ask("POST", f"{path}/invitation")]
        case _:
            return [ask("DELETE", path)]


def _in_data(args: argparse.Namespace) -> list[dict[str, Any]]:
    from playhead.query import people

    with open_data(args, make=args.do == "add") as store:
        if args.do == "list":
            return [_plain(one) for one in people.list_people(store)]
        try:
            done = _done(store, args)
        except people.PeopleError as error:
            raise InputError(str(error)) from None
        note(store, "changed people", f"{args.do} {args.email}")
        return [done]


def _done(store: "Store", args: argparse.Namespace) -> dict[str, Any]:
    from playhead.query import people

    if args.do == "add":
        made = people.add_person(store, email=args.email, role=args.role, name=args.name)
        return {"person": _plain(made), "link": f"/join/{people.invite(store, made.id)}"}
    tidy = people.tidy_email(args.email)
    found = next((one for one in people.list_people(store) if one.email == tidy), None) or _nobody(args.email)
    match args.do:
        case "role":
            return _plain(people.change_person(store, found.id, role=args.role))
        case "link":
            return {"person": _plain(found), "link": f"/join/{people.invite(store, found.id)}"}
        case _:
            people.remove_person(store, found.id)
            return {"deleted": found.id}


def _plain(value: Any) -> dict[str, Any]:
    import msgspec

    return msgspec.to_builtins(value)


def _nobody(email: str) -> Any:
    raise InputError(f"{email} has no account")
