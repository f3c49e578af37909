"""Wiring: the only place that picks adapters and puts the parts together."""

import json
import secrets

import sqlalchemy as sa

from playhead.config import Config
from playhead.ingest.app import IngestApp
from playhead.jobs.analyze import Analyses
from playhead.jobs.assets.keeper import AssetKeeper
from playhead.jobs.erase import forget_visitor
from playhead.jobs.films import Films
from playhead.jobs.live import Live
from playhead.jobs.worker import Worker
from playhead.query import audit, sites
from playhead.store import Store, open_store
from playhead.store.index import insert_ignore
from playhead.store.tables import settings
from playhead.web.auth import Auth
from playhead.web.capability import Capabilities
from playhead.web.oidc import Provider
from playhead.web.replay_origin import replay_origin_of
from playhead.web.services import Services
from playhead.web.trail import Trail

SECRET_BYTES = 32


def build_services(config: Config) -> Services:
    """Open the store under `config.data` and build everything that serves it; starts nothing."""
    store = open_store(config.data, index_url=config.index, objects_url=config.objects)
    site_key = sites.ensure_default(store)
    secret = _shared_secret(store) if store.index.shared else _secret(config)
    return Services(
        config=config,
        auth=Auth(store, password=config.admin_password, secret=secret, required=config.needs_login),
        trail=Trail(store),
        capabilities=Capabilities(secret),
        replay=replay_origin_of(config),
        provider=_provider(config, secret),
        store=store,
        ingest=IngestApp(store, forget=lambda site, visitor: _forget(store, site, visitor)),
        worker=Worker(store),
        assets=AssetKeeper(store, private=config.private_hosts),
        live=Live(store),
        analyses=Analyses(store),
        films=Films(store),
        site_key=site_key,
    )


def _forget(store: Store, site: str, visitor: str) -> int:
    erased = forget_visitor(store, site, visitor)
    if erased:
        audit.note(store, who="the visitor", action="erased", target=audit.visitor_target(visitor))
    return erased


def _provider(config: Config, secret: bytes) -> Provider | None:
    if not config.oidc_issuer:
        return None
    return Provider(
        issuer=config.oidc_issuer,
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        name=config.oidc_name,
        secret=secret,
    )


def _shared_secret(store: Store) -> bytes:
    """As `_secret`, for nodes that share a database: a login at one of them holds at all."""
    with store.index.write() as connection:
        row = {"name": "login_secret", "value": json.dumps(secrets.token_hex(SECRET_BYTES))}
        connection.execute(insert_ignore(connection, settings), row)
        kept = connection.execute(sa.select(settings.c.value).where(settings.c.name == "login_secret")).scalar_one()
    return bytes.fromhex(json.loads(kept))


def _secret(config: Config) -> bytes:
    """Return the key that signs logins; made once a data directory, readable by its owner only."""
    path = config.data / "login.key"
    if not path.exists():
        fresh = config.data / f".login.key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(SECRET_BYTES))
        fresh.replace(path)
    return path.read_bytes()
