"""validation_loop, login_failure, form_abandon, repeated_search: what became of what was typed."""

import pytest

from tests.core.build import Visit

FORM = """<form id="f"><label for="mail">E-mail</label><input id="mail"><label for="word">Choose a password</label>
<input id="word" type="password" autocomplete="new-password"><button id="send">Register</button></form>"""
LOGIN = """<form id="f"><input id="user" aria-label="User name"><input id="word" type="password" aria-label="Password">
<button id="send">Sign in</button></form>"""
SEARCH = """<form role="search" id="f"><input type="search" id="q" aria-label="Search">
<button id="send">Search</button></form><div id="results"><p>all</p></div>"""


def ends(visit: Visit) -> Visit:
    return visit.wait(3_000).move((400, 300), (420, 310))


def sent(visit: Visit, form: str = "#f") -> Visit:
    visit.click("#send")
    return visit.submit(form, method="post") if visit.native else visit


class TestValidationLoop:
    def refused(self, times: int, *, native: bool) -> Visit:
        visit = Visit(FORM, native=native).wait(900).click("#mail").type("#mail", "ada@x.test")
        for turn in range(times):
            visit.wait(600).click("#word").type("#word", "tide" * (turn + 1)).wait(400)
            if turn:
                visit.remove(f"#e{turn - 1}")
            sent(visit).wait(20).add("#f", f'<p id="e{turn}" class="field-error">At least 12 characters</p>')
        return visit

    @pytest.mark.parametrize("native", [True, False])
    def test_refused_three_times(self, native: bool):
        signal = ends(self.refused(3, native=native)).signal("validation_loop")
        assert signal.measured["refusals"] == 3
        assert len(signal.refs) == 3

    @pytest.mark.parametrize("native", [True, False])
    def test_not_when_refused_twice(self, native: bool):
        visit = self.refused(2, native=native).wait(900)
        sent(visit).wait(90).request("/register", method="POST").add("body", "<p>Welcome</p>")
        assert ends(visit).kinds() == []

    def test_not_in_a_wizard_that_moves_forward(self):
        html = """<form id="f"><h2 id="step">When</h2><input id="in" aria-label="Answer">
        <button id="send">Next</button></form>"""
        visit = Visit(html, native=True)
        for turn in range(4):
            visit.wait(900)
            sent(visit).wait(10).add("#f", f'<p id="e{turn}" class="field-error">Needed: step {turn}</p>')
            visit.wait(500).click("#in").type("#in", f"answer {turn}").wait(300)
            sent(visit).wait(10).remove(f"#e{turn}").text("#step", f"Step {turn + 2}")
        assert ends(visit).kinds() == []

    def test_held_back_by_the_browser(self):
        html = '<form id="f"><input id="mail" required aria-label="E-mail"><button id="send">Send</button></form>'
        visit = Visit(html, native=True)
        for _ in range(3):
            visit.wait(1_500).click("#send").focus("#mail")
        assert ends(visit).kinds() == ["validation_loop"]


class TestLoginFailure:
    def filled(self, *, native: bool = True) -> Visit:
        visit = Visit(LOGIN, url="https://shop.test/login", native=native).wait(800).click("#user").type("#user", "ada")
        return visit.click("#word").type("#word", "*****").wait(300)

    def test_refused_by_request(self):
        visit = sent(self.filled()).wait(200).request("/api/login", method="POST", status=401, took_ms=190)
        visit.add("#f", '<p role="alert">Wrong user name or password</p>')
        signal = ends(visit).signal("login_failure")
        assert signal.measured["message"] == "Wrong user name or password"

    @pytest.mark.parametrize("native", [True, False])
    def test_refused_by_the_same_page_again(self, native: bool):
        visit = sent(self.filled(native=native)).wait(400)
        visit.load(f"<p>That was not it.</p>{LOGIN}", url="https://shop.test/login", title="Sign in")
        assert ends(visit).kinds() == ["login_failure"]

    def test_not_when_it_went_through(self):
        visit = sent(self.filled()).wait(400).load("<p>Hello Ada</p>", url="https://shop.test/", title="Shop")
        assert ends(visit).kinds() == []

    def test_each_refusal_is_a_signal(self):
        visit = self.filled()
        for _ in range(2):
            sent(visit).wait(200).request("/api/login", method="POST", status=401, took_ms=190).wait(1_900)
        assert ends(visit).kinds().count("login_failure") == 2


