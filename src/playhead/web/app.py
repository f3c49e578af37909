"""The web application: `/ingest` straight to its own ASGI app, everything else through Litestar."""

from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from playhead import __version__
from playhead.config import LOOPBACK_NAMES
from playhead.demo.app import demo_router
from playhead.ingest.foreign import ForeignApp, is_foreign
from playhead.query.rights import WATCH
from playhead.web import (
    account_pages,
    api,
    asset_pages,
    audit_pages,
    context_pages,
    digest_pages,
    erase_pages,
    export_api,
    handover,
    jobs_api,
    login,
    marks_api,
    operations,
    operations_pages,
    people_pages,
    recording_pages,
    replay_api,
    settings_api,
    sites_api,
    static,
    usage_pages,
    views_api,
)
from playhead.web.auth import guard
from playhead.web.document import TrueDocument
from playhead.web.handover import renew
from playhead.web.pages import pages_router
from playhead.web.problems import handle_exception
from playhead.web.replay_origin import ReplayOrigin
from playhead.web.security import Receive, Scope, SecurityMiddleware, Send, host_name
from playhead.web.services import Services
from playhead.web.static import STATIC
from playhead.web.templating import template_environment

API = (api, replay_api, export_api, settings_api, jobs_api)
MAX_BODY_BYTES = 1 << 20  # routes that take recordings read their own bodies, with their own limit


def create_app(services: Services) -> Any:
    """Return the ASGI application that serves everything, security headers included."""
    app = Litestar(
        logging_config=None,  # its own would replace what `cli.logs` set up
        route_handlers=[
            Router(
                "/api",
                route_handlers=[
                    *api.handlers,
                    *replay_api.handlers,
                    *asset_pages.handlers,
                    *export_api.handlers,
                    *settings_api.handlers,
                    *sites_api.handlers,
                    *context_pages.handlers,
                    *digest_pages.handlers,
                    *usage_pages.handlers,
                    *marks_api.handlers,
                    *views_api.handlers,
                    *people_pages.handlers,
                    *account_pages.handlers,
                    *audit_pages.handlers,
                    *operations_pages.handlers,
                    *jobs_api.handlers,
                ],
            ),
            Router("/", route_handlers=[*operations.handlers]),
            login.pages,
            Router("/", route_handlers=[*sites_api.pages], include_in_schema=False),
            context_pages.pages,
            digest_pages.pages,
            usage_pages.pages,
            marks_api.pages,
            people_pages.pages,
            account_pages.pages,
            audit_pages.pages,
            operations_pages.pages,
            recording_pages.pages,
            asset_pages.pages,
            erase_pages.pages,
            handover.pages,
            pages_router,
            demo_router,
            static.static_file,
        ],
        guards=[guard],
        before_send=[services.trail.before_send, renew],
        exception_handlers={Exception: handle_exception},
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(template_environment())),
        openapi_config=OpenAPIConfig(
            title="Playhead",
            version=__version__,
            render_plugins=[TrueDocument()],
            openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, opt={"right": WATCH}),
        ),
        on_startup=[
            *([] if services.config.role == "web" else _work(services)),
            services.analyses.resume,
        ],
        on_shutdown=[
            services.films.stop,
            services.assets.stop,
            services.worker.stop,
            services.analyses.stop,
            services.store.close,
        ],
        state=State({"services": services}),
        request_max_body_size=MAX_BODY_BYTES,
    )
    foreign = ForeignApp(services.ingest, STATIC / "build")
    first = IngestFirst(services.ingest, foreign, app, services.replay)
    return SecurityMiddleware(first, allowed_hosts=_allowed_hosts(services), replay=services.replay)


def _work(services: Services) -> list[Any]:
    """What a node that works for others starts."""
    return [services.worker.start, services.assets.start, services.films.start]


class IngestFirst:
    """Dispatch by path before any framework: a batch costs 122 µs of CPU bare, 277 µs through Litestar's routing."""

    def __init__(self, ingest: Any, foreign: Any, rest: Any, replay: ReplayOrigin | None = None) -> None:
        self.ingest, self.foreign, self.rest, self.replay = ingest, foreign, rest, replay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.rest
        if scope["type"] == "http" and not (self.replay and self.replay.here(scope)):
            app = (
                self.ingest if scope["path"] == "/ingest" else self.foreign if is_foreign(scope["path"]) else self.rest
            )
        await app(scope, receive, send)


def _allowed_hosts(services: Services) -> list[str] | None:
    """Return the names this server answers to, or None where a login protects it under any name."""
    if services.config.needs_login:
        return None
    outside = (services.config.public_url, services.config.replay_origin)
    names = [host_name(url.partition("://")[2].partition("/")[0]) for url in outside if url]
    return [*LOOPBACK_NAMES, services.config.host.lower(), *names]
