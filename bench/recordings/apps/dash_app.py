"""A Plotly Dash application: every choice is a callback to Python; a table that pages, a graph that ticks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
from person import Person
from studio import Scenario

APP = """
import os, time
from dash import Dash, dcc, html, dash_table, Input, Output, State, no_update
app = Dash(__name__, title="Catch statistics", suppress_callback_exceptions=True)
ROWS = [{"port": f"Port {i}", "fish": ["cod", "hake", "eel"][i % 3], "tons": i * 3 % 17} for i in range(60)]
app.layout = html.Div([
    html.H1("Catch statistics"), html.Div(id="clock"), dcc.Interval(id="tick", interval=900),
    dcc.Tabs(id="tabs", value="table", children=[dcc.Tab(label="Table", value="table"), dcc.Tab(label="Enter", value="enter")]),
    html.Div(id="body")])
table = html.Div([dcc.Dropdown(["cod", "hake", "eel"], id="fish", placeholder="Fish"), dcc.RadioItems(["tons", "boats"], "tons", id="unit"),
    dash_table.DataTable(ROWS, [{"name": n, "id": n} for n in ("port", "fish", "tons")], id="grid", page_size=8, sort_action="native"),
    html.Button("Recalculate", id="calc"), html.Button("Year report", id="year"), html.Button("Compare ports", id="compare"), html.Div(id="said"), html.Div(id="report")])
enter = html.Div([html.Label(["Port", dcc.Input(id="port", type="text")]), html.Label(["Tons", dcc.Input(id="tons", type="text")]),
    html.Button("Add catch", id="add"), html.Div(id="problem", className="error-message", role="alert")])
@app.callback(Output("body", "children"), Input("tabs", "value"))
def show(tab): return table if tab == "table" else enter
@app.callback(Output("clock", "children"), Input("tick", "n_intervals"))
def tick(n): return f"Running for {n or 0} beats"
@app.callback(Output("grid", "data"), Input("fish", "value"))
def pick(fish): return [r for r in ROWS if not fish or r["fish"] == fish]
@app.callback(Output("said", "children"), Input("calc", "n_clicks"), prevent_initial_call=True)
def calc(n): raise RuntimeError("no quota table for this year")
@app.callback(Output("report", "children"), Input("year", "n_clicks"), prevent_initial_call=True)
def year(n): time.sleep(4.2); return "The year closed at 412 tons"
@app.callback(Output("problem", "children"), Input("add", "n_clicks"), State("port", "value"), State("tons", "value"), prevent_initial_call=True)
def add(n, port, tons):
    if not port: return "Name a port"
    try: float(tons)
    except (TypeError, ValueError): return f"Attempt {n}: tons must be a number"
    return ""
app.run(port=int(os.environ["PORT"]), debug=False)
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "dash") / "python"
    (home / "app.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([python, "app.py"], url, cwd=home, env={"PORT": str(port)}):
        yield url


def _ready(p: Person) -> None:
    p.page.locator("#calc").wait_for()
    p.read(1.5)


def _look(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(p.page.locator("button.next-page"), then=0.25)
    p.click(p.page.locator("button.first-page"), then=0.8)
    for _ in range(3):
        p.click(p.page.locator("th[data-dash-column='tons'] .column-header--sort"), then=0.5)
    p.click(p.page.get_by_text("boats", exact=True), then=0.8)
    p.click(p.page.locator("td[data-dash-column='port']").nth(2), then=0.6)
    p.click(p.page.get_by_text("Enter", exact=True), then=1.5)
    p.fill(p.page.locator("#port"), "Faro")
    p.fill(p.page.locator("#tons"), "12")
    p.click(p.page.locator("#add"), then=1.5)
    p.click(p.page.get_by_text("Table", exact=True), then=1.5)


def _dead(p: Person) -> None:
    _ready(p)
    with p.meets("dead_click", target="Compare ports"):
        p.click(p.page.locator("#compare"), then=3.2)
    with p.meets("rage_click", target="Compare ports"), p.meets("dead_click", may=True):
        p.rage(p.page.locator("#compare"), 5)


def _fails(p: Person) -> None:
    _ready(p)
    for _ in range(2):
        with p.meets("error_click", target="Recalculate"), p.meets("network_error"), p.meets("dead_click", may=True):
            p.click(p.page.locator("#calc"), then=3)
    with p.meets("slow_response", target="Year report"), p.meets("dead_click", may=True):
        p.click(p.page.locator("#year"), then=6)


def _refused(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_text("Enter", exact=True), then=1.5)
    p.fill(p.page.locator("#port"), "Faro")
    with p.meets("validation_loop"), p.meets("error_click", may=True):
        for text in ("many", "lots", "12 t"):
            p.fill(p.page.locator("#tons"), text)
            p.click(p.page.locator("#add"), then=1.8)


def scenarios() -> list[Scenario]:
    return [
        Scenario("look", "Pages, sorts, filters, adds a catch beside a clock", _look, False),
        Scenario("look-posthog", "The same under PostHog", _look, False, recorder="posthog"),
        Scenario("dead", "A button without a callback beside a clock", _dead, True),
        Scenario("fails", "A callback that raises, and a slow one", _fails, True),
        Scenario("fails-sentry", "The same under Sentry", _fails, True, recorder="sentry"),
        Scenario("refused", "Tons refused three times, no form element", _refused, True),
    ]
