"""Folds: which interactions of a trace are told in one line of the narrative.

A line is one deed: a click with the submit and the page it brought about, a run of the same click, the fields of a form
filled in one after another with the key or the press that sent them, a run of such attempts that came to the same, a
look elsewhere and back. Scrolling joins the deed before it.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from playhead.core.trace import Effect, Interaction, Signal, Target

FOLD_GAP_MS: Final = 10_000.0  # deeds further apart are told apart
AT_ONCE_MS: Final = 100.0  # a key and the press it stood for
SELECTS_MS: Final = 1_000.0  # a selection this soon after a click is the click's
MAX_RUN: Final = 12  # fields in one line
FIELDS: Final = frozenset(("textbox", "searchbox", "spinbutton", "combobox"))
LOUD: Final = frozenset(("alert", "dialog", "toast", "field_error", "request", "navigate", "error"))
_EDITING: Final = frozenset(
    ("Backspace", "Delete", "Home", "End", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Tab", "Shift+Tab")
)
_REPEATED: Final = frozenset(("click", "dblclick", "keypress", "visibility", "resize", "drag", "touch"))
_ALONE: Final = frozenset(("idle_gap", "cursor_thrash"))
_OF_THE_PAGE: Final = frozenset(("js_error", "network_error"))


class Fold(msgspec.Struct):
    """Interactions told in one line: `steps` are told, in order; `members` are those and what they brought about."""

    steps: list[Interaction]
    members: list[Interaction]
    repeats: int = 1
    signals: list[Signal] = []
    weight: float = 0

    @property
    def lead(self) -> Interaction:
        return self.steps[0]

    @property
    def asking(self) -> Interaction:
        """What the page answered: the press that sent the fields told before it, else the first deed."""
        last = next((step for step in reversed(self.steps) if step.kind != "scroll"), self.lead)
        return last if last.kind == "click" and _is_entry(self.lead) and not _is_entry(last) else self.lead

    @property
    def last_ms(self) -> float:
        return max(member.t_ms for member in self.members[-3:])


def fold(interactions: Sequence[Interaction], *, runs: bool = True) -> list[Fold]:
    """Return the lines of a narrative, in time order; without `runs`, deeds and attempts with an answer stay apart."""
    folds = _gathered(interactions)
    joins = (_with_second_click, _with_field, _with_key)
    for join in (*joins, *_RUNS) if runs else (*joins, _unanswered):
        folds = _joined(folds, join)
    return folds


def place_signals(folds: list[Fold], signals: Sequence[Signal]) -> list[Signal]:
    """Put each signal on the line of its first interaction; return those that need a line of their own."""
    home = {member.ref: one for one in folds for member in one.members}
    loose: list[Signal] = []
    for signal in signals:
        place = next((home[ref] for ref in signal.refs if ref in home), None)
        if place is None or signal.kind in _ALONE or (signal.kind in _OF_THE_PAGE and place.lead.kind == "navigate"):
            loose.append(signal)
        else:
            place.signals.append(signal)
    return loose


def loud_effects(one: Interaction) -> list[Effect]:
    return [effect for effect in one.effects if effect.kind in LOUD]


def ref_words(what: Fold) -> str:
    """The deeds a line tells: e3, or e3-e7; what they brought about is cited with them."""
    told = what.members if what.repeats > 1 else what.steps
    own = {int(member.ref[1:]) for member in what.members}
    numbers = sorted({int(one.ref[1:]) for one in told if one.kind != "submit" or one is what.lead})
    first, last = numbers[0], numbers[-1]
    if first == last:
        return f"e{first}"
    if all(number in own for number in range(first, last + 1)):
        return f"e{first}-e{last}"
    return " ".join(f"e{number}" for number in numbers)


def same_target(one: Target | None, other: Target | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.selector, one.name, one.container) == (other.selector, other.name, other.container)


def _gathered(interactions: Sequence[Interaction]) -> list[Fold]:
    """One fold a deed, with the submits and pages it brought about."""
    of: dict[str, Fold] = {}
    ordered: list[Fold] = []
    for one in interactions:
        cause = one.detail.get("caused_by") if isinstance(one.detail, dict) else None
        home = of.get(cause) if isinstance(cause, str) else None
        apart = one.kind == "navigate" and home is not (ordered[-1] if ordered else None)  # other deeds came between
        if home is not None and not apart and one.kind in ("submit", "navigate", "dblclick", "media"):
            home.members.append(one)
            if one.kind == "dblclick":
                home.steps = [one]
            of[one.ref] = home
            continue
        of[one.ref] = made = Fold([one], [one])
        ordered.append(made)
    return ordered


def _joined(folds: list[Fold], join: Callable[[Fold, Fold], bool]) -> list[Fold]:
    """Each fold that `join` takes into the one before it is gone."""
    kept: list[Fold] = []
    for one in folds:
        if not kept or not join(kept[-1], one):
            kept.append(one)
    return kept


def _with_second_click(last: Fold, one: Fold) -> bool:
    """A double click is told once."""
    if last.lead.kind != "dblclick" or one.lead.kind != "click" or one.lead.t_ms > last.lead.t_ms:
        return False
    if not same_target(one.lead.target, last.lead.target):
        return False
    last.members += one.members
    return True


def _with_field(last: Fold, one: Fold) -> bool:
    """The click into a field and the keys that only edit join what is then typed there."""
    if not _is_soon(last, one) or not same_target(last.steps[-1].target, one.lead.target) or loud_effects(last.lead):
        return False
    goes_on = _enters(last) or _edits(last.lead)
    if one.lead.kind == "input" and goes_on:
        last.steps = one.steps
    elif not _edits(one.lead) or loud_effects(one.lead) or not (goes_on or last.lead.kind == "input"):
        return False
    last.members += one.members
    return True


def _enters(one: Fold) -> bool:
    lead = one.lead
    return lead.kind == "click" and _is_entry(lead) and all(m.kind in ("click", "keypress") for m in one.members)


def _edits(one: Interaction) -> bool:
    if one.kind != "keypress" or not isinstance(one.value, str) or one.target is None:
        return False
    key = one.value.removeprefix("Shift+").removeprefix("Ctrl+").removeprefix("Meta+").removeprefix("Alt+")
    return one.value in _EDITING or key in _EDITING or one.value in ("Ctrl+A", "Meta+A", "Ctrl+V", "Meta+V")


def _with_key(last: Fold, one: Fold) -> bool:
    """Enter in a field and the press of its form's button are one deed; so are keys pressed in one place."""
    if last.lead.kind != "keypress":
        return False
    by_key = isinstance(one.lead.detail, dict) and one.lead.detail.get("by") == "keyboard"
    pressed = one.lead.kind == "click" and by_key and one.lead.t_ms - last.last_ms <= AT_ONCE_MS
    further = one.lead.kind == "keypress" and one.lead.value != last.steps[-1].value and _is_soon(last, one)
    if not pressed and not (further and same_target(last.lead.target, one.lead.target) and not _answers(last)):
        return False
    last.steps += one.steps
    last.members += one.members
    return True


