"""The trace as a person reads it: pages over deeds over what came of them, in columns, harmless to the terminal."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playhead.cli.trace_text import trace_text
from tests.core.build import Visit


def shop() -> Visit:
    form = '<form id="f" aria-label="Checkout"><label>Card <input id="c"></label><button id="x">Pay</button></form>'
    visit = Visit(form, title="Checkout", native=True).wait(900).click("#c").wait(200).type("#c", "****").wait(700)
    visit.click("#x").submit("#f").wait(310).request("/api/orders", method="POST", status=402, took_ms=310).wait(10)
    visit.add("body", '<div role="alert">Card declined</div>').wait(3_000).move((1, 1), (2, 2))
    return visit.load("<p>x</p>", url="https://shop.test/help", title="Help").wait(2_000)


def test_a_page_stands_over_what_was_done_there_and_what_came_of_it():
    lines = trace_text(shop().trace()).splitlines()
    assert lines[0].startswith("Session   ") and " · 2 pages · " in lines[0] and "1 request (1 failed)" in lines[0]
    assert lines[2].startswith("Signals   ") and "error_click" in lines[2]
    body = "\n".join(line.rstrip() for line in lines)
    assert re.search(r"\n\n00:00\.0  e1 +/ · Checkout\n", body)
    assert re.search(r'\n00:01\.\d  e3 +type \(masked\) into textbox "Card" in form "Checkout"', body)
    assert re.search(r'\n00:02\.\d  e4 +click button "Pay"  submits the form, ', body)
    assert re.search(r'\n +✗ POST /api/orders 402 in 310 ms\n +✗ alert "Card declined"\n', body)
    assert re.search(r"\n +s1 +! error_click · ", body)
    assert re.search(r"\n\n00:05\.\d  e\d +/help · Help\n", body + "\n")


def test_times_refs_and_words_stand_in_columns():
    visit = shop()
    for _ in range(12):
        visit.wait(11_000).load("<p>x</p>", title="Help").wait(900).scroll(300)
    rows = [re.match(r"\d\d:\d\d\.\d  (\S+) +(\S)", line) for line in trace_text(visit.trace()).splitlines()]
    found = [row for row in rows if row]
    assert len({len(row[1]) for row in found}) > 1
    assert len({row.start(2) for row in found}) == 1


def test_long_lines_go_on_below_where_their_words_began():
    visit = Visit('<button id="x">Send</button><div role="alert" id="o">-</div>').wait(900)
    visit.click("#x").wait(60).text("#o", "The message could not be sent because the receiver is not known to us").wait(
        3_000
    )
    lines = trace_text(visit.trace(), width=60).splitlines()
    at = next(number for number, line in enumerate(lines) if "✗ alert" in line)
    assert max(map(len, lines)) <= 60
    assert lines[at + 1].index(lines[at + 1].strip()) == lines[at].index("✗") + 2


def test_what_strangers_wrote_cannot_command_the_terminal():
    visit = Visit('<button id="x">Go\x1b[2J\x9b31m\u202e away</button>', title="a\x1b]0;b\x07").wait(900).click("#x")
    text = trace_text(visit.trace())
    assert "Go" in text and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_terminals_that_want_it(tmp_path: Path, environment: dict[str, str], coloured: bool):
    recording = tmp_path / "shop.json"
    recording.write_bytes(shop().json())
    command = [sys.executable, "-m", "playhead", "trace", str(recording), "--format", "text"]
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"} | environment
    master, terminal = pty.openpty()
    with subprocess.Popen(command, stdout=terminal, env=known) as running:
        os.close(terminal)
        printed = b""
        while True:
            try:
                piece = os.read(master, 65_536)
            except OSError:
                break
            if not piece:
                break
            printed += piece
        assert running.wait() == 0
    os.close(master)
    assert (b"\x1b[" in printed) is coloured
    piped = subprocess.run(command, stdout=subprocess.PIPE, env=known, check=True).stdout
    assert b"\x1b[" not in piped and b"Card declined" in piped


@pytest.mark.parametrize("command", [["trace", "--format", "text"], ["narrate"]])
def test_a_terminal_of_another_alphabet_is_no_error(tmp_path: Path, command: list[str]):
    recording = tmp_path / "shop.json"
    recording.write_bytes(shop().json())
    known = os.environ | {"PYTHONIOENCODING": "ascii:strict"}
    told = subprocess.run(
        [sys.executable, "-m", "playhead", command[0], str(recording), *command[1:]], env=known, capture_output=True
    )
    assert told.returncode == 0 and b"Card declined" in told.stdout
