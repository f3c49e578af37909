"""Services: what the handlers need, built once by `wiring` and found at `app.state.services`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playhead.config import Config
from playhead.web.auth import Auth
from playhead.web.capability import Capabilities
from playhead.web.oidc import Provider
from playhead.web.replay_origin import ReplayOrigin
from playhead.web.trail import Trail

if TYPE_CHECKING:
    from playhead.ingest.app import IngestApp
    from playhead.jobs.analyze import Analyses
    from playhead.jobs.assets.keeper import AssetKeeper
    from playhead.jobs.films import Films
    from playhead.jobs.live import Live
    from playhead.jobs.worker import Worker
    from playhead.store import Store


@dataclass(frozen=True)
class Services:
    config: Config
    auth: Auth
    trail: Trail
    capabilities: Capabilities
    replay: ReplayOrigin | None  # where recordings are shown, if not here
    provider: Provider | None  # where people log in besides
    store: "Store"
    ingest: "IngestApp"
    worker: "Worker"
    assets: "AssetKeeper"
    live: "Live"
    analyses: "Analyses"
    films: "Films"
    site_key: str  # the site of the snippet on the start page
