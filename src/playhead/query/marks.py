"""Marks: what people add to a session: a star, that it was watched, tags, comments on moments and clips."""

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from playhead.store import Store
from playhead.store.index import insert_ignore
from playhead.store.tables import marks, notes

MAX_TAGS: Final = 20
MAX_TAG_CHARS: Final = 40
MAX_NOTES: Final = 500  # of one session
MAX_NOTE_CHARS: Final = 2_000
MAX_T_MS: Final = 7 * 24 * 3_600_000.0  # longer than any session


class MarksError(ValueError):
    """What was to be kept is past a limit, or makes no sense; the message says which."""


class Note(msgspec.Struct):
    """A comment on one moment, or, with an end, a clip; moments are ms from the session's start."""

    id: int
    t_ms: float
    end_ms: float | None
    text: str
    created_ms: int


class Marks(msgspec.Struct):
    starred: bool = False
    watched_ms: int = 0  # when somebody last watched it, server's clock; 0: nobody did
    tags: list[str] = []
    notes: list[Note] = []


def marks_of(store: Store, session_id: str) -> Marks:
    """Return what people added to a session; nothing where nobody did."""
    with store.index.read() as connection:
        row = connection.execute(sa.select(marks).where(marks.c.session == session_id)).mappings().first()
        written = connection.execute(
            sa.select(notes).where(notes.c.session == session_id).order_by(notes.c.t_ms, notes.c.id).limit(MAX_NOTES)
        ).mappings()
        found = [_note(one) for one in written]
    if row is None:
        return Marks(notes=found)
    return Marks(row["starred"], row["watched_ms"], msgspec.json.decode(row["tags"], type=list[str]), found)


def set_marks(
    store: Store,
    session_id: str,
    *,
    starred: bool | None = None,
    watched: bool | None = None,
    tags: list[str] | None = None,
) -> None:
    """Change what is given, leave the rest; raises MarksError."""
    changed: dict[str, Any] = {}
    if starred is not None:
        changed["starred"] = starred
    if watched is not None:
        changed["watched_ms"] = int(store.now_ms()) if watched else 0
    if tags is not None:
        changed["tags"] = msgspec.json.encode(tidy_tags(tags)).decode()
    if not changed:
        return
    with store.index.write() as connection:
        fresh = {"session": session_id, "starred": False, "watched_ms": 0, "tags": "[]"}
        connection.execute(insert_ignore(connection, marks).values(**fresh))
        connection.execute(sa.update(marks).where(marks.c.session == session_id).values(**changed))


def tidy_tags(tags: list[str]) -> list[str]:
    """Return tags in lower case, each once, sorted, blanks inside as hyphens (the filter `tag:` takes one word)."""
    tidy = sorted({"-".join(tag.lower().replace('"', "").split()) for tag in tags} - {""})
    if len(tidy) > MAX_TAGS:
        raise MarksError(f"a session takes at most {MAX_TAGS} tags")
    if long := next((tag for tag in tidy if len(tag) > MAX_TAG_CHARS), None):
        raise MarksError(f"the tag {long[:20]!r}… is longer than {MAX_TAG_CHARS} characters")
    return tidy


def add_note(store: Store, session_id: str, *, t_ms: float, text: str, end_ms: float | None = None) -> Note:
    """Pin a comment to a moment, or name the clip from `t_ms` to `end_ms`; raises MarksError."""
    text = text.strip()
    if not text:
        raise MarksError("a comment needs a text, and a clip a title")
    if len(text) > MAX_NOTE_CHARS:
        raise MarksError(f"a comment takes at most {MAX_NOTE_CHARS:,} characters, this one has {len(text):,}")
    if not 0 <= t_ms <= MAX_T_MS or (end_ms is not None and not t_ms < end_ms <= MAX_T_MS):
        raise MarksError("a comment's moment is in ms from the session's start, and a clip ends after it begins")
    made = {"session": session_id, "t_ms": t_ms, "end_ms": end_ms, "text": text, "created_ms": int(store.now_ms())}
    with store.index.write() as connection:
        held = sa.select(sa.func.count()).select_from(notes).where(notes.c.session == session_id)
        if connection.execute(held).scalar_one() >= MAX_NOTES:
            raise MarksError(f"a session takes at most {MAX_NOTES} comments and clips")
        added = connection.execute(sa.insert(notes).values(**made))
        assert added.inserted_primary_key is not None
        return Note(added.inserted_primary_key[0], t_ms, end_ms, text, made["created_ms"])


def delete_note(store: Store, session_id: str, note_id: int) -> bool:
    """Delete a comment or clip; False where the session has none of that id."""
    with store.index.write() as connection:
        of_session = sa.and_(notes.c.session == session_id, notes.c.id == note_id)
        return bool(connection.execute(sa.delete(notes).where(of_session)).rowcount)


def _note(row: sa.RowMapping) -> Note:
    return Note(row["id"], row["t_ms"], row["end_ms"], row["text"], row["created_ms"])
