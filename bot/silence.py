"""Silence after the question of danger: how long it may last, and what ends it (practice 5)."""

from __future__ import annotations

from dataclasses import dataclass

from backend.services import checks
from bot.contract.conversation import Conversation
from bot.contract.flow import Turn
from bot.contract.messages import Profile
from bot.engine.doubt import asked_beside, maybe_danger

_GOES_ON = frozenset({"answer", "yes", "no", "change", "fact", "start", "skip", "amend", "withdraw", "cancel"})


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for an answer, in writing and on a call."""

    chat: float = 180.0
    call: float = 25.0


def heed(turn: Turn, conversation: Conversation, act: str, patience: Patience) -> None:
    """Somebody was asked about danger: if no answer comes, a person looks; with the answer nobody needs to.

    Where the question stood alone, what is said beside it is no answer. Where it was asked beside a request, going on
    with the request is one, as far as no danger is heard in it (practice 5).
    """
    asked = act == "ask_danger" or maybe_danger(turn.understanding, conversation, act)
    if asked and act not in ("safe", "alarm"):
        heard = turn.message.profile in (Profile.KEYS, Profile.VOICE)
        seconds = patience.call if heard else patience.chat
        checks.begin(turn.db, conversation, turn.message.text, seconds, turn.message.id, turn.real)
    elif act in ("safe", "alarm") or (act in _GOES_ON and asked_beside(turn.conversation.said)):
        checks.answered(turn.db, conversation.id, turn.real)
