"""Trace: what happened in a session, as facts: pages, interactions, effects, signals, coverage.

Units   every `*_ms` moment is ms since the Unix epoch on the recorder's clock; `duration_ms`, `active_ms` and
        `reaction_ms` are spans in ms
Refs    `e1…eN` number interactions, `s1…sM` signals, in time order; stable for one recording and PROJECTOR_VERSION
"""

from typing import Final

import msgspec

PROJECTOR_VERSION: Final = 1


class Target(msgspec.Struct, frozen=True, omit_defaults=False):
    """The control a person acted on: ARIA role, accessible name, robust selector, rrweb node id."""

    role: str
    name: str
    selector: str
    node_id: int
    container: str = ""  # nearest named dialog, form, section or row: 'dialog "Checkout"'


class Effect(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a person could see, or the console or network did, after an interaction.

    kinds: alert dialog toast field_error text_added text_removed value state navigate request error scroll event
    `tone` says how a message was meant: "error" or "success"
    """

    kind: str
    t_ms: float
    text: str | None = None
    method: str | None = None
    url: str | None = None
    path: str | None = None
    status: int | None = None
    duration_ms: float | None = None
    target: Target | None = None
    tone: str | None = None


class Interaction(msgspec.Struct):
    """One thing the visitor did, and what the page answered; `reaction_ms` is None where nothing was seen."""

    ref: str
    t_ms: float
    kind: str
    page_url: str
    target: Target | None
    effects: list[Effect]
    reaction_ms: float | None
    value: str | msgspec.UnsetType = msgspec.UNSET
    end_ms: float | msgspec.UnsetType = msgspec.UNSET
    count: int | msgspec.UnsetType = msgspec.UNSET
    page: str | msgspec.UnsetType = msgspec.UNSET
    detail: dict[str, str | float | int | bool] | msgspec.UnsetType = msgspec.UNSET


class Signal(msgspec.Struct):
    """A computed sign of struggle: the interactions it rests on and the numbers that made it fire."""

    ref: str
    kind: str
    t_ms: float
    end_ms: float
    refs: list[str]
    target: Target | None
    measured: dict[str, str | float | int | bool]
    page_url: str = ""
    fingerprint: str = ""  # stable across sessions and deploys, for grouping


class PageView(msgspec.Struct):
    """One document load, or one route of a single-page application, in one tab."""

    url: str
    title: str
    start_ms: float
    end_ms: float
    page: str = ""


class SessionFacts(msgspec.Struct):
    start_ms: float
    end_ms: float
    duration_ms: float
    active_ms: float
    event_count: int
    pages: list[PageView]
    user: dict[str, str] = {}
    browser: str = ""
    os: str = ""
    device: str = ""
    viewport: tuple[int, int] | None = None
    referrer: str = ""
    ended: bool = False  # the recorder said goodbye


class Trace(msgspec.Struct):
    session: SessionFacts
    interactions: list[Interaction]
    signals: list[Signal]
    coverage: dict[str, object]
    projector_version: int = PROJECTOR_VERSION
