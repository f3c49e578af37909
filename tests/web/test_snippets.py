"""Snippets: the docs say what the start page says, and what is written there runs."""

import ast
from pathlib import Path

from playhead.web.snippets import SNIPPETS, snippets_for

DOCS = Path(__file__).resolve().parents[2] / "docs/recorder.md"


def test_the_docs_show_every_snippet_word_for_word():
    docs = DOCS.read_text()
    for one in SNIPPETS:
        assert one.code in docs, one.name
        assert one.name == "HTML" or one.where in docs, one.name


def test_they_carry_the_servers_address_and_the_sites_key():
    for one in snippets_for("https://replay.example.org", "ph_1"):
        assert "https://replay.example.org" in one.code and "ph_1" in one.code, one.name
        assert "HOST" not in one.code and "KEY" not in one.code


def test_the_python_ones_are_python():
    for one in SNIPPETS:
        if "playhead.middleware" in one.code:
            ast.parse(one.code)
