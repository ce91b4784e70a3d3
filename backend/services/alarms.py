"""Alarms: raised in their own transaction before anything else, never closed by a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from backend import wake
from backend.db import Record, hold, insert_or
from backend.ids import new_id
from backend.models.ladder import alarm_talk
from backend.models.people import address, household, resident
from backend.models.talk import conversation
from backend.models.work import alarm
from backend.services import alarm_facts, alarm_history, alarm_rows, outbox, webhooks
from backend.services.ladder import aftercare, anew, climb, standdown, steps, suicide, told, verify
from bot.contract.conversation import Conversation
from bot.contract.errors import Refused
from bot.contract.messages import Address

OPEN, DEVICE = alarm_rows.OPEN, alarm_rows.DEVICE
CALLED_OFF = "cancel_requested"
one, ring = alarm_rows.one, alarm_rows.ring
QUIET_KINDS = alarm_facts.QUIET_KINDS

_OPEN_OF = (
    select(alarm.c.id, alarm.c.kind, alarm.c.quiet, alarm.c.state)
    .where(
        alarm.c.channel == bindparam("channel"),
        alarm.c.account == bindparam("account"),
        alarm.c.reported_by == bindparam("user"),
        alarm.c.state.in_(OPEN),
    )
    .order_by(alarm.c.id.desc())
    .limit(1)
)
_SPEAKER = (
    select(
        address.c.community_id,
        conversation.c.id.label("conversation_id"),
        resident.c.id.label("resident_id"),
        household.c.id.label("household_id"),
        household.c.label,
    )
    .select_from(
        address.join(conversation, conversation.c.address_id == address.c.id, isouter=True)
        .outerjoin(resident, address.c.resident_id == resident.c.id)
        .outerjoin(household, resident.c.household_id == household.c.id)
    )
    .where(
        address.c.channel == bindparam("channel"),
        address.c.account == bindparam("account"),
        address.c.user == bindparam("user"),
    )
)


@dataclass(frozen=True, slots=True)
class Cry:
    """What is known the moment danger is heard. place: as said, None when the words name none; who: as said;
    cause: the message's key, so that a repeated delivery is the same alarm; home, resident: of a device, whose they
    are; sure: whether the place is more than a guess; part: it is but a part of some building ("the roof"); loose:
    it names no building; beside: in an open alarm such words are no new danger, whatever they sound like ("do not ring
    them")."""

    community: str
    sender: Address
    kind: str
    words: str
    cause: str
    place: str | None = None
    who: str | None = None
    home: int | None = None
    resident: int | None = None
    sure: bool = True
    part: bool = False
    loose: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm that stands; new: raised just now rather than joined to one already open."""

    id: str
    new: bool


def raise_alarm(connection: Connection, cry: Cry, now: datetime, real: datetime) -> Standing:
    """Commit an alarm and its first rung, or add the words to the sender's open one. Takes no lock of the conversation.

    Words heard later are added to the same alarm; its kind follows the gravest of them.
    """
    where = {"channel": cry.sender.channel, "account": cry.sender.account, "user": cry.sender.user}
    # Two cries of one person are one alarm, also when two processes hear them.
    hold(connection, "alarm", *where.values())
    standing = connection.execute(_OPEN_OF, where).one_or_none()
    if standing is not None:
        _add_words(connection, standing, cry, now, real)
        return Standing(standing.id, new=False)
    speaker = connection.execute(_SPEAKER, where).one_or_none()
    resident_id = speaker.resident_id if speaker else cry.resident
    theirs = _open_of_person(connection, cry, resident_id)
    if theirs is not None:
        # A wristband and a call, a chat and the hotline: one person in danger is one alarm.
        _add_words(connection, theirs, cry, now, real)
        return Standing(theirs.id, new=False)
    key = new_id()
    written = connection.execute(
        insert_or(alarm).on_conflict_do_nothing(index_elements=["cause"]),
        {
            "id": key,
            "community_id": cry.community,
            "kind": cry.kind,
            "state": "open",
            "conversation_id": speaker.conversation_id if speaker else None,
            "channel": cry.sender.channel,
            "account": cry.sender.account,
            "reported_by": cry.sender.user,
            "reporter_id": resident_id,
            "who": cry.who,
            **_where(cry, speaker),
            "words": cry.words,
            "quiet": cry.kind in QUIET_KINDS,
            "raised_at": now,
            "cause": cry.cause,
        },
    )
    if written.rowcount == 0:
        known = connection.execute(select(alarm.c.id).where(alarm.c.cause == cry.cause)).scalar_one()
        return Standing(known, new=False)
    alarm_history.add(connection, key, "raised", cry.sender.user, cry.words, f"raised:{cry.cause}", now)
    body: dict[str, object] = {"alarm": key, "kind": cry.kind, "quiet": cry.kind in QUIET_KINDS}
    if cry.kind == "check":
        # A task for one person, not a ladder (practice 5).
        body["task"] = "phone or look within 3 minutes"
    outbox.call_staff(connection, cry.community, body, f"alarm:{key}", real)
    webhooks.publish(connection, cry.community, "alarm.raised", {"id": key, "kind": cry.kind, "state": "open"})
    if cry.kind == suicide.KIND:
        suicide.begin(connection, key, real)
    climb.begin(connection, cry.community, key, now, real)
    ring(connection, cry.community)
    return Standing(key, new=True)


def _where(cry: Cry, speaker: Record | None) -> dict[str, object]:
    """The caller's home is only a guess until somebody says so (practice 1); and a roof without a building is most
    likely that of their own home."""
    home = speaker.label if speaker is not None else None
    if cry.place is None or (cry.part and home):
        place = alarm_facts.narrowed(home, cry.place) if home and cry.place else home
        household = speaker.household_id if speaker is not None else cry.home
        return {"location": place, "location_confirmed": False, "household_id": household}
    # Of a roof alone nobody knows yet whose it is: `attach` may.
    return {"location": cry.place, "location_confirmed": cry.sure and not cry.part, "household_id": cry.home}


def _open_of_person(connection: Connection, cry: Cry, resident_id: int | None) -> Record | None:
    """The open alarm of this person by another channel; none where either speaks of somebody else."""
    if resident_id is None or cry.who is not None:
        return None
    hold(connection, "alarm of", str(resident_id))
    same = (alarm.c.community_id == cry.community, alarm.c.reporter_id == resident_id, alarm.c.who.is_(None))
    other = (alarm.c.channel != cry.sender.channel, alarm.c.state.in_(OPEN))
    rows = select(alarm.c.id, alarm.c.kind, alarm.c.quiet).where(*same, *other)
    return connection.execute(rows.order_by(alarm.c.id.desc()).limit(1)).one_or_none()


def _add_words(connection: Connection, standing: Record, cry: Cry, now: datetime, real: datetime) -> None:
    if alarm_history.add(connection, standing.id, "said", cry.sender.user, cry.words, f"said:{cry.cause}", now):
        anew.cried(connection, standing.id, cry.sender.user, now, real)
    wake.after_commit(connection, wake.desk(cry.community))
    hides = cry.beside and cry.kind in QUIET_KINDS
    graver = not hides and alarm_facts.graver(connection, standing, cry.kind, now, real)
    placed = bool(cry.place and cry.sure and cry.home is None)
    if placed:
        # It burns where it burns: who got out, or is looked for on another floor, is told of beside that.
        part = cry.part or (cry.loose and standing.kind in alarm_facts.STAYS)
        alarm_facts.tell_place(connection, standing.id, cry.place or "", None, part=part)
    if graver or placed:
        kind = cry.kind if graver else standing.kind
        body = {"alarm": standing.id, "kind": kind, "again": True}
        outbox.call_staff(connection, cry.community, body, f"alarm:{standing.id}:{cry.cause}", real)
        data = {"id": standing.id, "kind": kind, "state": "open"}
        webhooks.publish(connection, cry.community, "alarm.changed", data)


def request_cancel(connection: Connection, alarm_id: str, by: str, note: str, now: datetime, real: datetime) -> None:
    """The resident says it was nothing: a person verifies that before anybody closes it (practice 4)."""
    found = connection.execute(select(alarm).where(alarm.c.id == alarm_id)).one()
    alarm_history.add(connection, alarm_id, "cancel_requested", by, note, None, now)
    if found.state in OPEN and found.state != CALLED_OFF:
        connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(state=CALLED_OFF))
        standdown.called_off(connection, found, real)
        verify.begin(connection, found, now, real)
    body = {"alarm": alarm_id, "kind": found.kind, "cancel": "to be verified by a person within 5 minutes"}
    outbox.call_staff(connection, found.community_id, body, f"alarm:{alarm_id}:cancel", real)
    wake.after_commit(connection, wake.desk(found.community_id))


def close(
    connection: Connection, alarm_id: str, by: str, outcome: str, now: datetime, real: datetime | None = None
) -> None:
    """Only a named person with an outcome closes an alarm; anything else is refused."""
    if not by.strip() or not outcome.strip():
        raise Refused("an alarm is closed by a named person with an outcome", pointer="/outcome")
    closed = connection.execute(
        update(alarm)
        .where(alarm.c.id == alarm_id, alarm.c.state.in_(OPEN))
        .values(state="closed", closed_at=now, closed_by=by, outcome=outcome)
    )
    if closed.rowcount == 0:
        raise Refused("this alarm is not open", status=409)
    alarm_history.add(connection, alarm_id, "closed", by, outcome, None, now)
    steps.stop(connection, alarm_id, "closed", real or now)
    found = one(connection, alarm_id)
    told.closed(connection, found, by, real or now)
    standdown.over(connection, found, by, outcome, real or now)
    aftercare.begin(connection, found, real or now)
    wake.after_commit(connection, wake.desk(found.community_id))
    webhooks.publish(
        connection, found.community_id, "alarm.closed", {"id": alarm_id, "kind": found.kind, "state": "closed"}
    )


def open_counts(connection: Connection) -> dict[str, int]:
    """How many alarms of each kind nobody has closed, in all communities: for the operator's numbers only."""
    rows = select(alarm.c.kind, func.count()).where(alarm.c.state.in_(OPEN)).group_by(alarm.c.kind)
    return {row[0]: row[1] for row in connection.execute(rows)}


def open_of(connection: Connection, sender: Address) -> Record | None:
    """The sender's open alarm (id, kind, state), if any."""
    where = {"channel": sender.channel, "account": sender.account, "user": sender.user}
    return connection.execute(_OPEN_OF, where).one_or_none()


def attach(connection: Connection, alarm_id: str, speaker: Conversation) -> None:
    """Join the alarm to the conversation and, where no place was said, to the speaker's home as a guess."""
    found = one(connection, alarm_id)
    if found.conversation_id not in (None, speaker.id):
        also = insert_or(alarm_talk).on_conflict_do_nothing(index_elements=["alarm_id", "conversation_id"])
        connection.execute(also, {"alarm_id": alarm_id, "conversation_id": speaker.id})
    if found.conversation_id is not None:
        return
    changes: dict[str, object] = {"conversation_id": speaker.id}
    if speaker.resident is not None:
        changes["reporter_id"] = speaker.resident.id
        home = speaker.resident.home
        guess = found.household_id is None and not found.location_confirmed
        if home is not None and guess:
            place = alarm_facts.narrowed(home.label, found.location) if found.location else home.label
            changes |= {"location": place, "household_id": home.id}
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(**changes))
