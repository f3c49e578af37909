"""js_error, network_error, not_found, slow_response: what the page's code and its server did."""

import pytest

from tests.core.build import Visit

BUTTON = '<main><button id="go">Go</button><p id="out">ready</p></main>'


def ends(visit: Visit) -> Visit:
    return visit.wait(3_000).move((400, 300), (420, 310))


class TestJsError:
    def test_the_same_error_is_one_signal_however_often(self):
        visit = Visit(BUTTON)
        for number in range(4):
            visit.wait(2_000).throws(f"item {number} has no price")
        signal = ends(visit).signal("js_error")
        assert signal.measured["count"] == 4
        assert signal.measured["where"] == "app.js:12:3"
        assert signal.refs == ["e1"]  # the page it happened on

    def test_different_errors_are_told_apart(self):
        visit = Visit(BUTTON).wait(500).throws("x is undefined").wait(500).throws("y is null")
        assert ends(visit).kinds() == ["js_error", "js_error"]

    def test_one_error_told_by_recorder_and_console_is_one(self):
        visit = Visit(BUTTON, native=True).wait(500)
        visit.custom("playhead.error", kind="exception", name="TypeError", message="x is undefined", stack="")
        visit.throws("x is undefined")
        assert visit.signal("js_error").measured["count"] == 1

    def test_a_rejected_promise(self):
        visit = Visit(BUTTON).wait(500).console("Uncaught (in promise) Error: no answer")
        assert visit.signal("js_error").measured["uncaught"] == "unhandledrejection"

    @pytest.mark.parametrize(
        "text",
        [
            "Uncaught ResizeObserver loop completed with undelivered notifications.",
            "Uncaught (in promise) AbortError: signal is aborted without reason",
            "Script error.",
            "Could not load the banner",
            "Warning: Each child in a list should have a unique key",
        ],
    )
    def test_not_on_notices_and_plain_lines(self, text: str):
        assert ends(Visit(BUTTON).wait(500).console(text)).kinds() == []

    def test_not_on_extensions(self):
        visit = Visit(BUTTON).wait(500).throws("x", file="chrome-extension://abcdef/content.js")
        assert ends(visit).kinds() == []

    def test_a_fingerprint_outlives_deploys(self):
        def mark(file: str, message: str) -> str:
            return Visit(BUTTON).wait(500).throws(message, file=file).signal("js_error").fingerprint

        one = mark("https://shop.test/app.3f2a91bc.js", "item 12 has no price")
        assert one == mark("https://shop.test/app.99ffee01.js", "item 7 has no price")
        assert one != mark("https://shop.test/app.99ffee01.js", "cart is empty")


class TestNetworkError:
    def test_a_poll_is_one_signal_a_route_and_status(self):
        visit = Visit(BUTTON).wait(500).request("/api/news", status=500).wait(9_000).request("/api/news", status=500)
        visit.wait(100).request("/api/news", status=404)
        found = [signal.measured for signal in ends(visit).trace().signals]
        assert [(one["status"], one["count"]) for one in found] == [(500, 2), (404, 1)]

    def test_what_was_asked_for_anew_failed_anew(self):
        visit = Visit(BUTTON)
        for _ in range(2):
            visit.wait(9_000).click("#go").wait(60).request("/api/pay", method="POST", status=402)
        assert ends(visit).kinds().count("network_error") == 2

    def test_no_answer_at_all(self):
        signal = ends(Visit(BUTTON).wait(500).request("/api/x", method="POST", status=0)).signal("network_error")
        assert signal.measured["status"] == 0

    def test_not_on_what_leaving_cut_off(self):
        visit = (
            Visit(BUTTON)
            .wait(2_000)
            .request("/api/x", status=0)
            .wait(40)
            .load("<p>next</p>", url="https://shop.test/n")
        )
        assert ends(visit).kinds() == []

    def typed(self, *, anew: bool) -> list[str]:
        """Letters of which each gives up what the one before it asked for."""
        visit = Visit('<input id="q" type="search" aria-label="Find">').wait(2_000).type("#q", "so").wait(80)
        visit.request("/api/find?q=so", status=0, took_ms=70).wait(110)
        if anew:
            visit.request("/api/find?q=sol", took_ms=105)
        return ends(visit).kinds()

    def test_not_on_what_was_given_up_for_the_next_letters(self):
        assert self.typed(anew=True) == []

    def test_it_is_one_where_nothing_was_asked_anew(self):
        assert "network_error" in self.typed(anew=False)

    @pytest.mark.parametrize(("moved", "expected"), [(True, []), (False, ["network_error"])])
    def test_not_on_what_was_given_up_with_its_route(self, moved: bool, expected: list[str]):
        visit = Visit(BUTTON, native=True).wait(3_000).request("/api/list", status=0, took_ms=900).wait(8)
        if moved:
            visit.route("https://shop.test/basket", title="Basket")
        assert ends(visit.wait(4_000)).kinds() == expected

    @pytest.mark.parametrize(
        "name", ["https://www.google-analytics.com/collect", "https://o1.ingest.sentry.io/api/1/store"]
    )
    def test_not_on_telemetry(self, name: str):
        entry = {"name": name, "method": "POST", "status": 0, "initiatorType": "fetch", "duration": 5}
        visit = Visit(BUTTON).wait(500).emit(6, {"plugin": "rrweb/network@1", "payload": {"requests": [entry]}})
        assert ends(visit).kinds() == []

    def test_not_on_answers_that_a_browser_may_not_show(self):
        entry = {"name": "https://fonts.test/a.woff2", "status": 0, "initiatorType": "css", "duration": 5}
        visit = Visit(BUTTON).wait(500).emit(6, {"plugin": "rrweb/network@1", "payload": {"requests": [entry]}})
        assert ends(visit).kinds() == []

    def test_a_page_answered_500(self):
        visit = Visit(BUTTON, native=True).wait(2_000)
        visit.load("<h1>Oh no</h1>", url="https://shop.test/cart", title="Oh no", status=500)
        assert ends(visit).kinds() == ["network_error"]


