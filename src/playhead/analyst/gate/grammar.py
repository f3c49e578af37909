"""Grammar: the closed classes of English words that the reading looks at: links, negations, articles, small verbs."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.lexicon import ASPECT, lemmas_of
from playhead.analyst.inflect import stems

LINKS: Final = frozenset(
    "and or but then before after while when whenever once which who where so without though although whereas until"
    " till upon followed following instead rather despite because yet nor than plus".split()
)


BREAKS: Final = frozenset({",", ";", ":", "—", "–", "(", ")", "→", "->", "=>", "•", "/"})


PREPOSITIONS: Final = frozenset(
    "in on of at from within inside under near with for to into onto via by during over through against about as"
    " next among between below above behind beside using across toward towards".split()
)


NEGATIONS: Final = frozenset(
    "not never no without neither nor none nobody nothing nowhere instead rather hardly barely".split()
)


DETERMINERS: Final = frozenset(
    "the a an this these those their his her its our your my some any each every another no all both such other"
    " same".split()
)


MODALS: Final = frozenset(
    "to not did does do will would shall should can could may might must never let cannot".split()
)


BE: Final = frozenset("is are was were be been being got get gets getting".split())


ADVERBS: Final = frozenset(
    "then also again never first next later finally eventually immediately quickly rapidly repeatedly soon just"
    " even still only once twice successfully not ever already now subsequently directly shortly thereafter briefly"
    " always often afterwards simply".split()
)


ROLE_NOUNS: Final = frozenset(
    "button link field input box tab checkbox menu option dropdown control icon toggle switch form dialog page step"
    " section item entry heading textbox popup card overlay panel modal drawer popover pane".split()
)


NOUN_CLAIMS: Final[dict[str, tuple[str, str]]] = {
    word: claim
    for words, claim in (
        ("click clicks tap taps press presses", ("click", "")),
        ("doubleclick doubleclicks", ("double", "")),
        ("drag drags", ("drag", "")),
        ("undo undos", ("do", "undo")),
        ("rageclick rageclicks", ("rage", "")),
        ("submission submissions submit submits", ("submit", "submit")),
        ("search searches", ("search", "")),
        ("attempt attempts try tries retry retries", ("use", "")),
        ("reload reloads refresh refreshes", ("reload", "reload")),
        ("redirect redirects redirection", ("load", "load")),
        ("purchase purchases", ("do!", "buy")),
        ("deletion deletions", ("do!", "delete")),
        ("cancellation", ("do!", "cancel")),
        ("registration", ("do!", "register")),
        ("refund refunds", ("do!", "refund")),
        ("upload uploads", ("do", "upload")),
        ("download downloads", ("do", "download")),
    )
    for word in words.split()
}


FAILS: Final = frozenset("decline refuse reject deny block turn_down time out".split()) | {
    lemma.replace(" ", "_") for lemma in lemmas_of("fail")
}


TRIES: Final = frozenset("attempt attempts try tries".split())


LIGHT: Final = frozenset("run make perform conduct carry do give issue put take launch execute receive".split())


ASPECTS: Final = ASPECT | {
    "go_on",
    "carry_on",
    "end_up",
    "go_on_to",
    "continue_to",
    "proceed_to",
    "get_to",
    "end",
    "come_to",
}


NOT_AFTER_TO: Final = frozenset("checkout login cart search order".split())


SEPARABLE: Final = frozenset("sign log turn switch fill type put check".split())


ADJECTIVES: Final = frozenset(
    "unsupported unrelated unlimited advanced detailed limited related crowded complicated unauthorised"
    " unauthorized unhandled unanswered unnoticed need speed feed indeed exceed succeed proceed embed frustrated"
    " confused annoyed interested worried tired bored satisfied dissatisfied disappointed determined undecided"
    " stressed overwhelmed convinced unintended expected unexpected disabled enabled masked prefilled preselected"
    " unchecked nested shared related abandoned broken".split()
)


HARMLESS_FORMS: Final = frozenset(
    "finding findings"
    " called named labelled labeled titled marked based following followed given left related included including"
    " meant needed needs unchecked requested resulting remaining missing loading existing setting settings building"
    " meaning spelling heading headings loads listing listings rating ratings".split()
)


TO_IS_PREPOSITION: Final = frozenset(
    "went go goes going back returned return returns navigated moved proceeded on scrolled switched came got led"
    " redirected continued request requests thanks next from close up answer response sent post posts call calls"
    " taken brought jumped headed access link added changed set way route path".split()
)


NOUN_LIKE: Final = frozenset(
    "checkout search order cart login register help start view review return end report list share answer call home"
    " book"
    " comment message filter sort export import download upload play load show display test group mark link post copy"
    " click".split()
)


TOLD_TO: Final = frozenset(
    "able unable had has have seen recorded observed asked told needed took take takes taking slow quick ready fast"
    " time ms s seconds required failed refused".split()
)


WHERE: Final = {
    "from": "origin", "to": "goal", "into": "goal", "onto": "goal", "toward": "goal", "towards": "goal",
    "via": "means", "by": "means", "using": "means", "with": "means", "through": "means",
}  # fmt: skip


MENTIONED: Final = stems("refusal error failure click payment search attempt message")


SPEAKS: Final = frozenset(
    "say tell explain state inform warn report announce indicate note advise clarify complain show display read"
    " notify confirm point out".split()
)


YIELDS: Final = frozenset("return yield give show bring produce get have see deliver display list offer come".split())


LISTED: Final = frozenset({"", ":", ",", "and", "or", ", and", "and or", "nor", "then", "and then", ", then"})


WENT: Final = frozenset("unanswered unnoticed unheeded".split())


BEFORE_NAMES: Final = frozenset(
    "on the to in into from of at onto named labelled labeled called titled button link field tab page form click"
    " clicked clicks clicking press pressed pressing tap tapped tapping select selected selecting choose chose open"
    " opened opening fill filled hit chosen ticked checked and or for via using toggled picked a an dialog menu"
    " with their , (".split()
)
PLURAL_MODIFIERS: Final = frozenset("rapid repeated quick more several many multiple failed single further".split())
BEFORE_GERUND: Final = frozenset(
    "of from by on upon after before while when without for in spent kept keep keeps started began stopped"
    " continued seconds minutes times and tried avoid finished resumed during between".split()
)
DESCRIBED: Final = frozenset(
    "bar results result term terms query engine event events flow process history area handler target count buttons"
    " links fields pages confirmation details status summary suggestions".split()
)
