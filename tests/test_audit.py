"""scripts/audit.py: what is known fails, what could not be asked is never told as passed."""

import importlib.util
import json
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts/audit.py"
spec = importlib.util.spec_from_file_location("audit", SCRIPT)
assert spec and spec.loader
audit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(audit)

FINE = json.dumps({"dependencies": [{"name": "a", "version": "1", "vulns": []}], "fixes": []})
BAD = json.dumps({"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}]})
SKIPPED = json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]})
TOTAL = {"dependencies": {"total": 3}}
NPM_FINE = json.dumps({"vulnerabilities": {}, "metadata": TOTAL})
NPM_BAD = json.dumps({"vulnerabilities": {"b": {"range": "<2", "severity": "high"}}, "metadata": TOTAL})
NPM_AWAY = json.dumps({"message": "request failed", "error": {"summary": "", "detail": ""}})


@pytest.mark.parametrize(
    ("pip", "npm", "code", "in_ci", "says"),
    [
        (FINE, NPM_FINE, 0, 0, "nothing known against 1 dependencies"),
        (BAD, NPM_FINE, 1, 1, "VULNERABLE lock: a 1: PYSEC-1"),
        (FINE, NPM_BAD, 1, 1, "VULNERABLE npm: b <2: high"),
        (BAD, NPM_AWAY, 1, 1, "NOT AUDITED npm"),
        ("", NPM_FINE, 3, 0, "NOT AUDITED lock: ConnectionError: no route"),
        (SKIPPED, NPM_FINE, 3, 0, "NOT AUDITED lock: a: not found"),
        ('{"dependencies": []}', NPM_FINE, 3, 0, "NOT AUDITED lock: an empty answer"),
        (FINE, NPM_AWAY, 3, 0, "NOT AUDITED npm"),
        (FINE, "", 3, 0, "NOT AUDITED npm"),
        (FINE, "[]", 3, 0, "NOT AUDITED npm"),
    ],
)
def test_every_answer_has_its_verdict(pip, npm, code, in_ci, says):
    results = [
        audit.of_pip_audit("lock", pip, "Traceback\nConnectionError: no route"),
        audit.of_npm_audit("npm", npm, ""),
    ]
    for where_possible, expected in ((False, code), (True, in_ci)):
        found, lines = audit.verdict(results, where_possible=where_possible)
        assert found == expected
        assert any(says in line for line in lines)
        if code == audit.NOT_ASKED:
            assert lines[-1].startswith("NOT AUDITED: no answer for ")


def test_ci_asks_and_a_developer_can():
    root = SCRIPT.parents[1]
    assert "scripts/audit.py --where-possible" in (root / ".ci/run").read_text()
    assert "scripts/audit.py" in (root / "Makefile").read_text().partition("\naudit:")[2]
