"""A kanban of Mantine (React 18): cards dragged by a hand, a modal, an overlay that waits, notifications, a long virtual log."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import { createRoot } from "react-dom/client";
import { useRef, useState } from "react";
import { MantineProvider, AppShell, Button, Card, Group, Modal, TextInput, PasswordInput, Select, LoadingOverlay, Tabs, Title, Text, Drawer, ActionIcon, Badge, Menu, SegmentedControl, Alert, Rating, NumberInput, Accordion, Pagination } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Notifications, notifications } from "@mantine/notifications";
import { ModalsProvider, modals } from "@mantine/modals";
import { DragDropContext, Droppable, Draggable } from "@hello-pangea/dnd";
import { useVirtualizer } from "@tanstack/react-virtual";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
const say = (color: string, title: string, message: string) => notifications.show({ color, title, message, autoClose: 3000 });
const COLUMNS = ["To do", "Doing", "Done"];
function Log() {
  const box = useRef<HTMLDivElement>(null); const [q, setQ] = useState("");
  const all = Array.from({ length: 5000 }, (_, i) => "Entry " + i + " by " + ["Ana", "Bento", "Carla"][i % 3]).filter((t) => t.toLowerCase().includes(q.toLowerCase()));
  const rows = useVirtualizer({ count: all.length, getScrollElement: () => box.current, estimateSize: () => 36, overscan: 5 });
  return <><TextInput type="search" aria-label="Search the log" placeholder="Search the log" value={q} onChange={(e) => setQ(e.target.value)} />
    {all.length ? <div ref={box} style={{ height: 360, overflow: "auto" }}><div style={{ height: rows.getTotalSize(), position: "relative" }}>{rows.getVirtualItems().map((row) => <div key={row.key} style={{ position: "absolute", top: 0, width: "100%", height: 36, transform: `translateY(${row.start}px)` }}>{all[row.index]} <Button size="compact-xs" variant="subtle" onClick={() => modals.open({ title: all[row.index], children: <Text>Written on a Monday</Text> })}>Details</Button></div>)}</div></div> : <Text c="dimmed">Nothing here yet</Text>}</>;
}
function Team() {
  const [who, setWho] = useState(""); const [wrong, setWrong] = useState("");
  const form = useForm({ initialValues: { mail: "", word: "" } });
  const send = form.onSubmit(async (v) => { setWrong(""); const a = await fetch("/api/session", { method: "POST", body: JSON.stringify(v) }); const b = await a.json(); b.ok ? setWho(v.mail) : setWrong(b.why); });
  return who ? <Text>Hello {who}</Text> : <form onSubmit={send} style={{ width: 300 }}>{wrong && <Alert color="red" mb="sm">{wrong}</Alert>}<TextInput label="Mail" {...form.getInputProps("mail")} /><PasswordInput label="Password" {...form.getInputProps("word")} /><Button type="submit" mt="sm">Join the team</Button></form>;
}
function Board() {
  const [cards, setCards] = useState([["Mend the roof", "Order paint", "Call the plumber"], ["Sweep the yard"], ["Fix the gate"]]);
  const [open, setOpen] = useState(false); const [busy, setBusy] = useState(false); const [drawer, setDrawer] = useState(false); const [said, setSaid] = useState(""); const [votes, setVotes] = useState(0); const [page, setPage] = useState(1);
  const form = useForm({ initialValues: { title: "", code: "" }, validate: { title: (v) => v.length < 3 ? "Give it a title" : null, code: (v) => /^[A-Z]{2}-\\d+$/.test(v) ? null : "Such as AB-12" } });
  const move = ({ source, destination }: any) => { if (!destination) return; const next = cards.map((c) => [...c]); const [card] = next[+source.droppableId].splice(source.index, 1); next[+destination.droppableId].splice(destination.index, 0, card); setCards(next); };
  const save = form.onSubmit(async (v) => { setBusy(true); const a = await fetch("/api/cards", { method: "POST", body: JSON.stringify(v) }); setBusy(false); if (!a.ok) return say("red", "Hm", "The card stays here for now"); setCards([[v.title, ...cards[0]], cards[1], cards[2]]); setOpen(false); form.reset(); say("teal", "There it is", v.title); });
  const report = async () => { setBusy(true); const a = await fetch("/api/report"); setSaid((await a.json()).text); setBusy(false); };
  return <div style={{ position: "relative", padding: 16 }}><LoadingOverlay visible={busy} />
    <Group><Title order={3}>House repairs</Title><Button onClick={() => setOpen(true)}>New card</Button><Button variant="light" className="share">Share board</Button><Button variant="default" onClick={report}>Report</Button><Button variant="subtle" onClick={() => setDrawer(true)}>Settings</Button>
      <Menu><Menu.Target><Button variant="default">More</Button></Menu.Target><Menu.Dropdown><Menu.Item onClick={() => setVotes(votes + 1)}>Vote</Menu.Item><Menu.Item onClick={() => { throw new Error("archive is undefined"); }}>Archive all</Menu.Item></Menu.Dropdown></Menu><SegmentedControl data={["Board", "List", "Map"]} /><Badge>{votes} votes</Badge></Group>
    {said && <Text>{said}</Text>}
    <DragDropContext onDragEnd={move}><Group align="start" mt="md">{COLUMNS.map((name, i) => <Droppable droppableId={"" + i} key={name}>{(drop) => <div ref={drop.innerRef} {...drop.droppableProps} style={{ width: 240, minHeight: 260, background: "#eee", padding: 8 }}><b>{name}</b>{cards[i].map((card, n) => <Draggable draggableId={card} index={n} key={card}>{(drag) => <Card ref={drag.innerRef} {...drag.draggableProps} {...drag.dragHandleProps} mt={6} withBorder>{card}</Card>}</Draggable>)}{drop.placeholder}</div>}</Droppable>)}</Group></DragDropContext>
    <Pagination total={8} value={page} onChange={setPage} mt="md" /><Text>Board {page} of 8</Text>
    <Modal opened={open} onClose={() => setOpen(false)} title="New card"><form onSubmit={save}><TextInput label="Title" data-autofocus {...form.getInputProps("title")} /><TextInput label="Code" {...form.getInputProps("code")} /><Button type="submit" mt="sm">Add card</Button></form></Modal>
    <Drawer opened={drawer} onClose={() => setDrawer(false)} title="Settings" position="right"><NumberInput label="Cards a column" defaultValue={4} /><Select label="Colours" data={["Sea", "Sand"]} /><Rating mt="sm" /><Accordion mt="sm"><Accordion.Item value="a"><Accordion.Control>About</Accordion.Control><Accordion.Panel>Made at home</Accordion.Panel></Accordion.Item></Accordion></Drawer></div>;
}
createRoot(document.getElementById("root")!).render(<MantineProvider><ModalsProvider><Notifications /><Tabs defaultValue="board"><Tabs.List><Tabs.Tab value="board">Board</Tabs.Tab><Tabs.Tab value="log">Log</Tabs.Tab><Tabs.Tab value="team">Team</Tabs.Tab></Tabs.List><Tabs.Panel value="board"><Board /></Tabs.Panel><Tabs.Panel value="log"><Log /></Tabs.Panel><Tabs.Panel value="team"><Team /></Tabs.Panel></Tabs></ModalsProvider></MantineProvider>);
"""
INDEX = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Repairs</title><link rel="stylesheet" href="app.css"></head><body><div id="root"></div><script src="app.js"></script></body></html>'
PACKAGES = "react@18 react-dom@18 @mantine/core@7 @mantine/hooks@7 @mantine/notifications@7 @mantine/form@7 @mantine/modals@7 @hello-pangea/dnd@17 @tanstack/react-virtual@3"


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/session":
        return 200, {"ok": b"hammer" in body, "why": "That did not open the door"}
    return 200, {"text": "Eleven repairs this year"}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    with install.npm_app(home, PACKAGES, APP, INDEX, api=_answer) as url:
        yield url


