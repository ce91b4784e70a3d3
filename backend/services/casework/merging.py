"""Two cases of one fault become one, and can be taken apart again; every reporter is told both times."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from backend.db import Record, insert_or
from backend.models.work import case, case_report
from backend.services import cases, outbox, settled
from backend.services.acting import Actor
from backend.services.casework import record
from backend.services.states import OPEN, follows
from bot.contract.errors import Refused
from bot.contract.text import Text, t

JOINED = t(
    "Your report {number} is about the same thing as an earlier one; both go on as {other}. You hear of it as before."
)
APART = t("{number} turned out to be another matter than {other}. It goes on by itself again, under its own number.")


def merge(connection: Connection, who: Actor, number: str, into: str, seen: int | None = None) -> None:
    """The case of this number goes on as the other one."""
    found = record.find(connection, who.community, number)
    other = record.find(connection, who.community, into.strip())
    record.fresh(connection, found, seen)
    if found.id == other.id or found.kind != other.kind or other.state not in OPEN:
        raise Refused(
            "these two cannot be merged",
            t("Only two open cases of the same kind can become one. Please check the number."),
            pointer="/into",
        )
    if not follows(found.kind, found.state, "merged"):
        raise Refused("it cannot be merged any more", t("This case is too far on to be merged."), status=409)
    added = [key for key in settled.asked(connection, found) if key not in settled.asked(connection, other)]
    for key in added:
        _report(connection, found, other, key, who)
    record.note(connection, found, "merged", who.name, other.number, who.now)
    cases.move(connection, found, "merged", who.name, None, who.now, who.real, tell=False)
    kept = update(case).where(case.c.id == found.id)
    connection.execute(kept.values(merged_into=other.id, version=case.c.version + 1))
    record.note(connection, other, "joined", who.name, found.number, who.now, {"from": found.id, "added": added})
    _tell(connection, found, JOINED, other.number, "merged", who)


def _report(connection: Connection, found: Record, other: Record, key: int, who: Actor) -> None:
    mine = key == found.conversation_id
    row = {"community_id": who.community, "case_id": other.id, "conversation_id": key}
    row |= {"resident_id": found.resident_id if mine else None, "words": found.details, "joined_at": who.now}
    again = {"split_at": None, "words": found.details, "joined_at": who.now}
    put = insert_or(case_report).on_conflict_do_update(index_elements=["case_id", "conversation_id"], set_=again)
    connection.execute(put, row)


def unmerge(connection: Connection, who: Actor, number: str) -> None:
    """It goes on by itself again; who came along with it leaves with it."""
    found = record.find(connection, who.community, number)
    if found.state != "merged" or found.merged_into is None:
        raise Refused("it is not merged", t("This case is not merged with another."), status=409)
    other = cases.one(connection, found.merged_into)
    theirs = (case_report.c.case_id == other.id, case_report.c.conversation_id.in_(settled.asked(connection, found)))
    connection.execute(update(case_report).where(*theirs).values(split_at=who.now))
    cases.move(connection, found, "reopened", who.name, None, who.now, who.real, tell=False)
    kept = update(case).where(case.c.id == found.id)
    connection.execute(kept.values(merged_into=None, version=case.c.version + 1))
    for one, name in ((found, other.number), (other, found.number)):
        record.note(connection, one, "unmerged", who.name, name, who.now)
    _tell(connection, found, APART, other.number, "apart", who)


def _tell(connection: Connection, found: Record, text: Text, other: str, what: str, who: Actor) -> None:
    for key in settled.asked(connection, found):
        said = Text(text.msgid, {"number": found.number, "other": other})
        outbox.push(connection, key, said, f"{what}:{found.id}:{key}:{who.real.isoformat()}", who.real)


def like(connection: Connection, found: Record) -> list[Record]:
    """Open cases of the same kind that may be the same thing: of the same category and place, the newest first."""
    same = (case.c.community_id == found.community_id, case.c.kind == found.kind, case.c.state.in_(OPEN))
    near = case.c.location == found.location
    if found.household_id is not None:
        near = near | (case.c.household_id == found.household_id)
    rows = select(case).where(*same, case.c.id != found.id, near).order_by(case.c.id.desc()).limit(5)
    return list(connection.execute(rows))


def into(connection: Connection, found: Record) -> Record | None:
    """The case that this one goes on as."""
    return None if found.merged_into is None else cases.one(connection, found.merged_into)


def parts(connection: Connection, found: Record) -> list[Record]:
    """The cases that go on as this one."""
    return list(connection.execute(select(case).where(case.c.merged_into == found.id).order_by(case.c.id)))
