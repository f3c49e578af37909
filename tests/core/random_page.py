"""A page that changes at random, as a recorder would tell it; the same seed, the same page."""

from __future__ import annotations

import json
import random
from typing import Any

from playhead.core.events import Event
from tests.core.pages import START_MS, add, change, document, element, event, mutation, snapshot, text

TAGS = ("div", "p", "style", "textarea", "select", "input", "x-card", "iframe", "span", "video")
KINDS = (
    *("add", "add", "add", "add", "remove", "move", "attribute", "style", "text"),
    *("input", "scroll", "rule", "rule", "adopt", "declare"),
)
STYLES: tuple[dict[str, Any], ...] = (
    {"margin": "1px 2px"},
    {"margin-top": False},
    {"color": ["red", "important"]},
    {"transition": "all 1s"},
    {"transition-delay": "2s"},
    {"transition-delay": False},
)


class Page:
    """What an addition names is there or comes with it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.next_id = 5
        self.tags: dict[int, str] = {4: "body"}
        self.parents: dict[int, int] = {}
        self.shadow: set[int] = set()  # ids of what sits directly in a shadow root
        self.later: list[dict] = []  # documents of iframes that were added
        page = document(element(2, "html", element(3, "head"), element(4, "body")))
        self.events = [event(4, {"href": "http://localhost/", "width": 800, "height": 600}), snapshot(page)]

    def events_in_time(self) -> list[Event]:
        return [
            event(one.type, json.loads(one.raw)["data"], t_ms=START_MS + 10 * at) for at, one in enumerate(self.events)
        ]

    def some(self, *tags: str) -> int:
        found = [id for id, tag in self.tags.items() if (tag in tags if tags else tag != "#text")]
        return self.chance.choice(found) if found else 0

    def is_in(self, id: int, outer: int) -> bool:
        while id and id != outer:
            id = self.parents.get(id, 0)
        return id == outer

    def subtree(self, outer: int) -> list[int]:
        return [id for id in self.tags if self.is_in(id, outer)]

    def new(self, parent: int, *, depth: int = 0) -> list[dict]:
        tag = self.chance.choice(
            ("div", "p", "style", "textarea", "select", "input", "x-card", "iframe", "span", "video")
        )
        root = self.tags[parent]
        if root in ("style", "textarea", "input", "iframe", "video"):
            return []
        if root == "select":
            tag = "option"
        id, self.next_id = self.next_id, self.next_id + 1
        attributes = {"class": f"c{id}"}
        if tag == "style" and self.chance.random() < 0.7:
            attributes["_cssText"] = f".a{id} {{}}"
        if tag == "option" and self.chance.random() < 0.3:
            attributes["selected"] = True
        node = element(id, tag, **attributes)
        if tag == "x-card":
            node["isShadowHost"] = True
        if root == "x-card" and self.chance.random() < 0.6:
            node["isShadow"] = True
            self.shadow.add(id)
        made = [add(parent, node, self.before(parent, node))]
        self.tags[id], self.parents[id] = tag, parent
        if tag in ("style", "p", "option", "textarea"):
            child, self.next_id = self.next_id, self.next_id + 1
            self.tags[child], self.parents[child] = "#text", id
            made.append(add(id, text(child, "" if "_cssText" in attributes else f"words {child}")))
        elif tag == "iframe" and self.chance.random() < 0.6:
            self.frame(id)
        elif depth < 3:
            for _ in range(self.chance.randint(0, 3)):
                made += self.new(id, depth=depth + 1)
        return made

    def before(self, parent: int, node: dict) -> int | None:
        """A sibling to insert before: one in the same tree, light or shadow."""
        is_shadow = node.get("isShadow", False)
        siblings = [id for id, at in self.parents.items() if at == parent and (id in self.shadow) == is_shadow]
        return self.chance.choice(siblings) if siblings and self.chance.random() < 0.5 else None

    def frame(self, iframe: int) -> None:
        first, self.next_id = self.next_id, self.next_id + 3
        inner = element(first + 1, "html", element(first + 2, "body"))
        whole = document(inner, node_id=first)
        self.tags |= {first + 2: "body"}
        self.parents |= {first + 2: iframe}
        self.later.append({"parentId": iframe, "nextId": None, "node": whole})

    def step(self) -> None:
        kind = self.chance.choice(
            ("add", "add", "add", "remove", "move", "attribute", "style", "text", "input", "scroll")
        )
        kind = self.chance.choice((kind, kind, "rule", "adopt", "declare"))
        self.later = []
        if kind == "add":
            self.events.append(mutation(adds=self.new(self.some())))
        elif kind in ("remove", "move") and (id := self.some("div", "p", "style", "x-card", "span", "option")):
            self.take(id, again=kind == "move")
        elif kind == "attribute":
            changes = {"class": self.chance.choice(("x", "y", None)), "title": "t"}
            self.events.append(mutation(attributes=[{"id": self.some(), "attributes": changes}]))
        elif kind == "style":
            edit = self.chance.choice(({"margin": "1px 2px"}, {"margin-top": False}, {"color": ["red", "important"]}))
            edit = self.chance.choice(
                (edit, {"transition": "all 1s"}, {"transition-delay": "2s"}, {"transition-delay": False})
            )
            self.events.append(mutation(attributes=[{"id": self.some(), "attributes": {"style": edit}}]))
        elif kind == "text" and (id := self.some("#text")):
            self.events.append(mutation(texts=[{"id": id, "value": f"b{id} {{}} n{len(self.events)} {{}}"}]))
        elif kind == "input" and (id := self.some("input", "textarea", "select")):
            self.events.append(change(5, id=id, text=f"typed {id}", isChecked=self.chance.random() < 0.5))
        elif kind == "scroll":
            self.events.append(change(3, id=self.some(), x=0, y=self.chance.randint(0, 99)))
        elif kind in ("rule", "declare") and (id := self.some("style")):
            more = {"adds": [{"rule": f"n{len(self.events)} {{}}", "index": 0}]} if kind == "rule" else None
            put = {"index": [0], "set": {"property": "color", "value": "red"}}
            self.events.append(change(8, id=id, **more) if more else change(13, id=id, **put))
        elif kind == "adopt" and (id := self.some("x-card")):
            sheet = {"styleId": id, "rules": [{"rule": f"s{id} {{}}", "index": 0}]}
            self.events.append(change(15, id=id, styleIds=[id], styles=[sheet]))
        for addition in self.later:
            self.events.append(mutation(adds=[addition], isAttachIframe=True))

    def take(self, id: int, *, again: bool) -> None:
        gone = self.subtree(id)
        parent = self.parents[id]
        for one in gone:
            self.tags.pop(one), self.parents.pop(one)
        removes = [{"parentId": parent, "id": id}]
        self.events.append(mutation(removes=removes, adds=self.new(self.some()) if again else []))
