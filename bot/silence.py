"""Silence after the question of danger: how long it may last, and what ends it (practice 5)."""

from __future__ import annotations

from dataclasses import dataclass

from backend.services import checks, lines
from bot.contract.conversation import ALWAYS, Conversation
from bot.contract.flow import Turn
from bot.contract.messages import Kind, Profile
from bot.engine.danger.doubt import asked_beside, maybe_danger
from bot.engine.decision import Decision

# So many silences in a row on a call, and somebody looks; so many turns that nobody could make out from somebody old.
SILENCES, UNCLEAR = 2, 2
_HEARD_OTHERWISE = frozenset({"ask_danger", "alarm", "alarm_words", "alarm_cancel", "safe"})
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
        heard = turn.message.profile.is_heard
        seconds = patience.call if heard else patience.chat
        checks.begin(turn.db, conversation, turn.message.text, seconds, turn.message.id, turn.real)
    elif act in ("safe", "alarm") or (act in _GOES_ON and asked_beside(turn.conversation.said)):
        checks.answered(turn.db, conversation.id, turn.real)


def on_the_line(turn: Turn, conversation: Conversation, act: str) -> None:
    """Whoever lives alone or is old and says nothing on a call or only moans, or whose calls drop, is looked after
    (practice 15)."""
    message = turn.message
    if not message.profile.is_heard or conversation.sos:
        return
    quiet = act == "silence" and conversation.misses == SILENCES
    moans = act not in _HEARD_OTHERWISE and "moan" in turn.understanding.extra
    if not (quiet or moans or message.kind is Kind.START):
        return
    who = lines.whose(turn.db, conversation, message.sender)
    if who is None or not lines.is_at_risk(turn.db, who, turn.now):
        return
    if quiet or moans:
        heard = lines.MOANING if moans else lines.SILENT
        lines.heard(turn.db, conversation, who, message.id, heard, turn.now, turn.real)
    else:
        lines.called(turn.db, conversation, who, message.id, turn.real)


def _a_person_first(turn: Turn, conversation: Conversation, decision: Decision) -> bool:
    """Whoever wishes it has a person with the first words of a chat; a call has been there before it was spoken on."""
    # Over REST a tap comes as its payload in words.
    tapped = turn.message.choice or any(offer.payload == turn.message.text for offer in turn.conversation.offered)
    if turn.message.profile.is_heard or tapped or conversation.with_staff:
        return False
    fresh = conversation.top is None and conversation.sos is None and decision.act in ("start", "unknown")
    return conversation.person == ALWAYS and fresh and decision.flow != "person_first"


def rather(turn: Turn, conversation: Conversation, decision: Decision) -> Decision:
    """Somebody old whom we could not make out twice is connected to a person at once (practice 15), and whoever wishes
    for a person always."""
    if _a_person_first(turn, conversation, decision):
        return Decision("aside", "ask_human")
    spoken = turn.message.profile is Profile.VOICE and conversation.misses + 1 >= UNCLEAR
    if decision.act != "unknown" or not spoken:
        return decision
    who = lines.whose(turn.db, conversation, turn.message.sender)
    old = who is not None and lines.is_old(turn.db, who, turn.now)
    return Decision("aside", "ask_human") if old else decision
