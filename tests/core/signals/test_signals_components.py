"""What a third round of unseen applications taught: web components, pages drawn by a server, streams, carousels."""

from typing import Any

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import ends


def shadow(visit: Visit, host: str, nodes: list[dict]) -> Visit:
    """Give a host a shadow tree; `nodes` are rrweb nodes directly in it."""
    adds: list[dict] = []
    left = [(visit.id("#" + host), node, {"isShadow": True}) for node in nodes]
    while left:
        parent, node, more = left.pop(0)
        left += [(node["id"], child, {}) for child in node.get("childNodes", ())]
        bare = {name: value for name, value in node.items() if name != "childNodes"}
        kids = {"childNodes": []} if node["type"] == 2 else {}
        adds.append({"parentId": parent, "nextId": None, "node": {**bare, **kids, **more}})
    return visit.mutate(adds=adds)


def element(node_id: int, tag: str, *children: dict, **attributes: str) -> dict:
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": list(children), "id": node_id}


def text(node_id: int, words: str) -> dict:
    return {"type": 3, "textContent": words, "id": node_id}


class TestNamesInShadowTrees:
    def page(self) -> Visit:
        visit = Visit(
            '<my-button id="host">Print voucher</my-button><my-field id="one"></my-field><my-field id="two"></my-field>'
        )
        shadow(visit, "host", [element(500, "button", element(501, "slot"), **{"class": "base"})])
        for at, (host, label) in enumerate((("one", "Name"), ("two", "Phone"))):
            base = 600 + at * 10
            parts = [
                element(base, "label", text(base + 1, label), **{"for": "input"}),
                element(base + 2, "input", id="input"),
            ]
            shadow(visit, host, parts)
        return visit.wait(2_000)

    def test_a_slot_is_read_as_what_is_assigned_to_it(self):
        (click,) = self.page().click(500).wait(3_000).acts("click")
        assert click.target is not None and (click.target.role, click.target.name) == ("button", "Print voucher")

    def test_a_label_names_a_field_of_its_own_tree_only(self):
        visit = self.page().click(602).wait(500).click(612).wait(500)
        assert [click.target.name for click in visit.acts("click") if click.target] == ["Name", "Phone"]

    def test_a_slot_without_anything_shows_its_own_content(self):
        visit = Visit('<my-button id="host"></my-button>')
        shadow(visit, "host", [element(500, "button", element(501, "slot", text(502, "More")))])
        (click,) = visit.wait(800).click(500).wait(3_000).acts("click")
        assert click.target is not None and click.target.name == "More"


class TestLooksOfAComponent:
    def page(self) -> Visit:
        visit = Visit('<my-button id="host">Send</my-button><p id="out"></p>')
        return shadow(visit, "host", [element(500, "button", element(501, "slot"))]).wait(800)

    def test_a_pressed_look_of_the_host_that_goes_again_is_no_answer(self):
        visit = self.page().click(500)
        visit.set("#host", **{"class": "activated"}).wait(150).set("#host", **{"class": ""})
        assert ends(visit).kinds() == ["dead_click"]

    def test_one_that_stays_is(self):
        assert ends(self.page().click(500).set("#host", **{"class": "chosen"})).kinds() == []


class TestThrowing:
    def test_a_button_that_throws_is_broken_not_dead(self):
        visit = Visit('<button id="go">Total</button>').wait(800).click("#go").wait(5).throws("no total")
        assert ends(visit).kinds() == ["error_click", "js_error"]


class TestGivenUp:
    def asked(self, **entry: Any) -> list[str]:
        visit = Visit('<button id="go">More</button><p id="out">1</p>').wait(800).click("#go").wait(20)
        visit.text("#out", "2")
        visit.request("/api/stream", method="POST", initiator="xmlhttprequest", **entry)
        return ends(visit).kinds()

    def test_a_stream_that_the_page_closed_is_no_failure(self):
        assert self.asked(status=0, error="abort") == []

    def test_one_that_broke_is(self):
        assert "network_error" in self.asked(status=0, error="error")


class TestCarousels:
    def carousel(self) -> Visit:
        return Visit('<div id="slides"><p>One</p><p>Two</p></div><button id="go">Order</button>').wait(1_000)

    def turn(self, visit: Visit, times: int) -> Visit:
        for turn in range(times):
            visit.scroll(100 * (turn % 2), "#slides").wait(1_500)
        return visit

    def test_slides_that_scroll_by_themselves_answer_no_press(self):
        visit = self.turn(self.carousel(), 4).wait(-120).click("#go").wait(120)
        assert ends(self.turn(visit, 3)).kinds() == ["dead_click"]

    def test_they_are_no_act_of_the_visitor(self):
        visit = self.turn(self.carousel(), 6)
        assert visit.acts("scroll") == []

    def test_a_list_that_a_hand_scrolls_is(self):
        visit = self.carousel().scroll(80, "#slides").wait(1_700).scroll(160, "#slides").wait(4_000)
        assert len(visit.acts("scroll")) == 2

    def test_a_slide_that_moves_a_while_and_rests_keeps_a_pace(self):
        visit = Visit('<div id="slides" aria-busy="false"></div><button id="go">Order</button>').wait(1_000)

        def turn(times: int) -> None:
            for _ in range(times):
                visit.set("#slides", **{"aria-busy": "true"}).wait(600).set("#slides", **{"aria-busy": "false"}).wait(
                    900
                )

        turn(3)
        visit.wait(-140).click("#go").wait(140)
        turn(4)
        assert ends(visit).kinds() == ["dead_click"]


