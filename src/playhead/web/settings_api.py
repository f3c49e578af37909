"""Which model explains sessions: read, change and test that choice; keys go in and never come out."""

from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody
from litestar.response import Response
from litestar.status_codes import HTTP_200_OK

from playhead.analyst.config import ModelConfig, ModelError
from playhead.analyst.model import test_connection
from playhead.query import settings
from playhead.query.rights import MANAGE
from playhead.web.params import AnyRequest
from playhead.web.problems import problem


class ModelSettings(msgspec.Struct):
    """`model` is "none" or PROVIDER:NAME; `api_key` None keeps the stored key, "" forgets it."""

    model: str = "none"
    base_url: str = ""
    api_key: str | None = None


class ModelState(msgspec.Struct):
    model: str
    base_url: str
    has_key: bool


class ModelTest(msgspec.Struct):
    ok: bool
    detail: str


@get("/settings/model", right=MANAGE, sync_to_thread=True)
def get_model(request: AnyRequest) -> ModelState:
    return _state(request)


@put("/settings/model", right=MANAGE, audit="changed settings", sync_to_thread=True)
def put_model(request: AnyRequest, data: JSONBody[ModelSettings]) -> ModelState | Response[Any]:
    """Choose the model for this server; "none" is the rules analyst."""
    store = request.app.state.services.store
    try:
        config = _config(request, data)
    except ModelError as error:
        return problem(400, str(error))
    settings.save_model(store, model=data.model, base_url=data.base_url, api_key=(config and config.api_key) or "")
    return _state(request)


@post("/settings/model/test", right=MANAGE, status_code=HTTP_200_OK)
async def check_model(request: AnyRequest, data: JSONBody[ModelSettings]) -> ModelTest:
    """Ask the model for one short answer; says what is wrong when something is."""
    try:
        config = _config(request, data)
    except ModelError as error:
        return ModelTest(False, str(error))
    if config is None:
        return ModelTest(True, "The rules analyst needs no model: no key, no network.")
    failure = await test_connection(config)
    return ModelTest(failure is None, failure or f"{config.spoken} answered.")


def _config(request: AnyRequest, data: JSONBody[ModelSettings]) -> ModelConfig | None:
    if data.model in ("", "none"):
        return None
    stored = settings.load_model(request.app.state.services.store)
    key = stored.api_key if data.api_key is None else data.api_key
    return ModelConfig.parse(data.model, base_url=data.base_url or None, api_key=key or None)


def _state(request: AnyRequest) -> ModelState:
    stored = settings.load_model(request.app.state.services.store)
    return ModelState(model=stored.model, base_url=stored.base_url, has_key=bool(stored.api_key))


handlers = [get_model, put_model, check_model]
