"""Right after something was filed: a word of manner or of consent takes nothing back and begins nothing."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.understanding import Understanding
from bot.engine import cues
from bot.engine.acts.by_act import MANNERS, PATIENCE
from bot.engine.decision import Decision

AGREES = 0.75
_BEGUN = frozenset({"cancel", "withdraw", "start", "queue", "amend", "recall", "told", "unknown", "clarify"})


def after_filing(filed: Frame, understanding: Understanding, decision: Decision) -> Decision:
    """The decision, unless it makes a matter of such a word."""
    new = any(filed.slots.get(name) != value for name, value in decision.values.items())
    if decision.act not in _BEGUN or cues.is_off(understanding) or new:
        return decision
    if understanding.share("manners") >= MANNERS:
        return Decision("aside", PATIENCE)
    return Decision("affirm") if understanding.share("agrees") >= AGREES else decision
