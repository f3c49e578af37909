"""Matching: whether words, quotations and paths of a sentence are covered by what a step, an effect or a page holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from playhead.analyst.facts import Facts
from playhead.analyst.gate.claims import content
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import PAGE_TYPES, related
from playhead.analyst.steps import Step, effect_bag, path_of, url_words, urlsplit_safe, word_stems
from playhead.analyst.text import quotable
from playhead.core.trace import Effect, PageView

_FIELD_ROLES = frozenset("textbox searchbox combobox spinbutton listbox slider generic".split()) | {""}
_LINK_ROLES = frozenset(
    "link menuitem tab treeitem option generic img image heading listitem row cell text".split()
) | {""}


def phrase_in(phrase: str, text: str) -> bool:
    """The quotation stands in the text as whole words, and is not cut out of its own negation."""
    phrase = phrase.strip(" .,;:!")
    if not phrase:
        return False
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        whole = (at == 0 or not (text[at - 1].isalnum() and phrase[0].isalnum())) and (
            end == len(text) or not (text[end].isalnum() and phrase[-1].isalnum())
        )
        named = text[:at].endswith("'") and text[end : end + 1] == "'"  # no results for “submarines”
        if whole and (named or not _negated_before(text[:at], phrase)):
            return True
        at = text.find(phrase, at + 1)
    return False


def _negated_before(head: str, phrase: str) -> bool:
    """“accepted” cut out of “was not accepted” says the opposite."""
    clause = head.rsplit(".", 1)[-1].rsplit(",", 1)[-1].rsplit(";", 1)[-1]
    for word in reversed(clause.replace("'", "").split()[-4:]):
        if word in _DENIES:
            return True
        if word not in _CARRIES:
            return False  # “Not booked The pontoon is full”: another sentence begins
    return False


_DENIES = frozenset("not no never cannot cant isnt wasnt couldnt didnt wont nicht unable failed".split())
_CARRIES = frozenset(
    "be been being yet a an the any to have has had was were is are fully successfully able get".split()
)


def quote_in(quote: str, texts: Iterable[str]) -> bool:
    """A quotation with an ellipsis stands in a text when its parts do, in order."""
    parts = [part for part in quote.replace("...", "…").split("…") if part.strip(" .,;:!")]
    if not parts:
        return quote.strip() in ("…", "...") and any(text.strip() in ("…", "...") for text in texts)
    for text in texts:
        if len(parts) == 1:
            if _cut_or_whole(quote, parts[0], text):
                return True
            continue
        at = 0
        for part in parts:
            found = text.find(part.strip(), at)
            if found < 0:
                break
            at = found + len(part.strip())
        else:
            return True
    return False


def _cut_or_whole(quote: str, part: str, text: str) -> bool:
    if not any(char.isalnum() for char in part):  # symbols such as “+” must be the whole name
        return part.strip() == text.strip()
    if quote.rstrip().endswith(("…", "...")):  # cut in the middle of a word is still a quotation
        return text.startswith(part.strip()) or phrase_in(part, text) or f" {part.strip()}" in text
    return phrase_in(part, text)


def target_texts(step: Step) -> list[str]:
    """Texts that name what was acted on."""
    found = [step.name, step.value]
    if step.raw.target:
        found.append(step.raw.target.container)
    found += [value for value in step.detail.values() if isinstance(value, str)]
    return [quotable(text) for text in found if text]


def names_target(token: Token, step: Step, facts: Facts) -> bool:
    """A quoted name means this step's control; where a control of exactly that name exists, no other will do."""
    if quotable(step.name) == token.stem or _grew(step, token.stem):
        return True
    if step.kind == "input" and token.stem in field_names(facts) and quotable(step.value) != token.stem:
        return False  # a form may be called by its first field
    if token.stem in all_names(facts) and quotable(step.value) != token.stem:
        return (
            bool(step.raw.target) and quote_in(token.stem, [quotable(step.raw.target.container)])
            if step.raw.target
            else False
        )
    return quote_in(token.stem, target_texts(step))


def _grew(step: Step, name: str) -> bool:
    """A field is called “Year of birth Four digits, please” while its message stands beside it."""
    return step.role in _FIELD_ROLES - {"", "generic"} and quotable(step.name).startswith(f"{name} ")


def field_names(facts: Facts) -> frozenset[str]:
    if "field_names" not in facts.cache:
        facts.cache["field_names"] = frozenset(
            quotable(one.name) for one in facts.steps if one.kind == "input" and one.name
        )
    return facts.cache["field_names"]


def all_names(facts: Facts) -> frozenset[str]:
    if "names" not in facts.cache:
        facts.cache["names"] = frozenset(quotable(step.name) for step in facts.steps if step.name)
    return facts.cache["names"]


