"""An alarm that stands: the conversation learns of it, and of how it is called off."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Place, Value
from bot.engine.danger import by_ear
from bot.engine.danger.doubt import wished
from bot.engine.decision import SOS, Decision
from bot.engine.digress import resume
from bot.engine.repair import unknown
from bot.engine.run import Run
from bot.engine.steps import apply, proceed, store

# What is said of those who come, while an alarm is open.
_NOT_WHERE = frozenset({"entry", "came", "asks", "begs"})


def alarm(run: Run, decision: Decision) -> None:
    """The alarm stands already; here the conversation learns of it, and what was open is set aside."""
    before = run.conversation
    if before.sos != run.turn.alarm or before.top is None or before.top.flow != SOS:
        digits = by_ear.digits_of(before, run.turn.message, run.turn.understanding, run.turn.alarm)
        kept = tuple(by_ear.set_aside(f, by_ear=digits is not None) for f in before.frames if f.flow != SOS)
        first = digits is not None and by_ear.begins(before, run.turn.message)
        wish = wished(run) if first and not kept else None
        kept = kept if wish is None else (by_ear.set_aside(wish, by_ear=True),)
        run.change(frames=kept, sos=run.turn.alarm)
        flow = run.book.flows[SOS]
        again: dict[str, Value] = {"_again": "yes"} if before.sos == run.turn.alarm else {}
        again |= {by_ear.UNHARMED: digits} if digits else {}
        again |= {by_ear.FIRST_WORDS: "yes"} if first else {}
        run.push(Frame(SOS, flow.version, flow.steps[0].name, slots=again, touched_at=run.turn.now))
        if before.sos != run.turn.alarm:
            run.log("flow_started", flow=SOS)
            run.log("sos_raised", alarm=run.turn.alarm or "")
    else:
        known = {**run.top.slots, "_again": "yes"}
        run.set_top(replace(run.top, step=run.flow.steps[0].name, awaiting=None, slots=known))
    heard = run.turn.understanding
    elsewhere = before.sos is not None and heard.extra.get("amid") in _NOT_WHERE
    named = () if elsewhere else heard.entities
    placed: dict[str, Value] = {e.name: e.value for e in named if e.name == "location" and e.value}
    asked = before.top is not None and before.top.flow == SOS and before.top.awaiting == "location"
    if asked and not placed and heard.extra.get("scope") == "inside":
        # "In the bathroom, I cannot move": where it was asked where, it is told, and not asked again.
        placed = {"location": Place(run.turn.message.text.strip(), scope="inside")}
    store(run, placed)
    proceed(run)


def alarm_cancel(run: Run, decision: Decision) -> None:
    """The resident takes an alarm back: told to staff, closed by nobody but a person (practice 4).

    From then on what they say is for the talk again, unless they cry anew.
    """
    flow, key = run.book.flows[SOS], run.conversation.sos
    if flow.withdraw is None or key is None:
        unknown(run, decision)
        return
    said = flow.withdraw(replace(run.turn, alarm=key, conversation=run.conversation))
    apply(run, said)
    by_sound = any(by_ear.UNHARMED in frame.slots for frame in run.conversation.frames)
    if run.conversation.top is not None and run.conversation.top.flow == SOS:
        run.pop()
    off = any(event.name == "sos_cancelled" for event in said.events)
    if off:
        run.change(sos=None, off=key)
    if off and by_ear.waits(run.conversation):
        # No word of danger raised it: what was open goes on by itself.
        run.change(frames=by_ear.went_on(run.conversation))
        _go_on(run, decision)
    elif any(frame.parked for frame in run.conversation.frames):
        run.ask = Ask(t("What we were doing before is kept."), (Option(t("Continue with it"), "resume"),))
    elif off and by_sound:
        run.ask = Ask(t("What can I do for you?"), run.turn.menu)


def _go_on(run: Run, decision: Decision) -> None:
    """What was open; or what the first words asked for, which was not begun before."""
    if not run.top.later:
        resume(run, decision)
        return
    run.set_top(replace(run.top, later=False, touched_at=run.turn.now))
    run.log("flow_started", flow=run.top.flow)
    proceed(run)
