"""Strip: a session's activity in one line of the list.

Shape   {"activity": [0, 3, 9, …], "signals": [[position, kind], …]}: 0–9 for each equal slice of the session, 9 the
        busiest, 0 without interactions; a signal's position runs from 0 (start) to 1 (end)
"""

from typing import Final

from playhead.core.trace import Trace

SLICES: Final = 40
MAX_TICKS: Final = 60  # more than a strip has pixels for


def strip_of(trace: Trace) -> dict[str, object]:
    start_ms, span_ms = trace.session.start_ms, max(trace.session.duration_ms, 1.0)

    def position(t_ms: float) -> float:
        return min(max((t_ms - start_ms) / span_ms, 0.0), 1.0)

    counts = [0] * SLICES
    for interaction in trace.interactions:
        counts[min(int(position(interaction.t_ms) * SLICES), SLICES - 1)] += 1
    busiest = max(counts)
    activity = [-(-count * 9 // busiest) if count else 0 for count in counts]
    ticks = [[round(position(signal.t_ms), 3), signal.kind] for signal in trace.signals[:MAX_TICKS]]
    return {"activity": activity, "signals": ticks}
