"""Hostile recordings: whatever arrives, readers answer with events or one line, and the mirror never raises.

Hypothesis makes recordings by the rules, then shuffles, repeats, cuts and corrupts them.
"""

from __future__ import annotations

import contextlib
import gzip
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.core.events import Event, decode_events, source_of
from playhead.core.lenient import LenientError, is_whole, parse, split_array, tidy_json
from playhead.core.mirror.dom import Mirror
from playhead.core.mirror.inline_style import edit_style
from playhead.core.mirror.sheets import split_rules
from playhead.core.playback.keyframes import keyframe, keyframe_at, window
from playhead.core.readers.formats import FormatError, read_recording
from tests.core.build import Visit
from tests.core.pages import assert_sound

settings.register_profile("hostile", deadline=None, suppress_health_check=list(HealthCheck))
relaxed = settings(settings.get_profile("hostile"), max_examples=150)

ids = st.integers(-2, 30)
words = st.text(max_size=8)
tags = st.sampled_from(
    ["div", "p", "style", "textarea", "iframe", "select", "option", "input", "html", "link", "X", "dialog"]
)
scalars = st.one_of(words, st.integers(-3, 3), st.booleans(), st.none())
names = st.sampled_from(["class", "style", "value", "selected", "_cssText", "open", "rr_scrollTop", "type", "checked"])
junk = st.recursive(
    scalars | st.floats(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)


def nodes(children: Any) -> Any:
    return st.fixed_dictionaries(
        {"type": st.sampled_from([0, 1, 2, 2, 2, 2, 3, 3, 4, 5, 9]), "id": ids},
        optional={
            "tagName": tags,
            "attributes": st.dictionaries(names, scalars, max_size=3),
            "childNodes": children,
            "textContent": words,
            "isShadow": st.booleans(),
            "isShadowHost": st.booleans(),
            "rootId": ids,
        },
    )


trees = st.recursive(nodes(st.just([])), lambda inner: nodes(st.lists(inner, max_size=5)), max_leaves=20)
pages = st.builds(lambda kids: {"type": 0, "id": 1, "childNodes": kids}, st.lists(trees, max_size=4))
indices = st.one_of(st.none(), st.integers(-1, 5), st.lists(st.integers(-1, 5), max_size=3))
styles = st.dictionaries(
    st.sampled_from(["color", "margin", "margin-top", "--x"]),
    st.one_of(words, st.just(False), st.lists(words, max_size=2)),
)
mutations = st.fixed_dictionaries(
    {
        "source": st.just(0),
        "texts": st.lists(st.fixed_dictionaries({"id": ids, "value": st.none() | words}), max_size=2),
        "attributes": st.lists(
            st.fixed_dictionaries({"id": ids, "attributes": st.dictionaries(names, scalars | styles, max_size=3)}),
            max_size=3,
        ),
        "removes": st.lists(st.fixed_dictionaries({"parentId": ids, "id": ids}), max_size=3),
        "adds": st.lists(
            st.fixed_dictionaries(
                {"parentId": ids, "nextId": st.none() | ids, "node": trees}, optional={"previousId": st.none() | ids}
            ),
            max_size=6,
        ),
    }
)
others = st.one_of(
    st.fixed_dictionaries({"source": st.just(3), "id": ids, "x": st.integers(), "y": st.floats(-1e6, 1e6)}),
    st.fixed_dictionaries({"source": st.just(5), "id": ids, "text": words, "isChecked": st.booleans()}),
    st.fixed_dictionaries(
        {"source": st.just(7), "id": ids, "type": st.integers(0, 5), "currentTime": st.floats(0, 1e9)}
    ),
    st.fixed_dictionaries(
        {"source": st.just(8)},
        optional={
            "id": ids,
            "styleId": ids,
            "adds": st.lists(st.fixed_dictionaries({"rule": st.just("a {}") | words, "index": indices}), max_size=3),
            "removes": st.lists(st.fixed_dictionaries({"index": indices}), max_size=3),
            "replaceSync": words,
        },
    ),
    st.fixed_dictionaries(
        {"source": st.just(13), "id": ids, "index": st.lists(st.integers(-1, 5), max_size=3)},
        optional={"set": st.just({"property": "color", "value": "red"}), "remove": st.just({"property": "top"})},
    ),
    st.fixed_dictionaries(
        {"source": st.just(15), "id": ids, "styleIds": st.lists(ids, max_size=3)},
        optional={"styles": st.lists(st.fixed_dictionaries({"styleId": ids, "rules": st.just([])}), max_size=2)},
    ),
    st.fixed_dictionaries(
        {"source": st.integers(-1, 20)}, optional={"id": ids, "positions": st.lists(junk, max_size=2)}
    ),
    junk,
)
snapshots = st.builds(lambda node: {"node": node, "initialOffset": {"left": 0, "top": 0}}, pages)
bodies = st.one_of(
    st.tuples(st.just(3), mutations),
    st.tuples(st.just(3), mutations),
    st.tuples(st.just(3), others),
    st.tuples(st.just(2), snapshots),
    st.tuples(
        st.just(4), st.fixed_dictionaries({"href": words, "width": st.integers(0, 9), "height": st.integers(0, 9)})
    ),
    st.tuples(st.integers(-1, 9), junk),
)


@st.composite
def recordings(draw: Any) -> list[dict[str, Any]]:
    """A page, then whatever happens to it; sometimes shuffled, sometimes with parts twice."""
    made = [(2, draw(snapshots)), *draw(st.lists(bodies, max_size=12))]
    events: list[dict[str, Any]] = [
        {"type": kind, "data": data, "timestamp": 1_700_000_000_000 + 10 * at} for at, (kind, data) in enumerate(made)
    ]
    for event in events:
        if draw(st.integers(0, 9)) == 0:
            event["page"] = draw(st.sampled_from(["a", "b"]))
    if draw(st.booleans()):
        events = draw(st.permutations(events))
    if draw(st.booleans()):
        events += draw(st.lists(st.sampled_from(events), max_size=5))
    return events


def encode(events: list[dict[str, Any]]) -> bytes:
    return json.dumps(events).encode()


def mirrored(events: list[Event]) -> Mirror:
    mirror = Mirror()
    for event in events:
        mirror.apply(event)
        assert_sound(mirror)
    return mirror


@relaxed
@given(recordings())
def test_the_mirror_stays_sound(events: list[dict[str, Any]]) -> None:
    mirror = mirrored(decode_events(encode(events)))
    for node in list(mirror.nodes.values()):
        mirror.text_of(node.id, limit=50)
        mirror.value_of(node.id)
        mirror.is_checked(node.id)
        assert len(list(mirror.ancestors(node.id))) <= len(mirror.nodes)


@relaxed
@given(recordings())
def test_a_keyframe_holds_what_the_mirror_holds(events: list[dict[str, Any]]) -> None:
    mirror = mirrored(decode_events(encode(events)))
    frames = keyframe(mirror, t_ms=1_700_000_000_000)
    again = mirrored(decode_events(b"[" + b",".join(frames) + b"]"))
    here = {node.id for node in mirror.nodes.values() if mirror.is_connected(node.id)}
    assert again.nodes.keys() == here
    for node_id in here:
        ours, theirs = mirror.nodes[node_id], again.nodes[node_id]
        assert (ours.kind, ours.tag, ours.parent) == (theirs.kind, theirs.tag, theirs.parent)
        assert ours.text == theirs.text or ours.kind < 3
        shadow = [child for child in ours.children if mirror.nodes[child].kind != 0]
        assert shadow == [child for child in theirs.children if again.nodes[child].kind != 0]
        assert mirror.value_of(node_id) == again.value_of(node_id)
        assert mirror.is_checked(node_id) == again.is_checked(node_id)


@relaxed
@given(recordings(), st.integers(0, 200), st.integers(0, 200))
def test_windows_and_keyframes_of_anything(events: list[dict[str, Any]], start: int, length: int) -> None:
    read = decode_events(encode(events))
    frames = window(read, from_ms=1_700_000_000_000 + start, to_ms=1_700_000_000_000 + start + length)
    for frame in [*frames, *keyframe_at(read, at_ms=1_700_000_000_000 + start)]:
        assert {"type", "data", "timestamp"} <= json.loads(frame).keys()


@relaxed
@given(recordings(), st.data())
def test_corrupt_bytes_give_events_or_one_line(events: list[dict[str, Any]], data: Any) -> None:
    blob = bytearray(data.draw(st.sampled_from([encode(events), b"\n".join(encode([e])[1:-1] for e in events)])))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(blob) - 1))
        how = data.draw(st.integers(0, 3))
        if how == 0:
            blob[at] = data.draw(st.integers(0, 255))
        elif how == 1:
            del blob[at : at + data.draw(st.integers(1, 40))]
        elif how == 2:
            blob[at:at] = data.draw(
                st.sampled_from([b"[", b"}", b'"', b"\\", b"NaN", b"\\ud800", b"\xff", b"1e999", b",,"])
            )
        else:
            del blob[at:]
        if not blob:
            break
    packed = gzip.compress(bytes(blob)) if data.draw(st.booleans()) else bytes(blob)
    if data.draw(st.integers(0, 5)) == 0:
        packed = packed[: data.draw(st.integers(0, len(packed)))]
    try:
        recording = read_recording(packed, limit_bytes=1 << 20)
    except FormatError as error:
        assert "\n" not in str(error) and len(str(error)) < 400
        return
    assert recording.events
    for event in recording.events:
        json.loads(event.raw)
        source_of(event)
    mirrored(recording.events)


