"""Idioms: wordings that say as a phrase what one plain verb says: “came up empty” found nothing, “fell through” failed.

Read before anything else, outside quotations. A phrase is put in words whose evidence is checked and is no weaker than
what the phrase claims; what is merely colour (“to be fair”, “as far as we can see”) is dropped.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from playhead.analyst.gate.tokens import quoted_spans
from playhead.analyst.inflect import forms

_WHO: Final = (
    r"(?:them|him|her|(?:the |this |that |our )?(?:visitor|user|customer|shopper|reader|person|guest|player|operator"
    r"|tester|applicant|client|buyer)s?)"
)
_MACHINE: Final = (
    r"(?:page|site|form|wizard|server|app|application|backend|system|dialog|field|shop|website|tracker|board|bank|api"
    r"|tool|software|interface|screen|widget|service|endpoint|desk|message|alert)"
)
_TO: Final = r"(?:(?:straight|right|directly|all the way|on|over|off|back|along|forward|through) )*(?:to|onto|into)"

# (verb whose every form begins the phrase, or "" | the rest of the phrase | plain words).
_TABLE: Final = (
    # nothing was found
    ("come", r"(?:up|back|away|out) (?:empty(?:-handed)?|with nothing|short)", "found nothing"),
    ("draw", r"(?:a|another) blank", "found nothing"),
    ("turn", r"up (?:nothing|no \w+|empty)", "found nothing"),
    ("yield", r"(?:nothing|no results?)", "found nothing"),
    ("return", r"empty(?:-handed)?", "found nothing"),
    # it was refused, or broke
    ("fall", r"(?:flat on its face|through|over|apart|to pieces|at the (?:first|last) hurdle)", "failed"),
    ("blow", r"up", "failed"),
    ("go", r"(?:wrong|bust|belly up|pear-shaped|haywire|awry|sideways|down in flames|up in smoke)", "failed"),
    ("come", r"to (?:nothing|naught|nought|grief)", "failed"),
    ("run", r"(?:aground|into the sand)", "failed"),
    ("break", r"down", "failed"),
    ("bite", r"the dust", "failed"),
    ("give", r"up the ghost", "failed"),
    ("bounce", r"(?=(?: back)? (?:with|off|because|due|at)\b)", "failed"),
    ("die", r"(?=(?: off| out)? (?:with|on|at|in)\b)", "failed"),
    ("hit", r"a (?:brick )?wall", "failed"),
    ("meet", r"with (?:a |an )?(?:refusals?|rejections?|errors?|failures?)", "was refused"),
    ("turn", rf"(?:{_WHO}|it|that|this) (?:down|away)", "refused"),
    ("", r"(?:got|gets|getting|was|is|were|are|been|being) (?:knocked|turned|sent|thrown|pushed"
        r"|batted) back(?! (?:to|on|in)\b)", "was refused"),
    ("", r"(?:got|gets|was|is|were|are) (?:the )?(?:thumbs down|cold shoulder|boot)", "was refused"),
    ("", r"(?:did not|didn't|would not|wouldn't|could not|couldn't|does not|doesn't|never) (?:take|stick"
        r"|go through|get through|make it through|pass muster|come off|pan out)(?=[ .,;:!?)]|$)(?! (?:the|a"
            r"|an|\d|more|less|long|about|only|any)\b)", "failed"),
    ("", r"(?:did not|didn't|would not|wouldn't|could not|couldn't|never) (?:make|made) it (?:to"
        r"|as far as) the (?:server|backend)", "failed"),
    ("say", r"no(?=[ .,;:!?]|$)(?! (?:such|more|longer)\b)", "refused it"),
    ("bomb", r"(?=[.,;:]|$| out\b| with\b)", "failed"),
    # it went through
    ("do", r"the trick", "succeeded"),
    ("go", r"through without (?:a hitch|a problem|trouble|issues?)", "succeeded"),
    ("sail", r"(?:right )?through", "succeeded"),
    ("bear", r"fruit", "succeeded"),
    ("pay", r"off", "succeeded"),
    ("come", r"good", "succeeded"),
    ("", r"(?:let|lets|allowed|allows) " + _WHO + r" (?:in|through)", "succeeded"),
    ("", r"(?:let|allow) " + _WHO + r" (?:in|through)", "succeed"),
    ("", r"(?:third|second|fourth|fifth) time lucky", "finally"),
    ("", r"(?:they|he|she|the visitor|the user) (?:was|were|is|are) (?:finally |eventually |then "
        r"|at last )?(?:in|inside)(?=[ ,;.]|$)(?! (?:the|a|an|\x00|\w+ing)\b)", "they signed in"),
    ("get", r"in(?=[.,;]|$| (?:as|at|on the|with the)\b)", "signed in"),
    # a way to a page
    ("bounce", r"(?:straight |right )?back (?=to\b)", "returned "),
    ("", r"(?:hit|hits|pressed|clicked|used|took) (?:the|their) (?:browser(?:'s)? )?back button", "went back"),
    ("skip", r"(?= (?:\w+ )?(?:pages?|steps?|chapters?) (?:ahead|forward|on|back)\b)", "leafed"),
    ("", r"there (?:was|were|is|are) (?=(?:two|three|four|five|six|seven|eight|nine|ten"
        r"|\d+) \w+)", "the page showed "),
    ("wander", r"(?:off |over |back )?(?=(?:to|into|onto)\b)", "went "),
    ("drift", r"(?:off |over |back |away )?(?=(?:to|into|onto)\b)", "went "),
    ("hop", r"(?:off |over |back |across )?(?=(?:to|into|onto)\b)", "went "),
    ("pop", r"(?:off |over |back )?(?=(?:to|into|onto)\b)", "went "),
    ("skip", r"(?:over |across |ahead |on )?(?=(?:to|into|onto)\b)", "went "),
    ("stroll", r"(?:off |over |back )?(?=(?:to|into|onto)\b)", "went "),
    ("swing", r"(?:by|past)", "went to"),
    ("stop", r"by", "went to"),
    ("drop", r"(?:by|in on|in at)", "went to"),
    ("wind", r"up (?=(?:at|on|in|back)\b)", "went "),
    ("end", r"up (?=(?:at|on|in|back)\b)", "went "),
    ("finish", r"up (?=(?:at|on|in|back)\b)", "went "),
    ("find", r"(?:themselves|himself|herself) (?=(?:at|on|in|back)\b)", "went "),
    ("make", r"(?:their|his|her|the) way", "went"),
    ("work", r"(?:their|his|her) way", "went"),
    ("click", r"(?:their|his|her) way", "went"),
    ("head", r"(?:off|over|straight|out) (?=(?:to|into)\b)", "went "),
    ("take", r"(?:a (?:quick |brief |closer |short )?(?:look|peek|glance) (?:at|into|around))", "looked at"),
    ("have", r"(?:a (?:quick |brief |closer |short )?(?:look|peek|glance) (?:at|into))", "looked at"),
    ("peek", r"(?:at|into|inside)", "looked at"),
    ("peep", r"(?:at|into|inside)", "looked at"),
    ("glance", r"(?:at|into|over)", "looked at"),
    ("check", r"out(?= (?:the|a|an|\x00|both|two|three|what)\b)", "looked at"),
    ("dip", r"into", "looked at"),
    ("take", rf"{_WHO} {_TO}", "led to"),
    ("bring", rf"{_WHO} {_TO}", "led to"),
    ("carry", rf"{_WHO} {_TO}", "led to"),
    ("send", rf"{_WHO} {_TO}", "led to"),
    ("lead", rf"{_WHO} {_TO}", "led to"),
    ("whisk", rf"{_WHO} (?:off )?{_TO}", "led to"),
    ("drop", rf"{_WHO} (?:off )?(?:back )?(?:to|on|onto|at|in|into)", "led to"),
    ("land", rf"{_WHO} (?:back )?(?:to|on|onto|at|in|into)", "led to"),
    ("put", rf"{_WHO} (?:back )?(?:on|onto) (?=(?:the )?(?:page|home|start|next))", "led to "),
    ("", r"(?:the )?next (?:stop|port of call|destination|page) (?:was|is)", "next they opened"),
    ("", r"(?:the )?(?:first|last|final) (?:stop|port of call) (?:was|is)", "they opened"),
    # it began, it ended, it was done again
    ("", r"(?:was|were|got|is) (?:kicked|set|fired|touched) off(?= (?:by|with|via|using|through)\b)", "was started"),
    ("get", r"(?:under way|underway|going)", "began"),
    ("wrap", r"up(?: the (?:session|visit))?", "ended"),
    ("wind", r"down", "ended"),
    ("round", r"off", "ended"),
    ("call", r"it (?:a day|quits)", "ended"),
    ("come", r"to (?:an end|a close|a stop|a halt)", "ended"),
    ("throw", r"in the towel", "gave up"),
    ("call", r"off", "cancelled"),
    ("back", r"out (?=(?:via|with|by|using|through)\b)", "cancelled "),
    ("have", r"(?:another|a second|a third|a fourth|one more|a further) (?:go|stab|crack|shot|try"
        r"|attempt)(?= (?:at|with|on)\b)", "tried again"),
    ("have", r"another (?:go|stab|crack|shot|try|attempt)", "tried again"),
    ("give", r"it (?:another|a second|one more) (?:go|try|shot)", "tried again"),
    ("take", r"(?:another|a second|one more) (?:stab|crack|shot) at", "tried again"),
    # it fell short of something
    ("", r"(?:was|were|is|are) left (?:unfinished|incomplete|half[- ](?:finished|done|filled|complete)"
        r"|undone|hanging)", "was abandoned"),
    ("", r"(?<=form )(?:was|were) never (?:finished|completed)", "was abandoned"),
    ("", r"(?:sufficed|was enough|was all it took|were enough) to (?:reach|get to|arrive at|open)", "opened"),
    ("", r"(?:placed|put|set|positioned) (?:the|their) (?:cursor|caret) (?:in|into|inside|on)", "clicked into"),
    # it was shown, it was said
    ("own", r"up(?= that\b)", "said"),
    ("make", r"(?:it )?(?:clear|plain|known)(?= that\b)", "said"),
    ("let", rf"{_WHO} know(?= that\b)", "said"),
    ("", r"(?:was|were|is|are) (?:told|informed|notified|advised)(?= (?:that|\x00))", "saw"),
    ("", r"(?:was|is) (?:how|what) the (?:\w+ )?" + _MACHINE + r" (?:put|phrased|worded|had to say|said"
        r"|called|had to offer)(?: it| about it| about that)?", "was shown"),
    ("", r"(?:was|is) all (?:that )?the (?:\w+ )?" + _MACHINE + r" (?:had to say|said|had to offer"
        r"|offered)(?: about it| about that)?", "was shown"),
    ("crop", r"up", "appeared"),
    ("come", r"into view", "appeared"),
    ("come", r"to light", "appeared"),
    # manner and colour that claims nothing
    ("", r"on (?:the|their|his|her) first (?:go|try|attempt)(?=[ ,.;]|$)", "the first time"),
    ("", r"at (?:the|their) first (?:go|try|attempt)(?=[ ,.;]|$)", "the first time"),
    ("", r"first (?:time|thing)(?= (?:round|around|off)\b)(?: round| around| off)", "first"),
    ("", r"(?:that |which )?(?:we|you) (?:can )?(?:see|saw|know|have)(?: here| of| on record)?(?= (?:is|was"
        r"|are|were)\b)", ""),
    ("", r"(?:as far as|from what) (?:we|you|one|anyone) can (?:see|tell),? ?", ""),
    ("", r"without (?:any |further )?(?:complaints?|objections?|ado|fuss|drama)", "without an error"),
    ("", r"the reason (?:given|stated|shown|named|was given as)(?: was| is| being)?", "the page said"),
    ("", r"(?:although|though|but|yet|and) nothing (?:turned up|came up|was found|showed up)", "and found nothing"),
    ("", r"(?<=search |arches )did(?: not|n't) (?:deliver|help|pay off|work out)", "found nothing"),
    ("", r"nothing (?:that )?(?:they|he|she|the visitor|the user) (?:tried|did)(?: here)? (?:worked"
        r"|helped)", "they tried vainly"),
    ("", r"none of (?:which|them) (?:worked|helped|succeeded)", "vainly"),
    ("", r"(?:went|was|were|remained) unrewarded", "was tried vainly"),
    # hopeless
    ("", r"(?:to no avail|in vain|without (?:any )?(?:success|luck|result to show)|with no (?:luck|success)"
        r"|for nothing|unsuccessfully|fruitlessly|with the same (?:sad )?(?:lack of success|non-result))", "vainly"),
    ("lead", r"nowhere", "was tried vainly"),
    ("go", r"nowhere", "was tried vainly"),
    ("get", r"(?:them |him |her )?nowhere", "tried vainly"),
    ("", r"(?:was|were|is|are|proved|remained|stayed) (?:all |both |equally |just as )?(?:fruitless|futile"
        r"|in vain|pointless|no good|of no use|to no avail)", "was tried vainly"),
    # it did not answer
    ("fall", r"on deaf ears", "was not answered"),
    ("meet", r"with (?:dead )?silence", "was not answered"),
    ("", r"(?:did not|didn't|would not|wouldn't) (?:budge|stir|bat an eyelid|lift a finger)", "did not react"),
)  # fmt: skip


# patterns whose words change places
_TURNED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (
            r"(?<![\w-])(attempt|try|search|click|request|retry|submission) (?:number|no\.?|nr\.?|#) ?(one"
            r"|two|three|four|five|six|seven|eight|nine|[1-9])(?!\w)",
            r"the \1 №\2",
        ),
        (
            r"(?<![\w-])(?:had|took|made) (two|three|four|five|[2-9]) (?:more |further |other )?(?:goes"
            r"|stabs|shots|cracks|runs) (?:at|with|on) ([^,.;\x00]+)",
            r"tried \2 \1 times",
        ),
        (
            r"(?<![\w-])(?:stopped|prevented|kept|barred|blocked) (the [\w ]{1,40}?) from being (\w+ed|sent"
            r"|made|taken)(?!\w)",
            r"was shown, the \1 could not be \2",
        ),
        (r"(?<![\w/])(?-i:(GET|POST|PUT|PATCH|DELETE)s)(?!\w)", r"\1 requests"),
        (r"(?<![\w.,])([1-5]\d\d)s(?!\w)", r"\1 answers"),
        (r"(?<![\w-])((?:two|three|four|five|six|\d+) times) running(?!\w)", r"\1"),
    )
)
_NTH: Final[dict[str, str]] = dict(
    zip(
        "one two three four five six seven eight nine 1 2 3 4 5 6 7 8 9".split(),
        "first second third fourth fifth sixth seventh eighth ninth".split() * 2,
        strict=True,
    )
)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    found: list[tuple[re.Pattern[str], str]] = []
    for verb, rest, plain in _TABLE:
        head = f"(?:{'|'.join(sorted(forms(verb), key=len, reverse=True))})" if verb else ""
        head += " " if verb and not rest.startswith("(?=") else ""
        tail = "" if rest.endswith((")", "$")) and "(?=" in rest[-40:] else r"(?![\w-])"
        found.append((re.compile(rf"(?<![\w-]){head}{rest}{tail}", re.IGNORECASE), plain))
    return found


def plainly_said(sentence: str) -> str:
    """The sentence with its idioms in plain words; quotations stay as they are."""
    parts: list[str] = []
    at = 0
    for start, end in [*quoted_spans(sentence), (len(sentence), len(sentence))]:
        parts += [sentence[at:start], sentence[start:end]]
        at = end
    # a quotation is one sign while phrases are looked for, so that they may reach up to it
    quotes = parts[1::2]
    bare = "\x00".join(parts[0::2])
    for pattern, plain in _TURNED:
        bare = pattern.sub(plain, bare)
    bare = re.sub(r"the (\w+) №(\w+)", lambda found: f"the {_NTH[found[2].lower()]} {found[1].lower()}", bare)
    for pattern, plain in _patterns():
        bare = pattern.sub(plain, bare)
    pieces = bare.split("\x00")
    return (
        "".join(piece + quote for piece, quote in zip(pieces, quotes, strict=True))
        if len(pieces) == len(quotes)
        else sentence
    )
