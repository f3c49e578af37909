"""Collector: a little server that serves the built recorder and keeps what it sends, in memory, one list a session."""

import gzip
import http.server
import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

BUILD = Path(__file__).parents[2] / "src/playhead/web/static/build"
GZIP_MAGIC = b"\x1f\x8b"


class Collector:
    def __init__(self) -> None:
        self._batches: dict[str, dict[tuple[str, int], list[dict[str, Any]]]] = {}
        self._changed = threading.Condition()
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_OPTIONS(self) -> None:
                self._answer(204, b"")

            def do_GET(self) -> None:
                path = BUILD / "recorder.js"
                if urlsplit(self.path).path != "/recorder.js":
                    return self._answer(404, b"")
                return self._answer(200, path.read_bytes(), "text/javascript")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                new = collector.keep(query, body)
                self._answer(200, json.dumps({"ok": True, "duplicate": not new}).encode(), "application/json")

            def log_message(self, *_: object) -> None:
                pass

            def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "*")
                self.send_header("Access-Control-Allow-Private-Network", "true")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Collector":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self, session: str) -> list[dict[str, Any]]:
        """Return the session's events in time order; events of one moment keep their order of arrival."""
        with self._changed:
            batches = self._batches.get(session, {})
            pages = list(dict.fromkeys(page for page, _ in batches))
            ordered = sorted(batches, key=lambda key: (pages.index(key[0]), key[1]))
            events = [event for key in ordered for event in batches[key]]
        return sorted(events, key=lambda event: event["timestamp"])

    def sessions(self) -> list[str]:
        with self._changed:
            return list(self._batches)

    def keep(self, query: dict[str, str], body: bytes) -> bool:
        """Take one batch as the wire brings it; False for one that was here before."""
        events = json.loads(gzip.decompress(body) if body.startswith(GZIP_MAGIC) else body)
        if isinstance(events, dict):
            query = {**{name: str(value) for name, value in events.items() if name != "events"}, **query}
            events = events["events"]
        with self._changed:
            batches = self._batches.setdefault(query["session"], {})
            key = (query["page"], int(query["seq"]))
            new = key not in batches
            batches.setdefault(key, events)
            self._changed.notify_all()
        return new
