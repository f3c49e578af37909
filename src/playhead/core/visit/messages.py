"""Messages: which elements speak to the person (alert, dialog, toast, field error), and in which tone.

ARIA roles and live regions come first; class names only where a page says nothing better, since most sites mark their
errors by class alone. Texts longer than MAX_MESSAGE are content, not a message.
"""

import functools
import re
from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.patterns import late
from playhead.core.targets.accname import Names, clean
from playhead.core.targets.class_rules import ClassRules
from playhead.core.targets.roles import attribute, hides, role_of
from playhead.core.words import words

MAX_MESSAGE: Final = 240  # characters; what is longer is read as content
MIN_COMPLAINT, MAX_TEXT_BESIDE = 8, 160  # characters of words that only their colour makes a message
MAX_FORM: Final = 400  # nodes of a form looked at for the field that a message names
MAX_FIELD_CLIMB: Final = 4  # levels between a field's error and what holds both
MAX_CLIMB: Final = 10  # ancestors searched for the box a text stands in
_FIELD_ERROR = late(
    r"(?:^|[\s_-])(?:invalid-feedback|field-?error|input-?error|error-?(?:message|msg|text|label|list)|form-?error|"
    r"errorlist|help-block-error|validation-?(?:error|message|summary)?|mat-error|explain-error|helper-text--validation|"
    r"field-validation-error|parsley-errors?-list|v-messages__message|has-error-message)(?:$|[\s_-])",
    re.I,
)
_ALERT = late(
    r"(?:^|[\s_-])(?:alert|errors?|error-?(?:note|msg|message|text|summary)|danger|flash(?:es)?|callout|notice|banner-error|message-error|error-?box|warning|"
    r"messages?|form-message|infobar|message-?bar)(?:$|[\s_-])",
    re.I,
)
_TOAST = late(
    r"(?:^|[\s_-])(?:toast|toastify|snackbar|snack-bar|notification|notyf|noty|notistack|growl|flash-message|sonner)"
    r"(?:$|[\s_-])|(?<=[a-z])(?:Toast|Snackbar|Notification)",
    re.I,
)
# The box itself, not a part of it: its body says what it says, not how it is meant.
_DIALOG = late(
    r"(?:^|[\s_-])(?:modal|modal-dialog|dialog|popup|lightbox)(?!__|-(?:body|header|footer|title)\b)(?:$|[\s_-])", re.I
)
_BAD_CLASS = late(
    r"(?:^|[\s_-])(?:errors?|danger|invalid|fail(?:ed|ure)?|negative|critical|destructive)(?:$|[\s_-])|Error", re.I
)
_GOOD_CLASS = late(r"(?:^|[\s_-])(?:success|positive|ok|confirmed|done)(?:$|[\s_-])", re.I)
_CALM_CLASS = late(r"(?:^|[\s_-])(?:info|primary|secondary|light|dark|neutral)(?:$|[\s_-])", re.I)
_BAD_WORDS = late(
    r"\b(?:errors?|fail(?:ed|ure|s)?|invalid|declined|denied|refused|rejected|wrong|incorrect|required|unable|"
    r"cannot|can[’']?t|could(?:n[’']t| not)|do(?:es)?(?:n[’']t| not) (?:match|exist)|is(?:n[’']t| not) "
    r"(?:valid|available|correct|allowed|a valid)|not (?:found|valid|available|allowed|recogni[sz]ed|possible|accepted|"
    r"enough|supported)|must\b|expired|unavailable|try again|too (?:short|long|many|large|small|weak)|oops|sorry|"
    r"(?:was|were|did|has|have|had)(?:n[’']t| not) \w+|"
    r"went wrong|please (?:enter|fill|select|choose|provide|correct|check|give|type|specify)|missing|unknown|"
    r"no (?:such|longer)|"
    r"timed? ?out|forbidden|unauthori[sz]ed|out of stock|already (?:exists|taken|in use|registered)|"
    r"fehler\w*|ung[uü]ltig\w*|abgelehnt|fehlgeschlagen|erforderlich|pflichtfeld|"
    r"erreur\w*|[eé]chou[eé]\w*|invalide|obligatoire|refus[eé]e?|requis\w*|incorrecto|inv[aá]lid[oa]|rechazad[oa]|obligatori[oa])\b",
    re.I,
)
_GOOD_WORDS = late(
    r"\b(?:success(?:ful(?:ly)?)?|saved|added|thank(?:s| you)|created|updated|deleted|removed|sent|done|complete[d]?|"
    r"confirmed|welcome|signed in|logged in|copied|placed|booked|subscribed)\b|(?<!in)\bvalid\b",
    re.I,
)
_SAYING: Final = ("class", "data-type", "data-status", "data-variant", "data-severity", "data-testid")
_ERROR_ID = late(r"(?:^|[_-])errors?(?:$|[_-])", re.I)
_NO_ALERTS: Final = words("input select textarea body html label form svg i a button summary")
_BOXES: Final = words("div section aside")
_PRESSED: Final = words("button a input select textarea")
_NO_ICONS: Final = words("button a input select textarea label script style template")
_QUESTION = late(r"[^.!?:]{3,120}\?")
_NO_BAD = late(
    r"\b(?:no|without|0|zero) (?:errors?|failures?|problems?)\b|(?:fields? )?marked (?:with )?\*|required fields?\b",
    re.I,
)


