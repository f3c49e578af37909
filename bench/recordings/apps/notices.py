"""Small libraries as pages load them by a script tag: eight of notices, four of validation; idioms.

Every notice is the library's own, and no request fails with it: whether it is an error shows in nothing but the page.
`checks` holds one form a library, `idioms` one form a convention that servers and frameworks have for a refused field.
"""

import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
from person import Person
from studio import Scenario

FILES = (
    "toastr/build/toastr.min.js", "toastr/build/toastr.min.css", "jquery/dist/jquery.min.js", "notyf/notyf.min.js",
    "notyf/notyf.min.css", "sweetalert2/dist/sweetalert2.min.js", "sweetalert2/dist/sweetalert2.min.css",
    "izitoast/dist/js/iziToast.min.js", "izitoast/dist/css/iziToast.min.css", "alertifyjs/build/alertify.min.js",
    "alertifyjs/build/css/alertify.min.css", "alertifyjs/build/css/themes/default.min.css", "toastify-js/src/toastify.js",
    "toastify-js/src/toastify.css", "noty/lib/noty.min.js", "noty/lib/noty.css",
    "just-validate/dist/just-validate.production.min.js", "jquery-validation/dist/jquery.validate.min.js",
    "parsleyjs/dist/parsley.min.js", "pristinejs/dist/pristine.min.js",
)  # fmt: skip
# Name of the button → what goes wrong, what goes well. Half of the complaints have no word that every complaint has.
NOTICES = {
    "Toastr": ("toastr.error('Seat 14C went to somebody else')", "toastr.success('The wrong seat was removed')"),
    "Notyf": ("notyf.error('Your card was declined')", "notyf.success('Paid, nothing failed')"),
    "Sweet": (
        "Swal.fire({icon: 'error', title: 'Gate closed', text: 'The desk shut at nine'})",
        "Swal.fire({icon: 'success', title: 'Checked in', text: 'Have a good flight'})",
    ),
    "Izi": (
        "iziToast.error({title: 'Baggage', message: 'Four pieces, two are allowed'})",
        "iziToast.info({title: 'Baggage', message: 'Error reports of last week are ready'})",
    ),
    "Alertify": ("alertify.error('Only crew can open this list')", "alertify.success('List opened')"),
    "Toastify": (
        "Toastify({text: 'Could not reach the tower', style: {background: '#d32f2f'}}).showToast()",
        "Toastify({text: 'Tower reached'}).showToast()",
    ),
    "Noty": (
        "new Noty({type: 'error', text: 'Runway 2 is taken until noon', timeout: 4000}).show()",
        "new Noty({type: 'success', text: 'Runway 2 is yours', timeout: 4000}).show()",
    ),
    "Native": (
        "document.body.insertAdjacentHTML('beforeend', '<dialog>Sorry, this flight is full <form method=dialog>"
        "<button>Understood</button></form></dialog>'); document.querySelector('dialog:last-of-type').showModal()",
        "document.querySelector('#told').textContent = 'Flight booked'",
    ),
}
# How a refused field is shown: what the box around it, the field and its words get. `{}`: the words.
IDIOMS = {
    "Rails": ("class=field_with_errors", "", "<ul><li>{}</li></ul>"),
    "Gov": ("class='govuk-form-group govuk-form-group--error'", "", "<p class=govuk-error-message>{}</p>"),
    "Semantic": ("class='field error'", "", "<div class='ui pointing prompt label'>{}</div>"),
    "Radix": ("data-invalid", "aria-invalid=true", "<span data-match=typeMismatch>{}</span>"),
    "Tailwind": ("class=mt-2", "class=border-red-500", "<p class='mt-2 text-sm text-red-600'>{}</p>"),
    "Prime": ("class=flex", "class='p-inputtext p-invalid'", "<small class=p-error>{}</small>"),
    "Element": ("class='el-form-item is-error'", "", "<div class=el-form-item__error>{}</div>"),
    "Plain": ("", "aria-invalid=true", "<em>{}</em>"),
}
STYLE = """body{font:15px sans-serif;margin:24px;max-width:900px} button{margin:6px;padding:7px 12px} form{display:inline-block;width:250px;
vertical-align:top;margin:10px} .text-red-600,.govuk-error-message,.p-error,.el-form-item__error,.error,.just-validate-error-label{color:#c62828}"""


def _page(title: str, body: str, *scripts: str) -> str:
    loaded = "".join(
        f"<link rel=stylesheet href=/{name}>" if name.endswith("css") else f"<script src=/{name}></script>"
        for file in FILES
        for name in [file.rpartition("/")[2]]
        if name.partition(".")[0].lower() in scripts
    )
    jquery = "<script src=/jquery.min.js></script>"
    return f"<!doctype html><html lang=en><head><title>{title}</title><style>{STYLE}</style>{jquery}{loaded}</head><body><h1>{title}</h1>{body}</body></html>"


def _notices() -> str:
    buttons = "".join(
        f'<p><button onclick="{bad}">{name} one</button><button onclick="{good}">{name} two</button></p>'
        for name, (bad, good) in NOTICES.items()
    )
    libraries = ("toastr", "notyf", "sweetalert2", "izitoast", "alertify", "default", "toastify", "noty")
    return _page(
        "Tower desk",
        f"{buttons}<p id=told></p><script>const notyf = new Notyf({{duration: 4000}})</script>",
        *libraries,
    )


