"""What is asked and told after a smell of gas was reported: no switch, out, and nobody goes back in."""

from __future__ import annotations

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.text import t
from bot.contract.understanding import Understanding
from bot.engine.decision import Decision
from bot.engine.person.heard import by_gas
from bot.engine.run import Run

# What may be asked, whatever it is: the first words said it already, and it is said again.
ASKED = t(
    "Out first. On your way, if it takes no time: shut the valve, open windows. No switch, no flame, no telephone "
    "inside. Nobody goes back in before the gas company says that it is safe."
)
OUTSIDE = t("Good. Stay outside, and let nobody go back in before the gas company says that it is safe.")
# A flame, asked about or about to be lit: "I was going to light the hob to see which ring it is".
LIGHTS = "lights"
# What of a home is asked about.
_ABOUT = frozenset({"room", "call"})


def after_gas(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Decision | None:
    """What is asked after gas was reported; None where the words, or what is open, are of something else."""
    top, extra = conversation.top, understanding.extra
    about = extra.get("advice")
    out = {"outside", "leaves"} & extra.keys() and top is None and about is None and "made_safe" not in extra
    if about != LIGHTS and not out and (extra.get("amid") != "asks" or about not in _ABOUT):
        return None
    busy = top is not None and not top.lingers and "_urgent" not in top.slots
    return Decision("by_gas") if not busy and by_gas(conversation, message) else None


def asked(run: Run, decision: Decision) -> None:
    """Who is out hears what to do there, by `stay_out`."""
    if not {"outside", "leaves"} & run.turn.understanding.extra.keys():
        run.tell([ASKED])


def stay_out(run: Run) -> None:
    """Behind whatever else is answered to who says that they are out."""
    out = "outside" in run.turn.understanding.extra and run.conversation.sos is None
    if out and by_gas(run.turn.conversation, run.turn.message):
        run.tell([OUTSIDE])
