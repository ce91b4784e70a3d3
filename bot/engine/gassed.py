"""What is asked and told after a smell of gas was reported: no switch, out, and nobody goes back in."""

from __future__ import annotations

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.text import t
from bot.contract.understanding import Understanding
from bot.engine.decision import Decision
from bot.engine.heard import by_gas
from bot.engine.run import Run
from bot.engine.steps import apply

# What may be asked, whatever it is: the first words said it already, and it is said again.
ASKED = t(
    "Out first. On your way, if it takes no time: shut the valve, open windows. No switch, no flame, no telephone "
    "inside. Nobody goes back in before the gas company says that it is safe."
)
OUTSIDE = t("Good. Stay outside, and let nobody go back in before the gas company says that it is safe.")
# What of a home is asked about.
_ABOUT = frozenset({"room", "call"})


def after_gas(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Decision | None:
    """None where no gas was reported, something else is open, or the words are of something else."""
    top, extra = conversation.top, understanding.extra
    asks = extra.get("amid") == "asks" and extra.get("advice") in _ABOUT
    if not asks and "outside" not in extra:
        return None
    busy = top is not None and not top.lingers and "_urgent" not in top.slots
    return Decision("by_gas") if not busy and by_gas(conversation, message) else None


def by_gas_words(run: Run, decision: Decision) -> None:
    """Told into the case as well, where it is no question."""
    if "outside" not in run.turn.understanding.extra:
        run.tell([ASKED])
        return
    recent = run.conversation.recent
    flow = run.book.flows[recent.flow] if recent is not None else None
    said = list(run.say)
    if recent is not None and flow is not None and flow.more is not None:
        apply(run, flow.more(run.seen(recent)))
    run.say[:] = said
    run.tell([OUTSIDE])
