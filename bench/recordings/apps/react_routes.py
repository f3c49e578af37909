"""A mail-order catalogue of React Router, TanStack Query and Virtuoso: routes with loaders and skeletons, an endless
virtual list, toasts, hearts that show at once, a page that is not there, a loader that fails."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import { createRoot } from "react-dom/client";
import { useState, useEffect } from "react";
import { createBrowserRouter, RouterProvider, Link, NavLink, Outlet, useLoaderData, useNavigation, useSearchParams, Form, redirect, useActionData, useRouteError, useNavigate } from "react-router";
import { QueryClient, QueryClientProvider, useQuery, useMutation } from "@tanstack/react-query";
import toast, { Toaster } from "react-hot-toast";
import { Virtuoso } from "react-virtuoso";
const json = async (url, init) => { const a = await fetch(url, init); if (!a.ok) throw new Error("The server said " + a.status); return a.json(); };
const Root = () => { const nav = useNavigation(); return <><header><nav aria-label="Main"><NavLink to="/">Seeds</NavLink> <NavLink to="/search">Find</NavLink> <NavLink to="/account">Account</NavLink> <NavLink to="/almanac">Almanac</NavLink></nav>
  {nav.state !== "idle" && <div className="bar" role="progressbar" aria-label="Loading"/>}</header><main><Outlet/></main><Toaster/></>; };
const Heart = ({seed}) => { const [on, set] = useState(false); const m = useMutation({mutationFn: () => json("/api/heart/" + seed.id, {method: "POST"}), onMutate: () => set(!on), onError: () => { set(on); toast.error("Could not keep " + seed.name); }});
  return <button className="heart" aria-label={"Keep " + seed.name} onClick={() => m.mutate()}>{on ? "♥" : "♡"}</button>; };
const List = () => { const seeds = useLoaderData(); return <><h1>Seeds</h1><Virtuoso style={{height: 480}} data={seeds} itemContent={(_, s) => <div className="row"><Link to={"/seeds/" + s.id}>{s.name}</Link> <span>{s.price} €</span> <Heart seed={s}/> </div>}/></>; };
const Seed = () => { const s = useLoaderData(); const [n, set] = useState(1); const go = useNavigate(); return <article><h1>{s.name}</h1><p>{s.text}</p><button onClick={() => set(Math.max(1, n - 1))} aria-label="Fewer packets">−</button> <output>{n}</output> <button onClick={() => set(n + 1)} aria-label="More packets">+</button>
  <button onClick={() => toast.success(n + " × " + s.name + " in the basket")}>Put in basket</button> <button className="gift">Wrap as a gift</button> <button onClick={() => go(-1)}>Back to the list</button></article>; };
const Find = () => { const [q, set] = useSearchParams(); const [text, type] = useState(q.get("q") ?? ""); useEffect(() => { const t = setTimeout(() => set(text ? {q: text} : {}, {replace: true}), 300); return () => clearTimeout(t); }, [text]);
  const {data, isFetching} = useQuery({queryKey: ["find", q.get("q")], queryFn: () => json("/api/find?q=" + encodeURIComponent(q.get("q"))), enabled: !!q.get("q")});
  return <><h1>Find</h1><input type="search" aria-label="Search seeds" value={text} onChange={(e) => type(e.target.value)}/>{isFetching ? <ul className="skeleton"><li/><li/><li/></ul> : data && (data.length ? <ul>{data.map((s) => <li key={s.id}><Link to={"/seeds/" + s.id}>{s.name}</Link></li>)}</ul> : <p>No seeds match your search.</p>)}</>; };
const Account = () => { const said = useActionData(); const nav = useNavigation(); return <><h1>Account</h1><Form method="post" noValidate aria-label="Account"><label>Name <input name="name"/></label><label>Street <input name="street"/></label><label>E-mail <input name="mail" aria-invalid={!!said?.mail}/></label>{said?.mail && <p className="error" role="alert">{said.mail}</p>}
  <button disabled={nav.state !== "idle"}>{nav.state === "submitting" ? "Saving…" : "Save account"}</button></Form>{said?.ok && <p role="status">Account saved</p>}</>; };
const Oops = () => { const e = useRouteError(); return e.status === 404 ? <><h1>Page not found</h1><Link to="/">To the seeds</Link></> : <><h1>Something went wrong</h1><p role="alert">{String(e.message)}</p><Link to="/">To the seeds</Link></>; };
const router = createBrowserRouter([{path: "/", element: <Root/>, errorElement: <Oops/>, hydrateFallbackElement: <p>Loading…</p>, children: [
  {index: true, element: <List/>, loader: () => json("/api/seeds")}, {path: "seeds/:id", element: <Seed/>, loader: ({params}) => json("/api/seeds/" + params.id)},
  {path: "search", element: <Find/>}, {path: "account", element: <Account/>, action: async ({request}) => { const f = await request.formData(); if (!/@.+\\./.test(f.get("mail"))) return {mail: "Please enter a valid e-mail address"}; await json("/api/account", {method: "POST"}); return {ok: true}; }},
  {path: "almanac", lazy: async () => { await json("/api/almanac"); return {Component: () => <h1>Almanac</h1>}; }}]}]);
createRoot(document.getElementById("app")).render(<QueryClientProvider client={new QueryClient({defaultOptions: {queries: {retry: false}}})}><RouterProvider router={router}/></QueryClientProvider>);
"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Seeds by post</title><style>body{font:15px system-ui;margin:16px}nav a{margin-right:14px}.row{padding:12px;border-bottom:1px solid #ddd}
button{font:inherit;cursor:pointer}.bar{height:3px;background:#47c;animation:b 1s infinite}@keyframes b{50%{opacity:.3}}.skeleton li{height:16px;background:#eee;margin:8px;animation:b 1s infinite}.error{color:#a11}label{display:block;margin:8px 0}</style></head>
<body><div id="app"></div><script src="/app.js"></script></body></html>"""


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    url = urlsplit(path)
    seeds = [
        {"id": n, "name": f"Bean no. {n}", "price": 2 + n % 5, "text": f"Sow bean {n} in May."} for n in range(1, 301)
    ]
    if url.path == "/api/find":
        words = parse_qs(url.query).get("q", [""])[0].lower()
        return 200, [seed for seed in seeds if words in str(seed["name"]).lower()][:12]
    if url.path.startswith("/api/seeds/"):
        return 200, seeds[int(url.path.rpartition("/")[2]) - 1]
    return 200, seeds if url.path == "/api/seeds" else {"ok": True}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(
        home,
        "react@19",
        "react-dom@19",
        "react-router@7",
        "@tanstack/react-query@5",
        "react-hot-toast@2",
        "react-virtuoso@4",
    )
    site = install.bundle(home, APP)
    with install.page(site, INDEX, api=_answer) as url:
        yield url


