"""The OpenAPI document, tried by schemathesis: whatever fits the schema or nearly does, no answer is a failure."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from playhead.config import Config
from playhead.jobs.imports import import_recording
from playhead.web.app import create_app
from playhead.wiring import build_services
from tests.web.test_api import recording

# what opens streams, asks models, or reaches other machines is left to its own tests
LEFT_OUT = r"/jobs/|/live|/follow|/analyze$|/ask$|/settings/model|/batches"
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
    import_recording(services.store, "demo", json.dumps(recording()).encode())
    app = create_app(services)
    made = schemathesis.openapi.from_asgi("/schema/openapi.json", app, headers={"host": "127.0.0.1"})
    yield made.exclude(path_regex=LEFT_OUT)
    services.store.close()


def test_no_request_is_a_failure_of_the_server(schema):
    tried, wrong = 0, []
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy())
        def ask(case):
            answer = case.call(headers={"host": "127.0.0.1"})
            if answer.status_code >= 500:
                wrong.append(f"{case.method} {case.formatted_path}: {answer.status_code} {answer.text[:200]}")

        ask()
        tried += 1
    assert tried > 35
    assert wrong == []
