"""The recorder against the product's own server: what was sent is what comes back, also after a crash."""

import json
import urllib.request


def events_of(server, session: str) -> list[dict]:
    with urllib.request.urlopen(f"{server.url}/api/sessions/{session}/events") as answer:
        found = json.load(answer)
    return found["events"] if isinstance(found, dict) else found


def tags(events: list[dict]) -> list[str]:
    return [event["data"]["tag"] for event in events if event["type"] == 5]


def begin(page, server) -> str:
    page.goto(server.url + "/demo/")
    page.wait_for_function("window.playhead?.version")
    page.evaluate("playhead.start()")
    return page.evaluate("playhead.sessionId()")


def test_a_session_comes_back_as_it_was_recorded(page, server):
    session = begin(page, server)
    page.evaluate("playhead.identify('u-1'); playhead.event('seen', {n: 1})")
    page.reload()
    page.wait_for_function("window.playhead?.sessionId()")
    stopped = page.evaluate("playhead.stop()")
    assert stopped["delivered"] is True
    assert stopped["sessionId"] == session and stopped["sessionUrl"] == f"{server.url}/sessions/{session}"
    events = events_of(server, session)
    lanes = list(dict.fromkeys(event["page"] for event in events))
    assert len(lanes) == 2
    for lane in lanes:
        assert [event["type"] for event in events if event["page"] == lane][:2] == [4, 2]
    assert tags(events).count("playhead.page") == 2
    assert {"playhead.identify", "playhead.event", "playhead.end"} <= set(tags(events))
    assert not page.errors


def test_a_server_that_was_killed_gets_the_rest_after_its_restart(page, server):
    session = begin(page, server)
    server.kill()
    page.evaluate("playhead.event('while it was away')")
    server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    assert page.evaluate("playhead.stop()")["delivered"] is True
    assert tags(events_of(server, session)).count("playhead.event") == 1
    assert not page.errors