def _routes(context) -> None:  # type: ignore[no-untyped-def]
    """Every path of the application is its index page, as its own server would have it."""

    def answer(route) -> None:  # type: ignore[no-untyped-def]
        path = urlsplit(route.request.url).path
        if route.request.resource_type == "document" and path != "/" and "." not in path:
            route.fulfill(status=200, content_type="text/html", body=INDEX)
        else:
            route.fallback()

    context.route("**/*", answer)


def _link(p: Person, name: str) -> None:
    p.click(p.page.get_by_role("link", name=name, exact=True), then=1.2)


def _shop(p: Person) -> None:
    p.page.get_by_text("Bean no. 3", exact=True).wait_for()
    p.read(1.5)
    p.page.mouse.move(300, 300)
    p.scroll(1500)
    p.scroll(-900)
    p.click(p.page.locator(".heart").nth(2), then=0.6)
    p.click(p.page.locator(".heart").nth(3), then=0.6)
    p.click(p.page.locator(".row a").nth(4), then=1.5)
    for _ in range(4):
        p.click(moves.button(p, "More packets"), then=0.1)
    p.click(moves.button(p, "Put in basket"), then=2)
    p.click(moves.button(p, "Back to the list"), then=1.5)
    _link(p, "Find")
    p.fill(p.page.get_by_label("Search seeds"), "bean no. 2", then=1.5)
    p.click(p.page.locator("main li a").first, then=2)
    _link(p, "Account")
    for label, text in (("Name", "Ada"), ("Street", "Quay 3"), ("E-mail", "ada@quay.test")):
        p.fill(p.page.get_by_label(label), text)
    p.click(moves.button(p, "Save account"), then=2)