@relaxed
@given(st.binary(max_size=300) | st.text(alphabet='[]{}":,\\u0dNaN1e- ', max_size=80).map(str.encode))
def test_lenient_reading_of_anything(blob: bytes) -> None:
    clean = tidy_json(blob)
    for read in (split_array, parse, is_whole):
        try:
            read(clean)
        except LenientError:
            continue
    with contextlib.suppress(FormatError):
        read_recording(blob, limit_bytes=1 << 16)


@relaxed
@given(junk)
def test_lenient_parsing_agrees_with_json(value: Any) -> None:
    text = json.dumps(value).replace("NaN", "null").replace("-Infinity", "null").replace("Infinity", "null").encode()
    assert parse(text) == json.loads(text)
    assert [json.loads(part) for part in split_array(b"[" + text + b" , " + text + b"]")] == [json.loads(text)] * 2
    assert is_whole(text) == (text[:1] in b'[{"')


@relaxed
@given(st.text(max_size=60), st.dictionaries(st.text(max_size=9), junk, max_size=3))
def test_styles_and_sheets_of_anything(text: str, edits: dict[str, Any]) -> None:
    once = edit_style(text, edits)
    assert edit_style(once, {}) == edit_style(edit_style(once, {}), {})
    split_rules(text)


def test_a_pointer_out_of_this_world_is_nowhere() -> None:
    visit = Visit("<button id=a>A</button>").wait(100)
    for turn in range(40):
        x = 1.7e308 if turn % 2 else -1.7e308
        visit.source(1, positions=[{"x": x, "y": x, "id": 1, "timeOffset": 0}]).wait(20)
    visit.mouse(2, "#a", x=1e308, y=-1e308).wait(4000)
    assert visit.trace().interactions


def test_a_selection_that_starts_before_its_beginning_starts_there() -> None:
    visit = Visit("<p id=a>one <b id=b>two</b> three</p>").wait(100)
    ends = {"start": visit.id("#a"), "startOffset": -9, "end": visit.id("#a"), "endOffset": 9}
    visit.mouse(1, "#a").source(14, ranges=[ends]).mouse(0, "#a").wait(3000)
    assert [act.value for act in visit.acts("select")] == ["one two three"]
