"""Make the fuzzer's seeds: one small recording of every shape and kind of event, from the builders of the tests.

Usage   python bench/fuzz/seeds.py        writes bench/fuzz/seeds/NAME.json
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from tests.core.build import Visit  # noqa: E402
from tests.core.readers.test_formats import SHAPES  # noqa: E402

FORM = """<main><h1>Checkout</h1><form id=f><label for=a>E-mail</label><input id=a><input id=p type=password>
<textarea id=t></textarea><select id=s><option value=1>One</option><option value=2>Two</option></select>
<input id=c type=checkbox><button id=go>Pay</button></form><div id=out role=alert></div>
<style>.hid{display:none}.hand{cursor:pointer}</style><ul id=l><li>a</li><li class=hand>b</li></ul>
<iframe id=i></iframe><canvas id=k></canvas><video id=v></video><dialog id=d>Sure?</dialog></main>"""


def main() -> None:
    out = HERE / "seeds"
    out.mkdir(exist_ok=True)
    for name, blob in SHAPES.items():
        write(out / f"shape-{name.lower().replace(' ', '-').replace(',', '')}.bin", blob)
    for name, visit in visits().items():
        write(out / f"visit-{name}.json", json.dumps(visit.events).encode())


def write(path: Path, blob: bytes) -> None:
    path.write_bytes(blob)
    print(path.name, len(blob))


def visits() -> dict[str, Visit]:
    form = Visit(FORM, native=True).wait(500).click("#a")
    form.source(5, id=form.id("#a"), text="***", isChecked=False).wait(800).click("#go").submit("#f")
    form.request("/api/pay", method="POST", status=402, took_ms=120).wait(120)
    form.add("#out", "<p>Card declined</p>").wait(3000).throws("Boom").console("late").route("/next").wait(40_000)
    rage = Visit(FORM).wait(100)
    for _ in range(5):
        rage.click("#go").wait(200)
    rage.wait(4000).key("Enter").remove("#l").text("h1", "Gone").set("#d", open="", style="color:red").wait(500)
    rage.load("<h1>404 Not found</h1>", url="https://shop.test/none", status=404).wait(900)
    rage.load(FORM, url="https://shop.test/").wait(100)
    page = Visit(FORM)
    ids = {name: page.id(name) for name in ("#i", "#k", "#v", "#t", "#l", "style")}
    page.wait(50).source(
        1, positions=[{"x": x, "y": 20 * (x % 9), "id": 1, "timeOffset": x - 400} for x in range(0, 400, 40)]
    )
    page.wait(50).source(3, id=1, x=0, y=900).source(4, width=390, height=844).source(
        7, id=ids["#v"], type=0, currentTime=1.5
    )
    page.source(8, id=ids["style"], adds=[{"rule": ".x{color:red}", "index": 0}], removes=[{"index": 0}])
    page.source(13, id=ids["style"], index=[0], set={"property": "color", "value": "blue", "priority": ""})
    page.source(15, id=1, styles=[{"styleId": 1, "rules": [{"rule": "a{b:c}", "index": 0}]}], styleIds=[1])
    page.source(9, id=ids["#k"], type=0, commands=[{"property": "fillRect", "args": [0, 0, 9, 9]}])
    page.source(14, ranges=[{"start": ids["#l"], "startOffset": 0, "end": ids["#l"], "endOffset": 1}])
    page.source(2, type=5, id=ids["#t"]).source(5, id=ids["#t"], text="hello", isChecked=False, userTriggered=True)
    document = {"type": 0, "id": 500, "childNodes": [
        {"type": 2, "tagName": "html", "attributes": {}, "id": 501, "rootId": 500, "childNodes": []}]}  # fmt: skip
    page.mutate(adds=[{"parentId": ids["#i"], "nextId": None, "node": document}], isAttachIframe=True)
    page.emit(7, {"url": "https://shop.test/a.png", "payload": {}}).emit(8, {"text": "note", "type": "caption"})
    return {"form": form, "rage": rage, "sources": page}


if __name__ == "__main__":
    main()
