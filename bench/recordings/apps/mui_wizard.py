"""A Material UI application (React 19): a wizard in steps, toasts, menus, a counter, toggles, a failing order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PACKAGES = ("react@19", "react-dom@19", "@mui/material@7", "@emotion/react", "@emotion/styled")
APP = """
import {createRoot} from "react-dom/client";
import {useState} from "react";
import {Alert, AppBar, Autocomplete, Box, Button, Card, CardContent, Chip, Container, Dialog, DialogActions,
  DialogContent, DialogTitle, FormControlLabel, IconButton, List, ListItemButton, ListItemText, Menu, MenuItem,
  Pagination, Rating, Slider, Snackbar, Stack, Step, StepLabel, Stepper, Switch, Tab, Tabs, TextField, ToggleButton,
  ToggleButtonGroup, Toolbar, Tooltip, Typography} from "@mui/material";

const CITIES = ["Aarhus", "Bergen", "Cork", "Dover", "Esbjerg", "Faro", "Genoa", "Hamburg", "Izmir", "Kiel"];
function Wizard() {
  const [step, setStep] = useState(0);
  const [form, setForm] = useState({name: "", email: "", city: null, nights: "2"});
  const [errors, setErrors] = useState({});
  const [toast, setToast] = useState(null);
  const [busy, setBusy] = useState(false);
  const set = (key) => (event) => setForm({...form, [key]: event.target.value});
  const next = async () => {
    const wrong = {};
    if (step === 0 && form.name.length < 3) wrong.name = "Enter your full name";
    if (step === 0 && !/.+@.+[.].+/.test(form.email)) wrong.email = "This is not an email address";
    if (step === 1 && !form.city) wrong.city = "Choose a harbour";
    if (step === 1 && !(+form.nights > 0)) wrong.nights = "At least one night";
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    if (step < 2) return setStep(step + 1);
    setBusy(true);
    const answer = await fetch("/api/orders", {method: "POST", body: JSON.stringify(form)});
    setBusy(false);
    if (answer.ok) { setToast(["success", "Booked. See you in " + form.city]); setStep(3); }
    else setToast(["error", "Something went wrong, your booking was not saved"]);
  };
  return <Card><CardContent component="form" noValidate onSubmit={(event) => { event.preventDefault(); next(); }}>
    <Stepper activeStep={step}>{["You", "Harbour", "Confirm"].map((s) => <Step key={s}><StepLabel>{s}</StepLabel></Step>)}</Stepper>
    <Stack spacing={2} sx={{my: 3}}>
    {step === 0 && <><TextField label="Full name" value={form.name} onChange={set("name")} error={!!errors.name} helperText={errors.name}/>
      <TextField label="Email" value={form.email} onChange={set("email")} error={!!errors.email} helperText={errors.email}/></>}
    {step === 1 && <><Autocomplete options={CITIES} value={form.city} onChange={(_, city) => setForm({...form, city})}
        renderInput={(p) => <TextField {...p} label="Harbour" error={!!errors.city} helperText={errors.city}/>}/>
      <TextField label="Nights" value={form.nights} onChange={set("nights")} error={!!errors.nights} helperText={errors.nights}/></>}
    {step === 2 && <Typography>{form.name}, {form.nights} nights in {form.city}</Typography>}
    {step === 3 && <Typography variant="h5">Thank you, {form.name}</Typography>}
    </Stack>
    {step < 3 && <Stack direction="row" spacing={1}><Button disabled={step === 0} onClick={() => setStep(step - 1)}>Back</Button>
      <Button type="submit" variant="contained" loading={busy}>{step === 2 ? "Book now" : "Continue"}</Button>
      {step === 2 && <Button onClick={() => undefined}>Download summary sheet later</Button>}</Stack>}
    <Snackbar open={!!toast} autoHideDuration={4000} onClose={() => setToast(null)}>{toast ? <Alert severity={toast[0]}>{toast[1]}</Alert> : undefined}</Snackbar>
  </CardContent></Card>;
}
function Cabin() {
  const [guests, setGuests] = useState(1);
  const [page, setPage] = useState(1);
  const [view, setView] = useState("list");
  const [anchor, setAnchor] = useState(null);
  const [open, setOpen] = useState(false);
  const [rate, setRate] = useState(2);
  const [said, setSaid] = useState("");
  const load = async () => { const a = await fetch("/api/weather"); const b = await a.json(); setSaid(b.text ?? "The forecast could not be loaded"); };
  return <Stack spacing={2} sx={{my: 2}}>
    <Stack direction="row" spacing={1}><Button variant="outlined" aria-label="Fewer guests" onClick={() => setGuests(Math.max(0, guests - 1))}>−</Button>
      <Typography aria-live="off">{guests} guests</Typography><Button variant="outlined" aria-label="More guests" onClick={() => setGuests(guests + 1)}>+</Button></Stack>
    <ToggleButtonGroup exclusive value={view} onChange={(_, v) => v && setView(v)}><ToggleButton value="list">List</ToggleButton><ToggleButton value="map">Map</ToggleButton></ToggleButtonGroup>
    <List>{[0, 1, 2].map((i) => <ListItemButton key={i}><ListItemText primary={`Cabin ${(page - 1) * 3 + i + 1}`} secondary={view}/></ListItemButton>)}</List>
    <Pagination count={9} page={page} onChange={(_, p) => setPage(p)}/>
    <Rating value={rate} onChange={(_, r) => setRate(r)} name="rating"/>
    <FormControlLabel control={<Switch/>} label="Pets on board"/>
    <Slider defaultValue={30} aria-label="Budget" sx={{width: 300}}/>
    <Tooltip title="The price is for one night"><Chip label="90 a night"/></Tooltip>
    <Stack direction="row" spacing={1}><Button onClick={(event) => setAnchor(event.currentTarget)}>More actions</Button>
      <Button onClick={() => setOpen(true)}>House rules</Button><Button variant="contained">Reserve cabin</Button><Button onClick={load}>Forecast</Button></Stack>
    <Menu anchorEl={anchor} open={!!anchor} onClose={() => setAnchor(null)}><MenuItem onClick={() => setAnchor(null)}>Rename</MenuItem><MenuItem onClick={() => setAnchor(null)}>Archive</MenuItem></Menu>
    <Dialog open={open} onClose={() => setOpen(false)}><DialogTitle>House rules</DialogTitle><DialogContent>Quiet after ten. No fires on deck.</DialogContent>
      <DialogActions><Button onClick={() => setOpen(false)}>Agree</Button></DialogActions></Dialog>
    <Typography>{said}</Typography>
  </Stack>;
}
function App() {
  const [tab, setTab] = useState(0);
  return <><AppBar position="static"><Toolbar><Typography variant="h6">Guest harbour</Typography></Toolbar></AppBar>
    <Container sx={{mt: 2}}><Tabs value={tab} onChange={(_, t) => setTab(t)}><Tab label="Book"/><Tab label="Cabins"/></Tabs>
    {tab === 0 ? <Wizard/> : <Cabin/>}</Container></>;
}
createRoot(document.getElementById("root")).render(<App/>);
"""


def _api(method: str, path: str, body: bytes) -> tuple[int, object]:
    return 200, {"text": "Light winds from the west", "id": 7}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, *PACKAGES)
    site = install.bundle(home, APP)
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Guest harbour</title><body><div id="root"></div><script src="app.js"></script>'
    )
    with install.static(site, api=_api) as url:
        yield url


def _cabins(p: Person) -> None:
    p.click(p.page.get_by_role("tab", name="Cabins"), then=1)


def _wizard(p: Person) -> None:
    p.fill(p.page.get_by_label("Full name"), "Ines Duarte")
    p.fill(p.page.get_by_label("Email"), "ines")
    p.click(moves.button(p, "Continue"), then=1.2)
    p.fill(p.page.get_by_label("Email"), "ines@harbour.test")
    p.click(moves.button(p, "Continue"), then=1.2)
    p.click(moves.button(p, "Continue"), then=1.2)
    p.click(p.page.get_by_label("Harbour"), then=0.8)
    p.click(p.page.get_by_role("option", name="Faro"), then=0.8)
    p.click(moves.button(p, "Continue"), then=1.2)
    p.click(moves.button(p, "Book now"), then=2)


def _busy(p: Person) -> None:
    _cabins(p)
    for _ in range(6):
        p.click(moves.button(p, "More guests"), then=0.12)
    for _ in range(3):
        p.click(moves.button(p, "Fewer guests"), then=0.12)
    for _ in range(4):
        p.click(p.page.get_by_label("Go to next page"), then=0.15)
    for name in ("Map", "List", "Map", "List"):
        p.click(moves.button(p, name), then=0.2)
    p.click(p.page.get_by_label("4 Stars"), then=0.5)
    p.click(p.page.get_by_label("Pets on board"), then=0.6)
    p.click(moves.button(p, "More actions"), then=0.8)
    p.click(p.page.get_by_role("menuitem", name="Archive"), then=0.8)
    p.click(moves.button(p, "House rules"), then=1.5)
    p.click(moves.button(p, "Agree"), then=1)
    box = p.page.locator(".MuiSlider-thumb").bounding_box()
    if box:
        p.drag((box["x"] + 9, box["y"] + 9), (box["x"] + 120, box["y"] + 12))
    p.click(moves.button(p, "Forecast"), then=1.5)


def _dead(p: Person) -> None:
    _cabins(p)
    with p.meets("dead_click", target="Reserve cabin"):
        p.click(moves.button(p, "Reserve cabin"), then=3.2)
    with p.meets("rage_click", target="Reserve cabin"), p.meets("dead_click", may=True):
        p.rage(moves.button(p, "Reserve cabin"), 5)


def _fails(p: Person) -> None:
    p.fill(p.page.get_by_label("Full name"), "Ines Duarte")
    p.fill(p.page.get_by_label("Email"), "ines@harbour.test")
    p.click(moves.button(p, "Continue"), then=1)
    p.click(p.page.get_by_label("Harbour"), then=0.8)
    p.click(p.page.get_by_role("option", name="Kiel"), then=0.8)
    p.click(moves.button(p, "Continue"), then=1)
    for _ in range(2):
        with p.meets("error_click", target="Book now"), p.meets("network_error"):
            p.click(moves.button(p, "Book now"), then=5)


def _refused(p: Person) -> None:
    with p.meets("validation_loop"):
        for text in ("a", "b@", "@c"):
            p.fill(p.page.get_by_label("Email"), text)
            p.click(moves.button(p, "Continue"), then=1.5)
    with p.meets("form_abandon", may=True):
        _cabins(p)


def _left(p: Person) -> None:
    with p.meets("form_abandon"):
        p.fill(p.page.get_by_label("Full name"), "Ines Duarte")
        p.fill(p.page.get_by_label("Email"), "ines@harbour.test")
        p.read(1.5)
        _cabins(p)
        p.read(1)


def _slow(p: Person) -> None:
    _cabins(p)
    with p.meets("slow_response", target="Forecast"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Forecast"), then=6)


def _throws(p: Person) -> None:
    _cabins(p)
    with p.meets("error_click", target="House rules"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "House rules"), then=3)
    with p.meets("idle_gap"):
        p.idle(32)
        p.click(p.page.get_by_role("tab", name="Book"), then=1)


def scenarios() -> list[Scenario]:
    return [
        Scenario("wizard", "Books in three steps, refused once in each of two", _wizard, False),
        Scenario("wizard-bare", "The same without our recorder", _wizard, False, recorder="rrweb"),
        Scenario(
            "wizard-sentry", "The same under Sentry, everything masked", _wizard, False, recorder="sentry", masked=True
        ),
        Scenario("busy", "Counts, pages, toggles quickly; menus, dialog, slider", _busy, False),
        Scenario("busy-old", "The same under rrweb 1", _busy, False, recorder="rrweb1"),
        Scenario("busy-posthog", "The same under PostHog", _busy, False, recorder="posthog"),
        Scenario("dead", "A button without a handler", _dead, True),
        Scenario("dead-sentry", "The same under Sentry", _dead, True, recorder="sentry"),
        Scenario("dead-old", "The same under rrweb 1", _dead, True, recorder="rrweb1"),
        Scenario(
            "fails", "The order fails twice", _fails, True, prepare=lambda c: sabotage.failing(c, "**/api/orders")
        ),
        Scenario(
            "fails-bare",
            "The same without our recorder",
            _fails,
            True,
            recorder="rrweb2alpha",
            prepare=lambda c: sabotage.failing(c, "**/api/orders"),
        ),
        Scenario(
            "fails-posthog",
            "The same under PostHog",
            _fails,
            True,
            recorder="posthog",
            prepare=lambda c: sabotage.failing(c, "**/api/orders"),
        ),
        Scenario(
            "fails-sentry",
            "The same under Sentry",
            _fails,
            True,
            recorder="sentry",
            prepare=lambda c: sabotage.failing(c, "**/api/orders"),
        ),
        Scenario("refused", "An email address refused three times", _refused, True),
        Scenario("refused-bare", "The same without our recorder", _refused, True, recorder="rrweb"),
        Scenario("left", "Fills the first step and turns to something else", _left, True),
        Scenario(
            "slow",
            "A forecast after four seconds",
            _slow,
            True,
            prepare=lambda c: sabotage.slow(c, "**/api/weather", seconds=4),
        ),
        Scenario(
            "slow-bare",
            "The same without our recorder",
            _slow,
            True,
            recorder="rrweb",
            prepare=lambda c: sabotage.slow(c, "**/api/weather", seconds=4),
        ),
        Scenario(
            "throws",
            "A button throws; then half a minute of nothing",
            _throws,
            True,
            prepare=lambda c: sabotage.throwing(
                c, "button.MuiButton-text:nth-of-type(2)", "Cannot read properties of null (reading 'open')"
            ),
        ),
    ]