class TestFormAbandon:
    HTML = """<nav><a id="home" href="/home">Home</a></nav>
    <form id="f" aria-label="Contact"><input id="name" aria-label="Name">
    <textarea id="text" aria-label="Message"></textarea><button id="send">Send</button></form>"""

    def filled(self, **more) -> Visit:
        visit = Visit(self.HTML, **more).wait(800).click("#name").type("#name", "Ada").wait(300)
        return visit.click("#text").type("#text", "I would like").wait(900)

    @pytest.mark.parametrize("native", [True, False])
    def test_filled_and_left(self, native: bool):
        visit = self.filled(native=native).click("#home").wait(200)
        signal = ends(visit.load("<p>home</p>", url="https://shop.test/home")).signal("form_abandon")
        assert signal.measured == {"fields": 2, "of": 2, "form": "Contact"}
        assert signal.target.name == "Contact"

    def test_not_when_sent(self):
        visit = sent(self.filled(native=True)).wait(300).load("<p>Thanks</p>", url="https://shop.test/thanks")
        assert ends(visit).kinds() == []

    def test_not_when_sent_by_a_button_that_is_no_submit(self):
        visit = self.filled().click("#home").wait(150).request("/api/contact", method="POST").text("#home", "Sent")
        assert "form_abandon" in ends(visit).kinds()  # a link outside the form sends something else
        html = self.HTML.replace('<button id="send">', '<button id="send" type="button">')
        visit = Visit(html).wait(800).click("#name").type("#name", "Ada").wait(300).click("#send").wait(90)
        assert ends(visit.request("/api/contact", method="POST").text("#home", "Sent")).kinds() == []

    def test_not_when_cleared_again(self):
        visit = Visit(self.HTML).wait(800).click("#name").type("#name", "Ada").wait(300).value("#name", "")
        assert ends(visit).kinds() == []

    def test_not_when_it_saves_itself(self):
        visit = self.filled().wait(900).request("/api/draft", method="PUT").wait(900)
        assert ends(visit).kinds() == []

    def test_not_on_searching(self):
        visit = Visit(SEARCH).wait(800).click("#q").type("#q", "boats").wait(300)
        assert ends(visit).kinds() == []

    def test_values_set_by_the_page_are_nobodys(self):
        visit = Visit(self.HTML).wait(30).value("#name", "Ada").value("#text", "Hello")
        assert ends(visit).kinds() == []


class TestRepeatedSearch:
    def searched(self, *queries: str, results: str = "No results") -> Visit:
        visit = Visit(SEARCH, native=True)
        for query in queries:
            visit.wait(1_500).click("#q").type("#q", query).wait(200)
            sent(visit).wait(60).add("#results", f"<p>{results} for {query}</p>")
        return visit

    def test_two_searches_in_vain(self):
        signal = ends(self.searched("submarines", "underwater")).signal("repeated_search")
        assert signal.measured["queries"] == "submarines, underwater"
        assert signal.measured["empty"] == 2

    def test_not_after_one(self):
        assert ends(self.searched("submarines")).kinds() == []

    def test_not_when_something_was_found(self):
        assert ends(self.searched("submarines", "boats", results="12 results")).kinds() == []

    def test_three_searches_without_opening_a_result(self):
        assert ends(self.searched("rope", "string", "twine", results="4 results")).kinds() == ["repeated_search"]

    def test_not_on_the_letters_of_one_query(self):
        visit = Visit(SEARCH).wait(900).click("#q").focus("#q")
        for text in ("n", "no", "nor", "north", "nort", "nor"):
            visit.wait(900).value("#q", text).wait(80).add("#results", f"<p>No results for {text}</p>")
        assert ends(visit).kinds() == []

    def test_result_pages_from_a_server(self):
        visit = Visit(SEARCH, url="https://shop.test/search").wait(500)
        for query in ("submarines", "underwater"):
            visit.wait(900).click("#q").type("#q", query).wait(200).click("#send").wait(300)
            visit.load(
                f"{SEARCH}<p>0 results for {query}</p>", url=f"https://shop.test/search?q={query}", title="Search"
            )
        assert ends(visit).kinds() == ["repeated_search"]
