"""Thanks and goodbye: a short word back, and nothing else."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import t


def thank(turn: Turn) -> Outcome:
    return Outcome(say=(t("You are welcome."),))


def goodbye(turn: Turn) -> Outcome:
    top = turn.conversation.top
    # What was only told, or asked nothing that somebody answered, is nothing that was begun.
    if top is not None and not top.lingers and any(not name.startswith("_") for name in top.slots):
        kept = t(
            "Goodbye. What we had begun is kept; write again when you like. Nothing was sent yet.",
            spoken="Goodbye. What we had begun is kept for ten minutes: call again to go on. Nothing was sent yet.",
        )
        return Outcome(say=(kept,))
    return Outcome(say=(t("Goodbye, and all the best."),))


FLOWS = (
    Flow("thank", 1, t("Thanks"), ("thank",), steps=(Do("run", thank),), aside=True),
    Flow("goodbye", 1, t("Goodbye"), ("goodbye",), steps=(Do("run", goodbye),), aside=True),
)