def _form(name: str, field: str, more: str = "") -> str:
    return f"<form id={name} novalidate {more}><h2>{name}</h2><div class=form-group><label for=f{name}>{name} code</label> {field}</div><button>Send {name}</button></form>"


def _checks() -> str:
    forms = [
        _form("Just", "<input id=fJust>"),
        _form("Query", "<input id=fQuery name=q type=email required>"),
        _form("Parsley", "<input id=fParsley type=email required data-parsley-trigger=submit>"),
        _form("Pristine", "<input id=fPristine type=email required>"),
    ]
    script = """<script>
const went = form => form.replaceWith(Object.assign(document.createElement('p'), {textContent: 'Thank you, noted'}));
new JustValidate('#Just').addField('#fJust', [{rule: 'email'}]).onSuccess(e => went(document.querySelector('#Just')));
$('#Query').validate({submitHandler: went, onkeyup: false, onfocusout: false});
$('#Parsley').parsley().on('form:submit', () => { went(document.querySelector('#Parsley')); return false });
const form = document.querySelector('#Pristine'), pristine = new Pristine(form, undefined, false);
form.addEventListener('submit', e => { e.preventDefault(); if (pristine.validate()) went(form) });
</script>"""
    return _page("Codes", "".join(forms) + script, "just-validate", "jquery", "parsley", "pristine")


def _idioms() -> str:
    forms = "".join(_form(name, f"<input id=f{name}>", "class=idiom") for name in IDIOMS)
    script = f"""<script>const idioms = {json.dumps(IDIOMS)};
document.addEventListener('submit', e => {{ e.preventDefault(); const form = e.target, name = form.id;
  const value = form.querySelector('input').value, [box, field, words] = idioms[name];
  if (/^\\d{{6}}$/.test(value)) return form.replaceWith(Object.assign(document.createElement('p'), {{textContent: 'Thank you, noted'}}));
  form.querySelector('div').outerHTML = `<div ${{box}}><label for=f${{name}}>${{name}} code</label> <input id=f${{name}} ${{field}}>` + words.replace('{{}}', `${{value}} has not six digits`) + '</div>';
  form.querySelector('input').value = value }})</script>"""
    return _page("Six digits", forms.replace("class=form-group", "") + script)


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(
        home, "toastr@2", "jquery@3", "notyf@3", "sweetalert2@11", "izitoast@1", "alertifyjs@1", "toastify-js@1",
        "noty@3", "just-validate@4", "jquery-validation@1", "parsleyjs@2", "pristinejs@1",
    )  # fmt: skip
    site = home / "site"
    site.mkdir(exist_ok=True)
    for file in FILES:
        shutil.copy(modules / file, site / file.rpartition("/")[2])
    for name, made in (("notices", _notices), ("checks", _checks), ("idioms", _idioms)):
        (site / f"{name}.html").write_text(made())
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _put_away(p: Person) -> None:
    for name in ("OK", "Understood"):
        if moves.button(p, name).count():
            p.click(moves.button(p, name), then=0.8)


def _errors(p: Person) -> None:
    p.read(1)
    for name in NOTICES:
        with p.meets("error_click", target=f"{name} one"):
            p.click(moves.button(p, f"{name} one"), then=1.8)
        _put_away(p)


def _calm(p: Person) -> None:
    p.read(1)
    for name in NOTICES:
        p.click(moves.button(p, f"{name} two"), then=1.8)
        _put_away(p)


def _refused(names: list[str]):  # type: ignore[no-untyped-def]
    def play(p: Person) -> None:
        for name in names:
            moves.refused(
                p,
                p.page.get_by_label(f"{name} code"),
                ("tide", "tides", "ebb"),
                moves.button(p, f"Send {name}"),
                then=1,
            )

    return play


def _once(names: list[str], good: str):  # type: ignore[no-untyped-def]
    def play(p: Person) -> None:
        for name in names:
            for value in ("tide", good):
                p.fill(p.page.get_by_label(f"{name} code"), value)
                with p.meets("error_click", "dead_click", may=True):
                    p.click(moves.button(p, f"Send {name}"), then=1)

    return play


def scenarios() -> list[Scenario]:
    checks, idioms = ["Just", "Query", "Parsley", "Pristine"], list(IDIOMS)
    return [
        Scenario("errors", "Eight notices of what went wrong", _errors, True, path="/notices.html"),
        Scenario("calm", "Eight notices of what went well", _calm, False, path="/notices.html"),
        Scenario("checks", "Four libraries refuse three times", _refused(checks), True, path="/checks.html"),
        Scenario("checks-once", "Four refuse once", _once(checks, "a@tide.org"), False, path="/checks.html"),
        Scenario("idioms", "Four conventions of refusal", _refused(idioms[:4]), True, path="/idioms.html"),
        Scenario("idioms-more", "Four more", _refused(idioms[4:]), True, path="/idioms.html"),
        Scenario("idioms-once", "Eight refuse once", _once(idioms, "123456"), False, path="/idioms.html"),
    ]
