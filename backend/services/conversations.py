"""The rows behind one conversation: who speaks, its state, what came in and what goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from backend import wake
from backend.db import Record, insert_or
from backend.models.ladder import care
from backend.models.people import address, building, household, resident
from backend.models.talk import conversation, event, message, outbox
from bot.contract.messages import Address, InboundMessage

INLINE_LEASE_SECONDS = 30

_FIND = (
    select(
        conversation.c.id,
        conversation.c.community_id,
        conversation.c.language,
        conversation.c.state,
        conversation.c.seq,
        conversation.c.with_staff,
        conversation.c.updated_at,
        address.c.verified_at,
        address.c.unreachable_at,
        resident.c.id.label("resident_id"),
        resident.c.name.label("resident_name"),
        resident.c.phone,
        resident.c.slow,
        resident.c.person,
        household.c.id.label("household_id"),
        household.c.label.label("home_label"),
        household.c.unit,
        household.c.room,
        building.c.number.label("building"),
        care.c.duress,
        care.c.asked_at,
        care.c.well_at,
    )
    .select_from(
        conversation.join(address, conversation.c.address_id == address.c.id)
        .outerjoin(resident, address.c.resident_id == resident.c.id)
        .outerjoin(household, resident.c.household_id == household.c.id)
        .outerjoin(building, household.c.building_id == building.c.id)
        .outerjoin(care, care.c.resident_id == resident.c.id)
    )
    .where(
        address.c.channel == bindparam("channel"),
        address.c.account == bindparam("account"),
        address.c.user == bindparam("user"),
    )
)

_SAVE = (
    update(conversation)
    .where(conversation.c.id == bindparam("key"))
    .values(
        language=bindparam("language"),
        state=bindparam("state"),
        seq=bindparam("seq"),
        with_staff=bindparam("with_staff"),
        updated_at=bindparam("updated_at"),
    )
)

# An alarm's row refers to its conversation and must never wait for the message: a lock that leaves the key alone.
_FIND_AND_LOCK = _FIND.with_for_update(key_share=True, of=conversation)

# Two first messages of one sender may arrive together, at two processes.
_ADDRESS = (
    insert_or(address).on_conflict_do_nothing(index_elements=["channel", "account", "user"]).returning(address.c.id)
)
_CONVERSATION = insert_or(conversation).on_conflict_do_nothing(index_elements=["address_id"])
_ADDRESS_OF = select(address.c.id).where(
    address.c.channel == bindparam("channel"),
    address.c.account == bindparam("account"),
    address.c.user == bindparam("user"),
)
_EVENT = insert(event).inline()
_RECORD = insert_or(message).on_conflict_do_nothing(index_elements=["conversation_id", "external_id"])

_REPLIES = (
    select(outbox.c.body)
    .where(
        outbox.c.conversation_id == bindparam("conversation"),
        outbox.c.in_reply_to == bindparam("external_id"),
        # An id that was forgotten may have come again: the answers of its first time are not meant.
        outbox.c.seq
        > select(message.c.seq)
        .where(
            message.c.conversation_id == bindparam("conversation"), message.c.external_id == bindparam("external_id")
        )
        .scalar_subquery(),
    )
    .order_by(outbox.c.id)
)


@dataclass(frozen=True, slots=True)
class Binding:
    """What an address that was never seen counts as; resident: a bound resident's id (the demo's), or None."""

    community: str
    resident: int | None


def find(connection: Connection, who: Address) -> Record | None:
    """The conversation of this address with its speaker and home, or None."""
    return connection.execute(_FIND, {"channel": who.channel, "account": who.account, "user": who.user}).one_or_none()


def elsewhere(connection: Connection, resident: int, channel: str, limit: int) -> list[Record]:
    """The conversations that this resident keeps on other channels, where it is proved to be them, and the door and
    name under which each is kept."""
    found = (
        select(conversation.c.id, conversation.c.state, address.c.channel, address.c.account, address.c.user)
        .join(address, conversation.c.address_id == address.c.id)
        .where(address.c.resident_id == resident, address.c.channel != channel, address.c.verified_at.is_not(None))
        .order_by(conversation.c.updated_at.desc())
        .limit(limit)
        .with_for_update(key_share=True, of=conversation)
    )
    return list(connection.execute(found))


def hand_over(connection: Connection, conversation_id: int, state: Mapping[str, object]) -> None:
    """What is left of a conversation of which a part went on elsewhere."""
    connection.execute(update(conversation).where(conversation.c.id == conversation_id).values(state=state))


def lock(connection: Connection, who: Address) -> Record | None:
    """The same as `find`, and until the transaction ends no other message of this conversation gets further."""
    where = {"channel": who.channel, "account": who.account, "user": who.user}
    return connection.execute(_FIND_AND_LOCK, where).one_or_none()


def begin(connection: Connection, who: Address, binding: Binding, now: datetime) -> None:
    """Make the address and its conversation; the caller locks it afterwards."""
    made = connection.execute(
        _ADDRESS,
        {
            "community_id": binding.community,
            "channel": who.channel,
            "account": who.account,
            "user": who.user,
            "resident_id": binding.resident,
            "verified_at": now if binding.resident else None,
        },
    )
    address_id = made.scalar_one_or_none()
    if address_id is None:
        where = {"channel": who.channel, "account": who.account, "user": who.user}
        address_id = connection.execute(_ADDRESS_OF, where).scalar_one()
    connection.execute(
        _CONVERSATION,
        {
            "community_id": binding.community,
            "address_id": address_id,
            "state": {},
            "seq": 0,
            "with_staff": False,
            "updated_at": now,
        },
    )


def record(connection: Connection, conversation_id: int, seq: int, inbound: InboundMessage, real: datetime) -> bool:
    """Write the message down; False when this sender's id was already here."""
    payload: dict[str, object] = {}
    if inbound.choice is not None:
        payload["choice"] = inbound.choice
    if inbound.attachments:
        payload["attachments"] = [[a.kind, a.key, a.content_type] for a in inbound.attachments]
    if inbound.place is not None:
        payload["place"] = [inbound.place.latitude, inbound.place.longitude, inbound.place.label]
    written = connection.execute(
        _RECORD,
        {
            "conversation_id": conversation_id,
            "external_id": inbound.id,
            "seq": seq,
            "kind": str(inbound.kind),
            "text": inbound.text,
            "payload": payload or None,
            "received_at": real,
        },
    )
    return written.rowcount == 1


def save(
    connection: Connection,
    conversation_id: int,
    *,
    language: str | None,
    state: Mapping[str, object],
    seq: int,
    with_staff: bool,
    community: str,
    real: datetime,
) -> None:
    """The state after a turn; whoever looks at the conversation is told."""
    wake.after_commit(connection, wake.desk(community))
    wake.after_commit(connection, wake.talk(conversation_id))
    connection.execute(
        _SAVE,
        {
            "key": conversation_id,
            "language": language,
            "state": state,
            "seq": seq,
            "with_staff": with_staff,
            "updated_at": real,
        },
    )


def log(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Tracker events: rows of conversation_id, seq, name, data, at."""
    if rows:
        connection.execute(_EVENT, list(rows))


def replies(connection: Connection, conversation_id: int, external_id: str) -> list[Any]:
    """The bodies of what was answered to this message before."""
    found = connection.execute(_REPLIES, {"conversation": conversation_id, "external_id": external_id})
    return [row.body for row in found]
