"""Secret names: one list, and what is made of it for the server and for the browser knows all of it."""

import re
import runpy
from pathlib import Path

import pytest

from playhead.core.secret_names import CREDENTIALS, IN_ADDRESSES, PERSONAL, any_of, shortest
from playhead.core.secrets import is_secret_name, scrub_text

ROOT = Path(__file__).resolve().parents[2]
MADE = (ROOT / "ts/recorder/src/privacy/names.ts").read_text()


def test_the_recorders_file_is_the_one_made_of_the_list():
    made = runpy.run_path(str(ROOT / "scripts/secret_names.py"))["names_ts"]()
    assert made == MADE, "the list has changed: python scripts/secret_names.py"


@pytest.mark.parametrize("name", CREDENTIALS)
def test_the_server_knows_every_credential_however_it_is_written(name):
    for written in (name, name.upper(), name.replace("_", ""), name.replace("_", "-"), f"my_{name}", f"x-{name}"):
        assert is_secret_name(written)
        assert scrub_text(f"/a?{written}=plain&page=2") == f"/a?{written}=[SECRET]&page=2"
        assert "plain" not in scrub_text(f'{{"{written}": "plain"}}')


@pytest.mark.parametrize("name", [*CREDENTIALS, *PERSONAL])
def test_the_recorder_knows_every_name(name):
    parameter, part = (re.compile(found) for found in re.findall(r"  /(.*)/i?;", MADE))
    words = re.search(r'  "(.*)";', MADE)[1].split()
    assert name in words or part.search(name.replace("_", ""))
    for written in (name, name.replace("_", ""), f"my_{name}", f"{name}-1"):
        assert parameter.search(written)


def test_what_is_ordinary_in_a_body_is_masked_in_an_address_alone():
    parameter, part = (re.compile(found) for found in re.findall(r"  /(.*)/i?;", MADE))
    words = re.search(r'  "(.*)";', MADE)[1].split()
    for name in IN_ADDRESSES:
        assert parameter.search(name) and not part.search(name) and name not in words


@pytest.mark.parametrize("name", ["company", "shipping", "inside", "design", "page", "sort", "q", "utm_source", "tab"])
def test_names_that_merely_hold_a_short_one_are_kept(name):
    parameter = re.compile(re.findall(r"  /(.*)/i;", MADE)[0])
    assert not parameter.search(name)
    assert scrub_text(f"/a?{name}=plain") == f"/a?{name}=plain"


def test_one_expression_is_exactly_these_names():
    names = ["pass", "password", "passwd", "api_key", "a", "sid", "sig", "signature"]
    pattern = re.compile(any_of(names))
    for name in names:
        assert pattern.fullmatch(name)
    assert pattern.fullmatch("apikey") and pattern.fullmatch("api-key")
    for other in ("passw", "pas", "si", "signatur", "api", "api__key", "", "b"):
        assert not pattern.fullmatch(other)
    assert shortest(["session", "session_id", "sessid", "my_session", "api_key"]) == ["api_key", "sessid", "session"]
