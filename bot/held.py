"""What was filed is changed or taken back by text message only once the number has come back that proves who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import asking_back, echo
from bot.contract.flow import SlotKind
from bot.contract.text import t
from bot.engine.advance import advance
from bot.engine.decision import AMEND, WITHDRAW, Decision

if TYPE_CHECKING:
    from bot.engine.run import Run

# What waits for the number, in the place of a flow's name.
YES, QUOTED, AGAIN = "?yes", "?quoted", "?again"
WAITING = frozenset({YES, QUOTED, AGAIN})
_ASK = t(
    "So that nobody but you changes what was filed, answer with {code}. Only your telephone gets this number; tell it "
    "to nobody."
)


def back(run: Run, decision: Decision) -> bool:
    """True where the deed has to wait; everything that led to it stands as it stood."""
    message = run.turn.message
    if not message.forgeable or echo.is_fresh(run.conversation, run.turn.real):
        return False
    waits = _what_waits(run, decision)
    if not waits:
        return False
    echo.ask(run, waits, _ASK)
    return True


def _what_waits(run: Run, decision: Decision) -> str:
    top = run.conversation.top
    if top is not None and top.awaiting in (AMEND, WITHDRAW) and decision.act == "yes":
        return YES
    if top is not None and top.awaiting == asking_back.AGREED and decision.act != "no":
        return QUOTED
    recent = run.conversation.recent
    if decision.act != "amend" or recent is None:
        return ""
    flow = run.book.flows[recent.flow]
    # Who is rung about it is changed without a further yes.
    calls = any(flow.has(name) and flow.slot(name).kind is SlotKind.PHONE for name in decision.values)
    return AGAIN if calls else ""


def go_on(run: Run, waits: str) -> bool:
    """The number was right; False where they are asked what it was."""
    run.change(wanted="")
    if waits == YES and run.conversation.top is not None:
        advance(Decision("yes"), run)
        return True
    if waits == QUOTED and run.conversation.settled:
        asking_back.put_again(run)
        return True
    return False
