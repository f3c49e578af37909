"""Static: packed for who takes it, kept for ever by its fingerprint, nothing but what lies under `static/`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.static_files import RECORDER_SCRIPTS
from playhead.web.static import STATIC
from playhead.web.templating import asset, parts_of
from tests.web.test_api import Client

GZIP = {"accept-encoding": "gzip, br"}
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


def test_a_file_asked_for_by_its_fingerprint_is_kept_for_ever(client):
    address = asset("css/base.css")
    answer = client("GET", address, headers=GZIP)
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == (STATIC / "css/base.css").read_bytes()  # unpacked by the client
    assert int(answer.headers["content-length"]) < len(answer.content) / 2


def test_a_part_of_a_script_is_kept_for_ever_by_the_name_its_content_gave_it(client):
    now, later = parts_of("player", "now"), parts_of("player", "later")
    assert now and later and not set(now) & set(later)
    for address in (*now, *later):
        assert "immutable" in client("GET", address, headers=GZIP).headers["cache-control"]
    assert client("GET", "/static/build/player.js").headers["cache-control"] == "no-cache"


def test_without_its_fingerprint_it_is_asked_for_again_and_answered_with_304(client):
    first = client("GET", "/static/css/base.css?v=older", headers=PLAIN)
    assert first.headers["cache-control"] == "no-cache"
    assert "content-encoding" not in first.headers
    again = client("GET", "/static/css/base.css", headers={**PLAIN, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = client("GET", "/static/css/base.css", headers={**GZIP, "if-none-match": first.headers["etag"]})
    assert packed.status_code == 200  # another representation


def test_several_sheets_come_as_one(client):
    answer = client("GET", asset("css/tokens+base.css"), headers=GZIP)
    parts = [(STATIC / f"css/{name}.css").read_text() for name in ("tokens", "base")]
    assert answer.text == "\n".join(parts)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        *("css/tokens+none.css", "css/base+base.css", "css/../css+tokens.css"),
        *("css/none.css", "css", "", "../app.py", "%2e%2e/app.py", "..%2fapp.py", "css/../../app.py", "%00", "a" * 300),
    ],
)
def test_nothing_else_is_there(client, path: str):
    assert client("GET", f"/static/{path}").status_code in (400, 404)


def test_the_recorder_is_packed_too(client):
    answer = client("GET", "/recorder.js", headers=GZIP)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert int(answer.headers["content-length"]) <= 30_720
    assert client("GET", "/recorder.js", headers={**GZIP, "if-none-match": answer.headers["etag"]}).status_code == 304


def test_every_script_of_the_recorder_that_is_built_is_given_out_to_any_site(client):
    assert {file.name for file in (STATIC / "build").glob("recorder*.js")} == set(RECORDER_SCRIPTS)
    for name in RECORDER_SCRIPTS:
        answer = client("GET", f"/{name}", headers={**PLAIN, "host": "cdn.example", "origin": "https://shop.example"})
        assert answer.content == (STATIC / "build" / name).read_bytes()
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client("GET", "/recorder-nothing.js").status_code == 404


def test_a_file_that_changed_is_read_again(client, tmp_path: Path, monkeypatch):
    (tmp_path / "a.css").write_text("a { color: red }")
    monkeypatch.setattr("playhead.web.static.STATIC", tmp_path)
    assert "red" in client("GET", "/static/a.css").text
    (tmp_path / "a.css").write_text("a { color: blue }")
    assert "blue" in client("GET", "/static/a.css").text
