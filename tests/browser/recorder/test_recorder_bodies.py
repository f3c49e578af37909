# ruff: noqa: E501
"""Headers and bodies: of the addresses a site names, redacted before they leave, at no cost to the others or to the page."""

from __future__ import annotations

import json

ASK = """<script>
  window.ask = async (path, init) => { const answer = await fetch(path, init); return [answer.status, await answer.text()]; };
  window.xhr = (path, body, kind) => new Promise((done) => { const x = new XMLHttpRequest(); x.open("POST", path); x.responseType = kind || "";
    x.setRequestHeader("X-Api-Key", "k-123"); x.setRequestHeader("X-Step", "pay"); x.onloadend = () => done(x.status); x.send(body); });
</script>"""
ORDER = {"items": 3, "note": "leave at a@b.example", "code": "card_declined", "author": "x", "card": {"number": "4242 4242 4242 4242"},
         "userEmail": "q", "deep": [{"password": "hunter2", "internal": "i-1", "total": 4900, "account": 4242424242424242}]}  # fmt: skip


def visit(page, site, **rules: list[str]) -> None:
    site.rules = rules or None
    page.goto(site.page("/", ASK))
    page.wait_for_function("window.playhead?.version")
    site.wait_custom("playhead.page")
    if rules.get("bodies"):
        page.wait_for_function("!!window.playheadBodies")


def test_the_named_addresses_are_kept_whole_and_redacted(page, site):
    visit(page, site, bodies=["/status/*"], redact=["internal"])
    sent = {"method": "POST", "body": json.dumps(ORDER), "headers": {"Authorization": "Bearer abc", "X-Trace": "t-1"}}
    assert page.evaluate("(init) => ask('/status/402/pay?token=abc', init)", sent) == [402, '{"said":"so"}']
    call = site.wait_call("/status/402")
    assert call["status"] == 402
    assert call["requestHeaders"] == {
        "authorization": "*****",
        "x-trace": "t-1",
        "content-type": "text/plain;charset=UTF-8",
    } or (call["requestHeaders"] == {"authorization": "*****", "x-trace": "t-1"})
    body = json.loads(call["requestBody"])
    assert body == {"items": 3, "note": "leave at *****", "code": "card_declined", "author": "x", "card": "*****", "userEmail": "*****",
                    "deep": [{"password": "*****", "internal": "*****", "total": 4900, "account": "*****"}]}  # fmt: skip
    assert call["responseHeaders"]["content-type"] == "application/json"
    (late,) = site.wait_custom("playhead.body")
    assert (late["name"], late["timestamp"]) == (call["name"], call["timestamp"])
    assert late["responseBody"] == '{"said":"so"}'
    wire = json.dumps(site.events)
    assert not [secret for secret in ("hunter2", "4242", "a@b.example", "i-1", "Bearer") if secret in wire]
    assert page.errors == []


def test_xmlhttprequest_forms_and_files(page, site):
    visit(page, site, bodies=["/status/*"])
    assert page.evaluate("xhr('/status/200/a', 'step=pay&pin=1234&city=Rome', 'json')") == 200
    call = site.wait_call("/status/200/a")
    assert call["requestHeaders"] == {"x-api-key": "*****", "x-step": "pay"}
    assert call["requestBody"] == "step=pay&pin=*****&city=Rome"
    assert call["responseBody"] == '{"said":"so"}'
    made = "const form = new FormData(); form.append('city', 'Rome'); form.append('password', 'x'); form.append('file', new File(['abc'], 'a.txt'))"
    page.evaluate(f"{made}; xhr('/status/200/b', form)")
    form = json.loads(site.wait_call("/status/200/b")["requestBody"])
    assert form == {"city": "Rome", "password": "*****", "file": "(a file of 3 bytes)"}
    page.evaluate("xhr('/status/200/c', '{\"password\": \"hunter2\"')")
    assert site.wait_call("/status/200/c")["requestBody"] == "*****"  # begins as JSON and is none


def test_other_addresses_and_other_sites_keep_nothing(page, site):
    visit(page, site, bodies=["/status/2*", "https://else.example/*"])
    page.evaluate("ask('/status/500/x', {method: 'POST', body: 'secret'})")
    call = site.wait_call("/status/500")
    assert not {"requestHeaders", "requestBody", "responseHeaders", "responseBody"} & call.keys()
    foreign = site.url.replace("127.0.0.1", "localhost")
    page.evaluate(f"fetch('{foreign}/status/200/far', {{mode: 'no-cors'}}).catch(() => 0)")
    assert "responseHeaders" not in site.wait_call("/status/200/far")  # a path means the page's own origin


def test_nobody_pays_for_it_who_did_not_ask(page, site):
    visit(page, site)
    page.evaluate("ask('/status/200/x', {method: 'POST', body: '{}'})")
    call = site.wait_call("/status/200/x")
    assert "requestBody" not in call and "responseHeaders" not in call
    assert "/recorder-bodies.js" not in site.requests


def test_the_pages_own_answer_is_whole_however_large_and_streams_are_not_waited_for(page, site):
    visit(page, site, bodies=["/*"])
    site.pages["/large"] = "x" * 3_000_000
    assert page.evaluate("fetch('/large').then((r) => r.text()).then((t) => t.length)") == 3_000_000
    (late,) = site.wait_custom("playhead.body")
    assert late["responseBody"].startswith("(") and late["responseBody"].endswith(" characters)")
    assert page.errors == []
