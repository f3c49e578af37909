"""A server of its own around IngestApp, to be killed: `python ingest_server.py DATA_DIR`; prints its port."""

import socket
import sys
from pathlib import Path

import uvicorn

from playhead.ingest.app import IngestApp
from playhead.ingest.protocol import protocol_for
from playhead.store import open_store
from playhead.store.index import insert_ignore
from playhead.store.tables import sites


def main() -> None:
    store = open_store(Path(sys.argv[1]))
    with store.index.write() as connection:
        connection.execute(insert_ignore(connection, sites), {"key": "site", "name": "", "created_ms": 0})
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    app = IngestApp(store)
    config = uvicorn.Config(app, http=protocol_for(app), log_level="error", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    print(listening.getsockname()[1], flush=True)
    server.run(sockets=[listening])
    store.close()


main()
