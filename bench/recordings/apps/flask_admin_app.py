"""Flask-Admin: contacts in lists that the server renders, with search, filters, forms, edits in place, deletion."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
from person import Person
from studio import Scenario

APP = """
import os
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from wtforms.validators import Regexp
app = Flask(__name__)
app.config.update(SECRET_KEY="x", SQLALCHEMY_DATABASE_URI="sqlite:///crew.db")
db = SQLAlchemy(app)
class Sailor(db.Model):
    id = db.Column(db.Integer, primary_key=True); name = db.Column(db.String(80), nullable=False); phone = db.Column(db.String(20), nullable=False); port = db.Column(db.String(40))
class SailorView(ModelView):
    column_searchable_list = ["name", "port"]; page_size = 8; column_editable_list = []
    form_args = {"phone": {"validators": [Regexp(r"^[0-9 +]{6,}$", message="Enter a phone number, digits only")]}}
with app.app_context():
    db.create_all()
    if not Sailor.query.count():
        db.session.add_all([Sailor(name=f"Sailor {i}", phone=f"22 33 4{i:02}", port="Faro") for i in range(40)]); db.session.commit()
Admin(app, name="Crew").add_view(SailorView(Sailor, db.session, name="Sailors"))
app.run(port=int(os.environ["PORT"]))
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "flask-admin", "flask-sqlalchemy", "wtforms") / "python"
    (home / "app.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([python, "app.py"], url, cwd=home, env={"PORT": str(port)}):
        yield url


def _fill(p: Person, name: str, phone: str) -> None:
    p.fill(p.page.locator("#name"), name)
    p.fill(p.page.locator("#phone"), phone)


def _save(p: Person) -> None:
    p.click(p.page.locator("input[type=submit][value=Save]"), then=1.8)


def _list(p: Person) -> None:
    p.click(p.page.get_by_role("link", name="List", exact=True), then=1.8)


def _work(p: Person) -> None:
    p.read(1.5)
    for page in ("2", "3"):
        p.click(p.page.locator(".pagination").get_by_role("link", name=page, exact=True), then=1.3)
    p.click(p.page.locator("th").get_by_role("link", name="Name"), then=1.3)
    p.fill(p.page.locator("input[name=search]"), "Sailor 3")
    p.press("Enter", then=1.8)
    p.click(p.page.locator("td .icon").first, then=1.8)
    p.fill(p.page.locator("#name"), "Sailor Three")
    _save(p)
    p.click(p.page.get_by_role("link", name="Create", exact=True), then=1.8)
    _fill(p, "Ines", "22 33 4455")
    _save(p)


def _phone(p: Person) -> None:
    p.read(1)
    p.click(p.page.get_by_role("link", name="Create", exact=True), then=1.8)
    with p.meets("validation_loop"):
        for words in ("none", "later", "ask"):
            _fill(p, "Rui", words)
            with p.meets("error_click", may=True):
                _save(p)
    with p.meets("form_abandon"):
        _list(p)


def _left(p: Person) -> None:
    p.read(1)
    p.click(p.page.get_by_role("link", name="Create", exact=True), then=1.8)
    with p.meets("form_abandon"):
        _fill(p, "Rui", "22 33 44")
        _list(p)
    with p.meets("quick_back"):
        p.click(p.page.locator("td .icon").nth(2), then=2)
        p.page.go_back()
        p.read(2)


def _in_vain(p: Person) -> None:
    p.read(1)
    with p.meets("repeated_search"):
        for words in ("pirate", "corsair", "buccaneer"):
            p.fill(p.page.locator("input[name=search]"), words)
            p.press("Enter", then=1.8)
    root = "/".join(p.page.url.split("/")[:3])
    with p.meets("not_found"):
        p.page.goto(f"{root}/admin/ships/")
        p.read(2)


def scenarios() -> list[Scenario]:
    more = {"path": "/admin/sailor/", "offline_hosts": True}
    return [
        Scenario("work", "Pages, sorts, searches, edits, adds", _work, False, **more),
        Scenario("work-bare", "The same under bare rrweb", _work, False, recorder="rrweb", **more),
        Scenario("phone", "A phone number refused three times, then left", _phone, True, **more),
        Scenario("phone-old", "The same under rrweb 1", _phone, True, recorder="rrweb1", **more),
        Scenario("left", "A form left, a sailor looked at and left", _left, True, **more),
        Scenario("left-bare", "The same under bare rrweb", _left, True, recorder="rrweb", **more),
        Scenario("in-vain", "Searches in vain, a page that is gone", _in_vain, True, **more),
    ]