class TestRedWords:
    FORM = '<div id="box"><input id="card"><p id="said">-</p><button id="go">Join</button></div>'

    def refused(self, style: str, words: str = "A card number has eight digits") -> list[str]:
        visit = Visit(f"<style>.bad {{ color: #b3261e }} .calm {{ color: #333 }}</style>{self.FORM}").wait(800)
        for _ in range(3):
            visit.click("#card").wait(200).type("#card", "x").wait(400).click("#go").wait(40)
            visit.text("#said", " ").wait(5).set("#said", **{"class": style}).text("#said", words).wait(2_600)
        return visit.kinds()

    def test_red_words_beside_a_field_refuse_it(self):
        assert "validation_loop" in self.refused("bad")

    def test_others_say_something(self):
        assert self.refused("calm") == []

    @pytest.mark.parametrize(
        "colour",
        [
            "red",
            "#c22",
            "rgb(220, 38, 38)",
            "rgb(185 28 28 / 1)",
            "var(--danger)",
            "var(--bs-red-500)",
            "var(--red)",
            "crimson",
        ],
    )
    def test_what_is_red(self, colour: str):
        from playhead.core.targets.reddening import is_red

        assert is_red(colour)

    @pytest.mark.parametrize(
        "colour",
        ["#333", "blue", "rgb(240, 230, 40)", "#fff", "var(--text)", "pink", "inherit", "var(--red-ui-text-color)"],
    )
    def test_what_is_not(self, colour: str):
        from playhead.core.targets.reddening import is_red

        assert not is_red(colour)


class TestPagesThatAreNotThere:
    @pytest.mark.parametrize("title", ["Item Not Found", "Product not found", "404: no such game", "No such page"])
    def test_the_heading_says_so(self, title: str):
        assert "not_found" in Visit("<p>…</p>", title=title).wait(1_000).kinds()

    @pytest.mark.parametrize("title", ["Lost and found", "No such luck", "Password not remembered", "Game 404"])
    def test_others_do_not(self, title: str):
        assert Visit("<p>…</p>", title=title).wait(1_000).kinds() == []


class TestFieldsThatSearchWithoutSayingSo:
    def test_what_is_answered_with_nothing_found_was_a_search(self):
        visit = Visit('<label for="t">Title</label><input id="t"><p id="out">Emma</p>').wait(800)
        for words in ("ulysses", "watt"):
            visit.click("#t").wait(100).key("Ctrl+A", "#t").wait(900).type("#t", words).wait(50).text(
                "#out", "There is no such book: " + words
            ).wait(2_000)
        assert visit.kinds() == ["repeated_search"]


class TestRefusalsBesideAField:
    def tried(self, html: str, said: str, times: int = 3) -> Visit:
        visit = Visit(html).wait(800)
        for _ in range(times):
            visit.click("#year").wait(200).type("#year", "x").wait(400).click("#go").wait(40)
            visit.set("#said", style="display: none").wait(5).set("#said", style="").wait(2_600)
        return visit

    FORM = """<main id="all"><div id="part"><form id="f">
    <label>Year <input id="year"><small id="said" style="display: none">%s</small></label>
    <button id="go" type="submit">Send</button></form></div><button id="other" type="button">Watch</button></main>"""

    def test_words_that_come_beside_one_field_when_its_form_is_sent_refuse_it(self):
        assert "validation_loop" in self.tried(self.FORM % "Four digits, please", "").kinds()

    def test_good_news_there_does_not(self):
        assert "validation_loop" not in self.tried(self.FORM % "Saved, thank you", "").kinds()

    def test_a_part_of_the_page_that_hides_with_its_form_was_left(self):
        visit = self.tried(self.FORM % "Four digits, please", "").click("#other").wait(30)
        assert "form_abandon" in visit.set("#part", style="display: none").wait(3_000).kinds()


class TestShakesAtTheEdge:
    def test_many_turns_make_up_for_their_width(self):
        visit = Visit("<p>Waiting</p>").wait(1_000)
        visit.move(*[(4 if turn % 2 else 92, 300 + turn) for turn in range(16)], step_ms=60)
        assert visit.wait(2_000).kinds() == ["cursor_thrash"]
