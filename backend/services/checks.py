"""The check after silence: whoever was asked about danger and says nothing is looked after by a person (practice 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from backend.models.people import address
from backend.models.talk import conversation
from backend.services import alarms, outbox, stories
from backend.services.alarms import Cry
from bot.contract.conversation import Conversation
from bot.contract.messages import Address
from bot.contract.text import Text, t

STORY = "check"
KIND = "check"
# So long a duty person has to phone or to look.
WITHIN_SECONDS = 180
_RECENT = timedelta(minutes=30)

LOOKED_AFTER = t(
    "I have not heard from you, so I am asking a person on duty to call you or to look in on you. If you need help "
    "now, call {ambulance}. If all is well, just tell me.",
    spoken="I have not heard from you. I am asking a person on duty to call you or to look in. "
    "For help now, call {ambulance}. If all is well, tell me.",
)


def begin(connection: Connection, talk: Conversation, words: str, seconds: float, cause: str, real: datetime) -> None:
    """The question stands: if nothing answers it within these seconds, a person looks."""
    if _open(connection, talk.id, real):
        return
    data = {
        "conversation": talk.id,
        "words": words,
        "ambulance": talk.community.emergency["ambulance"],
        "community": talk.community.id,
    }
    until = real + timedelta(seconds=seconds)
    once = f"{STORY}:{talk.id}:{cause}"[:120]
    stories.begin(connection, talk.community.id, STORY, data, until, once, real, conversation=talk.id, heeds=True)


def answered(connection: Connection, conversation_id: int, real: datetime) -> None:
    """The question was answered, one way or the other: nobody needs to look because of silence."""
    for story in _open(connection, conversation_id, real):
        stories.answer(connection, story, real)


def _open(connection: Connection, conversation_id: int, real: datetime) -> list[Any]:
    found = stories.of_conversation(connection, conversation_id, STORY, real - _RECENT)
    return [row for row in found if not stories.is_answered(connection, row.id)]


def overdue(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Nothing was answered in time: an alarm for the people on duty, and the resident is told so; once."""
    if stories.is_answered(connection, key):
        return False
    talk = connection.execute(
        select(conversation.c.state, conversation.c.id, address.c.channel, address.c.account, address.c.user)
        .select_from(conversation.join(address, conversation.c.address_id == address.c.id))
        .where(conversation.c.id == data["conversation"])
        .with_for_update(of=conversation)
    ).one()
    sender = Address(talk.channel, talk.user, talk.account)
    cry = Cry(data["community"], sender, KIND, data["words"], f"{STORY}:{key}")
    standing = alarms.raise_alarm(connection, cry, now, real)
    # What the resident says from now on belongs to this alarm: it is written into its history.
    state = {**talk.state, "sos": standing.id}
    connection.execute(update(conversation).where(conversation.c.id == talk.id).values(state=state))
    told = Text(LOOKED_AFTER.msgid, {"ambulance": data["ambulance"]}, spoken=LOOKED_AFTER.spoken)
    outbox.push(connection, talk.id, told, f"{STORY}:{key}:told", real, last=True)
    return True
