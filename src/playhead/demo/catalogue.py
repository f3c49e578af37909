"""Catalogue: what the demo shop sells, and the search over it.

Units   prices are whole pence; sizes are millimetres
"""

from typing import Final, NamedTuple

GLAZES: Final = {
    "estuary": ("Estuary", "#4d7f8c"),
    "samphire": ("Samphire", "#7f9160"),
    "ember": ("Ember", "#c0673f"),
    "chalk": ("Chalk", "#faf6ec"),
    "night": ("Night tide", "#2f4156"),
    "driftwood": ("Driftwood", "#b59672"),
}
KINDS: Final = {"drinking": "Drinking", "table": "Table", "home": "Home"}
MAX_QUERY_CHARACTERS: Final = 80


class Product(NamedTuple):
    slug: str
    name: str
    kind: str
    shape: str  # which picture in templates/pictures.html draws it
    price_pence: int
    glazes: tuple[str, ...]  # the first is the one in the catalogue's picture
    height_mm: int
    width_mm: int
    blurb: str
    story: str
    words: str = ""  # more words the search finds it by

    @property
    def glaze(self) -> str:
        return self.glazes[0]


PRODUCTS: Final = (
    Product(
        "tide-mug",
        "Tide mug",
        "drinking",
        "mug",
        2400,
        ("estuary", "ember", "chalk"),
        92,
        84,
        "Our everyday mug, dipped twice so the line never sits level.",
        "Holds a proper cup of tea. The bare clay below the waterline stays warm and wears smooth with use.",
        "cup coffee tea",
    ),
    Product(
        "reed-tumbler",
        "Reed tumbler",
        "drinking",
        "tumbler",
        1800,
        ("samphire", "chalk", "night"),
        104,
        72,
        "A tall cup without a handle, fluted by thumb.",
        "Eight flutes, one for each finger that made them. Good for water, wine and the last of the sweet peas.",
        "cup glass water",
    ),
    Product(
        "marsh-teapot",
        "Marsh teapot",
        "drinking",
        "teapot",
        6800,
        ("night", "estuary", "driftwood"),
        148,
        210,
        "Pours without a drip, which took us three years.",
        "Four cups, a lid that stays on when you tip it, and a spout cut by hand with a cheese wire.",
        "tea pot",
    ),
    Product(
        "longshore-bowl",
        "Longshore bowl",
        "table",
        "bowl",
        3200,
        ("chalk", "estuary", "ember"),
        70,
        180,
        "Wide enough for supper, deep enough for soup.",
        "Thrown in one pull. The glaze pools in the well and goes the colour of shallow water.",
        "dish soup supper",
    ),
    Product(
        "oyster-plate",
        "Oyster plate",
        "table",
        "plate",
        2800,
        ("driftwood", "chalk", "night"),
        24,
        260,
        "A dinner plate with a quiet, uneven rim.",
        "No two rims match. Stacks well, survives the dishwasher, chips less than you would think.",
        "dish dinner",
    ),
    Product(
        "breakwater-jug",
        "Breakwater jug",
        "table",
        "jug",
        4600,
        ("ember", "estuary", "samphire"),
        190,
        132,
        "A litre of anything, and a lip that knows when to stop.",
        "The handle is pulled, not moulded, and fits three fingers. Bring it to the table full.",
        "pitcher milk water",
    ),
    Product(
        "sandbar-butter-dish",
        "Sandbar butter dish",
        "table",
        "butter",
        4200,
        ("chalk", "samphire", "driftwood"),
        86,
        160,
        "Takes a whole half-pound and its knife.",
        "The lid is thrown as a sphere and cut in half, so it always fits its own base and no other.",
        "butter lid",
    ),
    Product(
        "curlew-oil-bottle",
        "Curlew oil bottle",
        "table",
        "bottle",
        3600,
        ("samphire", "night", "ember"),
        220,
        78,
        "A long neck for a thin thread of oil.",
        "Half a litre. The cork is cut to match, and the glaze inside is plain so that nothing stains.",
        "oil vinegar kitchen",
    ),
    Product(
        "heron-vase",
        "Heron vase",
        "home",
        "vase",
        5400,
        ("estuary", "chalk", "night"),
        280,
        140,
        "Stands tall, holds one good branch.",
        "Thrown in two parts and joined at the shoulder; look for the line. Heavy enough not to tip.",
        "flowers",
    ),
    Product(
        "dune-planter",
        "Dune planter",
        "home",
        "planter",
        3800,
        ("driftwood", "ember", "samphire"),
        150,
        170,
        "Raw clay outside, so the roots can breathe.",
        "With a saucer that is thrown to it. Frost-proof to about −6 °C on a sheltered step.",
        "pot plant garden",
    ),
    Product(
        "lantern-candle-holder",
        "Lantern candle holder",
        "home",
        "lantern",
        2200,
        ("ember", "night", "chalk"),
        110,
        96,
        "Throws a slow pattern on the wall.",
        "Pierced while leather-hard with a drill bit from 1962. Takes a tea light or a short candle.",
        "light candle",
    ),
    Product(
        "pebble-bud-vase",
        "Pebble bud vase",
        "home",
        "pebble",
        1600,
        ("night", "samphire", "driftwood"),
        74,
        98,
        "For the one flower you picked on the way home.",
        "Closed form with a narrow mouth. Sits on a windowsill like a stone that learned something.",
        "flowers small",
    ),
)
BY_SLUG: Final = {product.slug: product for product in PRODUCTS}


def find(query: str = "", kind: str = "") -> list[Product]:
    """Return the products of `kind` in which every word of `query` occurs; both may be empty."""
    words = query[:MAX_QUERY_CHARACTERS].lower().split()
    return [
        product
        for product in PRODUCTS
        if (not kind or product.kind == kind) and all(word in _searched_text(product) for word in words)
    ]


def pounds(pence: int) -> str:
    return f"£{pence / 100:,.2f}"


def _searched_text(product: Product) -> str:
    return " ".join((product.name, product.kind, product.words, product.blurb)).lower()