def _middle(p: Person, words: str) -> tuple[float, float]:
    box = p.page.get_by_text(words, exact=True).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _plan(p: Person) -> None:
    p.read(1.5)
    p.drag(_middle(p, "Order paint"), (_middle(p, "Sweep the yard")[0], _middle(p, "Sweep the yard")[1] + 40), then=1.5)
    p.click(moves.button(p, "New card"), then=1)
    moves.fill(p, {"Title": "Clean the drain", "Code": "DR-4"})
    p.click(moves.button(p, "Add card"), then=3.5)
    for _ in range(4):
        p.click(p.page.locator(".mantine-Pagination-control").last, then=0.15)
    for name in ("List", "Map", "Board"):
        p.click(p.page.locator(".mantine-SegmentedControl-label", has_text=name), then=0.5)
    p.click(moves.button(p, "More"), then=0.7)
    p.click(p.page.get_by_role("menuitem", name="Vote"), then=0.8)
    p.click(moves.button(p, "Settings"), then=1)
    p.click(p.page.get_by_label("Colours", exact=True).first, then=0.6)
    p.click(p.page.get_by_role("option", name="Sand"), then=0.6)
    p.click(moves.button(p, "About"), then=0.8)
    p.press("Escape", then=1)


def _log(p: Person) -> None:
    p.read(1)
    moves.tab(p, "Log")
    p.point(p.page.get_by_text("Entry 3 by"))
    p.scroll(4000, then=1)
    p.scroll(2500, then=1)
    p.click(moves.button(p, "Details").nth(6), then=1.2)
    p.press("Escape", then=1)
    p.scroll(-1500, then=1)
    p.fill(p.page.get_by_label("Search the log"), "entry 77", then=1.2)
    p.click(moves.button(p, "Details").nth(1), then=1.2)
    p.click(p.page.locator(".mantine-Modal-close"), then=1)


