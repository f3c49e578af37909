"""Sessions written by hand: a small builder of Trace objects, so that a test reads like the visit it describes."""

from __future__ import annotations

from typing import Any

import msgspec

from playhead.core.trace import Effect, Interaction, PageView, SessionFacts, Signal, Target, Trace

START_MS = 1_750_000_000_000.0


def target(role: str, name: str, *, container: str = "", selector: str = "", node_id: int = 7) -> Target:
    return Target(role=role, name=name, selector=selector or role, node_id=node_id, container=container)


def request(method: str, path: str, status: int, duration_ms: float = 120, *, after_ms: float = 20) -> Effect:
    return Effect(
        kind="request",
        t_ms=after_ms,
        method=method,
        url=f"https://app.example{path}",
        path=path,
        status=status,
        duration_ms=duration_ms,
    )


def shown(kind: str, text: str, *, after_ms: float = 60, on: Target | None = None) -> Effect:
    """`kind`: alert dialog toast field_error text_added text_removed value state error console."""
    return Effect(kind=kind, t_ms=after_ms, text=text, target=on)


def went(url: str, *, after_ms: float = 80, status: int | None = None, title: str | None = None) -> Effect:
    return Effect(kind="navigate", t_ms=after_ms, url=url, path=_path(url), status=status, text=title)


class Visit:
    """One session, built in order: `at` is the offset of the next interaction from the start, in seconds."""

    def __init__(self, url: str = "https://app.example/", title: str = "Home", **facts: Any) -> None:
        self.interactions: list[Interaction] = []
        self.signals: list[Signal] = []
        self.pages = [PageView(url=url, title=title, start_ms=START_MS, end_ms=START_MS, page="p1")]
        self.facts = facts
        self.coverage: dict[str, object] = {}

    def do(
        self,
        kind: str,
        at: float,
        aim: Target | None = None,
        *effects: Effect,
        reaction_ms: float | None = None,
        **more: Any,
    ) -> str:
        """Add an interaction; effects are given relative to it and made absolute. Returns its ref."""
        t_ms = START_MS + at * 1000
        placed = [msgspec.structs.replace(effect, t_ms=t_ms + effect.t_ms) for effect in effects]
        seen = [effect.t_ms - t_ms for effect in placed if effect.kind != "console"]
        ref = f"e{len(self.interactions) + 1}"
        self.interactions.append(
            Interaction(
                ref=ref,
                t_ms=t_ms,
                kind=kind,
                page_url=self.pages[-1].url,
                target=aim,
                effects=placed,
                reaction_ms=reaction_ms if reaction_ms is not None else (min(seen) if seen else None),
                **more,
            )
        )
        for effect in placed:
            if effect.kind == "navigate" and effect.url:
                self._arrive(effect.url, effect.text or "", effect.t_ms)
        return ref

    def click(self, at: float, role: str, name: str, *effects: Effect, container: str = "", **more: Any) -> str:
        return self.do("click", at, target(role, name, container=container), *effects, **more)

    def type(self, at: float, name: str, value: str, *effects: Effect, role: str = "textbox", **more: Any) -> str:
        changed = Effect(kind="value", t_ms=5, text=value)
        return self.do("input", at, target(role, name, container=more.pop("container", "")), changed, *effects,
                       value=value, **more)  # fmt: skip

    def open(self, at: float, url: str, title: str, status: int | None = None, **detail: Any) -> str:
        """A navigation nobody clicked for: the address bar, a reload, the back button."""
        self._arrive(url, title, START_MS + at * 1000)
        if status is not None:
            detail["status"] = status
        return self.do("navigate", at, None, reaction_ms=0, detail=detail or msgspec.UNSET)

    def sign(self, kind: str, refs: list[str], *, seconds: float = 0, **measured: Any) -> str:
        """Add a signal over interactions that exist, with the measurements detectors make; its target is the last's."""
        rested = [one for one in self.interactions if one.ref in refs]
        begin = rested[0].t_ms if rested else START_MS
        spread = (rested[-1].t_ms - begin if rested else 0.0) + seconds * 1000
        defaults: dict[str, dict[str, Any]] = {
            "rage_click": {"clicks": len(refs), "duration_ms": spread, "answers": 0},
            "dead_click": {"clicks": len(refs), "waited_ms": 2500.0},
            "slow_response": {"waited_ms": spread or 4000.0},
            "quick_back": {"away_ms": spread},
            "js_error": {"message": "Error", "count": 1, "uncaught": "exception"},
            "network_error": {"path": "/", "status": 500, "count": 1},
            "form_abandon": {"fields": len(refs), "of": len(refs)},
        }
        measured = defaults.get(kind, {}) | measured
        ref = f"s{len(self.signals) + 1}"
        self.signals.append(
            Signal(
                ref=ref,
                kind=kind,
                t_ms=begin,
                end_ms=(rested[-1].t_ms if rested else START_MS) + seconds * 1000,
                refs=refs,
                target=rested[-1].target if rested else None,
                measured=measured,
                page_url=rested[-1].page_url if rested else self.pages[-1].url,
            )
        )
        return ref

    def trace(self, *, seconds: float | None = None) -> Trace:
        last = max((one.t_ms for one in self.interactions), default=START_MS)
        end = START_MS + seconds * 1000 if seconds is not None else last + 2000
        self.pages[-1].end_ms = end
        return Trace(
            session=SessionFacts(
                start_ms=START_MS,
                end_ms=end,
                duration_ms=end - START_MS,
                active_ms=end - START_MS,
                event_count=100,
                pages=self.pages,
                **self.facts,
            ),
            interactions=self.interactions,
            signals=self.signals,
            coverage=self.coverage,
        )

    def _arrive(self, url: str, title: str, t_ms: float) -> None:
        self.pages[-1].end_ms = t_ms
        self.pages.append(PageView(url=url, title=title, start_ms=t_ms, end_ms=t_ms, page=f"p{len(self.pages) + 1}"))


def _path(url: str) -> str:
    return "/" + url.split("://", 1)[-1].split("/", 1)[-1].split("?")[0] if "/" in url.split("://", 1)[-1] else "/"