def _repeated(last: Fold, one: Fold) -> bool:
    """Runs of the same thing: equal words, equal loud effects, close in time."""
    a, b = last.steps[0], one.steps[0]
    if a.kind != b.kind or a.page_url != b.page_url or not _is_soon(last, one):
        return False
    if len(last.steps) > 1 or len(one.steps) > 1 or not same_target(a.target, b.target):
        return False
    if a.kind == "scroll":
        if loud_effects(a) or loud_effects(b):
            return False
        last.steps = one.steps
    elif not _is_alike(a, b) or any(member.kind not in (a.kind, "submit") for member in one.members):
        return False
    last.members += one.members
    last.repeats += 1
    return True


def _unanswered(last: Fold, one: Fold) -> bool:
    return not _answers(last) and not _answers(one) and _repeated(last, one)


def _is_alike(a: Interaction, b: Interaction) -> bool:
    if a.kind == "resize":
        return True
    if a.kind not in _REPEATED or (a.kind in ("keypress", "visibility") and a.value != b.value):
        return False
    return _told(a) == _told(b)


def _told(one: Interaction) -> list[tuple[str, str | None, int | None]]:
    """What is compared: counters and clocks may differ, what is loud may not."""
    return [(effect.kind, effect.text or effect.path, effect.status) for effect in loud_effects(one)]


