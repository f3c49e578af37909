"""A Panel dashboard (Bokeh): every widget in a shadow root of its own, everything over one websocket."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
from person import Person
from studio import Scenario

APP = """
import time
import panel as pn
pn.extension(notifications=False)
count = pn.widgets.IntInput(name="Boats", value=1, start=0, end=99)
port = pn.widgets.Select(name="Port", options=["Faro", "Lagos", "Sines"])
wind = pn.widgets.Checkbox(name="With wind")
mail = pn.widgets.TextInput(name="E-mail")
send, deep, moor, mean = (pn.widgets.Button(name=name) for name in ("Send report", "Long forecast", "Book mooring", "Work out the mean"))
more = pn.widgets.Button(name="One more")
said, long, tide = pn.pane.Alert("Nothing sent yet", alert_type="light"), pn.pane.Markdown("Forecast: none yet"), pn.pane.Markdown("")
total = pn.pane.Markdown("")

def show(*_):
    tide.object = f"**{port.value}**: {count.value} boats" + (", gusts to 20 knots" if wind.value else "")

for widget in (count, port, wind):
    widget.param.watch(show, "value")
show()
more.on_click(lambda _: setattr(count, "value", count.value + 1))

def sent(_):
    good = "@" in mail.value
    said.param.update(object="The report is on its way" if good else "Please give an e-mail address", alert_type="success" if good else "danger")

def forecast(_):
    time.sleep(4.4)
    long.object = "Forecast: calm until Sunday"

send.on_click(sent)
deep.on_click(forecast)
mean.on_click(lambda _: total.param.update(object="Mean wave 0.4 m"))
pn.Tabs(("Forecast", pn.Column(port, count, more, wind, tide, deep, long, moor)), ("Report", pn.Column(mail, send, said, mean, total))).servable(title="Harbour desk")
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    panel = install.pip(home, "panel") / "panel"
    (home / "desk.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}/desk"
    argv = [panel, "serve", "desk.py", "--port", port, "--allow-websocket-origin", f"127.0.0.1:{port}"]
    with install.running(argv, url, cwd=home):
        yield url


def _ready(p: Person) -> None:
    moves.button(p, "One more").wait_for()
    p.read(1.5)


def _tab(p: Person, name: str) -> None:
    p.click(p.page.locator(".bk-tab", has_text=name), then=1)


def _plan(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(moves.button(p, "One more"), then=0.3)
    p.click(p.page.get_by_text("With wind", exact=True), then=1)
    _tab(p, "Report")
    p.fill(p.page.locator("input[type=text]").last, "rui@faro.test")
    p.click(moves.button(p, "Send report"), then=1.5)
    p.click(moves.button(p, "Work out the mean"), then=1.5)
    _tab(p, "Forecast")
    _tab(p, "Forecast")
    p.read(2)


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Book mooring"), "Book mooring")
    p.click(moves.button(p, "One more"), then=1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Long forecast"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Long forecast"), then=6.3)
    p.click(moves.button(p, "One more"), then=1)


def _mail(p: Person) -> None:
    _ready(p)
    _tab(p, "Report")
    with p.meets("validation_loop", may=True), p.meets("error_click", target="Send report"):
        p.fill(p.page.locator("input[type=text]").last, "rui at faro")
        p.click(moves.button(p, "Send report"), then=1.8)
    p.fill(p.page.locator("input[type=text]").last, "rui@faro.test")
    p.click(moves.button(p, "Send report"), then=1.8)


def scenarios() -> list[Scenario]:
    return [
        Scenario("plan", "Counts boats, sends a report", _plan, False),
        Scenario("plan-bare", "The same under bare rrweb", _plan, False, recorder="rrweb"),
        Scenario("dead", "A button that nothing listens to", _dead, True),
        Scenario("dead-bare", "The same under bare rrweb", _dead, True, recorder="rrweb"),
        Scenario("slow", "A forecast that takes over four seconds", _slow, True),
        Scenario("mail", "An address refused once", _mail, True),
    ]
