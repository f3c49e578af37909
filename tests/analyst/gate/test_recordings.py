"""The gate and the rules analyst on real recordings: the sentences and the truth of `bench/analyst.py`."""

from __future__ import annotations

import pytest

from bench import analyst as bench

TOLD = [one for path in sorted(bench.SENTENCES.glob("*.txt")) for one in bench.read_sentences(path)]


def test_false_sentences_about_real_recordings_fall() -> None:
    false = [one for one in TOLD if one.kind]
    passed = [one for one in false if bench.verdict_on(one).accepted]
    assert len(false) >= 300
    assert len(passed) <= len(false) // 100, passed


def test_true_sentences_about_real_recordings_stand() -> None:
    true = [one for one in TOLD if not one.kind]
    fallen = [one for one in true if not bench.is_right(one, bench.verdict_on(one))]
    assert len(true) >= 1200
    assert len(fallen) <= len(true) // 8, fallen


def test_sentences_written_as_the_prompt_asks_are_judged_rightly() -> None:
    told = list(bench.read_sentences(bench.SENTENCES / "fifteenth.txt"))
    wrong = [one for one in told if not bench.is_right(one, bench.verdict_on(one))]
    assert len(told) >= 130
    assert len(wrong) <= len(told) // 50, wrong


@pytest.mark.parametrize("name", ["ag_grid-save-fails", "traps-rage-dead", "django_admin-delete", "traps-thrash"])
def test_nothing_of_a_fabricated_report_stands(name: str) -> None:
    assert bench.fabricated_survivors([name]) == []


def test_the_rules_name_the_labelled_troubles_and_say_nothing_false() -> None:
    names = [name for name in bench.labelled() if name.startswith(("traps-", "django_admin", "react_admin"))]
    found, total, missed = bench.recall_of_rules(names)
    assert found >= 0.8 * total, missed
    assert bench.false_statements_of_rules(names)[1] == []
