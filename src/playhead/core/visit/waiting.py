"""Waiting: stretches in which a page showed that it was busy (spinner, skeleton, "Loading…", `aria-busy`).

A page that shows a spinner at once has reacted, yet the visitor waits until the spinner is gone. Recordings without
requests, and answers that come over a socket or a stream, tell of that wait in no other way.
"""

import functools
import re
from collections.abc import Sequence
from typing import Final

from playhead.core.mirror.dom import Changes, Node
from playhead.core.patterns import late
from playhead.core.targets.roles import attribute
from playhead.core.visit.lane import Lane
from playhead.core.visit.messages import is_shown, message_kind
from playhead.core.visit.reading import REVEALING

MAX_SIGNS: Final = 8  # signs of being busy that are followed at a time
MAX_LOOKED: Final = 64  # nodes or attributes of one change that are looked at
MAX_WAITS: Final = 2_000  # stretches kept of one page load
_BUSY_CLASS = late(
    r"(?:^|[\s_-])(?:spinner|spin|spinning|loading|loader|skeleton|throbber|busy|circular-?progress|in-progress)(?:$|[\s_-])"
    r"|(?<=[a-z])(?:Spinner|Loading|Loader|Skeleton|CircularProgress)(?:$|[\s_-])",
    re.I,
)
_NEVER = late(
    r"\blazy|\bno-?(?:loading|spin)|loading-lazy|loaded|(?:spin|loading)-?(?:wrapper|container|overlay-off)|spin-?(?:button|box)",
    re.I,
)
_BUSY_WORDS = late(
    r"^(?:loading|processing|please wait|working|saving|sending|searching|fetching|submitting|uploading|one moment|"
    r"just a moment|wird geladen|bitte warten|lädt|chargement|cargando|caricamento|carregando)\b|"
    r"^(?:…|\.\.\.)$",
    re.I,
)


class Waiting:
    """Follows one page lane; only called for changes that follow an action, and while something is busy."""

    __slots__ = ("_lane", "_mirror", "_signs", "_since")

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._mirror = lane.mirror
        self._signs: set[int] = set()
        self._since = 0.0

    @property
    def busy(self) -> bool:
        return bool(self._signs)

    def reset(self) -> None:
        """A new document began."""
        self._signs.clear()

    def on_mutation(self, t_ms: float, changes: Changes) -> None:
        """Read a change of the page that follows an action."""
        if self._signs:
            self._signs = {node_id for node_id in self._signs if self._is_busy(node_id)}
            waits = self._lane.session.waits[self._lane.load]
            if not self._signs and len(waits) < MAX_WAITS:
                waits.append((self._since, t_ms))
        if len(self._signs) >= MAX_SIGNS:
            return
        # What always stands there may be revealed by what is around it.
        changed = [node for node, name, _, _ in changes.attributes[:MAX_LOOKED] if name not in REVEALING]
        revealing = [node for node, name, _, _ in changes.attributes[:MAX_LOOKED] if name in REVEALING]
        touched = [*self._below(changes.added), *changed, *self._below(revealing)]
        touched += [node for node, _, _ in changes.texts[:MAX_SIGNS]]
        for node_id in dict.fromkeys(touched):
            if node_id not in self._signs and self._is_busy(node_id):
                if not self._signs:
                    self._since = t_ms
                self._signs.add(node_id)
                if len(self._signs) >= MAX_SIGNS:
                    return

    def _below(self, roots: Sequence[int]) -> list[int]:
        """The nodes of subtrees, outer ones first, as far as they are looked at."""
        found = list(roots[:MAX_LOOKED])
        for node_id in found:
            node = self._mirror.nodes.get(node_id)
            if node is not None and len(found) < MAX_LOOKED:
                found.extend(node.children[:MAX_LOOKED])
        return found

    def _is_busy(self, node_id: int) -> bool:
        node = self._mirror.nodes.get(node_id)
        if node is None or not self._says_busy(node) or not self._mirror.is_connected(node_id):
            return False
        element = self._mirror.nodes.get(node.parent) if node.kind == 3 else node
        return (
            element is not None
            and is_shown(self._mirror, self._lane.spots.rules, element)
            and (node.kind == 3 or not self._in_message(element))
        )

    def _says_busy(self, node: Node) -> bool:
        if node.kind == 3:
            return len(node.text) <= 60 and _BUSY_WORDS.match(node.text.strip()) is not None
        if node.kind != 2 or not node.attributes:
            return False
        if node.attributes.get("aria-busy") == "true":
            return True
        if attribute(node, "role") == "progressbar":
            return "aria-valuenow" not in node.attributes
        classes = node.attributes.get("class")
        return isinstance(classes, str) and bool(classes) and _busy_class(classes)

    def _in_message(self, node: Node) -> bool:
        """Whether a turning sign belongs to a message that counts down until it goes away; words mean what they say."""
        at: Node | None = node
        for _ in range(4):
            if at is None or at.kind != 2:
                return False
            if message_kind(at) in ("toast", "alert") and attribute(at, "role") != "status":
                return True
            at = self._mirror.nodes.get(at.parent)
        return False


@functools.lru_cache(maxsize=4096)
def _busy_class(classes: str) -> bool:
    return _BUSY_CLASS.search(classes) is not None and _NEVER.search(classes) is None
