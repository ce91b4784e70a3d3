"""A flow is begun, or taken up again, with all that the words tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.contract.conversation import Frame
from bot.contract.flow import UNANSWERED, Flow, SlotKind
from bot.contract.onfile import Written
from bot.contract.text import t
from bot.contract.understanding import Value, When
from bot.engine import slots
from bot.engine.asked.kept import told_before
from bot.engine.asked.questioned import files
from bot.engine.asked.wondered import written
from bot.engine.decision import OFFERED, Decision
from bot.engine.run import Run
from bot.engine.steps import leave, proceed, store


def start(run: Run, decision: Decision) -> None:
    """Open the flow, or take it up again where an alarm or another request had set it aside."""
    flow = run.book.flows[decision.flow or ""]
    leave(run, flow)
    _instead(run)
    kept = next((f for f in run.conversation.frames if _goes_on(f, flow, decision)), None)
    if kept is not None:
        rest = tuple(f for f in run.conversation.frames if f is not kept)
        run.change(frames=(*rest, replace(kept, parked=False, later=False, touched_at=run.turn.now)))
        decision = replace(decision, values=_said_anew(run, flow, kept, decision))
    elif (dropped := _dropped(run, flow, decision)) is not None:
        run.change(maybe=())
        run.push(replace(dropped, parked=False, awaiting=None, touched_at=run.turn.now))
        run.log("flow_started", flow=flow.name)
        run.tell([t("Gladly, we go on with it.")])
    elif (meant := _meant(run, flow, decision)) is not None:
        run.push(replace(meant, later=False))
        decision = replace(decision, values=_said_anew(run, flow, meant, decision))
        run.log("flow_started", flow=flow.name)
    else:
        run.push(Frame(flow.name, flow.version, flow.steps[0].name, touched_at=run.turn.now))
        run.log("flow_started", flow=flow.name)
        _answer_first(run, flow)
        decision = replace(decision, values={**_that_day(run, flow), **decision.values})
    store(run, decision.values, decision.problems)
    run.change(told=None)
    told_before(run, flow)
    proceed(run)


def _meant(run: Run, flow: Flow, decision: Decision) -> Frame | None:
    """What was offered for this flow; a question that waits to be passed on goes only where that was chosen, and not
    because another question is asked."""
    chosen = decision.slot == OFFERED
    alike = (f for f in run.conversation.maybe if f.flow == flow.name and not f.parked)
    return next((f for f in alike if chosen or UNANSWERED not in f.slots), None)


def _dropped(run: Run, flow: Flow, decision: Decision) -> Frame | None:
    """ "Too dear, forget it", "then two hours": what was just called off goes on, where its kind is not told anew."""
    if not any(flow.has(name) and not flow.slot(name).private for name in decision.values):
        return None
    first = next((slot.name for slot in flow.slots if slot.kind is SlotKind.CHOICE and slot.required), "")
    alike = (f for f in run.conversation.maybe if f.parked and (f.flow, f.version) == (flow.name, flow.version))
    return next((f for f in alike if first in f.slots and first not in decision.values), None)


def _that_day(run: Run, flow: Flow) -> Mapping[str, Value]:
    """ "And lunch for that day": the day of what was just filed."""
    recent, heard = run.conversation.recent, run.turn.understanding
    when = recent.slots.get("when") if recent is not None and "that_day" in heard.extra else None
    if not isinstance(when, When) or heard.entity("when") is not None or not flow.has("when"):
        return {}
    return {"when": When(when.start.date() if isinstance(when.start, datetime) else when.start)}


def _goes_on(frame: Frame, flow: Flow, decision: Decision) -> bool:
    """What waits already is taken up, but for the other one of two that were just told in one breath."""
    promised = frame.later and decision.then is not None
    return frame.flow == flow.name and frame.version == flow.version and not promised


def _instead(run: Run) -> None:
    """ "No, a repair, rather": what was only just begun and told nothing makes way for it."""
    top = run.conversation.top
    empty = top is not None and not any(not name.startswith("_") for name in top.slots) and top.case_no is None
    if empty and top is not None and "instead" in run.turn.understanding.extra:
        run.log("flow_cancelled", flow=top.flow)
        run.pop()


def _said_anew(run: Run, flow: Flow, kept: Frame, decision: Decision) -> Mapping[str, Value]:
    """More of a matter that waited: what is said now goes beside what stood there."""
    turn, gist = run.turn, flow.gist
    silent = gist is None or gist not in kept.slots or turn.message.choice or "resume" in turn.understanding.extra
    told = turn.understanding.intent in flow.intents or turn.understanding.entity("category") is not None
    if silent or gist is None or not told:
        return decision.values
    return {**decision.values, gist: slots.added(kept, gist, turn.message, turn.understanding)}


def _asked_beside(run: Run) -> Written | None:
    """What is written down about the questions beside a wish, and not about the wish: "could you register them all"."""
    turn, heard = run.turn, run.turn.understanding
    parts = heard.clauses or (heard,)
    asks = [p for p in parts if {"asks_back", "question"} & set(p.extra) and "requests" not in p.extra]
    text = " ".join(part.said or turn.message.text for part in asks)
    if not text:
        return None
    run.turn = replace(turn, message=replace(turn.message, text=text))
    found = written(run, run.top)
    run.turn = turn
    return found


def _answer_first(run: Run, flow: Flow) -> None:
    """ "What does cleaning cost?" opens the flow and is answered before anything is asked (taxonomy, rule 13)."""
    heard = run.turn.understanding
    if not {"question", "asks_back"} & set(heard.extra):
        return
    text = flow.answer(run.seen(run.top)) if flow.answer is not None and "topic" in heard.extra else None
    if text is None and files(flow) and flow.amend is not None:
        # "Is the van let in, and how high may it be?", with what the desk has written down about such visits.
        found = _asked_beside(run)
        text = (found.text if not found.topic else None) if found is not None and found.sure and found.plain else None
    run.tell([text] if text is not None else [])
