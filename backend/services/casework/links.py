"""Links for field people, who have no account (practice 23): for one case, one phone and some hours, and revocable."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from backend import vault
from backend.db import Record
from backend.ids import new_id
from backend.models.fieldwork import field_link
from backend.models.people import resident
from backend.services import audit, cases
from backend.services.acting import Actor
from backend.services.casework import record
from backend.services.states import OPEN
from bot.contract.errors import Refused
from bot.contract.text import t

HOURS = (4, 12, 24, 72, 168)
USUAL = 24


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def secret(row: Record) -> str | None:
    """The end of the address. It is kept nowhere: our key makes it anew when the desk prints a sheet; None when the
    key that made it is gone."""
    return next((word for word in vault.words(f"field:{row.id}") if digest(word) == row.digest), None)


def make(connection: Connection, who: Actor, number: str, worker: str, hours: int, phone: bool) -> str:
    """A new link for somebody; the case is given to them by it. Returns the secret."""
    found = record.find(connection, who.community, number)
    worker = " ".join(worker.split())
    if not worker or len(worker) > 80:
        raise Refused("for whom?", t("Please write who comes."), pointer="/who")
    if hours not in HOURS:
        raise Refused("how long?", t("Please choose how long the link is good."), pointer="/hours")
    if found.state not in OPEN:
        raise Refused("it is closed", t("This case is closed."), status=409)
    key = new_id()
    row = {"id": key, "community_id": who.community, "case_id": found.id, "who": worker, "phone": phone}
    word = vault.words(f"field:{key}")[0]
    row |= {"digest": digest(word), "by": who.login, "created_at": who.real}
    connection.execute(insert(field_link).values(**row, expires_at=who.real + timedelta(hours=hours)))
    record.note(connection, found, "link", who.name, worker, who.now)
    audit.note(connection, who.community, who.login, "link.made", number, who.real, {"who": worker, "phone": phone})
    if found.state in ("received", "reopened"):
        cases.move(connection, found, "assigned", who.name, None, who.now, who.real)
    return word


def of(connection: Connection, key: str, real: datetime) -> list[tuple[Record, str]]:
    """Links of a case, the newest first, each with what it is: good, opened, done, revoked, expired."""
    rows = select(field_link).where(field_link.c.case_id == key).order_by(field_link.c.id.desc())
    return [(row, state(row, real)) for row in connection.execute(rows)]


def state(row: Record, real: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.done_at is not None:
        return "done"
    if row.expires_at <= real:
        return "expired"
    return "opened" if row.bound_at is not None else "good"


def revoke(connection: Connection, who: Actor, number: str, key: str) -> None:
    found = record.find(connection, who.community, number)
    mine = (field_link.c.case_id == found.id, field_link.c.id == key, field_link.c.revoked_at.is_(None))
    if connection.execute(update(field_link).where(*mine).values(revoked_at=who.real)).rowcount == 0:
        raise Refused("no such link", status=404)
    record.note(connection, found, "revoked", who.name, None, who.now)
    audit.note(connection, who.community, who.login, "link.revoked", number, who.real)


def look(connection: Connection, word: str, real: datetime) -> Record:
    """The link of this address while it is good; a wrong, old or ended one looks the same from outside."""
    rows = select(field_link).where(field_link.c.digest == digest(word))
    row = connection.execute(rows).one_or_none()
    if row is None or state(row, real) not in ("good", "opened"):
        raise Refused(
            "this link is not good",
            t("This link is not good any more. Please ask the desk for a new one."),
            status=404,
        )
    return row


def bind(connection: Connection, row: Record, now: datetime, real: datetime) -> str:
    """The first phone that opens it keeps it; returns what its cookie holds. Two at once: one of them is first."""
    device = secrets.token_urlsafe(24)
    first = update(field_link).where(field_link.c.id == row.id, field_link.c.device.is_(None))
    if connection.execute(first.values(device=digest(device), bound_at=real)).rowcount == 0:
        raise _other()
    found = cases.one(connection, row.case_id)
    record.note(connection, found, "bound", row.who, None, now)
    audit.note(connection, row.community_id, f"field:{row.who}", "link.opened", found.number, real)
    return device


def is_on(row: Record, device: str) -> bool:
    """Whether this phone is the one."""
    return row.device is not None and secrets.compare_digest(row.device, digest(device))


def entered(connection: Connection, word: str, device: str, real: datetime) -> tuple[Record, Record]:
    """The link and its case, for the phone that it is bound to."""
    row = look(connection, word, real)
    if not is_on(row, device):
        raise _other()
    return row, cases.one(connection, row.case_id)


def done(connection: Connection, row: Record, real: datetime) -> None:
    """The work is reported as done: nothing more can be done with this link."""
    connection.execute(update(field_link).where(field_link.c.id == row.id).values(done_at=real))


def phone_of(connection: Connection, row: Record, found: Record, real: datetime) -> str:
    """The resident's number, where the desk allowed it; that it was looked at is written down first."""
    theirs = select(resident.c.phone).where(resident.c.id == found.resident_id)
    number: str | None = found.contact or connection.execute(theirs).scalar_one_or_none()
    if not row.phone or not number:
        raise Refused("not for this link", t("The desk can connect you: please call it."), status=403)
    audit.note(connection, row.community_id, f"field:{row.who}", "phone.revealed", found.number, real)
    return number


def _other() -> Refused:
    return Refused(
        "bound to another phone",
        t("This link was opened on another phone and is good there only. Please ask the desk for a new one."),
        status=403,
    )
