"""Visits to a case, as many as it takes: planned, on the way, there, and what came of each; the resident is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.db import Record
from backend.models.fieldwork import case_visit
from backend.services import cases, outbox, settled
from backend.services.casework import record
from bot.contract.errors import Refused
from bot.contract.text import Clock, Text, t

DONE, NO_ACCESS, PARTS, OTHER, CANCELLED = "done", "no_access", "parts", "other_company", "cancelled"
OUTCOMES: dict[str, Text] = {
    DONE: t("Done", context="visit"),
    NO_ACCESS: t("No access", context="visit"),
    PARTS: t("Parts needed", context="visit"),
    OTHER: t("Another company's matter", context="visit"),
    CANCELLED: t("Cancelled", context="visit"),
}
# What the case becomes by it.
_BECOMES = {DONE: "fixed", NO_ACCESS: "no_access", PARTS: "waiting_parts", OTHER: "other_company"}
_REASON = frozenset({NO_ACCESS, OTHER})
ON_WAY = t("The worker for {number} is on the way to you.")
PLANNED = t("For {number} somebody comes to you at {at}. If that does not suit you, just say so.")


def of(connection: Connection, key: str) -> list[Record]:
    rows = select(case_visit).where(case_visit.c.case_id == key).order_by(case_visit.c.id)
    return list(connection.execute(rows))


def running(connection: Connection, key: str) -> Record | None:
    """The visit that was not ended yet."""
    rows = select(case_visit).where(case_visit.c.case_id == key, case_visit.c.ended_at.is_(None))
    return connection.execute(rows.order_by(case_visit.c.id.desc()).limit(1)).one_or_none()


def plan(
    connection: Connection, found: Record, worker: str, at: datetime | None, by: str, now: datetime, real: datetime
) -> int:
    """Somebody is to come; at: when, where that is known."""
    worker = " ".join(worker.split())
    if not worker or len(worker) > 80:
        raise Refused("who comes?", t("Please write who comes."), pointer="/who")
    if at is not None and at < now:
        raise Refused("that time is past", t("That time is past already."), pointer="/at")
    row = {"community_id": found.community_id, "case_id": found.id, "who": worker, "planned_at": at}
    made = connection.execute(insert(case_visit).values(**row, created_at=now).returning(case_visit.c.id))
    key = int(made.scalar_one())
    record.note(connection, found, "visit", by, worker, now)
    if found.state in ("received", "reopened", "no_access", "waiting_parts", "accepted"):
        cases.move(connection, found, "assigned", by, None, now, real, tell=at is None)
    if at is not None:
        _tell(connection, found, Text(PLANNED.msgid, {"number": found.number, "at": Clock(at)}), f"planned:{key}", real)
    return key


def on_way(connection: Connection, found: Record, worker: str, now: datetime, real: datetime) -> None:
    visit = _current(connection, found, worker, now)
    if visit.left_at is not None:
        return
    connection.execute(update(case_visit).where(case_visit.c.id == visit.id).values(left_at=now))
    record.note(connection, found, "on_way", worker, None, now)
    _tell(connection, found, Text(ON_WAY.msgid, {"number": found.number}), f"onway:{visit.id}", real)


def arrived(connection: Connection, found: Record, worker: str, now: datetime, real: datetime) -> None:
    visit = _current(connection, found, worker, now)
    if visit.arrived_at is not None:
        return
    connection.execute(update(case_visit).where(case_visit.c.id == visit.id).values(arrived_at=now))
    record.note(connection, found, "arrived", worker, None, now)
    if found.state != "on_site":
        _step(connection, found, "on_site", worker, None, now, real)


def end(
    connection: Connection, found: Record, outcome: str, words: str, worker: str, now: datetime, real: datetime
) -> None:
    """What came of the visit; the case goes on accordingly."""
    if outcome not in OUTCOMES:
        raise Refused("what came of it?", t("Please say what came of the visit."), pointer="/outcome")
    if outcome in _REASON and not words:
        raise Refused("it needs a reason", t("The resident reads why: please write a sentence."), pointer="/note")
    visit = _current(connection, found, worker, now)
    if outcome == DONE and visit.arrived_at is None:
        arrived(connection, found, worker, now, real)
        found = cases.one(connection, found.id)
    ended = {"ended_at": now, "outcome": outcome, "note": words or None}
    connection.execute(update(case_visit).where(case_visit.c.id == visit.id).values(**ended))
    record.note(connection, found, "visit", worker, words or None, now, {"outcome": outcome})
    if outcome in _BECOMES:
        _step(connection, found, _BECOMES[outcome], worker, words or None, now, real)


def _current(connection: Connection, found: Record, worker: str, now: datetime) -> Record:
    """The visit that runs; whoever stands at the door without a plan has just begun one."""
    known = running(connection, found.id)
    if known is not None:
        return known
    row = {"community_id": found.community_id, "case_id": found.id, "who": worker, "created_at": now}
    return connection.execute(insert(case_visit).values(**row).returning(case_visit)).one()


def _step(
    connection: Connection, found: Record, to: str, by: str, words: str | None, now: datetime, real: datetime
) -> None:
    """By way of "assigned" where that is the only way, without telling of it."""
    if found.state in ("received", "reopened", "accepted") and to in ("on_site", "no_access", "waiting_parts"):
        cases.move(connection, found, "assigned", by, None, now, real, tell=False)
        found = cases.one(connection, found.id)
    cases.move(connection, found, to, by, words, now, real)


def _tell(connection: Connection, found: Record, text: Text, once: str, real: datetime) -> None:
    for key in settled.asked(connection, found)[:1]:
        outbox.push(connection, key, text, f"{once}:{key}", real)