def _with_next_field(last: Fold, one: Fold) -> bool:
    """The fields of a form, filled in one after another, and the key that sends it, until the page answers."""
    tail = last.steps[-1]
    if not _is_soon(last, one) or tail.page_url != one.lead.page_url or len(last.steps) >= MAX_RUN or _answers(last):
        return False
    if not _is_entry(tail) or last.repeats > 1 or one.repeats > 1:
        return False
    sends = one.lead.kind == "keypress" and same_target(tail.target, one.lead.target)
    if not (_is_entry(one.lead) or sends):
        return False
    last.steps += one.steps
    last.members += one.members
    return True


def _with_selection(last: Fold, one: Fold) -> bool:
    """The text that was selected by double clicks, or by the button that copies it."""
    if last.lead.kind not in ("click", "dblclick", "select") or one.lead.kind != "select" or len(last.steps) > 2:
        return False
    if one.lead.t_ms - last.last_ms > SELECTS_MS or _answers(last):
        return False
    last.steps += one.steps
    last.members += one.members
    return True


def _with_press(last: Fold, one: Fold) -> bool:
    """The button that sends what was just entered."""
    press = one.lead
    if press.kind != "click" or press.target is None or press.target.role != "button" or one.repeats > 1:
        return False
    if not _is_soon(last, one) or last.lead.page_url != press.page_url or last.repeats > 1 or _answers(last):
        return False
    if not all(_is_entry(step) for step in last.steps):
        return False
    last.steps += one.steps
    last.members += one.members
    return True


def _tried_again(last: Fold, one: Fold) -> bool:
    """The same fields and the same press once more, with the same answer."""
    if len(one.steps) < 2 or not _is_soon(last, one) or not _is_entry(one.lead) or _is_entry(one.steps[-1]):
        return False
    before = last.members[-len(one.members) :]
    if [member.kind for member in before] != [member.kind for member in one.members]:
        return False
    steps = zip(last.steps, one.steps, strict=False)
    if len(last.steps) != len(one.steps) or not all(_is_same_step(a, b) for a, b in steps):
        return False
    if any(_told(a) != _told(b) for a, b in zip(before, one.members, strict=True)):
        return False
    last.members += one.members
    last.repeats += 1
    return True


def _is_same_step(a: Interaction, b: Interaction) -> bool:
    return (a.kind, a.value, a.page_url) == (b.kind, b.value, b.page_url) and same_target(a.target, b.target)


def _is_entry(one: Interaction) -> bool:
    return one.kind == "input" or (one.kind == "click" and one.target is not None and one.target.role in FIELDS)


def _answers(one: Fold) -> bool:
    return any(loud_effects(member) or any(e.tone for e in member.effects) for member in one.members)


def _with_way_back(last: Fold, one: Fold) -> bool:
    """Leaving the tab and coming back."""
    if last.lead.kind != "visibility" or one.lead.kind != "visibility" or len(last.steps) > 1:
        return False
    if last.lead.value != "hidden" or one.lead.value == "hidden" or last.repeats > 1:
        return False
    last.steps += one.steps
    last.members += one.members
    return True


def _with_scroll(last: Fold, one: Fold) -> bool:
    if one.lead.kind != "scroll" or loud_effects(one.lead) or not _is_soon(last, one):
        return False
    here = next((member.page_url for member in reversed(last.members) if member.kind == "navigate"), last.lead.page_url)
    if "scroll" in (last.lead.kind, last.steps[-1].kind) or here != one.lead.page_url:
        return False
    last.steps += one.steps
    last.members += one.members
    return True


def _is_soon(last: Fold, one: Fold) -> bool:
    return one.lead.t_ms - last.last_ms <= FOLD_GAP_MS


_RUNS: Final = (_repeated, _with_selection, _with_next_field, _with_press, _tried_again, _with_way_back, _with_scroll)
