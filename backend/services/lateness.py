"""A deadline that is over reaches those who can still help: whoever has the case and their supervisors, once each.

Our rows are the clock: what became late while nothing ran is told when something runs again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from backend import wake
from backend.db import Record
from backend.models.notes import notice
from backend.models.schema import Instant
from backend.models.work import case
from backend.services import audit, staff, webhooks
from backend.services.casework import record
from backend.services.clocks import RUNNING
from backend.services.staff import SPEAKS, Clerk

# In one transaction, so that others write in between.
AT_ONCE = 20
CLOCK = "clock"
SHOWN = 20

_UNTOLD = (
    case.c.state.in_(RUNNING),
    case.c.due_at < bindparam("now", type_=Instant),
    case.c.paused_at.is_(None),
    or_(case.c.told_due.is_(None), case.c.told_due != case.c.due_at),
)
_ANY = select(case.c.id).where(*_UNTOLD).limit(1)
_NEXT = select(case).where(*_UNTOLD).order_by(case.c.due_at).limit(AT_ONCE)
_MINE = (notice.c.staff_id == bindparam("me"), notice.c.seen_at.is_(None))
# Whoever has finished or closed it since has seen to it: nobody needs to be told any more.
_COUNT = select(func.count()).select_from(notice.join(case, notice.c.case_id == case.c.id)).where(*_MINE, *_UNTOLD[:1])
_LIST = (
    select(case.c.number, case.c.location, case.c.details, case.c.kind, case.c.category, case.c.due_at)
    .select_from(notice.join(case, notice.c.case_id == case.c.id))
    .where(*_MINE, *_UNTOLD[:1])
    .order_by(notice.c.id.desc())
    .limit(SHOWN)
)


def is_any(connection: Connection, now: datetime) -> bool:
    """Whether somebody is to be told of something, in any community."""
    return connection.execute(_ANY, {"now": now}).first() is not None


def tell(connection: Connection, now: datetime, real: datetime) -> int:
    """Tell of what became late; of processes that look at once, one tells. Returns how many cases."""
    told = 0
    for found in connection.execute(_NEXT, {"now": now}).all():
        claim = update(case).where(case.c.id == found.id, *_UNTOLD[-1:], case.c.due_at == found.due_at)
        if connection.execute(claim.values(told_due=found.due_at)).rowcount:
            _told(connection, found, now, real)
            told += 1
    return told


def _told(connection: Connection, found: Record, now: datetime, real: datetime) -> None:
    whom = recipients(staff.everybody(connection, found.community_id), found)
    row = {"community_id": found.community_id, "case_id": found.id, "due_at": found.due_at, "at": real}
    if whom:
        connection.execute(insert(notice), [{**row, "staff_id": one.id} for one in whom])
    record.note(connection, found, "late", CLOCK, ", ".join(one.name for one in whom) or "–", now)
    about = {"due": found.due_at.isoformat(), "told": [one.login for one in whom]}
    audit.note(connection, found.community_id, CLOCK, "case.late", found.number, real, about)
    data = {"id": found.id, "number": found.number, "kind": found.kind, "state": found.state}
    data |= {"priority": found.priority, "community": found.community_id, "due_at": found.due_at.isoformat()}
    webhooks.publish(connection, found.community_id, "case.late", data)


def recipients(desk: list[Clerk], found: Record) -> list[Clerk]:
    """Whoever has it, else their team; and always those who look after the desk, where there are any."""
    owner = [one for one in desk if one.id == found.assignee_id]
    team = [one for one in desk if found.team in one.teams and one.role in SPEAKS] if not owner else []
    over = [one for one in desk if one.role == "supervisor"] or [one for one in desk if one.role == "admin"]
    return list({one.id: one for one in (*owner, *team, *over)}.values())


def count(connection: Connection, me: int) -> int:
    """Late cases that I was told of and have not looked at since."""
    return int(connection.execute(_COUNT, {"me": me}).scalar_one())


def unseen(connection: Connection, me: int) -> list[Record]:
    return list(connection.execute(_LIST, {"me": me}))


def seen(connection: Connection, community: str, number: str, me: int, real: datetime) -> None:
    """I have looked at this case, or at all of them where no number is given."""
    mine = update(notice).where(notice.c.staff_id == me, notice.c.seen_at.is_(None))
    if number:
        these = select(case.c.id).where(case.c.community_id == community, case.c.number == number)
        mine = mine.where(notice.c.case_id.in_(these))
    if connection.execute(mine.values(seen_at=real)).rowcount:
        wake.after_commit(connection, wake.desk(community))
