"""A node that makes films, in a process of its own; arguments: DATA INDEX OBJECTS. It says when one was begun, draws a
frame for each line it reads, and says how it went."""

import sys
from pathlib import Path

from playhead.jobs.films import Films
from playhead.store import film_rows, open_store

data, index_url, objects_url = sys.argv[1:]
store = open_store(Path(data), index_url=index_url, objects_url=objects_url)


def draw(_store, _session, _task, progress):
    print("begun", flush=True)
    for frame, _ in enumerate(sys.stdin, 1):
        try:
            progress(frame, 99)
        except film_rows.NotMine:
            print("not mine", flush=True)
            raise
        print("drawn", flush=True)
    return b"drawn to the end"


Films(store, make=draw, tools=lambda: None, silent_ms=2_000, beat_s=0.2).run_once()
