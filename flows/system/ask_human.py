"""A person, please: asked for at once, and a call-back is kept as a case so that nobody is stranded meanwhile."""

from __future__ import annotations

from datetime import timedelta

from backend.services import cases, handover, hours
from backend.services.cases import NewCase
from backend.services.handover import Ask, Standing
from bot.contract.conversation import Frame
from bot.contract.flow import Do, Event, Flow, Outcome, Turn
from bot.contract.messages import Kind
from bot.contract.text import Clock, Text, t, tn


def run(turn: Turn) -> Outcome:
    conversation = turn.conversation
    mine = cases.of_conversation(turn.db, conversation.id, None, 20)
    waiting = next((c for c in mine if c.kind == "callback" and c.state in cases.OPEN), None)
    if waiting is not None:
        at = waiting.due_at.astimezone(turn.now.tzinfo)
        say = t(
            "A person has your request, {number}; our target is an answer by {by}.", number=waiting.number, by=Clock(at)
        )
        return Outcome(say=(say, *_place(turn, _request(turn, waiting.id))), with_staff=True)
    # The end of the target, counted while the desk is open.
    minutes = conversation.community.targets.get("callback", 60)
    due = hours.of(turn.db, conversation.community.id).after(turn.now, minutes)
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
    return Outcome(say=(say, *_place(turn, _request(turn, filed.id))), events=(event,), with_staff=True)


def _request(turn: Turn, case: str) -> Standing:
    conversation = turn.conversation
    frame = conversation.top
    ask = Ask(
        community=conversation.community.id,
        conversation=conversation.id,
        reason=_reason(turn),
        flow=frame.flow if frame else None,
        case=case,
        note=_known(frame) if frame else None,
    )
    return handover.request(turn.db, ask, turn.real)


def _reason(turn: Turn) -> str:
    if turn.message.kind is Kind.SILENCE:
        return "silence"
    return "anger" if "angry" in turn.understanding.extra else "asked"


def _known(frame: Frame) -> str:
    """What was told already, so that nobody has to tell it twice."""
    told = (f"{name}: {value}" for name, value in frame.slots.items() if not name.startswith("_"))
    return "; ".join(told)[:1000]


def _place(turn: Turn, standing: Standing) -> tuple[Text, ...]:
    """The place in the queue and how long it took lately; nothing is said that nobody could know."""
    if standing.state == handover.HELD:
        held = turn.conversation.held
        name = held.shown(turn.conversation.language) if held else ""
        return (t("{name} has your conversation and answers here.", name=name),) if name else ()
    desk = hours.of(turn.db, turn.conversation.community.id)
    if not desk.is_open(turn.now):
        # At night it is clear which morning is meant; before a holiday the day is said.
        at = desk.next_opening(turn.now)
        opens = Clock(at, bare=at - turn.now < timedelta(hours=16))
        text = t(
            "Nobody is at the desk now; it opens at {opens}. Say “withdraw the call-back” if you need it no longer. In "
            "danger, say so at any hour.",
            spoken="Nobody is at the desk now; it opens at {opens}. In danger, press 9 at any hour.",
            opens=opens,
        )
        return (text,)
    place = (
        t("You are next in the queue.")
        if standing.place == 1
        else t("You are number {place} in the queue.", place=standing.place)
    )
    if standing.minutes is None:
        return (place,)
    lately = tn(
        "Lately most people were answered within a minute.",
        "Lately most people were answered within {n} minutes.",
        standing.minutes,
    )
    return (place, lately)


FLOW = Flow("ask_human", 1, t("A person"), ("ask_human",), steps=(Do("run", run),), aside=True)
