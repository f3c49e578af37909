"""Visits: what the shop remembers of each browser, in memory, keyed by a cookie, bounded, gone on restart."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from playhead.demo.catalogue import BY_SLUG, Product

MAX_VISITS: Final = 2_000  # the oldest is forgotten: a demo must not grow with whoever knocks
MAX_QUANTITY: Final = 9


class Line(NamedTuple):
    key: str
    product: Product
    glaze: str
    quantity: int

    @property
    def total_pence(self) -> int:
        return self.product.price_pence * self.quantity


@dataclass
class Visit:
    key: str
    is_new: bool = True
    cart: dict[tuple[str, str], int] = field(default_factory=dict)  # (slug, glaze) → quantity
    email: str = ""  # signed in as
    address: dict[str, str] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)
    notice: str = ""  # shown once, on the next page

    def lines(self) -> list[Line]:
        return [
            Line(f"{slug}~{glaze}", BY_SLUG[slug], glaze, quantity) for (slug, glaze), quantity in self.cart.items()
        ]

    @property
    def count(self) -> int:
        return sum(self.cart.values())

    @property
    def subtotal_pence(self) -> int:
        return sum(line.total_pence for line in self.lines())

    def put(self, slug: str, glaze: str, quantity: int) -> None:
        """Set one line's quantity; 0 removes it. Raises KeyError for what the shop does not sell."""
        if glaze not in BY_SLUG[slug].glazes:
            raise KeyError(glaze)
        quantity = max(0, min(quantity, MAX_QUANTITY))
        if quantity:
            self.cart[slug, glaze] = quantity
        else:
            self.cart.pop((slug, glaze), None)

    def add(self, slug: str, glaze: str, quantity: int) -> None:
        self.put(slug, glaze, self.cart.get((slug, glaze), 0) + max(1, quantity))


class Visits:
    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def of(self, key: str | None) -> Visit:
        """Return the visit of this cookie, or a new one under a key of ours (a stranger's key is never taken over)."""
        if key and (known := self._visits.get(key)):
            self._visits.move_to_end(key)
            known.is_new = False
            return known
        visit = Visit(secrets.token_urlsafe(16))
        self._visits[visit.key] = visit
        while len(self._visits) > MAX_VISITS:
            self._visits.popitem(last=False)
        return visit