def covers_target(step: Step, tokens: Iterable[Token], facts: Facts) -> bool:
    """Every naming token is about this step's control: its name, role, container or value."""
    for token in tokens:
        if token.kind == "word" and not _role_fits(token.word, step):
            return False
    words = step.target_words if step.name else step.target_words | step.page_words
    if opener := facts.opener_of(step):
        words |= opener.target_words
    for token in content(list(tokens)):
        guessed = token.unit == "maybe" and word_stems(token.text) <= step.target_words
        from_list = opener is not None and quotable(opener.name) == token.stem
        if token.kind == "quote" and not guessed and not from_list and not names_target(token, step, facts):
            return False
        if token.kind == "path" and not (
            path_matches(token.word, [step.raw.page_url, *(e.url or e.path or "" for e in step.raw.effects)])
            or stands_in(token.word, [quotable(step.name)])
        ):
            return False
        if token.kind == "word" and related(token.stem).isdisjoint(words):
            return False
    return True


def _role_fits(word: str, step: Step) -> bool:
    if word in ("field", "textbox", "textarea", "input"):
        return step.role in _FIELD_ROLES or step.kind == "input"
    if word in ("link", "hyperlink"):
        return step.role in _LINK_ROLES
    if word == "button":
        return step.role not in ("textbox", "searchbox", "checkbox", "spinbutton", "combobox") or step.kind != "input"
    return True


def covers(tokens: Iterable[Token], bag: Iterable[str], texts: Iterable[str], urls: Iterable[str] = ()) -> bool:
    """Every naming token is in the bag (words), the texts (quotations) or the URLs (paths)."""
    bag, texts, urls = frozenset(bag), list(texts), list(urls)
    for token in content(list(tokens)):
        is_path = token.stem.startswith("/") and path_matches(token.stem, [*urls, *texts])
        if token.kind == "quote" and not is_path and not quote_in(token.stem, texts):
            return False
        if token.kind == "path" and not path_matches(token.word, [*urls, *texts]) and not stands_in(token.word, texts):
            return False
        if token.kind == "word" and related(token.stem).isdisjoint(bag):
            return False
    return True


def stands_in(path: str, texts: Iterable[str]) -> bool:
    """A control may be called after a path: “GET /api/boats Boats in port”."""
    return any(f" {path} " in f" {text} " for text in texts if " " in text)


def covers_step(step: Step, tokens: Iterable[Token]) -> bool:
    return covers(tokens, step.bag | page_types(step.raw.page_url), step.texts, urls_of(step))


def urls_of(step: Step) -> list[str]:
    return [
        step.raw.page_url,
        *(effect.url or "" for effect in step.raw.effects),
        *(effect.path or "" for effect in step.raw.effects),
    ]


def covers_effect(effect: Effect, tokens: Iterable[Token]) -> bool:
    texts = [quotable(text) for text in (effect.text, effect.path, effect.url) if text]
    if effect.target:
        texts.append(quotable(effect.target.name))
    return covers(tokens, effect_bag(effect), texts, [effect.url or "", effect.path or ""])


@lru_cache(maxsize=4096)
def page_types(url: str) -> frozenset[str]:
    """What people call a page of this address: /p/42 is a product page."""
    segments = [segment.casefold() for segment in path_of(url).split("/") if segment]
    found: set[str] = set()
    if not segments:
        found |= PAGE_TYPES[""]
    for segment in segments:
        found |= PAGE_TYPES.get(segment, frozenset())
    if urlsplit_safe(url)[3].startswith(("q=", "query=", "search=", "s=")):
        found |= PAGE_TYPES["search"]
    return frozenset(found)


def page_bag(page: PageView | None, url: str = "") -> frozenset[str]:
    """Stems that may name a page: its title, its path, its type."""
    address = page.url if page is not None else url
    return url_words(address) | page_types(address) | (word_stems(page.title) if page is not None else frozenset())


def path_matches(written: str, urls: Iterable[str]) -> bool:
    """“/api/orders” means a URL of exactly that path; a query, where one is written, must be the URL's too."""
    scheme, host, path, query = urlsplit_safe(written)
    if not scheme and not written.startswith("/") and "." in written:  # “notes.txt”
        return any(path_of(url).casefold().endswith("/" + written.casefold()) for url in urls if url) or any(
            written.casefold() in url for url in urls if url
        )
    wanted = path.rstrip("/") or "/"
    for url in urls:
        if not url:
            continue
        _, other_host, other, other_query = urlsplit_safe(url)
        if scheme and host and host.casefold() != other_host.casefold():
            continue
        if query and query.casefold() != other_query.casefold():
            continue
        if (other.casefold().rstrip("/") or "/") == wanted.casefold():
            return True
    return False


def is_status(value: float, unit: str, text: str) -> bool:
    return not unit and value == int(value) and 100 <= value < 600 and text.isdigit() and len(text) == 3
