"""A Vue application with PrimeVue from npm: a long form with checks in the page and on the server, dialogs, toasts."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import { createApp, ref, reactive, h, defineComponent } from "vue/dist/vue.esm-bundler.js";
import PrimeVue from "primevue/config";
import ToastService from "primevue/toastservice";
import { useToast } from "primevue/usetoast";
import Button from "primevue/button"; import InputText from "primevue/inputtext"; import Password from "primevue/password";
import Select from "primevue/select"; import Checkbox from "primevue/checkbox"; import Dialog from "primevue/dialog";
import Toast from "primevue/toast"; import Message from "primevue/message"; import Stepper from "primevue/stepper";
import ToggleSwitch from "primevue/toggleswitch"; import Rating from "primevue/rating"; import Accordion from "primevue/accordion";
import AccordionPanel from "primevue/accordionpanel"; import AccordionHeader from "primevue/accordionheader"; import AccordionContent from "primevue/accordioncontent";
import Aura from "@primeuix/themes/aura";
const App = defineComponent({
  components: {Button, InputText, Password, Select, Checkbox, Dialog, Toast, Message, ToggleSwitch, Rating, Accordion, AccordionPanel, AccordionHeader, AccordionContent},
  setup() {
    const toast = useToast();
    const form = reactive({name: "", mail: "", pier: null, agree: false, news: false, stars: 0});
    const errors = reactive({}); const busy = ref(false); const help = ref(false); const done = ref("");
    const check = () => { for (const k of Object.keys(errors)) delete errors[k];
      if (form.name.length < 3) errors.name = "Enter the boat's name"; if (!/^\\S+@\\S+\\.\\S+$/.test(form.mail)) errors.mail = "Enter an e-mail address";
      if (!form.pier) errors.pier = "Choose a pier"; if (!form.agree) errors.agree = "Agree to the harbour rules"; return !Object.keys(errors).length; };
    const send = async () => { if (!check()) return; busy.value = true;
      const r = await fetch("/api/moorings", {method: "POST", body: JSON.stringify(form)}); busy.value = false;
      if (r.ok) done.value = (await r.json()).number; else { const d = (await r.json()).detail; toast.add({severity: "error", summary: "Not booked", detail: d, life: 6000}); } };
    return {form, errors, busy, help, done, send, piers: ["North pier", "South pier", "Pontoon"], toast};
  },
  template: `<Toast/><main style="max-width:560px;margin:32px auto;font-family:system-ui"><h1>Book a mooring</h1>
  <p v-if="done" role="status">Booked: number {{ done }}</p>
  <form v-else @submit.prevent="send" novalidate aria-label="Mooring" style="display:grid;gap:12px">
   <div><label for="name">Boat's name</label><br><InputText id="name" v-model="form.name" :invalid="!!errors.name" fluid/><Message v-if="errors.name" severity="error" size="small" variant="simple">{{ errors.name }}</Message></div>
   <div><label for="mail">E-mail</label><br><InputText id="mail" v-model="form.mail" :invalid="!!errors.mail" fluid/><Message v-if="errors.mail" severity="error" size="small" variant="simple">{{ errors.mail }}</Message></div>
   <div><label id="pl">Pier</label><br><Select v-model="form.pier" :options="piers" aria-labelledby="pl" placeholder="Choose" fluid/><Message v-if="errors.pier" severity="error" size="small" variant="simple">{{ errors.pier }}</Message></div>
   <div><ToggleSwitch v-model="form.news" inputId="news"/> <label for="news">Tide warnings by mail</label></div>
   <div>How was the last stay? <Rating v-model="form.stars"/></div>
   <div><Checkbox v-model="form.agree" binary inputId="agree"/> <label for="agree">I agree to the harbour rules</label><Message v-if="errors.agree" severity="error" size="small" variant="simple">{{ errors.agree }}</Message></div>
   <div style="display:flex;gap:8px"><Button type="submit" label="Book" :loading="busy"/><Button type="button" label="Harbour rules" severity="secondary" @click="help = true"/></div>
  </form>
  <Accordion style="margin-top:24px"><AccordionPanel v-for="n in 3" :key="n" :value="n"><AccordionHeader>Question {{ n }}</AccordionHeader><AccordionContent><p>Answer {{ n }}.</p></AccordionContent></AccordionPanel></Accordion>
  <Dialog v-model:visible="help" modal header="Harbour rules" style="width:24rem"><p>Slow in the basin. No swimming.</p><Button label="Understood" @click="help = false"/></Dialog></main>`,
});
createApp(App).use(PrimeVue, {theme: {preset: Aura, options: {darkModeSelector: ".dark"}}}).use(ToastService).mount("#app");
"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mooring</title></head>
<body><div id="app"></div><script src="app.js"></script></body></html>"""


