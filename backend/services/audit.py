"""The audit log: each entry carries the digest of the one before it, so that nothing is changed or left out unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from backend.db import Record, hold
from backend.models.sign_in import audit_entry

FIRST = "0" * 64
PAGE = 100


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain is broken, and how it shows."""

    id: int
    why: str


def note(
    connection: Connection,
    community: str | None,
    who: str,
    what: str,
    subject: str,
    real: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    """Write one entry. who: the login; what: `area.verb`; subject: what it was done to; never a resident's own data."""
    hold(connection, "audit")
    newest = select(audit_entry.c.digest).order_by(audit_entry.c.id.desc()).limit(1)
    before = connection.execute(newest).scalar_one_or_none() or FIRST
    row = {
        "community_id": community,
        "at": real,
        "who": who[:80],
        "what": what,
        "subject": subject[:120],
        "data": dict(data or {}),
    }
    connection.execute(insert(audit_entry).values(**row, before=before, digest=_digest(before, row)))


def _digest(before: str, row: Mapping[str, object]) -> str:
    at = row["at"]
    moment = at.astimezone(UTC).isoformat() if isinstance(at, datetime) else ""
    kept = [before, row["community_id"], moment, row["who"], row["what"], row["subject"], row["data"]]
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(connection: Connection, newest: int = 0) -> tuple[int, str, Broken | None]:
    """How many entries hold together, the newest digest (to be kept elsewhere), and the first break, if any.

    newest: only so many of them, for a page that is looked at often; 0 for all.
    """
    first = (connection.execute(select(func.max(audit_entry.c.id))).scalar_one() or 0) - newest if newest else 0
    rows = list(connection.execute(select(audit_entry).where(audit_entry.c.id > first).order_by(audit_entry.c.id)))
    before, count = (rows[0].before if newest and rows else FIRST), 0
    for row in rows:
        if row.before != before:
            return count, before, Broken(row.id, "the entry before it is missing or was changed")
        if _digest(before, dict(row._mapping)) != row.digest:
            return count, before, Broken(row.id, "the entry itself was changed")
        before, count = row.digest, count + 1
    return count, before, None


def holds(connection: Connection, digest: str) -> bool:
    """Whether an entry of this digest is there: one kept elsewhere tells of a log that was cut or made anew."""
    rows = select(audit_entry.c.id).where(audit_entry.c.digest == digest)
    return connection.execute(rows).one_or_none() is not None


def page(connection: Connection, community: str, before: int, what: str, who: str) -> list[Record]:
    """The newest entries of a community below this id; what, who: only these, empty for all."""
    rows = select(audit_entry).where(audit_entry.c.community_id == community).order_by(audit_entry.c.id.desc())
    if before:
        rows = rows.where(audit_entry.c.id < before)
    if what:
        rows = rows.where(audit_entry.c.what.startswith(what, autoescape=True))
    if who:
        rows = rows.where(audit_entry.c.who == who)
    return list(connection.execute(rows.limit(PAGE)))
