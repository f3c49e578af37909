"""Audit: every pinned dependency looked up in the advisory databases (PyPI's through pip-audit, npm's own).

    python scripts/audit.py                  fails where something is known, and where nobody could be asked
    python scripts/audit.py --where-possible for CI: fails where something is known; where nobody could be asked it
                                             says NOT AUDITED and ends with 0
Exit    0 nothing is known (or, with --where-possible, nobody could be asked), 1 something is, 3 nobody could be asked
"""

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
FOUND, NOT_ASKED = 1, 3


class Result(NamedTuple):
    """What is known of what was looked up; `unasked` says why the answer is none."""

    what: str
    asked: int = 0
    known: tuple[str, ...] = ()
    unasked: str = ""


def of_pip_audit(what: str, stdout: str, stderr: str) -> Result:
    """Read `pip-audit --format json`; whatever is not its report, or left a package out, is no answer."""
    try:
        listed = json.loads(stdout)["dependencies"]
        known = tuple(f"{one['name']} {one['version']}: {v['id']}" for one in listed for v in one.get("vulns", ()))
        skipped = [f"{one['name']}: {one['skip_reason']}" for one in listed if "skip_reason" in one]
    except (ValueError, KeyError, TypeError):
        return Result(what, unasked=_last_line(stderr or stdout))
    return Result(what, len(listed) - len(skipped), known, "; ".join(skipped) or ("" if listed else "an empty answer"))


def of_npm_audit(what: str, stdout: str, stderr: str) -> Result:
    """Read `npm audit --json`."""
    try:
        report = json.loads(stdout)
        if "message" in report:
            return Result(what, unasked=_last_line(str(report["message"])))
        found = report["vulnerabilities"]
        known = tuple(f"{name} {one['range']}: {one['severity']}" for name, one in found.items())
        asked = report["metadata"]["dependencies"]["total"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Result(what, unasked=_last_line(stderr or stdout))
    return Result(what, asked, known, "" if asked else "an empty answer")


def verdict(results: Sequence[Result], *, where_possible: bool) -> tuple[int, list[str]]:
    """Return the exit code and what to print; what could not be asked is never told as passed."""
    lines: list[str] = []
    for one in results:
        lines += [f"VULNERABLE {one.what}: {said}" for said in one.known]
        if one.unasked:
            lines.append(f"NOT AUDITED {one.what}: {one.unasked}")
        elif not one.known:
            lines.append(f"audited {one.what}: nothing known against {one.asked} dependencies")
    if any(one.known for one in results):
        return FOUND, lines
    unasked = [one.what for one in results if one.unasked]
    if unasked:
        lines.append(f"NOT AUDITED: no answer for {', '.join(unasked)}; run `make audit` where there is a network")
        return (0 if where_possible else NOT_ASKED), lines
    return 0, lines


def main(argv: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:  # what audits is no part of what is audited
        pip_audit = Path(folder) / "bin/pip-audit"
        problem = _install(Path(folder))
        results = [_pip_audit(pip_audit, lock) if not problem else Result(lock, unasked=problem) for lock in LOCKS]
    results.append(_npm_audit())
    code, lines = verdict(results, where_possible="--where-possible" in argv)
    print("\n".join(lines))
    return code


def _install(folder: Path) -> str:
    venv.create(folder, with_pip=True)
    done = _run([str(folder / "bin/pip"), "install", "-q", "--disable-pip-version-check", "pip-audit"])
    return "" if done.returncode == 0 else f"pip-audit cannot be installed: {_last_line(done.stderr)}"


def _pip_audit(program: Path, lock: str) -> Result:
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "-r", str(ROOT / lock)]
    done = _run([str(program), *options])
    return of_pip_audit(lock, done.stdout, done.stderr)


def _npm_audit() -> Result:
    done = _run([sys.executable, str(ROOT / "scripts/browser_code.py"), "audit"])
    return of_npm_audit("package-lock.json", done.stdout, done.stderr)


def _run(argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no answer"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
