"""The words of hop 5: what can be decided, and how sure one must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.contract.understanding import Entity, Understanding, Value

# What was offered by name was chosen, and not only spoken of.
OFFERED = "?offered"
CONFIRM, AMEND, WITHDRAW, CHANGE = "?confirm", "?amend", "?withdraw", "?change"
# The answer of somebody who does not know, where a question offers it.
UNSURE = "unsure"
YES_NO = frozenset({CONFIRM, AMEND, WITHDRAW})
OUT_OF_SCOPE = "out_of_scope"
SOS = "trigger_sos"

# Below this a resident in the middle of a flow is taken to answer the question, not to start something else.
INTERRUPT = 0.6
LEAN, LEAN_YES = 0.2, 0.45
# Two matters of which the second is so near to the first are asked about.
CLOSE = 0.6
# While an alarm stands, and for another wish at a read-back, only what is said clearly counts as something else.
SURE = 0.8
CERTAIN = 0.9
CALLS_OFF = 0.55
# Shorter than this, a correction without a value says nothing that staff could use.
GIST = 5
ACTS = frozenset({"cancel", "repeat", "skip", "go_back", "start_over", "correct", "affirm", "deny"})


@dataclass(frozen=True, slots=True)
class Decision:
    """act: what to do; flow: with which flow; values: slots given; slot: which one a choice was about; then: what
    the same message asks for besides; otherwise: what to do where a question turns out to have no answer; heard: the
    half of the message that it was made of; after: what else the message says, each taken as the one before left it."""

    act: str
    flow: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    problems: tuple[Entity, ...] = ()
    slot: str | None = None
    then: Understanding | None = None
    otherwise: Decision | None = None
    heard: Understanding | None = None
    after: tuple[Understanding, ...] = ()


def act_of(intent: str) -> str:
    """The name of the act that a dialogue intent asks for."""
    return {"go_back": "back", "start_over": "restart"}.get(intent, intent)
