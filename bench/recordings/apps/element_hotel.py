"""A hotel's desk of Vue 3 and Element Plus: dates, steppers, a wizard, messages that float, a question, a table that waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = r"""
import { createApp, ref, reactive, computed, onMounted } from "vue/dist/vue.esm-bundler.js";
import ElementPlus, { ElMessage, ElMessageBox, ElNotification } from "element-plus";
import "element-plus/dist/index.css";
const post = async (url, body) => { const a = await fetch(url, { method: "POST", body: JSON.stringify(body) }); return { ok: a.ok, status: a.status, ...(await a.json()) }; };
createApp({
  template: `<el-container style="padding:12px"><el-header height="40px"><b>Hotel Farol</b> <el-tag>{{ free }} rooms free</el-tag></el-header><el-main>
  <el-tabs v-model="tab"><el-tab-pane label="Guests" name="guests"><div style="display:flex;gap:8px;margin-bottom:8px"><el-input v-model="q" placeholder="Look for a guest" style="width:220px" clearable /><el-button @click="load">Refresh</el-button><el-button class="merge">Merge bills</el-button><el-button @click="night">Close the day</el-button><el-dropdown trigger="click"><el-button>Actions</el-button><template #dropdown><el-dropdown-menu><el-dropdown-item @click="wake">Wake-up calls</el-dropdown-item><el-dropdown-item @click="audit">Audit</el-dropdown-item></el-dropdown-menu></template></el-dropdown></div>
  <el-table v-loading="busy" :data="shown" empty-text="Nobody of that name is here" size="small"><el-table-column prop="name" label="Name" sortable /><el-table-column prop="room" label="Room" /><el-table-column label=""><template #default="s"><el-button size="small" @click="s.row.room = s.row.room + 1">Next room</el-button></template></el-table-column></el-table><el-pagination layout="prev, pager, next" :total="40" v-model:current-page="page" /></el-tab-pane>
  <el-tab-pane label="Booking" name="booking"><el-steps :active="step" style="max-width:500px"><el-step title="Guest" /><el-step title="Stay" /><el-step title="Done" /></el-steps><el-form ref="form" :model="b" :rules="rules" label-width="120px" style="max-width:500px;margin-top:12px"><template v-if="step === 0"><el-form-item label="Full name" prop="name"><el-input v-model="b.name" /></el-form-item><el-form-item label="Passport" prop="pass"><el-input v-model="b.pass" /></el-form-item></template><template v-else-if="step === 1"><el-form-item label="Arrival" prop="day"><el-date-picker v-model="b.day" type="date" /></el-form-item><el-form-item label="Nights"><el-input-number v-model="b.nights" :min="1" /></el-form-item><el-form-item label="Sea view"><el-switch v-model="b.sea" /></el-form-item><el-form-item label="Floor"><el-select v-model="b.floor"><el-option v-for="n in 4" :key="n" :label="'Floor ' + n" :value="n" /></el-select></el-form-item></template><p v-else>Booked for {{ b.nights }} nights.</p><el-form-item v-if="step < 2"><el-button v-if="step" @click="step--">Back</el-button><el-button type="primary" @click="next">Continue</el-button><el-button @click="drop">Throw away</el-button></el-form-item></el-form></el-tab-pane>
  <el-tab-pane label="House" name="house"><el-carousel height="90px" :autoplay="true" :interval="2500"><el-carousel-item v-for="n in 4" :key="n"><h3>Picture {{ n }}</h3></el-carousel-item></el-carousel><el-collapse><el-collapse-item title="What if the key fails?" name="1">Ring the bell.</el-collapse-item></el-collapse><el-rate v-model="stars" /><el-slider v-model="warm" style="width:240px" /></el-tab-pane></el-tabs></el-main></el-container>`,
  setup() {
    const tab = ref("guests"), q = ref(""), busy = ref(false), page = ref(1), step = ref(0), stars = ref(2), warm = ref(20), free = ref(12), form = ref(null);
    const all = reactive(["Abreu", "Bento", "Castro", "Duarte", "Esteves", "Faria", "Gomes", "Horta"].map((name, n) => ({ name, room: 101 + n })));
    const shown = computed(() => all.filter((g) => g.name.toLowerCase().includes(q.value.toLowerCase())).slice(((page.value - 1) * 3) % 8, ((page.value - 1) * 3) % 8 + 3));
    const b = reactive({ name: "", pass: "", day: "", nights: 1, sea: false, floor: "" });
    const rules = { name: [{ required: true, message: "As in the passport", trigger: "submit" }], pass: [{ pattern: /^[A-Z]{2}[0-9]{4}$/, message: "Two capitals, then four digits", trigger: "submit" }], day: [{ required: true, message: "We have to know the day", trigger: "submit" }] };
    const load = async () => { busy.value = true; await fetch("/api/guests"); busy.value = false; };
    const night = async () => { const a = await post("/api/night", {}); a.ok ? ElNotification({ title: "The day is closed", type: "success", duration: 3000 }) : ElMessage({ message: "Two bills are still open at the bar", type: "error", duration: 3500 }); };
    const next = async () => { try { await form.value.validate(); } catch { return; } if (step.value === 1) { const a = await post("/api/book", b); if (!a.ok) return ElMessage.error("The room went to somebody else"); ElMessage.success("Booked"); } step.value++; };
    const drop = () => ElMessageBox.confirm("Nothing of this booking will be kept. Are you sure?", "Throw away", { confirmButtonText: "Yes, away", cancelButtonText: "No, keep it", type: "warning" }).then(() => { b.name = b.pass = ""; step.value = 0; }).catch(() => {});
    const wake = () => ElMessage({ message: "Calls are set for seven", type: "info" });
    const audit = () => { window.auditor.run(); };
    onMounted(() => setInterval(() => { free.value = 8 + Math.floor(Math.random() * 9); }, 1700));
    return { tab, q, busy, page, step, stars, warm, free, form, shown, b, rules, load, night, next, drop, wake, audit };
  },
}).use(ElementPlus).mount("#app");
"""
INDEX = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hotel</title><link rel="stylesheet" href="app.css"></head><body><div id="app"></div><script src="app.js"></script></body></html>'


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "vue@3", "element-plus@2")
    site = install.bundle(home, APP, loader="js")
    (site / "index.html").write_text(INDEX)
    with install.static(site, api=lambda method, path, body: (200, {})) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("Abreu").wait_for()
    p.read(1.6)


def _book(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Booking")
    moves.fill(p, {"Full name": "Ines Durate"})
    for _ in range(4):
        p.press("Backspace", then=0.06)
    p.type("arte")
    moves.fill(p, {"Passport": "PT4711"})
    p.click(moves.button(p, "Continue"), then=1.2)
    p.click(p.page.get_by_label("Arrival"), then=0.9)
    for _ in range(3):
        p.click(
            p.page.locator(
                ".el-picker-panel__icon-btn.arrow-right:visible, button[aria-label='Next Month']:visible"
            ).first,
            then=0.3,
        )
    p.click(p.page.locator(".el-date-table td.available:visible").nth(9), then=0.8)
    for _ in range(4):
        p.click(p.page.locator(".el-input-number__increase"), then=0.25)
    p.click(p.page.locator(".el-switch"), then=0.6)
    p.click(p.page.locator(".el-select"), then=0.8)
    p.click(p.page.locator(".el-select-dropdown__item:visible").nth(1), then=0.8)
    p.click(moves.button(p, "Throw away"), then=1)
    p.click(moves.button(p, "No, keep it"), then=1)
    p.click(moves.button(p, "Continue"), then=3.5)
    moves.tab(p, "Guests")


def _round(p: Person) -> None:
    _ready(p)
    for number in ("2", "3", "1"):
        p.click(p.page.locator(".el-pager li", has_text=number), then=0.35)
    for _ in range(4):
        p.click(moves.button(p, "Next room").first, then=0.25)
    p.click(p.page.locator("th", has_text="Name"), then=0.5)
    p.click(p.page.locator("th", has_text="Name"), then=0.8)
    p.click(moves.button(p, "Refresh"), then=1.5)
    p.click(moves.button(p, "Close the day"), then=3.8)
    p.click(moves.button(p, "Actions"), then=0.8)
    p.click(p.page.get_by_role("menuitem", name="Wake-up calls"), then=2)
    moves.tab(p, "House")
    p.read(3)
    p.click(moves.button(p, "What if the key fails?"), then=1)
    p.click(p.page.locator(".el-rate__item").nth(3), then=0.8)
    p.click(p.page.locator(".el-carousel__indicator").nth(2), then=1)
    p.read(2)


def _passport(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Booking")
    moves.fill(p, {"Full name": "Rui Horta"})
    moves.refused(p, p.page.get_by_label("Passport"), ("4711", "pt4711", "none"), moves.button(p, "Continue"))
    with p.meets("form_abandon"):
        moves.tab(p, "House")
    p.read(2)


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Merge bills"), "Merge bills")
    moves.in_vain(p, p.page.get_by_placeholder("Look for a guest"), ("Zarco", "Yolanda", "Wolf"))
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Close the day"), p.meets("network_error"):
        p.click(moves.button(p, "Close the day"), then=4)
    p.click(moves.button(p, "Actions"), then=0.8)
    with p.meets("error_click", target="Audit"):
        p.click(p.page.get_by_role("menuitem", name="Audit"), then=3)
    p.read(1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Refresh"):
        p.click(moves.button(p, "Refresh"), then=6)
    with p.meets("cursor_thrash", may=True):
        p.thrash()
    moves.tab(p, "House")
    p.read(2)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/night", status=409)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/guests", seconds=4.3)  # noqa: E731
    return [
        *moves.under(
            Scenario("book", "A booking in three steps, a day, a question answered no", _book, False), "posthog"
        ),
        *moves.under(
            Scenario("round", "Leafs, sorts, moves guests, closes the day, looks at the house", _round, False),
            "rrweb2alpha",
        ),
        Scenario("passport", "A passport refused three times, then left", _passport, True),
        Scenario("dead", "A button that nothing listens to; three guests in vain", _dead, True),
        Scenario(
            "broken",
            "A day that cannot be closed, an audit that throws",
            _broken,
            True,
            prepare=bad,
            recorder="playhead",
        ),
        Scenario("slow", "A table that waits for four seconds", _slow, True, prepare=late, recorder="rrweb"),
    ]
