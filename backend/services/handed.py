"""Cases that are another authority's: what was handed on, what the other side calls it, and what it says of it.

Open311 knows no key for repeated reports: what may have arrived is never sent again by a machine, a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, insert, or_, select, update

from backend.db import Record
from backend.models.talk import conversation
from backend.models.work import case, case_event, handed_case
from backend.services import cases, outbox
from backend.services.states import OPEN, follows
from bot.contract.errors import Refused
from bot.contract.text import t

DUE, SENDING, UNSURE, ASKED, THERE = "due", "sending", "unsure", "asked", "there"
ENDED, REFUSED = "ended", "refused"
# A person has to say whether it goes there again.
UNDECIDED = (UNSURE, REFUSED)
# Older ones were looked after here before the city was asked.
FRESH = timedelta(days=1)
# Whoever sends must be done by then; longer than any answer is waited for.
LEASE = timedelta(minutes=5)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
AT_ONCE = 20
BY = "city"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the other side says. status: open or closed; notes: in its own words."""

    status: str
    notes: str = ""


def number_of(connection: Connection, community: str, external: str) -> str:
    """Our number of what they call so; empty where we handed on no such thing."""
    joined = handed_case.join(case, case.c.id == handed_case.c.case_id)
    mine = (handed_case.c.community_id == community, handed_case.c.number == external)
    found = connection.execute(select(case.c.number).select_from(joined).where(*mine)).scalars().first()
    return str(found or "")


def of_case(connection: Connection, key: str) -> Record | None:
    return connection.execute(select(handed_case).where(handed_case.c.case_id == key)).one_or_none()


def take_up(connection: Connection, community: str, services: Mapping[str, str], now: datetime, real: datetime) -> None:
    """Write down what is the city's: public faults of the categories, or of the kinds, that config.yml names."""
    named = or_(case.c.category.in_(list(services)), case.c.kind.in_(list(services)))
    known = select(handed_case.c.case_id).where(handed_case.c.case_id == case.c.id).exists()
    # What is inside somebody's flat is the city's business never, also where nobody knows whose.
    public = or_(case.c.scope == "public", and_(case.c.scope == "unsure", case.c.household_id.is_(None)))
    waits = case.c.state.in_(("received", "assigned"))
    fresh = (case.c.community_id == community, case.c.created_at > now - FRESH, waits)
    rows = connection.execute(select(case).where(*fresh, public, named, ~known).limit(AT_ONCE)).all()
    for row in rows:
        service = services[row.category if row.category in services else row.kind]
        new = {"case_id": row.id, "community_id": community, "service": service, "state": DUE, "tries": 0}
        connection.execute(insert(handed_case).values(**new, due_at=real, created_at=real))


def due(connection: Connection, community: str, real: datetime) -> Sequence[Record]:
    """What is to be sent or looked after now, each with its case; whoever sends one holds it first, by `hold`."""
    joined = handed_case.join(case, case.c.id == handed_case.c.case_id).outerjoin(
        conversation, conversation.c.id == case.c.conversation_id
    )
    what = (case.c.number.label("ours"), case.c.details, case.c.location, case.c.slots, case.c.state.label("stands"))
    rows = select(handed_case, *what, conversation.c.language).select_from(joined)
    mine = (handed_case.c.community_id == community, handed_case.c.due_at <= real)
    found = connection.execute(rows.where(*mine).order_by(handed_case.c.due_at).limit(AT_ONCE)).all()
    ready = []
    for row in found:
        if row.state == SENDING:
            # It ended while somebody was sending: nobody knows whether it arrived.
            doubt(connection, row, "this process ended while it was being sent", real)
            continue
        if row.state == DUE and row.stands not in OPEN:
            _set(connection, row.case_id, state=ENDED, due_at=None)
            continue
        ready.append(row)
    return ready


