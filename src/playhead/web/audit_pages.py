"""The audit log: its page, and the same for programs."""

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter
from litestar.response import Template

from playhead.query import audit
from playhead.query.rights import MANAGE
from playhead.web.params import AnyRequest

Part = Annotated[str, QueryParameter(max_length=200)]
Before = Annotated[int | None, QueryParameter(ge=0, le=2**62)]
PAGE_ROWS = 100


@get("/audit", right=MANAGE, sync_to_thread=True)
def get_audit(
    request: AnyRequest,
    who: Part = "",
    action: Part = "",
    target: Part = "",
    before: Before = None,
    limit: Annotated[int, QueryParameter(ge=1, le=audit.MAX_LIMIT)] = 100,
) -> audit.AuditPage:
    """Who did what, the newest first; `who` and `target` find parts, `next_before` goes on as `before`."""
    store = request.app.state.services.store
    return audit.entries(store, who=who, action=action, target=target, before=before, limit=limit)


@get("/audit", right=MANAGE, audit="read the audit log", sync_to_thread=True)
def audit_page(
    request: AnyRequest,
    who: Part = "",
    action: Part = "",
    target: Part = "",
    before: Before = None,
) -> Template:
    store = request.app.state.services.store
    found = audit.entries(store, who=who, action=action, target=target, before=before, limit=PAGE_ROWS)
    asked = {"who": who, "action": action, "target": target}
    context = {"found": found, "asked": asked, "actions": audit.ACTIONS, "before": before}
    return Template("audit.html", context=context)


handlers = [get_audit]
pages = Router("/", route_handlers=[audit_page], include_in_schema=False)
