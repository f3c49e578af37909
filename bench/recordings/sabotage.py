"""Sabotage: breaks one thing in an application that works, so that what a person meets there is known to be true."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Route

# Below the document, on whose own listeners every recorder lives: what a recorder never hears of is in no recording.
_BELOW_RECORDERS = """
((listen) => {
  const begin = () => listen(document.documentElement);
  document.documentElement ? begin() : addEventListener("DOMContentLoaded", begin, { once: true });
})((root) => {
  %s
});
"""
_SWALLOW = (
    _BELOW_RECORDERS
    % """
for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "touchstart", "touchend"]) {
  root.addEventListener(kind, (event) => {
    if (event.target.closest?.(%s)) { event.stopImmediatePropagation(); event.preventDefault(); }
  }, true);
}
"""
)
_THROW = (
    _BELOW_RECORDERS
    % """
root.addEventListener("click", (event) => {
  if (!event.target.closest?.(%s)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  throw new TypeError(%s);
}, true);
"""
)


def dead(context: BrowserContext, selector: str) -> None:
    """What matches no longer answers to any pointer, as when a script did not load."""
    context.add_init_script(_SWALLOW % json.dumps(selector))


def dead_named(context: BrowserContext, words: str) -> None:
    """The button that says these words no longer answers to any pointer."""
    named = "[...document.querySelectorAll('button')].filter((one) => one.textContent.trim().startsWith(%s)).some("
    found = (named % json.dumps(words)) + "(one) => one.contains(event.target))"
    context.add_init_script(_SWALLOW.replace("event.target.closest?.(%s)", found))


def throwing(context: BrowserContext, selector: str, message: str) -> None:
    """A click on what matches throws before the application hears of it."""
    context.add_init_script(_THROW % (json.dumps(selector), json.dumps(message)))


def failing(
    context: BrowserContext, url: Any, *, status: int = 500, body: str = '{"detail": "internal error"}'
) -> None:
    kind = "application/json" if body.startswith("{") else "text/html"
    context.route(url, lambda route: route.fulfill(status=status, content_type=kind, body=body))


def failing_method(
    context: BrowserContext, url: Any, method: str, *, status: int = 500, body: str = '{"detail": "internal error"}'
) -> None:
    kind = "application/json" if body.startswith("{") else "text/html"

    def answer(route: Route) -> None:
        if route.request.method == method:
            route.fulfill(status=status, content_type=kind, body=body)
        else:
            route.fallback()

    context.route(url, answer)


def slow(context: BrowserContext, url: Any, *, seconds: float) -> None:
    def answer(route: Route) -> None:
        context.pages[-1].wait_for_timeout(seconds * 1000)
        route.continue_()

    context.route(url, answer)
