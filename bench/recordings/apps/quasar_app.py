"""A Quasar warehouse (Vue 3): a table with pages, a wizard in steps, a calendar, rating, tabs, notifications, a list that
loads on as it is scrolled."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import {createApp} from "vue/dist/vue.esm-bundler.js";
import * as Q from "quasar/dist/quasar.client.js";
import "quasar/dist/quasar.css";
const rows = Array.from({length: 46}, (_, i) => ({id: i + 1, part: "Part " + (i + 1), stock: (i * 7) % 40, bay: "B" + (i % 9)}));
const App = {
  template: `<q-layout view="hHh lpR fFf"><q-header><q-toolbar><q-toolbar-title>Warehouse</q-toolbar-title>
   <q-tabs v-model="tab"><q-tab name="stock" label="Stock"/><q-tab name="order" label="New order"/><q-tab name="log" label="Log"/></q-tabs>
   <q-btn flat label="Recount" @click="() => {}" class="recount"/><q-toggle v-model="dark" label="Dark" color="black"/></q-toolbar></q-header>
  <q-page-container><q-page class="q-pa-md"><q-tab-panels v-model="tab" animated>
   <q-tab-panel name="stock"><q-input v-model="filter" label="Search parts" debounce="250" dense clearable/>
    <q-table :rows="rows" :columns="columns" row-key="id" :filter="filter" title="Parts" selection="multiple" v-model:selected="chosen" :rows-per-page-options="[8]"
      no-results-label="No matching parts found"><template #body-cell-act="p"><q-td :props="p"><q-btn dense label="Reserve" @click="reserve(p.row)"/></q-td></template></q-table>
    <div class="row q-gutter-md q-mt-sm items-center"><q-btn icon="remove" label="−" aria-label="Fewer pallets" @click="n = Math.max(0, n - 1)"/><span>{{n}} pallets</span><q-btn label="+" aria-label="More pallets" @click="n++"/>
     <q-rating v-model="stars" :max="5" icon="star_border" size="2em"/><q-btn label="Stock report" :loading="busy" @click="report"/><span role="status">{{said}}</span>
     <q-btn label="Ask the foreman" class="ask"/></div></q-tab-panel>
   <q-tab-panel name="order"><q-form @submit="send" greedy class="q-gutter-sm" style="max-width: 420px">
     <q-input v-model="who" label="Customer *" :rules="[v => !!v || 'Who is it for?']"/><q-input v-model="zip" label="Postcode *" :rules="[v => /^[0-9]{5}$/.test(v) || 'Five digits, please']"/>
     <q-select v-model="bay" :options="['North', 'South', 'Harbour']" label="Gate"/><q-input v-model="day" label="Day" readonly @click="cal = true"/>
     <q-btn type="submit" label="Place order" color="primary"/><q-btn type="reset" flat label="Clear"/></q-form>
     <q-dialog v-model="cal"><q-date v-model="day"/></q-dialog></q-tab-panel>
   <q-tab-panel name="log"><div style="height: 400px; overflow: auto" ref="box"><q-infinite-scroll @load="more" :offset="120" :scroll-target="$refs.box"><q-item v-for="l in log" :key="l"><q-item-section>Entry {{l}}: a pallet moved</q-item-section></q-item>
     <template #loading><q-spinner-dots size="30px"/></template></q-infinite-scroll></div></q-tab-panel></q-tab-panels></q-page></q-page-container></q-layout>`,
  data: () => ({tab: "stock", filter: "", chosen: [], n: 1, stars: 0, busy: false, said: "", who: "", zip: "", bay: null, day: "2026/06/12", cal: false, log: 20, dark: false, rows,
    columns: [{name: "part", label: "Part", field: "part", sortable: true, align: "left"}, {name: "stock", label: "In stock", field: "stock", sortable: true}, {name: "bay", label: "Bay", field: "bay"}, {name: "act", label: "", field: "id"}]}),
  watch: {dark(v) { Q.Dark.set(v); }},
  methods: {
    async reserve(row) { const a = await fetch("/api/reserve", {method: "POST", body: String(row.id)}); Q.Notify.create(a.ok ? {type: "positive", message: row.part + " is reserved"} : {type: "negative", message: "Could not reserve " + row.part}); },
    async report() { this.busy = true; this.said = ""; const a = await fetch("/api/report"); this.busy = false; this.said = a.ok ? "46 parts, 812 pieces" : ""; if (!a.ok) Q.Notify.create({type: "negative", message: "The report could not be made"}); },
    async send() { const a = await fetch("/api/orders", {method: "POST", body: this.who}); Q.Notify.create(a.ok ? {type: "positive", message: "Order placed"} : {type: "negative", message: "Order not placed: try again later"}); if (a.ok) { this.who = this.zip = ""; } },
    more(_, done) { setTimeout(() => { this.log += 15; done(this.log > 90); }, 500); },
  },
};
const components = Object.fromEntries(Object.entries(Q).filter(([name]) => /^Q[A-Z]/.test(name)));
createApp(App).use(Q.Quasar, {components, plugins: {Notify: Q.Notify}}).mount("#app");
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, "vue@3", "quasar@2", "@quasar/extras@1")
    site = install.bundle(home, APP, loader="js")
    shutil.copytree(modules / "@quasar/extras/material-icons", site / "icons", dirs_exist_ok=True)
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><head><title>Warehouse</title><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="icons/material-icons.css"><link rel="stylesheet" href="app.css"></head><body><div id="app"></div><script src="app.js"></script></body></html>'
    )
    with install.static(site, api=lambda *_: (200, {"ok": True})) as url:
        yield url


def _tab(p: Person, name: str) -> None:
    p.click(p.page.get_by_role("tab", name=name), then=1)


def _count(p: Person) -> None:
    p.read(1)
    for _ in range(5):
        p.click(moves.button(p, "More pallets"), then=0.1)
    for _ in range(3):
        p.click(p.page.get_by_label("Next page"), then=0.15)
    p.click(p.page.locator("th", has_text="In stock"), then=0.8)
    p.click(p.page.locator("th", has_text="In stock"), then=0.8)
    for star in (2, 3, 4):
        p.click(p.page.get_by_role("radio").nth(star), then=0.3)
    p.click(p.page.locator("tbody .q-checkbox").first, then=0.6)
    p.click(p.page.locator("tbody .q-checkbox").nth(1), then=0.6)
    p.fill(p.page.get_by_label("Search parts"), "Part 3", then=1)
    p.click(moves.button(p, "Reserve").first, then=1.5)
    p.click(p.page.get_by_text("Dark", exact=True), then=1)
    _tab(p, "Log")
    p.page.mouse.move(500, 400)
    for _ in range(3):
        p.scroll(900, then=1)
    _tab(p, "Stock")
    _tab(p, "Stock")


def _order(p: Person) -> None:
    p.read(1)
    _tab(p, "New order")
    p.fill(p.page.get_by_label("Customer *"), "Brandt & Söhne")
    p.fill(p.page.get_by_label("Postcode *"), "20457")
    p.click(p.page.get_by_label("Gate"), then=0.7)
    p.click(p.page.get_by_role("option", name="South"), then=0.7)
    p.click(p.page.get_by_label("Day"), then=1)
    for _ in range(4):
        p.click(p.page.get_by_label("Next month"), then=0.12)
    p.click(p.page.locator(".q-date__calendar-item--in").nth(9), then=0.7)
    p.press("Escape", then=0.8)
    p.click(moves.button(p, "Place order"), then=2)


def _postcode(p: Person) -> None:
    p.read(1)
    _tab(p, "New order")
    p.fill(p.page.get_by_label("Customer *"), "Mira")
    with p.meets("validation_loop"):
        for words in ("2045", "2045 7", "D-20457"):
            p.fill(p.page.get_by_label("Postcode *"), words)
            with p.meets("error_click", target="Place order", may=True):
                p.click(moves.button(p, "Place order"), then=1.3)
    with p.meets("form_abandon"):
        _tab(p, "Stock")
    p.read(1)


def _dead(p: Person) -> None:
    p.read(1)
    with p.meets("dead_click", target="Ask the foreman"):
        p.click(moves.button(p, "Ask the foreman"), then=3.2)
    moves.dead(p, moves.button(p, "Recount"), "Recount")
    p.click(moves.button(p, "More pallets"), then=1)


def _refused(p: Person) -> None:
    p.read(1)
    for row in (0, 1):
        with p.meets("error_click", target="Reserve"), p.meets("network_error"):
            p.click(moves.button(p, "Reserve").nth(row), then=2.5)
    with p.meets("repeated_search"):
        for words in ("gasket", "gaskets", "seal ring"):
            p.fill(p.page.get_by_label("Search parts"), words, then=1.8)


def _slow(p: Person) -> None:
    p.read(1)
    with p.meets("slow_response", target="Stock report"):
        p.click(moves.button(p, "Stock report"), then=6.3)
    p.click(moves.button(p, "More pallets"), then=1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/reserve", status=409)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/report", seconds=4.3)  # noqa: E731
    return [
        Scenario("count", "Counts, sorts, rates, searches, scrolls on and on", _count, False),
        Scenario("count-bare", "The same under bare rrweb", _count, False, recorder="rrweb"),
        Scenario("count-sentry", "The same under Sentry, masked", _count, False, recorder="sentry", masked=True),
        Scenario("order", "An order with a day from the calendar", _order, False),
        Scenario("order-old", "The same under rrweb 1", _order, False, recorder="rrweb1"),
        Scenario("postcode", "A postcode refused three times, then left", _postcode, True),
        Scenario("postcode-posthog", "The same under PostHog", _postcode, True, recorder="posthog"),
        Scenario("dead", "Two buttons that do nothing", _dead, True),
        Scenario("dead-alpha", "The same under a 2.0 alpha", _dead, True, recorder="rrweb2alpha"),
        Scenario("refused", "Reserving answers 409; searches in vain", _refused, True, prepare=bad),
        Scenario("slow", "A report after more than four seconds", _slow, True, prepare=late),
        Scenario("slow-bare", "The same under bare rrweb", _slow, True, recorder="rrweb", prepare=late),
    ]
