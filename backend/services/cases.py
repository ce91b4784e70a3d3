"""Cases: filing, numbers, the states they may pass through, and the history of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from backend.db import Record
from backend.ids import new_id
from backend.models.work import case, case_event, counter
from backend.services import outbox
from bot.contract import trail
from bot.contract.errors import Refused
from bot.contract.text import Text, t

PREFIX = {
    "repair": "R",
    "complaint": "C",
    "affair": "A",
    "request": "Q",
    "callback": "H",
    "dispute": "D",
    "visit": "V",
    "housekeeping": "B",
}

# From each state to those that may follow; practice 30 names the ones a repair meets on its way.
TRANSITIONS: dict[str, frozenset[str]] = {
    "received": frozenset({"assigned", "refused", "other_company", "withdrawn", "fixed"}),
    "assigned": frozenset({"on_site", "received", "no_access", "other_company", "refused", "withdrawn", "fixed"}),
    "on_site": frozenset({"waiting_parts", "quoted", "fixed", "no_access", "other_company", "refused"}),
    "no_access": frozenset({"assigned", "on_site", "withdrawn", "closed"}),
    "waiting_parts": frozenset({"on_site", "assigned", "fixed", "withdrawn"}),
    "quoted": frozenset({"accepted", "declined", "withdrawn"}),
    "accepted": frozenset({"on_site", "waiting_parts", "fixed"}),
    "declined": frozenset({"closed", "reopened"}),
    "other_company": frozenset({"closed", "reopened"}),
    "fixed": frozenset({"closed", "reopened"}),
    "closed": frozenset({"reopened"}),
    "refused": frozenset({"reopened"}),
    "reopened": frozenset({"assigned", "on_site", "fixed", "refused", "withdrawn"}),
    "withdrawn": frozenset({"reopened"}),
}
STATES = frozenset(TRANSITIONS)
OPEN = STATES - {"closed", "refused", "withdrawn", "declined"}
_NEEDS_REASON = frozenset({"refused", "other_company", "no_access"})

_NEXT = (
    insert_or(counter)
    .values(community_id=bindparam("community"), name=bindparam("counter"), value=1)
    .on_conflict_do_update(index_elements=["community_id", "name"], set_={"value": counter.c.value + 1})
    .returning(counter.c.value)
)
_FILE = insert(case)
_LOG = insert(case_event)
_BY_NUMBER = select(case).where(case.c.community_id == bindparam("community"), case.c.number == bindparam("number"))


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is filed. slots: the flow's slots as JSON, as the API shows them; minutes: the target for its kind."""

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


@dataclass(frozen=True, slots=True)
class Filed:
    id: str
    number: str


def next_number(connection: Connection, community: str, kind: str, now: datetime) -> str:
    """`R-20261120-0007`: counted per community, kind and day of the residents' clock."""
    series = f"{PREFIX[kind]}-{now:%Y%m%d}"
    value = connection.execute(_NEXT, {"community": community, "counter": series}).scalar_one()
    return f"{series}-{value:04d}"


def file(connection: Connection, new: NewCase, now: datetime) -> Filed:
    """Write the case down as received, with its number and first event."""
    number = next_number(connection, new.community, new.kind, now)
    key = new_id()
    connection.execute(
        _FILE,
        {
            "id": key,
            "community_id": new.community,
            "number": number,
            "kind": new.kind,
            "category": new.category,
            "state": "received",
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
            "created_at": now,
            "updated_at": now,
        },
    )
    _note(connection, key, "filed", None, "received", "resident", None, now)
    trail.count("case", new.kind)
    return Filed(key, number)


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
    connection.execute(update(case).where(case.c.id == found.id).values(**changes, updated_at=now))
    _note(connection, found.id, "amended", None, None, "resident", None, now, {"before": _plain(before)})


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def move(
    connection: Connection, found: Record, to: str, by: str, reason: str | None, now: datetime, real: datetime
) -> None:
    """Take a case to its next state and tell the resident who filed it; raises `Refused` for a wrong step."""
    if to not in STATES:
        raise Refused(f"unknown state {to}", pointer="/state")
    if to not in TRANSITIONS[found.state]:
        raise Refused(f"a case that is {found.state} cannot become {to}", status=409, pointer="/state")
    if to in _NEEDS_REASON and not reason:
        raise Refused(f"{to} needs a reason that the resident can read", pointer="/reason")
    connection.execute(update(case).where(case.c.id == found.id).values(state=to, updated_at=now))
    _note(connection, found.id, "moved", found.state, to, by, reason, now)
    if found.conversation_id is not None and by != "resident":
        steps = connection.execute(select(case_event.c.id).where(case_event.c.case_id == found.id)).all()
        once = f"case:{found.id}:{len(steps)}"
        outbox.push(connection, found.conversation_id, _news(found.number, to, reason), once, real)


def _news(number: str, state: str, reason: str | None) -> Text:
    text = NEWS[state]
    return Text(text.msgid, {"number": number, "reason": reason or ""}, spoken=text.spoken)


NEWS: dict[str, Text] = {
    "received": t("Your case {number} is back in the queue and will be assigned again."),
    "assigned": t("Your case {number} has been given to a worker, who will come to you."),
    "on_site": t("The worker for your case {number} has arrived."),
    "no_access": t("For your case {number} nobody could get in: {reason}. Tell me a time that suits you."),
    "waiting_parts": t("Your case {number} is waiting for parts. It stays open until it is fixed."),
    "quoted": t("There is a quotation for your case {number}. Nothing is done before you agree."),
    "accepted": t("You agreed to the quotation for {number}. The work goes on."),
    "declined": t("You declined the quotation for {number}. No work will be done."),
    "other_company": t("Your case {number} belongs to another company: {reason}"),
    "fixed": t("Your case {number} is reported as fixed. If it is not, just say so and it is opened again."),
    "closed": t("Your case {number} is closed."),
    "reopened": t("Your case {number} is open again."),
    "refused": t("Your case {number} could not be accepted: {reason}"),
    "withdrawn": t("Your case {number} was withdrawn."),
}


def withdraw(connection: Connection, community: str, number: str, now: datetime, real: datetime) -> None:
    """The resident takes it back; a worker who is already there must be told by a person."""
    found = by_number(connection, community, number)
    if found is None or "withdrawn" not in TRANSITIONS[found.state]:
        raise Refused(
            f"case {number} cannot be withdrawn",
            t(
                "{number} is already being worked on, so I cannot withdraw it. Say “a person” and I will pass it on.",
                number=number,
            ),
        )
    move(connection, found, "withdrawn", "resident", None, now, real)


def of_conversation(connection: Connection, conversation_id: int, resident: int | None, limit: int) -> list[Record]:
    """The speaker's cases, newest first: those of this conversation and of the bound resident."""
    mine = case.c.conversation_id == conversation_id
    if resident is not None:
        mine = mine | (case.c.resident_id == resident)
    return list(connection.execute(select(case).where(mine).order_by(case.c.id.desc()).limit(limit)))
