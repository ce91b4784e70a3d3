"""Something is off: which of the things open, just filed or on file is meant."""

from __future__ import annotations

from bot.contract.flow import Flow
from bot.engine import change, slots
from bot.engine.begun import start
from bot.engine.decision import LEAN, Decision
from bot.engine.filed.recall import nothing_named
from bot.engine.run import Run
from bot.engine.steps import leave


def cancel(run: Run, decision: Decision) -> None:
    """Something is off; where it is told of a thing that nobody spoke of, those on file are looked through."""
    heard, flow = run.turn.understanding.extra, run.book.progress
    names_it = heard.keys() & {"thing", "booked", "no_call", "found", "mended"}
    told = names_it and "off" not in heard and ("beside" in heard or "thing" in heard)
    if told and flow is not None and nothing_named(run):
        start(run, Decision("start", flow.name, {"_mode": "withdraw"}))
        return
    wish = _instead(run)
    if wish is not None:
        start(run, wish)
        return
    other = _of_another(run, flow) if flow is not None else None
    if other is not None and flow is not None:
        start(run, Decision("start", flow.name, {"_mode": "withdraw", "case_no": other}))
        return
    change.cancel(run, decision)


def _instead(run: Run) -> Decision | None:
    """ "Forget it, I want to pay my parking": where nothing can be called off, what is wished beside it."""
    heard = run.turn.understanding
    if "requests" not in heard.extra:
        return None
    leave(run)
    if not nothing_named(run):
        return None
    for name, score in heard.alternatives:
        flow = run.book.for_intent(name)
        values = slots.named(flow, heard) if flow is not None and not flow.aside else {}
        own = {slot.name for slot in flow.slots if slot.name in values and slot.entity is None} if flow else set()
        if flow is not None and not flow.aside and (score >= LEAN or own - {"when", "location", "people"}):
            return Decision("start", flow.name, values)
    return None


def _of_another(run: Run, flow: Flow) -> str | None:
    """ "Cancel the room", while a meal is being ordered: what is on file and named, and not what is open."""
    top = run.conversation.top
    open_ = top is not None and top.case_no is None and not top.amending
    named_it = "off" not in run.turn.understanding.extra
    return flow.told_of(run.turn) if open_ and named_it and flow.told_of is not None else None


def withdraw(run: Run, decision: Decision) -> None:
    """What was filed last, unless the words tell of something else on file: "the one about upstairs, forget it"."""
    recent, flow = run.conversation.recent, run.book.progress
    if recent is not None and "case_no" not in decision.values and flow is not None and flow.told_of is not None:
        number = flow.told_of(run.turn)
        if number is not None and number != recent.case_no:
            start(run, Decision("start", flow.name, {"_mode": "withdraw", "case_no": number}))
            return
    change.withdraw(run, decision)
