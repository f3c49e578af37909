"""A Gradio demo (Svelte): a queue over server-sent events, progress over the output, error toasts, tabs, a gallery."""

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
import gradio as gr
def greet(name, times, loud):
    if not name: raise gr.Error("Enter a name first")
    text = f"Hello {name}! " * int(times)
    return text.upper() if loud else text
def slow(name): time.sleep(4.5); return f"{name} drawn in ink"
def broken(name): raise RuntimeError("the model is not loaded")
with gr.Blocks(title="Greeter") as demo:
    gr.Markdown("# Greeter")
    with gr.Tab("Greet"):
        name = gr.Textbox(label="Name"); times = gr.Slider(1, 5, value=1, step=1, label="Times"); loud = gr.Checkbox(label="Loud")
        out = gr.Textbox(label="Greeting")
        with gr.Row():
            go = gr.Button("Greet"); draw = gr.Button("Draw portrait"); stop = gr.Button("Share drawing"); bad = gr.Button("Translate")
        go.click(greet, [name, times, loud], out); draw.click(slow, name, out); bad.click(broken, name, out)
    with gr.Tab("About"):
        with gr.Accordion("How it works", open=False): gr.Markdown("It greets.")
        gr.Dropdown(["Danish", "Thai", "Welsh"], label="Language", value="Danish"); gr.Radio(["a", "b"], label="Variant")
demo.launch(server_port=int(os.environ["PORT"]), quiet=True)
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "gradio") / "python"
    (home / "app.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    with install.running([python, "app.py"], url, cwd=home, env=env):
        yield url


def _ready(p: Person) -> None:
    moves.button(p, "Greet").wait_for()
    p.read(2)


def _greet(p: Person) -> None:
    _ready(p)
    p.fill(p.page.get_by_label("Name"), "Ada")
    p.click(moves.button(p, "Greet"), then=2)
    p.click(p.page.get_by_label("Loud"), then=0.6)
    p.click(moves.button(p, "Greet"), then=2)
    p.click(p.page.get_by_role("tab", name="About"), then=1)
    p.click(p.page.get_by_text("How it works"), then=1)
    p.click(p.page.get_by_text("How it works"), then=1)
    p.click(p.page.get_by_text("b", exact=True), then=0.6)
    p.click(p.page.get_by_role("tab", name="Greet"), then=1)


def _wrong(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Greet"):
        p.click(moves.button(p, "Greet"), then=3)
    p.fill(p.page.get_by_label("Name"), "Ada")
    p.click(moves.button(p, "Greet"), then=2)
    with p.meets("error_click", target="Translate"):
        p.click(moves.button(p, "Translate"), then=3)


def _slow(p: Person) -> None:
    _ready(p)
    p.fill(p.page.get_by_label("Name"), "Ada")
    with p.meets("slow_response", target="Draw portrait"):
        p.click(moves.button(p, "Draw portrait"), then=7)


def _dead(p: Person) -> None:
    _ready(p)
    p.fill(p.page.get_by_label("Name"), "Ada")
    with p.meets("dead_click", target="Draw portrait"):
        p.click(moves.button(p, "Draw portrait"), then=3.4)
    with p.meets("rage_click", target="Draw portrait"), p.meets("dead_click", may=True):
        p.rage(moves.button(p, "Draw portrait"), 5)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, "button:nth-of-type(2).lg")  # noqa: E731
    more = {"offline_hosts": True}
    return [
        Scenario("greet", "Greets twice, opens tabs and a dropdown", _greet, False, **more),
        Scenario("greet-bare", "The same without our recorder", _greet, False, recorder="rrweb", **more),
        Scenario("wrong", "Refused by a toast, then a broken model", _wrong, True, **more),
        Scenario("slow", "A portrait after four and a half seconds, with progress shown", _slow, True, **more),
        Scenario("dead", "A button that does not answer", _dead, True, prepare=dead, **more),
    ]
