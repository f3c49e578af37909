"""A Streamlit page (React over a websocket): the script runs again at every change, and most of the page is redrawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import time
import pandas as pd
import streamlit as st

st.title("Tide explorer")
station = st.sidebar.selectbox("Station", ["Wells", "Cromer", "Lowestoft"])
days = st.sidebar.slider("Days", 1, 30, 7)
frame = pd.DataFrame({"day": range(days), "high": [3 + (n * 7 % 10) / 5 for n in range(days)]})
st.dataframe(frame)
if "n" not in st.session_state: st.session_state.n = 0
if st.button("One more reading"): st.session_state.n += 1
st.write(f"{st.session_state.n} readings")
if st.button("Compare with last year"):
    time.sleep(4.2)
    st.success("1.2 cm higher than last year")
if st.button("Send to the harbour office"):
    st.error("The harbour office did not answer")
with st.expander("What is a neap tide?"): st.write("The smaller one.")
with st.form("note"):
    name = st.text_input("Your name")
    if st.form_submit_button("Sign the log"): st.success(f"Thank you, {name}") if name else st.error("Enter your name")
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "streamlit==1.67.0")
    (home / "tides.py").write_text(APP)
    port = install.free_port()
    argv = [binaries / "streamlit", "run", "tides.py", "--server.headless=true", f"--server.port={port}"]
    argv += ["--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--client.toolbarMode=minimal"]
    url = f"http://127.0.0.1:{port}"
    with install.running(argv, f"{url}/_stcore/health", cwd=home):
        yield url


def _button(p: Person, name: str):  # type: ignore[no-untyped-def]
    return p.page.get_by_role("button", name=name)


def _ready(p: Person) -> None:
    _button(p, "One more reading").wait_for(timeout=60_000)
    p.read(2)


def _explore(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(_button(p, "One more reading"), then=0.5)
    p.click(p.page.get_by_text("What is a neap tide?"), then=1.2)
    p.click(p.page.get_by_role("combobox", name="Station"), then=0.8)
    p.click(p.page.get_by_role("option", name="Cromer"), then=1.2)


def _sign(p: Person) -> None:
    _ready(p)
    p.fill(p.page.get_by_label("Your name"), "Ines")
    p.click(_button(p, "Sign the log"), then=2)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Compare with last year", may=True):  # it says "Running" all the while
        p.click(_button(p, "Compare with last year"), then=6)


def _refused(p: Person) -> None:
    _ready(p)
    for again in (False, True):
        note = "the same message stood there before" if again else ""
        with p.meets("error_click", target="Send to the harbour office", may=again, note=note):
            p.click(_button(p, "Send to the harbour office"), then=2)


def _dead(p: Person) -> None:
    _ready(p)
    with p.meets("rage_click", "dead_click", target="Sign the log"), p.meets("form_abandon", may=True):
        p.fill(p.page.get_by_label("Your name"), "Tom")
        p.rage(_button(p, "Sign the log"), 4)


def scenarios() -> list[Scenario]:
    return [
        Scenario("explore", "Counts, expands, chooses a station", _explore, False),
        Scenario("sign", "Signs the log", _sign, False),
        Scenario("slow", "A comparison that takes four seconds", _slow, True),
        Scenario("refused", "An error message after a click, twice", _refused, True),
        Scenario(
            "dead-sign",
            "Signing does nothing",
            _dead,
            True,
            prepare=lambda c: sabotage.dead(c, "[data-testid=stFormSubmitButton] button"),
        ),
    ]
