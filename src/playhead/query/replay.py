"""Replay: what the player asks for, slice by slice."""

from typing import Any

from playhead.store.segments import Manifest


def outline_of(manifest: Manifest, revision: int, *, live: bool = False) -> dict[str, Any]:
    """Return the manifest as the player reads it: `segments` are [from_ms, to_ms, bytes, begins a page]."""
    return {
        "revision": revision,
        "live": live,
        "start_ms": manifest.start_ms,
        "end_ms": manifest.end_ms,
        "segments": [[place.from_ms, place.to_ms, place.size, place.fresh] for place in manifest.places],
        "activity": manifest.activity,
        "idle": manifest.idle,
        "gaps": [[gap.from_ms, gap.to_ms, gap.reason] for gap in manifest.gaps],
        "dropped": sum(manifest.dropped.values()),
        "state": _state(manifest),
        "errors": manifest.errors,
        "requests": manifest.requests,
    }


def _state(manifest: Manifest) -> str:
    if manifest.places:
        return "playable"
    if manifest.start_ms:
        return "no-snapshot"
    return "corrupt" if manifest.gaps else "empty"
