"""Logs: one line an entry, whatever the message holds."""

import json
import logging

import pytest

from playhead.cli.logs import OWN, set_up


@pytest.fixture(autouse=True)
def _handlers_as_they_were():
    loggers = [logging.getLogger(name) for name in ("", *OWN)]
    kept, levels = list(loggers[0].handlers), [one.level for one in loggers]
    yield
    loggers[0].handlers[:] = kept
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


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


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_tells_a_secret_and_ids_stay(capsys, form):
    set_up("debug", form)
    log = logging.getLogger("playhead.test")
    session = "s_" + "4f" * 16
    log.debug("session %s of jane@example.org", session)
    try:
        raise ValueError("no user jane@example.org with eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0")
    except ValueError:
        log.exception("failed with password=jane-1234")
    said = capsys.readouterr().err
    assert "jane" not in said
    assert "eyJ" not in said
    assert session in said
    assert "ValueError" in said


def test_of_libraries_only_warnings_are_written(capsys):
    set_up("debug", "text")
    logging.getLogger("sqlalchemy.engine").info("INSERT … [parameters]")
    logging.getLogger("httpx").warning("this")
    logging.getLogger("uvicorn.error").debug("that")
    said = capsys.readouterr().err
    assert "INSERT" not in said
    assert "this" in said
    assert "that" in said
