"""An Ant Design desk (React 18): a table that filters and pages, a form in a drawer, messages, popconfirms, a login."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import {createRoot} from "react-dom/client";
import {useState} from "react";
import {App as Frame, Button, Drawer, Form, Input, InputNumber, Popconfirm, Segmented, Select, Space, Table, Tabs, Tag, Switch, Collapse, Steps} from "antd";
const ROWS = Array.from({length: 57}, (_, i) => ({key: i, boat: "Boat " + i, berth: "B" + (i * 7) % 40, paid: i % 3 > 0}));
function Login({done}) {
  const [wrong, setWrong] = useState("");
  const send = async (values) => {
    const answer = await fetch("/api/login", {method: "POST", body: JSON.stringify(values)});
    answer.ok ? done() : setWrong("Unknown harbour or wrong password");
  };
  return <Form layout="vertical" onFinish={send} style={{width: 320, margin: 40}}>
    {wrong && <div className="ant-alert ant-alert-error" role="alert">{wrong}</div>}
    <Form.Item name="user" label="Harbour" rules={[{required: true}]}><Input/></Form.Item>
    <Form.Item name="password" label="Password" rules={[{required: true}]}><Input.Password/></Form.Item>
    <Button type="primary" htmlType="submit">Sign in</Button></Form>;
}
function Desk() {
  const {message} = Frame.useApp();
  const [rows, setRows] = useState(ROWS);
  const [open, setOpen] = useState(false);
  const [q, setQ] = useState("");
  const [form] = Form.useForm();
  const save = async (values) => {
    const answer = await fetch("/api/boats", {method: "POST", body: JSON.stringify(values)});
    if (answer.status === 422) return form.setFields([{name: "berth", errors: ["Berth " + values.berth + " is taken"]}]);
    if (!answer.ok) return message.error("The boat could not be saved");
    setRows([{key: Date.now(), boat: values.boat, berth: values.berth, paid: false}, ...rows]); setOpen(false); form.resetFields(); message.success("Boat saved");
  };
  const shown = rows.filter((r) => r.boat.toLowerCase().includes(q.toLowerCase()));
  return <div style={{padding: 24}}>
    <Space><Input.Search placeholder="Find a boat" allowClear onSearch={setQ} style={{width: 220}}/>
      <Button type="primary" onClick={() => setOpen(true)}>New boat</Button><Button>Send reminders</Button>
      <Segmented options={["Day", "Week", "Month"]}/><Switch aria-label="Night mode"/></Space>
    <Table size="small" dataSource={shown} locale={{emptyText: "No boats match"}} pagination={{pageSize: 8, showSizeChanger: false}} columns={[
      {title: "Boat", dataIndex: "boat", sorter: (a, b) => a.boat.localeCompare(b.boat)}, {title: "Berth", dataIndex: "berth"},
      {title: "Paid", dataIndex: "paid", render: (v) => <Tag color={v ? "green" : "red"}>{v ? "paid" : "owed"}</Tag>},
      {title: "", render: (_, r) => <Popconfirm title="Remove this boat?" onConfirm={() => setRows(rows.filter((x) => x !== r))}><Button size="small" danger>Remove</Button></Popconfirm>}]}/>
    <Collapse items={[{key: 1, label: "Rules of the harbour", children: "Slow speed. No wake."}]}/>
    <Drawer title="New boat" open={open} onClose={() => setOpen(false)}>
      <Form form={form} layout="vertical" onFinish={save}>
        <Form.Item name="boat" label="Name" rules={[{required: true, min: 3}]}><Input/></Form.Item>
        <Form.Item name="berth" label="Berth" rules={[{required: true}]}><Input/></Form.Item>
        <Form.Item name="kind" label="Kind"><Select options={["sail", "motor"].map((value) => ({value, label: value}))}/></Form.Item>
        <Button type="primary" htmlType="submit">Save boat</Button></Form></Drawer></div>;
}
function Root() { const [inside, setInside] = useState(!location.hash.includes("login")); return <Frame>{inside ? <Desk/> : <Login done={() => setInside(true)}/>}</Frame>; }
createRoot(document.getElementById("root")).render(<Root/>);
"""


def _api(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/login":
        return (200, {}) if b"right" in body else (401, {})
    if path == "/api/boats" and b'"B1"' in body:
        return 422, {}
    return 200, {}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "react@18", "react-dom@18", "antd@5")
    site = install.bundle(home, APP)
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Harbour desk</title><body><div id="root"></div><script src="app.js"></script>'
    )
    with install.static(site, api=_api) as url:
        yield url


