"""Inflect: English word forms, as far as reports need them: lemma → forms, and a light stem for comparing words."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_IRREGULAR: Final = {
    lemma: forms.split()
    for lemma, _, forms in (
        entry.partition(": ")
        for entry in (
            "be: is are was were been being am; become: became; begin: began begun; break: broke broken; bring:"
            " brought; "
            "buy: bought; catch: caught; choose: chose chosen; come: came; cut: cut; do: did done does; draw: drew"
            " drawn; "
            "fall: fell fallen; feel: felt; find: found; forget: forgot forgotten; freeze: froze frozen; get: got"
            " gotten; "
            "give: gave given; go: went gone goes; grow: grew grown; hang: hung; have: had has; hear: heard; hide: hid "
            "hidden; hit: hit; hold: held; keep: kept; know: knew known; lead: led; leave: left; let: let; lie: lay"
            " lain; lose: lost; "
            "make: made; mean: meant; meet: met; overlook: overlooked; pay: paid; put: put; quit: quit; read: read; "
            "reset: reset; rise: rose risen; run: ran; say: said; see: saw seen; seek: sought; sell: sold; send: sent; "
            "resend: resent; set: set; show: showed shown; shut: shut; spend: spent; split: split; spin: spun; stand: "
            "stood; stick: stuck; take: took taken; tell: told; think: thought; throw: threw thrown; understand: "
            "understood; misunderstand: misunderstood; upset: upset; withdraw: withdrew withdrawn; write: wrote"
            " written; "
            "overwrite: overwrote overwritten; undo: undid undone; redo: redid redone; wake: woke; lend: lent; "
            "bend: bent; bind: bound; bite: bit bitten; blow: blew blown; build: built; burn: burnt; creep: "
            "crept; deal: dealt; dig: dug; drink: drank drunk; drive: drove driven; eat: ate eaten; fight: "
            "fought; fly: flew flown; foresee: foresaw foreseen; forgive: forgave forgiven; hurt: hurt; lay: "
            "laid; light: lit; mislead: misled; outbid: outbid; rebuild: rebuilt; rend: rent; ride: rode ridden; "
            "sit: sat; ring: rang rung; shake: shook shaken; shine: shone; shoot: shot; sink: sank sunk; sleep: slept; "
            "slide: slid; speak: spoke spoken; steal: stole stolen; strike: struck; sweep: swept; swim: swam; "
            "swing: swung; teach: taught; tear: tore torn; win: won; wind: wound"
        ).split("; ")
    )
}


@lru_cache(maxsize=4096)
def forms(lemma: str) -> frozenset[str]:
    """Every form of a verb, regular ones by rule; both spellings where doubling differs (cancelled, canceled)."""
    found = {lemma}
    if lemma in _IRREGULAR:
        found |= set(_IRREGULAR[lemma])
    ends_e = lemma.endswith("e")
    found.add(lemma + "s")
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        found.add(lemma + "es")
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        found |= {lemma[:-1] + "ies", lemma[:-1] + "ied"}
    stem = lemma[:-1] if ends_e else lemma
    found.add(stem + "ing")
    if lemma not in _IRREGULAR:  # “seed” is no form of “see”
        found.add(lemma + "d" if ends_e else lemma + "ed")
    if len(lemma) > 2 and lemma[-1] in "bdgklmnprtvz" and lemma[-2] in "aeiou" and lemma[-3] not in "aeiou":
        found |= {lemma + lemma[-1] + "ed", lemma + lemma[-1] + "ing"}
    if lemma in ("lie", "tie", "die"):
        found.add(lemma[:-2] + "ying")
    return frozenset(found)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return what is compared between a sentence and the evidence: `declines` ~ `declined`, `products` ~ `product`.

    Lighter than Porter: two words with one stem must be the same word to a reader, or nearly.
    """
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    for suffix in ("'s", "ies", "ied", "sses", "ings", "ing", "edly", "ed", "es", "s", "ly"):
        if not word.endswith(suffix) or len(word) - len(suffix) < 3:
            continue
        if suffix in ("ies", "ied"):
            return word[:-3] + "y"
        if suffix == "sses":
            return word[:-2]
        if suffix == "s" and word.endswith(("ss", "us", "is")):
            break
        word = word[: -len(suffix)]
        break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 4 and word.endswith("ll"):
        word = word[:-1]
    return word


_SAME: Final = {
    form: frozenset({stem(lemma), *(stem(one) for one in many)})
    for lemma, many in _IRREGULAR.items()
    if lemma not in ("be", "have", "do", "lie", "lay", "let", "put", "set")
    for form in {stem(lemma), *(stem(one) for one in many)}
}


def same_verb(word_stem: str) -> frozenset[str]:
    """Stems of the forms of an irregular verb: gone, went, go."""
    return _SAME.get(word_stem, frozenset())


def stems(words: str) -> frozenset[str]:
    """Stems of a list of words written in one string."""
    return frozenset(stem(word) for word in words.split())
