"""Admit: named steps that a batch passes, or is dropped at, for a reason that is counted.

Query   v, site, session, page, seq [, visitor, sent_ms, first_ms, last_ms, n, end]; ids match `[A-Za-z0-9_-]{1,64}`
Body    JSON array of rrweb events; gzip, zstd (by their first bytes) or plain. Where the query lacks the identity, a
        JSON object that carries it: {"site", "session", "page", "seq", "visitor"?, "events": […]}
What a batch needs in order to be found again (identity) must be right; what merely describes it (times, counts) is
put back into range and never a reason to lose it. The body is not opened: digest does that, with limits.
"""

import re
from collections.abc import Callable, Container, Mapping
from typing import Final

import msgspec

from playhead.ingest.drops import Dropped, DropReason
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.inflate import GZIP_MAGIC, MAX_BATCH_BYTES, ZSTD_MAGIC, InflateError, inflate
from playhead.store.zstd import deflate

PROTOCOL: Final = "1"
MAX_BODY_BYTES: Final = MAX_BATCH_BYTES  # a recorder that cannot compress sends a whole inflated batch
MAX_SEQ: Final = 2**31 - 1  # one batch a second for 68 years
MAX_EVENTS: Final = 1_000_000
MAX_TIME_MS: Final = 4_102_444_800_000.0  # the year 2100
MIN_GZIP_BYTES: Final = 18
IDENTITY: Final = ("site", "session", "page", "seq")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VISITOR = re.compile(r"[A-Za-z0-9_.@:+-]{1,128}")
_BLANK: Final = b" \t\r\n"

Headers = Mapping[str, str]
Query = Mapping[str, str]


class Admitted(msgspec.Struct, frozen=True):
    batch: AdmittedBatch


class _Envelope(msgspec.Struct):
    """The body of a sender that cannot put its identity into the address."""

    events: msgspec.Raw
    site: str = ""
    session: str = ""
    page: str = ""
    seq: int | str = ""
    visitor: str = ""
    sent_ms: float = 0
    first_ms: float = 0
    last_ms: float = 0
    n: int = 0
    end: int | bool = 0


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def admit(query: Query, headers: Headers, body: bytes, *, sites: Container[str], now_ms: int) -> Admitted | Dropped:
    """Take a request through all steps; `sites` holds the known write keys, `now_ms` is the server's clock."""
    if not has_identity(query):
        opened = open_envelope(query, body)
        if isinstance(opened, Dropped):
            return opened
        query, body = opened
    return check_head(query, headers, sites=sites) or admit_body(query, body, now_ms=now_ms)


def has_identity(query: Query) -> bool:
    return all(name in query for name in IDENTITY)


def check_head(query: Query, headers: Headers, *, sites: Container[str]) -> Dropped | None:
    """Take the steps that need no body, so that a refused batch is refused before it is read."""
    for step in HEAD_STEPS:
        if dropped := step(query, headers, sites):
            return dropped
    return None


def admit_body(query: Query, body: bytes, *, now_ms: int) -> Admitted | Dropped:
    """Take the steps on the body of a request whose head passed."""
    for step in BODY_STEPS:
        if dropped := step(body):
            return dropped
    return Admitted(AdmittedBatch(_facts(query, now_ms), body))


