"""Flask-AppBuilder, an admin rendered by the server: contacts with search, add and edit forms, a login, lists that sort."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
from person import Person
from studio import Scenario

APP = """
import os
from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Column, Integer, String
from wtforms.validators import Regexp
app = Flask(__name__)
app.config.update(SECRET_KEY="x", SQLALCHEMY_DATABASE_URI="sqlite:///desk.db", APP_NAME="Harbour desk", WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
db = SQLA(app)
class Contact(Model):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True); name = Column(String(80), nullable=False); phone = Column(String(20), nullable=False); port = Column(String(40))
    def __repr__(self): return self.name
class ContactView(ModelView):
    datamodel = SQLAInterface(Contact); list_columns = ["name", "phone", "port"]; page_size = 8
    validators_columns = {"phone": [Regexp(r"^[0-9 +]{6,}$", message="Enter a phone number, digits only")]}
with app.app_context():
    builder = AppBuilder(app, db.session); db.create_all(); builder.add_view(ContactView, "Contacts", category="Desk")
    if not db.session.query(Contact).count():
        db.session.add_all([Contact(name=f"Skipper {i}", phone=f"22 33 4{i:02}", port="Faro") for i in range(24)]); db.session.commit()
    s = builder.sm
    if not s.find_user("ines"): s.add_user("ines", "Ines", "D", "i@d.test", s.find_role("Admin"), "cork12")
app.run(port=int(os.environ["PORT"]))
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "flask-appbuilder") / "python"
    (home / "app.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([python, "app.py"], url, cwd=home, env={"PORT": str(port)}):
        yield url


def _sign_in(p: Person, word: str) -> None:
    p.fill(p.page.locator("#username"), "ines")
    p.fill(p.page.locator("#password"), word)
    p.click(p.page.locator("input[type=submit], button[type=submit]").first, then=1.8)


def _contacts(p: Person, tail: str = "list/") -> None:
    root = "/".join(p.page.url.split("/")[:3])
    p.page.goto(f"{root}/contactview/{tail}")
    p.read(1.5)


def _login(p: Person) -> None:
    for word in ("cork", "cork1"):
        with p.meets("login_failure"):
            _sign_in(p, word)
    _sign_in(p, "cork12")
    with p.meets("not_found"):
        _contacts(p, "gone")


def _phone(p: Person) -> None:
    _sign_in(p, "cork12")
    _contacts(p, "add")
    p.fill(p.page.locator("#name"), "Rui")
    with p.meets("validation_loop"):
        for words in ("none", "later", "ask Ana"):
            p.fill(p.page.locator("#phone"), words)
            p.click(p.page.locator("button[type=submit]").first, then=1.8)
    with p.meets("form_abandon", may=True):
        _contacts(p)


def _left(p: Person) -> None:
    _sign_in(p, "cork12")
    _contacts(p, "add")
    with p.meets("form_abandon"):
        p.fill(p.page.locator("#name"), "Rui")
        p.fill(p.page.locator("#phone"), "22 33 44")
        _contacts(p)


def _down(p: Person) -> None:
    _sign_in(p, "cork12")
    _contacts(p, "add")
    p.fill(p.page.locator("#name"), "Rui")
    p.fill(p.page.locator("#phone"), "22 33 44")
    with p.meets("error_click"), p.meets("network_error"):
        p.click(p.page.locator("button[type=submit]").first, then=2)


def scenarios() -> list[Scenario]:
    def down(context):  # type: ignore[no-untyped-def]
        context.route(
            "**/contactview/add*",
            lambda route: (
                route.fulfill(
                    status=500, content_type="text/html", body="<title>500</title><h1>Internal Server Error</h1>"
                )
                if route.request.method == "POST"
                else route.fallback()
            ),
        )

    more = {"path": "/login/", "offline_hosts": True}
    return [
        Scenario("login", "Two wrong passwords; a page that is gone", _login, True, **more),
        Scenario("login-bare", "The same without our recorder", _login, True, recorder="rrweb2alpha", **more),
        Scenario("phone", "A phone number refused three times", _phone, True, **more),
        Scenario("phone-bare", "The same without our recorder", _phone, True, recorder="rrweb", **more),
        Scenario("left", "Leaves with a contact half entered", _left, True, **more),
        Scenario("down", "The server breaks while saving", _down, True, prepare=down, **more),
    ]
