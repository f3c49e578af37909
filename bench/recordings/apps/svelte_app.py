"""A Svelte 5 task board: items added and ticked, inline edits, a sign-in, pages by hash, toasts that leave by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
<script>
  let route = $state(location.hash || "#/");
  let tasks = $state([{id: 1, text: "Mend the net", done: false}, {id: 2, text: "Paint the hull", done: true}]);
  let draft = $state(""); let q = $state(""); let toasts = $state([]); let editing = $state(0);
  let user = $state(""); let email = $state(""); let pin = $state(""); let wrong = $state(""); let report = $state(""); let busy = $state(false);
  window.addEventListener("hashchange", () => (route = location.hash || "#/"));
  const toast = (text, kind) => { const t = {text, kind, id: Math.random()}; toasts = [...toasts, t]; setTimeout(() => (toasts = toasts.filter((x) => x !== t && x.id !== t.id)), 3000); };
  const add = async () => { if (!draft.trim()) return; const a = await fetch("/api/tasks", {method: "POST", body: draft}); if (!a.ok) return toast("Could not add the task", "error"); tasks.push({id: Date.now(), text: draft, done: false}); draft = ""; };
  const enter = async () => { wrong = ""; const a = await fetch("/api/session", {method: "POST", body: JSON.stringify({email, pin})}); if (a.ok) { user = email; location.hash = "#/"; } else wrong = "That PIN does not match this address."; };
  const make = async () => { busy = true; report = ""; const a = await fetch("/api/report"); report = (await a.json()).text; busy = false; };
  let shown = $derived(tasks.filter((t) => t.text.toLowerCase().includes(q.toLowerCase())));
</script>
<nav><a href="#/">Board</a> <a href="#/enter">Sign in</a> <a href="#/help">Help</a> <a href="#/old">Archive</a></nav>
{#if route === "#/"}
  <h1>Task board {user && "of " + user}</h1>
  <form onsubmit={(e) => { e.preventDefault(); add(); }}><input placeholder="New task" bind:value={draft}/><button>Add task</button></form>
  <input type="search" placeholder="Filter tasks" bind:value={q}/>
  {#if shown.length === 0}<p class="empty">No tasks found</p>{/if}
  <ul>{#each shown as t (t.id)}<li class:done={t.done}><label><input type="checkbox" bind:checked={t.done}/> {t.text}</label>
    <button onclick={() => (editing = t.id)}>Edit</button><button onclick={() => (tasks = tasks.filter((x) => x.id !== t.id))}>Delete</button>
    {#if editing === t.id}<input bind:value={t.text} onblur={() => { editing = 0; fetch("/api/tasks", {method: "PATCH", body: t.text}); }}/>{/if}</li>{/each}</ul>
  <button onclick={make} disabled={busy}>Week report</button><button class="plain">Share board</button>
  {#if busy}<p class="spinner">Loading…</p>{/if}<p>{report}</p>
{:else if route === "#/enter"}
  <h1>Sign in</h1><div class="card"><label>Email <input bind:value={email}/></label><label>PIN <input type="password" bind:value={pin}/></label>
  <button onclick={enter}>Continue</button>{#if wrong}<p class="error" role="alert">{wrong}</p>{/if}</div>
{:else if route === "#/help"}
  <h1>Help</h1>{#each ["Can I undo?", "Who sees my board?"] as s}<details><summary>{s}</summary><p>Ask the harbour master.</p></details>{/each}
{:else}
  <h1>404</h1><p>This page does not exist.</p>
{/if}
<div class="toasts">{#each toasts as t (t.id)}<div class="toast toast-{t.kind}">{t.text}</div>{/each}</div>
<style>:global(body){font:15px sans-serif;margin:20px} nav a{margin-right:12px} button{margin:4px;cursor:pointer} .toast{position:fixed;bottom:20px;right:20px;background:#333;color:#fff;padding:12px} .error{color:#b00}</style>
"""
BUILD = """
import {compile} from "svelte/compiler";
import {readFileSync, writeFileSync} from "node:fs";
writeFileSync("Board.js", compile(readFileSync("Board.svelte", "utf8"), {css: "injected", runes: true}).js.code);
"""


