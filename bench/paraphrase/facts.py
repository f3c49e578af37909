"""Facts of a trace as slots for sentences: what a reader of `playhead trace` could say, with wrong values beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from playhead.core.trace import Effect, Interaction, Signal, Target, Trace

ROLES = {
    "button": "button",
    "link": "link",
    "tab": "tab",
    "checkbox": "checkbox",
    "radio": "radio button",
    "textbox": "text field",
    "searchbox": "search box",
    "combobox": "dropdown",
    "switch": "switch",
    "columnheader": "column header",
    "option": "option",
    "menuitem": "menu item",
    "gridcell": "cell",
}
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
TYPED = ("textbox", "searchbox", "spinbutton", "combobox")
STATES = ("enabled", "disabled", "expanded", "checked", "selected")


class Fact(NamedTuple):
    kind: str
    refs: list[str]
    slots: dict[str, str]


def facts_of(trace: Trace) -> list[Fact]:
    """Everything the templates have a kind for, in the order of the trace."""
    return [
        *(fact for one in trace.interactions for fact in _of_interaction(one, trace)),
        *_repeats(trace),
        *_orders(trace),
        *(fact for one in trace.signals for fact in _of_signal(one, trace)),
        *_of_session(trace),
    ]


def plain(text: str | None, most: int = 60) -> str:
    """The text if a person would quote it whole, else nothing."""
    text = " ".join((text or "").split())
    good = 1 < len(text) <= most and not re.search(r'[*"“”…\[\]{}|]', text) and re.search(r"[^\W\d]", text)
    return text if good else ""


def quoted(text: str) -> str:
    return f'"{text}"' if text else ""


def name_of(target: Target | None) -> str:
    return plain(target.name, 40) if target else ""


def short_title(title: object) -> str:
    title = str(title or "")
    return plain(title if "|" not in title else title.split(" | ")[0], 50)


def path_of(url: object) -> str:
    parts = urlsplit(str(url or ""))
    path = parts.path + (f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else "")
    return path if 1 < len(path) <= 50 and "*" not in path else ""


def number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")


def span(ms: float) -> str:
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 10_000:
        return f"{ms / 1000:.1f} seconds"
    if ms < 120_000:
        return f"{ms / 1000:.0f} seconds"
    return f"{ms / 60_000:.0f} minutes"


def clock(ms: float) -> str:
    return f"{int(ms // 60_000):02d}:{int(ms // 1000 % 60):02d}"


def _control(target: Target | None) -> dict[str, str]:
    name, role = name_of(target), ROLES.get(target.role, "") if target else ""
    return {"q": quoted(name), "n": name, "role": role} if name else {}


def _counts(count: int) -> dict[str, str]:
    return {"count": number(count), "Countw": number(count).capitalize(), "times": times(count)}


def _of_interaction(one: Interaction, trace: Trace) -> Iterator[Fact]:
    control, start = _control(one.target), trace.session.start_ms
    detail = one.detail if isinstance(one.detail, dict) else {}
    typed_in = one.target is not None and one.target.role in TYPED
    if one.kind in ("click", "drag", "dblclick") and control and not typed_in:
        yield Fact(one.kind, [one.ref], control)
    if one.kind == "click" and control and not typed_in:
        assert one.target
        named = re.fullmatch(r'(dialog|form|section|panel|row) "(.+)"', one.target.container)
        if named and plain(named[2], 40):
            yield Fact("click_in", [one.ref], control | {"c": one.target.container})
        since = one.t_ms - start
        if since > 1500:
            yield Fact("click_at", [one.ref], control | {"clock": clock(since), "secs": f"{since / 1000:.0f} seconds"})
    if one.kind == "scroll":
        yield Fact("scroll", [one.ref], {"any": "1"})
    if one.kind == "input" and typed_in and control:
        field = {"f": control["q"]}
        yield Fact("fill", [one.ref], field)
        if detail.get("masked"):
            yield Fact("masked", [one.ref], field)
        elif isinstance(one.value, str) and plain(one.value, 40):
            yield Fact("value", [one.ref], field | {"v": quoted(plain(one.value))})
    if one.kind == "keypress" and control and isinstance(one.value, str) and one.value in ("Enter", "Tab", "Escape"):
        yield Fact("key", [one.ref], {"f": control["q"], "key": one.value})
    if one.kind == "navigate":
        yield from _of_page(one, detail)
    if one.kind in ("click", "keypress", "submit"):
        pressed = control if one.kind == "click" and not typed_in else {}
        for effect in one.effects:
            yield from _of_effect(effect, one, pressed)


def _of_page(one: Interaction, detail: dict) -> Iterator[Fact]:
    slots = {"title": quoted(short_title(detail.get("title"))), "path": path_of(one.page_url)}
    how, status = detail.get("how"), detail.get("status")
    yield Fact("open" if one.ref == "e1" else "back" if how in ("back_forward", "pop") else "page", [one.ref], slots)
    if isinstance(status, int) and status >= 400:
        yield Fact("status_page", [one.ref], slots | {"status": str(status)})


def _of_effect(effect: Effect, one: Interaction, control: dict[str, str]) -> Iterator[Fact]:
    refs, text = [one.ref], quoted(plain(effect.text))
    if effect.kind == "request" and effect.path and effect.status:
        ms = {"ms": span(effect.duration_ms)} if effect.duration_ms else {}
        slots = control | ms | {"method": effect.method or "", "path": effect.path, "status": str(effect.status)}
        slots["path"] = slots["path"] if len(effect.path) < 50 and "*" not in effect.path else ""
        yield Fact("request", refs, slots)
        yield Fact("request_ok" if effect.status < 400 else "request_bad", refs, slots)
    elif effect.kind == "navigate" and control:
        slots = {"title": quoted(short_title(effect.text)), "path": path_of(effect.url)}
        yield Fact("leads", refs, control | slots)
    elif effect.kind in ("alert", "toast") and text:
        yield Fact("message", refs, control | {"msg": text})
        if effect.tone in ("error", "success"):
            yield Fact("refused" if effect.tone == "error" else "success", refs, control | {"msg": text})
    elif effect.kind == "field_error" and effect.text:
        field, found, said = effect.text.partition(": ")
        if found and plain(field, 30) and plain(said) and field not in TYPED:
            yield Fact("field_error", refs, {"f": quoted(plain(field)), "msg": quoted(plain(said))})
    elif effect.kind == "text_added" and text and control and not _goes_again(effect, one):
        yield Fact("shows", refs, control | {"text": text})
    elif effect.kind == "dialog" and control:
        yield Fact("dialog", refs, control | ({"text": text} if text else {}))
    elif effect.kind == "error" and text:
        yield Fact("js_error", refs, control | {"msg": text})
    elif effect.kind == "state" and (state := re.fullmatch(r"(.+?) (not )?(\w+)", effect.text or "")):
        once = sum((each.text or "").startswith(state[1]) for each in one.effects if each.kind == "state") == 1
        if once and state[3] in STATES and not state[2] and plain(state[1], 40):
            yield Fact(state[3], refs, control | {"x": quoted(plain(state[1]))})


def _goes_again(effect: Effect, one: Interaction) -> bool:
    return any(each.kind == "text_removed" and (effect.text or "") in (each.text or "") for each in one.effects)


def _repeats(trace: Trace) -> Iterator[Fact]:
    own = [one for one in trace.interactions if not (isinstance(one.detail, dict) and "caused_by" in one.detail)]
    for (kind, _), run in groupby(
        own, key=lambda one: (one.kind, one.target.selector + one.target.name if one.target else one.ref)
    ):
        told = list(run)
        control = _control(told[0].target)
        if kind == "click" and len(told) > 1 and control and control["role"]:
            yield Fact("repeat", [one.ref for one in told], control | _counts(len(told)))


def _orders(trace: Trace) -> Iterator[Fact]:
    clicks = [one for one in trace.interactions if one.kind == "click" and name_of(one.target)]
    often = [name_of(one.target) for one in clicks]
    for first, second in pairwise(clicks):
        a, b = name_of(first.target), name_of(second.target)
        if a in b or b in a or often.count(a) > 1 or often.count(b) > 1:
            continue
        slots, gap = {"a": quoted(a), "b": quoted(b)}, second.t_ms - first.t_ms
        yield Fact("order", [first.ref, second.ref], slots)
        if gap > 1000:
            yield Fact("gap", [first.ref, second.ref], slots | {"gap": span(gap), "Gap": span(gap)})


def _of_signal(one: Signal, trace: Trace) -> Iterator[Fact]:
    control, told, refs = _control(one.target), one.measured, [*one.refs, one.ref]
    if not one.refs:
        refs = [one.ref]
    elif int(one.ref[1:]) % 2:
        refs = list(one.refs)
    by_ref = {each.ref: each for each in trace.interactions}
    if not control and one.refs and one.refs[0] in by_ref:
        control = _control(by_ref[one.refs[0]].target)
    message = {"msg": quoted(plain(str(told.get("message", ""))))}
    duration = {"dur": span(float(told["duration_ms"]))} if "duration_ms" in told else {}
    if one.kind == "dead_click":
        yield Fact("dead", refs, control)
    elif one.kind == "rage_click":
        count = int(told.get("clicks", 0))
        yield Fact("rage", refs, control | duration | {"clicks": number(count)})
    elif one.kind == "slow_response" and (asked := re.fullmatch(r"([A-Z]+) (/\S+)", str(told.get("request", "")))):
        yield Fact("slow", refs, control | duration | {"method": asked[1], "path": asked[2]})
    elif one.kind == "validation_loop":
        yield Fact("loop", refs, message | _counts(int(told.get("refusals", 0))))
    elif one.kind == "repeated_search":
        yield Fact("search", refs, {"f": control.get("q", "")} | _counts(int(told.get("searches", 0))))
    elif one.kind == "form_abandon":
        yield Fact("abandon", refs, {"any": "1"})
    elif one.kind == "idle_gap":
        yield Fact("idle", refs, {"dur": span(float(told["idle_ms"])), "Dur": span(float(told["idle_ms"]))})
    elif one.kind == "not_found":
        yield Fact("not_found", refs, {"path": path_of(told.get("url"))})
    elif one.kind == "quick_back":
        yield Fact("quick_back", refs, {"dur": span(float(told["away_ms"]))})


def _of_session(trace: Trace) -> Iterator[Fact]:
    if not trace.interactions:
        return
    first, last = trace.interactions[0].ref, trace.interactions[-1].ref
    yield Fact("session", [first, last], {"dur": span(trace.session.duration_ms)})
    loads = [one for one in trace.interactions if one.kind == "navigate"]
    if len(loads) > 2 and len(loads) == len({page.url for page in trace.session.pages}) == len(trace.session.pages):
        count = number(len(loads))
        yield Fact("pages", [one.ref for one in loads], {"pages": count, "Pages": count.capitalize()})
    if loads:
        detail = loads[-1].detail if isinstance(loads[-1].detail, dict) else {}
        yield Fact("end", [loads[-1].ref], {"title": quoted(short_title(detail.get("title")))})
    own = [one for one in trace.interactions if one.kind != "navigate" and one.kind != "submit"]
    if own and own[-1].kind == "click" and (control := _control(own[-1].target)):
        yield Fact("last", [own[-1].ref], control)
    refused = [one for one in trace.signals if one.kind == "login_failure"]
    if refused:
        yield Fact("login", [ref for one in refused for ref in one.refs], _counts(len(refused)))
