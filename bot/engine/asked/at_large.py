"""A question that is about nothing open and nothing on file, whatever its words were taken for: what is written down
about the estate is told where it plainly is what was asked; what shall be done is done."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Frame
from bot.contract.onfile import Written
from bot.engine import cues
from bot.engine.asked.questioned import in_form, of_the_bills
from bot.engine.decision import SURE, Decision
from bot.engine.run import Run

# What takes up no values and begins nothing that is lost.
_GIVES_WAY = frozenset(
    {
        "unknown",
        "affirm",
        "deny",
        "back",
        "repeat",
        "skip",
        "correct",
        "clarify",
        "consult",
        "unused",
        "cancel",
        "aside",
    }
)
# What is taken for an answer, though it only asks.
_ANSWERS = frozenset({"answer", "change", "amend", "no", "recall", "told"})
# What asks for something to be done, or is about what is theirs.
_TO_BE_DONE = frozenset({"signs_up", "dictates", "booked", "push", "urge"})
_THEIRS = frozenset({"dues", "utility", "fee_off", "but_fee", "half", "months", "paid_by"})
# What is wrong: told besides, as it must not be lost for an answer.
_WRONG = frozenset({"fault", "reports_fault", "urgent", "unfixed", "hinted", "grievance", "angry"})
# What has an answer of its own first, and asks for this one where it has none.
_LOOK_THEMSELVES = frozenset({"ask_notice", "vote"})
# Of the answers in passing those that are only taken for what was not understood.
_LOOSE_ASIDES = frozenset({"help", "greet", "ask_human"})


# So much of the question must be found where it might as well be a wish, or is no plain question.
PLAINLY = 0.75
# Of a bill that is named all of it.
WHOLLY = 0.95


def at_large(run: Run, decision: Decision, frame: Frame | None) -> Decision:
    base, heard = run.book.answer_base, run.turn.understanding
    asked = in_form(heard) or "condition" in heard.extra or decision.act in ("fact", "consult")
    lost = run.conversation.top is None and decision.act == "unknown"
    if base is None or not (asked or lost) or not _gives_way(run, decision, frame):
        return decision
    found = written_at_large(run)
    if found is None or not found.sure or _rather_done(run, decision, found, asked=asked):
        return decision
    if decision.act == "start" and _WRONG & set(heard.extra):
        run.tell([found.text])
        return decision
    return Decision("consult" if run.conversation.top is not None else "start", base.name)


def _rather_done(run: Run, decision: Decision, found: Written, *, asked: bool) -> bool:
    """What may well be a wish: "can I have somebody for the tap?" is one, however much the tap is written of; and what
    the flow knows itself, and would tell."""
    heard, flow = run.turn.understanding, run.book.flows.get(decision.flow or "")
    wished = bool({"requests", "wants_it"} & set(heard.extra)) and "merely_asks" not in heard.extra
    if flow is not None and flow.has("fee") and "fee" in decision.values and found.share < WHOLLY:
        return True  # "how much is my water bill?" is of a bill of theirs
    begins = decision.act == "start" and flow is not None and not flow.has("fee")
    if begins and wished and flow is not None and set(flow.cues) & set(heard.extra):
        return True  # named outright: "could I borrow a ladder?" wants one
    if begins and heard.extra.get("topic") == "price" and found.share < WHOLLY:
        return True  # what its own things cost a flow knows best
    if found.share < PLAINLY:
        return wished or not asked or decision.act == "fact"
    if not begins or "topic" not in heard.extra or flow is None or flow.answer is None:
        return False
    return flow.answer(altered(run.turn, values=decision.values)) is not None


def written_at_large(run: Run) -> Written | None:
    """What the desk has written down, about anything."""
    base, asked = run.book.answer_base, ("", run.turn.message.text)
    if base is None or base.written is None:
        return None
    if asked not in run.written:
        run.written[asked] = base.written(run.turn, "")
    return run.written[asked]


def _gives_way(run: Run, decision: Decision, frame: Frame | None) -> bool:
    heard, flow = run.turn.understanding, run.book.flows.get(decision.flow or "")
    extra = set(heard.extra)
    if _TO_BE_DONE & extra or cues.heeded(frame, heard, run.book):
        return False
    if decision.act in ("start", "queue"):
        hours = heard.extra.get("topic") == "hours" and heard.confidence < SURE
        looks = flow is None or flow.answers_all or flow is run.book.progress
        looks = looks or (flow is not None and flow.name in _LOOK_THEMSELVES and not hours)
        return not looks and not (flow is not None and flow.has("fee") and _of_theirs(run, decision))
    if decision.act == "aside":
        return decision.flow in _LOOSE_ASIDES and not {"call_me", "wants_it", "wants_person"} & extra
    if decision.act in _ANSWERS:
        return frame is not None and not _brings(run, decision, frame)
    return decision.act in _GIVES_WAY


def _of_theirs(run: Run, decision: Decision) -> bool:
    """ "How much is my water?" asks for their own bill, and "how much is water?" for what it costs."""
    heard = run.turn.understanding
    told = any(entity.name in ("period", "amount", "location") for entity in heard.entities)
    return told or bool(_THEIRS & set(heard.extra)) or ("scope" in heard.extra and "want" in heard.extra)


def _brings(run: Run, decision: Decision, frame: Frame) -> bool:
    """It brings something that the open flow asks for or holds."""
    flow, heard = run.book.flows[frame.flow], run.turn.understanding
    if of_the_bills(flow, heard):
        return True
    named = {entity.name for entity in heard.entities} | set(heard.extra)
    slots = [slot for slot in flow.slots if slot.name in decision.values and not slot.private]
    return any((slot.entity or slot.name) in named or (slot.cue or "") in named for slot in slots)
