"""Recording rules: what a site wants recorded, when, and of whom; the recorder asks for them and obeys.

Shape   JSON {"sample": [...], "start": [...], "never": [...], "block": [...], "mask": [...], "ignore": [...],
        "respect": [...], "canvas": [...], "frames": [...], "bodies": [...], "redact": [...]}; docs/recorder.md says
        what each takes. An empty list says nothing.
Errors  RulesError names the rule and what would be right
"""

import re
from typing import Annotated, Final

import msgspec

MAX_RULES: Final = 100
MAX_CHARS: Final = 300
MAX_STARS: Final = 5  # a pattern is tried in the visitor's browser
STARTS: Final = re.compile(r"manual|error|[1-9]\d{0,4}s|event:.+|url:.+")
SAMPLES: Final = re.compile(r"(?:(?:url:.+|trait:[^=]+=.*)=)?(?:0|1|0?\.\d{1,6}|1\.0{1,6})")
RESPECTS: Final = ("gpc", "dnt", "none")
ORIGINS: Final = re.compile(r"https?://(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?")
RATES: Final = ("0.2", "1", "2", "4")

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHARS)]
_Lines = Annotated[tuple[_Line, ...], msgspec.Meta(max_length=MAX_RULES)]


class RulesError(ValueError):
    """A rule cannot be used."""


class RecordingRules(msgspec.Struct, frozen=True, omit_defaults=True):
    sample: _Lines = ()  # "0.1", "url:/checkout*=1", "trait:plan=team=1": the highest that applies
    start: _Lines = ()  # "manual", "error", "30s", "event:NAME", "url:PATTERN"
    never: _Lines = ()  # patterns of addresses
    block: _Lines = ()  # CSS selectors
    mask: _Lines = ()
    ignore: _Lines = ()
    respect: _Lines = ()  # "gpc", "dnt" or "none"; nothing said is "gpc"
    canvas: _Lines = ()  # pictures of canvases a second, "0.2" to "4"; nothing said is none
    bodies: _Lines = ()  # patterns of addresses whose requests are kept with headers and bodies
    redact: _Lines = ()  # names of headers, parameters and JSON members whose values are masked there
    frames: _Lines = ()  # origins whose frames are recorded as part of a page, where their own tag names the page


def checked(rules: RecordingRules) -> RecordingRules:
    """Return the rules; raises RulesError."""
    for one in rules.sample:
        _expect(SAMPLES.fullmatch(one), one, "a rate from 0 to 1, alone or behind url:PATTERN= or trait:NAME=VALUE=")
    for one in rules.start:
        _expect(STARTS.fullmatch(one), one, "manual, error, a number of seconds such as 30s, event:NAME or url:PATTERN")
    for one in rules.respect:
        _expect(one in RESPECTS, one, f"one of {', '.join(RESPECTS)}")
    for one in rules.canvas:
        _expect(one in RATES, one, f"pictures a second: one of {', '.join(RATES)}")
    for one in rules.bodies:
        _expect(
            re.fullmatch(r"(?:/|https?://[^/*])\S*", one), one, "a path such as /api/*, or an address with its host"
        )
    for one in rules.redact:
        _expect(re.fullmatch(r"[\w.-]{1,100}", one), one, "the name of a header, parameter or member")
    for one in rules.frames:
        _expect(ORIGINS.fullmatch(one), one, "an origin in lower case, without a path, such as https://pay.example")
    for one in (*rules.never, *rules.sample, *rules.start, *rules.bodies):
        _expect(one.count("*") <= MAX_STARS, one, f"at most {MAX_STARS} stars")
    for one in (*rules.block, *rules.mask, *rules.ignore):
        _expect(not re.search(r"[{}<\\\x00-\x1f]", one), one, "a CSS selector")
    return rules


def _expect(holds: object, rule: str, wanted: str) -> None:
    if not holds:
        raise RulesError(f"{rule!r}: expected {wanted}")
