"""Starlette-Admin over SQLAlchemy: a server's pages with Tabler, htmx-like swaps, its own scripts, a question before deleting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

APP = """
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.contrib.sqla import Admin, ModelView
from starlette_admin.exceptions import FormValidationError, LoginFailed


class Base(DeclarativeBase):
    pass


class Ship(Base):
    __tablename__ = "ship"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sign: Mapped[str]
    metres: Mapped[int]

    def __admin_repr__(self, request):
        return self.name


class Ships(ModelView):
    page_size = 10

    async def validate(self, request, data):
        if not (data.get("sign") or "").isupper():
            raise FormValidationError({"sign": "Capital letters, as on the hull"})
        return await super().validate(request, data)


class Gate(AuthProvider):
    async def login(self, username, password, remember_me, request):
        if password != "granite":
            raise LoginFailed("Those two do not go together")
        request.session["who"] = username

    async def logout(self, request):
        request.session.clear()

    async def authenticate(self, request):
        return AdminUser(username=request.session["who"]) if "who" in request.session else None


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Ship(name=f"{kind} {n}", sign="KX", metres=20 + n) for n in range(1, 14) for kind in ("Gull", "Tern"))
    session.commit()
app = Starlette(middleware=[Middleware(SessionMiddleware, secret_key="recorded-here")])
admin = Admin(engine, title="Ships", auth_provider=Gate(), secret_key="recorded-here-not-a-secret-000000")
admin.add_view(Ships(Ship, icon="fa fa-ship"))
admin.mount_to(app)
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    packages = ("starlette-admin", "sqlalchemy", "greenlet", "uvicorn", "jinja2", "python-multipart", "itsdangerous")
    binaries, port = install.pip(home, *packages), install.free_port()
    (home / "ships.py").write_text(APP)
    url = f"http://127.0.0.1:{port}"
    argv = [binaries / "python", "-m", "uvicorn", "ships:app", "--port", port]
    with install.running(argv, f"{url}/admin/login", cwd=home):
        yield url


def _enter(p: Person, words: tuple[str, ...] = ("granite",)) -> None:
    p.read(1)
    p.fill(p.page.locator("input[name=username]"), "ines")
    for word in words:
        p.fill(p.page.locator("input[name=password]"), word)
        if word == "granite":
            _go(p, p.page.locator("form button[type=submit]").last)
            continue
        with p.meets("login_failure"), p.meets("network_error", "error_click", may=True):
            _go(p, p.page.locator("form button[type=submit]").last)
        if not p.page.locator("input[name=username]").input_value():
            p.fill(p.page.locator("input[name=username]"), "ines")
    p.page.goto("/".join(p.page.url.split("/")[:3]) + "/admin/ship/list")
    p.read(1.5)


def _go(p: Person, control: Locator, *, then: float = 1.6) -> None:
    with p.page.expect_navigation():
        p.click(control, then=0)
    p.read(then)


def _find(p: Person, words: str, *, then: float = 1.6) -> None:
    p.fill(p.page.get_by_label("Search in list"), words)
    with p.page.expect_navigation():
        p.press("Enter", then=0)
    p.read(then)


def _new(p: Person, name: str, sign: str, metres: str) -> None:
    _go(p, p.page.get_by_role("link", name="New").first.or_(p.page.locator("a[href*='/ship/create']")).first)
    p.fill(p.page.locator("input[name=name]"), name)
    p.fill(p.page.locator("input[name=sign]"), sign)
    p.fill(p.page.locator("input[name=metres]"), metres)


def _save(p: Person) -> Locator:
    return p.page.locator("button[type=submit]:visible, input[type=submit]:visible").last


def _keep(p: Person) -> None:
    _enter(p)
    for page in ("2", "3", "1"):
        _go(p, p.page.locator(".pagination").get_by_role("link", name=page, exact=True), then=0.9)
    _new(p, "Petrel", "PT", "31")
    _go(p, _save(p))
    _find(p, "petrel")
    p.click(p.page.locator("tbody input[type=checkbox]").first, then=0.8)
    p.click(p.page.locator("#actions-dropdown button"), then=0.9)
    p.press("Escape", then=0.6)
    p.click(p.page.locator("tbody input[type=checkbox]").first, then=0.8)
    p.page.go_back()
    p.read(1.5)


def _filter(p: Person) -> None:
    _enter(p)
    p.click(p.page.locator("#filter-builder-dropdown > button"), then=0.9)
    p.click(p.page.locator("#add-filter-row"), then=0.6)
    p.click(p.page.locator("#add-filter-row"), then=0.6)
    p.click(p.page.locator(".filter-row-remove:visible").last, then=0.6)
    p.click(p.page.locator(".page-header h1"), then=0.8)
    _find(p, "gull 1")
    _go(p, p.page.locator("tbody td[data-column=name]").first, then=3)
    p.scroll(200)
    p.page.go_back()
    p.read(1.5)
    p.click(p.page.locator("thead a").nth(1), then=1.8)
    p.click(p.page.locator("thead a").nth(1), then=1.8)


def _sign(p: Person) -> None:
    _enter(p)
    _new(p, "Fulmar", "fl", "12")
    with p.meets("validation_loop"):
        for sign in ("fl", "Fl", "flx"):
            p.fill(p.page.locator("input[name=sign]"), sign)
            with p.meets("error_click", "network_error", may=True):
                _go(p, _save(p))
    with p.meets("form_abandon"):
        _go(p, p.page.locator("a[href$='/ship/list']:visible").first)


def _locked(p: Person) -> None:
    _enter(p, ("marble", "basalt", "granite"))
    p.read(1)


def _vain(p: Person) -> None:
    _enter(p)
    with p.meets("repeated_search"):
        for words in ("cormorant", "gannet", "auk"):
            _find(p, words)
    p.read(1)


def _fails(p: Person) -> None:
    _enter(p)
    _new(p, "Skua", "SK", "44")
    with p.meets("error_click"), p.meets("network_error", may=True):
        _go(p, _save(p), then=2.5)
    p.page.go_back()
    p.read(1.5)
    with p.meets("not_found"), p.meets("network_error", may=True):
        p.page.goto("/".join(p.page.url.split("/")[:3]) + "/admin/ship/detail/4711")
        p.read(2.5)
    p.page.go_back()
    p.read(1)


def _slow(p: Person) -> None:
    _enter(p)
    with p.meets("slow_response"):
        _go(p, p.page.locator("tbody td[data-column=name]").first, then=2)
    p.read(1)


def scenarios() -> list[Scenario]:
    broken = "<html><head><title>Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>"
    fails = lambda c: sabotage.failing_method(c, "**/ship/create*", "POST", status=500, body=broken)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/ship/detail*", seconds=4.3)  # noqa: E731
    return [
        *moves.under(
            Scenario("keep", "Leafs, adds a ship, finds it, selects and lets be", _keep, False, path="/admin/"), "rrweb"
        ),
        Scenario(
            "filter",
            "Builds a filter and leaves it, looks at one ship, sorts",
            _filter,
            False,
            recorder="posthog",
            path="/admin/",
        ),
        Scenario("sign", "A call sign refused three times, then left", _sign, True, path="/admin/"),
        Scenario("locked", "Two wrong passwords", _locked, True, path="/admin/"),
        Scenario("vain", "Three searches in vain", _vain, True, path="/admin/"),
        Scenario(
            "fails",
            "The server breaks on keeping; a ship that is not there",
            _fails,
            True,
            prepare=fails,
            path="/admin/",
        ),
        Scenario("slow", "A ship's page takes four seconds", _slow, True, prepare=late, path="/admin/"),
    ]
