"""The address that people's and visitors' browsers reach this server at."""

from urllib.parse import urlsplit

from playhead.web.params import AnyRequest
from playhead.web.replay_origin import at_replay, replay_of


def origin_of(request: AnyRequest) -> str:
    """Return scheme and host: what PLAYHEAD_PUBLIC_URL says, else what the request came to."""
    if at_replay(request) and (replay := replay_of(request)):
        return replay.main(request.scope)
    public = request.app.state.services.config.public_url
    parts = urlsplit(public or str(request.base_url))
    return f"{parts.scheme}://{parts.netloc}"
