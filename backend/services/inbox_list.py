"""The inbox: who waits, who is held and by whom, and what was said last, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from backend.db import Record
from backend.models.notes import label, mention
from backend.models.people import address, household, resident
from backend.models.staff import handover, staff
from backend.models.talk import conversation, message, outbox
from backend.models.work import case
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


# Statements are made once: making them costs more of a page than asking them.
_ROWS: Select[Any] = select(
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
).select_from(
    conversation.join(address, conversation.c.address_id == address.c.id)
    .outerjoin(resident, address.c.resident_id == resident.c.id)
    .outerjoin(household, resident.c.household_id == household.c.id)
    .outerjoin(handover, (handover.c.conversation_id == conversation.c.id) & (handover.c.state != "ended"))
    .outerjoin(staff, handover.c.owner_id == staff.c.id)
)
_MINE = conversation.c.community_id == bindparam("community")
_BY_IDS = _ROWS.where(_MINE, conversation.c.id.in_(bindparam("ids", expanding=True))).order_by(conversation.c.id)
_ONE = _ROWS.add_columns(conversation.c.state.label("memory")).where(_MINE, conversation.c.id == bindparam("number"))
_FIRST = (
    select(handover.c.conversation_id)
    .where(handover.c.community_id == bindparam("community"), handover.c.state == bindparam("in_state"))
    .order_by(handover.c.requested_at)
    .limit(bindparam("most"))
)
_LABELS = (
    select(label.c.conversation_id, label.c.name)
    .where(label.c.conversation_id.in_(bindparam("ids", expanding=True)))
    .order_by(label.c.id)
)


def _newest(table: Any, *columns: Any, **but: Any) -> Select[Any]:
    mine = table.c.conversation_id.in_(bindparam("ids", expanding=True))
    newest = select(func.max(table.c.id)).where(mine, *(table.c[name] != value for name, value in but.items()))
    newest = newest.group_by(table.c.conversation_id)
    return select(table.c.conversation_id, *columns).where(table.c.id.in_(newest))


# A chat that was opened says nothing yet.
_SAID = _newest(message, message.c.text, message.c.kind, message.c.received_at, kind="start")
_TOLD = _newest(outbox, outbox.c.body, outbox.c.created_at)


def one(connection: Connection, community: str, number: int) -> Record:
    """One conversation of this community as the list shows it, and what the bot remembers of it; raises `Refused`
    (404)."""
    found = connection.execute(_ONE, {"community": community, "number": number}).one_or_none()
    if found is None:
        raise Refused("no such conversation", status=404)
    return found


def page(connection: Connection, wish: Wish, standing: Mapping[int, Record], named: set[int]) -> list[Entry]:
    """Alarms first, then who waits longest, then what was said newest. standing: open alarms by their conversation;
    named: conversations in which I am named and have not looked since."""
    first = _queue(connection, wish, standing)
    if first is not None:
        known = {"community": wish.community, "ids": first}
        found = {row.id: row for row in connection.execute(_BY_IDS, known)} if first else {}
        rows = [found[key] for key in first if key in found]
    else:
        rows = []
        if wish.view in ("open", "waiting") and standing:
            rows += connection.execute(_filtered(wish, ids=list(standing)).order_by(conversation.c.id)).all()
        rows += connection.execute(_ordered(_filtered(wish), wish).limit(wish.limit)).all()
        rows = list({row.id: row for row in rows}.values())
    return _entries(connection, rows[: wish.limit], standing, named)


def _queue(connection: Connection, wish: Wish, standing: Mapping[int, Record]) -> list[int] | None:
    """Who comes first, read off the index, for ten thousand may wait; None where more is asked for."""
    states = {"waiting": (WAITING,), "open": (WAITING, HELD)}.get(wish.view)
    if states is None or wish.words or wish.channel or wish.team or wish.label:
        return None
    found = sorted(standing)
    for state in states:
        most = max(0, wish.limit - len(found))
        asked = {"community": wish.community, "in_state": state, "most": most}
        found += connection.execute(_FIRST, asked).scalars() if most else ()
    return list(dict.fromkeys(found))


def _filtered(wish: Wish, ids: Sequence[int] | None = None) -> Select[Any]:
    rows = _ROWS.where(conversation.c.community_id == wish.community)
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


def _entries(
    connection: Connection, rows: list[Record], standing: Mapping[int, Record], named_in: set[int]
) -> list[Entry]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    said, told = (
        {row.conversation_id: row for row in connection.execute(newest, {"ids": ids})} for newest in (_SAID, _TOLD)
    )
    labels: dict[int, list[str]] = {}
    for row in connection.execute(_LABELS, {"ids": ids}):
        labels.setdefault(row.conversation_id, []).append(row.name)
    found: list[Entry] = []
    for row in rows:
        theirs, ours = said.get(row.id), told.get(row.id)
        # Of somebody who waits it is told what they want, not that the bot has answered.
        mine = theirs is not None and (ours is None or row.state == WAITING or theirs.received_at > ours.created_at)
        found.append(
            Entry(
                row=row,
                alarm=standing.get(row.id),
                text=(theirs.text or (TAPPED if theirs.kind == "choice" else "")) if mine and theirs else None,
                body=ours.body if ours is not None and not mine else None,
                mine=mine,
                at=theirs.received_at if mine and theirs else (ours.created_at if ours else row.updated_at),
                labels=tuple(labels.get(row.id, ())),
                named=row.id in named_in,
            )
        )
    return found
