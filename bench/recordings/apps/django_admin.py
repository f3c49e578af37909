"""Django admin: a library's back office; server-rendered pages, real validation, a delete confirmation."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
from person import Person
from playwright.sync_api import BrowserContext
from studio import Scenario

PROJECT = """
import sys
from django.conf import settings
settings.configure(
    DEBUG=True, SECRET_KEY="fixture", ROOT_URLCONF="library.urls", STATIC_URL="/static/", ALLOWED_HOSTS=["*"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "library.db"}},
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "library"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}],
)
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
FILES = {
    "manage.py": PROJECT,
    "library/__init__.py": "",
    "library/apps.py": "",
    "library/urls.py": "from django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path('admin/', admin.site.urls)]\n",
    "library/models.py": """
from django.core.exceptions import ValidationError
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=100)
    born = models.IntegerField()
    def __str__(self): return self.name

class Book(models.Model):
    GENRES = [("n", "Novel"), ("p", "Poetry"), ("e", "Essay"), ("h", "History")]
    title = models.CharField(max_length=200)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    genre = models.CharField(max_length=1, choices=GENRES)
    isbn = models.CharField("ISBN", max_length=17)
    published = models.DateField(null=True, blank=True)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    in_stock = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    def clean(self):
        if len(self.isbn.replace("-", "")) != 13:
            raise ValidationError({"isbn": "An ISBN has 13 digits."})
    def __str__(self): return self.title
""",
    "library/admin.py": """
from django.contrib import admin
from .models import Author, Book

@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "born"]
    search_fields = ["name"]

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "genre", "price", "in_stock"]
    list_filter = ["genre", "in_stock"]
    search_fields = ["title", "author__name"]
    list_per_page = 12
""",
    "fill.py": """
from django.contrib.auth.models import User
from library.models import Author, Book
User.objects.create_superuser("ada", "ada@example.com", "high-tide")
names = ["Ines Calder", "Tom Broad", "Rukia Salim", "Peder Voss", "Mei Lindqvist", "Jo Abbot"]
things = ["Tides", "Salt", "Harbour", "Reeds", "Gulls", "Winter", "Boats", "Maps"]
authors = [Author.objects.create(name=n, born=1930 + i * 9) for i, n in enumerate(names)]
for i in range(60):
    Book.objects.create(title=f"The {things[i % 8]} of {names[i % 6].split()[1]} {i}", author=authors[i % 6],
        genre="npeh"[i % 4], isbn=f"978000000{i:04d}", price=8 + i % 20, in_stock=bool(i % 3))
""",
}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "django==5.2.19") / "python"
    site = home / "site"
    for name, text in FILES.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    (site / "library.db").unlink(missing_ok=True)
    for command in (["makemigrations", "library"], ["migrate"], ["shell", "-c", FILES["fill.py"]]):
        subprocess.run([python, "manage.py", *command], cwd=site, check=True, capture_output=True)
    url = f"http://127.0.0.1:{install.free_port()}"
    with install.running([python, "manage.py", "runserver", "--noreload", url.removeprefix("http://")], url, cwd=site):
        yield url


def _sign_in(p: Person, password: str = "high-tide") -> None:
    p.read(1)
    p.fill(p.page.get_by_label("Username"), "ada")
    p.fill(p.page.get_by_label("Password"), password)
    p.click(p.page.get_by_role("button", name="Log in"), then=1)


def _add_book(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name="Books", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name=re.compile("Add book")), then=1)
    p.fill(p.page.get_by_label("Title"), "The long causeway")
    p.page.get_by_label("Author").select_option("Rukia Salim")
    p.page.get_by_label("Genre").select_option("Essay")
    p.fill(p.page.get_by_label("ISBN"), "9780000009999")
    p.fill(p.page.get_by_label("Price"), "12.50")
    p.click(p.page.get_by_role("button", name="Save", exact=True), then=2)


