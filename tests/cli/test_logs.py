"""Logs: one line an entry, whatever the message holds."""

import json
import logging

import pytest

from playhead.cli.logs import set_up


@pytest.fixture(autouse=True)
def _handlers_as_they_were():
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    yield
    root.handlers[:] = kept
    root.setLevel(level)


def test_json_is_one_object_a_line(capsys):
    set_up("warning", "json")
    log = logging.getLogger("playhead.test")
    log.info("not this")
    log.warning("two\nlines of %s", "“text”")
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError:
        log.exception("failed")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("warning", "playhead.test", "two\nlines of “text”")
    assert first["time"].endswith("+00:00")
    assert "ZeroDivisionError: a bug" in second["error"]


def test_text_names_level_and_logger(capsys):
    set_up("info", "text")
    logging.getLogger("playhead.test").info("this")
    assert capsys.readouterr().err.rstrip().endswith("INFO playhead.test: this")