class TestNotFound:
    def test_a_page_answered_404(self):
        visit = Visit('<a id="go" href="/gone">Stockists</a>', native=True).wait(900).click("#go").wait(300)
        visit.load("<p>hm</p>", url="https://shop.test/gone", title="hm", status=404)
        signal = ends(visit).signal("not_found")
        assert signal.measured["url"] == "https://shop.test/gone"
        assert signal.refs == ["e2", "e3"]

    @pytest.mark.parametrize(
        ("title", "heading"),
        [
            ("404 Not Found", ""),
            ("Page not found | Shop", ""),
            ("Shop", "404"),
            ("Shop", "Oops! That page can’t be found."),
            ("Shop", "This page doesn't exist"),
            ("Error 404 – Shop", "Hello"),
        ],
    )
    def test_a_page_that_says_so(self, title: str, heading: str):
        visit = Visit("<p>x</p>").wait(2_000).load(f"<h1>{heading}</h1>", url="https://shop.test/x", title=title)
        assert ends(visit).kinds() == ["not_found"]

    @pytest.mark.parametrize(
        ("title", "heading"),
        [
            ("Room 404", "Room 404 is free tonight"),
            ("Lost and found", "Lost and found"),
            ("The history of the number 404", "How 404 became famous"),
            ("Peugeot 404", "Peugeot 404"),
            ("Shop", "Find what you did not find elsewhere"),
        ],
    )
    def test_not_on_ordinary_words(self, title: str, heading: str):
        visit = Visit("<p>x</p>").wait(2_000).load(f"<h1>{heading}</h1>", url="https://shop.test/x", title=title)
        assert ends(visit).kinds() == []


class TestSlowResponse:
    def test_a_request_the_visitor_waited_for(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(4_200)
        visit.request("/api/quote", took_ms=4_190).wait(20).text("#out", "ships on Monday")
        signal = ends(visit).signal("slow_response")
        assert signal.measured["waited_ms"] == pytest.approx(4_200, abs=30)
        assert signal.measured["request"] == "GET /api/quote"

    def test_a_spinner_is_no_answer(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(20).text("#out", "loading").wait(4_200)
        visit.request("/api/quote", took_ms=4_200).wait(20).text("#out", "ships on Monday")
        assert ends(visit).kinds() == ["slow_response"]

    def test_a_slow_page(self):
        visit = Visit('<a id="go" href="/next">Next</a>').wait(800).click("#go").wait(4_500)
        visit.load("<p>here</p>", url="https://shop.test/next", title="Next")
        assert ends(visit).kinds() == ["slow_response"]

    def test_a_late_answer_where_requests_are_not_recorded(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(4_000).text("#out", "done")
        assert ends(visit).kinds() == ["slow_response"]

    def test_not_while_other_things_are_done(self):
        html = '<main><button id="go">Go</button><input id="name"><p id="out">ready</p></main>'
        visit = Visit(html).wait(800).click("#go").wait(30).text("#out", "started").wait(600)
        visit.click("#name").type("#name", "Ada", gap_ms=300).wait(3_000).request("/api/report", took_ms=5_000)
        assert ends(visit).kinds() == []

    def test_not_on_a_request_that_changed_nothing_after_an_answer(self):
        visit = Visit(BUTTON).wait(800).click("#go").wait(30).text("#out", "liked").wait(5_000)
        visit.request("/api/like", method="POST", took_ms=5_000)
        assert ends(visit).kinds() == []
