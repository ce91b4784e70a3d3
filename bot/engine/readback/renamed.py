"""Said instead of a yes, and known by name to the flow alone: "the meeting room, rather", "one duck less"."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Frame
from bot.contract.flow import Flow
from bot.contract.text import t
from bot.engine.decision import YES_NO, Decision
from bot.engine.run import Run

# What such words are taken for by an engine that does not know the names.
_MUTE = frozenset({"unknown", "no", "skip", "correct", "told", "keep"})
_BEGINS = frozenset({"start", "change", "answer", "amend", "fact"})


def renamed(run: Run, decision: Decision) -> Decision:
    """The decision as it is, or the values that take the place of those that stand: open, or just filed."""
    top, recent = run.conversation.top, run.conversation.recent
    extra = set(run.turn.understanding.extra)
    asks = "question" in extra or {"topic", "asks_back"} <= extra
    if run.turn.message.choice or decision.then is not None or asks:
        return decision
    frame = top or recent
    flow = run.book.flows.get(frame.flow) if frame is not None else None
    if frame is None or flow is None or flow.renamed is None or not _may_be(decision, flow, frame, top is None):
        return decision
    values = flow.renamed(altered(run.turn, conversation=run.conversation, values=frame.slots, case_no=frame.case_no))
    if not values:
        return decision
    if top is None:
        return Decision("amend", flow.name, values)
    if top.awaiting in YES_NO:
        return Decision("change", flow.name, values)
    run.tell([t("Noted.")] if all(name.startswith("_") for name in values) else [])
    return Decision("answer", flow.name, values, slot=top.awaiting)


def _may_be(decision: Decision, flow: Flow, frame: Frame, filed: bool) -> bool:
    """Words that were not understood, or that are the flow's own and brought it nothing."""
    own = decision.act in _BEGINS and decision.flow == flow.name and set(decision.values) <= {flow.gist}
    if not filed:
        return own or decision.act in _MUTE or decision.act == "cancel"
    taken = decision.act in ("cancel", "withdraw", "recall", "deny")
    return flow.amend is not None and frame.case_no is not None and (own or taken or decision.act in _MUTE)
