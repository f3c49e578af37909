"""Reports as Markdown and HTML: refs move the player, and nothing that a stranger wrote executes or leads away."""

from __future__ import annotations

import re

import pytest

from playhead.analyst import rules
from playhead.analyst.render import escape, to_html, to_markdown
from playhead.core.report import Rejected, Sentence, Usage
from tests.analyst.sessions import SESSIONS

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "[click][evil]\n\n[evil]: https://evil.example",
    "<a href='https://evil.example'>x</a>",
    "https://evil.example/login www.evil.example <https://evil.example>",
    "</details></summary><h1>verified</h1>",
    "# heading\n\n| a | b |\n|---|---|\n",
    "\u202egnp.exe\u200b",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`code` ~~struck~~ **bold** <!-- c -->",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_neither_runs_nor_leads_away(text: str) -> None:
    trace, refs = SESSIONS["shop"]()
    report = rules.write(trace)
    report.headline = Sentence(text, [refs["pay1"]])
    report.summary.append(Sentence(text, [refs["pay1"]]))
    report.findings[0].title = report.findings[0].suggestion = text
    report.findings[0].quotes = [text]
    report.rejected.append(Rejected(text, "summary[0]", text))
    report.error = text
    html = to_html(report, trace)
    tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", html)}
    assert tags <= {"h1", "h2", "h3", "p", "ul", "li", "strong", "em", "a", "blockquote", "hr", "details", "summary"}
    assert not re.search(r"<[^>]*\son\w+\s*=", html)
    assert all(link.startswith("?t_ms=") for link in re.findall(r'href="([^"]*)"', html))
    assert html.count("<h1>") == 1 and html.count("<details") == 1
    markdown = to_markdown(report, trace, base_url="/sessions/s_1")
    assert all(link.startswith("/sessions/s_1?t_ms=") for link in re.findall(r"(?<!\\)\]\(([^)]*)\)", markdown))
    assert markdown.count("\n# ") == 0 and markdown.startswith("# ")


def test_every_ref_is_a_link_that_moves_the_player() -> None:
    trace, refs = SESSIONS["shop"]()
    report = rules.write(trace)
    html = to_html(report, trace)
    link = f'<a class="time-link" data-t-ms="50000" data-ref="{refs["declined1"]}" href="?t_ms=50000">‣ 00:50</a>'
    assert link in html
    assert f"[‣ 00:50](/sessions/s_1?t_ms=50000#{refs['declined1']})" in to_markdown(
        report, trace, base_url="/sessions/s_1"
    )
    assert "[‣ 00:50](?t_ms=50000#" in to_markdown(report, trace)


def test_a_ref_that_does_not_exist_is_no_link() -> None:
    trace, _ = SESSIONS["shop"]()
    report = rules.write(trace)
    report.summary = [Sentence("Something happened.", ["e999", "s77"])]
    assert "Something happened.</li>" in to_html(report, trace)


def test_many_refs_in_one_second_are_one_link_and_long_runs_are_cut() -> None:
    trace, _ = SESSIONS["shop"]()
    report = rules.write(trace)
    report.summary = [Sentence("All of it.", [one.ref for one in trace.interactions])]
    line = next(line for line in to_markdown(report, trace).splitlines() if "All of it" in line)
    assert line.count("](?t_ms=") == 6 and "… +" in line


def test_who_wrote_it_and_what_was_refused() -> None:
    trace, _ = SESSIONS["shop"]()
    report = rules.write(trace)
    assert "no model was used" in to_html(report, trace) and "<details" not in to_html(report, trace)
    report.analyst, report.usage = "openai:gpt-x", Usage(1200, 300, 1, 0.0123)
    report.rejected = [Rejected("He paid.", "summary[0]", "no cited line shows “paid”")]
    html = to_html(report, trace)
    assert "Written by openai:gpt-x (1500 tokens, $0.0123); every sentence was checked" in html
    assert "1 sentence was not supported by the recording" in html and "no cited line shows “paid”" in html
    assert "Perhaps" not in html
    report.findings[0].hypothesis = "The card was empty."
    assert "Perhaps (not checked):</em> The card was empty." in to_html(report, trace)


def test_an_error_is_told_before_the_rules_report() -> None:
    trace, _ = SESSIONS["shop"]()
    report = rules.write(trace)
    report.error = "openai:gpt-x refused the key: check the API key in the settings."
    text = to_markdown(report, trace)
    assert text.index("could not answer") < text.index("## What happened")


def test_escaping_keeps_the_words() -> None:
    assert escape("a_b*c [d](e) 1. x") == r"a\_b\*c \[d\](e) 1. x"
    assert escape("1. x\n- y") == r"1\. x - y"
