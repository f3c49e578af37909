"""quick_back, idle_gap, cursor_thrash: how the visitor moved through pages, time and space."""

from tests.core.build import Visit

LIST = '<main><a id="a" href="/b">Bridge</a></main>'
DETAIL = '<main><h1>Bridge</h1><button id="do">Mark</button></main>'
A, B = "https://shop.test/a", "https://shop.test/b"


def ends(visit: Visit) -> Visit:
    return visit.wait(3_000).move((400, 300), (420, 310))


def gone_there(*, native: bool = True) -> Visit:
    visit = Visit(LIST, url=A, title="List", native=native).wait(2_000).click("#a").wait(200)
    return visit.load(DETAIL, url=B, title="Bridge")


class TestQuickBack:
    def test_in_and_out_again(self):
        visit = gone_there().wait(2_500).load(LIST, url=A, title="List", how="back_forward")
        signal = ends(visit).signal("quick_back")
        assert signal.measured["away_ms"] == 2_500
        assert signal.page_url == B

    def test_from_plain_rrweb(self):
        visit = gone_there(native=False).wait(2_500).load(LIST, url=A, title="List")
        assert ends(visit).kinds() == ["quick_back"]

    def test_not_after_reading(self):
        visit = gone_there().wait(14_000).load(LIST, url=A, title="List", how="back_forward")
        assert ends(visit).kinds() == []

    def test_not_when_something_was_done_there(self):
        visit = gone_there().wait(800).click("#do").wait(30).set("#do", class_="done").wait(900)
        visit.load(LIST, url=A, title="List", how="back_forward")
        assert ends(visit).kinds() == []

    def test_not_on_a_redirect(self):
        visit = gone_there().wait(150).load(LIST, url=A, title="List")
        assert ends(visit).kinds() == []

    def test_not_on_tabs_of_one_page(self):
        html = '<button role="tab" id="one">One</button><button role="tab" id="two">Two</button><p id="out">1</p>'
        visit = Visit(html, url="https://shop.test/item/one", native=True)
        for name in ("two", "one", "two"):
            visit.wait(1_500).click(f"#{name}").wait(5).route(f"https://shop.test/item/{name}").text("#out", name)
        assert ends(visit).kinds() == []

    def test_routes_of_a_single_page_application(self):
        visit = Visit(LIST, url=A, native=True).wait(2_000).click("#a").wait(20).route(B).text("#a", "x")
        visit.wait(2_000).route(A, kind="pop").text("#a", "Bridge")
        assert ends(visit).kinds() == ["quick_back"]


class TestIdleGap:
    def test_nobody_there_for_half_a_minute(self):
        visit = Visit(LIST).wait(500).move((1, 1), (5, 5)).wait(31_000).move((9, 9), (20, 20))
        signal = visit.signal("idle_gap")
        assert signal.end_ms - signal.t_ms == signal.measured["idle_ms"]
        assert signal.measured["idle_ms"] > 30_000

    def test_not_at_the_end(self):
        visit = Visit(LIST).wait(500).move((1, 1), (5, 5)).wait(60_000).set("#a", class_="x")
        assert visit.kinds() == []

    def test_not_while_the_page_changes_by_itself_only(self):
        visit = Visit(LIST).wait(500).move((1, 1), (5, 5))
        for _ in range(40):
            visit.wait(1_000).set("#a", title=str(visit.now))
        assert visit.move((9, 9), (20, 20)).kinds() == ["idle_gap"]

    def test_a_threshold_of_a_site(self):
        visit = Visit(LIST).wait(500).move((1, 1), (5, 5)).wait(31_000).move((9, 9), (20, 20))
        assert visit.kinds(overrides={"idle_gap": {"idle_ms": 60_000}}) == []


class TestCursorThrash:
    def shaken(self, visit: Visit, *, width: float = 260, step_ms: float = 25, turns: int = 16) -> Visit:
        places = []
        for turn in range(turns):
            side = 400 + (width if turn % 2 else 0)
            places += [(side, 300 + turn), ((side + 400 + width / 2) / 2, 302 + turn)]
        return visit.wait(1_000).move(*places, step_ms=step_ms)

    def test_the_pointer_shaken(self):
        signal = ends(self.shaken(Visit(LIST))).signal("cursor_thrash")
        assert signal.measured["reversals"] >= 8
        assert signal.refs == ["e1"]

    def test_not_when_trembling(self):
        assert ends(self.shaken(Visit(LIST), width=30)).kinds() == []

    def test_not_when_slow(self):
        assert ends(self.shaken(Visit(LIST), step_ms=300)).kinds() == []

    def test_not_while_scrolling(self):
        visit = self.shaken(Visit(LIST)).scroll(300).wait(1_500).move((1, 1), (2, 2))
        assert visit.kinds() == []

    def test_not_while_drawing(self):
        visit = Visit(LIST).wait(1_500).mouse(1, "main", x=400, y=300).wait(900)
        self.shaken(visit)
        visit.mouse(0, "main", x=700, y=320).mouse(2, "main", x=700, y=320)
        assert "cursor_thrash" not in ends(visit).kinds()


def test_a_pointer_thrown_about_for_long_is_read_in_linear_time():
    """Turns within one long stretch were searched for from its end: 5 MB of moves took 12 s."""
    import time
    from array import array

    from playhead.core.signals import cursor_thrash
    from playhead.core.visit.facts import Trail

    count = 60_000
    trail = Trail(
        array("d", range(0, count * 50, 50)), array("d", [0.0, 500.0] * (count // 2)), array("d", [0.0] * count)
    )
    began = time.process_time()
    stretches = cursor_thrash._shakes(trail, cursor_thrash.Limits())
    assert time.process_time() - began < 5
    assert len(stretches) == 1 and stretches[0][2] > count - 5
