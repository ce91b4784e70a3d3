"""A voice that nobody could put into words: a person of the desk listens to it, and the resident is told by when."""

from __future__ import annotations

from datetime import timedelta

from backend.services import handover, hours
from backend.services.handover import Ask
from bot.contract.flow import Do, Event, Flow, Outcome, Turn
from bot.contract.text import Clock, t

# The desk listens within so long while it is open (practice 15).
MINUTES = 2
# Where the community names none.
_DANGER = ("ambulance", "fire", "police")


def run(turn: Turn) -> Outcome:
    conversation = turn.conversation
    frame = conversation.top
    ask = Ask(
        community=conversation.community.id,
        conversation=conversation.id,
        reason="voice",
        flow=frame.flow if frame else None,
    )
    handover.request(turn.db, ask, turn.real)
    desk = hours.of(turn.db, conversation.community.id)
    events = (Event("handoff", {}),)
    if desk.is_open(turn.now):
        say = t(
            "I have your voice message, but cannot make it out. A person of the desk listens to it within {n} minutes "
            "and answers here. A few written words reach me at once.",
            n=MINUTES,
        )
        return Outcome(say=(say,), events=events, with_staff=True)
    at, numbers = desk.next_opening(turn.now), conversation.community.emergency
    say = t(
        "I have your voice message, but cannot make it out, and nobody is at the desk to listen before {opens}. Please "
        "write me a few words: those I read at any hour. In danger call {ambulance}, {fire} or {police}.",
        opens=Clock(at, bare=at - turn.now < timedelta(hours=16)),
        **{name: numbers[name] for name in _DANGER},
    )
    return Outcome(say=(say,), events=events, with_staff=True)


FLOW = Flow("listen", 1, t("A voice message to be listened to"), (), steps=(Do("run", run),), aside=True)
