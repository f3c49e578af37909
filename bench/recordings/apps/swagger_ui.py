"""Swagger UI from npm over a small API that really answers."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour API</title>
<link rel="stylesheet" href="swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", validatorUrl: null})</script></body></html>"""


def _operation(summary: str, parameters: list[str], tag: str) -> dict[str, object]:
    given = [{"name": name, "in": "query", "required": True, "schema": {"type": "integer"}} for name in parameters]
    return {"tags": [tag], "summary": summary, "parameters": given, "responses": {"200": {"description": "Fine"}}}


SPEC = {
    "openapi": "3.0.3",
    "info": {"title": "Harbour API", "version": "1.2.0", "description": "Berths, boats and tides."},
    "paths": {
        "/api/berths": {"get": _operation("List the berths", ["limit"], "berths")},
        "/api/berths/free": {"get": _operation("Free berths", ["length_m"], "berths")},
        "/api/tides": {"get": _operation("Tide table (slow)", ["station"], "tides")},
        "/api/boats": {"get": _operation("Boats in port", [], "boats")},
        "/api/invoices": {"get": _operation("Invoices (broken)", ["year"], "invoices")},
    },
    "components": {
        "schemas": {
            "Berth": {"type": "object", "properties": {"id": {"type": "integer"}, "depth_m": {"type": "number"}}}
        }
    },
}


def _api(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path.startswith("/api/invoices"):
        return 500, {"detail": "ledger is locked"}
    if path.startswith("/api/tides"):
        time.sleep(4.5)
        return 200, {"station": 3, "high": ["05:12", "17:40"]}
    return 200, [{"id": n, "depth_m": 2 + n / 2} for n in range(6)]


@contextmanager
def serve(home: Path) -> Iterator[str]:
    package = install.npm(home, "swagger-ui-dist@5.35.0") / "swagger-ui-dist"
    site = home / "site"
    site.mkdir(exist_ok=True)
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        shutil.copy(package / name, site / name)
    (site / "index.html").write_text(INDEX)
    (site / "openapi.json").write_text(json.dumps(SPEC))
    with install.static(site, api=_api) as url:
        yield url


def _open(p: Person, path: str) -> None:
    p.click(
        p.page.locator(".opblock-summary").filter(has_text=path).first.locator(".opblock-summary-description"), then=1
    )
    p.click(p.page.get_by_role("button", name="Try it out"), then=0.8)


def _try(p: Person) -> None:
    p.page.locator(".opblock").first.wait_for()
    p.read(1)
    _open(p, "List the berths")
    p.fill(p.page.get_by_placeholder("limit"), "6")
    p.click(p.page.get_by_role("button", name="Execute"), then=2)
    p.scroll(400)
    p.click(p.page.get_by_role("button", name="Clear"), then=1)
    p.click(p.page.get_by_role("button", name="Cancel"), then=1)
    p.scroll(-400)


def _read_models(p: Person) -> None:
    p.page.locator(".opblock").first.wait_for()
    for text in ("Boats in port", "Free berths", "Boats in port"):
        p.click(p.page.locator(".opblock-summary").filter(has_text=text).first, then=1.2)
    p.scroll(900)
    p.click(p.page.locator("section.models button").first, then=1)
    p.scroll(-900)


def _broken(p: Person) -> None:
    p.page.locator(".opblock").first.wait_for()
    _open(p, "Invoices")
    p.fill(p.page.get_by_placeholder("year"), "2026")
    for _ in range(2):
        with p.meets("network_error", "error_click", target="Execute"):
            p.click(p.page.get_by_role("button", name="Execute"), then=2)


def _slow(p: Person) -> None:
    p.page.locator(".opblock").first.wait_for()
    _open(p, "Tide table")
    p.fill(p.page.get_by_placeholder("station"), "3")
    with p.meets("slow_response", target="Execute"):
        p.click(p.page.get_by_role("button", name="Execute"), then=6)


def _missing_value(p: Person) -> None:
    p.page.locator(".opblock").first.wait_for()
    _open(p, "List the berths")
    with p.meets("validation_loop"):
        for _ in range(3):
            p.click(p.page.get_by_role("button", name="Execute"), then=1.4)
    p.fill(p.page.get_by_placeholder("limit"), "3")
    p.click(p.page.get_by_role("button", name="Execute"), then=2)


def _dead(p: Person) -> None:
    p.page.locator(".opblock").first.wait_for()
    _open(p, "Boats in port")
    with p.meets("rage_click", "dead_click", target="Execute"):
        p.rage(p.page.get_by_role("button", name="Execute"), 4)


def scenarios() -> list[Scenario]:
    return [
        Scenario("try", "Tries an operation", _try, False),
        Scenario("models", "Opens and closes operations and models", _read_models, False),
        Scenario("broken", "An operation that answers 500, twice", _broken, True),
        Scenario("slow", "An operation that takes four seconds", _slow, True),
        Scenario("missing-value", "Executes three times without a required value", _missing_value, True),
        Scenario("dead-execute", "Execute does nothing", _dead, True, prepare=lambda c: sabotage.dead(c, ".execute")),
    ]