def _code(p: Person) -> None:
    p.read(1)
    p.click(moves.button(p, "New card"), then=1)
    moves.fill(p, {"Title": "Clean the drain"})
    moves.refused(p, p.page.get_by_label("Code", exact=True), ("drain", "12", "dr4"), moves.button(p, "Add card"))
    with p.meets("form_abandon"):
        p.click(p.page.locator(".mantine-Modal-close"), then=1.5)
        moves.tab(p, "Log")
    p.read(1)


def _team(p: Person) -> None:
    p.read(1)
    moves.tab(p, "Team")
    moves.fill(p, {"Mail": "ana@house.test"})
    box = p.page.get_by_label("Password", exact=True)
    moves.locked_out(p, box, ("nail", "screw"), moves.button(p, "Join the team"), requests=False)
    p.fill(box, "hammer")
    p.click(moves.button(p, "Join the team"), then=1.5)


def _dead(p: Person) -> None:
    p.read(1)
    moves.dead(p, moves.button(p, "Share board"), "Share board")
    moves.tab(p, "Log")
    moves.in_vain(p, p.page.get_by_label("Search the log"), ("zeppelin", "quiche", "oboe"))
    p.read(1)


def _broken(p: Person) -> None:
    p.read(1)
    moves.throws(p, "More", "Archive all")
    moves.not_kept(p, "New card", {"Title": "Clean the drain", "Code": "DR-4"}, "Add card")


def _slow(p: Person) -> None:
    p.read(1)
    with p.meets("slow_response", target="Report"):
        p.click(moves.button(p, "Report"), then=6)
    with p.meets("idle_gap"):
        p.idle(31)
    moves.tab(p, "Log")


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/cards")  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/report", seconds=4.2)  # noqa: E731
    return [
        *moves.under(Scenario("plan", "Drags a card, adds one, pages, votes, sets colours", _plan, False), "rrweb"),
        *moves.under(Scenario("log", "A long virtual log, scrolled and searched", _log, False), "posthog"),
        Scenario("code", "A code refused three times, then left", _code, True),
        Scenario("team", "Two wrong passwords that the server answers with 200", _team, True),
        Scenario("dead", "A dead button; three searches in vain", _dead, True),
        Scenario("broken", "A menu item that throws, a card that is not kept", _broken, True, prepare=bad),
        Scenario("slow", "An overlay for four seconds, then a pause", _slow, True, prepare=late),
    ]
