# ruff: noqa: E501
"""Frames of other origins: recorded as part of the page where both name each other, and nobody else is believed.

Origins   the shop on 127.0.0.1, the allowed frame on localhost, a stranger on another port
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from playhead.core.events import decode_events
from tests.browser.mirror_compare import build_harness, differences, mirror_at, open_harness, replay
from tests.browser.recorder.conftest import Site

INSIDE = """<h2 id=head>Card details</h2><style>#head { color: rgb(1, 2, 3) }</style><form onsubmit="return false"><input id=card><input id=note data-playhead-allow>
<button id=pay>Pay</button></form><p id=said>waiting</p><script>
  pay.onclick = () => { said.textContent = "declined at " + location.port; said.className = "bad"; console.error("card declined"); };
  let n = 0; setInterval(() => { said.title = "tick " + n++; }, 100);
</script>"""


@pytest.fixture
def stranger() -> Iterator[Site]:
    """Another site, with a recorder of its own that wants into the shop's recording."""
    running = Site()
    yield running
    running.down()


def pay_origin(site: Site) -> str:
    return site.url.replace("127.0.0.1", "localhost")


def open_shop(page, site: Site, *, body: str = "", frame: str = "", frames: str | None = None, **data: str) -> None:
    """The shop with a payment frame in it, open until it is recorded."""
    site.page("/pay", INSIDE, within=site.url)
    frame = frame or f"<iframe id=pay src='{pay_origin(site)}/pay'></iframe>"
    allowed = pay_origin(site) if frames is None else frames
    page.goto(site.page("/shop", f"<h1>Shop</h1><button id=buy>Buy</button>{frame}{body}", frames=allowed, **data))
    site.wait_custom("playhead.page")


def shops(site: Site) -> list[dict]:
    """Events of the last page of the shop; whatever a frame would have sent by itself fails the test."""
    assert {one["url"] for one in site.custom("playhead.page")} == {f"{site.url}/shop"}
    return [event for batch in list(site.lanes.values())[-1] for event in batch.events]


def seen(site: Site) -> str:
    """Everything recorded, as text."""
    return json.dumps(site.events)


def attached(site: Site) -> list[dict]:
    return [e for e in site.events if e["type"] == 3 and e["data"].get("isAttachIframe")]


def nodes_of(event: dict) -> dict[int, dict[str, Any]]:
    found, stack = {}, [event["data"]["node"] if "node" in event["data"] else event["data"]["adds"][0]["node"]]
    while stack:
        node = stack.pop()
        found[node["id"]] = node
        stack.extend(node.get("childNodes", []))
    return found


def inner(page):
    return page.frame_locator("#pay")


def test_an_allowed_frame_is_part_of_the_page_masked_where_it_is_with_ids_of_its_own(page, site):
    open_shop(page, site)
    site.wait(lambda: attached(site), "the frame's document")
    inner(page).locator("#card").fill("4111 1111 1111 1111")
    inner(page).locator("#note").fill("leave it at the door")
    inner(page).locator("#pay").click()
    page.locator("#buy").click()
    site.wait(
        lambda: "declined at" in seen(site) and "leave it at the door" in seen(site), "what happened in the frame"
    )
    site.wait(
        lambda: (
            sum(e["type"] == 3 and e["data"].get("source") == 2 and e["data"].get("type") == 2 for e in site.events)
            >= 2
        ),
        "clicks",
    )
    site.check_lanes()
    events = shops(site)
    assert "4111" not in seen(site)
    [document] = attached(site)
    inside, outside = nodes_of(document), nodes_of(next(e for e in events if e["type"] == 2))
    assert not inside.keys() & outside.keys()
    assert outside[document["data"]["adds"][0]["parentId"]]["attributes"]["id"] == "pay"
    root = document["data"]["adds"][0]["node"]["id"]
    assert {node.get("rootId", root) for node in inside.values()} == {root}
    clicks = [e["data"]["id"] for e in events if e["type"] == 3 and e["data"]["source"] == 2 and e["data"]["type"] == 2]
    assert [{**outside, **inside}[one]["attributes"]["id"] for one in clicks][-2:] == ["pay", "buy"]
    [line] = [p for p in site.plugin("rrweb/console@1") if "card declined" in json.dumps(p)]
    assert line["frame"] == pay_origin(site)
    assert {one["id"] for one in site.custom("playhead.submit")} <= inside.keys()
    assert page.errors == []


