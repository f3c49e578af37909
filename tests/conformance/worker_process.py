"""A worker in a process of its own that writes down what it digests; arguments: DATA INDEX BOOK OBJECTS NAME."""

import os
import sys
import time
from pathlib import Path

from playhead.jobs import digest as digest_module
from playhead.jobs.worker import Worker
from playhead.store import open_store

data, index_url, book, objects_url, name = sys.argv[1:]
really = digest_module.digest


def write(what: str, session: str) -> None:
    descriptor = os.open(book, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{what} {name} {session}\n".encode())
    os.close(descriptor)


def noted(store, session):
    write("begin", session)
    time.sleep(0.02)
    trace = really(store, session)
    write("end", session)
    return trace


digest_module.digest = noted
store = open_store(Path(data), index_url=index_url, objects_url=objects_url)
Worker(store).start()
while True:
    time.sleep(1)
