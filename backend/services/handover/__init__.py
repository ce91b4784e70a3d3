"""Conversations that a person is asked for, holds and gives back; everything within one community.

The lock of the conversation comes before its handover's row, as in the bot's own transaction: nobody waits in a circle.
"""

from backend.services.handover.held import KEY, UNHEARD, held_from, held_to
from backend.services.handover.holding import claim, hand_back, snooze, take_over, transfer
from backend.services.handover.lines import say
from backend.services.handover.queue import (
    HELD,
    STATES,
    WAITING,
    Ask,
    Standing,
    entry,
    of_conversation,
    open_list,
    position,
    request,
    standing,
)
from backend.services.handover.returning import STORY, end_shift, idle, return_idle

__all__ = [
    "HELD",
    "KEY",
    "STATES",
    "STORY",
    "UNHEARD",
    "WAITING",
    "Ask",
    "Standing",
    "claim",
    "end_shift",
    "entry",
    "hand_back",
    "held_from",
    "held_to",
    "idle",
    "of_conversation",
    "open_list",
    "position",
    "request",
    "return_idle",
    "say",
    "snooze",
    "standing",
    "take_over",
    "transfer",
]