def _lost(p: Person) -> None:
    p.read(2)
    with p.meets("quick_back"):
        p.click(p.page.locator(".row a").nth(1), then=2)
        p.page.go_back()
        p.read(2)
    with p.meets("not_found"):
        p.page.goto(p.page.url.rstrip("/") + "/bargains")
        p.read(2.5)
    _link(p, "To the seeds")
    p.read(1)


def _in_vain(p: Person) -> None:
    p.read(2)
    _link(p, "Find")
    with p.meets("repeated_search"):
        for words in ("pumpkin", "squash", "gourd"):
            p.fill(p.page.get_by_label("Search seeds"), words, then=1.8)
    p.read(1)


def _dead(p: Person) -> None:
    p.read(2)
    p.click(p.page.locator(".row a").nth(2), then=1.5)
    moves.dead(p, moves.button(p, "Wrap as a gift"), "Wrap as a gift", clicks=4)
    p.click(moves.button(p, "Put in basket"), then=1.5)


def _account(p: Person) -> None:
    p.read(2)
    _link(p, "Account")
    p.fill(p.page.get_by_label("Name"), "Ada")
    with p.meets("validation_loop"):
        for words in ("ada", "ada at quay", "ada@quay"):
            p.fill(p.page.get_by_label("E-mail"), words)
            with p.meets("error_click", may=True):
                p.click(moves.button(p, "Save account"), then=1.3)
    with p.meets("form_abandon"):
        _link(p, "Seeds")
    p.read(1)


def _broken(p: Person) -> None:
    p.read(2)
    with p.meets("error_click", "network_error"):
        p.click(p.page.locator(".heart").nth(1), then=2.5)
    with p.meets("error_click", target="Almanac"), p.meets("network_error"):
        _link(p, "Almanac")
    p.read(1.5)
    _link(p, "To the seeds")
    p.read(1)


def _slow(p: Person) -> None:
    p.read(2)
    with p.meets("slow_response"):
        p.click(p.page.locator(".row a").nth(3), then=6.4)
    p.click(moves.button(p, "More packets"), then=1)


def scenarios() -> list[Scenario]:
    def bad(context) -> None:  # type: ignore[no-untyped-def]
        _routes(context)
        sabotage.failing(context, "**/api/heart/*", status=500, body=json.dumps({"error": "no"}))
        sabotage.failing(context, "**/api/almanac", status=503)

    def late(context) -> None:  # type: ignore[no-untyped-def]
        _routes(context)
        sabotage.slow(context, "**/api/seeds/*", seconds=4.4)

    more = {"prepare": _routes}
    return [
        Scenario("shop", "Scrolls, keeps, buys, searches, fills an account", _shop, False, **more),
        Scenario("shop-bare", "The same under bare rrweb", _shop, False, recorder="rrweb", **more),
        Scenario("shop-old", "The same under rrweb 1", _shop, False, recorder="rrweb1", **more),
        Scenario("shop-sentry", "The same under Sentry", _shop, False, recorder="sentry", **more),
        Scenario("lost", "In and out again; a page that is not there", _lost, True, **more),
        Scenario("lost-posthog", "The same under PostHog", _lost, True, recorder="posthog", **more),
        Scenario("in-vain", "Three searches that find nothing", _in_vain, True, **more),
        Scenario("in-vain-bare", "The same under bare rrweb", _in_vain, True, recorder="rrweb", **more),
        Scenario("dead", "A dead button on a page with working ones", _dead, True, **more),
        Scenario("account", "An e-mail address refused three times, then left", _account, True, **more),
        Scenario("account-alpha", "The same under a 2.0 alpha", _account, True, recorder="rrweb2alpha", **more),
        Scenario("broken", "A heart that is taken back, a page that cannot load", _broken, True, prepare=bad),
        Scenario("slow", "A page after more than four seconds", _slow, True, prepare=late),
        Scenario("slow-sentry", "The same under Sentry", _slow, True, recorder="sentry", prepare=late),
    ]
