"""Wiring: the only place that picks adapters and puts the parts together."""

import secrets

from playhead.config import Config
from playhead.ingest.app import IngestApp
from playhead.jobs.analyze import Analyses
from playhead.jobs.worker import Worker
from playhead.query import sites
from playhead.store import open_store
from playhead.web.auth import Auth
from playhead.web.services import Services

SECRET_BYTES = 32


def build_services(config: Config) -> Services:
    """Open the store under `config.data` and build everything that serves it; starts nothing."""
    store = open_store(config.data)
    site_key = sites.ensure_default(store)
    auth = Auth(password=config.admin_password, secret=_secret(config), required=config.needs_login)
    return Services(
        config=config,
        auth=auth,
        store=store,
        ingest=IngestApp(store),
        worker=Worker(store),
        analyses=Analyses(store),
        site_key=site_key,
    )


def _secret(config: Config) -> bytes:
    """Return the key that signs logins; made once a data directory, readable by its owner only."""
    path = config.data / "login.key"
    if not path.exists():
        fresh = config.data / f".login.key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(SECRET_BYTES))
        fresh.replace(path)
    return path.read_bytes()
