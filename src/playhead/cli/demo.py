"""`playhead demo`: the server plus an instrumented demo shop, ready to be tried."""

import argparse
import os
import sys
import threading
import webbrowser

from playhead.cli.serve import add_server_arguments, config_from, listening, replay_line, serve, url_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_server_arguments(parser)
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")


def run(args: argparse.Namespace) -> int:
    config, sockets = listening(config_from(args))
    url = url_of(config)
    lines = [f"Demo shop   {url}/demo/", f"Sessions    {url}/sessions", f"Start page  {url}/"]
    lines += replay_line(config)
    if not args.no_browser and sys.stdout.isatty() and (os.name == "nt" or os.environ.get("DISPLAY")):
        threading.Timer(1.5, webbrowser.open, [f"{url}/demo/"]).start()
    return serve(config, sockets, lines)
