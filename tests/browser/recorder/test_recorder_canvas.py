# ruff: noqa: E501
"""Canvases: where a site asks for them, pictures of what changed, of nothing that is hidden, at no cost to the others."""

from __future__ import annotations

from collections import Counter

from playhead.core.playback.sanitise import is_safe_canvas

TWO = """<canvas id=still width=200 height=100></canvas><canvas id=moving width=300 height=150></canvas>
<canvas id=empty width=50 height=50></canvas><div style="height:4000px"></div><canvas id=far width=90 height=90></canvas>
<script>
  const draw = (id, n) => { const c = document.getElementById(id).getContext("2d"); c.fillStyle = "#063"; c.fillRect(n, 10, 40, 40); };
  draw("still", 5); draw("far", 5);
  let n = 0; setInterval(() => { document.getElementById("moving").getContext("2d").clearRect(0, 0, 300, 150); draw("moving", n += 7); }, 100);
</script>"""


def pictures(site) -> list[dict]:
    return [e["data"] for e in site.events if e["type"] == 3 and e["data"]["source"] == 9]


def named(site) -> Counter[str]:
    """How many pictures there are of each canvas, by its id attribute."""
    snapshot = next(e for e in site.events if e["type"] == 2)
    names: dict[int, str] = {}
    added = [one["node"] for e in site.events if e["type"] == 3 for one in e["data"].get("adds", [])]
    stack = [snapshot["data"]["node"], *added]
    while stack:
        node = stack.pop()
        names[node["id"]] = node.get("attributes", {}).get("id", "")
        stack.extend(node.get("childNodes", []))
    return Counter(names[one["id"]] for one in pictures(site))


def visit(page, site, body: str, **data: str) -> None:
    page.goto(site.page("/", body, **data))
    page.wait_for_function("window.playhead?.version")
    site.wait_custom("playhead.page")


def test_what_changes_is_taken_again_and_what_stands_once(page, site):
    visit(page, site, TWO, canvas="4")
    site.wait(lambda: named(site)["moving"] >= 4, "pictures of what moves")
    found = named(site)
    assert found["still"] == 1
    assert found["empty"] == found["far"] == 0
    last = pictures(site)[-1]
    assert [one["property"] for one in last["commands"]] == ["clearRect", "drawImage"]
    blob = last["commands"][1]["args"][0]["args"][0]
    assert blob["type"] == "image/webp" and len(blob["data"][0]["base64"]) > 50
    assert all(is_safe_canvas(one) for one in pictures(site))  # the server shows them
    page.evaluate("scrollTo(0, 4000)")
    site.wait(lambda: named(site)["far"] == 1, "a canvas that came into sight")
    page.evaluate("playhead.pause()")
    page.wait_for_timeout(700)
    count = len(pictures(site))
    page.wait_for_timeout(700)
    assert len(pictures(site)) == count
    page.evaluate("playhead.resume()")
    site.wait(lambda: len(pictures(site)) > count, "pictures of the page that begins anew")


def test_nobody_pays_for_it_who_did_not_ask(page, site):
    visit(page, site, TWO)
    page.wait_for_timeout(1_500)
    assert "/recorder-canvas.js" not in site.requests
    assert pictures(site) == []


def test_the_sites_rules_may_ask_for_it(page, site):
    site.rules = {"canvas": ["2"], "mask": [".plan"], "block": ["#secret"]}
    body = TWO.replace("<canvas id=still", "<canvas class=plan id=still")
    visit(page, site, f'{body}<section id=secret><canvas id=hidden width=99 height=99></canvas></section><div data-playhead-block>'
          '<canvas id=blocked width=99 height=99></canvas></div><script>draw("hidden", 1); draw("blocked", 1)</script>')  # fmt: skip
    page.evaluate("document.querySelector('div').style.height = '1px'")  # all in sight
    site.wait(lambda: named(site)["moving"] >= 3 and named(site)["far"], "pictures")
    assert set(named(site)) == {"moving", "far"}


def test_those_in_shadow_trees_and_frames_of_the_page_are_taken_too_unless_they_lie_in_something_hidden(page, site):
    visit(page, site, """<x-chart id=open></x-chart><x-chart id=masked data-playhead-mask></x-chart><x-late></x-late>
      <iframe srcdoc="<canvas id=framed width=60 height=60></canvas>"></iframe><script>
      const paint = (canvas) => { const c = canvas.getContext("2d"); c.fillStyle = "#063"; c.fillRect(5, 5, 30, 30); };
      const chart = (root, id) => { root.innerHTML = `<canvas id=${id} width=60 height=60></canvas>`; paint(root.firstChild); };
      class Chart extends HTMLElement { connectedCallback() {
        const inner = document.createElement("div"); this.attachShadow({ mode: "open" }).append(inner);
        chart(this.shadowRoot, this.id + "-outer");
        this.shadowRoot.append(inner); chart(inner.attachShadow({ mode: "open" }), this.id + "-inner");
      } }
      customElements.define("x-chart", Chart);
      const frame = document.querySelector("iframe");
      frame.onload = () => paint(frame.contentDocument.getElementById("framed"));
      window.later = () => { const root = document.querySelector("x-late").attachShadow({ mode: "open" }); chart(root, "late"); };
    </script>""", canvas="4")  # fmt: skip
    site.wait(lambda: {"open-outer", "open-inner", "framed"} <= set(named(site)), "pictures of all three")
    page.evaluate("later()")
    site.wait(lambda: named(site)["late"] == 1, "a picture in a shadow tree that came later")
    assert set(named(site)) == {"open-outer", "open-inner", "framed", "late"}
    assert page.errors == []


def test_a_canvas_with_pictures_of_another_origin_is_told_once_and_the_others_go_on(page, site):
    foreign = site.url.replace("127.0.0.1", "localhost") + "/dot.png"
    visit(page, site, f"""<canvas id=map width=120 height=120></canvas>{TWO}<script>
      const dot = new Image(); dot.onload = () => document.getElementById("map").getContext("2d").drawImage(dot, 0, 0, 120, 120);
      dot.src = "{foreign}"</script>""", canvas="4")  # fmt: skip
    site.wait(lambda: site.custom("playhead.canvas") and named(site)["moving"] >= 3, "both")
    assert len(site.custom("playhead.canvas")) == 1
    assert "another origin" in site.custom("playhead.canvas")[0]["reason"]
    assert named(site)["map"] == 0
    assert named(site)["still"] == 1
    assert page.errors == []


def test_what_webgl_draws_is_there_though_it_is_cleared_after_each_frame(page, site):
    visit(page, site, """<canvas id=gl width=128 height=128></canvas><script>
      const gl = document.getElementById("gl").getContext("webgl");
      let n = 0; const frame = () => { gl.clearColor(0.9, (n++ % 50) / 50, 0.1, 1); gl.clear(gl.COLOR_BUFFER_BIT); requestAnimationFrame(frame); };
      if (gl) frame(); else document.title = "no webgl"</script>""", canvas="4")  # fmt: skip
    assert page.title() != "no webgl"
    site.wait(lambda: len(pictures(site)) >= 3, "pictures of what WebGL drew")
