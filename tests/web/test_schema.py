"""The OpenAPI document, tried by schemathesis: whatever fits the schema or nearly does, no answer is a failure of the
server, and every answer is one that the document tells of: its status, its media type, its shape."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from playhead.config import Config
from playhead.jobs.imports import import_recording
from playhead.web.app import create_app
from playhead.wiring import build_services
from tests.web.test_api import recording

# what opens streams, asks models, or reaches other machines is left to its own tests
LEFT_OUT = r"/jobs/|/live|/follow|/analyze$|/ask$|/settings/model|/batches"
# the session has to live on; a picture takes a browser
SPARED = {("DELETE", "/api/sessions/{session_id}"), ("GET", "/api/sessions/{session_id}/export.png")}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    services = build_services(Config(data=tmp_path_factory.mktemp("schema") / "data"))
    session = import_recording(services.store, "demo", json.dumps(recording()).encode())
    app = create_app(services)
    made = schemathesis.openapi.from_asgi("/schema/openapi.json", app, headers={"host": "127.0.0.1"})
    yield made.exclude(path_regex=LEFT_OUT), {"session_id": session, "key": "demo"}
    services.store.close()


def test_every_answer_is_one_that_the_document_tells_of(schema):
    document, ids = schema
    tried, wrong = 0, []
    for found in document.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy(), real=booleans())
        def ask(case, real):
            if real and (case.method, case.path) not in SPARED:
                known = {name: value for name, value in ids.items() if name in (case.path_parameters or {})}
                case.path_parameters = {**(case.path_parameters or {}), **known}
            answer = case.call(headers={"host": "127.0.0.1"})
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failed:
                said = " ".join(str(failed.exceptions[0]).split())[:300]
                wrong.append(f"{case.method} {case.formatted_path}: {answer.status_code} {answer.text[:100]} {said}")

        ask()
        tried += 1
    assert tried > 35
    assert wrong == []
