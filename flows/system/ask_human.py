"""A person, please: a call-back is kept as a case, so that nobody is stranded while the bot goes on helping."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from backend.services import cases
from backend.services.cases import NewCase
from bot.contract.flow import Do, Event, Flow, Outcome, Turn
from bot.contract.text import Clock, t

OPENS, CLOSES = time(8), time(20)


def promised(now: datetime, minutes: int) -> datetime:
    """The end of the target, counted in the desk's hours."""
    begin = now
    if begin.time() >= CLOSES:
        begin = (begin + timedelta(days=1)).replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    elif begin.time() < OPENS:
        begin = begin.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    return begin + timedelta(minutes=minutes)


def run(turn: Turn) -> Outcome:
    conversation = turn.conversation
    mine = cases.of_conversation(turn.db, conversation.id, None, 20)
    waiting = next((c for c in mine if c.kind == "callback" and c.state in cases.OPEN), None)
    if waiting is not None:
        at = waiting.due_at.astimezone(turn.now.tzinfo)
        say = t(
            "A person has your request, {number}; our target is an answer by {by}.", number=waiting.number, by=Clock(at)
        )
        return Outcome(say=(say,), with_staff=True)
    due = promised(turn.now, conversation.community.targets.get("callback", 60))
    resident = conversation.resident
    frame = conversation.top
    filed = cases.file(
        turn.db,
        NewCase(
            community=conversation.community.id,
            kind="callback",
            location=resident.home.label if resident and resident.home else "",
            details=turn.message.text or "0",
            resident=resident.id if resident else None,
            household=resident.home.id if resident and resident.home else None,
            conversation=conversation.id,
            contact=resident.phone if resident else None,
            slots={"flow": frame.flow if frame else None},
            due_at=due,
        ),
        turn.now,
    )
    say = t(
        "I have asked a colleague to get back to you, here or by phone, by {by} if we can. Your number is {number}. "
        "I can keep helping in the meantime.",
        by=Clock(due),
        number=filed.number,
    )
    event = Event("handoff", {"case_no": filed.number})
    return Outcome(say=(say,), events=(event,), with_staff=True)


FLOW = Flow("ask_human", 1, t("A person"), ("ask_human",), steps=(Do("run", run),), aside=True)
