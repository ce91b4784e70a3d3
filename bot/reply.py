"""Hop 7 and what is written down with it: the reply, the tracker's events, the conversation's new state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend import wake
from backend.services import answers, conversations, hours, outbox
from bot import welcome, with_people
from bot.calling import HINT
from bot.contract import trail
from bot.contract.altered import altered
from bot.contract.conversation import Conversation
from bot.contract.flow import Event
from bot.contract.messages import PLAIN, InboundMessage, Kind, Manner, OutboundMessage
from bot.contract.stored import part_from, part_to
from bot.contract.text import Sayable, t
from bot.engine.run import Run

if TYPE_CHECKING:
    from bot.desk import Desk

Replies = tuple[OutboundMessage, ...]


def write(desk: Desk, connection: Connection, run: Run, events: tuple[Event, ...], real: datetime) -> Replies:
    """Hop 7 and the rows of it: reply, tracker events, the conversation's new state.

    What hop 8 carries is not returned.
    """
    message, conversation = run.turn.message, run.conversation
    say: list[Sayable] = run.say
    if not say and run.ask is None:
        say = [t("I have noted that.")]
    if conversation.with_staff:
        wake.after_commit(connection, wake.desk(conversation.community.id))
    manner = _manner(run, real)
    with desk.metrics.hop("speak"):
        spoken = desk.speaker.speak(
            [*with_people.mark(conversation, real), *say],
            run.ask,
            language=conversation.language or desk.default_language,
            profile=message.profile,
            now=run.turn.now,
            page=conversation.page,
            in_parts=_is_told(run, manner),
        )
    conversation, told = with_people.hand_on(connection, altered(conversation, seq=conversation.seq + 1), message, real)
    seq = conversation.seq
    rows = []
    for event in events:
        seq += 1
        rows.append(
            {"conversation_id": conversation.id, "seq": seq, "name": event.name, "data": dict(event.data), "at": real}
        )
    conversations.log(connection, rows)
    seq += 1
    every = (*spoken.parts, *welcome.button(desk, connection, run, events, real))
    parts = [part_to(part) for part in every]
    community = conversation.community.id
    to, inline, listening = message.sender, message.inline, message.listening
    spoken_here = outbox.add_reply(
        connection, community, conversation.id, seq, to, message.id, parts, real, inline=inline, listening=listening
    )
    kept = altered(conversation, said=tuple(say), asked=run.ask, offered=spoken.offered, seq=seq)
    desk.memory.keep(connection, kept, real)
    return (*told, OutboundMessage(to, every, message.id, manner=manner)) if spoken_here else ()


def _is_told(run: Run, manner: Manner) -> bool:
    """Something was only answered, and nothing waits: then what is long may be told in parts. What was filed, what is
    asked and every word of an alarm is heard whole."""
    talk = run.conversation
    # How somebody shows who they are is heard with what they cannot hear before.
    busy = HINT in run.say or talk.top is not None or talk.sos is not None or manner.connect or manner.record
    return talk.told is not None and not busy and run.turn.message.kind is not Kind.START


def _manner(run: Run, real: datetime) -> Manner:
    """How it is said where it is heard, and what the call does next."""
    conversation, turn = run.conversation, run.turn
    if not turn.message.profile.is_heard:
        return PLAIN
    again = turn.understanding.intent == "ask_human" or turn.message.text.strip("#*") == "0"
    asked = conversation.with_staff and (again or not turn.conversation.with_staff) and conversation.sos is None
    top = conversation.top
    is_open = asked and hours.of(turn.db, conversation.community.id).is_open(turn.now)
    return Manner(
        conversation.language or "",
        conversation.slow,
        ready=conversation.slow or conversation.ready,
        connect=is_open,
        first=run.rings,
        record=asked and not is_open,
        alarm=conversation.sos is not None,
        over=turn.understanding.intent == "goodbye" and run.ask is None and top is None,
        about=run.book.flows[top.flow].title if is_open and top is not None else None,
    )


def repeat(connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime) -> Replies:
    """The same message again: the same answer, nothing done."""
    trail.note(outcome="repeated")
    if not message.inline:
        # Its answer is with hop 8 already, delivered or under way.
        return ()
    listening = message.listening
    if listening is not None and not answers.claim(connection, conversation.id, message.id, listening, real):
        return ()
    bodies = conversations.replies(connection, conversation.id, message.id)
    manner = Manner(
        conversation.language or "",
        conversation.slow,
        ready=conversation.slow or conversation.ready,
        alarm=conversation.sos is not None,
    )
    return tuple(
        OutboundMessage(message.sender, tuple(part_from(part) for part in body["parts"]), message.id, manner=manner)
        for body in bodies
    )