def test_it_replays(page, site, browser, tmp_path):
    open_shop(page, site)
    site.wait(lambda: attached(site), "the frame's document")
    inner(page).locator("#pay").click()
    site.wait(lambda: "declined at" in seen(site), "the answer")
    events = shops(site)
    texts = same_in_a_replay(events, browser, tmp_path, {"Card details", "Shop"})
    assert any(text.startswith("declined at") for text in texts)


def same_in_a_replay(events: list[dict], browser, tmp_path, wanted: set[str]) -> list[str]:
    """Play to the end, beside our mirror; return the texts that can be read."""
    context = browser.new_context()
    player = context.new_page()
    open_harness(player, build_harness(tmp_path))
    end_ms = events[-1]["timestamp"] - events[0]["timestamp"]
    [dump] = replay(player, events, [end_ms + 1])
    mirror = mirror_at(decode_events(json.dumps(events).encode()), events[-1]["timestamp"])
    assert differences(mirror, dump, player) == []
    context.close()
    texts = [node.get("text", "") for node in dump.values() if node["connected"]]
    assert wanted <= set(texts)
    return texts


def test_a_new_snapshot_of_the_page_has_a_new_one_of_the_frame(page, site):
    open_shop(page, site)
    site.wait(lambda: attached(site), "the frame's document")
    page.evaluate("playhead.pause()")
    inner(page).locator("#note").fill("nobody sees this")
    page.wait_for_timeout(500)
    page.evaluate("playhead.resume()")
    site.wait(
        lambda: len(attached(site)) == 2 and "nobody sees this" in json.dumps(attached(site)[1]),
        "the frame again, as it is now",
    )
    site.check_lanes()
    assert len({event["page"] for event in attached(site)}) == 2
    inner(page).locator("#pay").click()
    site.wait(lambda: "declined at" in json.dumps(shops(site)), "what happens afterwards")


@pytest.mark.parametrize("frames", ["https://pay.example", "null", "*", "http://localhost"])
def test_a_frame_the_page_does_not_name_is_not_in_the_recording(page, site, frames):
    open_shop(page, site, frames=frames)
    inner(page).locator("#note").fill("private to localhost")
    page.wait_for_timeout(2_500)
    assert "private to localhost" not in seen(site)
    assert "Card details" not in seen(site)
    assert attached(site) == []
    assert page.errors == []


def test_a_frame_that_does_not_name_the_page_tells_it_nothing(page, site):
    site.page("/pay", INSIDE, within="https://shop.example")
    heard = "<script>window.heard = []; addEventListener('message', (e) => heard.push(e.data))</script>"
    page.goto(
        site.page(
            "/shop", f"<iframe id=pay src='{pay_origin(site)}/pay'></iframe>", head=heard, frames=pay_origin(site)
        )
    )
    site.wait_custom("playhead.page")
    page.wait_for_timeout(2_500)
    assert attached(site) == []
    assert page.evaluate("heard") == []


FORGER = """<h2>Stranger</h2><script>
  const snapshot = { type: 2, timestamp: Date.now(), data: { node: { type: 0, id: 1, childNodes: [{ type: 2, tagName: "html", id: 2, attributes: {}, childNodes: [] }] }, initialOffset: { top: 0, left: 0 } } };
  const forged = { type: 5, timestamp: Date.now(), data: { tag: "playhead.event", payload: { name: "FORGED", props: {} } } };
  const mutation = { type: 3, timestamp: Date.now(), data: { source: 0, adds: [], removes: [], texts: [{ id: 5, value: "FORGED" }], attributes: [] } };
  addEventListener("message", (e) => { if (e.ports[0]) { document.title = "got a port"; e.ports[0].onmessage = ({ data }) => e.ports[0].postMessage([data.page, JSON.stringify([snapshot, forged, mutation])]); } });
  setInterval(() => {
    for (const target of [parent, top, parent.frames[0]]) {
      target.postMessage({ playhead: "frame", origin: ORIGIN }, "*");
      target.postMessage({ playhead: "record", origin: ORIGIN }, "*", [new MessageChannel().port2]);
      target.postMessage({ playhead: "page" }, "*");
      target.postMessage(["", JSON.stringify([snapshot, forged, mutation])], "*");
      for (const event of [snapshot, forged, mutation]) target.postMessage({ type: "rrweb", origin: ORIGIN, event }, "*");
    }
  }, 100);
</script>"""


