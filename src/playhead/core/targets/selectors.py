"""A CSS selector that still finds the element after a deploy: test ids, ids, names and labels before positions.

Nothing that a build tool invents (hashed classes, counted ids) is used; what is left unsaid is said by position.
"""

from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.patterns import late
from playhead.core.targets.roles import attribute

TEST_IDS: Final = ("data-testid", "data-test", "data-test-id", "data-cy", "data-qa", "data-ph-capture-attribute")
MAX_STEPS: Final = 5  # elements in a selector; longer ones break at every redesign
MASKS: Final = frozenset("*•● ")  # what recorders put in place of a text
MAX_VALUE: Final = 60  # characters of an attribute value worth matching on
MAX_SIBLINGS: Final = 2_000  # siblings counted for a position; beyond it the position says nothing
_INVENTED = late(
    r"^(?:css|sc|jsx?|emotion|svelte|astro|ng|_ngcontent|_nghost|data-v|jss|makeStyles|Mui\w*-root)-?\w*\d|"
    r"emotion-cache|^css-\w{5,}$|(?:^|[-_])(?=[a-z0-9]{5,}$)[a-z]*\d+[a-z][a-z0-9]+$|^_\w+_\w{4,}(?:_\d+)?$|"
    r"\d{3,}|[0-9a-f]{8,}|^(?::\w+:|«\w+»|_r_\w*_?)$|^(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{5,}$|^ember\d|"
    r"^(?:mat-|cdk-|ui-id-|rc_|pr_id_|pv_id_|el-id-|__BVID__|input-v-|v-|mui-|downshift|tippy-|popper|bits-|melt-)[\w-]*\d|^react-|^radix-|^headlessui-|__\w{5,}$"
)
_PLAIN = late(r"^-?[A-Za-z_][\w-]*$")
_STATE = late(
    r"(?:^|[-_:])(?:active|selected|open|opened|show|shown|hover|focus(?:ed|-within|-visible)?|disabled|current|checked|"
    r"loading|expanded|collapsed|collapse|hidden|visible|enter|leave|in|on|dirty|touched|invalid|valid|pristine)$"
)


def selector_of(mirror: Mirror, node: Node) -> str:
    """Return the selector; "" for a node that is no element."""
    steps: list[str] = []
    at: Node | None = node
    while at is not None and at.kind == 2 and len(steps) < MAX_STEPS:
        step, enough = _step(mirror, at)
        steps.append(step)
        if enough or at.tag in ("body", "html"):
            break
        at = mirror.nodes.get(at.parent)
    return " > ".join(reversed(steps))


def is_invented(name: str) -> bool:
    """Whether a build tool or a counter made the name, so that it changes with the next build or load."""
    return _INVENTED.search(name) is not None


def _step(mirror: Mirror, node: Node) -> tuple[str, bool]:
    """One element of the selector, and whether it stands alone."""
    tag = node.tag or "*"
    for name in TEST_IDS:
        if (value := attribute(node, name)) and len(value) <= MAX_VALUE:
            return f"[{name}={quote(value)}]", True
    own = attribute(node, "id")
    if own and len(own) <= MAX_VALUE and not is_invented(own):
        return (f"#{own}" if _PLAIN.match(own) else f"{tag}[id={quote(own)}]"), True
    for name in ("name", "aria-label", "for", "href"):
        value = attribute(node, name)
        if (
            not value
            or len(value) > MAX_VALUE
            or set(value) <= MASKS
            or (name == "href" and (value.startswith(("javascript:", "data:")) or value == "#"))
        ):
            continue
        if is_invented(value) and name != "aria-label":
            continue
        extra = f"[value={quote(chosen)}]" if tag == "input" and (chosen := _choice(node)) else ""
        return f"{tag}[{name}={quote(value)}]{extra}", False
    classes = [c for c in (attribute(node, "class") or "").split()[:8] if is_stable_class(c)]
    step = tag + "".join(f".{c}" for c in classes[:2])
    return step + _position(mirror, node), False


def _choice(node: Node) -> str:
    return (attribute(node, "value") or "")[:MAX_VALUE] if attribute(node, "type") in ("radio", "checkbox") else ""


def is_stable_class(name: str) -> bool:
    return bool(_PLAIN.match(name)) and not is_invented(name) and not _STATE.search(name)


def _position(mirror: Mirror, node: Node) -> str:
    parent = mirror.nodes.get(node.parent)
    if parent is None or len(parent.children) > MAX_SIBLINGS:
        return ""
    same, place = 0, 0
    for at in parent.children:
        sibling = mirror.nodes.get(at)
        if sibling is not None and sibling.kind == 2 and sibling.tag == node.tag:
            same += 1
            if at == node.id:
                place = same
    return f":nth-of-type({place})" if same > 1 and place else ""


def quote(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ") + '"'
