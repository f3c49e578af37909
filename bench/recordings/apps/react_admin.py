"""A single-page application: react-admin (React, MUI, client-side routing) over a REST API that really answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import { createRoot } from "react-dom/client";
import { Admin, Resource, List, DataTable, Edit, Create, SimpleForm, TextInput, NumberInput, SelectInput, SearchInput,
  BooleanInput, required, minLength, fetchUtils } from "react-admin";
const api = "/api";
const http = fetchUtils.fetchJson;
const dataProvider: any = {
  getList: async (resource: string, {pagination, sort, filter}: any) => {
    const query = new URLSearchParams({page: pagination.page, per: pagination.perPage, sort: sort.field, order: sort.order, q: filter.q ?? ""});
    return (await http(`${api}/${resource}?${query}`)).json;
  },
  getOne: async (resource: string, {id}: any) => ({data: (await http(`${api}/${resource}/${id}`)).json}),
  getMany: async (resource: string, {ids}: any) => ({data: await Promise.all(ids.map(async (id: any) => (await http(`${api}/${resource}/${id}`)).json))}),
  getManyReference: async () => ({data: [], total: 0}),
  create: async (resource: string, {data}: any) => ({data: (await http(`${api}/${resource}`, {method: "POST", body: JSON.stringify(data)})).json}),
  update: async (resource: string, {id, data}: any) => ({data: (await http(`${api}/${resource}/${id}`, {method: "PUT", body: JSON.stringify(data)})).json}),
  updateMany: async () => ({data: []}),
  delete: async (resource: string, {id}: any) => ({data: (await http(`${api}/${resource}/${id}`, {method: "DELETE"})).json}),
  deleteMany: async (resource: string, {ids}: any) => { for (const id of ids) await http(`${api}/${resource}/${id}`, {method: "DELETE"}); return {data: ids}; },
};
const kinds = ["sail", "motor", "rowing"].map((id) => ({id, name: id}));
const BoatList = () => <List filters={[<SearchInput key="q" source="q" alwaysOn />]} perPage={10}>
  <DataTable><DataTable.Col source="id" /><DataTable.Col source="name" /><DataTable.Col source="kind" /><DataTable.NumberCol source="length_m" /></DataTable></List>;
const fields = <><TextInput source="name" validate={[required(), minLength(3)]} /><SelectInput source="kind" choices={kinds} validate={required()} />
  <NumberInput source="length_m" label="Length" validate={required()} /><BooleanInput source="insured" /></>;
const BoatEdit = () => <Edit mutationMode="pessimistic"><SimpleForm>{fields}</SimpleForm></Edit>;
const BoatCreate = () => <Create redirect="list"><SimpleForm>{fields}</SimpleForm></Create>;
createRoot(document.getElementById("app")!).render(
  <Admin dataProvider={dataProvider} disableTelemetry title="Harbour office"><Resource name="boats" list={BoatList} edit={BoatEdit} create={BoatCreate} recordRepresentation="name" /></Admin>);
"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour office</title><meta name="viewport" content="width=device-width">
</head><body><div id="app"></div><script src="app.js"></script></body></html>"""


