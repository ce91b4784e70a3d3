"""Whoever only asks gives no answer, begins nothing and ends nothing: the draft stays as it is, and what nobody here
knows is kept as what it is, a question."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Frame
from bot.contract.flow import Flow
from bot.contract.understanding import Place, Understanding, Value
from bot.engine import cues
from bot.engine.asked.questioned import files, hardly_asks, in_form, mere_question, of_the_bills, surely_asks
from bot.engine.decision import Decision
from bot.engine.measure import is_brief
from bot.engine.run import Run

_ENDS = frozenset({"cancel", "withdraw"})
# What says in so many words that it shall be off.
_OFF = frozenset({"off", "takes_back", "retract", "drop", "gone", "act"})
# When the desk, or something else here, is open.
_OPEN = frozenset({"desk_open", "you_open"})
# So likely a question that a place in it is what it is about.
CERTAINLY = 0.9
# Less is the name of something, or asked back.
FEW, FEW_SIGNS = 1, 3
# What would make something else of the draft, or of the talk.
_MOVES = frozenset(
    {"answer", "change", "amend", "start", "queue", "cancel", "skip", "withdraw", "recall", "unknown", "no"}
)
# What asks somebody to do something: no mere question, whatever its form.
_FOR_THEM = frozenset(
    {"wish", "note", "dictates", "secret", "also", "same_helper", "requests", "asks_for", "wants_it", "asks_them"}
)


def only_asked(run: Run, decision: Decision, frame: Frame | None) -> Decision:
    """The decision, unless it takes a mere question for more than that."""
    top, base = run.conversation.top, run.book.answer_base
    if top is None and decision.act in _ENDS and frame is not None and base is not None and _surely(run):
        # "Is the visit itself free?", of what was just filed: nothing is taken back.
        return Decision("fact", frame.flow, otherwise=Decision("consult", base.name))
    if top is None or frame is not top or base is None or decision.act not in _MOVES or decision.then is not None:
        return decision
    heard, flow = run.turn.understanding, run.book.flows[top.flow]
    opens = surely_asks(heard) and bool(_OPEN & set(heard.extra))
    if not files(flow) or top.case_no is not None or top.lingers or not (opens or merely_asks(heard)):
        return decision
    offered = {str(offer.payload) for offer in run.conversation.offered}
    if any(f"{name}={value}" in offered for name, value in decision.values.items()):
        return decision  # one of the answers that were offered
    if decision.slot is not None or mere_question(run.turn.message) or is_brief(run.turn.message.text, FEW, FEW_SIGNS):
        return decision
    if cues.heeded(top, heard, run.book) or of_the_bills(flow, heard) or _leads(run, decision, top, flow):
        return decision
    consult = Decision("consult", base.name)
    if opens:
        return consult
    return altered(consult, act="fact", flow=top.flow, otherwise=consult) if flow.answer is not None else consult


def _surely(run: Run) -> bool:
    return surely_asks(run.turn.understanding) and not _OFF & set(run.turn.understanding.extra)


def merely_asks(heard: Understanding) -> bool:
    """All of it asks, and wishes for nothing."""
    if hardly_asks(heard) or _FOR_THEM & set(heard.extra):
        return False
    return surely_asks(heard) and all(in_form(part) for part in heard.clauses or (heard,))


def _leads(run: Run, decision: Decision, top: Frame, flow: Flow) -> bool:
    """It answers what is open ("can she come at nine?"), tells the matter itself, or looks up what another flow
    only tells."""
    if decision.act in ("start", "queue"):
        other = run.book.flows.get(decision.flow or "")
        looks = other is not None and not files(other) and not other.answers_all
        return looks or "parking" in run.turn.understanding.extra  # "are there free spaces?"
    if decision.act in ("cancel", "skip", "withdraw", "unknown"):
        return False
    if flow.gist is not None and top.awaiting == flow.gist and flow.gist not in top.slots:
        return True  # "why is it so loud up there every night?" may well be the matter
    named = {entity.name for entity in run.turn.understanding.entities} | set(run.turn.understanding.extra)
    slots = [slot for slot in flow.slots if slot.name in decision.values and not slot.private]
    given = {slot.name for slot in slots if (slot.entity or slot.name) in named or (slot.cue or "") in named}
    heard = run.turn.understanding
    if heard.extra.get("topic") == "hours" or _OPEN & set(heard.extra):
        given -= {"when"}  # "do you work on Sundays?": the day belongs to what is asked
    return any(not _in_passing(run, decision.values[name], name, top) for name in given)


def _in_passing(run: Run, value: Value, name: str, top: Frame) -> bool:
    """ "Are there spaces left in the garage?": a place that the question is about, where no place is asked for."""
    loose = isinstance(value, Place) and value.building is None and value.room is None
    return loose and name != top.awaiting and run.turn.understanding.share("asks") >= CERTAINLY
