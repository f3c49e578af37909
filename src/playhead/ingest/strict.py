"""Strict: a batch of a site that keeps nothing unscrubbed, opened and scrubbed before it is handed to the writer."""

import hashlib

import msgspec

from playhead.core.events import EventError
from playhead.core.scrub import scrub_batch
from playhead.core.secrets import scrub_text
from playhead.ingest.drops import Dropped, DropReason
from playhead.store.batch import AdmittedBatch
from playhead.store.inflate import InflateError, inflate
from playhead.store.zstd import deflate


def scrub_strictly(batch: AdmittedBatch) -> AdmittedBatch | Dropped:
    """Return the batch as it may be kept, or why it may not."""
    try:
        body = scrub_batch(inflate(batch.body), strict=True)
    except (InflateError, EventError) as error:
        return Dropped(DropReason.UNREADABLE, f"this site keeps nothing that cannot be scrubbed: {error}")
    visitor = batch.facts.visitor
    if scrub_text(visitor) != visitor:  # somebody's address for an id
        visitor = f"v_{hashlib.sha256(visitor.encode()).hexdigest()[:24]}"
    return AdmittedBatch(msgspec.structs.replace(batch.facts, visitor=visitor), deflate(body))
