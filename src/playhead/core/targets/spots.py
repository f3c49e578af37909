"""Spot: the control under a pointer, what kind of thing it is, and what it could be expected to do.

A press lands on the innermost node (an svg path inside an icon inside a button); people speak of the button.
"""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.patterns import late
from playhead.core.targets.accname import Names, clean
from playhead.core.targets.class_rules import ClassRules, Sheets
from playhead.core.targets.containers import container_of
from playhead.core.targets.natures import is_settled, nature_of
from playhead.core.targets.roles import (
    CONTROL_ROLES,
    attribute,
    is_disabled,
    role_of,
)
from playhead.core.targets.selectors import selector_of
from playhead.core.targets.silent import is_chosen, is_silent
from playhead.core.targets.surroundings import (
    field_inside,
    group_of,
    holds_lines,
    is_beside_canvas,
    is_beside_masked,
    is_guide,
    is_in_disabled_fieldset,
)
from playhead.core.trace import Target
from playhead.core.words import words

MAX_CLIMB: Final = 24  # ancestors searched for a control; icons sit a few levels deep
WRAPPED_VISITS: Final = 24  # nodes of a wrapper around one disabled control
MAX_CARD_TEXT: Final = 80  # characters: a thing that only looks like a control is small; a long text is content
MAX_CONTENT_NAME: Final = 60  # characters kept of plain content that was clicked
HANDLER_ATTRIBUTES: Final = words(
    "onclick onmousedown onpointerdown ng-click data-ng-click v-on:click @click x-on:click hx-get hx-post hx-put "
    "hx-delete hx-patch data-action data-toggle data-bs-toggle data-href data-dismiss data-bs-dismiss jsaction "
    "aria-haspopup"
)
_LOOKS = late(
    r"(?:^|[\s_-])(?:btn|button|clickable|pressable|cta|dropdown-toggle|link)(?:$|[\s_]|-(?!group|toolbar|bar|row|wrap|"
    r"container|list|box|holder|area))",
    re.I,
)
_BUTTON_TAG = late(r"-[a-z]*(?:button|btn)$")  # what web components call theirs: md-filled-button, se-flyingbutton
_SEARCH = late(r"(?:^|[^a-z])(?:search|query|filter|lookup|suche|recherche|buscar)|^q$|^find\b", re.I)
_ACTION: Final = frozenset(("data-action",))
_PRESSED: Final = frozenset(("button", "link", "toggle", "looks"))
_WEB_SCHEMES: Final = frozenset(("", "http", "https", "javascript", "file", "about"))
_SCHEME = late(r"[a-z][a-z0-9+.-]*")
_BUTTON_TYPES: Final = frozenset(("submit", "image"))


class Spot(msgspec.Struct, gc=False):
    """`nature`: button link toggle field label editor media canvas frame blocked looks content.

    `looks` is something without a control's tag or role that a person would still try to press.
    """

    target: Target
    node_id: int  # the control, or the element itself where there is none
    hit_id: int  # the node the pointer met
    nature: str
    tag: str = ""
    disabled: bool = False
    settled: bool = False  # already selected, current or checked: pressing it again rightly does nothing
    href: str = ""  # resolved
    leaves: bool = False  # opens elsewhere: a new tab, a download, a mail program
    submits: int = 0  # the form node its press sends off
    form: int = 0
    group: int = 0  # outside of any form: the element that holds a button and the fields it most likely sends
    resets: bool = False  # puts a form back as it was
    labelled: int = 0  # the field a label belongs to
    beside_canvas: bool = False  # what it does may show on a canvas or in another site's frame, which records hide
    beside_masked: bool = False  # what it does may show in a field whose letters the recorder hides
    search: bool = False
    guides: bool = False  # one of those that lead about a page: in a navigation, a tab list, a menu bar
    silent: bool = False  # its answer leaves no trace: a popover, a menu that a style sheet shows


