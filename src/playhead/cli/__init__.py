"""The `playhead` command: one module a command, imported only when it is called.

argparse, not Typer or cyclopts: they cost 269 and 141 ms of CPU against 60 (docs/adr/0002).
"""

import argparse
import gc
import importlib
import io
import os
import sys
from typing import NamedTuple, NoReturn

from playhead.cli.errors import InputError


class Command(NamedTuple):
    module: str
    help: str


COMMANDS = {
    "demo": Command("demo", "server plus an instrumented demo shop"),
    "serve": Command("serve", "the server"),
    "trace": Command("trace", "recording → interactions, effects, signals, coverage"),
    "narrate": Command("narrate", "recording → the numbered narrative a model would be sent"),
    "analyze": Command("analyze", "recording → verified report"),
    "verify": Command("verify", "run the gate alone on somebody's report"),
    "import": Command("import_", "recordings into the store"),
    "export": Command("export", "the exact rrweb events of a session back"),
    "keyframe": Command("keyframe", "the DOM at a moment as rrweb Meta + FullSnapshot"),
    "people": Command("people", "who may use a server: list, add, change, remove"),
    "audit": Command("audit", "who watched, exported, analysed, shared or erased what"),
    "check": Command("check", "verify every stored object and row, and say what is wrong"),
    "reindex": Command("reindex", "rebuild the index from the recordings alone"),
    "migrate": Command("migrate", "bring the index of an older Playhead up to date"),
    "copy-store": Command("copy_store", "copy a whole store, embedded or S3 and PostgreSQL, into another"),
    "erase": Command("erase", "delete everything held about a visitor or a session"),
}


READERS = frozenset(("trace", "narrate", "keyframe"))  # they print what is in a file, and hold nothing open


def command() -> NoReturn:
    """Run the command named on the command line and end the process.

    A command that only reads leaves its memory to the system: taking it down piece by piece cost a sixth of a trace.
    """
    gc.set_threshold(50_000, 50)  # what is read stays until the end: looking for cycles in it finds none
    code = main()
    if READERS.intersection(sys.argv[1:2]):
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        except (OSError, ValueError):
            pass  # a full disk, a closed stream: the interpreter's own way out tells of it
    sys.exit(code)


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    parser = _parser(argv)
    args = parser.parse_args(argv)
    if not args.command:
        parser.print_help()
        return 2
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another alphabet shows ?, and no traceback
    try:
        return _module(args.command).run(args)
    except InputError as error:
        print(f"playhead {args.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe went away: nothing left to say
        return 141


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playhead", description="Session recording, replay and verified analysis.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    named = next((word for word in argv if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.help, description=command.help)
        if name == named:  # only the called command pays for its imports
            _module(name).add_arguments(sub)
    return parser


def _module(name: str):
    return importlib.import_module(f"playhead.cli.{COMMANDS[name].module}")


def _version() -> str:
    from playhead import __version__

    return f"playhead {__version__}"
