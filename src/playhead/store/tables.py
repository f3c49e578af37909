"""Tables: the index. All but `sites`, `settings`, `erased` and what people added (`marks`, `notes`, `shares`) is made
from the packs. What analysts said and cost is in `analysis_tables`, who people are in `people_tables`.

Units   `*_ms` are whole or fractional ms since the Unix epoch; `first_ms`, `last_ms`, `start_ms`, `end_ms`, `t_ms` are
        on the recorder's clock, `*_received_ms`, `made_ms`, `created_ms`, `started_ms`, `digested_ms` on the server's
JSON    kept as text, so that one definition serves SQLite and PostgreSQL
"""

from typing import Final

import sqlalchemy as sa

from playhead.store.analysis_tables import answers, films, jobs, replies, reports
from playhead.store.metadata import Text, metadata

SCHEMA_VERSION: Final = 2  # 1: before steps had names, see `migrations`

schema = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, nullable=False))

migrations = sa.Table(
    "migrations",
    metadata,
    sa.Column("name", Text, primary_key=True),  # of a step of store.migrations that this index went through
    sa.Column("done_ms", sa.BigInteger, nullable=False),
)

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("key", Text, primary_key=True),  # the write key: it may add batches and read nothing
    sa.Column("name", Text, nullable=False, default=""),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("settings", Text, nullable=False, default="{}"),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", Text, primary_key=True),
    sa.Column("value", Text, nullable=False),  # JSON
)

packs = sa.Table(
    "packs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", Text, nullable=False, unique=True),  # where the bytes are: a key of Objects
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("dictionary", Text, nullable=False, default="", index=True),  # a whole session's; "": none
    sa.Column("growing", sa.Boolean, nullable=False, default=False),  # a writer may append to it, see store.group_packs
)

dictionaries = sa.Table(
    "dictionaries",
    metadata,
    sa.Column("key", Text, primary_key=True),  # a key of Objects, see store.dictionaries
    sa.Column("site", Text, nullable=False, index=True),
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("used_ms", sa.BigInteger, nullable=False),  # when a session was last compressed with it
    sa.Column(
        "ratio", sa.Float, nullable=False, default=0
    ),  # bytes kept a byte of JSON, of the sessions it fitted best
)

uncompacted = sa.Table(
    "uncompacted",
    metadata,
    sa.Column("session", Text, primary_key=True),  # digested, and still to be kept as a whole
    sa.Column("site", Text, nullable=False, index=True),
)

