"""Logs of a server, one line an entry on standard error: for people, or as JSON for whatever collects them.

Secrets  personal data and credentials are taken out of every line, whoever wrote it; ids stay. Of libraries only
         warnings are written: below are statements with their values, and addresses with keys in them
JSON     {"time": ISO 8601 in UTC, "level", "logger", "message", "error"?: traceback}; a message never breaks a line
"""

import json
import logging
from datetime import UTC, datetime
from typing import Final

from playhead.core.secrets import anonymous, scrub_text

OWN: Final = ("playhead", "uvicorn", "uvicorn.error")


def unless_id(kind: str, value: str) -> str:
    """Keep what a line is about: sessions, packs and the like have random names, and numbers are times or sizes."""
    an_id = kind in ("PHONE", "SSN") or (kind == "TOKEN" and not value.startswith("eyJ"))
    return value if an_id else anonymous(kind, value)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub_text(record.getMessage(), unless_id),
        }
        if record.exc_info:
            entry["error"] = scrub_text(self.formatException(record.exc_info), unless_id)
        return json.dumps(entry, ensure_ascii=False)


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return scrub_text(super().format(record), unless_id)


def set_up(level: str, form: str) -> None:
    """Let what Playhead and its server say from `level` on be written, as "text" or "json"; of libraries, warnings."""
    handler = logging.StreamHandler()
    text = Lines("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else text)
    wanted = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(wanted, logging.WARNING), handlers=[handler], force=True)
    for name in OWN:
        own = logging.getLogger(name)
        own.setLevel(wanted)
        own.handlers.clear()  # a server's own would write lines past ours
        own.propagate = True
