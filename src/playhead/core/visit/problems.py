"""Console lines and uncaught errors: what the page's own code complained about.

Sources  `rrweb/console@1` and the legacy log source (11), Sentry console breadcrumbs, `playhead.error`
         An error seen twice (by the console plugin and by the recorder) is one problem.
"""

import re
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec

from playhead.core.patterns import late

MAX_LINES: Final = 20_000  # console lines kept per recording; beyond it they are counted
MAX_TEXT: Final = 500  # characters of a line
SAME_ERROR_MS: Final = 250  # two reports of one error: the recorder's listener and the console plugin's
_UNCAUGHT = late(r"^(?:ERROR\s+)?(?:Uncaught\b|Unhandled\b)|^ERROR\s+\w*Error\b", re.I)
_BARE_ERROR = late(r"^[A-Z]\w*(?:Error|Exception): [^\n]*$")
# An exception with its stack that was caught on its way up and only written down, as frameworks do with handlers'.
_LOGGED = late(r"\b([A-Z]\w*Error|Error): ([^\n]{1,300})\n\s+at ")
_PREFIX = late(r"^(?:ERROR\s+)?(?:Uncaught|Unhandled)(?: \(in promise\)| promise rejection:?)?:?\s*", re.I)
_NAMED = late(r"^([A-Za-z_$][\w$.]*(?:Error|Exception|Rejection)):\s*(.*)$", re.S)
_FRAME = late(
    r"((?:https?|file|chrome-extension|moz-extension|safari-extension|webpack)[^\s()]*?):(\d+)(?::(\d+))?\)?$"
)
_FOREIGN: Final = ("chrome-extension:", "moz-extension:", "safari-extension:", "safari-web-extension:")
# Notices that browsers raise as errors though nothing failed, and promises given up on purpose.
BENIGN = late(
    r"ResizeObserver loop|AbortError|signal is aborted|The user aborted a request|play\(\) request was interrupted|"
    r"play\(\) failed because the user|^Script error\.?$|"
    r"The operation was aborted|Non-Error promise rejection captured",
    re.I,
)
_VARIABLE = late(r"0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+|\"[^\"]*\"|'[^']*'|https?://\S+", re.I)


class Line(msgspec.Struct, gc=False):
    """One console line."""

    t_ms: float
    level: str
    text: str
    page: str = ""
    where: str = ""


class Problem(msgspec.Struct, gc=False):
    """One uncaught exception or unhandled rejection."""

    t_ms: float
    kind: str  # exception | unhandledrejection | logged
    name: str
    message: str
    where: str = ""  # first frame of the page's own code: "file.js:12:3"
    page: str = ""
    foreign: bool = False  # thrown by another site's script or a browser extension
    benign: bool = False

    @property
    def text(self) -> str:
        return f"{self.name}: {self.message}" if self.name and self.name not in self.message else self.message


