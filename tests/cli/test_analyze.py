"""analyze and verify: what they print, and one clear line for input that is none, within bounded memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from playhead.cli import main
from tests.analyst.model_server import Server, answers, fails
from tests.analyst.samples import DECLINED as SAMPLE
from tests.analyst.samples import declined_refs


@pytest.fixture
def playhead_(capfd, monkeypatch):
    """Run a command; returns (exit code, stdout, stderr)."""
    monkeypatch.delenv("PLAYHEAD_MODEL", raising=False)

    def run(*argv: object) -> tuple[int, str, str]:
        code = main([os.fspath(part) if isinstance(part, Path) else str(part) for part in argv])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_analyze_prints_markdown_with_time_links_and_says_that_no_model_was_used(playhead_) -> None:
    code, out, err = playhead_("analyze", SAMPLE)
    assert (code, err) == (0, "")
    assert out.startswith("# Payment refused twice") and "no model was used" in out
    assert "Apply coupon" in out and "‣ 00:" in out and "](?t_ms=" in out


def test_analyze_prints_json_as_the_contract_says_the_same_each_time(playhead_) -> None:
    first = playhead_("analyze", SAMPLE, "--format", "json")
    assert first == playhead_("analyze", SAMPLE, "--format", "json")
    report = json.loads(first[1])
    assert {"headline", "goal", "outcome", "summary", "findings", "rejected", "analyst", "usage"} <= report.keys()
    assert report["analyst"] == "rules" and report["rejected"] == []
    assert {"title", "severity", "text", "refs", "quotes", "suggestion"} <= report["findings"][0].keys()


def test_a_report_of_our_own_passes_verify_whole(playhead_, tmp_path) -> None:
    path = tmp_path / "report.json"
    path.write_text(playhead_("analyze", SAMPLE, "--format", "json")[1])
    code, out, _ = playhead_("verify", SAMPLE, "--report", path)
    verdict = json.loads(out)
    assert code == 0 and verdict["rejected"] == []
    assert {one["where"] for one in verdict["accepted"]} >= {"headline", "goal", "outcome", "findings[0].title"}


def test_verify_tells_true_from_false(playhead_, tmp_path) -> None:
    path = tmp_path / "report.json"
    summary = [
        {"text": "POST /demo/api/pay answered 402 twice.", "refs": declined_refs()},
        {"text": "The visitor bought a teapot.", "refs": declined_refs()[-1:]},
        "The visitor clicked “Apply coupon” six times.",
    ]
    path.write_text(json.dumps({"headline": "The card was declined.", "goal": "To buy a teapot", "summary": summary}))
    code, out, _ = playhead_("verify", SAMPLE, "--report", path)
    verdict = json.loads(out)
    assert code == 0
    assert [one["where"] for one in verdict["accepted"]] == ["headline", "goal", "summary[0]"]
    assert [(one["where"], one["text"]) for one in verdict["rejected"]] == [
        ("summary[1]", "The visitor bought a teapot."),
        ("summary[2]", "The visitor clicked “Apply coupon” six times."),
    ]
    assert all(one["reason"] for one in verdict["rejected"])


@pytest.mark.parametrize(
    "blob",
    [b"", b"[", b"not json", b"[]", b"{}", b'{"summary": 7}', b'{"summary": [{"text": 1}]}', b'{"findings": [[]]}',
     b'{"headline": {"text": "x", "refs": 4}}', b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_a_malformed_report_is_one_clear_line(playhead_, tmp_path, blob: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(blob)
    code, out, err = playhead_("verify", SAMPLE, "--report", path)
    assert (code, out) == (2, "")
    assert err.startswith(f"playhead verify: {path}: ") and err.count("\n") == 1


@pytest.mark.parametrize("command", ["analyze", "verify"])
@pytest.mark.parametrize(
    "blob", [b"", b"[{", b"hello", b'{"a": 1}', b'[1, 2, "x"]', b"\x1f\x8b\x08broken", b"\x00" * 64], ids=repr
)
def test_input_that_is_no_recording_is_one_clear_line(playhead_, tmp_path, command: str, blob: bytes) -> None:
    path = tmp_path / "recording.json"
    path.write_bytes(blob)
    report = tmp_path / "report.json"
    report.write_text('{"headline": "x"}')
    more = ["--report", report] if command == "verify" else []
    code, out, err = playhead_(command, path, *more)
    assert (code, out) == (2, "")
    assert err.startswith(f"playhead {command}: {path}: ") and err.count("\n") == 1


def test_200_mb_of_one_string_is_refused_within_bounded_memory(tmp_path) -> None:
    path = tmp_path / "string.json"
    with path.open("wb") as stream:
        stream.write(b'"')
        for _ in range(200):
            stream.write(b"x" * (1 << 20))
        stream.write(b'"')

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    argv = [sys.executable, "-m", "playhead", "analyze", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, preexec_fn=limit, timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"playhead analyze: {path}: ") and done.stderr.count("\n") == 1


def test_a_model_that_cannot_answer_leaves_the_rules_report_and_exit_code_1(playhead_, monkeypatch) -> None:
    with Server() as server:
        server.script(fails(401, "bad key"))
        code, out, err = playhead_("analyze", SAMPLE, "--model", "compatible:m", "--base-url", server.url)
    assert code == 1
    assert "check the API key" in err and err.count("\n") == 1
    assert out.startswith("# Payment refused twice") and "The model could not answer" in out


def test_a_model_is_asked_and_checked(playhead_) -> None:
    said = {
        "headline": {"text": "The card was declined twice.", "refs": declined_refs()},
        "goal": {"text": "To pay.", "refs": declined_refs()[:1]},
        "outcome": "abandoned",
        "summary": [{"text": "The visitor paid £136.00.", "refs": declined_refs()[-1:]}],
        "findings": [],
    }
    with Server() as server:
        server.script(answers(said))
        code, out, err = playhead_(
            "analyze", SAMPLE, "--model", "compatible:m", "--base-url", server.url, "--format", "json"
        )
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert report["analyst"] == "compatible:m" and report["headline"]["text"] == "The card was declined twice."
    assert report["summary"] == [] and report["rejected"][0]["text"] == "The visitor paid £136.00."
    assert len(report["findings"]) >= 3, "what code found is in the report whatever the model said"


@pytest.mark.parametrize("model", ["gpt", "nobody:x", "compatible:x"])
def test_a_model_that_is_none_is_one_clear_line(playhead_, model: str) -> None:
    code, out, err = playhead_("analyze", SAMPLE, "--model", model)
    assert (code, out) == (2, "") and err.count("\n") == 1
