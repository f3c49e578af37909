"""Words: who may be the subject, which words claim nothing, which words are about the mind, and groups of one topic.

HARMLESS words may stand in any sentence. Everything else must be in the cited lines (as itself or through its topic).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from playhead.analyst.gate.general import GENERAL
from playhead.analyst.inflect import same_verb, stem

PERSON: Final = frozenset(
    "visitor visitors user users they he she them him her their theirs his hers themselves himself herself customer"
    " customers shopper shoppers person people someone somebody anybody nobody buyer guest we i you one participant"
    " operator reader readers tester testers viewer viewers applicant applicants".split()
)
THING_PRONOUNS: Final = frozenset("it its itself this that these those which what".split())

# Nouns for the page, the server and their parts that assert nothing by themselves.
THINGS: Final = frozenset(
    "board operation operations ux finding findings observation observations performance usability reliability "
    "page pages site website web app application shop store server backend api system interface ui screen view"
    " section area part button buttons link links control controls field fields input inputs box element elements"
    " item items tab browser request requests response responses reply call calls answer answers message messages"
    " text texts label name names value values option options list entry entries result results header footer top"
    " bottom content step steps form forms action actions interaction interactions event events session sessions"
    " visit visits click clicks tap taps press presses attempt attempts try tries time times moment moments"
    " sequence series row run pair lot number numbers count address url path location place places thing things"
    " status code http https console network javascript js script dom second seconds minute minutes hour hours ms"
    " millisecond milliseconds sec secs min mins s m h millis gap interval duration recording recorder log replay"
    " record editor app software panel widget ui timeline trace journey flow process task work way ways point points end beginning start outcome result middle"
    " rest half most detail details information info thing evidence fact facts kind type sort form title heading"
    " word words phrase wording content notice evidence activity reload page-load outcome pageview pageviews"
    " navigation navigations load loads change changes reaction reactions effect effects feedback submission"
    " submissions submit cursor mouse pointer keyboard key keys finger touch scroll scrolling query queries search"
    " searches line lines side state states set others other order overall total sum whole case round bit chain"
    " stretch period span wait delay window frontend endpoint route routes call get put patch delete head term terms keyword keywords passage passages paragraph snippet".split()
)

HARMLESS: Final = THINGS | PERSON | THING_PRONOUNS | frozenset(
    "a an the and or nor but yet as at by for from in into of off on onto out over per to toward towards under up"
    " upon via with within without about above across after again against ahead all along already also although"
    " always am among amid an any anything anywhere apart around aside away back before behind being below beneath"
    " beside besides between beyond both but can down during each either else enough even ever every everything"
    " except far few first following further had has have having hence here how however if indeed inside instead is"
    " itself just last lastly later latter least less like little many may meanwhile might more moreover much must"
    " near nearby nearly neither never nevertheless next no none nonetheless not nothing now nowhere off often once"
    " one only onto other otherwise our out outside own past perhaps possibly probably previous previously quite"
    " rather really same several shall should since so some something sometimes soon still such than that the then"
    " there thereafter therefore these they this those though through throughout thus till together too twice under"
    " unless until up upon us very was were what whatever when whenever where whereas wherever whether which while"
    " who whole whom whose why will with within without would yes yet zero thrice additional afterwards afterward"
    " aforementioned altogether apparently approximately roughly circa almost exactly precisely accordingly actual"
    " actually another anew apiece beforehand brief briefly certain clearly current currently different differently"
    " directly distinct earlier early entire entirely eventually final finally former fully furthermore general"
    " generally given hereby immediately immediate included including individual initial initially instantly late"
    " lately later main mainly merely momentarily namely new newly notably obvious obviously once original"
    " originally overall particular partially partly present presently prior quick quickly rapid rapidly recent"
    " recently relevant repeated repeatedly respective respectively resulting second secondly separate separately"
    " shortly short similarly simple simply single slightly solely specific specifically straight straightaway"
    " subsequent subsequently successive consecutive succession sudden suddenly then third thirdly total twice"
    " ultimately unique usual various visible visibly whole within fourth fifth afterwards following regardless"
    " despite due instead alone apart long longer longest able unable according back-to-back likewise hereafter old"
    " older newest apart halfway full empty-handed instance example eg ie etc vs approx least quarter dozen couple"
    " pair multiple numerous did do does done doing is are was were be been being has had have having will would"
    " can could may might must shall should cannot ending ends ended beginning begins began starting starts started"
    " start follows followed using used called named labelled labeled titled marked reading saying showing shown"
    " stating states stated entitled containing involving regarding concerning based listed there's here's that's"
    " unchanged ones nothing else left side right hand upper lower middle centre center corner column behaviour"
    " behavior observed seen recorded captured detected measured apparent visited viewed got getting gets get went"
    " going goes go gone came coming come comes made make makes making took take takes taking taken kept keep keeps"
    " keeping put puts let lets set sets gave give gives given giving turn turns turned role aria n'a na none bare"
    " plain regular normal normally ordinary usual typical standard default successive sequentially nature extent"
    " degree figure figures level respect regards minute's moments' moment's intermediate sole look looked looks"
    " looking well sign signs signal signals open opens though attempted sixth seventh eighth ninth tenth context"
    " manner fashion while awhile meantime course existing contrast forward forwards backward backwards occasion occasions summary".split()
)  # fmt: skip

# What holds things on a page, whatever the page calls it: beside a word that names something they add nothing.
CONTAINERS: Final = frozenset(
    "board boards grid database calendar canvas wizard catalogue catalog collection inventory directory gallery"
    " register listing index picker selector carousel accordion sidebar toolbar menu map tree overlay panel drawer popover"
    " pane flyout".split()
)

# Feelings, motives and judgements: hypothesis only.
FEELING: Final = frozenset(
    stem(word)
    for word in (
        "frustrated frustrating frustration annoyed annoying annoyance angry anger angrily confused confusing"
        " confusion confusingly irritated irritation impatient impatience impatiently patient patiently bored"
        " boredom happy happily unhappy pleased delighted satisfied satisfaction dissatisfied disappointed"
        " disappointment disappointing surprised surprise surprisingly shocked worried worry anxious anxiety"
        " nervous nervously desperate desperately despair eager eagerly excited excitement interested interest"
        " uninterested disinterested curious curiosity curiously hesitant hesitation hesitantly reluctant"
        " reluctantly reluctance unsure uncertain uncertainty sure confident confidence confidently careful"
        " carefully careless carelessly accidental accidentally accident intentionally intentional intention intent"
        " deliberately deliberate purposely purpose purposefully motive motivation mood emotion emotional reason"
        " reasons goal desire wish hope hopeful hopes trust distrust doubt doubtful sceptical skeptical suspicious"
        " suspicion fear afraid scared lost overwhelmed overwhelm stressed stress tired exhausted distracted"
        " distraction unaware aware awareness understanding misunderstanding mistakenly mistake mistaken"
        " error-prone preference preferred favourite-looking patience relieved relief regret embarrassed"
        " embarrassment calm calmly comfortable uncomfortable enjoyable enjoyment enthusiasm enthusiastic"
        " determined determination undecided indecisive indecision decision willing willingly unwilling expectation"
        " expectations unexpectedly expected keen thinking thought opinion belief urgent urgently urgency hurried"
        " hurriedly hasty hastily frantic frantically furious furiously rage-filled content cheap expensive pricey"
        " costly affordable price-sensitive comparison loyal loyalty delight upset sad sadly glad thrilled puzzled"
        " perplexed baffled bewildered discouraged demotivated convinced skepticism scepticism attention attentive"
        " inattentive absent-minded clueless inexperienced novice experienced expert savvy busy rushed"
    ).split()
) | {"unexpectedly"}  # fmt: skip

CAUSAL: Final = (
    "because", "because of", "due to", "owing to", "so that", "in order to", "in order that", "as a result", "as a consequence", "consequently",
    "therefore", "thus", "hence", "thanks to", "on account of", "on purpose", "by accident", "by mistake", "for fear", "that is why",
    "which is why", "reason why", "the reason", "for this reason", "for that reason", "out of", "in hopes", "in the hope", "hoping", "wanting",
    "which made", "which led the", "leading them", "leading the", "causing them", "causing the visitor", "causing the user", "making them",
    "driven by", "prompting", "drove", "forced", "forcing", "made them", "made the visitor", "made the user", "caused them", "caused the visitor",
    "caused the user", "led them", "led the visitor", "led the user", "stemming from", "attributed to", "attributable to", "the cause", "root cause",
    "given that", "seeing that", "in response to the price", "to avoid", "as they", "as he", "as she", "with the aim", "with the intention",
    "for the sake of", "so as to", "lest", "in search of", "in an attempt to", "in an effort to", "in a bid to", "with the goal", "with a view to",
)  # fmt: skip

# Words of one topic stand for each other where a sentence merely names a thing. What was *done* is checked elsewhere.
_TOPICS: Final = (
    "pay payment paid payable card billing bill charge",
    "order purchase buy checkout bought",
    "cart basket bag trolley",
    "signin login logon credentials authentication auth authenticate log-in sign-in session",
    "signup register registration join subscribe enrol account-creation",
    "search query find lookup seek results filter",
    "delete remove removal deletion trash bin discard destroy",
    "coupon voucher promo promotion discount promocode code",
    "shipping delivery ship deliver postage",
    "email mail e-mail",
    "phone telephone mobile tel",
    "zip postcode postal zipcode",
    "quantity qty amount units",
    "picture image photo photograph avatar img",
    "setting settings preference preferences option configuration config",
    "next forward continue proceed",
    "previous back backward",
    "close dismiss cross",
    "confirm confirmation confirmed",
    "invalid wrong incorrect",
    "refuse decline reject deny refusal rejection denied",
    "username user login",
    "home homepage start landing main front",
    "help support faq documentation docs",
    "item product article goods",
    "submit send",
    "edit change update modify modification",
    "add create new insert",
    "make generate produce create",
    "save store",
    "filter filtering facet refine",
    "sort sorting order ordering",
    "upload attach attachment file",
    "download export",
    "menu navigation nav",
    "dropdown select combobox menu",
    "checkbox tick",
    "theme mode appearance scheme",
    "dialog dialogue modal popup window overlay",
    "notification toast snackbar notice banner",
    "error exception failure crash fault",
    "plus increase increment",
    "minus decrease decrement",
    "quote estimate",
    "subscription plan subscribe",
    "address street",
    "password pin passcode",
    "profile account",
    "dashboard overview home",
    "invoice bill",
    "booking reservation reserve book appointment",
    "catalogue catalog products shop listing",
    "newsletter subscribe subscription",
    "video clip player film movie",
    "graph chart plot diagram",
    "message chat",
    "comment reply note",
    "load loading",
    "unhandled rejection promise",
    "details detail info information",
    "forgot forgotten forget reset recover recovery",
    "comment comments reply",
    "tile card item",
    "colour color",
    "slider handle thumb knob",
    "favourite favorite wishlist heart like",
)  # fmt: skip

TOPICS: Final[dict[str, frozenset[str]]] = {}
for _line in _TOPICS:
    _group = frozenset(stem(word.replace("-", "")) for word in _line.split())
    for _word in _group:
        TOPICS[_word] = TOPICS.get(_word, frozenset()) | _group


# What a general word of a sentence may stand for; not the other way round: a password is a credential.
_NARROWER: Final = {
    stem(word): frozenset(stem(one) for one in narrower.split())
    for words, narrower in (
        ("credential credentials", "username user login name email mail password pin passcode code telephone phone"),
        ("snippet snippets", "code"),
        ("amount amounts", "quantity number count packets nights days pieces more fewer less plus minus"),
        ("record records", "row entry item"),
        ("greeting greetings", "hello welcome hi good morning"),
        ("thanks", "thank thankyou"),
        ("arrow arrows", "next previous back forward up down left right"),
        ("document documents", "pdf statement report sheet file letter"),
        ("file files", "pdf csv image sheet statement attachment document"),
        ("date dates", "day month year birth"),
        ("contact contacts", "phone email mail address telephone"),
        ("digit digits", "number pin code"),
        ("person", "name"),
        ("heart", "like favourite favorite"),
        ("star stars", "rate rating favourite"),
        ("gear cog", "settings preferences options"),
        ("hamburger burger", "menu navigation"),
        ("bin", "delete remove trash"),
        ("cross x", "close dismiss remove"),
        ("magnifier", "search zoom"),
    )
    for word in words.split()
}


def related(word_stem: str) -> frozenset[str]:
    """Return the stems that may stand for this one, itself included: its topic, and the verb a noun is made of."""
    found = (
        TOPICS.get(word_stem, frozenset()) | {word_stem} | _NARROWER.get(word_stem, frozenset()) | same_verb(word_stem)
    )
    for base in _verbs_of(word_stem):
        found |= TOPICS.get(base, frozenset()) | {base}
    return found


_NOUNS_OF: Final = {
    stem(noun): (stem(verb),)
    for noun, verb in (
        ("addition", "add"), ("choice", "choose"), ("sale", "sell"), ("entry", "enter"), ("departure", "depart"),
        ("closure", "close"), ("reply", "reply"), ("receipt", "receive"), ("growth", "grow"), ("loss", "lose"),
        ("success", "succeed"), ("omission", "omit"), ("admission", "admit"), ("permission", "permit"),
        ("expansion", "expand"), ("division", "divide"), ("decision", "decide"), ("provision", "provide"),
        ("description", "describe"), ("subscription", "subscribe"), ("transcription", "transcribe"),
    )
}  # fmt: skip


@lru_cache(maxsize=8192)
def _verbs_of(noun: str) -> frozenset[str]:
    """Stems a noun of action may be made of: deployment → deploy, creation → create, removal → remove."""
    found: set[str] = set(_NOUNS_OF.get(noun, ()))
    for suffix, endings in (
        ("ment", ("",)),
        ("ation", ("", "ate")),
        ("ion", ("", "e")),
        ("al", ("", "e")),
        ("ance", ("",)),
        ("er", ("",)),
        ("or", ("",)),
    ):
        if noun.endswith(suffix) and len(noun) - len(suffix) >= 4:
            found |= {stem(noun.removesuffix(suffix) + ending) for ending in endings}
    return frozenset(found)


def is_harmless(word: str) -> bool:
    """The word claims nothing. Plurals follow their noun; verbs made of harmless nouns do not (“processed”)."""
    return (
        word in HARMLESS
        or word in GENERAL
        or (word.endswith("s") and len(word) > 3 and (word[:-1] in HARMLESS or word.removesuffix("es") in HARMLESS))
    )


# A page is known by its path even when its title says nothing: /p/42 is a product page to every shopper.
# Words of silence, speed and success: their own checks answer for them, so they name nothing.
JUDGED_ADJECTIVES: Final = frozenset(
    "missing required mandatory optional unresponsive unanswered unheeded dead slow slower slowly successful successfully unsuccessful unsuccessfully"
    " stuck idle inactive empty inert unclear smooth smoothly loading remaining resulting working".split()
)

PAGE_TYPES: Final[dict[str, frozenset[str]]] = {
    segment: frozenset(stem(word) for word in words.split())
    for segments, words in (
        ("p product products item items sku dp goods artikel article", "product item detail details"),
        ("cart basket bag warenkorb", "cart basket bag"),
        ("checkout payment billing pay kasse", "checkout payment"),
        ("login signin sign-in auth log-in session sessions", "login sign in signin"),
        ("register signup sign-up join", "registration register signup"),
        ("search find results s q query", "search results result"),
        ("account profile me user", "account profile"),
        ("settings preferences options config", "settings preferences"),
        ("help docs faq support documentation", "help documentation docs faq support"),
        ("order orders", "order confirmation receipt"),
        (
            "confirm confirmation confirmed thanks thank-you thankyou success receipt complete",
            "confirmation thank you success",
        ),
        ("category categories c collections", "category listing"),
        (
            "users user people members customers contacts person team",
            "user profile account person customer contact member",
        ),
        ("transfer transfers", "transfer payment"),
        ("lesson lessons course courses", "lesson course"),
        ("blog posts post news", "blog post article news"),
        ("admin dashboard", "admin dashboard"),
        ("", "home homepage start landing front index main"),
        ("index.html index home", "home homepage start landing front index main"),
    )
    for segment in (segments.split() or [""])
}