class Problems:
    """Console lines and problems of a recording, as they come."""

    __slots__ = ("cut", "errors", "lines", "logged", "seen_console")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.errors: list[Problem] = []
        self.logged: list[Problem] = []  # caught, and written to the console: no errors of the page, yet its trouble
        self.seen_console = False
        self.cut = 0

    def add_console(self, payload: Any, *, t_ms: float, page: str, page_url: str) -> None:
        """Read one line of the console plugin: {level, trace[], payload[]}."""
        self.seen_console = True
        if not isinstance(payload, dict):
            return
        said = cast(dict[str, Any], payload)
        level = str(said.get("level") or "log")[:12]
        frames = _frames(said.get("trace"))
        text = " ".join(_plain(item) for item in _items(said.get("payload")))[:MAX_TEXT].strip()
        self.add_line(level, text, t_ms=t_ms, page=page, where=_where(frames, page_url))
        if level == "error" and (_UNCAUGHT.match(text) or _BARE_ERROR.match(text)):
            self._add_error(text, frames, t_ms=t_ms, page=page, page_url=page_url)
        elif level == "error" and len(self.logged) < MAX_LINES and (found := _LOGGED.search(text)) is not None:
            foreign = _is_foreign(frames, page_url)
            benign = BENIGN.search(found[2]) is not None
            where = _where(frames, page_url)
            self.logged.append(Problem(t_ms, "logged", found[1], found[2], where, page, foreign, benign))

    def add_line(self, level: str, text: str, *, t_ms: float, page: str, where: str = "") -> None:
        if len(self.lines) >= MAX_LINES:
            self.cut += 1
            return
        self.lines.append(Line(t_ms, level, text[:MAX_TEXT], page, where))

    def add_error(self, payload: Any, *, t_ms: float, page: str, page_url: str) -> None:
        """Read one `playhead.error`: {kind, name, message, stack, source, line, column}."""
        if not isinstance(payload, dict):
            return
        said = cast(dict[str, Any], payload)
        frames = _frames(str(said.get("stack") or "").split("\n"))
        if not frames and said.get("source") and said.get("line"):
            frames = [f"{said.get('source')}:{said.get('line') or 0}:{said.get('column') or 0}"]
        name, message = str(said.get("name") or ""), str(said.get("message") or "")[:MAX_TEXT]
        rejected = said.get("kind") == "unhandledrejection"
        self._keep(name, message, frames, t_ms=t_ms, page=page, page_url=page_url, rejected=rejected)

    def _add_error(self, text: str, frames: list[str], *, t_ms: float, page: str, page_url: str) -> None:
        rejected = "in promise" in text[:40] or "rejection" in text[:40].lower()
        message = _PREFIX.sub("", text).split("\n", 1)[0].strip() or text
        name = ""
        if found := _NAMED.match(message):
            name, message = found[1], found[2]
        self._keep(name, message, frames, t_ms=t_ms, page=page, page_url=page_url, rejected=rejected)

    def _keep(
        self, name: str, message: str, frames: list[str], *, t_ms: float, page: str, page_url: str, rejected: bool
    ) -> None:
        message = _PREFIX.sub("", message).strip()
        if found := _NAMED.match(message):
            name, message = found[1], found[2]
        for known in reversed(self.errors[-8:]):
            if known.page == page and t_ms - known.t_ms <= SAME_ERROR_MS and known.message == message:
                known.where = known.where or _where(frames, page_url)
                return
        if len(self.errors) >= MAX_LINES:
            self.cut += 1
            return
        if message in ("null", "undefined") and not name and not frames and not rejected:
            message = ""  # a notice of the browser's, or an error of another site's: nothing is known of it
        kind = "unhandledrejection" if rejected else "exception"
        benign = (
            (not name and not message)
            or BENIGN.search(f"{name}: {message}") is not None
            or BENIGN.search(message) is not None
        )
        where, foreign = _where(frames, page_url), _is_foreign(frames, page_url)
        self.errors.append(Problem(t_ms, kind, name[:80], message, where, page, foreign, benign))


def generic(message: str) -> str:
    """The message without the parts that differ each time (numbers, ids, quoted values): what errors are grouped by."""
    return _VARIABLE.sub("…", message)[:200]


def _frames(trace: Any) -> list[str]:
    return [line.strip() for line in _items(trace)[:30] if isinstance(line, str) and _FRAME.search(line.strip())]


def _items(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []


def _plain(item: Any) -> str:
    """A console argument as text: the plugin writes each as JSON once more."""
    if not isinstance(item, str):
        return str(item)
    if item[:1] == '"':
        try:
            return str(msgspec.json.decode(item.encode("utf-8", "surrogatepass")))
        except (msgspec.DecodeError, UnicodeError):
            return item.strip('"')
    return item


def _is_foreign(frames: list[str], page_url: str) -> bool:
    """Whether the code that threw is not the site's: an extension, or another registrable domain alone."""
    if not frames:
        return False
    if any(mark in frames[0] for mark in _FOREIGN):
        return True
    ours = _site(page_url)
    hosts = {_site(found[1]) for line in frames if (found := _FRAME.search(line))}
    return bool(ours) and bool(hosts) and ours not in hosts and not any(_is_cdn_of(host, ours) for host in hosts)


def _is_cdn_of(host: str, ours: str) -> bool:
    """A host that carries the site's own name (shop.test and shop-cdn.net) most likely serves its code."""
    label = ours.split(".")[0]
    return len(label) > 3 and label in host


def _site(url: str) -> str:
    """The last two labels of a host: enough to tell our scripts from others'."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if host.replace(".", "").isdigit() else ".".join(host.split(".")[-2:])


def _where(frames: list[str], page_url: str) -> str:
    """The first frame of the page's own code, short: "app.js:12:3"."""
    ours = _site(page_url)
    found = [match for line in frames if (match := _FRAME.search(line))]
    own = next((match for match in found if _site(match[1]) == ours), found[0] if found else None)
    if own is None:
        return ""
    file = own[1].split("?")[0].rsplit("/", 1)[-1] or own[1]
    return f"{file}:{own[2]}" + (f":{own[3]}" if own[3] else "")
