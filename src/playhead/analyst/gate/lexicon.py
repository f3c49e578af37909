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
    # wordings of talk: the same claims as above
    ("click", "", "jab, jab at, prod, thump, tap at, click at, go at"),
    ("type", "", "punch in, tap in, jot down, note down, populate, key, specify, re type, scribble, put down, furnish, disclose,"
                 " fill up, hand over"),
    ("choose", "changed", "settle on, plump for, go with, decide on, pick out, go for, elect, settle for, single out"),
    ("change", "changed", "tweak, mend, revise, rework, push up, push down, crank up, crank down, ramp up, ramp down, dial up,"
                          " dial down, nudge, nudge up, nudge down, knock down, hike, put up to, put right, set right"),
    ("toggle", "changed", "flick, flick on, flick off, flip on, flip off"),
    ("goto", "load", "call up, dive into, dig into, delve into, venture into, venture to, make for, look through, look into, page"
                     " through, page to, cycle through, walk through, thumb through, run through, consult, wander, stroll,"
                     " stray to, stray, roam, hop to, hop over to, pop over to, drop by, tab over to, look up at, pay a visit"
                     " to, drift, drift to, retreat, retreat to, retire to, withdraw to, carry on to, press on to, push on to, work through"),
    ("back", "load", "double back, flip back, drift back, wander back, hop back, pop back, circle back,"
                     " revert to, page back, fall back to, slip back"),
    ("search", "", "hunt for, dig for, scour, comb, forage for"),
    ("submit", "submit", "hand in, put through, send in, push through"),
    ("use", "", "work on, deal with, play with, play around with, mess with, mess around with, fiddle with, tinker with, toy with,"
                " experiment with, tackle, engage with, attend to, resort to, wrestle with, contend with, poke around, poke"
                " at, turn their attention to, busy themselves with, try their hand at, try their luck with, put to use"),
    ("see", "", "bump into, stumble on, stumble upon, stumble over, run up against, come up against, trip over"),
    ("", "show", "expose, unveil, proclaim, declare, assert, claim, remark, plead, beg, insist, insist on, admit, confess, protest,"
                 " retort, promise, assure, remind, voice, utter, describe, express, throw up, churn out, hand back, serve up,"
                 " materialise, materialize, emerge, turn up, loom, light up, spring up, slide in, slide out, unroll, drop"
                 " down, pop open, fly out, elaborate, reassure, welcome, thank, call for, stand at, hold forth, put it, make clear"),
    ("", "fail", "choke, choke on, croak, abort, flounder, conk out, backfire, give out, fizzle, fizzle out, falter, miscarry,"
                 " rebuff, spurn, veto, throw out, thwart, foil, stymie, trip up, balk, balk at, baulk at, object to, reject,"
                 " knock back, bomb out, fall down, implode, explode, blow up, crap out, keel over, bail out with, hold up, hold back"),
    ("", "cause", "set in motion, provoke, evoke, elicit, earn, spawn, bring about, give rise to, invoke, culminate in, net"),
    ("", "vanish", "melt away, slip away, clear away, dissolve, evaporate"),
    ("do", "show", "unhide, uncover, roll down, fold out, fold open, open out, spread out"),
    ("do", "vanish", "fold up, fold away, fold in, fold back, fold, roll up, tuck away, minimise"),
    ("end", "end", "cease, halt, wrap up, finish off, break off, wind up"),
    ("wait", "wait", "sit through, sit out, hold on, hang on, wait out"),
    ("take", "take", "eat up, consume, use up"),
    ("", "changed", "swell, leap, tick up, tick down, shift, morph, mount, plunge, dwindle, flip to, move up, move down"),
    ("", "thrash", "jitter, jitter about, zigzag, zigzag about, wobble, twitch, fidget, wiggle, oscillate, jiggle, thrash about,"
                   " dart around, dart about, flit about, flit around"),
    ("thrash", "thrash", "shake, jiggle, wiggle, thrash about with"),
    ("retry", "", "try anew, have another go at, re attempt"),
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
    " unlink, connect, disconnect, win, place order, lose, recover, migrate, leak, hack, steal, gain, ban, blacklist, scrap,"
    " expel, suspend, evict, lease, finance, insure, invest, gamble, auction, escalate, negotiate, sue, hijack, breach,"
    " infect, corrupt, forfeit, pledge, borrow, dispatch, liquidate, overdraw, graduate, qualify, certify, whitelist, promote"
)
_WEAK: Final = (
    "add, cancel, save, remove, create, rename, archive, restore, upload, download, export, import, share, print,"
    " filter, filter by, sort, sort by, apply, like, dislike, favourite, favorite, bookmark, star, unfollow, rate,"
    " review, comment, message, enable, disable, agree, agree to, allow, skip, duplicate, clone, move, assign, tag,"
    " pin, unpin, attach, detach, sync, convert, generate, preview, undo, discard, run, launch, crop, draw, sketch,"
    " build, customise, customize, configure, compose, reorder, group, arrange, swap, exchange, lock, mark, flag,"
    " set up, sign, keep, load more, translate, test, minimise, minimize, insert, cut, shuffle"
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


def lemmas_of(effect: str) -> frozenset[str]:
    """The verbs that claim this of a page, a server or a control."""
    return frozenset(one.strip() for _, is_, lemmas in _TABLE if is_ == effect for one in lemmas.split(","))


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
