"""A clinic's desk of PrimeVue (Vue 3): a virtual scroller of 2000 rows, a dialog with a form, a question, toasts, skeletons."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PARTS = "Button DataTable Column Dialog InputText Password Select DatePicker Toast ConfirmDialog Skeleton ProgressSpinner Tabs TabList Tab TabPanels TabPanel ToggleSwitch Message Paginator Card"
APP = """
import { createApp } from "vue/dist/vue.esm-bundler.js";
import PrimeVue from "primevue/config";
import ToastService from "primevue/toastservice";
import ConfirmationService from "primevue/confirmationservice";
import { useToast } from "primevue/usetoast";
import { useConfirm } from "primevue/useconfirm";
import Aura from "@primevue/themes/aura";
%s
const FIRST = ["Ana", "Bento", "Carla", "Duarte", "Elsa", "Filipe", "Gil", "Hugo"], LAST = ["Alves", "Brito", "Costa", "Dias", "Faria", "Lopes"];
const ROWS = Array.from({ length: 2000 }, (_, i) => ({ id: i, name: FIRST[i %% 8] + " " + LAST[i %% 6], file: "F" + (1000 + i), ward: "ABC"[i %% 3] }));
const App = { setup: () => ({ toast: useToast(), ask: useConfirm() }),
  template: `<Toast/><ConfirmDialog/><main style="padding:16px"><Tabs value="people"><TabList><Tab value="people">Patients</Tab><Tab value="today">Today</Tab><Tab value="staff">Staff</Tab></TabList><TabPanels>
  <TabPanel value="people"><InputText v-model="q" placeholder="Find a patient"/> <Button label="Admit" @click="open = true"/> <Button label="Print labels" severity="secondary"/> <Button label="Occupancy" text @click="load"/>
   <p v-if="busy"><Skeleton width="12rem" height="1.2rem"/></p><p v-else-if="said">{{ said }}</p>
   <DataTable v-if="shown.length" :value="shown" scrollable scroll-height="380px" :virtual-scroller-options="{ itemSize: 44 }" selection-mode="single" v-model:selection="chosen" data-key="id" size="small"><Column field="name" header="Name" sortable style="width:40%%"/><Column field="file" header="File" sortable/><Column field="ward" header="Ward"/></DataTable><div v-else>Nobody of that name is here</div>
   <Card v-if="chosen"><template #title>{{ chosen.name }}</template><template #content>File {{ chosen.file }}, ward {{ chosen.ward }} <Button label="Discharge" severity="danger" size="small" @click="leave"/></template></Card></TabPanel>
  <TabPanel value="today"><ul><li v-for="i in 3" :key="i">Visit {{ (page * 3) + i }}</li></ul><Paginator :rows="3" :total-records="30" @page="page = $event.page"/><label><ToggleSwitch v-model="quiet" input-id="quiet"/> <span @click="quiet = !quiet">Quiet hours</span></label> <Button label="Call next" @click="next"/></TabPanel>
  <TabPanel value="staff"><p v-if="user">On duty: {{ user }}</p><form v-else @submit.prevent="enter" style="display:grid;gap:8px;width:260px"><label for="user">Name</label><InputText id="user" v-model="who"/><label for="pass">Password</label><Password input-id="pass" v-model="pass" :feedback="false"/><Message v-if="wrong" severity="error">{{ wrong }}</Message><Button type="submit" label="Go on duty"/></form></TabPanel></TabPanels></Tabs>
  <Dialog v-model:visible="open" modal header="Admit a patient" style="width:26rem"><form @submit.prevent="admit" style="display:grid;gap:8px"><label for="name">Full name</label><InputText id="name" v-model="name"/><label for="number">Insurance number</label><InputText id="number" v-model="number" :invalid="!!bad"/><Message v-if="bad" severity="error" size="small" variant="simple">{{ bad }}</Message><label id="lw">Ward</label><Select v-model="ward" :options="['A', 'B', 'C']" aria-labelledby="lw" placeholder="Any"/><Button type="submit" label="Admit now" :loading="saving"/></form></Dialog></main>`,
  data: () => ({ q: "", rows: ROWS, chosen: null, open: false, busy: false, said: "", page: 0, quiet: false, who: "", pass: "", wrong: "", user: "", name: "", number: "", bad: "", ward: null, saving: false }),
  computed: { shown() { const q = this.q.toLowerCase(); return q ? this.rows.filter((r) => r.name.toLowerCase().includes(q)) : this.rows; } },
  methods: {
    async load() { this.busy = true; const a = await fetch("/api/occupancy"); this.said = (await a.json()).text; this.busy = false; },
    leave() { this.ask.require({ header: "Discharge", message: "Is " + this.chosen.name + " going home?", acceptLabel: "Yes", rejectLabel: "No", accept: () => { this.rows = this.rows.filter((r) => r !== this.chosen); this.toast.add({ severity: "success", summary: "Discharged", detail: this.chosen.name, life: 2500 }); this.chosen = null; } }); },
    async enter() { this.wrong = ""; const a = await fetch("/api/duty", { method: "POST", body: this.pass }); if (a.ok) this.user = this.who; else this.wrong = (await a.json()).detail; },
    async admit() { this.bad = /^\\d{8}$/.test(this.number) ? "" : "Eight digits, as on the card"; if (this.bad) return; this.saving = true; const a = await fetch("/api/admit", { method: "POST", body: this.number }); this.saving = false;
      if (!a.ok) return this.toast.add({ severity: "error", summary: "Not admitted", detail: "The register did not answer", life: 4000 }); this.rows = [{ id: Date.now(), name: this.name, file: "F" + this.number, ward: this.ward ?? "A" }, ...this.rows]; this.open = false; this.toast.add({ severity: "success", summary: "Admitted", detail: this.name, life: 2500 }); },
    next() { this.queue.shift().call(); } } };