class Boats:
    def __init__(self) -> None:
        kinds = ("sail", "motor", "rowing")
        self.rows = [
            {"id": n, "name": f"Boat {n}", "kind": kinds[n % 3], "length_m": 4 + n % 20, "insured": n % 4 > 0}
            for n in range(1, 88)
        ]

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        url = urlsplit(path)
        *_, last = url.path.split("/")
        if last == "boats" and method == "GET":
            return 200, self._list({key: values[0] for key, values in parse_qs(url.query).items()})
        if last == "boats":
            row = {"id": len(self.rows) + 1, **json.loads(body)}
            self.rows.append(row)
            return 200, row
        row = next((row for row in self.rows if row["id"] == int(last)), None)
        if row is None:
            return 404, {"message": "no such boat"}
        if method == "DELETE":
            self.rows.remove(row)
        if method == "PUT":
            row.update(json.loads(body))
        return 200, row

    def _list(self, query: dict[str, str]) -> dict[str, object]:
        found = [row for row in self.rows if query.get("q", "").lower() in f"{row['name']} {row['kind']}".lower()]
        found.sort(key=lambda row: row.get(query["sort"], 0), reverse=query["order"] == "DESC")
        start = (int(query["page"]) - 1) * int(query["per"])
        return {"data": found[start : start + int(query["per"])], "total": len(found)}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "react-admin@5.15.4", "react@19.3.1", "react-dom@19.3.1")
    site = install.bundle(home, APP)
    with install.page(site, INDEX, api=Boats().answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_role("row").nth(1).wait_for()
    p.read(1)


def _browse(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_role("button", name="Sort by name ascending"), then=1)
    for _ in range(3):
        p.click(p.page.get_by_label("Go to next page"), then=0.7)
    p.click(p.page.get_by_role("row").nth(3).get_by_role("cell").nth(2), then=1.5)
    p.fill(p.page.get_by_label("Name"), "Kittiwake")
    p.click(p.page.get_by_label("Insured"), then=0.5)
    p.click(p.page.get_by_role("button", name="Save"), then=2)


def _create(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_role("link", name="Create"), then=1)
    p.fill(p.page.get_by_label("Name"), "Turnstone")
    p.click(p.page.get_by_label("Kind"), then=0.7)
    p.click(p.page.get_by_role("option", name="rowing"), then=0.7)
    p.fill(p.page.get_by_label("Length"), "5")
    p.click(p.page.get_by_role("button", name="Save"), then=2)
    p.click(p.page.get_by_label("Toggle light/dark mode"), then=1)
    p.click(p.page.get_by_label("Toggle light/dark mode"), then=1)


def _select_and_delete(p: Person) -> None:
    _ready(p)
    for n in (2, 3, 4):
        p.click(p.page.get_by_role("row").nth(n).get_by_role("checkbox"), then=0.4)
    p.click(p.page.get_by_role("button", name="Delete"), then=1.5)
    p.read(4)
    p.fill(p.page.locator("input[name=q]"), "motor", then=1.5)


def _refused(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_role("link", name="Create"), then=1)
    p.fill(p.page.get_by_label("Name"), "Du")  # too short; an untouched form has its button disabled
    with p.meets("validation_loop"):
        for _ in range(3):
            with p.meets("error_click", target="Save", may=True):
                p.click(p.page.get_by_role("button", name="Save"), then=1.3)
    p.fill(p.page.get_by_label("Name"), "Dunlin")
    with p.meets("form_abandon"):
        p.click(p.page.get_by_role("menuitem", name="Boats"), then=1.5)


def _save_fails(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_role("row").nth(2).get_by_role("cell").nth(2), then=1.5)
    p.fill(p.page.get_by_label("Name"), "Redshank")
    for _ in range(2):
        with p.meets("network_error", "error_click", target="Save"):
            p.click(p.page.get_by_role("button", name="Save"), then=2)


def _in_vain(p: Person) -> None:
    _ready(p)
    with p.meets("repeated_search"):
        for words in ("submarine", "zeppelin", "hovercraft"):
            p.fill(p.page.locator("input[name=q]"), words, then=2)


def _slow_list(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Go to next page"):
        p.click(p.page.get_by_label("Go to next page"), then=6)


def _dead_save(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_role("row").nth(1).get_by_role("cell").nth(2), then=1.5)
    p.fill(p.page.get_by_label("Name"), "Plover")
    with p.meets("rage_click", "dead_click", target="Save"):
        p.rage(p.page.get_by_role("button", name="Save"), 4)
    with p.meets("form_abandon"):
        p.click(p.page.get_by_role("menuitem", name="Boats"), then=1.5)


def scenarios() -> list[Scenario]:
    return [
        Scenario("browse", "Sorts, pages, edits a boat", _browse, False),
        Scenario("create", "Adds a boat, changes the colours", _create, False),
        Scenario("delete", "Selects three and deletes them", _select_and_delete, False),
        Scenario("plain-rrweb", "Adds a boat, recorded by bare rrweb", _create, False, "rrweb"),
        Scenario("refused", "A form refused three times, then left", _refused, True),
        Scenario(
            "save-fails",
            "Saving answers 500",
            _save_fails,
            True,
            prepare=lambda c: sabotage.failing_method(c, "**/api/boats/*", "PUT"),
        ),
        Scenario("in-vain", "Three searches that find nothing", _in_vain, True),
        Scenario(
            "slow-list",
            "The next page takes four seconds",
            _slow_list,
            True,
            prepare=lambda c: sabotage.slow(c, "**/api/boats?page=2*", seconds=4.2),
        ),
        Scenario(
            "dead-save",
            "Save does nothing",
            _dead_save,
            True,
            prepare=lambda c: sabotage.dead(c, "button[type=submit]"),
        ),
    ]
