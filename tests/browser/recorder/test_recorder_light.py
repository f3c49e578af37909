"""Light: pages that are too large or too busy are recorded with less, or not at all, and never stand still for it."""

from __future__ import annotations

import json

ROWS = """<button id=b>b</button><main><table><tbody id=rows></tbody></table></main><p id=p></p><script>
  const rows = (from, count) => {
    let html = '';
    for (let n = from; n < from + count; n++) html += `<tr><td><b>row ${n}</b></td><td><i>${n * 7}</i></td></tr>`;
    return html;
  };
  document.getElementById('rows').innerHTML = rows(0, COUNT);
</script>"""


def nodes(node: dict) -> int:
    return 1 + sum(nodes(child) for child in node.get("childNodes", []))


def snapshots(site) -> list[int]:
    return [nodes(event["data"]["node"]) for event in site.events if event["type"] == 2]


def added(site) -> int:
    changes = [e["data"] for e in site.events if e["type"] == 3 and e["data"]["source"] == 0]
    return sum(len(change["adds"]) for change in changes)


def test_a_page_of_a_quarter_million_nodes_is_recorded_with_its_table_as_a_box(page, site):
    page.goto(site.page("/", ROWS.replace("COUNT", "36000")))
    assert page.evaluate("document.getElementsByTagName('*').length") > 180_000
    facts = site.wait_custom("playhead.page")[0]
    assert facts["boxes"] == 1
    assert all(count < 1_000 for count in snapshots(site))
    # what happens inside the box is not recorded, what happens around it is
    page.evaluate("document.getElementById('rows').insertAdjacentHTML('beforeend', rows(36000, 500))")
    page.evaluate("document.getElementById('p').textContent = 'outside'")
    page.click("#b")
    page.evaluate("playhead.event('done')")
    site.wait_custom("playhead.event")
    said = json.dumps(site.events)
    assert "outside" in said and "row 36001" not in said
    assert any(e["type"] == 3 and e["data"]["source"] == 2 for e in site.events), "the click"
    site.check_lanes()
    assert not page.errors


def test_a_flood_of_nodes_becomes_a_snapshot_with_a_box(page, site):
    page.goto(site.page("/", ROWS.replace("COUNT", "10")))
    site.wait_custom("playhead.page")
    page.evaluate("document.getElementById('rows').insertAdjacentHTML('beforeend', rows(10, 50000))")
    second = site.wait_custom("playhead.page", 2)[1]
    assert second["boxes"] == 1 and second["navigation"] == "navigate"
    assert added(site) < 100 and all(count < 1_000 for count in snapshots(site))
    page.evaluate("document.getElementById('rows').innerHTML = ''")  # it is a usual page again
    page.evaluate("document.getElementById('p').textContent = 'afterwards'; playhead.event('done')")
    site.wait_custom("playhead.event")
    assert "afterwards" in json.dumps(site.events)
    site.check_lanes()
    assert not page.errors


def test_a_page_that_is_too_large_in_every_part_is_left_alone_with_a_mark(page, site):
    page.goto(site.page("/", "<p>x</p><script>document.body.innerHTML = '<i></i>'.repeat(26000)</script>"))
    page.wait_for_function("window.playhead?.sessionId()")
    page.wait_for_timeout(1_500)
    assert snapshots(site) == []
    page.evaluate("document.body.innerHTML = '<h1>small</h1>'; playhead.pause(); playhead.resume()")
    site.wait_custom("playhead.page")
    assert "small" in json.dumps(site.events)
    assert not page.errors


def test_a_page_that_never_rests_is_recorded_with_less_and_paused_with_a_mark(page, site):
    """The browser is slowed down twenty times: what the page does costs more than recording may."""
    page.goto(site.page("/", "<div id=box></div><p id=p></p>"))
    site.wait_custom("playhead.page")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 20})
    page.evaluate("""() => {
        const box = document.getElementById('box');
        let n = 0;
        window.busy = setInterval(() => {
            let html = '';
            for (let i = 0; i < 1500; i++) html += `<b>${n}</b>`;
            const part = document.createElement('div');
            part.innerHTML = html;
            if (box.children.length > 8) box.firstChild.remove();
            box.append(part);
            n++;
        }, 40);
    }""")
    reasons = [pause["reason"] for pause in site.wait_custom("playhead.pause")]
    assert reasons == ["overload"]
    site.check_lanes()
    page.evaluate("clearInterval(busy)")
    assert not page.errors