def _filter_and_page(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name="Books", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name="Novel"), then=1)
    p.click(p.page.get_by_role("link", name="All", exact=True).first, then=1)
    p.click(p.page.locator(".paginator a").nth(0), then=0.8)
    p.click(p.page.locator(".paginator a").nth(1), then=0.8)
    p.click(p.page.get_by_role("link", name="Price"), then=1)
    p.fill(p.page.locator("#searchbar"), "gulls")
    p.click(p.page.get_by_role("button", name="Search"), then=1)
    p.click(p.page.locator("#result_list tbody th a").first, then=1.5)
    p.scroll(500)
    p.fill(p.page.get_by_label("Notes"), "Second printing, spine faded.")
    p.click(p.page.get_by_role("button", name="Save", exact=True), then=1.5)


def _delete_author(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name="Authors", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name="Peder Voss"), then=1)
    p.click(p.page.get_by_role("link", name="Delete"), then=2)
    p.click(p.page.get_by_role("button", name=re.compile("Yes")), then=1.5)


def _wrong_password(p: Person) -> None:
    for password in ("hightide", "High-tide"):
        with p.meets("login_failure", target="Log in"):
            _sign_in(p, password)
    _sign_in(p)
    p.read(1)


def _isbn_refused(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name=re.compile("Add")).nth(-1), then=1)
    p.fill(p.page.get_by_label("Title"), "Dead water")
    p.page.get_by_label("Author").select_option("Tom Broad")
    p.page.get_by_label("Genre").select_option("Novel")
    p.fill(p.page.get_by_label("Price"), "9")
    with p.meets("validation_loop"):
        for number in ("123", "978-1", "978000000"):
            p.fill(p.page.get_by_label("ISBN"), number)
            p.click(p.page.get_by_role("button", name="Save", exact=True), then=1.2)
    with p.meets("form_abandon"):
        p.fill(p.page.get_by_label("ISBN"), "97800000012")
        p.click(p.page.get_by_role("link", name="Home").first, then=1.5)


def _search_in_vain(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name="Books", exact=True).first, then=1)
    with p.meets("repeated_search"):
        for words in ("submarine", "submarines", "u-boat"):
            p.fill(p.page.locator("#searchbar"), words)
            p.click(p.page.get_by_role("button", name="Search"), then=1.5)
    p.read(1)


def _break_save(context: BrowserContext) -> None:
    """The save button of the change form lost its form: nothing happens, as after a bad template override."""
    context.add_init_script(
        "addEventListener('click', (e) => { if (e.target.name === '_save') { e.preventDefault(); } }, true);"
    )


def _dead_save(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name="Authors", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name="Ines Calder"), then=1)
    p.fill(p.page.get_by_label("Born"), "1931")
    with p.meets("rage_click", "dead_click", target="Save"):
        p.rage(p.page.get_by_role("button", name="Save", exact=True), 5)
    with p.meets("form_abandon"):
        p.click(p.page.get_by_role("link", name="Home").first, then=1.5)


def _failing_server(context: BrowserContext) -> None:
    context.route(
        re.compile(r"/delete/$"),
        lambda route: route.fulfill(status=500, content_type="text/html", body="<h1>Server Error (500)</h1>"),
    )


def _server_error(p: Person) -> None:
    _sign_in(p)
    p.click(p.page.get_by_role("link", name="Authors", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name="Jo Abbot"), then=1)
    with p.meets("network_error", "error_click", target="Delete", may=True):
        p.click(p.page.get_by_role("link", name="Delete"), then=2)
    p.page.go_back()
    p.read(1.5)


def scenarios() -> list[Scenario]:
    path = "/admin/"
    return [
        Scenario("add-book", "Signs in and adds a book", _add_book, False, path=path),
        Scenario("filter-edit", "Filters, pages, sorts, searches and edits", _filter_and_page, False, path=path),
        Scenario("delete", "Deletes an author and confirms it", _delete_author, False, path=path),
        Scenario("plain-rrweb", "Adds a book, recorded by bare rrweb", _add_book, False, "rrweb", path=path),
        Scenario("wrong-password", "Two wrong passwords, then the right one", _wrong_password, True, path=path),
        Scenario("isbn-refused", "An ISBN refused three times, then given up", _isbn_refused, True, path=path),
        Scenario("search-in-vain", "Three searches without a result", _search_in_vain, True, path=path),
        Scenario("dead-save", "A save button that does nothing", _dead_save, True, path=path, prepare=_break_save),
        Scenario("server-error", "Deleting answers 500", _server_error, True, path=path, prepare=_failing_server),
    ]