_TELLING: Final = words("role aria-modal aria-live id")  # most elements have none of them
_ROLE_KINDS: Final = {
    "alert": "alert",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "status": "toast",
    "log": "toast",
}


def message_kind(node: Node) -> str:
    """alert · dialog · toast · field_error, or "" for an element that is no message box."""
    attributes = node.attributes
    if not attributes:
        return "dialog" if node.tag == "dialog" else ""
    telling = not _TELLING.isdisjoint(attributes)
    if telling and "role" in attributes:
        kind = _ROLE_KINDS.get(role_of(node))
        if kind is not None:
            return "field_error" if kind == "alert" and _FIELD_ERROR.search(attribute(node, "class") or "") else kind
    if node.tag == "dialog" or (telling and attributes.get("aria-modal") == "true"):
        return "dialog"
    classes = attributes.get("class")
    kind = _kind_by_class(classes) if isinstance(classes, str) and classes else ""
    if kind and not (kind == "alert" and node.tag in _NO_ALERTS) and not (kind == "dialog" and node.tag not in _BOXES):
        return kind
    if not telling:
        return ""
    live = attributes.get("aria-live")
    if live is not None:
        return {"assertive": "alert", "polite": "toast"}.get(str(live), "")
    name = attributes.get("id")
    if isinstance(name, str) and "err" in name.lower() and _ERROR_ID.search(name):
        return "field_error" if node.tag not in _NO_ALERTS or node.tag == "label" else ""
    return ""


@functools.lru_cache(maxsize=4096)
def _kind_by_class(classes: str) -> str:
    if _FIELD_ERROR.search(classes):
        return "field_error"
    if _TOAST.search(classes):
        return "toast"
    if _ALERT.search(classes):
        return "alert"
    return "dialog" if _DIALOG.search(classes) else ""


def tone_of(kind: str, classes: str, text: str) -> str:
    """error · success · "": how a message is meant, by its class first, then by its words."""
    if kind == "field_error":
        return "error"
    if _GOOD_CLASS.search(classes):
        return "success"
    if _BAD_CLASS.search(classes):
        return "error"
    if _CALM_CLASS.search(classes):
        return ""
    if kind == "dialog" and _QUESTION.match(text):
        return ""  # it asks before it does something; what cannot be undone has not failed
    if _BAD_WORDS.search(_NO_BAD.sub("", text)):
        return "error"
    return "success" if _GOOD_WORDS.search(text) else ""


def says_of_itself(node: Node) -> str:
    """A message box's classes, and the attributes in which libraries write what kind of message it is."""
    return " ".join(said for name in _SAYING if (said := attribute(node, name)))


