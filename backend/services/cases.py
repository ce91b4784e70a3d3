"""Cases: filing, numbers, the states they may pass through, and the history of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from backend import wake
from backend.db import Record
from backend.ids import new_id
from backend.models.work import case, case_event, case_report
from backend.services import clocks, dispatch, disputes, holds, numbers, outbox, settled, targets, webhooks
from backend.services.states import NEEDS_REASON, NEWS, OPEN, STATES, TRANSITIONS, follows
from bot.contract import trail
from bot.contract.errors import Refused
from bot.contract.text import Text, t

__all__ = ["OPEN", "STATES", "TRANSITIONS"]

# What neighbours who reported the same fault hear as well.
FOR_ALL = frozenset({"fixed", "refused", "other_company", "reopened"})
SUPERVISORS = "supervisors"
PREFIX = {
    "repair": "R",
    "complaint": "C",
    "affair": "A",
    "request": "Q",
    "callback": "H",
    "dispute": "D",
    "visit": "V",
    "housekeeping": "B",
    "booking": "E",
    "card": "K",
}

_FILE = insert(case).inline()
_LOG = insert(case_event).inline()
_BY_NUMBER = select(case).where(case.c.community_id == bindparam("community"), case.c.number == bindparam("number"))


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is filed. slots: the flow's slots as JSON, as the API shows them; state: where it begins; by: who wrote it
    down, the resident or a clerk's name."""

    community: str
    kind: str
    location: str
    details: str
    category: str | None = None
    priority: str = "normal"
    scope: str = "unsure"
    household: int | None = None
    resident: int | None = None
    conversation: int | None = None
    wish: str | None = None
    contact: str | None = None
    slots: Mapping[str, object] | None = None
    due_at: datetime | None = None
    state: str = "received"
    place_key: str | None = None
    filed_by: int | None = None
    by: str = "resident"


@dataclass(frozen=True, slots=True)
class Filed:
    id: str
    number: str


def next_number(connection: Connection, community: str, kind: str, now: datetime) -> str:
    """`R-20261120-0007`: counted per community, kind and day of the residents' clock."""
    series = f"{PREFIX[kind]}-{now:%Y%m%d}"
    return numbers.following(connection, community, series)


def file(connection: Connection, new: NewCase, now: datetime) -> Filed:
    """Write the case down as received, with its number and first event."""
    number = next_number(connection, new.community, new.kind, now)
    key = new_id()
    placed = dispatch.place(connection, new.community, new.kind, new.category, now)
    connection.execute(
        _FILE,
        {
            "id": key,
            "community_id": new.community,
            "number": number,
            "kind": new.kind,
            "category": new.category,
            "state": new.state,
            "priority": new.priority,
            "scope": new.scope,
            "household_id": new.household,
            "resident_id": new.resident,
            "conversation_id": new.conversation,
            "location": new.location,
            "details": new.details,
            "wish": new.wish,
            "contact": new.contact,
            "slots": dict(new.slots or {}),
            "due_at": new.due_at,
            "place_key": new.place_key,
            "filed_by": new.filed_by,
            "team": placed.team,
            "assignee_id": placed.assignee,
            "created_at": now,
            "updated_at": now,
        },
    )
    _note(connection, key, "filed", None, new.state, new.by, None, now)
    _publish(connection, new.community, "case.created", key, number, new.kind, new.state, new.priority)
    trail.count("case", new.kind)
    return Filed(key, number)


def _publish(
    connection: Connection, community: str, event: str, key: str, number: str, kind: str, state: str, priority: str
) -> None:
    data = {"id": key, "number": number, "kind": kind, "state": state, "priority": priority, "community": community}
    webhooks.publish(connection, community, event, data)
    wake.after_commit(connection, wake.desk(community))


