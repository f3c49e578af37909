"""Topics: what an attempt was about, in one word, from the control's name, the request's path and the page."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from playhead.analyst.steps import Step, path_of
from playhead.analyst.text import fold
from playhead.core.trace import Effect


class Topic(NamedTuple):
    noun: str  # “Payment refused”
    goal: str  # “Probably to pay”


_TOPICS: Final[list[tuple[re.Pattern[str], Topic]]] = [
    (re.compile(pattern), Topic(noun, goal))
    for pattern, noun, goal in (
        (r"\bpay(?:ment|ments|ing)?\b|\bcharges?\b|\bbilling\b", "Payment", "pay"),
        (r"\bcoupons?\b|\bvouchers?\b|\bpromo", "Coupon", "use a coupon"),
        (r"\b(?:log|sign)[ -]?in\b|\blogin\b|\bsignin\b", "Sign-in", "sign in"),
        (r"\bsign[ -]?up\b|\bregister\b|\bregistration\b|\bcreate (?:an )?account\b", "Registration", "register"),
        (
            r"\bplace order\b|\bcheckout\b|\bcheck out\b|\border\b|\borders\b|\bpurchase\b|\bbuy\b",
            "Order",
            "order",
        ),
        (r"\bbook(?:ing|ings)?\b|\breserv", "Booking", "book"),
        (r"\bshipping\b|\bdelivery\b", "Shipping request", "see the shipping"),
        (r"\bsearch\b", "Search", "search"),
        (r"\bsubscri|\bnewsletter\b", "Subscription", "subscribe"),
        (r"\buploads?\b", "Upload", "upload something"),
        (r"\bdownloads?\b", "Download", "download something"),
        (r"\bexports?\b", "Export", "export something"),
        (r"\bpassword\b", "Password change", "change a password"),
        (r"\bdelete\b|\bremove\b", "Deletion", "delete something"),
        (r"\bcart\b|\bbasket\b", "Cart change", "change the cart"),
        (r"\bcontact\b|\bmessages?\b|\bfeedback\b", "Message", "send a message"),
        (r"\bcomments?\b|\breply\b", "Comment", "send a comment"),
        (r"\binvit", "Invitation", "invite"),
        (r"\bsave\b", "Saving", "save something"),
        (r"\bupdate\b|\bsettings\b|\bprofile\b", "Change", "change something"),
    )
]


# “Continue to payment” leads there and is no payment.
_LEADS_ON: Final = re.compile(
    r"\b(?:continue|proceed|go|back|return|next|on|skip)\b.*\bto\b|^(?:to|next|back|continue)\b"
)


def topic_of(step: Step | None, effect: Effect | None = None) -> Topic | None:
    """The topic of an attempt: its request's path first, then the control's name, then its form; None where unknown."""
    texts: list[str] = []
    if effect is not None and effect.path:
        texts.append(path_of(effect.path).replace("/", " ").replace("_", " "))
    if step is not None:
        texts.append(step.name)
        if step.raw.target and step.raw.target.container.startswith("form"):
            texts.append(step.raw.target.container)
    for text in texts:
        folded = fold(text).replace("-", " ")
        if _LEADS_ON.search(folded):
            continue
        for pattern, topic in _TOPICS:
            if pattern.search(folded):
                return topic
    return None
