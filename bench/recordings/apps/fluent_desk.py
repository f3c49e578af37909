"""A service desk of Fluent UI 9 (React): atomic classes that say nothing, fields with messages, toasts, tooltips, drawers, a tag list."""

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
import { useEffect, useState } from "react";
import { FluentProvider, webLightTheme, Button, Input, Field, Textarea, Dropdown, Option, Switch, SpinButton, TabList, Tab, Toaster, useToastController, useId, Toast, ToastTitle, Dialog, DialogTrigger, DialogSurface, DialogTitle, DialogBody, DialogActions, DialogContent, Tooltip, Spinner, SearchBox, Menu, MenuTrigger, MenuPopover, MenuList, MenuItem, MessageBar, MessageBarBody, Accordion, AccordionItem, AccordionHeader, AccordionPanel, Slider, Checkbox, Badge, ProgressBar, Table, TableBody, TableRow, TableCell, Rating } from "@fluentui/react-components";
import { DatePicker } from "@fluentui/react-datepicker-compat";
const post = async (url: string, body: any) => { const a = await fetch(url, { method: "POST", body: JSON.stringify(body) }); return { ok: a.ok, status: a.status, ...(await a.json()) }; };
function Tickets({ say }: any) {
  const all = ["Printer hums", "Door badge lost", "Screen is dark", "Phone without tone", "Mail will not arrive", "Desk wobbles", "Light flickers", "Keyboard sticks"];
  const [q, setQ] = useState(""); const [page, setPage] = useState(0); const [busy, setBusy] = useState(false); const [done, setDone] = useState<string[]>([]); const [sla, setSla] = useState("");
  const shown = all.filter((t) => t.toLowerCase().includes(q.toLowerCase()));
  const measure = async () => { setBusy(true); const a = await fetch("/api/sla"); const d = await a.json(); setBusy(false); setSla(d.text); };
  const sync = async () => { const a = await post("/api/sync", {}); say(a.ok ? "success" : "error", a.ok ? "Everything is the same on both sides" : "The other side did not pick up"); };
  return <div><div style={{ display: "flex", gap: 8, margin: "8px 0" }}><SearchBox placeholder="Find a ticket" value={q} onChange={(_: any, d: any) => { setQ(d.value); setPage(0); }} /><Tooltip content="Joins tickets about one thing" relationship="description"><Button className="bundle">Bundle</Button></Tooltip><Button onClick={measure}>Response times</Button><Button onClick={sync}>Synchronise</Button><Menu><MenuTrigger disableButtonEnhancement><Button>More</Button></MenuTrigger><MenuPopover><MenuList><MenuItem onClick={() => say("info", "Queue is paused")}>Pause queue</MenuItem><MenuItem onClick={() => { (window as any).archive.all(); }}>Archive old ones</MenuItem></MenuList></MenuPopover></Menu></div>
    {busy ? <Spinner label="Measuring" /> : sla && <p>{sla}</p>}
    {shown.length ? <Table aria-label="Tickets"><TableBody>{shown.slice(page * 3, page * 3 + 3).map((t) => <TableRow key={t}><TableCell>{t}</TableCell><TableCell>{done.includes(t) ? <Badge color="success">Done</Badge> : <Button size="small" onClick={() => setDone([...done, t])}>Close ticket</Button>}</TableCell></TableRow>)}</TableBody></Table> : <p>Nothing goes by that name.</p>}
    <Button onClick={() => setPage(Math.max(0, page - 1))} disabled={!page}>Earlier</Button><Button onClick={() => setPage((page + 1) % Math.max(1, Math.ceil(shown.length / 3)))}>Later</Button></div>;
}
function Report({ say }: any) {
  const [what, setWhat] = useState(""); const [room, setRoom] = useState(""); const [bad, setBad] = useState(""); const [busy, setBusy] = useState(false); const [n, setN] = useState<any>(1);
  const send = async (e: any) => { e.preventDefault(); setBusy(true); const a = await post("/api/report", { what, room }); setBusy(false); if (a.status === 422) return setBad(a.why); setBad(""); if (a.ok) { setWhat(""); setRoom(""); say("success", "We have it, number 4711"); } else say("error", "The report is still with you"); };
  return <form onSubmit={send} style={{ maxWidth: 420, display: "grid", gap: 8 }}><Field label="What happened"><Input value={what} onChange={(_: any, d: any) => setWhat(d.value)} /></Field><Field label="Room" validationState={bad ? "error" : "none"} validationMessage={bad}><Input value={room} onChange={(_: any, d: any) => setRoom(d.value)} /></Field><Field label="Since"><DatePicker /></Field><Field label="People affected"><SpinButton value={n} min={1} onChange={(_: any, d: any) => setN(d.value ?? n)} /></Field><Field label="Urgency"><Dropdown><Option>Low</Option><Option>Middle</Option><Option>High</Option></Dropdown></Field><Switch label="Call me back" /><div><Button appearance="primary" type="submit" disabledFocusable={busy}>Report it</Button> <Dialog><DialogTrigger disableButtonEnhancement><Button>Empty all</Button></DialogTrigger><DialogSurface><DialogBody><DialogTitle>Empty the whole form?</DialogTitle><DialogContent>It cannot be filled again by us.</DialogContent><DialogActions><DialogTrigger disableButtonEnhancement><Button>Leave it</Button></DialogTrigger></DialogActions></DialogBody></DialogSurface></Dialog></div></form>;
}
function Help() { return <div><Accordion collapsible><AccordionItem value="1"><AccordionHeader>When does nobody answer?</AccordionHeader><AccordionPanel>At night.</AccordionPanel></AccordionItem><AccordionItem value="2"><AccordionHeader>What is an invalid ticket?</AccordionHeader><AccordionPanel>One without a room.</AccordionPanel></AccordionItem></Accordion><Rating defaultValue={2} aria-label="How good is our help" /><Slider defaultValue={3} max={10} aria-label="Font size" /><Checkbox label="Large letters" /></div>; }
function Root() {
  const id = useId("t"); const { dispatchToast } = useToastController(id); const [tab, setTab] = useState<any>("tickets"); const [load, setLoad] = useState("0.31");
  const say = (intent: any, text: string) => dispatchToast(<Toast><ToastTitle>{text}</ToastTitle></Toast>, { intent, timeout: 3500 });
  useEffect(() => { const t = setInterval(() => setLoad(Math.random().toFixed(2)), 1500); return () => clearInterval(t); }, []);
  return <FluentProvider theme={webLightTheme} style={{ padding: 16 }}><h2>Service desk <small>{load}</small></h2><TabList selectedValue={tab} onTabSelect={(_: any, d: any) => setTab(d.value)}><Tab value="tickets">Tickets</Tab><Tab value="report">Report</Tab><Tab value="help">Help</Tab></TabList>{tab === "tickets" ? <Tickets say={say} /> : tab === "report" ? <Report say={say} /> : <Help />}<Toaster toasterId={id} /></FluentProvider>;
}
createRoot(document.getElementById("root")!).render(<Root />);
"""
INDEX = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title></head><body><div id="root"></div><script src="app.js"></script></body></html>'
PACKAGES = "react@18 react-dom@18 @fluentui/react-components@9 @fluentui/react-datepicker-compat"


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/report" and b'"room":"B' not in body:
        return 422, {"why": "Rooms begin with a B"}
    return 200, {"text": "Four hours, on the whole"}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    with install.npm_app(home, PACKAGES, APP, INDEX, api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("Printer hums").wait_for()
    p.read(1.5)


def _work(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(moves.button(p, "Later"), then=0.25)
    p.click(moves.button(p, "Close ticket").first, then=0.5)
    p.click(moves.button(p, "Close ticket").first, then=0.8)
    p.click(moves.button(p, "Response times"), then=1.5)
    p.click(moves.button(p, "Synchronise"), then=4)
    p.click(moves.button(p, "More"), then=0.8)
    p.click(p.page.get_by_role("menuitem", name="Pause queue"), then=4)
    box = p.page.get_by_placeholder("Find a ticket")
    p.fill(box, "lihgt", then=0.2)
    for _ in range(3):
        p.press("Backspace", then=0.1)
    p.type("ght", then=1)
    moves.tab(p, "Help")
    p.click(moves.button(p, "What is an invalid ticket?"), then=1)
    p.click(p.page.get_by_label("Large letters"), then=0.6)


def _report(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Report")
    moves.fill(p, {"What happened": "The lamp is out", "Room": "B 12"})
    p.click(p.page.get_by_label("Since"), then=1)
    p.press("ArrowRight", then=0.3)
    p.press("Enter", then=0.8)
    for _ in range(3):
        p.click(p.page.get_by_role("button", name="Increment value"), then=0.25)
    p.click(p.page.get_by_role("combobox", name="Urgency"), then=0.7)
    p.click(p.page.get_by_role("option", name="High"), then=0.7)
    p.click(p.page.get_by_label("Call me back"), then=0.6)
    p.click(moves.button(p, "Empty all"), then=1)
    p.click(moves.button(p, "Leave it"), then=1)
    p.click(moves.button(p, "Report it"), then=4.2)
    moves.tab(p, "Tickets")
    p.read(2)


def _room(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Report")
    moves.fill(p, {"What happened": "A window does not close"})
    with p.meets("network_error", "error_click", may=True):
        moves.refused(p, p.page.get_by_label("Room"), ("cellar", "12", "attic"), moves.button(p, "Report it"))
    with p.meets("form_abandon"):
        moves.tab(p, "Help")
    p.read(1)


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Bundle"), "Bundle")
    moves.tab(p, "Help")
    p.read(1)


def _vain(p: Person) -> None:
    _ready(p)
    moves.in_vain(p, p.page.get_by_placeholder("Find a ticket"), ("scanner", "coffee", "heating"))
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Synchronise"), p.meets("network_error"):
        p.click(moves.button(p, "Synchronise"), then=4)
    p.click(moves.button(p, "More"), then=0.8)
    with p.meets("error_click", target="Archive old ones"):
        p.click(p.page.get_by_role("menuitem", name="Archive old ones"), then=3)
    p.read(1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Response times"):
        p.click(moves.button(p, "Response times"), then=6)
    with p.meets("idle_gap"):
        p.idle(31)
    moves.tab(p, "Help")


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/sync", status=504)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/sla", seconds=4.3)  # noqa: E731
    return [
        *moves.under(Scenario("work", "Leafs, closes, measures, synchronises, corrects a word", _work, False), "rrweb"),
        *moves.under(
            Scenario("report", "A day, a number, an urgency, a question, sent", _report, False), "rrweb2alpha"
        ),
        Scenario("room", "A room refused three times, then left", _room, True),
        Scenario("dead", "A button with a tooltip that nothing listens to", _dead, True),
        Scenario("vain", "Three searches in vain", _vain, True, recorder="posthog"),
        Scenario("broken", "The other side does not answer, a menu item throws", _broken, True, prepare=bad),
        Scenario("slow", "Four seconds of measuring, half a minute of nothing", _slow, True, prepare=late),
    ]