def _api(method: str, path: str, body: bytes) -> tuple[int, object]:
    boat = json.loads(body)
    if boat["name"].startswith("Slow"):
        time.sleep(4.4)
    if boat["pier"] == "Pontoon":
        return 409, {"detail": "The pontoon is full"}
    return 200, {"number": 417}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "vue@3.5.45", "primevue@4.3.9", "@primeuix/themes@1.2.5")
    shutil.rmtree(home / "site", ignore_errors=True)
    site = install.bundle(home, APP, loader="js")
    with install.page(site, INDEX, api=_api) as url:
        yield url


def _fill(p: Person, name: str, pier: str) -> None:
    p.fill(p.page.get_by_label("Boat's name"), name)
    p.fill(p.page.get_by_label("E-mail"), "ines@example.com")
    p.click(p.page.get_by_role("combobox", name="Pier"), then=0.7)
    p.click(p.page.get_by_role("option", name=pier), then=0.6)
    p.click(p.page.get_by_label("I agree"), then=0.5)


def _book(p: Person) -> None:
    p.read(1)
    _fill(p, "Kittiwake", "North pier")
    p.click(p.page.get_by_label("Tide warnings"), then=0.5)
    p.click(p.page.get_by_role("button", name="Harbour rules"), then=1.5)
    p.click(p.page.get_by_role("button", name="Understood"), then=1)
    p.click(p.page.get_by_role("button", name="Book", exact=True), then=2)


def _look(p: Person) -> None:
    p.read(1)
    for n in (1, 2, 3, 2):
        p.click(p.page.get_by_role("button", name=f"Question {n}"), then=0.8)
    for _ in range(4):
        p.click(p.page.get_by_label("Tide warnings"), then=0.25)
    p.read(1)


def _refused(p: Person) -> None:
    p.read(1)
    p.fill(p.page.get_by_label("Boat's name"), "Dunlin")
    with p.meets("validation_loop"):
        for mail in ("ines", "ines@", "ines@example"):
            p.fill(p.page.get_by_label("E-mail"), mail)
            with p.meets("error_click", target="Book", may=True):
                p.click(p.page.get_by_role("button", name="Book", exact=True), then=1.2)
    p.read(1)


def _pontoon_full(p: Person) -> None:
    p.read(1)
    _fill(p, "Turnstone", "Pontoon")
    for _ in range(2):
        with p.meets("network_error", "error_click", target="Book"):
            p.click(p.page.get_by_role("button", name="Book", exact=True), then=2.5)


def _slow(p: Person) -> None:
    p.read(1)
    _fill(p, "Slow Loris", "South pier")
    with p.meets("slow_response", target="Book"):
        p.click(p.page.get_by_role("button", name="Book", exact=True), then=6)


def _dead_rules(p: Person) -> None:
    p.read(1)
    with p.meets("form_abandon", may=True):
        p.fill(p.page.get_by_label("Boat's name"), "Plover")
        with p.meets("dead_click", target="Harbour rules"):
            p.click(p.page.get_by_role("button", name="Harbour rules"), then=3.5)
        with p.meets("rage_click", target="Harbour rules"), p.meets("dead_click", target="Harbour rules", may=True):
            p.rage(p.page.get_by_role("button", name="Harbour rules"), 4)


def scenarios() -> list[Scenario]:
    return [
        Scenario("book", "Books a mooring", _book, False),
        Scenario("look", "Opens questions, plays with the switch", _look, False),
        Scenario("plain-rrweb", "Books, recorded by bare rrweb", _book, False, "rrweb"),
        Scenario("refused", "An e-mail address refused three times", _refused, True),
        Scenario("full", "The server refuses twice", _pontoon_full, True),
        Scenario("slow", "Four seconds for an answer", _slow, True),
        Scenario(
            "dead-rules",
            "The rules button does nothing",
            _dead_rules,
            True,
            prepare=lambda c: sabotage.dead(c, "button[type=button].p-button-secondary"),
        ),
    ]