const app = createApp(App).use(PrimeVue, { theme: { preset: Aura } }).use(ToastService).use(ConfirmationService);
app.config.errorHandler = (error) => { setTimeout(() => { throw error; }); };
for (const [name, part] of Object.entries(PARTS)) app.component(name, part);
app.mount("#app");
"""
INDEX = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clinic</title><style>body{font-family:sans-serif;margin:0}</style></head><body><div id="app"></div><script src="app.js"></script></body></html>'


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/duty":
        return (200, {}) if body == b"scalpel" else (403, {"detail": "Name and password do not belong together"})
    return 200, {"text": "212 of 240 beds"}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "vue@3", "primevue@4", "@primevue/themes@4", "primeicons@7")
    names = PARTS.split()
    imports = "\n".join(f'import {one} from "primevue/{one.lower()}";' for one in names)
    site = install.bundle(home, APP % (imports + "\nconst PARTS = {" + ", ".join(names) + "};"), loader="js")
    with install.page(site, INDEX, api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("F1000").wait_for()
    p.read(1.2)


def _round(p: Person) -> None:
    _ready(p)
    p.point(p.page.get_by_text("F1003"))
    p.scroll(3000, then=1)
    p.scroll(1500, then=1)
    p.click(p.page.locator(".p-datatable-tbody > tr").nth(4), then=1)
    p.click(p.page.locator("th", has_text="File").first, then=0.8)
    p.click(p.page.locator("th", has_text="File").first, then=0.8)
    p.click(moves.button(p, "Discharge"), then=1)
    p.click(moves.button(p, "Yes"), then=3)
    moves.tab(p, "Today")
    for _ in range(4):
        p.click(p.page.get_by_label("Next Page"), then=0.15)
    p.click(p.page.get_by_text("Quiet hours"), then=0.8)
    moves.tab(p, "Patients")
    p.click(moves.button(p, "Occupancy"), then=1.2)


def _admit(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Admit"), then=1)
    moves.fill(p, {"Full name": "Rita Melo", "Insurance number": "12345678"})
    p.click(p.page.get_by_role("combobox", name="Ward"), then=0.7)
    p.click(p.page.get_by_role("option", name="B"), then=0.7)
    p.click(moves.button(p, "Admit now"), then=3)
    p.fill(p.page.get_by_placeholder("Find a patient"), "rita", then=1.5)
    p.click(p.page.locator(".p-datatable-tbody > tr").first, then=1)
    p.click(moves.button(p, "Admit"), then=1)
    p.press("Escape", then=1)


def _number(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Admit"), then=1)
    moves.fill(p, {"Full name": "Rita Melo"})
    moves.refused(p, p.page.get_by_label("Insurance number"), ("none", "1234", "1234567"), moves.button(p, "Admit now"))
    with p.meets("form_abandon"):
        p.click(p.page.locator(".p-dialog-close-button"), then=1.5)
        moves.tab(p, "Today")
    p.read(1)


def _duty(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Staff")
    moves.fill(p, {"Name": "Ines"})
    box = p.page.locator("#pass")
    moves.locked_out(p, box, ("needle", "knife"), moves.button(p, "Go on duty"), requests=True)
    p.fill(box, "scalpel")
    p.click(moves.button(p, "Go on duty"), then=1.5)


def _dead(p: Person) -> None:
    _ready(p)
    p.click(p.page.locator(".p-datatable-tbody > tr").nth(2), then=1)
    moves.dead(p, moves.button(p, "Print labels"), "Print labels")
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Admit"), then=1)
    moves.fill(p, {"Full name": "Rita Melo", "Insurance number": "12345678"})
    with p.meets("error_click", target="Admit now"), p.meets("network_error"):
        p.click(moves.button(p, "Admit now"), then=4)
    with p.meets("form_abandon", may=True):
        p.click(p.page.locator(".p-dialog-close-button"), then=1.5)
    moves.tab(p, "Today")
    with p.meets("error_click", target="Call next"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Call next"), then=3)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Occupancy"):
        p.click(moves.button(p, "Occupancy"), then=6)
    moves.in_vain(p, p.page.get_by_placeholder("Find a patient"), ("zuza", "quim", "xavier"))
    p.read(1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/admit", status=503)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/occupancy", seconds=4.4)  # noqa: E731
    return [
        *moves.under(Scenario("round", "Scrolls far, sorts, discharges, pages", _round, False), "rrweb", "posthog"),
        *moves.under(Scenario("admit", "Admits a patient and finds her", _admit, False), "rrweb2alpha"),
        Scenario("number", "A number refused three times, then left", _number, True),
        Scenario("duty", "Two wrong passwords", _duty, True),
        Scenario("dead", "A button that nothing listens to", _dead, True),
        Scenario("broken", "A register that does not answer, a button that throws", _broken, True, prepare=bad),
        Scenario("slow", "A skeleton for four seconds; three names in vain", _slow, True, prepare=late),
    ]
