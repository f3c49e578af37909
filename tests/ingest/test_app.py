"""IngestApp: the HTTP face of ingest: answers, CORS, limits while reading, counters."""

import asyncio
import gzip
import json

import pytest
import sqlalchemy as sa

from playhead.ingest import reading
from playhead.ingest.app import IngestApp
from playhead.ingest.drops import DropReason
from playhead.jobs.erase import forget_visitor
from playhead.store.objects import NoSpace
from playhead.store.packs import Busy
from playhead.store.recording_rules import RecordingRules, RulesError, checked
from playhead.store.site_settings import SiteSettings, save_settings
from playhead.store.tables import erased, sites

EVENTS = b'[{"type":4,"timestamp":1}]'
QUERY = "v=1&site=site&session=s_1&page=p_1&seq=0"


class Answer:
    def __init__(self, messages):
        self.status = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in messages[1:])

    @property
    def json(self):
        return json.loads(self.body)


@pytest.fixture
def app(store):
    return IngestApp(store)


def send(app, body=EVENTS, *, query=QUERY, method="POST", headers=(), parts=None):
    """Send one request to the application; `parts` are the messages of its body. None if nothing was answered."""
    parts = [{"type": "http.request", "body": body}] if parts is None else parts
    messages, unread = [], list(parts)

    async def receive():
        if not unread:
            await asyncio.Event().wait()
        return unread.pop(0)

    async def answer(message):
        messages.append(message)

    scope = {"type": "http", "method": method, "path": "/ingest", "query_string": query.encode(), "headers": headers}
    asyncio.run(app(scope, receive, answer))
    if not messages:
        return None
    found = Answer(messages)
    found.unread = unread
    return found


def test_a_batch_is_answered_when_it_is_durable(app, store):
    answer = send(app, gzip.compress(EVENTS))
    assert (answer.status, answer.json) == (200, {"ok": True, "duplicate": False})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert [event.raw for event in store.log.events("s_1")] == [EVENTS[1:-1]]


def test_a_batch_sent_twice_is_a_success_twice(app, store):
    send(app)
    assert send(app).json == {"ok": True, "duplicate": True}
    assert len(store.log.events("s_1")) == 1
    assert (app.counters.stored, app.counters.duplicates, app.counters.bytes) == (1, 1, len(EVENTS))


def test_a_body_in_many_pieces(app, store):
    body = gzip.compress(EVENTS)
    parts = [{"type": "http.request", "body": bytes([byte]), "more_body": True} for byte in body]
    assert send(app, parts=[*parts, {"type": "http.request"}]).status == 200
    assert len(store.log.events("s_1")) == 1
    assert app.held.bytes == 0


def test_identity_in_the_body(app, store):
    body = {"site": "site", "session": "s_1", "page": "p_1", "seq": 0, "events": [{"type": 4, "timestamp": 1}]}
    assert send(app, json.dumps(body).encode(), query="").status == 200
    large = {**body, "seq": 1, "events": [{"type": 4, "timestamp": 1, "pad": "x" * 200_000}]}
    assert send(app, json.dumps(large).encode(), query="v=1").status == 200
    assert len(store.log.events("s_1")) == 2


def test_escaped_queries_are_read(app, store):
    assert send(app, query="v=1&site=site&session=s%5F1&page=p_1&seq=0&visitor=a%2Bb%40c.de").status == 200
    with store.index.read() as connection:
        assert connection.exec_driver_sql("SELECT visitor FROM sessions").scalar() == "a+b@c.de"


@pytest.mark.parametrize("query", ["", "%", "&&&==", "=1", "v=1&v=1", "&".join(f"a{n}=%20" for n in range(100))])
def test_odd_queries_are_refused_in_words(app, query):
    answer = send(app, query=query)
    assert answer.status == 400
    assert answer.json["error"] in {reason.value for reason in DropReason}


def test_a_refusal_has_the_one_error_shape_and_is_counted(app):
    answer = send(app, query=QUERY.replace("site=site", "site=nobody"))
    assert answer.status == 401
    assert answer.json == {"error": "unknown_site", "detail": answer.json["detail"], "status": 401}
    assert "'nobody'" in answer.json["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert app.counters.dropped[DropReason.UNKNOWN_SITE] == 1
    assert 'playhead_ingest_dropped_total{reason="unknown_site"} 1' in app.counters.prometheus()
    assert 'playhead_ingest_dropped_total{reason="no_space"} 0' in app.counters.prometheus()


def test_preflight_and_other_methods(app):
    answer = send(app, method="OPTIONS", parts=[])
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert send(app, method="PATCH", parts=[]).status == 405


def endless(size):
    return {"type": "http.request", "body": b"[" + b"x" * (size - 1), "more_body": True}


def test_an_announced_giant_is_refused_before_it_is_kept(app, monkeypatch):
    monkeypatch.setattr(reading, "MAX_DRAIN_BYTES", 1000)
    answer = send(app, headers=[(b"content-length", b"99999999999")], parts=[endless(600)] * 10)
    assert answer.status == 413
    assert answer.headers["connection"] == "close"
    assert len(answer.unread) == 8  # read on for a while, so that a small sender would hear the answer


def test_a_body_that_grows_past_the_limit_is_refused_on_the_way(app, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BODY_BYTES", 1000)
    answer = send(app, parts=[*[endless(600)] * 3, {"type": "http.request"}])
    assert (answer.status, answer.json["error"]) == (413, "too_large")
    assert "connection" not in answer.headers
    assert app.held.bytes == 0


def test_too_many_bodies_at_once_are_asked_to_come_again(app, monkeypatch):
    monkeypatch.setattr(reading, "MAX_HELD_BYTES", 1000)
    answer = send(app, parts=[*[endless(600)] * 2, {"type": "http.request"}])
    assert (answer.status, answer.json["error"]) == (503, "busy")
    assert answer.headers["retry-after"]
    assert app.held.bytes == 0


def test_a_body_that_never_ends_is_given_up(app, monkeypatch):
    monkeypatch.setattr(reading, "READ_S", 0.01)
    answer = send(app, parts=[endless(10)])
    assert (answer.status, answer.json["error"]) == (503, "too_slow")


def test_a_sender_that_goes_away_gets_no_answer_and_leaves_nothing(app, store):
    assert send(app, parts=[endless(10), {"type": "http.disconnect"}]) is None
    assert app.counters.dropped[DropReason.CUT_SHORT] == 1
    assert not store.log.exists("s_1")
    assert app.held.bytes == 0


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (NoSpace("the disk is full"), 507, "no_space"),
        (OSError("Input/output error"), 503, "failed"),
        (Busy("later"), 503, "busy"),
        (RuntimeError("a bug"), 503, "failed"),
    ],
)
def test_what_keeps_a_batch_from_the_disk_is_said_and_may_be_tried_again(
    app, store, monkeypatch, error, status, reason
):
    def fail(_key, _blob, *, if_absent=True):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(store.objects, "put", fail)
        answer = send(app)
        assert (answer.status, answer.json["error"]) == (status, reason)
        assert int(answer.headers["retry-after"]) > 0
    assert send(app).json == {"ok": True, "duplicate": False}