leftovers = sa.Table(
    "leftovers",
    metadata,
    sa.Column("session", Text, primary_key=True),  # batches of it are kept elsewhere and lie in this pack, too
    sa.Column("pack", sa.Integer, primary_key=True, autoincrement=False, index=True),
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("page", Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pack", sa.Integer, nullable=False, index=True),
    sa.Column("start", sa.BigInteger, nullable=False),  # of the body in its pack; of its JSON in a whole session's
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("crc32", sa.BigInteger, nullable=False),  # 0 in a whole session
    sa.Column("events", sa.BigInteger, nullable=False),  # as the recorder counted them
    sa.Column("first_ms", sa.Float, nullable=False),
    sa.Column("last_ms", sa.Float, nullable=False),
    sa.Column("sent_ms", sa.Float, nullable=False),  # 0 where the recorder did not say
    sa.Column("received_ms", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

SORTED_BY: Final = ("duration_ms", "active_ms", "page_count", "signal_count", "event_count")  # besides started_ms

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("site", Text, nullable=False),
    sa.Column("source", Text, nullable=False, default="recorder"),  # recorder, import
    # kept by ingest, with every batch
    sa.Column("visitor", Text, nullable=False, default=""),
    sa.Column("batches", sa.Integer, nullable=False, default=0),
    sa.Column("bytes", sa.BigInteger, nullable=False, default=0),  # as kept, compressed
    sa.Column("first_received_ms", sa.BigInteger, nullable=False),
    sa.Column("last_received_ms", sa.BigInteger, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False, default=False),  # the newest batch said goodbye
    sa.Column("log_revision", sa.Integer, nullable=False, default=0),  # grows with every change of its batches
    # kept by digest; `digest_revision` is the log_revision that was read
    sa.Column("digest_revision", sa.Integer, nullable=False, default=0),
    sa.Column("projector_version", sa.Integer, nullable=False, default=0),
    sa.Column("digested_ms", sa.BigInteger, nullable=False, default=0),
    sa.Column("digest_error", Text, nullable=False, default=""),  # why its last digest failed
    sa.Column("started_ms", sa.Float, nullable=False),  # start on the server's clock: what lists show and sort by
    sa.Column("clock_offset_ms", sa.Float, nullable=False, default=0),  # server's clock minus recorder's clock
    sa.Column("start_ms", sa.Float, nullable=False, default=0),
    sa.Column("end_ms", sa.Float, nullable=False, default=0),
    sa.Column("duration_ms", sa.Float, nullable=False, default=0),
    sa.Column("active_ms", sa.Float, nullable=False, default=0),
    sa.Column("event_count", sa.Integer, nullable=False, default=0),
    sa.Column("interaction_count", sa.Integer, nullable=False, default=0),
    sa.Column("page_count", sa.Integer, nullable=False, default=0),
    sa.Column("first_url", Text, nullable=False, default=""),
    sa.Column("first_title", Text, nullable=False, default=""),
    sa.Column("last_url", Text, nullable=False, default=""),
    sa.Column("last_title", Text, nullable=False, default=""),
    sa.Column("referrer", Text, nullable=False, default=""),
    sa.Column("user_id", Text, nullable=False, default=""),
    sa.Column("user_name", Text, nullable=False, default=""),
    sa.Column("user_email", Text, nullable=False, default=""),
    sa.Column("traits", Text, nullable=False, default="{}"),  # JSON object: what the site said of the user
    sa.Column("browser", Text, nullable=False, default=""),
    sa.Column("os", Text, nullable=False, default=""),
    sa.Column("device", Text, nullable=False, default=""),
    sa.Column("viewport_width", sa.Integer, nullable=False, default=0),
    sa.Column("viewport_height", sa.Integer, nullable=False, default=0),
    sa.Column("signal_count", sa.Integer, nullable=False, default=0),
    sa.Column("signals", Text, nullable=False, default="{}"),  # JSON object: signal kind → how many
    sa.Column("strip", Text, nullable=False, default="{}"),  # JSON: the list's activity strip, see jobs.strip
    sa.Column("gaps", sa.Integer, nullable=False, default=0),  # batches missing or unreadable
    sa.Column("outcome", Text, nullable=False, default=""),  # of the report that stands: a model's, else the rules'
    sa.Column("headline", Text, nullable=False, default=""),
    sa.Column("place", sa.BigInteger, nullable=False, default=0),  # of its document, see `search`; 0: it has none
    sa.Index("sessions_place", "place"),
    sa.Index("sessions_started", "started_ms", "id"),
    sa.Index("sessions_site", "site", "started_ms"),
    sa.Index("sessions_outcome", "outcome"),
    sa.Index("sessions_visitor", "visitor"),
    sa.Index("sessions_user", "user_id"),
    *(sa.Index(f"sessions_by_{name}", name, "id") for name in SORTED_BY),
)
UNDIGESTED: Final = sessions.c.log_revision > sessions.c.digest_revision
# by id, not by last_received_ms: every batch would move its session in it
sa.Index("sessions_undigested", sessions.c.id, sqlite_where=UNDIGESTED, postgresql_where=UNDIGESTED)
sa.Index("sessions_projector", sessions.c.projector_version)

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("url", Text, nullable=False),
    sa.Column("title", Text, nullable=False),
    sa.Column("page", Text, nullable=False),
    sa.Column("start_ms", sa.Float, nullable=False),
    sa.Column("end_ms", sa.Float, nullable=False),
)

controls = sa.Table(
    "controls",
    metadata,
    sa.Column("session", Text, primary_key=True),
    # JSON list of [name, t_ms]: each control that was used, once, with the first time; the trace has every interaction
    sa.Column("names", Text, nullable=False),
)

signals = sa.Table(
    "signals",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ref", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("t_ms", sa.Float, nullable=False),
    sa.Column("end_ms", sa.Float, nullable=False),
    sa.Column("page_url", Text, nullable=False),
    sa.Column("role", Text, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("fingerprint", Text, nullable=False),
    sa.Column("measured", Text, nullable=False),  # JSON object
    sa.Index("signals_kind", "kind", "session"),
    sa.Index("signals_fingerprint", "fingerprint"),
)

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("trace", sa.LargeBinary, nullable=False),  # the whole trace: JSON under zstd
)

marks = sa.Table(
    "marks",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("starred", sa.Boolean, nullable=False, default=False),
    sa.Column("watched_ms", sa.BigInteger, nullable=False, default=0),  # when somebody last watched it; 0: nobody did
    sa.Column("tags", Text, nullable=False, default="[]"),  # JSON list, sorted
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session", Text, nullable=False, index=True),
    sa.Column("t_ms", sa.Float, nullable=False),  # ms from the session's start
    sa.Column("end_ms", sa.Float),  # of a clip; NULL: a comment on one moment
    sa.Column("text", Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)

shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session", Text, nullable=False, index=True),
    sa.Column("token_sha256", Text, nullable=False, unique=True),  # whoever reads the index learns no link
    sa.Column("t_ms", sa.Float, nullable=False),  # where the link begins, ms from the session's start
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
)

erased = sa.Table(
    "erased",
    metadata,
    sa.Column("session", Text, primary_key=True),  # late batches of an erased session must not bring it back
    sa.Column("erased_ms", sa.BigInteger, nullable=False),
)

rewrites = sa.Table(
    "rewrites",
    metadata,
    sa.Column("pack", sa.Integer, primary_key=True, autoincrement=False),  # still holds erased bytes; survives a crash
)

manifests = sa.Table(
    "manifests",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),  # the log_revision its segments were made from
    sa.Column("version", sa.Integer, nullable=False),  # of the maker: core.segments.SEGMENT_VERSION
    sa.Column("key", Text, nullable=False),  # of the object that holds the segments
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("manifest", Text, nullable=False),  # JSON, see store.segments.Manifest
    # when it was made, or somebody last watched it, to the hour
    sa.Column("watched_ms", sa.BigInteger, nullable=False, default=0, index=True),
)

