"""Pages: the shop's own templates and the one way its answers are made."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import MediaType, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from playhead.demo.catalogue import BY_SLUG, GLAZES, KINDS, pounds
from playhead.demo.forms import MEMBER_EMAIL, MEMBER_NAME, MEMBER_PASSWORD
from playhead.demo.visits import MAX_QUANTITY, Visit

HERE: Final = Path(__file__).parent
COOKIE: Final = "saltmarsh"

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["pounds"] = pounds
_templates.globals |= {
    "glazes": GLAZES,
    "kinds": KINDS,
    "products": BY_SLUG,
    "max_quantity": MAX_QUANTITY,
    "member": {"email": MEMBER_EMAIL, "password": MEMBER_PASSWORD, "name": MEMBER_NAME},
}


def show(visit: Visit, template: str, *, status_code: int = 200, **context: object) -> Response[str]:
    """Return a page; a notice left by the last answer is shown here and forgotten."""
    notice, visit.notice = visit.notice, ""
    html = _templates.get_template(template).render(visit=visit, notice=notice, **context)
    headers = {"Cache-Control": "no-store"}  # "back" asks again, so the cart's count is never stale
    return Response(html, media_type=MediaType.HTML, status_code=status_code, cookies=_cookies(visit), headers=headers)


def go(visit: Visit, path: str) -> Redirect:
    return Redirect(path, status_code=303, cookies=_cookies(visit))


def answer(visit: Visit, body: dict[str, object], *, status_code: int = 200) -> Response[dict[str, object]]:
    return Response(body, status_code=status_code, cookies=_cookies(visit))


def refuse(visit: Visit, error: str, detail: str, *, status_code: int, **more: object) -> Response[dict[str, object]]:
    return answer(visit, {"error": error, "detail": detail, "status": status_code, **more}, status_code=status_code)


def _cookies(visit: Visit) -> list[Cookie]:
    if not visit.is_new:
        return []
    return [Cookie(key=COOKIE, value=visit.key, path="/demo", httponly=True, samesite="lax")]
