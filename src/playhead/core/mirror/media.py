"""Media: whether an audio or video element plays, and where it stands.

Source  `MediaManager` of @rrweb/replay 2.1.6: the same defaults, so that a keyframe continues where playback was
"""

from typing import Any, Final, NamedTuple

from playhead.core.mirror.nodes import Node
from playhead.core.mirror.payloads import MediaInteraction

PLAY: Final = 0
PAUSE: Final = 1
TAGS: Final = ("audio", "video")


class MediaState(NamedTuple):
    """State at the last interaction; `current_time_s` moves on from `since_ms` while it plays."""

    is_playing: bool
    current_time_s: float
    since_ms: float
    playback_rate: float
    volume: float
    muted: bool
    loop: bool

    def at(self, t_ms: float) -> "MediaState":
        """Return the state moved on to `t_ms`."""
        if not self.is_playing:
            return self
        played_s = (t_ms - self.since_ms) / 1000 * self.playback_rate
        return self._replace(current_time_s=self.current_time_s + played_s, since_ms=t_ms)

    def interaction(self, node_id: int) -> dict[str, Any]:
        """Return the MediaInteraction data that sets this state."""
        return {
            "source": 7,
            "id": node_id,
            "type": PLAY if self.is_playing else PAUSE,
            "currentTime": self.current_time_s,
            "volume": self.volume,
            "muted": self.muted,
            "loop": self.loop,
            "playbackRate": self.playback_rate,
        }


def media_from_snapshot(node: Node, since_ms: float) -> MediaState:
    """Return the state a full snapshot taken at `since_ms` gives an element (`addMediaElements`)."""
    given = node.attributes

    def number(name: str, default: float) -> float:
        value = given.get(name)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else default

    def flag(name: str, attribute: str) -> bool:
        value = given.get(name)
        return value if isinstance(value, bool) else given.get(attribute) is not None

    state = given.get("rr_mediaState")
    return MediaState(
        is_playing=state == "played" if state else given.get("autoplay") is not None,
        current_time_s=number("rr_mediaCurrentTime", 0),
        since_ms=since_ms,
        playback_rate=number("rr_mediaPlaybackRate", 1),
        volume=number("rr_mediaVolume", 1),
        muted=flag("rr_mediaMuted", "muted"),
        loop=flag("rr_mediaLoop", "loop"),
    )


def media_after(payload: MediaInteraction, before: MediaState, t_ms: float) -> MediaState:
    """Return the state after an interaction; what it does not tell stays (`getMediaStateFromMutation`)."""
    at = payload.current_time
    return MediaState(
        is_playing=payload.type_ == PLAY or (payload.type_ != PAUSE and before.is_playing),
        current_time_s=before.current_time_s if at is None else at,
        since_ms=t_ms,
        playback_rate=before.playback_rate if payload.playback_rate is None else payload.playback_rate,
        volume=before.volume if payload.volume is None else payload.volume,
        muted=before.muted if payload.muted is None else payload.muted,
        loop=before.loop if payload.loop is None else payload.loop,
    )
