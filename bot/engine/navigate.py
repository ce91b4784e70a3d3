"""Where one is in a flow is the resident's to say: back to a question, from the first one again, or past this one."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.text import Ask, t
from bot.engine.change import cancel, no
from bot.engine.decision import UNSURE, Decision
from bot.engine.repair import unknown
from bot.engine.run import Run
from bot.engine.steps import ask_for, proceed, store


def back(run: Run, decision: Decision) -> None:
    """To the question before this one."""
    frame = run.conversation.top
    if frame is None:
        if run.conversation.misses:
            unknown(run, decision)
            return
        run.change(misses=1)
        run.tell([t("There is no earlier question to go back to.")])
        return
    earlier = [name for name in frame.asked if run.flow.has(name)]
    if not earlier:
        run.tell([t("This is the first question.")])
        proceed(run)
        return
    name = earlier[-1]
    slot = run.flow.slot(name)
    # What the matter is decides the rest: going back to it, the rest is asked again.
    rest = {} if slot.gist or slot.kind == "choice" else {k: v for k, v in frame.slots.items() if k != name}
    asked = tuple(n for n in frame.asked if n != name)
    run.set_top(replace(frame, slots=rest, asked=asked, step=run.flow.steps[0].name, awaiting=None))
    ask_for(run, slot)


def restart(run: Run, decision: Decision) -> None:
    """The same flow from its first question; without one, the menu."""
    frame = run.conversation.top
    if frame is None:
        run.ask = Ask(t("From the beginning, then. What can I do for you?"), run.turn.menu)
        return
    if frame.case_no:
        cancel(run, decision)
        return
    run.log("flow_cancelled", flow=frame.flow)
    run.log("flow_started", flow=frame.flow)
    fresh = {k: v for k, v in frame.slots.items() if k.startswith("__")}
    run.set_top(replace(frame, slots=fresh, asked=(), tries=0, awaiting=None, step=run.flow.steps[0].name))
    run.tell([t("From the beginning, then.")])
    proceed(run)


def skip(run: Run, decision: Decision) -> None:
    frame = run.conversation.top
    if frame is None or frame.awaiting is None or not run.flow.has(frame.awaiting):
        unknown(run, decision)
        return
    if frame.amending:
        # "Leave it": the booking stays as it was.
        no(run, decision)
        return
    slot = run.flow.slot(frame.awaiting)
    # Nobody has to know it: the question itself offers to leave it open; and what is not wished is not done.
    offered = {offer.payload for offer in run.turn.conversation.offered}
    left = next((value for value in (UNSURE, "no") if f"{slot.name}={value}" in offered), None)
    if left is not None:
        if store(run, {slot.name: left}):
            run.set_top(replace(run.top, awaiting=None))
            proceed(run)
        return
    if slot.required and (slot.needed is None or slot.needed(run.seen(frame))):
        run.tell([t("I cannot go on without this one.")])
        proceed(run)
        return
    run.set_top(replace(frame, awaiting=None, asked=(*frame.asked, slot.name)))
    proceed(run)
