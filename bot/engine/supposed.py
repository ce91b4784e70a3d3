"""What is only supposed ("say my lamp goes, then somebody comes?") is told as it goes, and nothing is begun by it."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book
from bot.contract.text import t
from bot.contract.understanding import Understanding
from bot.engine.asked.questioned import files
from bot.engine.decision import Decision
from bot.engine.person.promised import HUMAN
from bot.engine.run import Run

# What is done at once, and read back to nobody before.
_AT_ONCE = frozenset({"lost_card", "keep_out"})
_ASKED = frozenset({"question", "asks_back", "asking", "inquires"})


def supposed(decision: Decision, understanding: Understanding, book: Book) -> Decision:
    """The decision, unless it would begin something that is only imagined."""
    flow, extra = book.flows.get(decision.flow or ""), set(understanding.extra)
    begins = decision.act == "start" and flow is not None and (files(flow) or flow.name in _AT_ONCE)
    sends = decision.act == "aside" and decision.flow == HUMAN
    if not (begins or sends) or "supposes" not in extra or not _ASKED & extra or "terms" in extra:
        return decision
    # "If the plumber has time on Monday, please send him" wishes it; and a smell of gas is told by many as a question.
    wished = understanding.entity("when") is not None and bool({"requests", "wants_it"} & extra)
    real = wished or understanding.extra.get("urgent") == "gas"
    return decision if real else Decision("suppose", decision.flow)


def suppose(run: Run, decision: Decision) -> None:
    """How it would go; what is asked next ("does that cost?") is asked of that."""
    if decision.flow == HUMAN:
        anytime = t(
            "At any hour: I am here day and night. In danger just say so; what cannot wait goes at once to those on "
            "duty. For all else a person of the desk gets back to you in its hours."
        )
        run.tell([anytime])
        return
    flow = run.book.flows[decision.flow or ""]
    goes = t(
        "Yes. When it happens, tell me in your own words what it is and where, at any hour; I read it back, you say "
        "yes, and it goes to those who see to it, with a number by which you can ask. If it has happened already, just "
        "say so: nothing is begun yet."
    )
    run.tell([goes])
    run.change(told=Frame(flow.name, flow.version, flow.steps[0].name, touched_at=run.turn.now))
