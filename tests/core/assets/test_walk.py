"""The walk through a slice: every place a picture, font or sheet is named, in every kind of event, and no other."""

import json

from playhead.core.assets.walk import AssetWalk

PAGE = "https://shop.example/a/"


def element(number, tag, *children, **attributes):
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def words(number, content):
    return {"type": 3, "id": number, "textContent": content}


def event(kind, data):
    return json.dumps({"type": kind, "data": data, "timestamp": 1}).encode()


def page(*nodes):
    document = {"type": 0, "id": 1, "childNodes": [element(2, "html", *nodes)]}
    return [event(4, {"href": PAGE, "width": 1, "height": 1}), event(2, {"node": document, "initialOffset": {}})]


def change(**parts):
    return event(3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **parts})


def asked(*events):
    seen = []
    AssetWalk(seen.append).slice(events)
    return [url.removeprefix(PAGE) for url in dict.fromkeys(seen)]


def test_a_snapshot():
    nodes = [
        element(10, "link", rel="stylesheet", href="main.css"),
        element(11, "link", rel="icon", href="no.ico"),
        element(12, "link", rel="stylesheet", href="no.css", _cssText="a{background:url(inlined.png)}"),
        element(13, "style", words(14, "a{background:url(style.png)}")),
        element(15, "img", src="img.png", srcset="one.png 1x, two.png, a,b.png 3x"),
        element(16, "input", type="image", src="input.png"),
        element(17, "video", poster="poster.png", src="no.mp4"),
        element(18, "body", background="body.png", style="background:url(attr.png)"),
        element(19, "picture", element(20, "source", srcset="picture.webp")),
        element(21, "svg", element(22, "image", href="svg.png"), element(23, "use", **{"xlink:href": "sprite.svg#a"})),
        element(24, "rect", fill="url(fill.svg#g)"),
        element(25, "a", words(26, "url(no.png)"), href="no.html"),
        element(27, "iframe", src="no.html"),
        element(28, "IMG", src="upper.png"),
    ]
    assert sorted(asked(*page(*nodes))) == sorted(
        "main.css inlined.png style.png img.png one.png two.png a,b.png input.png poster.png body.png attr.png "
        "picture.webp svg.png sprite.svg fill.svg upper.png".split()
    )


def test_what_happens_later():
    first = page(
        element(10, "img"),
        element(11, "a"),
        element(12, "link", rel="stylesheet"),
        element(13, "style", words(14, "")),
        element(15, "p", words(16, "")),
        element(17, "link", rel="next"),
    )
    changes = [
        {"id": 10, "attributes": {"src": "later.png"}},
        {"id": 11, "attributes": {"href": "no.html", "style": {"background": "url(declared.png)", "color": False}}},
        {"id": 11, "attributes": {"style": {"mask": ["url(important.png)", "important"]}}},
        {"id": 12, "attributes": {"href": "later.css"}},
        {"id": 17, "attributes": {"href": "no.html"}},
    ]
    texts = [{"id": 14, "value": "a{background:url(text.png)}"}, {"id": 16, "value": "url(no.png)"}]
    adds = [
        {"parentId": 13, "nextId": None, "node": words(30, "b{background:url(added.png)}")},
        {"parentId": 2, "nextId": None, "node": element(31, "img", src="new.png")},
    ]
    later = [
        change(attributes=changes, texts=texts, adds=adds),
        change(texts=[{"id": 30, "value": "b{background:url(again.png)}"}]),
        event(
            3, {"source": 8, "id": 13, "adds": [{"rule": "c{background:url(rule.png)}"}], "replace": "@import 'r.css'"}
        ),
        event(3, {"source": 10, "family": "f", "fontSource": "url(face.woff2)"}),
        event(3, {"source": 13, "id": 13, "set": {"property": "background", "value": "url(set.png)"}}),
        event(3, {"source": 15, "id": 1, "styles": [{"styleId": 1, "rules": [{"rule": "d{src:url(adopted.png)}"}]}]}),
    ]
    assert sorted(asked(*first, *later)) == sorted(
        "later.png declared.png important.png later.css text.png added.png new.png again.png rule.png r.css "
        "face.woff2 set.png adopted.png".split()
    )


def test_what_is_kept_is_written_in_its_place_and_the_rest_stays():
    kept = {f"{PAGE}{name}": f"/kept/{name}" for name in ("main.css", "two.png", "img.png", "sprite.svg")}
    walk = AssetWalk(kept.get)
    nodes = [
        element(10, "link", rel="stylesheet", href="main.css", integrity="sha256-x"),
        element(11, "img", src="img.png", srcset="one.png 1x, two.png 2x"),
        element(12, "source", srcset="one.png 1x"),
        element(13, "use", href="sprite.svg#cart"),
        element(14, "img", src="gone.png"),
    ]
    _, snapshot = walk.slice(page(*nodes))
    shown = [node["attributes"] for node in json.loads(snapshot)["data"]["node"]["childNodes"][0]["childNodes"]]
    assert shown == [
        {"rel": "stylesheet", "href": "/kept/main.css"},  # whose bytes are others now
        {"src": "/kept/img.png", "srcset": "/kept/two.png 2x"},
        {},  # or the browser would choose it and show nothing
        {"href": "/kept/sprite.svg#cart"},
        {"src": "gone.png"},
    ]
    assert walk.pages == {"shop.example"}


def test_numbers_of_another_page_mean_nothing():
    first = page(element(10, "img"))
    second = page(element(10, "a"))
    changed = change(attributes=[{"id": 10, "attributes": {"src": "no.png"}}])
    assert asked(*first, *second, changed) == []


def test_what_cannot_be_read_stays_as_it_is():
    strange = [b'{"type":3,"data":{"source":0,"src":', b"[1]", b'{"type":2,"data":{"node":[{"src":1}]}}', b'"url("']
    deep = b'{"type":3,"data":{"source":0,"adds":' + b"[" * 5_000 + b'"url("' + b"]" * 5_000 + b"}}"
    assert AssetWalk(lambda _: "x").slice([*strange, deep]) == [*strange, deep]


def test_a_long_srcset_comes_to_an_end():
    assert asked(*page(element(10, "img", srcset=" " * 300_000), element(11, "img", srcset="," * 300_000))) == []
