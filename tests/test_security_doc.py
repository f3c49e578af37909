"""docs/security.md: every threat has a test, and every test it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs/security.md").read_text().split("## Threats")[1].split("## Known limits")[0].splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| threat"))
]


def test_there_is_a_row_for_every_threat():
    assert len(ROWS) >= 20


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_the_tests_it_names_exist(row):
    threat, defence, tests = row
    named = re.findall(r"`([^`]+)`", tests)
    assert threat and defence and named
    for one in named:
        file, *names = one.split("::")
        body = ast.parse((ROOT / file).read_text()).body
        for name in names:
            found = [node for node in body if getattr(node, "name", None) == name]
            assert found, f"{one}: there is no {name}"
            body = getattr(found[0], "body", [])
