"""Scrub: what is personal goes, what the analysis and the replay need stays, byte for byte where nothing was found."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.core.events import event_of
from playhead.core.lenient import write_json
from playhead.core.scrub import scrub_batch, scrub_event
from playhead.core.secrets import scrub_text

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SECRETS = [
    ("write to jane.doe+x@mail.example.org now", "jane.doe"),
    ("?to=jane%40example.org", "jane"),
    ("paid with 4242 4242 4242 4242 today", "4242"),
    ("card 5500-0000-0000-0004", "5500"),
    ("IBAN DE89 3704 0044 0532 0130 00.", "3704"),
    ("IBAN GB82WEST12345698765432", "WEST"),
    ("call +43 660 123 45 67", "660"),
    ("call (555) 123-4567 or 555-123-4567", "4567"),
    ("SSN 078-05-1120", "1120"),
    (f"token {JWT}", "eyJ"),
    ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7"),
    ("AKIAIOSFODNN7EXAMPLE", "AKIA"),
    ("Authorization: Bearer abcdef0123456789", "abcdef"),
    ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNl"),
    ("Cookie: sid=abc; theme=dark", "abc"),
    ("https://user:hunter2@db.example.org/x", "hunter2"),
    ("/reset?token=abc-def&page=2", "abc-def"),
    ("#access_token=zyx987&expires_in=3600", "zyx987"),
    ('{"password": "hunter2", "page": 2}', "hunter2"),
    ('{\\"accessToken\\":\\"hunter2\\"}', "hunter2"),
    ("password=hunter2", "hunter2"),
    ("session 5f4dcc3b5aa765d61d8327deb882cf99", "5f4d"),
]
HARMLESS = [
    "Order 4000123412341234567 shipped",  # no Luhn
    "Total $1,299.00 on 2026-11-27 at 14:05:33",
    "7 of 12 items, 3 in stock; version 2.14.1, build 20261127",
    "https://shop.example/cart?q=garden+hose&page=2#top",
    "id 3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "@media screen and (max-width: 600px)",
    "Cookie: we use cookies", "Passwords must have 12 characters", "Your card was declined",
]  # fmt: skip


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_secrets_become_placeholders(text, secret):
    clean = scrub_text(text)
    assert secret not in clean
    assert "[" in clean
    assert scrub_text(clean) == clean


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays(text):
    assert scrub_text(text) == text


@given(
    st.lists(st.sampled_from([*HARMLESS, *(text for text, _ in SECRETS), " ", "=", '"', "\\", "é", "%"])).map("".join)
)
def test_scrubbing_twice_is_scrubbing_once(text):
    once = scrub_text(text)
    assert scrub_text(once) == once


def element(tag, attributes, *children, **more):
    return {"type": 2, "id": 7, "tagName": tag, "attributes": attributes, "childNodes": list(children), **more}


def text(content, **more):
    return {"type": 3, "id": 8, "textContent": content, **more}


MAIL = "jane@example.org"
PLACES = {
    "meta": (4, {"href": f"https://x.org/?u={MAIL}", "width": 1, "height": 1}),
    "text": (2, {"node": element("p", {}, text(f"Hello {MAIL}"))}),
    "comment": (2, {"node": element("p", {}, {"type": 5, "id": 9, "textContent": "jane"})}),
    "attribute": (2, {"node": element("a", {"title": MAIL, "href": f"mailto:{MAIL}"})}),
    "data": (2, {"node": element("p", {"data-mail": MAIL})}),
    "image": (2, {"node": element("img", {"src": f"/avatar?of={MAIL}"})}),
    "password": (2, {"node": element("input", {"type": "password", "value": "jane"})}),
    "hidden": (2, {"node": element("input", {"type": "hidden", "value": "jane"})}),
    "csrf": (2, {"node": element("meta", {"name": "csrf-token", "content": "jane"})}),
    "named": (2, {"node": element("input", {"autocomplete": "x", "name": "cvc", "value": "jane"})}),
    "css": (2, {"node": element("style", {"_cssText": f'p::after{{content: "{MAIL}"}}'})}),
    "style": (2, {"node": element("style", {}, text(f"p::after{{content: '{MAIL}'}}", isStyle=True))}),
    "added": (3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [
        {"parentId": 1, "nextId": None, "node": element("p", {}, text(MAIL))}]}),
    "changed": (3, {"source": 0, "texts": [{"id": 1, "value": MAIL}], "attributes": [], "removes": [], "adds": []}),
    "set": (3, {"source": 0, "attributes": [{"id": 1, "attributes": {"title": MAIL, "class": "a"}}]}),
    "input": (3, {"source": 5, "id": 1, "text": MAIL, "isChecked": False}),
    "rule": (3, {"source": 8, "id": 1, "adds": [{"rule": f'p::after{{content:"{MAIL}"}}', "index": 0}]}),
    "canvas": (3, {"source": 9, "id": 1, "property": "fillText", "args": [MAIL, 1, 2]}),
    "console": (6, {"plugin": "rrweb/console@1", "payload": {"level": "log", "payload": [f'"{MAIL}"']}}),
    "header": (6, {"plugin": "rrweb/network@1", "payload": {"requests": [
        {"name": "/x", "requestHeaders": {"Authorization": "jane"}, "responseHeaders": {"set-cookie": "jane"}}]}}),
    "header list": (6, {"plugin": "x", "payload": {"headers": [{"name": "Cookie", "value": "jane"}]}}),
    "body": (6, {"plugin": "x", "payload": {"requestBody": json.dumps({"password": "jane", "n": 1})}}),
    "member": (5, {"tag": "breadcrumb", "payload": {"data": {"access_token": "jane", "cvc": 123}}}),
    "page": (5, {"tag": "playhead.page", "payload": {"url": f"/?m={MAIL}", "referrer": "", "title": MAIL}}),
    "error": (5, {"tag": "playhead.error", "payload": {"message": f"no user {MAIL}"}}),
    "frame in an attribute": (2, {"node": element("iframe", {"srcdoc": "<input value='jane'>"})}),
    "said in a line": (6, {"plugin": "rrweb/console@1", "payload": {"payload": ['"user 7, password: jane-77"']}}),
    "text like a file": (2, {"node": element("p", {}, text(f"data: {MAIL}"))}),
    "file in plain text": (2, {"node": element("img", {"src": f"data:image/svg+xml;utf8,<svg><b>{MAIL}</b></svg>"})}),
    "style attribute": (2, {"node": element("p", {"style": f"background:url(/a.png?token=jane-1&of={MAIL})"})}),
    "style property": (2, {"node": element("p", {"style": f"--of: '{MAIL}'"})}),
    "style object": (3, {"source": 0, "attributes": [{"id": 1, "attributes": {"style": {
        "background": "url('/a?api_key=jane-1')", "--of": [f"'{MAIL}'", "important"]}}}]}),
    "css address": (2, {"node": element("style", {
        "_cssText": "@import '/a.css?token=jane-1';p{background:url(/b?sid=jane-1)}"})}),
    "css selector": (2, {"node": element("style", {"_cssText": f'a[href="mailto:{MAIL}"]{{top:0}}'})}),
    "class and id": (2, {"node": element("p", {"class": f"row of-{MAIL}", "id": MAIL})}),
    "svg label": (2, {"node": element("svg", {"aria-label": MAIL, "data-card": MAIL, "x-of": MAIL}, isSVG=True)}),
    "svg link": (2, {"node": element("use", {"xlink:href": "/i.svg?access_token=jane-1#x"}, isSVG=True)}),
    "frame": (2, {"node": element("iframe", {"rr_src": f"https://x.org/?token=jane-1&u={MAIL}"})}),
    "member name": (5, {"tag": "x", "payload": {"users": {MAIL: 1, "jane2@example.org": 2}}}),
    "list under a secret name": (5, {"tag": "x", "payload": {"password": ["jane"], "credentials": {"u": "jane"}}}),
    "pair": (6, {"plugin": "x", "payload": {"headers_raw": [["cookie", "jane"], ["X-Api-Key", "jane"]]}}),
    "console pair": (6, {"plugin": "rrweb/console@1", "payload": {"payload": ['"password:"', '"jane"']}}),
    "trait": (5, {"tag": "playhead.identify", "payload": {"id": "u-1", "traits": {"password": "jane", "jwt": "jane"}}}),
    "beside a snapshot": (2, {"node": element("p", {}), "href": f"/?of={MAIL}"}),
    "beside a change": (3, {"source": 0, "adds": [], "said": {"by": MAIL}}),
    "where no text belongs": (3, {"source": 2, "type": 2, "id": 3, "said": MAIL}),
    "drawn": (2, {"node": element("path", {"d": f"M0 0 {MAIL}"}, isSVG=True)}),
}  # fmt: skip


def make(kind, data):
    event = event_of(json.dumps({"type": kind, "data": data, "timestamp": 1_760_000_000_123, "page": "p_1"}).encode())
    assert event is not None
    return event


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("strict", [False, True])
def test_every_place_is_scrubbed(place, strict):
    event = make(*PLACES[place])
    clean = scrub_event(event, strict=strict)
    assert b"jane" not in clean.raw
    assert (clean.type, clean.timestamp, clean.page) == (event.type, event.timestamp, event.page)
    assert scrub_event(clean, strict=strict) is clean or scrub_event(clean, strict=strict).raw == clean.raw


def test_what_holds_nothing_is_the_same_object():
    node = element("div", {"class": "a" * 40, "style": "width: 3px", "src": "data:image/png;base64," + "A1" * 60},
                   text("Order 12 of 40"), element("style", {}, text(".x{content:'→'}", isStyle=True)))  # fmt: skip
    for event in (make(2, {"node": node}), make(3, {"source": 2, "type": 2, "id": 4, "x": 5, "y": 5})):
        assert scrub_event(event) is event
    body = b'[ {"type":4,"data":{"href":"https://x.org/"},"timestamp":1760000000123} ]'
    assert scrub_batch(body, strict=False) is body


def test_who_the_site_says_it_is_stays_unless_strict():
    event = make(5, {"tag": "playhead.identify", "payload": {"id": "u-1", "traits": {"email": MAIL}}})
    assert scrub_event(event) is event
    assert b"jane" not in scrub_event(event, strict=True).raw


def test_of_what_the_site_says_credentials_and_payment_data_go():
    said = {"plan": "gold", "phone": "+49 30 901820 77", "card": "4111 1111 1111 1111", "note": "Bearer abc.def-123456",
            "api_key": "PLANTED", "team": "5f" * 16, "iban_of": "DE89 3704 0044 0532 0130 00"}  # fmt: skip
    event = make(5, {"tag": "playhead.identify", "payload": {"id": "4111111111111111", "traits": said}})
    payload = json.loads(scrub_event(event).raw)["data"]["payload"]
    assert payload["id"] == "4111111111111111"  # a number that happens to pass Luhn's check
    kept = {name: payload["traits"][name] for name in ("plan", "phone", "team")}
    assert kept == {name: said[name] for name in kept}
    assert [payload["traits"][name] for name in ("card", "note", "api_key", "iban_of")] == [
        "[CARD]", "Bearer [SECRET]", "[SECRET]", "[IBAN]"]  # fmt: skip


def test_what_stands_beside_the_event_is_scrubbed():
    raw = {
        "type": 3,
        "data": {"source": 0, "adds": []},
        "timestamp": 1_760_000_000_123,
        "by": MAIL,
        "windowId": "4f" * 16,
    }
    event = event_of(json.dumps(raw).encode())
    assert event is not None
    clean = json.loads(scrub_event(event).raw)
    assert clean["by"] == "[EMAIL]"
    assert clean["windowId"] == raw["windowId"]


def test_what_posthog_compressed_is_opened_first():
    packed = gzip.compress(json.dumps({"node": element("p", {}, text(MAIL))}).encode()).decode("latin-1")
    for data, kept in ((packed, b"[EMAIL]"), ("no gzip", b'"data":{}')):
        raw = {"type": 2, "data": data, "cv": "2024-10", "timestamp": 1_760_000_000_123}
        event = event_of(json.dumps(raw).encode())
        assert event is not None
        clean = scrub_event(event)
        assert kept in clean.raw
        assert (clean.type, clean.timestamp) == (2, event.timestamp)


def test_a_document_nested_deeper_than_the_parser_goes_is_walked_all_the_same():
    inner = element("input", {"type": "password", "value": "PLANTED"})
    for _ in range(700):
        inner = element("div", {}, inner)
    raw = write_json({"type": 2, "data": {"node": inner}, "timestamp": 1_760_000_000_123})
    event = event_of(raw)
    assert event is not None
    clean = scrub_event(event).raw
    assert b"PLANTED" not in clean
    assert clean.count(b"div") == 700


def test_parts_of_a_batch_that_are_no_events_go():
    event = b'{"type":4,"data":{"href":"https://x.org/"},"timestamp":1760000000123}'
    assert scrub_batch(b"[" + event + b',{"of":"jane"},"jane",12]', strict=False) == b"[" + event + b"]"


def test_strict_keeps_nothing_that_was_typed_or_preset():
    node = element(
        "form", {}, element("input", {"type": "text", "value": "PLANTED"}), element("textarea", {}, text("PLANTED")),
        element("div", {"contenteditable": "true"}, element("b", {}, text("PLANTED"))),
        element("option", {"value": "PLANTED"}, text("PLANTED")), element("input", {"type": "submit", "value": "Send"}),
        element("a", {"href": "/x?q=PLANTED#PLANTED=PLANTED"}),
    )  # fmt: skip
    raw = scrub_event(make(2, {"node": node}), strict=True).raw.replace(b"#PLANTED=", b"")
    assert b"PLANTED" not in raw
    assert b"Send" in raw
    typed = scrub_event(make(3, {"source": 5, "id": 1, "text": "PLANTED", "isChecked": False}), strict=True)
    assert b"PLANTED" not in typed.raw
    wire = make(6, {"plugin": "x", "payload": {"requests": [{"name": "/a", "responseBody": "PLANTED", "status": 402}]}})
    clean = scrub_event(wire, strict=True).raw
    assert b"PLANTED" not in clean
    assert b"402" in clean


def test_an_event_too_deep_to_walk_is_scrubbed_as_text():
    deep = '{"a":' * 3000 + f'"{MAIL}"' + "}" * 3000
    event = event_of(f'{{"type":5,"data":{deep},"timestamp":1760000000123}}'.encode())
    assert event is not None
    clean = scrub_event(event)
    assert b"jane" not in clean.raw
    assert clean.timestamp == event.timestamp


NAMES = ["node", "attributes", "texts", "adds", "childNodes", "type", "tag", "payload", "source", "name", "value"]
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
)


@given(SHAPES, st.integers(0, 8), st.booleans())
def test_no_shape_breaks_it(data, kind, strict):
    event = make(kind, data)
    assert scrub_event(event, strict=strict).type == kind


MORE_NAMES = ["textContent", "tagName", "isSVG", "style", "rr_src", "d"]
PLACED = st.recursive(
    st.none() | st.integers(0, 9) | st.sampled_from(["div", "style", MAIL, f"see {MAIL}", f"url(/a?of={MAIL})"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*NAMES, *MORE_NAMES]), inner, max_size=4)
        | st.fixed_dictionaries(
            {"type": st.integers(0, 5), "tagName": st.sampled_from(["p", "style", "svg", "input", "link"])},
            optional={"attributes": inner, "childNodes": inner, "textContent": inner, "isSVG": st.booleans()},
        )
    ),
    max_leaves=12,
)  # fmt: skip


@given(PLACED, st.integers(0, 8), st.sampled_from([None, 0, 2, 5, 8, 9, 13, 15]), st.booleans())
def test_wherever_it_stands_an_address_goes(data, kind, source, strict):
    if source is not None:
        data = {**(data if isinstance(data, dict) else {"said": data}), "source": source}
    assert MAIL.encode() not in scrub_event(make(kind, data), strict=strict).raw
