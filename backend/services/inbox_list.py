"""The inbox: who waits, who is held and by whom, and what was said last, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from backend.db import Record
from backend.models.notes import label, mention
from backend.models.people import address, household, resident
from backend.models.staff import handover, staff
from backend.models.talk import conversation, message, outbox
from backend.models.work import alarm, case
from backend.services import mentions
from backend.services.alarms import OPEN
from backend.services.handover import HELD, WAITING
from bot.contract.errors import Refused

VIEWS = ("open", "mine", "waiting", "named", "bot", "closed")
PAGE = 40
# Stands where a button was pressed: what it said is told by the talk itself.
TAPPED = "\N{WHITE HEAVY CHECK MARK}"
# Words are looked for among the newest messages only: an index for all of them would cost every message.
SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be listed. view: one of VIEWS; me: whose "mine"; channel, team, label, words: empty for all."""

    community: str
    view: str
    me: int
    channel: str = ""
    team: str = ""
    label: str = ""
    words: str = ""
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list. since: from when it waits; last: what was said last, as text or as a stored body."""

    row: Record
    alarm: Record | None
    text: str | None
    body: Mapping[str, Any] | None
    mine: bool
    at: datetime
    labels: tuple[str, ...] = ()
    named: bool = False


def _rows() -> Select[Any]:
    joined = (
        conversation.join(address, conversation.c.address_id == address.c.id)
        .outerjoin(resident, address.c.resident_id == resident.c.id)
        .outerjoin(household, resident.c.household_id == household.c.id)
        .outerjoin(handover, (handover.c.conversation_id == conversation.c.id) & (handover.c.state != "ended"))
        .outerjoin(staff, handover.c.owner_id == staff.c.id)
    )
    return select(
        conversation.c.id,
        conversation.c.community_id,
        conversation.c.language,
        conversation.c.updated_at,
        conversation.c.with_staff,
        address.c.channel,
        address.c.account,
        address.c.user.label("sender"),
        address.c.verified_at,
        resident.c.id.label("resident_id"),
        resident.c.name,
        resident.c.phone,
        household.c.id.label("household_id"),
        household.c.label.label("home"),
        handover.c.id.label("handover_id"),
        handover.c.state,
        handover.c.reason,
        handover.c.requested_at,
        handover.c.owner_id,
        handover.c.snoozed_until,
        handover.c.team,
        handover.c.version,
        handover.c.note,
        staff.c.name.label("owner"),
    ).select_from(joined)


def one(connection: Connection, community: str, number: int) -> Record:
    """One conversation of this community as the list shows it, and what the bot remembers of it; raises `Refused`
    (404)."""
    rows = _rows().add_columns(conversation.c.state.label("memory"))
    mine = (conversation.c.community_id == community, conversation.c.id == number)
    found = connection.execute(rows.where(*mine)).one_or_none()
    if found is None:
        raise Refused("no such conversation", status=404)
    return found


def page(connection: Connection, wish: Wish) -> list[Entry]:
    """Alarms first, then who waits longest, then what was said newest."""
    standing = _alarms(connection, wish.community)
    rows: list[Record] = []
    if wish.view in ("open", "waiting") and standing:
        rows += connection.execute(_filtered(wish, ids=list(standing)).order_by(conversation.c.id)).all()
    first = _queue(connection, wish)
    if first is None:
        rows += connection.execute(_ordered(_filtered(wish), wish).limit(wish.limit)).all()
    else:
        found = {row.id: row for row in connection.execute(_filtered(wish, ids=first))}
        rows += [found[key] for key in first if key in found]
    rows = list({row.id: row for row in rows}.values())[: wish.limit]
    return _entries(connection, rows, standing, mentions.unread(connection, wish.me))


def _queue(connection: Connection, wish: Wish) -> list[int] | None:
    """Who comes first, read off the index, for ten thousand may wait; None where more is asked for."""
    states = {"waiting": (WAITING,), "open": (WAITING, HELD)}.get(wish.view)
    if states is None or wish.words or wish.channel or wish.team or wish.label:
        return None
    found: list[int] = []
    for state in states:
        mine = (handover.c.community_id == wish.community, handover.c.state == state)
        rows = select(handover.c.conversation_id).where(*mine).order_by(handover.c.requested_at)
        found += connection.execute(rows.limit(wish.limit - len(found))).scalars()
    return found


def _filtered(wish: Wish, ids: Sequence[int] | None = None) -> Select[Any]:
    rows = _rows().where(conversation.c.community_id == wish.community)
    if ids is not None:
        rows = rows.where(conversation.c.id.in_(ids))
    elif not wish.words:
        rows = _viewed(rows, wish)
    if wish.channel:
        rows = rows.where(address.c.channel == wish.channel)
    if wish.team:
        rows = rows.where(handover.c.team == wish.team)
    if wish.label:
        rows = rows.where(conversation.c.id.in_(select(label.c.conversation_id).where(label.c.name == wish.label)))
    return _searched(rows, wish) if wish.words else rows


def _viewed(rows: Select[Any], wish: Wish) -> Select[Any]:
    match wish.view:
        case "named":
            return rows.where(
                conversation.c.id.in_(select(mention.c.conversation_id).where(mention.c.staff_id == wish.me))
            )
        case "mine":
            return rows.where(handover.c.owner_id == wish.me)
        case "waiting":
            return rows.where(handover.c.state == WAITING)
        case "open":
            return rows.where(handover.c.state.in_((WAITING, HELD)))
        case "closed":
            ended = select(handover.c.conversation_id).where(
                handover.c.community_id == wish.community, handover.c.state == "ended"
            )
            return rows.where(handover.c.id.is_(None), conversation.c.id.in_(ended))
    return rows.where(handover.c.id.is_(None))


def _searched(rows: Select[Any], wish: Wish) -> Select[Any]:
    words = wish.words
    newest = select(func.max(message.c.id) - SEARCHED).scalar_subquery()
    said = select(message.c.conversation_id).where(
        message.c.id > newest, message.c.text.contains(words, autoescape=True)
    )
    numbered = select(case.c.conversation_id).where(
        case.c.community_id == wish.community, case.c.number == words.upper()
    )
    return rows.where(
        or_(
            resident.c.name.contains(words, autoescape=True),
            household.c.label.contains(words, autoescape=True),
            resident.c.phone.endswith(words, autoescape=True),
            conversation.c.id.in_(said),
            conversation.c.id.in_(numbered),
        )
    )


def _ordered(rows: Select[Any], wish: Wish) -> Select[Any]:
    if wish.words or wish.view in ("named", "bot", "closed"):
        return rows.order_by(conversation.c.updated_at.desc())
    # Who waits comes before who is being looked after; both by how long ago they asked.
    return rows.order_by(handover.c.state.desc(), handover.c.requested_at, conversation.c.id)


def _alarms(connection: Connection, community: str) -> dict[int, Record]:
    rows = select(alarm).where(
        alarm.c.community_id == community, alarm.c.state.in_(OPEN), alarm.c.conversation_id.is_not(None)
    )
    return {row.conversation_id: row for row in connection.execute(rows.order_by(alarm.c.id))}


def _entries(
    connection: Connection, rows: list[Record], standing: Mapping[int, Record], named_in: set[int]
) -> list[Entry]:
    ids = [row.id for row in rows]
    said = _last(connection, ids, message, message.c.text, message.c.kind, message.c.received_at)
    told = _last(connection, ids, outbox, outbox.c.body, outbox.c.created_at)
    named: dict[int, list[str]] = {}
    for row in connection.execute(select(label).where(label.c.conversation_id.in_(ids)).order_by(label.c.id)):
        named.setdefault(row.conversation_id, []).append(row.name)
    found: list[Entry] = []
    for row in rows:
        theirs, ours = said.get(row.id), told.get(row.id)
        mine = theirs is not None and (ours is None or theirs.received_at > ours.created_at)
        found.append(
            Entry(
                row=row,
                alarm=standing.get(row.id),
                text=(theirs.text or (TAPPED if theirs.kind == "choice" else "")) if mine and theirs else None,
                body=ours.body if ours is not None and not mine else None,
                mine=mine,
                at=theirs.received_at if mine and theirs else (ours.created_at if ours else row.updated_at),
                labels=tuple(named.get(row.id, ())),
                named=row.id in named_in,
            )
        )
    return found


def _last(connection: Connection, ids: list[int], table: Any, *columns: Any) -> dict[int, Record]:
    newest = select(func.max(table.c.id)).where(table.c.conversation_id.in_(ids)).group_by(table.c.conversation_id)
    if table is message:
        # A chat that was opened says nothing yet.
        newest = newest.where(message.c.kind != "start")
    rows = connection.execute(select(table.c.conversation_id, *columns).where(table.c.id.in_(newest)))
    return {row.conversation_id: row for row in rows}


def counts(connection: Connection, community: str, me: int) -> dict[str, int]:
    """How many wait, are held by me, and are open at all."""

    def count(*where: Any) -> int:
        rows = select(func.count()).select_from(handover).where(handover.c.community_id == community, *where)
        return int(connection.execute(rows).scalar_one())

    waiting, held = count(handover.c.state == WAITING), count(handover.c.state == HELD)
    mine = count(handover.c.owner_id == me, handover.c.state == HELD)
    return {"open": waiting + held, "mine": mine, "waiting": waiting, "named": mentions.count(connection, me)}


def unread(connection: Connection, community: str, me: int) -> tuple[int, int]:
    """How many wait for a person, and in how many I am named: what stands before the page's name."""
    waiting = select(func.count()).select_from(handover)
    waiting = waiting.where(handover.c.community_id == community, handover.c.state == WAITING)
    return int(connection.execute(waiting).scalar_one()), mentions.count(connection, me)


def teams(connection: Connection, community: str) -> list[str]:
    """Teams that somebody is in, and those that something was passed on to."""
    members = select(staff.c.teams).where(staff.c.community_id == community, staff.c.active.is_(True))
    found = {team for row in connection.execute(members).scalars() for team in row}
    passed = select(handover.c.team).where(handover.c.community_id == community, handover.c.state != "ended")
    return sorted(found | {team for team in connection.execute(passed.distinct()).scalars() if team})


def labels(connection: Connection, community: str) -> list[str]:
    rows = select(label.c.name).where(label.c.community_id == community).distinct().order_by(label.c.name)
    return list(connection.execute(rows.limit(50)).scalars())


def labels_of(connection: Connection, number: int) -> list[str]:
    rows = select(label.c.name).where(label.c.conversation_id == number).order_by(label.c.id)
    return list(connection.execute(rows).scalars())


def alarm_of(connection: Connection, community: str, number: int) -> Record | None:
    """The conversation's open alarm, if there is one."""
    return _alarms(connection, community).get(number)
