"""A Vuetify booking page (Vue 3): rules on fields, ripples, snackbars, expansion panels, a carousel that turns by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import {createApp, h} from "vue/dist/vue.esm-bundler.js";
import {createVuetify} from "vuetify";
import * as components from "vuetify/components";
import * as directives from "vuetify/directives";
import "vuetify/styles";
const App = {
  template: `<v-app><v-main class="pa-4">
  <v-carousel height="120" cycle interval="1500" hide-delimiters :show-arrows="true"><v-carousel-item v-for="i in 5" :key="i"><v-sheet height="100%" class="pa-8">Harbour {{i}}</v-sheet></v-carousel-item></v-carousel>
  <v-row class="mt-3"><v-col cols="6"><v-form @submit.prevent="book" v-model="valid">
    <v-text-field v-model="name" label="Skipper" :rules="[v => !!v || 'A skipper is needed', v => v.length > 2 || 'Too short']"/>
    <v-text-field v-model="phone" label="Phone" :rules="[v => /^[+0-9 ]{6,}$/.test(v) || 'Digits only, at least six']"/>
    <v-select v-model="port" label="Port" :items="['Faro','Lagos','Sines']"/>
    <v-checkbox v-model="ok" label="I accept the rules"/>
    <v-btn type="submit" color="primary" :loading="busy">Book berth</v-btn> <v-btn class="ml-2">Print ticket</v-btn> <v-btn class="ml-2" @click="n++">Add night</v-btn> <v-btn class="ml-2">Ask the master</v-btn>
    <p>{{n}} nights</p></v-form></v-col>
  <v-col cols="6"><v-expansion-panels><v-expansion-panel v-for="q in ['Where is it?','What does it cost?']" :title="q" text="See the map."/></v-expansion-panels>
    <v-chip-group v-model="chip"><v-chip v-for="c in ['Calm','Windy','Stormy']" :key="c">{{c}}</v-chip></v-chip-group>
    <v-pagination v-model="pg" :length="6"/><v-list><v-list-item v-for="i in 3" :key="i" :title="'Berth ' + ((pg-1)*3+i)"/></v-list>
    <v-btn @click="tide">Tide table</v-btn><p>{{said}}</p></v-col></v-row>
  <v-snackbar v-model="bar" :color="tone" timeout="3500">{{text}}</v-snackbar></v-main></v-app>`,
  data: () => ({name: "", phone: "", port: null, ok: false, valid: null, busy: false, n: 1, chip: 0, pg: 1, bar: false, text: "", tone: "", said: ""}),
  methods: {
    async book() { if (!this.valid) return; this.busy = true; const a = await fetch("/api/berths", {method: "POST", body: this.name}); this.busy = false;
      this.tone = a.ok ? "success" : "error"; this.text = a.ok ? "Berth booked" : "Sorry, the booking failed"; this.bar = true; },
    async tide() { const a = await fetch("/api/tide"); this.said = (await a.json()).text; },
  },
};
createApp(App).use(createVuetify({components, directives})).mount("#app");
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "vue@3", "vuetify@3")
    site = install.bundle(home, APP, loader="js")
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Berths</title><link rel="stylesheet" href="app.css"><body><div id="app"></div><script src="app.js"></script>'
    )
    with install.static(site, api=lambda *_: (200, {"text": "High water at noon"})) as url:
        yield url


def _book(p: Person) -> None:
    p.read(1)
    p.click(moves.button(p, "Book berth"), then=1)
    p.fill(p.page.get_by_label("Skipper"), "Rui")
    p.fill(p.page.get_by_label("Phone"), "+351 22 33")
    p.click(p.page.get_by_label("I accept the rules"), then=0.5)
    for _ in range(5):
        p.click(moves.button(p, "Add night"), then=0.15)
    for _ in range(3):
        p.click(p.page.get_by_label("Next page"), then=0.2)
    p.click(p.page.get_by_text("Windy"), then=0.5)
    p.click(moves.button(p, "Where is it?"), then=1)
    p.click(moves.button(p, "Where is it?"), then=1)
    for _ in range(3):
        p.click(p.page.get_by_label("Next visual"), then=0.5)
    p.click(moves.button(p, "Tide table"), then=1)
    p.click(moves.button(p, "Book berth"), then=2)


def _dead(p: Person) -> None:
    p.read(4)
    p.fill(p.page.get_by_label("Skipper"), "Rui")
    with p.meets("dead_click", target="Ask the master"):
        p.click(moves.button(p, "Ask the master"), then=3.3)
    with (
        p.meets("rage_click", target="Ask the master"),
        p.meets("dead_click", may=True),
        p.meets("form_abandon", may=True),
    ):
        p.rage(moves.button(p, "Ask the master"), 5)


def _phone(p: Person) -> None:
    p.read(1)
    p.fill(p.page.get_by_label("Skipper"), "Rui")
    with p.meets("validation_loop"), p.meets("form_abandon", may=True):
        for words in ("none", "ask me", "later"):
            p.fill(p.page.get_by_label("Phone"), words)
            p.click(moves.button(p, "Book berth"), then=1.5)


def _fails(p: Person) -> None:
    p.read(1)
    p.fill(p.page.get_by_label("Skipper"), "Rui")
    p.fill(p.page.get_by_label("Phone"), "123456")
    for _ in range(2):
        with p.meets("error_click", target="Book berth"), p.meets("network_error"):
            p.click(moves.button(p, "Book berth"), then=4.5)
    with p.meets("slow_response", target="Tide table"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Tide table"), then=6)


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing(context, "**/api/berths", status=502)
        sabotage.slow(context, "**/api/tide", seconds=4)

    return [
        Scenario("book", "Refused once, then booked; nights, pages, panels, slides", _book, False),
        Scenario("book-alpha", "The same under a 2.0 alpha", _book, False, recorder="rrweb2alpha"),
        Scenario(
            "book-sentry", "The same under Sentry, everything masked", _book, False, recorder="sentry", masked=True
        ),
        Scenario("dead", "A dead button beside slides that turn by themselves", _dead, True),
        Scenario("dead-old", "The same under rrweb 1", _dead, True, recorder="rrweb1"),
        Scenario("phone", "A phone number refused three times", _phone, True),
        Scenario("phone-bare", "The same without our recorder", _phone, True, recorder="rrweb"),
        Scenario("fails", "Booking fails twice, the tide table is slow", _fails, True, prepare=trouble),
        Scenario("fails-posthog", "The same under PostHog", _fails, True, prepare=trouble, recorder="posthog"),
    ]
