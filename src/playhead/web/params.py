"""Parameters that several routes take, with the limits every one of them keeps."""

from typing import Annotated, Any, Literal

from litestar import Request
from litestar.params import PathParameter, QueryParameter

AnyRequest = Request[Any, Any, Any]
PathId = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9_-]{1,64}$")]  # of a session, a site or a job
VisitorId = Annotated[str, PathParameter(min_length=1, max_length=256)]
Filter = Annotated[str, QueryParameter(max_length=1000)]
Sort = Annotated[str, QueryParameter(max_length=40)]
Cursor = Annotated[str, QueryParameter(max_length=400)]
Template = Annotated[Literal["general", "bug", "ux", "support", "conversion"], QueryParameter()]
ChosenTemplate = Annotated[
    Literal["", "general", "bug", "ux", "support", "conversion"], QueryParameter(name="template")
]
Question = Annotated[str, QueryParameter(max_length=300)]