def _note(
    connection: Connection,
    case_id: str,
    name: str,
    before: str | None,
    after: str | None,
    by: str,
    note: str | None,
    now: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    connection.execute(
        _LOG,
        {
            "case_id": case_id,
            "name": name,
            "from_state": before,
            "to_state": after,
            "by": by,
            "note": note,
            "data": dict(data) if data else None,
            "at": now,
        },
    )


def by_number(connection: Connection, community: str, number: str) -> Record | None:
    return connection.execute(_BY_NUMBER, {"community": community, "number": number.upper()}).one_or_none()


def amend(connection: Connection, community: str, number: str, changes: Mapping[str, object], now: datetime) -> None:
    """The resident corrected what was filed; the old values stay in the history."""
    found = by_number(connection, community, number)
    if found is None or found.state not in OPEN:
        raise Refused(f"case {number} cannot be changed", t("That case is closed and can no longer be changed."))
    before = {name: getattr(found, name) for name in changes}
    _still(connection, found, **changes, updated_at=now)
    _note(connection, found.id, "amended", None, None, "resident", None, now, {"before": _plain(before)})
    _publish(connection, community, "case.changed", found.id, number, found.kind, found.state, found.priority)


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def one(connection: Connection, key: str) -> Record:
    return connection.execute(select(case).where(case.c.id == key)).one()


def move(
    connection: Connection,
    found: Record,
    to: str,
    by: str,
    reason: str | None,
    now: datetime,
    real: datetime,
    *,
    tell: bool = True,
) -> None:
    """Take a case to its next state and tell the resident who filed it; raises `Refused` for a wrong step."""
    if to not in STATES:
        raise Refused(f"unknown state {to}", pointer="/state")
    if not follows(found.kind, found.state, to):
        raise Refused(f"a case that is {found.state} cannot become {to}", status=409, pointer="/state")
    if to in NEEDS_REASON and not reason:
        raise Refused(f"{to} needs a reason that the resident can read", pointer="/reason")
    _still(connection, found, state=to, updated_at=now, **clocks.changes(found, to, now))
    _note(connection, found.id, "moved", found.state, to, by, reason, now)
    kind, priority = found.kind, found.priority
    _publish(connection, found.community_id, "case.changed", found.id, found.number, kind, to, priority)
    if found.kind == "dispute":
        _rest(connection, found, to, now)
    if by != "resident":
        settled.ask(connection, found, to, now, real)
    if tell and found.conversation_id is not None and by != "resident":
        steps = connection.execute(select(case_event.c.id).where(case_event.c.case_id == found.id)).all()
        for reporter in settled.asked(connection, found) if to in FOR_ALL else [found.conversation_id]:
            once = f"case:{found.id}:{len(steps)}:{reporter}"
            done = to in settled.ASKED_OF
            outbox.push(connection, reporter, _news(found.number, to, reason), once, real, last=done, aloud=done)


def _rest(connection: Connection, found: Record, to: str, now: datetime) -> None:
    """Reminders about a doubted bill rest as long as its case is open, whoever moves it."""
    if to == "reopened":
        disputes.again(connection, found.community_id, found.number, now)
    elif to == "fixed" or to not in OPEN:
        disputes.end(connection, found.community_id, found.number)


def _still(connection: Connection, found: Record, **changes: object) -> None:
    """Change a case that is as it was when it was looked at; raises `Refused` when somebody else was faster."""
    mine = update(case).where(case.c.id == found.id, case.c.state == found.state)
    if connection.execute(mine.values(**changes, version=case.c.version + 1)).rowcount == 0:
        raise Refused(
            f"case {found.number} is no longer {found.state}",
            t("{number} has just been changed by somebody else. Please look at it again.", number=found.number),
            status=409,
        )


def _news(number: str, state: str, reason: str | None) -> Text:
    text = NEWS[state]
    return Text(text.msgid, {"number": number, "reason": reason or ""}, spoken=text.spoken)


def withdraw(connection: Connection, community: str, number: str, now: datetime, real: datetime) -> None:
    """The resident takes it back; a worker who is already there must be told by a person."""
    found = by_number(connection, community, number)
    if found is None or not follows(found.kind, found.state, "withdrawn"):
        raise Refused(
            f"case {number} cannot be withdrawn",
            t(
                "{number} is already being worked on, so I cannot withdraw it. Say “a person” and I will pass it on.",
                number=number,
            ),
        )
    if _is_others_too(connection, found, now):
        return
    move(connection, found, "withdrawn", "resident", None, now, real)
    holds.release(connection, found.id)


def _is_others_too(connection: Connection, found: Record, now: datetime) -> bool:
    """Neighbours have joined it: it stays open and is the next one's."""
    joined = (case_report.c.case_id == found.id, case_report.c.split_at.is_(None))
    heir = connection.execute(select(case_report).where(*joined).order_by(case_report.c.id).limit(1)).one_or_none()
    if heir is None:
        return False
    theirs = {"conversation_id": heir.conversation_id, "resident_id": heir.resident_id, "updated_at": now}
    connection.execute(update(case).where(case.c.id == found.id).values(**theirs))
    connection.execute(update(case_report).where(case_report.c.id == heir.id).values(split_at=now))
    _note(connection, found.id, "left", None, None, "resident", None, now)
    return True


def again(connection: Connection, found: Record, words: str, now: datetime, real: datetime) -> datetime:
    """Not fixed after all: the same case, its history kept, one rung higher; returns the new target.

    The first time it goes before new ones, the second time it is a supervisor's, too.
    """
    due, rung = targets.worked(connection, found.community_id, now, targets.DAY), found.rung + 1
    move(connection, found, "reopened", "resident", words[:1000] or None, now, real)
    higher = {"priority": "urgent" if found.priority in ("urgent", "high") else "high", "rung": rung}
    team = {"team": SUPERVISORS} if rung > 1 else {}
    still = update(case).where(case.c.id == found.id)
    connection.execute(still.values(**higher, **team, due_at=due, asked_at=None))
    body = {"case": found.number, "task": "not fixed, says the resident", "rung": rung, "team": team.get("team")}
    outbox.call_staff(connection, found.community_id, body, f"again:{found.id}:{rung}", real)
    return due


def of_conversation(connection: Connection, conversation_id: int, resident: int | None, limit: int) -> list[Record]:
    """The speaker's cases, newest first: those of this conversation, of the bound resident, and joined here."""
    joined = select(case_report.c.case_id).where(
        case_report.c.conversation_id == conversation_id, case_report.c.split_at.is_(None)
    )
    mine = (case.c.conversation_id == conversation_id) | case.c.id.in_(joined)
    if resident is not None:
        mine = mine | (case.c.resident_id == resident)
    return list(connection.execute(select(case).where(mine).order_by(case.c.id.desc()).limit(limit)))
