"""A Shiny for Python desk: everything over one websocket, outputs that turn grey while they are worked out, sliders,
errors in red, a file to download."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import os, time
from shiny import App, reactive, render, ui

page = ui.page_navbar(
    ui.nav_panel("Forecast", ui.layout_sidebar(
        ui.sidebar(ui.input_select("port", "Port", ["Faro", "Lagos", "Sines"]), ui.input_slider("days", "Days", 1, 14, 5),
            ui.input_checkbox("wind", "With wind"), ui.input_action_button("less", "−", **{"aria-label": "Fewer boats"}),
            ui.output_text("boats"), ui.input_action_button("more", "+", **{"aria-label": "More boats"})),
        ui.output_text_verbatim("said"), ui.output_table("table"),
        ui.input_action_button("deep", "Long forecast"), ui.output_text("long"),
        ui.input_action_button("harbour", "Call the harbour"), ui.download_button("save", "Download table"))),
    ui.nav_panel("Report", ui.input_text("name", "Skipper"), ui.input_text("mail", "E-mail"), ui.input_action_button("send", "Send report"),
        ui.output_ui("sent"), ui.input_action_button("sum", "Work out the mean"), ui.output_text("mean")),
    title="Harbour desk", id="nav",
)


def server(input, output, session):
    count = reactive.value(1)

    @reactive.effect
    @reactive.event(input.more)
    def _(): count.set(count() + 1)

    @reactive.effect
    @reactive.event(input.less)
    def _(): count.set(max(0, count() - 1))

    @render.text
    def boats(): return f"{count()} boats"

    @render.text
    def said(): return f"{input.port()}: {input.days()} days" + (", gusts to 20 knots" if input.wind() else "")

    @render.table
    def table():
        import pandas as pd
        return pd.DataFrame({"day": range(1, input.days() + 1), "wave": [0.4 + (n * 7 % 5) / 10 for n in range(input.days())]})

    @render.text
    @reactive.event(input.deep)
    def long():
        time.sleep(float(os.environ.get("LONG", "0.4")))
        return "Calm until Sunday"

    @render.ui
    @reactive.event(input.send)
    def sent():
        if "@" not in input.mail():
            return ui.div("Please give an e-mail address", class_="alert alert-danger", role="alert")
        return ui.div("The report is on its way", class_="alert alert-success")

    @render.text
    @reactive.event(input.sum)
    def mean(): return str(1 / int(os.environ.get("PARTS", "4")))

    @render.download(filename="table.csv")
    def save(): yield "day,wave"


App(page, server).run(port=int(os.environ["PORT"]))
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "shiny", "pandas") / "python"
    (home / "desk.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([python, "desk.py"], url, cwd=home, env={"PORT": str(port), "LONG": "4.4", "PARTS": "0"}):
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("1 boats").wait_for()
    p.read(1.2)


def _tab(p: Person, name: str) -> None:
    p.click(p.page.get_by_role("tab", name=name), then=1)


def _plan(p: Person) -> None:
    _ready(p)
    for _ in range(5):
        p.click(moves.button(p, "More boats"), then=0.14)
    p.click(moves.button(p, "Fewer boats"), then=0.8)
    p.click(p.page.get_by_label("With wind"), then=1)
    box = p.page.locator(".irs-handle.single").bounding_box()
    assert box
    p.drag((box["x"] + 8, box["y"] + 8), (box["x"] + 60, box["y"] + 8), then=1.2)
    p.click(p.page.get_by_text("Download table"), then=3)
    _tab(p, "Report")
    p.fill(p.page.get_by_label("Skipper"), "Rui")
    p.fill(p.page.get_by_label("E-mail"), "rui@faro.test")
    p.click(moves.button(p, "Send report"), then=2)
    _tab(p, "Forecast")


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Call the harbour"), "Call the harbour")
    p.click(moves.button(p, "More boats"), then=1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Long forecast"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Long forecast"), then=6.3)
    p.click(moves.button(p, "More boats"), then=1)


def _mail(p: Person) -> None:
    _ready(p)
    _tab(p, "Report")
    p.fill(p.page.get_by_label("Skipper"), "Rui")
    with p.meets("validation_loop"):
        for words in ("rui", "rui at faro", "rui.faro"):
            p.fill(p.page.get_by_label("E-mail"), words)
            with p.meets("error_click", may=True):
                p.click(moves.button(p, "Send report"), then=1.5)
    with p.meets("error_click", target="Work out the mean"):
        p.click(moves.button(p, "Work out the mean"), then=2)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, "#harbour")  # noqa: E731
    return [
        Scenario("plan", "Counts boats, drags a slider, downloads, sends", _plan, False),
        Scenario("plan-bare", "The same under bare rrweb", _plan, False, recorder="rrweb"),
        Scenario("plan-old", "The same under rrweb 1", _plan, False, recorder="rrweb1"),
        Scenario("dead", "A dead button", _dead, True, prepare=dead),
        Scenario("dead-posthog", "The same under PostHog", _dead, True, recorder="posthog", prepare=dead),
        Scenario("slow", "A forecast that takes over four seconds", _slow, True),
        Scenario("slow-alpha", "The same under a 2.0 alpha", _slow, True, recorder="rrweb2alpha"),
        Scenario("mail", "An address refused three times, a sum that fails", _mail, True),
        Scenario("mail-bare", "The same under bare rrweb", _mail, True, recorder="rrweb"),
    ]
