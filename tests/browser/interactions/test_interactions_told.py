"""Every kind of interaction, done by a real Chromium under our recorder and bare rrweb: told once, named right, with
what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.core.trace import Interaction, Trace
from tests.browser.interactions.visit import DESK, PHONE, Seen, Step, go
from tests.browser.recorder.conftest import Site

HERE = Path(__file__).parent
RRWEB = HERE.resolve().parents[2] / "ts/node_modules/@rrweb/record/umd/record.min.js"
VISITS = [(recorder, kind) for recorder in ("playhead", "rrweb") for kind in ("desk", "phone")] + [("masked", "fields")]
FIELDS = tuple(step for step in DESK if any(seen.kind in ("input", "submit") for seen in step.seen))
STEPS = {"desk": DESK, "phone": PHONE, "fields": FIELDS}
BARE = """
(() => {
  if (window !== window.top || !location.protocol.startsWith("http")) return;
  const begin = () => { %s;
    const it = typeof rrwebRecord !== "undefined" ? rrwebRecord : rrweb;
    const masks = {maskAllInputs: false, maskInputOptions: {password: true}};
    (it.record ?? it)({emit: (event) => window.keep(JSON.stringify(event)), ...masks});
  };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", begin) : begin();
})();
"""
SLACK_MS = 40.0  # between the clock of the test and that of the page
ACCOMPANYING = frozenset(("scroll",))  # a driver scrolls to what it presses

Told = dict[str, list[Interaction]]
Begun = list[tuple[float, str]]


class Visited:
    """A trace, cut at the moments at which the steps began."""

    def __init__(self, trace: Trace, begun: Begun) -> None:
        self.trace = trace
        self.told: Told = {name: [] for _, name in begun}
        for one in trace.interactions:
            before = [name for t_ms, name in begun if t_ms <= one.t_ms + SLACK_MS]
            if before:
                self.told[before[-1]].append(one)


@pytest.fixture(scope="module", params=VISITS, ids="-".join)
def visited(request: pytest.FixtureRequest, browser: Any) -> Iterator[tuple[str, str, Visited]]:
    recorder, kind = request.param
    phone = {"has_touch": True, "is_mobile": True} if kind == "phone" else {}
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **phone)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    site = Site()
    try:
        events = _visit(context, site, recorder, STEPS[kind])
    finally:
        context.close()
        site.down()
    yield recorder, kind, Visited(project(read_recording(json.dumps(events[0]).encode()).events), events[1])


def _visit(
    context: Any, site: Site, recorder: str, steps: tuple[Step, ...]
) -> tuple[list[Any], list[tuple[float, str]]]:
    kept: list[Any] = []
    for path in ("/workshop", "/second"):
        body = (HERE / f"{path[1:]}.html").read_text()
        if recorder == "rrweb":
            site.pages[path] = f"<!doctype html><title>Page {path}</title><link rel=icon href='data:,'>{body}"
        else:
            site.page(path, body, **({"mask_inputs": "false"} if recorder == "playhead" else {}))
    if recorder == "rrweb":
        context.expose_binding("keep", lambda _, text: kept.append(json.loads(text)))
        context.add_init_script(BARE % RRWEB.read_text())
    page = context.new_page()
    page.goto(site.url + "/workshop")
    page.wait_for_timeout(1_200)
    begun = go(page, steps)
    for tab in context.pages:
        tab.evaluate("window.playhead?.stop()")
    return kept or sorted(site.events, key=lambda event: event["timestamp"]), begun


def _fits(seen: Seen, one: Interaction) -> bool:
    role, name, container = (one.target.role, one.target.name, one.target.container) if one.target else ("", "", "")
    value = one.value if isinstance(one.value, str) else None
    detail = one.detail if isinstance(one.detail, dict) else {}
    effects = [
        f"{e.kind} {e.text}" if e.kind != "request" else f"{e.kind} {e.method} {e.path} {e.status}" for e in one.effects
    ]
    return (
        one.kind == seen.kind
        and (not seen.role or role == seen.role)
        and (not seen.name or name == seen.name)
        and (seen.container is None or container == seen.container)
        and (seen.value is None or value == seen.value)
        and (not seen.effect or any(effect.startswith(seen.effect) for effect in effects))
        and (seen.reacts is None or (one.reaction_ms is not None) == seen.reacts)
        and seen.detail.items() <= detail.items()
    )


def _plain(told: list[Interaction]) -> list[str]:
    return [
        f"{one.kind} {one.target.role + ' ' + one.target.name if one.target else ''} {one.value!r} {one.reaction_ms} "
        f"{one.detail} {[(e.kind, e.text) for e in one.effects]}"
        for one in told
    ]


def test_each_step_is_told_once_and_nothing_else(visited: tuple[str, str, Visited]):
    recorder, kind, visit = visited
    wrong: list[str] = []
    for step in STEPS[kind]:
        told = visit.told[step.name]
        left = list(told)
        for seen in step.seen:
            if seen.heard and recorder not in seen.heard.split():
                continue
            found = next((one for one in left if _fits(seen, one)), None)
            if found is None:
                wrong.append(f"{step.name}: no {seen} among {_plain(told)}")
            else:
                left.remove(found)
        asked = {seen.kind for seen in step.seen}
        left = [one for one in left if one.kind not in ACCOMPANYING - asked]
        if left:
            wrong.append(f"{step.name}: also told {_plain(left)}")
    assert not wrong, "\n".join(wrong)


def test_targets_have_a_selector_that_a_deploy_leaves_alone(visited: tuple[str, str, Visited]):
    _, _, visit = visited
    for one in visit.trace.interactions:
        if one.target is not None:
            assert one.target.selector
            assert one.page_url.startswith("http")
    pressed = [one.target.selector for one in visit.told.get("film starts", ()) if one.target]
    assert pressed[:1] in ([], ["#roll"])


def test_what_was_copied_is_told_with_what_was_selected(visited: tuple[str, str, Visited]):
    recorder, kind, visit = visited
    if kind == "desk":
        (selected,) = [one for one in visit.told["select text"] if one.kind == "select"]
        assert "The plane takes off" in str(selected.value)
        assert isinstance(selected.detail, dict) if recorder != "rrweb" else True
        assert recorder == "rrweb" or selected.detail["copied"] is True  # pyright: ignore


def test_only_what_a_page_changed_is_counted_as_its_answer(visited: tuple[str, str, Visited]):
    """The steps that nothing answers: typing into plain fields, leaving, scrolling."""
    _, kind, visit = visited
    if kind == "desk":
        for name in ("label for", "label around", "scroll a box", "resize"):
            assert [one.effects for one in visit.told[name]] == [[] for _ in visit.told[name]], name