class Spots:
    """Describes nodes of one mirror; the answers are kept until the document changes."""

    __slots__ = ("_cache", "_mirror", "_url", "names", "rules")

    def __init__(self, mirror: Mirror, sheets: Sheets | None = None) -> None:
        self._mirror = mirror
        self.names = Names(mirror)
        self.rules = ClassRules(mirror, sheets)
        self._cache: dict[int, Spot | None] = {}
        self._url = ""

    def changed(self, *, styles: bool = False) -> None:
        """Say that the document changed."""
        self.names.stamp += 1
        if styles:
            self.rules.stamp += 1
        if self._cache:
            self._cache.clear()

    def at(self, node_id: int, *, url: str = "") -> Spot | None:
        """Return what stands at a node; None where the mirror does not know it."""
        if url != self._url:
            self._url = url
            self._cache.clear()
        if node_id not in self._cache:
            self._cache[node_id] = self._describe(node_id)
        return self._cache[node_id]

    def target(self, node: Node, *, role: str = "", name: str = "") -> Target:
        return Target(
            role=role or role_of(node),
            name=name or self.names.name_of(node),
            selector=selector_of(self._mirror, node),
            node_id=node.id,
            container=container_of(self._mirror, self.names, node),
        )

    def _describe(self, node_id: int) -> Spot | None:
        hit = self._mirror.nodes.get(node_id)
        while hit is not None and hit.kind != 2 and hit.parent:
            hit = self._mirror.nodes.get(hit.parent)
        if hit is None or hit.kind != 2:
            return None
        control, nature = self._control(hit)
        spot = Spot(self._named(control, nature, hit), control.id, node_id, nature, control.tag)
        self._abilities(spot, control)
        return spot

    def _named(self, control: Node, nature: str, hit: Node) -> Target:
        if nature == "content":
            own = self.target(control)
            return Target(own.role, clean(own.name, limit=MAX_CONTENT_NAME), own.selector, own.node_id, own.container)
        if nature == "looks" and role_of(control) not in CONTROL_ROLES:
            name = self.names.name_of(control) or self.names.text_of(control)
            return self.target(control, name=name)
        if nature == "button" and not self.names.name_of(control):
            return self.target(control, name=self.names.name_of(hit))  # at least the icon's own words
        return self.target(control)

    def _control(self, hit: Node) -> tuple[Node, str]:
        """The nearest thing a person could mean to press, and its nature."""
        looks: Node | None = None
        at: Node | None = hit
        for _ in range(MAX_CLIMB):
            if at is None or at.kind != 2 or at.tag in ("body", "html"):
                break
            nature = nature_of(at)
            if nature:
                return at, nature
            if looks is None and self._looks(at):
                looks = at
            at = self._mirror.nodes.get(at.parent)
        if looks is not None:
            return looks, "looks"
        wrapped = self._wrapped_disabled(hit)
        return (wrapped, nature_of(wrapped)) if wrapped is not None else (hit, "content")

    def _wrapped_disabled(self, hit: Node) -> Node | None:
        """The disabled control that a tight wrapper holds: style sheets let presses fall through it to the wrapper."""
        found: Node | None = None
        stack, seen = list(hit.children[:WRAPPED_VISITS]), 0
        while stack and seen < WRAPPED_VISITS:
            node = self._mirror.nodes.get(stack.pop())
            seen += 1
            if node is None or node.kind != 2:
                continue
            if nature_of(node) == "button":
                if found is not None or not is_disabled(node):
                    return None
                found = node
            else:
                stack.extend(node.children[:WRAPPED_VISITS])
        if stack or found is None:
            return None
        return found if self.names.text_of(hit) == self.names.text_of(found) else None

    def _looks(self, node: Node) -> bool:
        attributes = node.attributes
        handled = HANDLER_ATTRIBUTES.intersection(attributes)
        if handled and not (handled == _ACTION and not _is_pressed(attributes["data-action"])):
            sure = True
        else:
            classes = attributes.get("class")
            sure = (
                (isinstance(classes, str) and _LOOKS.search(classes) is not None)
                or ("-" in node.tag and _BUTTON_TAG.search(node.tag) is not None)
                or self.rules.points(node)
            )
        return sure and len(self.names.text_of(node, limit=MAX_CARD_TEXT + 1)) <= MAX_CARD_TEXT

    def _abilities(self, spot: Spot, control: Node) -> None:
        spot.disabled = is_disabled(control) or is_in_disabled_fieldset(self._mirror, control)
        spot.settled = is_settled(control) or (spot.nature in _PRESSED and is_chosen(self._mirror, control))
        spot.silent = spot.nature in _PRESSED and is_silent(self._mirror, self.rules.texts, control)
        if spot.nature == "link":
            self._link(spot, control)
        if spot.nature == "label":
            wanted = attribute(control, "for")
            field = self.names.by_id(wanted, near=control) if wanted else field_inside(self._mirror, control)
            spot.labelled = field.id if field is not None else 0
        form = self.form_of(control)
        spot.form = form.id if form is not None else 0
        if form is not None and (_submits(control) or self._host_submits(control)):
            spot.submits = form.id
        elif form is None and spot.nature in ("button", "looks", "field"):
            spot.group = group_of(self._mirror, control, button=spot.nature != "field")
        spot.resets = (attribute(control, "type") or "").lower() == "reset" and control.tag in ("input", "button")
        if spot.nature in ("button", "looks", "toggle"):
            spot.beside_canvas = is_beside_canvas(self._mirror, control)
            spot.beside_masked = is_beside_masked(self._mirror, control)
        spot.search = self._is_search_field(control, form)
        spot.guides = spot.nature in _PRESSED and is_guide(self._mirror, control)

    def _link(self, spot: Spot, link: Node) -> None:
        href = attribute(link, "href") or ""
        spot.href = resolve(self._url, href)
        if href.endswith("#"):
            spot.href = spot.href.partition("#")[0] + "#"  # joining drops it: such a link opens no page
        kind = (attribute(link, "target") or "").lower()
        scheme = href.split(":", 1)[0].lower() if ":" in href[:16] else ""
        spot.leaves = (
            kind not in ("", "_self", "_top", "_parent")
            or "download" in link.attributes
            or (scheme not in _WEB_SCHEMES and _SCHEME.fullmatch(scheme) is not None)
        )
        if href and not href.endswith("#") and spot.href == self._url:
            spot.settled = True  # the page that is open

    def form_of(self, node: Node) -> Node | None:
        """The form a control belongs to: by its `form` attribute, else the one around it."""
        named = attribute(node, "form")
        if named and (found := self.names.by_id(named, near=node)) is not None and found.tag == "form":
            return found
        at: Node | None = node
        for _ in range(64):
            if at is None or at.kind != 2:
                return None
            if at.tag == "form":
                return at
            at = self._mirror.nodes.get(at.parent)
        return None

    def _host_submits(self, control: Node) -> bool:
        """Whether a button is the inside of a component that sends the form it stands in."""
        host = self._mirror.nodes.get(control.parent) if control.is_shadow else None
        return host is not None and is_submitting_host(host)

    def _is_search_field(self, control: Node, form: Node | None) -> bool:
        if role_of(control) == "searchbox":
            return True
        if control.tag == "input" and (_says_search(control) or _SEARCH.search(self.names.name_of(control))):
            return True
        return form is not None and self.is_search(form)

    def is_search(self, form: Node) -> bool:
        """Whether a form is there to search with: by its role or its own words, or those around it."""
        if role_of(form) == "search" or (_says_search(form) and not holds_lines(self._mirror, form)):
            return True
        parent = self._mirror.nodes.get(form.parent)
        return parent is not None and parent.kind == 2 and (parent.tag == "search" or role_of(parent) == "search")


def _is_pressed(action: object) -> bool:
    """Whether a `data-action` is about presses: Stimulus writes the event before an arrow."""
    return not isinstance(action, str) or "->" not in action or "click->" in action or "press->" in action


def _submits(node: Node) -> bool:
    kind = (attribute(node, "type") or "").lower()
    if node.tag == "input":
        return kind in _BUTTON_TYPES
    return node.tag == "button" and kind not in ("button", "reset")


def is_submitting_host(node: Node) -> bool:
    """Whether a component says of itself that it sends its form, whatever button it draws inside."""
    return "-" in node.tag and (attribute(node, "type") or "").lower() == "submit"


def _says_search(node: Node) -> bool:
    for name in ("name", "id", "placeholder", "aria-label", "class", "action"):
        value = node.attributes.get(name)
        if isinstance(value, str) and _SEARCH.search(value[:200]):
            return True
    return False


def resolve(base: str, href: str) -> str:
    """`href` as seen from `base`; as it stands where it cannot be joined."""
    try:
        return urljoin(base, href) if base and urlsplit(base).scheme in ("http", "https") else href
    except ValueError:
        return href
