"""Hop 6: carry a decision out; the flow runs until it must ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.contract.text import Ask, t
from bot.contract.understanding import Understanding
from bot.engine import change, digress, navigate, repair, slots
from bot.engine.acts.keep import keep
from bot.engine.afresh import begin
from bot.engine.answers.noted import noted
from bot.engine.asked.asked_on import stands_so
from bot.engine.asked.kept import left_behind, missed
from bot.engine.asked.wondered import each, wondered
from bot.engine.away import ask_on, recalled
from bot.engine.begun import start
from bot.engine.danger import gassed
from bot.engine.danger.doubt import ask_danger, doubt, safe
from bot.engine.danger.raised import alarm, alarm_cancel
from bot.engine.decision import ACTS, Decision, act_of
from bot.engine.filed.called_off import cancel, withdraw
from bot.engine.filed.off_already import tell_off
from bot.engine.filed.told_along import told_along
from bot.engine.person.calm import calm, rather
from bot.engine.person.heard import hurry, revive
from bot.engine.readback.renamed import renamed
from bot.engine.run import Run
from bot.engine.several import mistook
from bot.engine.several.for_desk import names_another, passed
from bot.engine.several.led_back import go_back
from bot.engine.several.one_by_one import one_by_one
from bot.engine.several.one_off import let_go
from bot.engine.several.rehomed import rehome
from bot.engine.several.waiting import beside, clarify, consult, keep_for_offer, later, promise, queue, swap
from bot.engine.steps import ask_amendment, proceed, store
from bot.engine.supposed import suppose


def advance(decision: Decision, run: Run) -> None:
    """Carry the decision out on `run`; afterwards it holds what to say, what to ask and the new conversation."""
    whole = run.turn
    if decision.heard is not None:
        run.turn = replace(
            run.turn, message=replace(run.turn.message, text=decision.heard.said), understanding=decision.heard
        )
    decision = wondered(run, renamed(run, rather(run, recalled(run, decision))))
    lost = decision.act == "back" and run.conversation.top is None  # nowhere to go back to, and heard once
    if decision.act not in ("unknown", "unused", "silence", "more") and not lost:
        run.change(misses=0)
    maybe, after = run.conversation.maybe, decision.after
    if decision.act == "ask_danger":
        told_along(run)
    if decision.then is not None:
        _both(run, decision, decision.then)
    else:
        _ACTS[decision.act](run, decision)
    if after:
        one_by_one(run, after, _another)
        run.turn = whole
    if maybe and run.conversation.maybe is maybe and decision.act not in _BETWEEN:
        run.change(maybe=())
    repair.not_twice(run, decision)
    doubt(run, decision)
    calm(run, decision)
    gassed.stay_out(run)
    left_behind(run)
    keep_for_offer(run)
    missed(run, decision.act)
    _what_else(run)


def _another(run: Run, decision: Decision) -> None:
    decision = wondered(run, renamed(run, rather(run, decision)))
    _ACTS[decision.act](run, decision)


# What comes between a question and its answer, and makes nothing forgotten.
_BETWEEN = frozenset({"aside", "consult", "ask_danger"})


def _both(run: Run, decision: Decision, then: Understanding) -> None:
    """Two wishes in one message: the second waits below, and comes up by itself when the first is done."""
    turn, heard = run.turn, run.turn.understanding
    if decision.act == "cancel":
        _instead_of_it(run, decision, then)
        return
    promised, rest = promise(run, then, first=decision.flow), then.rest
    while rest is not None:
        promise(run, rest, first=decision.flow)
        rest = rest.rest
    digress.besides(run, then)
    run.turn = replace(turn, message=replace(turn.message, text=heard.said), understanding=replace(heard, rest=None))
    _ACTS[decision.act](run, decision)
    run.turn = turn
    waits = promised is not None and any(frame.later for frame in run.conversation.frames)
    if waits and promised is not None:
        after = t("Both, gladly: one after the other. {title} comes right after this.", title=promised.title)
        another = promised.name == decision.flow
        run.say.insert(0, t("Two things: one after the other, each with its own number.") if another else after)


def _instead_of_it(run: Run, decision: Decision, then: Understanding) -> None:
    """ "Never mind; the socket is loose, though": what was open is off, and the other thing is begun."""
    turn, flow = run.turn, run.book.for_intent(then.intent)
    _ACTS[decision.act](run, decision)
    if run.conversation.top is not None or run.ask is not None or flow is None:
        promise(run, then)
        return
    run.turn = replace(turn, message=replace(turn.message, text=then.said), understanding=replace(then, rest=None))
    _ACTS["start"](run, Decision("start", flow.name, slots.named(flow, then)))
    run.turn = turn


def _what_else(run: Run) -> None:
    """Where answers are heard, the end of one thing offers the next: a caller with keys only has nothing to say."""
    heard = run.turn.message.profile.is_heard
    over = run.turn.understanding.intent != "goodbye"
    if heard and over and run.ask is None and run.conversation.top is None and run.conversation.sos is None:
        run.ask = Ask(t("Is there anything else I can do?"), run.turn.menu)


def recall(run: Run, decision: Decision) -> None:
    """What was filed before is to change; where nothing was, the words may begin something new."""
    if change.recall(run, decision):
        return
    fresh = begin(run.turn.message, run.turn.understanding, run.book)
    recent = run.conversation.recent
    if recent is not None and (fresh is None or fresh.flow == recent.flow) and run.book.flows[recent.flow].amend:
        change.amend(run, Decision("amend", recent.flow))
        return
    fresh = fresh or Decision("correct")
    if fresh.act == "start" and "booked" in run.turn.understanding.extra:
        run.tell([t("I find no booking of yours that I could move, so this would be a new one.")])
    _ACTS[fresh.act](run, fresh)


def fact(run: Run, decision: Decision) -> None:
    """A question of fact; what it may be instead, where the flow knows nothing of it."""
    before = run.conversation.top
    if digress.fact(run, decision):
        if decision.values and before is None and run.conversation.recent is not None:
            change.amend(run, replace(decision, act="amend"))
        return
    instead = decision.otherwise or Decision("unknown")
    progress = stands_so(run, instead)
    if progress is not None:
        start(run, progress)
        return
    _ACTS[instead.act](run, instead)


def another(run: Run, decision: Decision) -> None:
    """One more of what is open, where another kind of it is named; else what was decided, or a matter for the desk."""
    if names_another(run, decision):
        beside(run, decision)
    elif decision.otherwise is not None:
        _ACTS[decision.otherwise.act](run, decision.otherwise)
    else:
        passed(run, decision)


def missing(run: Run, decision: Decision) -> None:
    """Nobody came, it is said, without for what: the thing on file that is late, else whatever the words begin."""
    flow = next((f for f in run.book.flows.values() if f.on_file and any(o.late for o in f.on_file(run.turn))), None)
    intent = run.turn.understanding.intent
    if flow is not None and "missing" in flow.acts:
        start(run, Decision("start", flow.name))
        return
    mute = Decision(act_of(intent)) if intent in ACTS else Decision("unknown")
    fresh = begin(run.turn.message, run.turn.understanding, run.book) or mute
    _ACTS[fresh.act](run, fresh)


# What is asked beside an answer, and is no part of it.
_BESIDE = frozenset({"price", "papers", "parking", "pickup"})


def answer(run: Run, decision: Decision) -> None:
    """Values for the open flow; a value that cannot be is refused with its reason and asked again."""
    if run.conversation.top is None:
        repair.unknown(run, decision)
        return
    before = run.top
    _asked_beside(run, decision)
    if not store(run, decision.values, decision.problems):
        return
    if decision.slot and (not decision.values or decision.slot in decision.values):
        frame = run.top
        run.set_top(replace(frame, awaiting=None, tries=0, asked=(*frame.asked, decision.slot)))
    if run.top.amending:
        ask_amendment(run)
    else:
        proceed(run)
    noted(run, before, decision)


def _asked_beside(run: Run, decision: Decision) -> None:
    """ "I come tomorrow, what does it cost?": the answer is taken, and the question answered."""
    extra, answer_ = run.turn.understanding.extra, run.flow.answer
    told = [name for name in decision.values if run.flow.has(name) and not run.flow.slot(name).private]
    if not told or run.say or answer_ is None or "asks_back" not in extra or extra.get("topic") not in _BESIDE:
        return
    text = answer_(run.seen(run.top))
    run.tell([text] if text is not None else [])


def _again(run: Run, decision: Decision) -> None:
    proceed(run)


def _offered(run: Run, decision: Decision) -> None:
    """Hop 3 has asked already."""


def _mistook(run: Run, decision: Decision) -> None:
    """What was begun by mistake is let go of; what was meant instead is taken up."""
    turn = run.turn
    then = mistook.left(run, decision)
    if then is not None:
        _ACTS[then.act](run, then)
        run.turn = turn


_Act = Callable[[Run, Decision], None]
_ACTS: dict[str, _Act] = {
    "again": _again,
    "alarm": alarm,
    "alarm_cancel": alarm_cancel,
    "alarm_words": digress.alarm_words,
    "by_gas": gassed.asked,
    "amend": change.amend,
    "answer": answer,
    "ask_danger": ask_danger,
    "ask_on": ask_on,
    "aside": digress.aside,
    "back": navigate.back,
    "cancel": cancel,
    "change": change.change,
    "clarify": clarify,
    "consult": consult,
    "correct": change.nothing_to_correct,
    "affirm": digress.bare_yes,
    "deny": digress.bare_no,
    "empty": repair.empty,
    "fact": fact,
    "hurried": hurry,
    "later": later,
    "keep": keep,
    "let_go": let_go,
    "led_back": go_back,
    "missing": missing,
    "mistook": _mistook,
    "more": repair.more,
    "no": change.no,
    "off_already": tell_off,
    "offered": _offered,
    "passed": another,
    "queue": queue,
    "beside": beside,
    "recall": recall,
    "rehome": rehome,
    "repeat": repair.repeat,
    "restart": navigate.restart,
    "resume": digress.resume,
    "revive": revive,
    "safe": safe,
    "silence": repair.silence,
    "skip": navigate.skip,
    "stands": digress.stands,
    "start": start,
    "suppose": suppose,
    "swap": swap,
    "told": digress.told_more,
    "unknown": repair.unknown,
    "unused": repair.unused,
    "withdraw": withdraw,
    "wonder": each,
    "yes": change.yes,
}