def test_sessions_that_were_erased_or_belong_to_others_are_refused(app, store):
    with store.index.write() as connection:
        connection.execute(sa.insert(erased), {"session": "s_gone", "erased_ms": 1})
        connection.execute(sa.insert(sites), {"key": "other", "name": "", "created_ms": 0})
    send(app)
    answers = [
        send(app, query=QUERY.replace("s_1", "s_gone")),
        send(app, query=QUERY.replace("site=site", "site=other")),
    ]
    assert [(answer.status, answer.json["error"]) for answer in answers] == [(409, "erased"), (409, "foreign_session")]


def test_a_site_made_later_is_known_soon(app, store, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(app.sites, "_clock_s", lambda: clock[0])
    query = QUERY.replace("site=site", "site=new")
    assert send(app, query=query).status == 401
    with store.index.write() as connection:
        connection.execute(sa.insert(sites), {"key": "new", "name": "", "created_ms": 0})
    assert send(app, query=query).status == 401  # strangers cost one look into the index a second
    clock[0] += 1.5
    assert send(app, query=query).status == 200
    with store.index.write() as connection:
        connection.execute(sa.delete(sites).where(sites.c.key == "new"))
    clock[0] += 31
    assert send(app, query=query).status == 401


def test_the_recorder_asks_for_the_rules_of_its_site(app, store):
    rules = RecordingRules(sample=("0.5",), mask=(".name",))
    save_settings(store.index, "site", SiteSettings(recording=rules))
    answer = send(app, query="v=1&site=site", method="GET")
    assert (answer.status, answer.json) == (200, {"sample": ["0.5"], "mask": [".name"]})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age=300" in answer.headers["cache-control"]
    assert send(app, query="v=1&site=other", method="GET").status == 404
    assert send(app, query="site=%FF", method="GET").status == 404


class TestForget:
    VISITOR = "v_" + "0" * 32

    def forgetting(self, store, **settings):
        save_settings(store.index, "site", SiteSettings(**settings))
        return IngestApp(store, forget=lambda site, visitor: forget_visitor(store, site, visitor))

    def test_erases_what_that_browser_recorded_and_nothing_else(self, store):
        app = self.forgetting(store)
        send(app, query=f"{QUERY}&visitor={self.VISITOR}")
        send(app, query="v=1&site=site&session=s_2&page=p_1&seq=0&visitor=v_" + "1" * 32)
        answer = send(app, b"", query=f"v=1&site=site&forget={self.VISITOR}")
        assert (answer.status, answer.json["erased_sessions"]) == (200, 1)
        assert not store.log.exists("s_1") and store.log.exists("s_2")
        assert send(app, query=f"{QUERY}&visitor={self.VISITOR}").json["error"] == "erased", "late batches stay out"

    @pytest.mark.parametrize("visitor", ["ada@example.org", "u-1", "v_", "%", "*", "v_" + "0" * 31])
    def test_takes_no_id_that_somebody_could_know(self, store, visitor):
        app = self.forgetting(store)
        send(app)
        assert send(app, b"", query=f"v=1&site=site&forget={visitor}").status in (400, 403)
        assert store.log.exists("s_1")

    def test_is_the_sites_choice(self, store):
        app = self.forgetting(store, visitors_may_erase=False)
        send(app, query=f"{QUERY}&visitor={self.VISITOR}")
        assert send(app, b"", query=f"v=1&site=site&forget={self.VISITOR}").status == 403
        assert store.log.exists("s_1")


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"sample": ["2"]}, "a rate from 0 to 1"),
        ({"sample": ["url:/x"]}, "a rate from 0 to 1"),
        ({"start": ["soon"]}, "a number of seconds"),
        ({"never": ["*" * 6]}, "at most 5 stars"),
        ({"mask": ["a{color:red}"]}, "a CSS selector"),
        ({"respect": ["all"]}, "one of gpc"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(rules, says):
    with pytest.raises(RulesError, match=says):
        checked(RecordingRules(**rules))
