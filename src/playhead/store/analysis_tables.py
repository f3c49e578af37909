"""Tables of analysis: reports, answers to questions, the jobs that make them and films, and what models cost.

The rules' reports are made from the packs again; a model's, `replies` and `calls` are not.
Units and JSON as in `tables`.
"""

import sqlalchemy as sa

from playhead.store.metadata import Text, metadata

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session", Text, nullable=False),
    sa.Column("analyst", Text, nullable=False),  # "rules" or "PROVIDER:NAME"
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    # refs belong to one trace: a report whose two stamps are not the session's is kept but does not stand
    sa.Column("digest_revision", sa.Integer, nullable=False),
    sa.Column("projector_version", sa.Integer, nullable=False),
    sa.Column("outcome", Text, nullable=False),
    sa.Column("headline", Text, nullable=False),
    sa.Column("error", Text, nullable=False, default=""),
    sa.Column("report", Text, nullable=False),  # JSON of core.report.Report
    sa.Index("reports_session", "session", "analyst"),
)

replies = sa.Table(
    "replies",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session", Text, nullable=False, index=True),
    sa.Column("asked_ms", sa.BigInteger, nullable=False),
    sa.Column("reply", Text, nullable=False),  # JSON of core.report.Reply; its refs may be of an older digest
    sa.Column("moments", Text, nullable=False),  # JSON object: ref → ms from the session's start, as it was answered
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("kind", Text, nullable=False),  # "report", "question", "batch" or "film"
    sa.Column("session", Text, nullable=False, default="", index=True),  # "" for a batch
    sa.Column("site", Text, nullable=False, default=""),
    sa.Column("parent", Text, nullable=False, default="", index=True),  # the batch it is part of
    sa.Column("analyst", Text, nullable=False),  # "rules" or "PROVIDER:NAME"
    sa.Column("task", Text, nullable=False),  # JSON: how it was asked; keys of models are not in it
    sa.Column("state", Text, nullable=False, index=True),  # waiting, running, done, failed, stopped
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("beat_ms", sa.BigInteger, nullable=False),  # last sign of life of whoever runs it
    sa.Column("error", Text, nullable=False, default=""),
    sa.Column("tokens", sa.BigInteger, nullable=False, default=0),  # used so far, by this job alone
    sa.Column("cost_usd", sa.Float, nullable=False, default=0),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("job", Text, primary_key=True),  # its answers go when it is done
    sa.Column("digest", Text, primary_key=True),  # of the question: every word of it, and whom it was put to
    sa.Column("session", Text, nullable=False, index=True),
    sa.Column("answer", Text, nullable=False),  # JSON of analyst.asking.Kept
)

films = sa.Table(
    "films",
    metadata,
    sa.Column("job", Text, primary_key=True),
    sa.Column("session", Text, nullable=False, index=True),
    sa.Column("frames", sa.Integer, nullable=False, default=0),  # drawn so far …
    sa.Column("total", sa.Integer, nullable=False, default=0),  # … of these
    sa.Column("key", Text, nullable=False, default=""),  # of the object that holds it, once it is made
    sa.Column("bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("over_ms", sa.BigInteger, nullable=False, default=0),  # when its job ended; 0: it has not
)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("made_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("site", Text, nullable=False),
    sa.Column("purpose", Text, nullable=False),  # "report" or "question"; no session: usage outlives erasure
    sa.Column("analyst", Text, nullable=False),
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("input_tokens", sa.BigInteger, nullable=False),
    sa.Column("output_tokens", sa.BigInteger, nullable=False),
    sa.Column("cost_usd", sa.Float),  # NULL where no price is known
)
