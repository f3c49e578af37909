"""Quotes and refs: what a sentence quotes stands in a cited line, and the refs it names in its text are cited ones."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.matching import is_status, names_target, path_matches, quote_in, urls_of
from playhead.analyst.steps import MESSAGES
from playhead.analyst.text import quotable


def check_quotes(ctx: Context) -> str:
    for token in ctx.reading.tokens:
        if token.kind != "quote" or quote_in(token.stem, ctx.scope.texts) or _is_said_absent(ctx, token.stem):
            continue
        if not (token.stem.startswith("/") and path_matches(token.stem, _urls(ctx))):
            return f"“{token.text}” does not stand in the cited lines"
    return ""


def _is_said_absent(ctx: Context, quote: str) -> bool:
    """“never clicked “Help””: a name may be absent from the cited lines when the sentence says just that."""
    for claim in ctx.reading.claims:
        if _says_absent(claim) and any(
            t.kind == "quote" and t.stem == quote for t in [*claim.ahead, *claim.object, *claim.goal, *claim.place]
        ):
            return True
    return False


def _says_absent(claim: Claim) -> bool:
    """“could not be found” and “could not be saved” tell of an attempt, which is in the lines."""
    return claim.negated and not claim.thwarted and not {"find", "succeed"} & set(claim.readings)


def check_inline_refs(ctx: Context) -> str:
    cited = {step.ref for step in ctx.scope.steps} | {signal.ref for signal in ctx.scope.signals}
    for token in ctx.reading.tokens:
        if token.kind == "ref" and token.text not in cited:
            return f"it names {token.text}, which " + (
                "it does not cite" if ctx.facts.known(token.text) else "does not exist"
            )
    return ""


def check_paths(ctx: Context) -> str:
    """A path or address in the text is that of a cited page or request."""
    urls = _urls(ctx)
    for token in ctx.reading.tokens:
        if (
            token.kind == "path"
            and not path_matches(token.word, urls)
            and not _path_absent(ctx, token.word)
            and not _in_name(token.word, ctx)
        ):
            return f"{token.text} is not in the cited lines"
    return ""


_CONTROLS: Final = frozenset("link button tab checkbox switch toggle menuitem".split())
_SIGHTS: Final = frozenset("show see enabled changed vanish answer find cause".split())


def check_controls(ctx: Context) -> str:
    """“the link “Ports””, “the “Save” button”: a cited step used such a control; a page may show another."""
    if any(_SIGHTS & set(claim.readings) or claim.negated for claim in ctx.reading.claims if not claim.passive):
        return ""
    names = [signal.target for signal in ctx.scope.signals if signal.target]
    for before, token, after in zip(["", *_words(ctx)], ctx.reading.tokens, [*_words(ctx)[1:], ""], strict=False):
        if token.kind != "quote" or not {before, after} & _CONTROLS:
            continue
        tabs = [tab for step in ctx.scope.steps if (tab := ctx.facts.tab_of(step)) is not None]
        used = any(names_target(token, step, ctx.facts) for step in [*ctx.scope.steps, *tabs])
        if not used and not any(quote_in(token.stem, [quotable(target.name)]) for target in names):
            return f"no cited line used a control called “{token.text}”"
    return ""


def _words(ctx: Context) -> list[str]:
    return [token.word if token.kind == "word" else "" for token in ctx.reading.tokens]


def _urls(ctx: Context) -> list[str]:
    """Addresses of the cited pages and requests."""
    urls = [url for step in ctx.scope.steps for url in urls_of(step)]
    urls += [signal.page_url for signal in ctx.scope.signals]
    urls += [
        str(value)
        for signal in ctx.scope.signals
        for value in signal.measured.values()
        if isinstance(value, str) and "/" in value
    ]
    urls += [str(s.measured["where"]).partition(":")[0] for s in ctx.scope.signals if "where" in s.measured]
    if ctx.scope.is_whole or any(
        claim.readings[0] in ("begin", "end") for claim in ctx.reading.claims if claim.readings
    ):
        urls += [page.url for page in ctx.facts.trace.session.pages]
    return urls


def _path_absent(ctx: Context, path: str) -> bool:
    return any(
        _says_absent(claim)
        and any(t.kind == "path" and t.word == path for t in [*claim.ahead, *claim.object, *claim.goal, *claim.place])
        for claim in ctx.reading.claims
    )


def check_requests(ctx: Context) -> str:
    """Method, path and status that stand together belong to one cited request."""
    tokens = ctx.reading.tokens
    effects = [e for step in ctx.scope.steps for e in step.raw.effects if e.kind in ("request", "navigate")]
    effects += ctx.scope.loose_requests
    for at, token in enumerate(tokens):
        if token.kind not in ("path", "method") or (token.kind == "path" and at and tokens[at - 1].kind == "method"):
            continue
        method = token.word if token.kind == "method" else ""
        path = (
            token.word
            if token.kind == "path"
            else tokens[at + 1].word
            if at + 1 < len(tokens) and tokens[at + 1].kind == "path"
            else ""
        )
        statuses = _statuses_after(ctx, at)
        fitting = [
            e
            for e in effects
            if (not method or (e.method or "get").casefold() == method)  # a file is asked for by GET
            and (not path or path_matches(path, [e.url or "", e.path or ""]))
        ]
        if not fitting and path and _in_name(f"{method} {path}".strip(), ctx) and not statuses:
            continue  # what a control of that name stands for was used, not asked of the server
        if method and not fitting and not path and _is_said(token.text, ctx):
            continue
        if method and not fitting:
            return f"no cited line holds a {token.text} request" + (f" to {path}" if path else "")
        if (
            fitting
            and statuses
            and any(effect.status is not None for effect in fitting)
            and not statuses <= {effect.status for effect in fitting}
        ):
            wrong = ", ".join(str(status) for status in sorted(statuses - {effect.status for effect in fitting}))
            return f"the cited request did not answer {wrong}"
    return ""


def _in_name(said: str, ctx: Context) -> bool:
    """“the docs for GET /api/boats”: a control is called so."""
    return any(re.search(rf"(?<!\S){re.escape(said)}(?!\S)", quotable(step.name)) for step in ctx.scope.steps)


def _is_said(word: str, ctx: Context) -> bool:
    """“until DELETE was typed”: a word that a cited message holds, of a sentence that tells of no request."""
    asks = {"request", "requests", "call", "calls", "method"} & {token.word for token in ctx.reading.tokens}
    texts = [e.text for step in ctx.scope.steps for e in step.raw.effects if e.kind in MESSAGES and e.text]
    return not asks and any(re.search(rf"\b{word}\b", text) for text in texts)


def _statuses_after(ctx: Context, at: int) -> set[int]:
    """Status codes between this request and the next one that is named."""
    found: set[int] = set()
    for token in ctx.reading.tokens[at + 1 :]:
        if token.kind == "method" or (found and (token.kind == "path" or token.text == ";")):
            break
        if token.kind == "number" and is_status(token.value, token.unit, token.text):
            found.add(int(token.value))
    return found
