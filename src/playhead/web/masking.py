"""Masking for people who may watch and not know whom: rows, pages, traces, panels, slices and reports without the
visitor's name, addresses, ids and traits, and without what they typed."""

from typing import Any

import msgspec

from playhead.analyst.masked import without_values
from playhead.core.hiding import Hider
from playhead.core.report import Reply, Report
from playhead.core.trace import PageView, Trace
from playhead.query.rights import PERSONAL
from playhead.query.session import SessionDetail, known_of
from playhead.query.sessions import SessionRow
from playhead.store import Store
from playhead.store.replies import Asked
from playhead.web.auth import who_asks


class _Slice(msgspec.Struct):
    keyframe: list[msgspec.Raw]
    events: list[msgspec.Raw]


def masks(request: Any) -> bool:
    """Whether whoever asks must not learn who a visitor is."""
    return PERSONAL not in who_asks(request).rights


def hider_for(request: Any, store: Store, session_id: str) -> Hider | None:
    """Return what hides the visitor of a session from whoever asks; None where nothing is to be hidden."""
    return Hider(known_of(store, session_id)) if masks(request) else None


def hide_row(row: SessionRow, hider: Hider | None = None) -> SessionRow:
    """Return a row of the list without whom it is of."""
    hider = hider or Hider([row.user_name, row.user_email, row.user_id])
    texts = ("first_url", "first_title", "last_url", "last_title", "headline", "digest_error")
    plain = {name: hider.text(getattr(row, name)) for name in texts}
    hits = [msgspec.structs.replace(hit, text=hider.text(hit.text)) for hit in row.hits]
    return msgspec.structs.replace(row, user_id="", user_name="", user_email="", hits=hits, **plain)


def hide_detail(detail: SessionDetail, hider: Hider) -> SessionDetail:
    pages = msgspec.convert(hider.value(msgspec.to_builtins(detail.pages)), list[PageView])
    return msgspec.structs.replace(
        detail,
        session=hide_row(detail.session, hider),
        pages=pages,
        traits={},
        referrer=hider.text(detail.referrer),
    )


def hide_report(report: Report, hider: Hider) -> Report:
    return msgspec.convert(hider.value(msgspec.to_builtins(report)), Report)


def hide_replies(replies: list[Asked], hider: Hider | None) -> list[Asked]:
    """Return replies as they are sent: never with what stands behind their placeholders."""
    replies = [one._replace(reply=without_values(one.reply)) for one in replies]
    if hider is None:
        return replies
    return [one._replace(reply=msgspec.convert(hider.value(msgspec.to_builtins(one.reply)), Reply)) for one in replies]


def hide_trace(trace: Trace, hider: Hider) -> Trace:
    hidden = msgspec.convert(hider.value(msgspec.to_builtins(trace)), Trace)
    for interaction in hidden.interactions:
        if interaction.kind == "input" and interaction.value:
            interaction.value = "••••"
    return hidden


def hide_panels(body: bytes, hider: Hider) -> bytes:
    """Return the panels' JSON without the user and their traits."""
    panels = hider.value(msgspec.json.decode(body))
    panels["user"] = {}
    return msgspec.json.encode(panels)


def hide_slice(body: bytes, hider: Hider) -> bytes:
    found = msgspec.json.decode(body, type=_Slice)
    keyframe = [msgspec.Raw(hider.event(bytes(one))) for one in found.keyframe]
    return msgspec.json.encode(_Slice(keyframe, [msgspec.Raw(hider.event(bytes(one))) for one in found.events]))