def says_within(mirror: Mirror, box: Node) -> str:
    """What a message box says of itself, and what those in it say that hold all its words, and icons beside these."""
    said = [says_of_itself(box)]
    node = box
    for _ in range(MAX_CLIMB):
        inside = [child for at in node.children[:MAX_CLIMB] if (child := mirror.nodes.get(at)) and child.kind == 2]
        speaking = [child for child in inside if _has_words(mirror, child)]
        said += [says_of_itself(child) for child in inside if child not in speaking and child.tag not in _NO_ICONS]
        if len(speaking) != 1:
            break
        node = speaking[0]
        said.append(says_of_itself(node))
    return " ".join(filter(None, said))


def _has_words(mirror: Mirror, node: Node) -> bool:
    """Whether an element that nobody presses holds a letter."""
    stack, seen = [node.id], 0
    while stack and seen < 40:
        at = mirror.nodes.get(stack.pop())
        seen += 1
        if at is None or at.tag in _PRESSED:
            continue
        if at.kind == 3 and any(letter.isalpha() for letter in at.text):
            return True
        stack.extend(at.children[:40])
    return False


def box_of(mirror: Mirror, node: Node) -> tuple[Node, str] | None:
    """The message box a node stands in (itself included) and its kind."""
    at: Node | None = node
    for _ in range(MAX_CLIMB):
        if at is None or at.kind != 2 or at.tag in ("body", "html", "main"):
            return None
        kind = message_kind(at)
        if kind and (kind == "dialog" or "role" in at.attributes or not holds_fields(mirror, at)):
            return at, kind  # what holds fields is marked as wrong itself: its message is inside it
        at = mirror.nodes.get(at.parent)
    return None


def is_shown(mirror: Mirror, rules: ClassRules, node: Node) -> bool:
    """Whether nothing on the way up takes the element off the page, as far as attributes and class rules tell; what
    only a screen reader says stands there."""
    at: Node | None = node
    for _ in range(60):
        if at is None or at.kind != 2:
            return True
        if not stands_open(rules, at, read_out=True):
            return False
        at = mirror.nodes.get(at.parent)
    return True


def stands_open(rules: ClassRules, node: Node, *, read_out: bool = False) -> bool:
    """Whether the element itself is shown (or at least read out); its ancestors are asked elsewhere."""
    tag = node.tag
    if tag in _NEVER_SHOWN:
        return False
    attributes = node.attributes
    if not attributes:
        return tag != "dialog"
    if tag == "dialog" and "open" not in attributes:
        return False
    if attributes.get("hidden") not in (None, False):
        return False
    style = attributes.get("style")
    if style and isinstance(style, str) and hides(style):
        return False
    classes = attributes.get("class")
    return not (classes and isinstance(classes, str) and (_says_hidden(classes, read_out) or rules.hides(node)))


_NEVER_SHOWN: Final = words("template script style noscript head")
_HIDING: Final = words("hidden hide d-none is-hidden invisible display-none ng-hide u-hidden")
_READ_OUT: Final = words("visually-hidden sr-only")


@functools.lru_cache(maxsize=4096)
def _says_hidden(classes: str, read_out: bool) -> bool:
    said = classes.split()
    return not _HIDING.isdisjoint(said) or not (read_out or _READ_OUT.isdisjoint(said))


def field_of(mirror: Mirror, names: Names, node: Node, *, sure: bool) -> str:
    """The name (its role where the recording hides it) of the one field that a message stands beside, "" if none.

    `sure`: the box says itself that it is a field's error; any other must be tied to the field, stand beside one that
    is marked invalid, or share a place with the field alone, without the form's buttons.
    """
    wanted = attribute(node, "id")
    at = node
    for _ in range(MAX_FIELD_CLIMB):
        parent = mirror.nodes.get(at.parent)
        if parent is None or parent.kind != 2 or parent.tag in ("body", "fieldset", "main"):
            return ""
        found, buttons = _fields(mirror, parent)
        if wanted:
            tied = [f for f in found if wanted in (attribute(f, "aria-describedby"), attribute(f, "aria-errormessage"))]
            if len(tied) == 1:
                return names.name_of(tied[0]) or role_of(tied[0])
        if found:
            beside = found[0].attributes.get("aria-invalid") == "true"
            alone = parent.tag != "form" and (sure or not buttons)
            return (names.name_of(found[0]) or role_of(found[0])) if len(found) == 1 and (beside or alone) else ""
        at = parent
    return ""


