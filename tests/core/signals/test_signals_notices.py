"""Notices of libraries: whether one is an error is said by the part that holds its words, or by an icon beside them."""

import pytest

from tests.core.build import Visit
from tests.core.signals.test_signals_clicks import ends

BUTTON = '<main><button id="go">Go</button></main>'
STACK = '<div id="toast-container" class="toast-top-right"><div class="toast toast-{}"><p>{}</p></div></div>'
BAR = '<div role="alert" class="noty_layout"><div class="noty_bar noty_type__{}"><div>{}</div></div></div>'
ICON = (
    '<div class="iziToast-wrapper"><div class="iziToast"><div><i class="iziToast-icon ico-{}"></i>'
    "<div><strong>Baggage</strong><p>{}</p></div></div></div></div>"
)


def pressed(html: str) -> list[str]:
    return ends(Visit(BUTTON).wait(900).click("#go").wait(40).add("main", html)).kinds()


class TestTone:
    @pytest.mark.parametrize("notice", [STACK, BAR, ICON])
    def test_an_error_without_a_word_that_errors_have(self, notice: str):
        assert pressed(notice.format("error", "Seat 14C went to somebody else")) == ["error_click"]

    @pytest.mark.parametrize("notice", [STACK, BAR, ICON])
    def test_not_on_a_success_that_names_what_was_wrong(self, notice: str):
        assert pressed(notice.format("success", "The wrong seat was removed")) == []

    @pytest.mark.parametrize("notice", [STACK, BAR, ICON])
    def test_not_on_neither(self, notice: str):
        assert pressed(notice.format("plain", "Seat 14C is by the window")) == []

    def test_a_button_inside_says_nothing_of_the_notice(self):
        html = '<div class="toast"><p>Seat 14C kept</p><button class="btn-danger error">Undo</button></div>'
        assert pressed(html) == []

    def test_one_of_several_in_a_stack_speaks_for_itself(self):
        visit = Visit(BUTTON + '<div id="stack" role="alert"></div>').wait(900).click("#go").wait(40)
        visit.add("#stack", '<div class="message success">Nothing failed</div>').wait(2_000).click("#go").wait(40)
        signal = ends(visit.add("#stack", '<div class="message error">Seat 14C went</div>')).signal("error_click")
        assert signal.measured["message"] == "Seat 14C went"

    def test_not_on_good_news_read_out_once_more(self):
        visit = Visit(BUTTON + '<div id="told" role="alert"></div>').wait(900).click("#go").wait(40)
        visit.add("main", '<div class="notyf__toast notyf__toast--success"><p>Paid, nothing failed</p></div>')
        assert ends(visit.add("#told", "<p>Paid, nothing failed</p>")).kinds() == []


def test_a_label_that_is_named_an_error_is_a_fields_complaint():
    form = '<form id="form"><label for="q">Code</label><input id="q"><button id="go">Send</button></form>'
    visit = Visit(form).wait(900)
    for _ in range(3):
        visit.type("#q", "tide").wait(300).click("#go").wait(30).submit("#form")
        visit.add("#form", '<label id="q-error" class="error" for="q">Six digits, please</label>').wait(1_500)
    assert "validation_loop" in ends(visit).kinds()


class TestGroupsDrawnAnew:
    """A field, its label and what is wrong with it come as one: `box` around them, `field`, and `words`."""

    RED = "<style>.text-red-600 { color: #dc2626 }</style>"

    def sent(self, box: str, field: str, words: str, *, times: int = 3) -> Visit:
        form = '<form id="form"><div id="g0"><input id="q0"></div><button id="go">Send</button></form>'
        visit = Visit(self.RED + form).wait(900)
        for at in range(times):
            visit.type(f"#q{at}", f"tide{at}").wait(300).click("#go").wait(30).submit("#form").remove(f"#g{at}")
            group = f'<div id="gAT" {box}><label for="qAT">Code</label><input id="qAT" {field}>{words}</div>'
            visit.add("#form", group.replace("AT", str(at + 1))).wait(1_500)
        return ends(visit)

    @pytest.mark.parametrize(
        ("box", "field", "words"),
        [
            ('class="field_with_errors"', "", "<ul><li>tideAT has not six digits</li></ul>"),
            ('class="govuk-form-group govuk-form-group--error"', "", "<p>tideAT has not six digits</p>"),
            ("data-invalid", 'aria-invalid="true"', "<span>Six digits, tideAT has five</span>"),
            ("", 'class="p-inputtext p-invalid"', "<small>Six digits, tideAT has five</small>"),
            ("", "", '<p class="text-red-600">Six digits, tideAT has five</p>'),
        ],
    )
    def test_marked_as_wrong_three_times(self, box: str, field: str, words: str):
        signal = self.sent(box, field, words).signal("validation_loop")
        assert signal.measured["refusals"] == 3 and signal.measured["fields"] == "Code"

    def test_not_on_a_hint_of_a_field_that_is_not_marked(self):
        assert "validation_loop" not in self.sent("", "", "<p>Six digits, tideAT saved</p>").kinds()

    def test_not_on_a_mark_that_says_nothing(self):
        assert "validation_loop" not in self.sent('class="ok"', 'aria-invalid="false"', "<p>* AT</p>").kinds()