def test_a_stranger_who_forges_events_is_ignored_beside_a_frame_that_is_believed(page, site, stranger):
    stranger.pages["/"] = "<!doctype html>" + FORGER.replace("ORIGIN", json.dumps(pay_origin(site)))
    sandboxed = f"<iframe sandbox=allow-scripts srcdoc='{stranger.pages['/'].replace(chr(39), '&#39;')}'></iframe>"
    open_shop(page, site, body=f"<iframe src='{stranger.url}/'></iframe>{sandboxed}")
    site.wait(lambda: attached(site), "the frame's document")
    page.wait_for_timeout(1_500)
    inner(page).locator("#pay").click()
    site.wait(lambda: "declined at" in seen(site), "the frame that is believed")
    assert "FORGED" not in seen(site)
    assert "Stranger" not in json.dumps(attached(site))
    assert len(attached(site)) == 1
    assert "got a port" not in [frame.title() for frame in page.frames]
    assert page.errors == []


def test_what_a_believed_frame_says_stays_in_its_frame(page, site):
    """A frame of an allowed origin whose script is an attacker's: it has a port, and speaks of the page's nodes."""
    site.pages["/pay"] = "<!doctype html><h2>Evil</h2><script>const ORIGIN = '';" + FORGER.split("<script>")[1].replace(
        "setInterval", """setInterval(() => parent.postMessage({ playhead: "frame" }, "*"), 300); void""").replace(
        "[snapshot, forged, mutation])]", """[snapshot, { type: 4, timestamp: 1, data: { href: "https://FORGED.example", width: 1, height: 1 } }, { ...forged, data: { tag: "playhead.page", payload: { page: "FORGED" } } },
          { ...forged, data: { tag: "playhead.end", payload: { reason: "FORGED" } } }, mutation, null, 7, { type: 3, data: { source: 99 } }, { type: 3, timestamp: 1, data: { source: 0, adds: "x", removes: [{ parentId: 1, id: 2 }] } },
          { type: 3, timestamp: 1e15, data: { source: 4, width: 1, height: 1 } }])]""")  # fmt: skip
    page.goto(
        site.page("/shop", f"<h1>Shop</h1><iframe src='{pay_origin(site)}/pay'></iframe>", frames=pay_origin(site))
    )
    site.wait(
        lambda: len(attached(site)) >= 3 and any(e["type"] == 3 and e["data"].get("texts") for e in site.events),
        "it spoke",
    )
    page.evaluate("playhead.event('still here')")
    site.wait_custom("playhead.event")
    site.check_lanes()
    outside = nodes_of(next(e for e in site.events if e["type"] == 2))
    for event in site.events:
        if event["type"] != 3 or event["data"]["source"] != 0:
            continue
        data = event["data"]
        assert not {one["id"] for one in (*data["texts"], *data["removes"], *data["attributes"])} & outside.keys()
    assert [e["data"]["href"] for e in site.events if e["type"] == 4] == [f"{site.url}/shop"]
    assert len(site.custom("playhead.page")) == 1 and site.custom("playhead.end") == []
    assert page.errors == []


def test_a_frame_that_goes_elsewhere_leaves_an_empty_place(page, site, stranger):
    stranger.pages["/"] = "<!doctype html><h2>Stranger</h2>"
    open_shop(page, site)
    site.wait(lambda: attached(site), "the frame's document")
    page.evaluate(f"document.getElementById('pay').src = '{stranger.url}/'")
    site.wait(lambda: len(attached(site)) == 2, "an empty document")
    assert [node.get("tagName") for node in nodes_of(attached(site)[1]).values()] == [None, "html", "body", "head"]
    assert "Stranger" not in seen(site)


