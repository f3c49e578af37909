"""Counters: what ingest took and dropped since the start; every drop reason is listed, those at zero too."""

from collections import Counter

from playhead.ingest.drops import DropReason


class Counters:
    def __init__(self) -> None:
        self.stored = 0
        self.duplicates = 0
        self.bytes = 0  # of stored bodies, as sent
        self.dropped: Counter[DropReason] = Counter()

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        dropped = {reason.value: self.dropped[reason] for reason in DropReason}
        return {"stored": self.stored, "duplicates": self.duplicates, "bytes": self.bytes, "dropped": dropped}

    def prometheus(self) -> str:
        """Return the counters as Prometheus text."""
        lines = [
            "# HELP playhead_ingest_batches_total Batches acknowledged, durable.",
            "# TYPE playhead_ingest_batches_total counter",
            f'playhead_ingest_batches_total{{outcome="stored"}} {self.stored}',
            f'playhead_ingest_batches_total{{outcome="duplicate"}} {self.duplicates}',
            "# HELP playhead_ingest_bytes_total Bytes of stored batches, as sent.",
            "# TYPE playhead_ingest_bytes_total counter",
            f"playhead_ingest_bytes_total {self.bytes}",
            "# HELP playhead_ingest_dropped_total Batches not kept, by reason.",
            "# TYPE playhead_ingest_dropped_total counter",
        ]
        lines += [f'playhead_ingest_dropped_total{{reason="{r.value}"}} {self.dropped[r]}' for r in DropReason]
        return "\n".join(lines) + "\n"
