"""Lexicon: what English verbs claim. Each verb has a deed (a person is the subject) and an effect (a page, a server or
a control is, or the sentence is passive); `concepts.py` says what evidence each of them needs.

A word that is neither here, nor harmless (`words.py`), nor in the cited lines is an unsupported claim: the gate's
default is no. Adding a word here means saying what evidence it needs.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from playhead.analyst.inflect import forms


class Verb(NamedTuple):
    lemma: str
    deed: str = ""
    effect: str = ""


# (deed, effect, lemmas). A lemma may stand in several rows: the first deed and the first effect count.
_TABLE: Final[list[tuple[str, str, str]]] = [
    ("click", "", "click, click on, press on, tap, tap on, press, push, hit, activate, strike, poke, hit on"),
    ("double", "", "doubleclick, double click, dblclick, double tap"),
    ("context", "", "rightclick, right click"),
    ("rage", "", "rageclick, rage click, hammer, hammer on, mash, smash, spam, spam click"),
    ("toggle", "changed", "toggle, tick, untick, uncheck, check, switch on, switch off, turn on, turn off, flip"),
    ("choose", "changed", "select, choose, pick, opt for, deselect, unselect, reselect"),
    ("type", "", "type, type in, fill, fill in, fill out, write, key in, retype, re enter, reenter, refill, input, provide,"
                 " supply, put in, edit, correct, amend, modify, rewrite, overwrite, put"),
    ("enter", "", "enter"),
    ("clear", "vanish", "clear, empty, erase, wipe, blank"),
    ("change", "changed", "change, adjust, set, alter, increase, decrease, reduce, lower, increment, decrement, bump,"
                         " bump up, step up, step down, turn up, vary, update"),
    ("submit", "submit", "submit, resubmit, re submit, send off, post"),
    ("send", "send", "send, resend, issue, fire, fire off"),
    ("scroll", "scroll", "scroll, swipe, scroll down, scroll up, scroll through, scroll past"),
    ("goto", "load", "open, reopen, open up, go to, navigate, navigate to, land on, land, arrive, arrive at, come to, reach,"
                     " proceed to, proceed, move to, move on, head to, head, visit, browse, browse to, browse"
                     " through, view, access, jump, jump to, follow, step, advance, advance to, progress, progress"
                     " to, explore, go, come, get to, make it to, continue to, go on to, click through, look at, go"
                     " into, step into, pull up, leaf, leaf through, flip through, continue, move, look over, look around, take a look at"),
    ("switch", "changed", "switch, switch to, switch over, switch between"),
    ("goto", "load", "load"),
    ("", "answer", "return, return with, come back, come in"),
    ("back", "load", "return, return to, go back, come back, step back, navigate back, move back, backtrack, revisit,"
                     " get back, head back, jump back, switch back, bounce back"),
    ("reload", "reload", "reload, refresh"),
    ("leave", "", "leave, exit, quit, depart, navigate away, move away, click away"),
    ("leave", "vanish", "go away"),
    ("abandon", "", "abandon, give up, give up on, drop off, drop out, bail, bail out, bounce, back out, walk away, desert"),
    ("search", "", "search, search for, query, look up, look for"),
    ("copy", "", "copy, paste"),
    ("highlight", "", "highlight"),
    ("drag", "changed", "drag, drag and drop, drop, pull, pull at, slide"),
    ("resize", "changed", "resize, zoom, zoom in, zoom out, maximise, maximize, rotate"),
    ("media", "media", "play, mute, unmute, seek, rewind"),
    ("wait", "wait", "wait, wait for, idle, sit idle, stall, hang around"),
    ("pause", "pause", "pause"),
    ("retry", "", "retry, repeat, try again, reattempt, redo, re try, re click, reclick"),
    ("use", "", "carry out, use, touch, manage, interact, interact with, operate, work with, go through, make use of, work through, focus, focus on, handle"),
    ("try", "", "try, try out, attempt"),
    ("close", "vanish", "close, dismiss, shut"),
    ("do", "vanish", "collapse, hide"),
    ("do", "show", "reveal, expand, unfold"),
    ("see", "", "see, get, receive, encounter, meet, face, experience, run into, come across, end up with"),
    ("stay", "stay", "stay, remain, stay on, remain on, linger, dwell"),
    ("take", "take", "spend"),
    ("take", "take", "take, last, run for, span, cover, comprise, total, separate"),
    ("", "take", "lie, elapse, go by, pass by, consist, consist of, squeeze into, cram into, fit into, pack into, spread over,"
                 " spread across, stretch over, extend over"),
    ("hover", "", "hover, hover over, mouse over"),
    ("", "show", "show, display, say, read, appear, pop up, come up, show up, present, render, state, tell, inform, announce,"
                 " mention, list, contain, include, carry, indicate, notify, surface, flash, offer, prompt, ask,"
                 " ask for, demand, require, report, note, bring up, put up, give, deliver, advise, instruct,"
                 " explain, clarify, point out, suggest, spell out, warn, complain, alert, label, title, greet,"
                 " call, hint, feature, flag, mark,"
                 " reward, offer up, put out, print out, spit out"),
    ("", "answer", "answer, respond, reply, come back with, acknowledge, return with"),
    ("", "react", "react, react to, work, function, behave"),
    ("do", "fail", "decline, refuse, reject, deny, block"),
    ("", "fail", "send back"),
    ("", "fail", "fail, error, error out, crash, break, throw, time out, timeout, malfunction, go wrong, fall through, turn away,"
                 " misfire, forbid, disallow, fall over"),
    ("confirm", "succeed", "confirm"),
    ("confirm", "succeed", "accept"),
    ("do", "succeed", "approve, validate, authorise, authorize, process"),
    ("succeed", "succeed", "complete, finalise, finalize"),
    ("", "succeed", "succeed, go through, pass, work out, grant, come through, take effect"),
    ("", "load", "redirect, redirect to, take to, take back, forward, forward to, route, route to"),
    ("", "lead", "lead to, bring, bring to, lead"),
    ("do", "enabled", "enable, disable"),
    ("", "cause", "trigger, cause, result in, result, produce, yield, set off, kick off"),
    ("", "changed", "become, turn, turn into, grow, shrink, rise, fall, recalculate, narrow, narrow down, stretch, extend, shorten, widen, double, halve, triple, go up, go down, climb, jump"),
    ("", "vanish", "disappear, vanish, fade, fade out"),
    ("find", "find", "find, exist"),
    ("change", "fail", "turn down"),
    ("change", "changed", "extend, enlarge, widen, shorten, lengthen, refine, replace, reverse, count up, count down"),
    ("change", "cause", "raise"),
    ("do", "vanish", "remove"),
    ("do", "changed", "restore"),
    ("do", "do", "undo"),
    ("", "happen", "happen, occur, take place, ensue, arise"),
    ("", "request", "request, fetch, go out"),
    ("", "log", "log"),
    ("", "sit", "freeze, hang, lag, lock up, stutter, slow, slow down, drag on"),
    ("begin", "begin", "begin, start, commence, start out, start off"),
    ("end", "end", "end, finish, stop, conclude, end on, end at, finish on, stop at, end with, end in"),
]  # fmt: skip

# Deeds that leave the world different. `done!` needs proof that it went through (a 2xx on a request that writes, or a
# text or page that confirms); `done` needs a control of that name that reacted and was not refused.
_STRONG: Final = (
    "buy, purchase, order, pay, pay for, check out, checkout, book, reserve, subscribe, unsubscribe, register, sign"
    " up, sign in, log in, login, sign on, log on, log out, sign out, log off, delete, transfer, refund, withdraw,"
    " deposit, publish, upgrade, downgrade, redeem, install, uninstall, verify, donate, hire, invite, enrol,"
    " enroll, renew, place, charge, deactivate, authenticate, unlock, reset, wire, ship, deploy, merge, commit,"
    " rent, bid, vote, apply for, schedule, reschedule, join, resolve, settle, acquire, obtain, sell, destroy, wipe"
    " out, onboard, fix, achieve, accomplish, get through, check in, fulfil, fulfill, terminate, revoke, link,"
    " unlink, connect, disconnect, win, place order, lose, recover, migrate, leak, hack, steal, gain"
)
_WEAK: Final = (
    "add, cancel, save, remove, create, rename, archive, restore, upload, download, export, import, share, print,"
    " filter, filter by, sort, sort by, apply, like, dislike, favourite, favorite, bookmark, star, unfollow, rate,"
    " review, comment, message, enable, disable, agree, agree to, allow, skip, duplicate, clone, move, assign, tag,"
    " pin, unpin, attach, detach, sync, convert, generate, preview, undo, discard, run, launch, crop, draw, sketch,"
    " build, customise, customize, configure, compose, reorder, group, arrange, swap, exchange, lock, mark, flag,"
    " set up, sign, load more, translate, test, minimise, minimize, insert, cut, shuffle"
)
# What goes on in a head. Facts never hold these; hypothesis fields may.
_MIND: Final = (
    "want, wish, hope, intend, mean, mean to, plan, aim, desire, decide, realise, realize, think, believe, assume,"
    " expect, understand, misunderstand, know, notice, ignore, overlook, miss, feel, love, hate, enjoy, prefer,"
    " worry, doubt, hesitate, wonder, forget, remember, recall, learn, compare, consider, evaluate, weigh, judge,"
    " trust, distrust, suspect, fear, regret, care, seek, figure, figure out, discover, recognise, recognize,"
    " mistake, confuse, frustrate, annoy, irritate, satisfy, disappoint, discourage, deter, convince, persuade,"
    " tempt, scare, surprise, puzzle, bother, impress, bore, upset, mislead, distract, appreciate, guess, suppose,"
    " perceive, ensure, make sure, need, depend, hurry, rush, panic, grumble, sigh, admire, research, study,"
    " examine, inspect, scan, watch, listen, hear, glance, interest, motivate, blame, resent, plan to, try to find,"
    " worry about, double check"
)
AUXILIARY: Final = frozenset(
    "be am is are was were been being have has had having do does did doing done will would shall should can could"
    " may might must let lets".split()
)
# Verbs that only say how another verb went on: “kept clicking”, “went on to open”, “managed to pay”.
ASPECT: Final = frozenset(
    "begin start continue keep stop resume proceed finish try attempt manage fail go end come get help".split()
)


@cache
def _index() -> dict[str, list[Verb]]:
    """First word of a form → verbs, longest first."""
    known: dict[str, Verb] = {}

    def add(lemmas: str, deed: str, effect: str) -> None:
        for lemma in (one.strip() for one in lemmas.split(",")):
            old = known.get(lemma, Verb(lemma))
            known[lemma] = Verb(lemma, old.deed or deed, old.effect or effect)

    add(_STRONG, "do!", "done!")
    for deed, effect, lemmas in _TABLE:
        add(lemmas, deed, effect)
    add(_WEAK, "do", "done")
    add(_MIND, "mind", "mind")
    table: dict[str, list[Verb]] = {}
    for verb in known.values():
        for form in forms(verb.lemma.split()[0]):
            table.setdefault(form, []).append(verb)
    return {form: sorted(verbs, key=lambda verb: -len(verb.lemma.split())) for form, verbs in table.items()}


def verbs_starting(form: str) -> list[Verb]:
    """Verbs one of whose forms begins with this word: `signed` → sign in, sign up, sign …"""
    return _index().get(form, [])


def form_of(form: str, lemma: str) -> str:
    """Which form of the verb this is: base, s, ing, or past (past tense and participle are mostly one)."""
    first = lemma.split()[0]
    if form.endswith("ing") and form != first:
        return "ing"
    if form == first:
        return (
            "past"
            if first in ("hit", "put", "read", "set", "reset", "cut", "shut", "quit", "let", "split", "upset")
            else "base"
        )
    if form in (first + "s", first + "es", first[:-1] + "ies"):
        return "s"
    return "past"
