"""Signals: signs of struggle, computed. One module a kind (or family); each has `KIND`, `Limits` and `find`.

`Limits` holds every threshold of a kind, named with its unit and explained where it stands. A site may override any of
them: `overrides={"rage_click": {"min_clicks": 4}}`.
"""

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, Final

import msgspec

from playhead.core.signals import (
    cursor_thrash,
    dead_click,
    error_click,
    form_abandon,
    idle_gap,
    js_error,
    login_failure,
    network_error,
    not_found,
    quick_back,
    rage_click,
    repeated_search,
    slow_response,
    validation_loop,
)
from playhead.core.signals.found import Found
from playhead.core.trace import Signal
from playhead.core.visit.facts import Facts

MODULES: Final[tuple[ModuleType, ...]] = (
    rage_click,
    dead_click,
    error_click,
    js_error,
    network_error,
    validation_loop,
    quick_back,
    repeated_search,
    form_abandon,
    login_failure,
    slow_response,
    cursor_thrash,
    idle_gap,
    not_found,
)
KINDS: Final = tuple(str(module.KIND) for module in MODULES)

Overrides = Mapping[str, Mapping[str, Any]]  # from a site's settings: checked here, not trusted


class LimitError(ValueError):
    """A threshold was overridden that does not exist, or with something that is no number."""


def limits_of(kind: str, overrides: Overrides | None = None) -> Any:
    """Return the limits of a kind with a site's overrides, or raise LimitError."""
    module = next((module for module in MODULES if kind == module.KIND), None)
    if module is None:
        raise LimitError(f"no signal is called {kind!r}: there are {', '.join(KINDS)}")
    limits = module.Limits()
    changes = dict((overrides or {}).get(kind, {}))
    for name, value in changes.items():
        known = getattr(limits, name, None)
        if known is None:
            raise LimitError(f"{kind} has no threshold {name!r}: there are {', '.join(limits.__struct_fields__)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise LimitError(f"{kind}.{name} must be a number from 0 to 1e9, not {value!r}")
    return msgspec.structs.replace(limits, **changes)


def known_limits(overrides: Overrides) -> Overrides:
    """Return those of a site's overrides that hold: a later version may know other thresholds."""
    kept: dict[str, dict[str, Any]] = {}
    for kind, changes in overrides.items():
        for name, value in changes.items():
            try:
                limits_of(kind, {kind: {name: value}})
            except LimitError:
                continue
            kept.setdefault(kind, {})[name] = value
    return kept


def find_all(facts: Facts, *, overrides: Overrides | None = None) -> list[Signal]:
    """Return every signal of a session in time order, numbered `s1…`."""
    for kind in overrides or {}:
        limits_of(kind, overrides)
    found: list[Found] = []
    for module in MODULES:
        found.extend(module.find(facts, limits_of(str(module.KIND), overrides)))
    return _numbered(found)


def _numbered(found: Iterable[Found]) -> list[Signal]:
    ordered = sorted(found, key=lambda one: (one.t_ms, KINDS.index(one.kind), one.end_ms, one.fingerprint))
    return [one.as_signal(f"s{number}") for number, one in enumerate(ordered, 1)]