def field_named_in(mirror: Mirror, names: Names, form: Node, text: str) -> str:
    """The field of a form whose label a message begins with ("Amount: this is required"), "" if none."""
    head = text.partition(":")[0].strip().casefold()
    if not 2 <= len(head) < min(60, len(text.strip()) - 2):
        return ""
    stack, seen = list(form.children), 0
    while stack and seen < MAX_FORM:
        node = mirror.nodes.get(stack.pop())
        seen += 1
        if node is None or node.kind != 2:
            continue
        if node.tag in ("input", "select", "textarea"):
            name = names.name_of(node)
            if name.rstrip("*: ").casefold() == head:
                return name
        else:
            stack.extend(node.children[:MAX_FORM])
    return ""


def holds_fields(mirror: Mirror, node: Node) -> bool:
    return bool(_fields(mirror, node)[0])


def _fields(mirror: Mirror, node: Node) -> tuple[list[Node], bool]:
    """The fields below an element, and whether there are buttons among them."""
    stack, seen, found, buttons = list(node.children[:40]), 0, list[Node](), False
    while stack and seen < 60:
        inner = mirror.nodes.get(stack.pop())
        seen += 1
        if inner is None or inner.kind != 2:
            continue
        kind = attribute(inner, "type")
        if inner.tag == "button" or (inner.tag == "input" and kind in ("submit", "button", "image")):
            buttons = True
        elif inner.tag in ("input", "select", "textarea"):
            if kind != "hidden":
                found.append(inner)
        else:
            stack.extend(inner.children[:40])
    return found, buttons


def may_complain(node: Node, text: str) -> bool:
    """Whether words could be a complaint at all: a sentence, in nothing that one presses or types into."""
    return MIN_COMPLAINT <= len(text.strip()) <= MAX_TEXT_BESIDE and " " in text.strip() and node.tag not in _NO_ALERTS


def speaker_of(mirror: Mirror, node: Node) -> Node:
    """The innermost element that holds all the words of `node`: frameworks wrap them in several."""
    for _ in range(MAX_CLIMB):
        inside: list[Node] = []
        for at in node.children[:MAX_CLIMB]:
            child = mirror.nodes.get(at)
            if child is None or (child.kind == 2 and hides(str(child.attributes.get("style") or ""))):
                continue
            if child.kind == 2 or (child.kind == 3 and child.text.strip()):
                inside.append(child)
        if len(inside) != 1 or inside[0].kind != 2:
            return node
        node = inside[0]
    return node


def says_bad(classes: str) -> bool:
    """Whether class names call what bears them wrong."""
    return _BAD_CLASS.search(classes) is not None and _GOOD_CLASS.search(classes) is None


def is_bad_news(text: str) -> bool:
    return _BAD_WORDS.search(_NO_BAD.sub("", text)) is not None


def is_good_news(text: str) -> bool:
    return _GOOD_WORDS.search(text) is not None and not is_bad_news(text)


def stands_beside_fields(mirror: Mirror, node: Node) -> bool:
    """Whether what holds the element holds a field and a button too, as forms do."""
    at = node
    for _ in range(MAX_FIELD_CLIMB):
        above = mirror.nodes.get(at.parent)
        if above is None or above.kind != 2 or above.tag in ("body", "main"):
            return False
        fields, buttons = _fields(mirror, above)
        if fields and (buttons or above.tag == "form"):
            return True
        at = above
    return False


def tidy(text: str) -> str:
    """A message as one line, without the cross that closes it."""
    return re.sub(r"\s*(?:×|✕|✖|[Cc]lose)$", "", clean(text, limit=MAX_MESSAGE)).strip()