work = sa.Table(
    "work",
    metadata,
    sa.Column("session", Text, primary_key=True),  # or "~NAME": upkeep that one worker at a time does
    sa.Column("owner", Text, nullable=False, default=""),  # the worker that has it; "": nobody
    sa.Column("until_ms", sa.BigInteger, nullable=False, default=0),  # its lease, on the index's clock
    sa.Column("begun", sa.Boolean, nullable=False, default=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),  # begun and not finished
    sa.Column("retry_ms", sa.BigInteger, nullable=False, default=0),  # not before
    sa.Column("error", Text, nullable=False, default=""),
    sa.Column("aside", sa.Boolean, nullable=False, default=False),  # given up until a person or a new batch asks again
)

removals = sa.Table(
    "removals",
    metadata,
    sa.Column("key", Text, primary_key=True),  # an object to delete; survives a crash
)

scrubbed = sa.Table(
    "scrubbed",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),  # the log_revision its packs are clean at; 0: still to be done
    sa.Index(
        "scrubbed_waiting", "revision", sqlite_where=sa.text("revision = 0"), postgresql_where=sa.text("revision = 0")
    ),
)

assets = sa.Table(
    "assets",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("hash", Text, primary_key=True),  # of the address: core.assets.addresses.hash_of
    sa.Column("site", Text, nullable=False),
    sa.Column("url", Text, nullable=False),
    sa.Column("base", Text, nullable=False, default=""),  # where it was found in the end, behind redirects
    sa.Column("content", Text, nullable=False, default=""),  # SHA-256 of the bytes: their object; "": not kept
    sa.Column("kind", Text, nullable=False, default=""),  # media type
    sa.Column("bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("reason", Text, nullable=False, default=""),  # why it is not kept
    sa.Column("fetched_ms", sa.BigInteger, nullable=False),
    sa.Index("assets_content", "content"),
    sa.Index("assets_recent", "site", "hash", "fetched_ms"),
)

asset_rounds = sa.Table(
    "asset_rounds",
    metadata,
    sa.Column("session", Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False, default=-1),  # the log_revision whose assets were looked for
    sa.Column("tries", sa.Integer, nullable=False, default=0),  # begun and not finished
    sa.Column("done_ms", sa.BigInteger, nullable=False, default=0),
    sa.Column("left_out", sa.Integer, nullable=False, default=0),  # addresses past the limit
)

OF_A_SESSION: Final = (
    batches,
    uncompacted,
    leftovers,
    pages,
    controls,
    signals,
    digests,
    reports,
    manifests,
    scrubbed,
    work,
    replies,
    jobs,
    answers,
    films,
    marks,
    notes,
    shares,
    assets,
    asset_rounds,
)  # keyed by `session`
OF_A_DIGEST: Final = (pages, controls, signals, digests)
