"""Rights: what a route needs, what a role holds, what a token may be given.

Every route names one right beside its address (`right=WATCH`); a route without one needs MANAGE.
PUBLIC needs nothing; SIGNED_IN needs somebody, whatever their role.
"""

from typing import Final, Literal, get_args

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"

Right = Literal["watch", "personal", "annotate", "analyse", "export", "share", "import", "erase", "manage"]
WATCH: Final = "watch"  # lists, replays, reports; without PERSONAL what tells who a visitor is is masked
PERSONAL: Final = "personal"
ANNOTATE: Final = "annotate"  # stars, tags, comments, clips, saved views
ANALYSE: Final = "analyse"  # ask a model; see what it would be sent
EXPORT: Final = "export"  # recordings as files and as raw events
SHARE: Final = "share"  # links for people without a login
IMPORT: Final = "import"
ERASE: Final = "erase"
MANAGE: Final = "manage"  # people, tokens, sites, models, budgets, the audit log

RIGHTS: Final[tuple[Right, ...]] = get_args(Right)
WATCHING: Final[frozenset[Right]] = frozenset({WATCH, PERSONAL, ANNOTATE, ANALYSE, EXPORT, SHARE})  # of one session
MEANINGS: Final[dict[str, str]] = {
    "watch": "watch sessions and read reports",
    "personal": "see who visitors are",
    "annotate": "add stars, tags, comments and clips",
    "analyse": "ask models about sessions",
    "export": "take recordings out",
    "share": "make links for people without a login",
    "import": "put recordings in",
    "erase": "erase sessions and visitors",
    "manage": "change settings, people and tokens, read the audit log",
}

Role = Literal["admin", "member", "viewer"]
ROLES: Final[dict[Role, frozenset[Right]]] = {
    "admin": frozenset(RIGHTS),
    "member": frozenset(RIGHTS) - {"erase", "manage"},
    "viewer": frozenset({"watch"}),
}
ROLE_MEANINGS: Final[dict[Role, str]] = {
    "admin": "Everything: people, settings, erasure, the audit log.",
    "member": "Watches, comments, asks models, shares, exports and imports.",
    "viewer": "Watches. Who visitors are and what they typed is masked.",
}
