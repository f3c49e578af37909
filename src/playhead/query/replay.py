"""Replay: what the player asks for, slice by slice."""

from bisect import bisect_right
from typing import Any, Final
from urllib.parse import quote

from playhead.store.segments import Manifest

SEEK_STRADDLE_MS: Final = 1  # a keyframe shows from 1 ms after its own time on, as in loader.ts


def outline_of(manifest: Manifest, revision: int, *, live: bool = False, key: str = "") -> dict[str, Any]:
    """Return the manifest as the player reads it: `segments` are [from_ms, to_ms, bytes, begins a page].

    With a `key` slices are asked for under addresses whose answers may be kept (web.keeping).
    """
    return {
        "revision": revision,
        "key": key,
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
        "tabs": [{"id": tab.id, "pages": tab.pages, "front": tab.front} for tab in manifest.tabs],
    }


def first_slice_path(session_id: str, outline: dict[str, Any], moment_ms: float) -> str:
    """Return the address the player will ask the slice of this moment (epoch ms) under, "" where there is none.

    As `loader.ts` writes it, so that a page can have it fetched beside its scripts.
    """
    starts = [segment[0] for segment in outline["segments"]]
    if outline["state"] != "playable":
        return ""
    number = max(0, bisect_right(starts, moment_ms - SEEK_STRADDLE_MS) - 1)
    asked = f"revision={outline['revision']}&from_ms={_as_script(starts[number])}"
    key = f"&key={outline['key']}" if outline["key"] else ""
    return f"/api/sessions/{quote(session_id, safe='')}/segments/{number}?{asked}{key}"


def _as_script(number: float) -> str:
    """Return a number as JavaScript writes it."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _state(manifest: Manifest) -> str:
    if manifest.places:
        return "playable"
    if manifest.start_ms:
        return "no-snapshot"
    return "corrupt" if manifest.gaps else "empty"
