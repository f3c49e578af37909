"""Starlette-Admin over SQLAlchemy: a server's pages with Tabler, htmx-like swaps, its own scripts, a question before deleting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
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