def hold(connection: Connection, row: Record, real: datetime) -> bool:
    """Just before its own request: what breaks before leaves it unsent, not in doubt. False where it is not due now."""
    mine = (handed_case.c.case_id == row.case_id, handed_case.c.state == DUE)
    held = {"state": SENDING, "tries": row.tries + 1, "due_at": real + LEASE}
    return connection.execute(update(handed_case).where(*mine).values(**held)).rowcount == 1


def arrived(connection: Connection, row: Record, number: str | None, token: str | None, real: datetime) -> None:
    """The other side has it; number: as it calls it, or only a token until there is one."""
    state = THERE if number else ASKED
    _set(connection, row.case_id, state=state, number=number, token=token, trouble=None, due_at=real)


def away(connection: Connection, row: Record, why: str, real: datetime) -> None:
    """Nothing was sent, or nothing could be asked: again later."""
    pause = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(row.tries, 10))
    again = {"state": DUE} if row.state == DUE else {"tries": row.tries + 1}
    _set(connection, row.case_id, **again, trouble=why[:300], due_at=real + pause)
    if row.tries == 3:
        _task(connection, row, f"the city cannot be reached: {why}", "away", real)


def doubt(connection: Connection, row: Record, why: str, real: datetime) -> None:
    """It may have arrived."""
    _set(connection, row.case_id, state=UNSURE, trouble=why[:300], due_at=None)
    _task(connection, row, "the city may or may not have it: ask there", "unsure", real)


def refused(connection: Connection, row: Record, why: str, real: datetime) -> None:
    """The other side does not take it: it is ours again."""
    _set(connection, row.case_id, state=REFUSED, trouble=why[:300], due_at=None)
    _task(connection, row, f"the city does not take it: {why}", "refused", real)


def told(connection: Connection, row: Record, reason: str, now: datetime, real: datetime) -> None:
    """The resident hears that it is the city's now, and under which number; reason: in their language."""
    found = cases.one(connection, row.case_id)
    if follows(found.kind, found.state, "other_company"):
        cases.move(connection, found, "other_company", BY, reason, now, real)


def heard(connection: Connection, row: Record, said: Heard, every: timedelta, now: datetime, real: datetime) -> None:
    """What is new is in the case's history; what is done there is asked of the resident, as anything that is done."""
    over = said.status == "closed"
    news = (said.status, said.notes) != (row.status, row.notes or "")
    next_look = None if over else real + every
    state = ENDED if over else THERE
    columns = {"status": said.status, "notes": said.notes, "heard_at": real, "trouble": None}
    _set(connection, row.case_id, **columns, state=state, due_at=next_look, tries=0)
    if not news:
        return
    line = {"case_id": row.case_id, "name": BY, "by": BY, "note": f"{said.status} {said.notes}".strip()[:2000]}
    connection.execute(insert(case_event).values(**line, at=now))
    found = cases.one(connection, row.case_id)
    if over and follows(found.kind, found.state, "fixed"):
        cases.move(connection, found, "fixed", BY, said.notes[:1000] or None, now, real)


def look_again(connection: Connection, row: Record, every: timedelta, real: datetime) -> None:
    """Nothing is known yet."""
    _set(connection, row.case_id, due_at=real + every)


def send_again(connection: Connection, community: str, number: str, real: datetime) -> None:
    """A person has asked: it is not there. Raises `Refused`."""
    found = cases.by_number(connection, community, number)
    row = of_case(connection, found.id) if found is not None else None
    if row is None or row.state not in UNDECIDED:
        say = t("This is not waiting for a decision any more. Please look at the case again.")
        raise Refused("nothing of this case waits for a decision", say, status=409)
    _set(connection, row.case_id, state=DUE, tries=0, trouble=None, due_at=real)


def _set(connection: Connection, key: str, **columns: object) -> None:
    connection.execute(update(handed_case).where(handed_case.c.case_id == key).values(**columns))


def _task(connection: Connection, row: Record, task: str, why: str, real: datetime) -> None:
    body = {"case": row.ours, "task": task}
    # Sent again by a person it may fail again, and that is news again.
    outbox.call_staff(connection, row.community_id, body, f"handed:{row.case_id}:{why}:{real.isoformat()}", real)
