"""Asset hosts: which hosts a site's recordings name, for whoever decides which of them are its own."""

from collections import Counter
from typing import Final

import msgspec
import sqlalchemy as sa

from playhead.core.assets.addresses import absolute, host_of
from playhead.store import Store
from playhead.store.tables import assets, sessions

READ: Final = 500  # newest sessions
MAX_SHOWN: Final = 12


class Host(msgspec.Struct):
    """`pages` in how many of the newest sessions the visit began there; `missing` files of it that are not kept."""

    name: str
    pages: int = 0
    kept: int = 0
    missing: int = 0


def seen_hosts(store: Store, site: str) -> list[Host]:
    """Return hosts of pages first, then those that files were asked of, the most frequent first."""
    newest = sa.select(sessions.c.first_url).where(sessions.c.site == site).order_by(sessions.c.started_ms.desc())
    files = sa.select(assets.c.url, assets.c.content != "").where(assets.c.site == site)
    files = files.order_by(assets.c.fetched_ms.desc()).limit(READ * 20)
    pages, kept, missing = Counter[str](), Counter[str](), Counter[str]()
    with store.index.read() as connection:
        for url in connection.execute(newest.limit(READ)).scalars():
            if (page := absolute(url, "")) is not None:
                pages[host_of(page.url)] += 1
        for url, is_kept in connection.execute(files):
            (kept if is_kept else missing)[host_of(url)] += 1
    names = sorted({*pages, *kept, *missing}, key=lambda name: (-pages[name], -kept[name] - missing[name], name))
    return [Host(name, pages[name], kept[name], missing[name]) for name in names[:MAX_SHOWN]]
