"""Middleware: a Python web application serves the recorder itself and puts its tag into every page.

`PlayheadASGI` for Starlette, FastAPI, Litestar, Django under ASGI; `PlayheadWSGI` for Flask, Django, Pyramid.
First-party: the browser talks to the application alone, which passes batches on. Standard library only.
"""

from playhead.middleware.asgi import PlayheadASGI
from playhead.middleware.relay import RelayError
from playhead.middleware.wsgi import PlayheadWSGI

__all__ = ["PlayheadASGI", "PlayheadWSGI", "RelayError"]
