"""What was begun by mistake is left in one line: "no, I meant the lamp in the hall", "that is not what I asked"."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Conversation
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.text import Text, t
from bot.contract.understanding import Danger, Understanding
from bot.engine import slots
from bot.engine.afresh import afresh
from bot.engine.decision import LEAN_YES, SOS, Decision
from bot.engine.run import Run

# What the words are taken to be anew, where they begin something; and what is no matter of its own.
_BEGINS = frozenset({"start", "aside", "suppose"})
# What is told by itself puts right what is open; what asks for something.
_VALUES = frozenset({"when", "hours", "people", "amount", "number", "phone", "plate"})
_ASKS_FOR = frozenset({"requests", "want", "act", "of_repair", "thing", "on_file", "utility"})


def mistook(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """The decision to leave what is open, None where it is no more than put right."""
    top = conversation.top
    if "mistook" not in understanding.extra or top is None or top.flow == SOS or top.amending or message.choice:
        return None
    meant = understanding.meant
    if meant is None:
        return Decision("mistook")
    if understanding.danger is not Danger.NONE or meant.danger is not Danger.NONE:
        return None
    flow = book.for_intent(meant.intent)
    fresh = afresh(replace(conversation, frames=()), replace(message, text=meant.said), meant, book)
    told = book.flows.get(fresh.flow or "")
    if fresh.act not in _BEGINS or told is None or top.flow in (told.name, flow.name if flow is not None else ""):
        return None
    here = slots.named(book.flows[top.flow], meant)
    if here and {entity.name for entity in meant.entities} <= _VALUES and not _ASKS_FOR & meant.extra.keys():
        return None  # "sorry, I meant Tuesday at ten": another value, and no other matter
    if meant.confidence < LEAN_YES or here.keys() - slots.named(told, meant).keys():
        return None  # "no, I meant the bathroom": it tells something of what is open, and little of another
    return replace(fresh, act="mistook", slot=fresh.act, heard=meant)


def left(run: Run, decision: Decision) -> Decision | None:
    """What was open is let go of; the decision for what was meant, where that was told."""
    frame = run.pop()
    run.log("flow_cancelled", flow=frame.flow)
    said = t("Then I took you wrongly, sorry. Nothing of that was sent.")
    if not frame.case_no:
        run.change(maybe=(replace(frame, parked=True),))  # for one more message it can be taken up again
    else:
        said = t("Then I took you wrongly, sorry. {number} stands until you take it back.", number=frame.case_no)
        run.change(recent=replace(frame, awaiting=None, touched_at=run.turn.now))
    then = decision.heard
    asks: tuple[Text, ...] = () if then is not None else (t("What is it about? Tell me in a few words."),)
    run.tell([said, *asks])
    if then is None:
        return None
    run.turn = replace(
        run.turn, message=replace(run.turn.message, text=then.said), understanding=replace(then, rest=None)
    )
    return replace(decision, act=decision.slot or "start", slot=None, heard=None)
