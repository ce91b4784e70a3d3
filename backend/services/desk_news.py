"""What has changed at a community's desk since somebody looked, as keys that are to be read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from backend.db import Record
from backend.models.talk import conversation
from backend.models.work import alarm, alarm_event, case, case_event
from backend.services import inbox_counts
from backend.services.alarms import OPEN

# A transaction that began earlier may be seen later: what changed shortly before the cursor is looked at again.
OVERLAP = timedelta(seconds=10)
NEWEST = 200
_EVENT = select(func.max(alarm_event.c.id)).where(alarm_event.c.alarm_id == alarm.c.id).scalar_subquery()
_ALARMS = (
    select(alarm, _EVENT.label("event"))
    .where(alarm.c.community_id == bindparam("community"), alarm.c.state.in_(OPEN))
    .order_by(alarm.c.id)
)
_BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Seen:
    """talks: conversation → when it changed; staffed: those of them that are a person's; queue: how many wait, and how
    many are held; alarms: the open ones with their newest event; cases: number → event."""

    at: datetime = _BEGINNING
    talks: Mapping[int, str] = field(default_factory=dict)
    staffed: frozenset[int] = frozenset()
    queue: tuple[int, int] = (0, 0)
    alarms: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, int] = field(default_factory=dict)

    def since(self, before: Seen) -> dict[str, list[int] | list[str]]:
        """The keys of what is not as it was; empty when nothing changed.

        queue: what the lists of those who wait or are held must read again for: who talks with the bot alone, which is
        most of what happens, is not on them.
        """
        alarms = [key for key, at in self.alarms.items() if before.alarms.get(key) != at]
        talks = [key for key, at in self.talks.items() if before.talks.get(key) != at]
        told: dict[str, list[int] | list[str]] = {
            "talks": talks,
            "queue": [0] if self.queue != before.queue else [key for key in talks if key in self.staffed],
            "alarms": [*alarms, *(key for key in before.alarms if key not in self.alarms)],
            "cases": [key for key, event in self.cases.items() if before.cases.get(key) != event],
        }
        return {name: keys for name, keys in told.items() if keys}


def look(connection: Connection, community: str, seen: Seen) -> Seen:
    """The newest changes; a few queries over indices, however much there is."""
    talks = connection.execute(
        select(conversation.c.id, conversation.c.updated_at, conversation.c.with_staff)
        .where(conversation.c.community_id == community, conversation.c.updated_at > seen.at - OVERLAP)
        .order_by(conversation.c.updated_at.desc())
        .limit(NEWEST)
    ).all()
    cases = connection.execute(
        select(case.c.number, func.max(case_event.c.id))
        .select_from(case_event.join(case, case_event.c.case_id == case.c.id))
        .where(case.c.community_id == community, case_event.c.id > _newest(connection) - NEWEST)
        .group_by(case.c.number)
    ).all()
    return Seen(
        at=max((row.updated_at for row in talks), default=seen.at),
        talks={row.id: row.updated_at.isoformat() for row in talks},
        staffed=frozenset(row.id for row in talks if row.with_staff),
        queue=inbox_counts.queue(connection, community),
        alarms={row.id: f"{row.state} {row.event}" for row in alarms(connection, community)},
        cases={row[0]: row[1] for row in cases},
    )


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(case_event.c.id))).scalar_one() or 0


def alarms(connection: Connection, community: str) -> list[Record]:
    """What nobody has closed, the oldest first, each with its newest event."""
    return list(connection.execute(_ALARMS, {"community": community}))


def standing(rows: Iterable[Record]) -> dict[int, Record]:
    """The same by the conversation that they came from, where there is one."""
    return {row.conversation_id: row for row in rows if row.conversation_id is not None}
