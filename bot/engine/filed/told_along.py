"""What is told while danger is asked about belongs to what was just filed, all the same."""

from __future__ import annotations

from bot.engine.filed.spoken_of import within
from bot.engine.measure import weight
from bot.engine.run import Run
from bot.engine.steps import apply

# Less tells nothing; so unlikely it asks.
TELLS, ASKS = 12, 0.25


def told_along(run: Run) -> None:
    """ "Forties, glasses, a grey jacket", of somebody who shall be kept out: it goes there before it is asked."""
    recent, heard = run.conversation.recent, run.turn.understanding
    flow = run.book.flows.get(recent.flow) if recent is not None else None
    if run.conversation.top is not None or recent is None or flow is None or flow.more is None or not recent.case_no:
        return
    asks = {"question", "asks_back", "also"} & set(heard.extra) or heard.share("asks") >= ASKS
    if asks or not within(recent, run.turn.message) or weight(run.turn.message.text) < TELLS:
        return
    apply(run, flow.more(run.seen(recent)))
