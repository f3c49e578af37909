"""Site settings: what the people of a site decided about its recordings; JSON in the site's row.

Privacy   "standard": scrubbed once the session is over, before anything is derived from it;
          "strict": scrubbed more thoroughly and before the bytes are durable at all
Limits    what is past `batches_a_minute` or `gb_a_day` is answered 429: recorders send it again later
Keeping   sessions past `keep_days` or, the oldest first, past `keep_gb` are erased (`jobs.retention`); 0: never
"""

from typing import Annotated, Literal

import msgspec
import sqlalchemy as sa

from playhead.store.asset_rules import AssetRules
from playhead.store.index import Index
from playhead.store.recording_rules import RecordingRules
from playhead.store.tables import sessions, sites

Privacy = Literal["standard", "strict"]


class SiteSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    privacy: Privacy = "standard"
    keep_days: Annotated[float, msgspec.Meta(ge=0, le=36_500)] = 0
    keep_gb: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0  # of what batches take up, compressed
    batches_a_minute: Annotated[float, msgspec.Meta(ge=0, le=10_000_000)] = 0  # a node; 0: no limit
    gb_a_day: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0  # a node, as they arrive; 0: no limit
    recording: RecordingRules = RecordingRules()  # what the recorder asks for
    visitors_may_erase: bool = True  # `playhead.forget()` in a page
    assets: AssetRules = AssetRules()  # which style sheets, fonts and pictures are kept
    signals: dict[str, dict[str, float]] = {}  # thresholds of the signals that this site wants otherwise, by kind


def parse_settings(text: str) -> SiteSettings:
    """Return the settings of a site's row; what cannot be read counts as the stricter."""
    try:
        return msgspec.json.decode(text or "{}", type=SiteSettings)
    except msgspec.MsgspecError:
        return SiteSettings(privacy="strict")


def load_settings(index: Index, key: str) -> SiteSettings | None:
    """Return the site's settings, None for an unknown site."""
    with index.read() as connection:
        text = connection.execute(sa.select(sites.c.settings).where(sites.c.key == key)).scalar()
    return None if text is None else parse_settings(text)


def settings_of_session(index: Index, session: str) -> SiteSettings | None:
    """Return the settings of the site of a session, None for an unknown session."""
    query = sa.select(sa.func.coalesce(sites.c.settings, "{}")).select_from(sessions)
    query = query.outerjoin(sites, sessions.c.site == sites.c.key).where(sessions.c.id == session)
    with index.read() as connection:
        text = connection.execute(query).scalar()
    return None if text is None else parse_settings(text)


def limits_of_session(index: Index, session: str) -> dict[str, dict[str, float]]:
    """Return the thresholds that the site of a session wants otherwise."""
    query = sa.select(sites.c.settings).join(sessions, sessions.c.site == sites.c.key).where(sessions.c.id == session)
    with index.read() as connection:
        text = connection.execute(query).scalar()
    return parse_settings(text).signals if text else {}


def save_settings(index: Index, key: str, settings: SiteSettings) -> bool:
    """Replace the site's settings; False if there is no such site."""
    text = msgspec.json.encode(settings).decode()
    with index.write() as connection:
        return bool(connection.execute(sa.update(sites).where(sites.c.key == key).values(settings=text)).rowcount)