def _api(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/session":
        return (200, {}) if b"2468" in body else (403, {})
    return 200, {"text": "Nine tasks this week"}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    import subprocess

    install.npm(home, "svelte@5")
    (home / "Board.svelte").write_text(APP)
    (home / "build.mjs").write_text(BUILD)
    subprocess.run(["node", "build.mjs"], cwd=home, check=True)
    source = 'import Board from "./Board.js"; import {mount} from "svelte"; mount(Board, {target: document.body});'
    site = install.bundle(home, source, loader="js")
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Task board</title><body><script src="app.js"></script>'
    )
    with install.static(site, api=_api) as url:
        yield url


def _board(p: Person) -> None:
    for text in ("Coil the ropes", "Call Rui"):
        p.fill(p.page.get_by_placeholder("New task"), text)
        p.press("Enter", then=0.8)
    p.click(p.page.get_by_label("Mend the net"), then=0.5)
    p.click(moves.button(p, "Edit").nth(1), then=0.6)
    p.page.keyboard.press("Tab")
    p.read(0.6)
    for _ in range(2):
        p.click(moves.button(p, "Delete").first, then=0.5)
    p.fill(p.page.get_by_placeholder("Filter tasks"), "rui", then=0.8)
    p.click(moves.button(p, "Week report"), then=1.2)
    p.click(p.page.get_by_role("link", name="Help"), then=1)
    p.click(p.page.get_by_text("Can I undo?"), then=0.8)
    p.click(p.page.get_by_text("Can I undo?"), then=0.8)
    p.click(p.page.get_by_role("link", name="Board"), then=1)


def _enter(p: Person) -> None:
    p.click(p.page.get_by_role("link", name="Sign in"), then=1)
    p.fill(p.page.get_by_label("Email"), "ines@board.test")
    for pin in ("1111", "2222"):
        with p.meets("login_failure"), p.meets("network_error"), p.meets("error_click", may=True):
            p.fill(p.page.get_by_label("PIN"), pin)
            p.click(moves.button(p, "Continue"), then=1.6)
    p.fill(p.page.get_by_label("PIN"), "2468")
    p.click(moves.button(p, "Continue"), then=1.5)


def _dead(p: Person) -> None:
    p.read(1)
    with p.meets("dead_click", target="Share board"):
        p.click(moves.button(p, "Share board"), then=3.3)
    with p.meets("rage_click", target="Share board"), p.meets("dead_click", may=True):
        p.rage(moves.button(p, "Share board"), 5)
    with p.meets("not_found"):
        p.click(p.page.get_by_role("link", name="Archive"), then=2)


def _fails(p: Person) -> None:
    p.fill(p.page.get_by_placeholder("New task"), "Coil the ropes")
    for _ in range(2):
        with p.meets("error_click", target="Add task"), p.meets("network_error"):
            p.click(moves.button(p, "Add task"), then=4)
    with p.meets("slow_response", target="Week report"):
        p.click(moves.button(p, "Week report"), then=6)


def _hop(p: Person) -> None:
    p.read(1)
    with p.meets("quick_back"):
        p.click(p.page.get_by_role("link", name="Help"), then=1.5)
        p.page.go_back()
        p.read(1)
    with p.meets("repeated_search"):
        for text in ("kayak", "canoe"):
            p.fill(p.page.get_by_placeholder("Filter tasks"), text, then=1.6)


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing_method(context, "**/api/tasks", "POST")
        sabotage.slow(context, "**/api/report", seconds=4)

    return [
        Scenario("board", "Adds, ticks, edits, deletes, filters tasks; reads the help", _board, False),
        Scenario("board-bare", "The same without our recorder", _board, False, recorder="rrweb"),
        Scenario("board-posthog", "The same under PostHog", _board, False, recorder="posthog"),
        Scenario("enter", "Two wrong PINs where there is no form element", _enter, True),
        Scenario("enter-bare", "The same without our recorder", _enter, True, recorder="rrweb2alpha"),
        Scenario("dead", "A dead button, a page that is gone", _dead, True),
        Scenario("dead-old", "The same under rrweb 1", _dead, True, recorder="rrweb1"),
        Scenario("fails", "Adding fails twice; a slow report with a spinner", _fails, True, prepare=trouble),
        Scenario("fails-bare", "The same without our recorder", _fails, True, prepare=trouble, recorder="rrweb"),
        Scenario("hop", "Back from the help at once; two filters in vain", _hop, True),
    ]
