"""Cases as the desk works on them: filtered, sorted by deadline, each with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, literal, or_, select

from backend import wake
from backend.db import Record
from backend.models.fieldwork import case_label
from backend.models.people import address, building, household, resident
from backend.models.schema import Instant
from backend.models.staff import staff
from backend.models.talk import conversation
from backend.models.work import case, case_event
from backend.services import cases
from backend.services.clocks import OWED
from backend.services.states import OPEN, TRANSITIONS, follows
from bot.contract.errors import Refused
from bot.contract.text import t

PAGE = 60
MOST = 600
# Columns of the board: what a case is to the desk, not each state by itself.
COLUMNS: dict[str, tuple[str, ...]] = {
    "new": ("received", "reopened", "reviewing", "booked", "blocked"),
    "working": ("assigned", "on_site", "accepted", "approved"),
    "waiting": ("waiting_parts", "quoted", "no_access", "papers_missing", "other_company"),
    "done": ("fixed", "answered", "ready"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Empty strings mean all. column: of COLUMNS, or `closed`; state: one of it; who: a login, or `nobody`; due: late,
    none, paused, or a word for `until`."""

    community: str
    column: str = ""
    state: str = ""
    kind: str = ""
    team: str = ""
    who: str = ""
    label: str = ""
    building: str = ""
    words: str = ""
    due: str = ""
    until: datetime | None = None
    limit: int = PAGE


_ROWS = select(
    case,
    staff.c.name.label("assignee"),
    staff.c.login.label("assignee_login"),
    resident.c.name.label("resident"),
    resident.c.phone,
    household.c.label.label("home"),
    building.c.number.label("building"),
).select_from(
    case.outerjoin(resident, case.c.resident_id == resident.c.id)
    .outerjoin(household, case.c.household_id == household.c.id)
    .outerjoin(building, household.c.building_id == building.c.id)
    .outerjoin(staff, case.c.assignee_id == staff.c.id)
)


def _is_late(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """As `clocks.is_late` has it."""
    return and_(case.c.state.in_(OWED), case.c.due_at < func.coalesce(case.c.paused_at, now))


_MINE = case.c.community_id == bindparam("community")
_BY_STATE = select(case.c.state, func.count()).where(_MINE).group_by(case.c.state)
_LATE = select(func.count()).where(_MINE, _is_late(bindparam("now", type_=Instant)))
_KINDS = select(case.c.kind).where(_MINE).distinct().order_by(case.c.kind)
_BUILDINGS = select(building.c.number).where(building.c.community_id == bindparam("community")).order_by(building.c.id)


def page(connection: Connection, wish: Wish, now: datetime) -> list[Record]:
    """What is due first comes first; what has no deadline comes by age."""
    rows = _ROWS.where(case.c.community_id == wish.community, *_equal(wish), *_due(wish, now))
    if wish.label:
        labelled = select(case_label.c.case_id).where(case_label.c.name == wish.label)
        rows = rows.where(case.c.id.in_(labelled.where(case_label.c.community_id == wish.community)))
    if wish.words:
        rows = rows.where(
            or_(
                case.c.number.contains(wish.words.upper(), autoescape=True),
                case.c.details.contains(wish.words, autoescape=True),
                case.c.location.contains(wish.words, autoescape=True),
                resident.c.name.contains(wish.words, autoescape=True),
            )
        )
    if wish.column == "closed":
        rows = rows.order_by(case.c.updated_at.desc())
    else:
        rows = rows.order_by(case.c.due_at.is_(None), case.c.due_at, case.c.id)
    return list(connection.execute(rows.limit(wish.limit)))


def _equal(wish: Wish) -> list[ColumnElement[bool]]:
    """What must be as it was wished."""
    if wish.state:
        found = [case.c.state == wish.state]
    elif wish.column == "closed":
        found = [case.c.state.not_in(OPEN)]
    else:
        found = [case.c.state.in_(COLUMNS.get(wish.column, OPEN))]
    wishes = ((case.c.kind, wish.kind), (case.c.team, wish.team), (building.c.number, wish.building))
    found += [column == value for column, value in wishes if value]
    if wish.who == "nobody":
        found.append(case.c.assignee_id.is_(None))
    elif wish.who:
        found.append(staff.c.login == wish.who)
    return found


def _due(wish: Wish, now: datetime) -> list[ColumnElement[bool]]:
    if wish.due == "late":
        return [_is_late(literal(now, Instant))]
    if wish.due == "none":
        return [case.c.due_at.is_(None)]
    if wish.due == "paused":
        return [case.c.paused_at.is_not(None)]
    return [case.c.due_at <= wish.until] if wish.until is not None else []


def counts(connection: Connection, community: str, now: datetime) -> dict[str, int]:
    """How many stand in each column, and how many are late."""
    by_state = {row[0]: row[1] for row in connection.execute(_BY_STATE, {"community": community})}
    found = {name: sum(by_state.get(state, 0) for state in states) for name, states in COLUMNS.items()}
    late = int(connection.execute(_LATE, {"community": community, "now": now}).scalar_one())
    return {**found, "late": late, "open": sum(found.values())}


def kinds(connection: Connection, community: str) -> list[str]:
    return list(connection.execute(_KINDS, {"community": community}).scalars())


def buildings(connection: Connection, community: str) -> list[str]:
    return list(connection.execute(_BUILDINGS, {"community": community}).scalars())


def one(connection: Connection, community: str, number: str) -> Record:
    """A case of this community; raises `Refused` (404)."""
    rows = _ROWS.where(case.c.community_id == community, case.c.number == number.upper())
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such case", status=404)
    return found


def sender(connection: Connection, conversation_id: int | None) -> str | None:
    """Whose photos belong to it: as their channel names them."""
    if conversation_id is None:
        return None
    rows = select(address.c.user).select_from(conversation.join(address, conversation.c.address_id == address.c.id))
    return connection.execute(rows.where(conversation.c.id == conversation_id)).scalar_one_or_none()


def events(connection: Connection, key: str) -> list[Record]:
    rows = select(case_event).where(case_event.c.case_id == key).order_by(case_event.c.id)
    return list(connection.execute(rows))


def may_become(found: Record) -> list[str]:
    """The states that may follow, in the order in which they usually do."""
    order = list(TRANSITIONS)
    after = [to for to in TRANSITIONS[found.state] if follows(found.kind, found.state, to) and to != "withdrawn"]
    return sorted(after, key=order.index)


def move(
    connection: Connection, community: str, number: str, to: str, by: str, reason: str, now: datetime, real: datetime
) -> None:
    cases.move(connection, one(connection, community, number), to, by, reason or None, now, real)


def remark(connection: Connection, community: str, number: str, by: str, words: str, now: datetime) -> None:
    """For colleagues; the resident does not see it."""
    if not words or len(words) > 2000:
        raise Refused("a remark has 1 to 2000 characters", t("Please write something."), pointer="/text")
    found = one(connection, community, number)
    row = {"case_id": found.id, "name": "remark", "by": by, "note": words, "at": now}
    connection.execute(case_event.insert().values(**row))
    wake.after_commit(connection, wake.desk(community))