def test_the_sites_rules_may_name_the_frame_and_what_is_blocked_stays_out(page, site):
    site.rules = {"frames": [pay_origin(site)], "block": [".closed"]}
    site.page("/pay", INSIDE, within=site.url)
    source = f"{pay_origin(site)}/pay"
    page.goto(
        site.page(
            "/shop",
            f"<iframe id=pay src='{source}'></iframe><div class=closed><iframe src='{source}?2'></iframe></div><div data-playhead-mask><iframe src='{source}?3'></iframe></div>",
        )
    )
    site.wait(lambda: attached(site), "the frame's document")
    page.wait_for_timeout(1_500)
    assert len(attached(site)) == 1


def bank_in_pay(site: Site, bank: Site, *, named: bool = True, within: str = "") -> None:
    """The payment frame's own frame, of a third origin, and the page that holds it."""
    bank.page("/bank", INSIDE.replace("Card details", "Your bank"), within=within or pay_origin(site))
    frames = {"frames": bank.url} if named else {}
    site.page("/hold", f"<h2>Pay here</h2><iframe id=bank src='{bank.url}/bank'></iframe>", within=site.url, **frames)


def test_a_frame_in_an_allowed_frame_is_part_of_the_page_where_each_names_the_next(
    page, site, stranger, browser, tmp_path
):
    bank_in_pay(site, stranger)
    open_shop(page, site, frame=f"<iframe id=pay src='{pay_origin(site)}/hold'></iframe>")
    site.wait(lambda: "Your bank" in seen(site), "the inner frame's document")
    bank = inner(page).frame_locator("#bank")
    bank.locator("#card").fill("4111 1111 1111 1111")
    bank.locator("#pay").click()
    page.locator("#buy").click()
    site.wait(lambda: "declined at" in seen(site), "what happened in it")
    site.check_lanes()
    assert "4111" not in seen(site) and not stranger.batches
    events = shops(site)
    ids = [one for event in (next(e for e in events if e["type"] == 2), *attached(site)) for one in nodes_of(event)]
    assert len(ids) == len(set(ids))
    [line] = [p for p in site.plugin("rrweb/console@1") if "card declined" in json.dumps(p)]
    assert line["frame"] == f"{pay_origin(site)} {stranger.url}"
    same_in_a_replay(events, browser, tmp_path, {"Shop", "Pay here", "Your bank"})
    assert page.errors == []


def test_a_frame_in_an_allowed_frame_that_it_does_not_name_is_not(page, site, stranger):
    bank_in_pay(site, stranger, named=False)
    open_shop(
        page,
        site,
        frame=f"<iframe id=pay src='{pay_origin(site)}/hold'></iframe>",
        frames=f"{pay_origin(site)},{stranger.url}",
    )
    site.wait(lambda: "Pay here" in seen(site), "the outer frame's document")
    page.wait_for_timeout(1_500)
    assert "Your bank" not in seen(site)


def test_a_frame_in_a_shadow_tree_or_in_a_frame_of_the_page_is_part_of_it(page, site, browser, tmp_path):
    site.page("/own", f"<h2>Own</h2><iframe id=pay src='{pay_origin(site)}/pay'></iframe>")
    frame = f"""<iframe id=own src=/own></iframe><x-pay></x-pay><script>
      document.querySelector("x-pay").attachShadow({{ mode: "open" }}).innerHTML = "<iframe id=shaded src='{pay_origin(site)}/pay'></iframe>";
    </script>"""
    open_shop(page, site, frame=frame)
    site.wait(lambda: seen(site).count("Card details") == 2, "both")
    page.frame_locator("#own").frame_locator("#pay").locator("#pay").click()
    page.frame_locator("#shaded").locator("#pay").click()
    site.wait(lambda: seen(site).count('"declined at') >= 2, "the answers")
    same_in_a_replay(shops(site), browser, tmp_path, {"Shop", "Own", "Card details"})
    page.evaluate("document.querySelector('x-pay').setAttribute('data-playhead-mask', '')")
    page.frame_locator("#shaded").locator("#note").fill("not for you")
    page.frame_locator("#own").frame_locator("#pay").locator("#note").fill("this is")
    site.wait(lambda: "this is" in seen(site), "the one that is not hidden")
    assert "not for you" not in seen(site)
    assert page.errors == []


def test_a_page_without_such_frames_pays_nothing(page, site):
    page.goto(site.page("/shop", f"<iframe src='{pay_origin(site)}/other'></iframe>"))
    site.wait_custom("playhead.page")
    page.wait_for_timeout(500)
    assert "/recorder-frames.js" not in site.requests
