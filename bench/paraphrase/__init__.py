"""Paraphrases: hundreds of sentences about any trace, true and false, made from templates and the trace's own words.

Whoever wrote the templates saw traces, not the gate. A false sentence is a true one with one thing turned (another
control, count, time, status, page, message, order, ref), or says what never happened (a motive, a purchase, an error).
Every third template of a kind is kept apart: the gate is worked on with the others alone, and what the kept ones say
is what a new wording of the same facts meets.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from paraphrase.facts import NUMBERS, Fact, clock, facts_of, number, span
from playhead.core.trace import Trace

TEMPLATES = Path(__file__).parent / "templates.txt"
KEPT_APART = 3  # every third
CURLY = 3  # every third sentence has curly quotation marks
INVENTED = {
    "target": ["Export to PDF", "Upgrade plan", "Delete account", "Invite a friend"],
    "page": ["Order confirmed", "Release notes", "Billing address"],
    "path": ["/account/close", "/billing/invoices", "/api/v9/unsubscribe"],
    "quote": ["Your trial has expired", "Payment declined by your bank", "File uploaded"],
    "value": ["Rosebud", "42 Elm Street"],
}
CLASS_OF = {
    **dict.fromkeys(("q", "n", "f", "x"), "target"),
    **dict.fromkeys(("title", "path"), "page"),
    **dict.fromkeys(("msg", "text"), "quote"),
    **dict.fromkeys(("times", "count", "Countw", "clicks", "pages", "Pages"), "count"),
    **dict.fromkeys(("ms", "dur", "Dur", "clock", "secs", "gap", "Gap"), "time"),
    "status": "status",
    "method": "request",
    "v": "value",
    "key": "key",
    "c": "place",
}


class Template(NamedTuple):
    kind: str
    lie: str  # "" for a true one
    text: str
    apart: bool

    def slots(self) -> set[str]:
        return set(re.findall(r"{(\w+)}", self.text))


class Made(NamedTuple):
    """One sentence: `lie` is "" where it is true; `apart` where its template is kept apart."""

    recording: str
    kind: str
    lie: str
    refs: list[str]
    text: str
    apart: bool


def read_templates() -> dict[str, list[Template]]:
    made: dict[str, list[Template]] = defaultdict(list)
    seen: Counter[tuple[str, bool]] = Counter()
    for line in TEMPLATES.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, text = line.partition(" | ")
        lie, kind = head[2:].split() if head.startswith("- ") else ("", head)
        seen[kind, bool(lie)] += 1
        made[kind].append(Template(kind, lie, text, seen[kind, bool(lie)] % KEPT_APART == 0))
    return made


class Writer:
    """Makes sentences about one recording after the other; templates take turns, so that all of them are used."""

    def __init__(self) -> None:
        self.templates = read_templates()
        self.turn: Counter[tuple[str, str]] = Counter()

    def write(self, recording: str, trace: Trace) -> Iterator[Made]:
        """For each kind of fact the trace has: one true sentence, one turned false, and one of what never happened."""
        dice = random.Random(recording)
        by_kind: dict[str, list[Fact]] = defaultdict(list)
        told = facts_of(trace)
        for fact in told:
            by_kind[fact.kind].append(fact)
        for facts in by_kind.values():
            yield from self._about(recording, dice.choice(facts), told, trace, dice)

    def _about(self, recording: str, fact: Fact, told: list[Fact], trace: Trace, dice: random.Random) -> Iterator[Made]:
        for use in ("true", "turned", "lie"):
            fits = [
                one
                for one in self.templates[fact.kind]
                if bool(one.lie) == (use == "lie") and all(fact.slots.get(slot) for slot in one.slots())
            ]
            if not fits:
                continue
            self.turn[fact.kind, use] += 1
            template = fits[self.turn[fact.kind, use] % len(fits)]
            if use == "turned":
                if (turned := turn(fact, template, told, trace, dice)) is not None:
                    lie, refs, slots = turned
                    yield Made(recording, fact.kind, lie, refs, fill(template, slots, dice), template.apart)
            else:
                yield Made(
                    recording, fact.kind, template.lie, fact.refs, fill(template, fact.slots, dice), template.apart
                )


def fill(template: Template, slots: dict[str, str], dice: random.Random) -> str:
    text = re.sub(r"{(\w+)}", lambda found: slots[found[1]], template.text)
    text = text[0].upper() + text[1:] if text[0].isalpha() and not text.startswith("http") else text
    return re.sub(r'"([^"]*)"', r"“\1”", text) if dice.randrange(CURLY) == 0 else text


def turn(
    fact: Fact, template: Template, told: list[Fact], trace: Trace, dice: random.Random
) -> tuple[str, list[str], dict[str, str]] | None:
    """(what was turned, refs, slots) of a false sentence in the words of a true one; None where nothing can be."""
    slots = dict(fact.slots)
    if {"a", "b"} <= template.slots() and "between" not in template.text and dice.randrange(2):
        slots["a"], slots["b"] = slots["b"], slots["a"]
        return "order", fact.refs, slots
    can = sorted(slot for slot in template.slots() if slot in CLASS_OF)
    names_one = bool({"q", "f"} & template.slots())
    if can and dice.randrange(5) == 0 and (refs := other_refs(fact, trace, dice)) and names_one:
        return "ref", refs, slots
    if not can:
        return None
    slot = dice.choice(can)
    wrong = wrong_value(slot, fact, told, dice)
    if CLASS_OF[slot] == "time" and "ithin" in template.text:
        return None  # “within 4 s” is true of what took one
    if not wrong:
        return None
    slots[slot] = wrong
    if slot in ("q", "n"):
        slots |= {"q": wrong if wrong.startswith('"') else f'"{wrong}"', "n": wrong.strip('"')}
    return CLASS_OF[slot], fact.refs, slots


def other_refs(fact: Fact, trace: Trace, dice: random.Random) -> list[str]:
    """A ref to something done to another control."""
    names = {text.strip('"').lower() for slot, text in fact.slots.items() if slot in "qnfabx"}
    others = [
        one.ref
        for one in trace.interactions
        if one.target and one.target.name and one.ref not in fact.refs
        and not any(name in one.target.name.lower() or one.target.name.lower() in name for name in names)
        and not any(name in (one.target.container or "").lower() for name in names)
        and not any(name in (effect.text or "").lower() for effect in one.effects for name in names)
    ]  # fmt: skip
    return [dice.choice(others)] if others and names else []


def wrong_value(slot: str, fact: Fact, told: list[Fact], dice: random.Random) -> str:
    right = fact.slots[slot]
    kind = CLASS_OF[slot]
    if kind == "count":
        return _other_count(right, slot)
    if kind == "time":
        return _other_time(right, slot)
    if kind == "status":
        return dice.choice([code for code in ("200", "302", "404", "422", "500", "503") if code[0] != right[0]])
    if kind == "request":
        return dice.choice([method for method in ("GET", "POST", "PUT", "DELETE") if method != right])
    if kind == "key":
        return "Escape" if right != "Escape" else "Enter"
    if kind == "place":
        return f'{right.split(" ")[0]} "Terms of trade"'
    return _other_text(slot, right, fact, told, dice)


def _other_text(slot: str, right: str, fact: Fact, told: list[Fact], dice: random.Random) -> str:
    """Something the recording holds elsewhere, or something nobody saw."""
    own = [text.strip('"').lower() for one in told if set(one.refs) & set(fact.refs) for text in one.slots.values()]
    own += [name.lower() for text in own for name in re.findall(r'"(.+)', text)]  # form "Full name
    there = [
        one.slots[slot]
        for one in told
        if one.slots.get(slot)
        and not any(text in (low := one.slots[slot].strip('"').lower()) or low in text for text in own)
    ]
    kind = "path" if slot == "path" else CLASS_OF[slot]
    invented = dice.choice(INVENTED[kind])
    wrong = dice.choice(sorted(set(there))) if there and dice.randrange(3) else invented
    return f'"{wrong}"' if right.startswith('"') and not wrong.startswith('"') else wrong


def _other_count(right: str, slot: str) -> str:
    word = right.lower().split()[0]
    count = {"once": 1, "twice": 2}.get(word) or (NUMBERS.index(word) if word in NUMBERS else int(word))
    wrong = number(count + 3)
    if slot == "times":
        return f"{wrong} times"
    return wrong.capitalize() if slot[0].isupper() else wrong


def _other_time(right: str, slot: str) -> str:
    if slot == "clock":
        minutes, seconds = right.split(":")
        return clock((int(minutes) * 60 + int(seconds)) * 2500 + 9000)
    figure, unit = right.split()
    factor = {"ms": 1, "seconds": 1000, "minutes": 60_000}[unit]
    return span(float(figure) * factor * 3 + 700)