def _work(p: Person) -> None:
    for _ in range(4):
        p.click(p.page.locator("li.ant-pagination-next button"), then=0.2)
    p.click(p.page.locator("th", has_text="Boat").first, then=0.6)
    p.click(p.page.locator("th", has_text="Boat").first, then=0.6)
    for name in ("Week", "Month", "Day"):
        p.click(p.page.locator(".ant-segmented-item", has_text=name), then=0.4)
    p.fill(p.page.get_by_placeholder("Find a boat"), "boat 5")
    p.press("Enter", then=1)
    p.click(moves.button(p, "Remove").first, then=1)
    p.click(moves.button(p, "OK"), then=1)
    p.click(p.page.get_by_label("Night mode"), then=0.6)
    p.click(p.page.get_by_text("Rules of the harbour"), then=1)
    p.click(moves.button(p, "New boat"), then=1)
    p.click(moves.button(p, "Save boat"), then=1.2)
    p.fill(p.page.get_by_label("Name"), "Marbella")
    p.fill(p.page.get_by_label("Berth"), "C4")
    p.click(p.page.get_by_label("Kind"), then=0.8)
    p.click(p.page.locator(".ant-select-item-option", has_text="sail"), then=0.8)
    p.click(moves.button(p, "Save boat"), then=2)


def _login(p: Person) -> None:
    for word in ("wrong", "wronger"):
        with p.meets("login_failure"), p.meets("error_click", may=True), p.meets("network_error"):
            p.fill(p.page.get_by_label("Harbour"), "faro")
            p.fill(p.page.get_by_label("Password"), word)
            p.click(moves.button(p, "Sign in"), then=1.6)
    p.fill(p.page.get_by_label("Password"), "right")
    p.click(moves.button(p, "Sign in"), then=2)


def _taken(p: Person) -> None:
    p.click(moves.button(p, "New boat"), then=1)
    p.fill(p.page.get_by_label("Name"), "Marbella")
    p.fill(p.page.get_by_label("Berth"), "B1")
    with p.meets("validation_loop"), p.meets("network_error", may=True), p.meets("error_click", may=True):
        for _ in range(3):
            p.click(moves.button(p, "Save boat"), then=1.8)
    with p.meets("form_abandon", may=True):
        p.click(p.page.locator(".ant-drawer-close"), then=1.5)


def _dead(p: Person) -> None:
    p.click(moves.button(p, "New boat"), then=1)
    p.fill(p.page.get_by_label("Name"), "Marbella")
    p.fill(p.page.get_by_label("Berth"), "C9")
    with p.meets("dead_click", target="Save boat"):
        p.click(moves.button(p, "Save boat"), then=3.3)
    with p.meets("form_abandon"):
        p.click(p.page.locator(".ant-drawer-close"), then=1.5)
    with p.meets("dead_click", target="Send reminders"):
        p.click(moves.button(p, "Send reminders"), then=3.3)


def _fails(p: Person) -> None:
    p.click(moves.button(p, "New boat"), then=1)
    p.fill(p.page.get_by_label("Name"), "Marbella")
    p.fill(p.page.get_by_label("Berth"), "C9")
    for _ in range(2):
        with p.meets("error_click", target="Save boat"), p.meets("network_error"):
            p.click(moves.button(p, "Save boat"), then=2)


def _vain(p: Person) -> None:
    with p.meets("repeated_search"):
        for words in ("kayak", "canoe", "ferry"):
            p.fill(p.page.get_by_placeholder("Find a boat"), words)
            p.press("Enter", then=1.5)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, ".ant-drawer button[type=submit]")  # noqa: E731
    fails = lambda c: sabotage.failing(c, "**/api/boats")  # noqa: E731
    return [
        Scenario("work", "Pages, sorts, searches, removes and adds a boat", _work, False),
        Scenario("work-posthog", "The same under PostHog", _work, False, recorder="posthog"),
        Scenario("work-old", "The same under rrweb 1", _work, False, recorder="rrweb1"),
        Scenario("login", "Two wrong passwords in a form of the page's own", _login, True, path="/#login"),
        Scenario("login-bare", "The same without our recorder", _login, True, path="/#login", recorder="rrweb"),
        Scenario("taken", "A berth refused three times by the server", _taken, True),
        Scenario("dead", "Save does nothing after the form was filled", _dead, True, prepare=dead),
        Scenario("dead-bare", "The same without our recorder", _dead, True, prepare=dead, recorder="rrweb2alpha"),
        Scenario("fails", "Saving fails twice with a message", _fails, True, prepare=fails),
        Scenario("vain", "Three searches without a result", _vain, True),
        Scenario("vain-sentry", "The same under Sentry", _vain, True, recorder="sentry"),
    ]