def open_envelope(query: Query, body: bytes) -> tuple[dict[str, str], bytes] | Dropped:
    """Return what query and body say together, and the events alone, compressed anew."""
    if dropped := size(body) or empty(body):
        return dropped
    try:
        envelope = _decode_envelope(inflate(body))
    except (InflateError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        lacking = ", ".join(name for name in IDENTITY if name not in query)
        return Dropped(DropReason.NOT_A_BATCH, f"the address lacks {lacking}, and the body has none: {error}")
    events = bytes(envelope.events)
    if dropped := shape(events):
        return dropped
    said = {name: str(getattr(envelope, name)) for name in _SAID}
    said["end"] = str(int(envelope.end))
    return {**said, **query}, deflate(events)


def announced_size(_query: Query, headers: Headers, _sites: Container[str]) -> Dropped | None:
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and (len(announced) > 12 or int(announced) > MAX_BODY_BYTES):
        return _too_large(announced[:12])
    return None


def version(query: Query, _headers: Headers, _sites: Container[str]) -> Dropped | None:
    if (found := query.get("v", PROTOCOL)) != PROTOCOL:
        return Dropped(DropReason.UNKNOWN_VERSION, f"protocol version {found[:20]!r}, this server speaks {PROTOCOL}")
    return None


def known_site(query: Query, _headers: Headers, sites: Container[str]) -> Dropped | None:
    if query["site"] not in sites:
        return Dropped(DropReason.UNKNOWN_SITE, f"there is no site with the key {query['site'][:64]!r}")
    return None


def identity(query: Query, _headers: Headers, _sites: Container[str]) -> Dropped | None:
    for name in ("session", "page"):
        if not _ID.fullmatch(query[name]):
            detail = f"{name} {query[name][:80]!r} is not 1 to 64 of A-Z a-z 0-9 _ -"
            return Dropped(DropReason.BAD_IDENTITY, detail)
    seq = query["seq"]
    if not (seq.isascii() and seq.isdecimal() and len(seq) <= 10 and int(seq) <= MAX_SEQ):
        return Dropped(DropReason.BAD_IDENTITY, f"seq {seq[:80]!r} is not a whole number from 0 to {MAX_SEQ}")
    return None


def size(body: bytes) -> Dropped | None:
    return _too_large(str(len(body))) if len(body) > MAX_BODY_BYTES else None


def empty(body: bytes) -> Dropped | None:
    return Dropped(DropReason.EMPTY, "the request has no body") if not body else None


def shape(body: bytes) -> Dropped | None:
    """Tell what no digest could ever read; the first bytes are enough for all that real senders get wrong."""
    if body.startswith((GZIP_MAGIC, ZSTD_MAGIC)) or body.lstrip(_BLANK)[:1] == b"[":
        return None
    return Dropped(DropReason.NOT_A_BATCH, f"the body begins with {body[:12]!r}: neither gzip, zstd nor a JSON array")


def inflated_size(body: bytes) -> Dropped | None:
    """Believe the gzip trailer where it admits to too much; digest inflates with a limit whatever it says."""
    if body.startswith(GZIP_MAGIC) and len(body) >= MIN_GZIP_BYTES:
        inflated = int.from_bytes(body[-4:], "little")
        if inflated > MAX_BATCH_BYTES:
            detail = f"the body inflates to {inflated} bytes, the limit is {MAX_BATCH_BYTES}"
            return Dropped(DropReason.TOO_LARGE_INFLATED, detail)
    return None


HEAD_STEPS: Final[tuple[Callable[[Query, Headers, Container[str]], Dropped | None], ...]] = (
    announced_size,
    version,
    known_site,
    identity,
)
BODY_STEPS: Final[tuple[Callable[[bytes], Dropped | None], ...]] = (size, empty, shape, inflated_size)
_SAID: Final = ("site", "session", "page", "seq", "visitor", "sent_ms", "first_ms", "last_ms", "n")


def _facts(query: Query, now_ms: int) -> BatchFacts:
    visitor = query.get("visitor", "")
    first_ms, last_ms = time_in_range(query.get("first_ms", "")), time_in_range(query.get("last_ms", ""))
    return BatchFacts(
        site=query["site"],
        session=query["session"],
        page=query["page"],
        seq=int(query["seq"]),
        received_ms=now_ms,
        visitor=visitor if _VISITOR.fullmatch(visitor) else "",
        events=count_in_range(query.get("n", "")),
        first_ms=first_ms,
        last_ms=max(first_ms, last_ms),
        sent_ms=time_in_range(query.get("sent_ms", "")),
        ended=query.get("end") in ("1", "true"),
    )


def time_in_range(text: str) -> float:
    """Return a time in ms as a number from 0 to the year 2100; 0, which means "not said", for anything else."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= MAX_TIME_MS else 0.0  # NaN fails both


def count_in_range(text: str) -> int:
    return min(int(text), MAX_EVENTS) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def _too_large(bytes_sent: str) -> Dropped:
    return Dropped(DropReason.TOO_LARGE, f"the body is {bytes_sent} bytes, the limit is {MAX_BODY_BYTES}")
