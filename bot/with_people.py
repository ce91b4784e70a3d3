"""While a person of the desk has the word the bot is silent; afterwards it says that it is the bot (practice 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from backend import wake
from backend.services import outbox
from bot.contract import trail
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage, OutboundMessage, Part
from bot.contract.stored import part_from, part_to
from bot.contract.text import Text, t
from bot.contract.understanding import Danger, Understanding
from bot.engine.danger.doubt import cries, maybe_danger
from bot.speak import signed

if TYPE_CHECKING:
    from bot.desk import Desk

MARK = t("(Automatic answer while {name} is away)", spoken="This is the automatic assistant, while {name} is away.")


def have_the_word(conversation: Conversation, understanding: Understanding, real: datetime) -> bool:
    """Whether the bot keeps silent; never where somebody is in danger, or may be."""
    held = conversation.held
    if held is None or real >= held.until:
        return False
    cry = understanding.danger is Danger.ALERT or cries(understanding)
    return not (cry or maybe_danger(understanding, conversation))


def mark(conversation: Conversation, real: datetime) -> tuple[Text, ...]:
    """What stands before an answer of the bot while a person has the conversation and says nothing."""
    if conversation.held is None or real < conversation.held.until:
        return ()
    return (replace(MARK, params={"name": conversation.held.shown(conversation.language)}),)


def listen(
    desk: Desk, connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime
) -> tuple[OutboundMessage, ...]:
    """The words are written down already and shown to the desk; the answer is what a person has said, or nothing."""
    trail.note(outcome="with_staff")
    wake.after_commit(connection, wake.desk(conversation.community.id))
    conversation, replies = hand_on(connection, replace(conversation, seq=conversation.seq + 1), message, real)
    desk.memory.keep(connection, conversation, real)
    return replies


def hand_on(
    connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime
) -> tuple[Conversation, tuple[OutboundMessage, ...]]:
    """Lines of the desk that this caller has not heard yet, before the answer to this message."""
    if not conversation.unheard:
        return conversation, ()
    parts = [part for body in outbox.unheard(connection, conversation.id, real) for part in _signed(body)]
    if not parts:
        return replace(conversation, unheard=False), ()
    seq, stored = conversation.seq + 1, [part_to(part) for part in parts]
    whose, to = conversation.community.id, message.sender
    outbox.add_reply(
        connection, whose, conversation.id, seq, to, message.id, stored, real, again=True, inline=message.inline
    )
    return replace(conversation, seq=seq, unheard=False), (OutboundMessage(to, tuple(parts), message.id),)


def _signed(body: dict[str, Any]) -> Iterator[Part]:
    return iter(signed(body["by"], tuple(part_from(data) for data in body["parts"])))
