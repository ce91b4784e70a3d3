"""What the people on duty may know of a person's health in an emergency: sealed, and each look is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from backend import vault
from backend.db import Record, hold, insert_or
from backend.models.ladder import health_note
from backend.models.people import resident
from backend.services import audit, changes
from backend.services.acting import Actor
from bot.contract.errors import Refused
from bot.contract.text import Text, t

LONGEST = 1000
CONSENTS: dict[str, Text] = {
    "said": t("They said yes themselves", context="consent"),
    "written": t("They signed for it", context="consent"),
    "proxy": t("Their proxy said yes", context="consent"),
}


def put(
    connection: Connection,
    community: str,
    resident_id: int,
    words: str,
    real: datetime,
    consent: str | None = None,
    by: str | None = None,
) -> None:
    """Replace what is known. consent: of CONSENTS, None for the demo's own."""
    sealed = vault.seal(words.encode(), _of(resident_id))
    row = {"resident_id": resident_id, "community_id": community, "sealed": sealed, "updated_at": real}
    row |= {"consent": consent, "by": by, "version": 1}
    again = {"sealed": sealed, "updated_at": real, "consent": consent, "by": by, "version": health_note.c.version + 1}
    put_ = insert_or(health_note).on_conflict_do_update(index_elements=["resident_id"], set_=again)
    connection.execute(put_, row)


def write(connection: Connection, who: Actor, resident_id: int, words: str, consent: str, seen: int | None) -> None:
    """What the desk writes down with the person's consent; the log learns that it was written, never what."""
    changes.find(connection, who.community, "resident", resident_id)
    if not 1 <= len(words) <= LONGEST:
        raise Refused(
            "words", t("Please write what helps in an emergency, in at most 1000 characters."), pointer="/words"
        )
    if consent not in CONSENTS:
        raise Refused(
            "no consent", t("Notes on health are kept only with consent. How was it given?"), pointer="/consent"
        )
    hold(connection, "health", resident_id)
    _unchanged(connection, who, resident_id, seen)
    put(connection, who.community, resident_id, words, who.real, consent, who.name)
    told = {"characters": len(words), "consent": consent}
    audit.note(connection, who.community, who.login, "health.written", f"resident {resident_id}", who.real, told)


def drop(connection: Connection, who: Actor, resident_id: int, why: str) -> None:
    """Consent was taken back, or they moved out: nothing is left of it."""
    mine = (health_note.c.community_id == who.community, health_note.c.resident_id == resident_id)
    if connection.execute(delete(health_note).where(*mine)).rowcount:
        told = {"why": why}
        audit.note(connection, who.community, who.login, "health.removed", f"resident {resident_id}", who.real, told)


def _unchanged(connection: Connection, who: Actor, resident_id: int, seen: int | None) -> None:
    row = known(connection, who.community, [resident_id]).get(resident_id)
    if (row.version if row else 0) != (seen or 0):
        name = row.by if row and row.by else "–"
        said = t("{name} changed this meanwhile. Look at it again before you write over it.", name=name)
        raise Refused("changed meanwhile", said, status=409)


def known(connection: Connection, community: str, residents: Sequence[int]) -> dict[int, Record]:
    """Of whom there is something, since when and by whose word; sealed words stay sealed."""
    columns = [health_note.c[name] for name in ("resident_id", "updated_at", "consent", "by", "version")]
    mine = (health_note.c.community_id == community, health_note.c.resident_id.in_(residents))
    return {row.resident_id: row for row in connection.execute(select(*columns).where(*mine))}


def has_any(connection: Connection, community: str, residents: list[int]) -> bool:
    """Whether there is something to show, without opening it."""
    mine = (health_note.c.community_id == community, health_note.c.resident_id.in_(residents))
    return connection.execute(select(health_note.c.resident_id).where(*mine).limit(1)).first() is not None


def of(connection: Connection, community: str, residents: list[int]) -> list[tuple[str, str]]:
    """Name and words of each of these people; the caller audits that somebody looked."""
    rows = (
        select(health_note.c.resident_id, health_note.c.sealed, resident.c.name)
        .select_from(health_note.join(resident, health_note.c.resident_id == resident.c.id))
        .where(health_note.c.community_id == community, health_note.c.resident_id.in_(residents))
        .order_by(health_note.c.resident_id)
    )
    return [(row.name, vault.opened(row.sealed, _of(row.resident_id)).decode()) for row in connection.execute(rows)]


def reseal(connection: Connection) -> int:
    """Every note sealed with the newest key; returns how many."""
    rows = connection.execute(select(health_note.c.resident_id, health_note.c.sealed)).all()
    for row in rows:
        sealed = vault.seal(vault.opened(row.sealed, _of(row.resident_id)), _of(row.resident_id))
        mine = update(health_note).where(health_note.c.resident_id == row.resident_id)
        connection.execute(mine.values(sealed=sealed))
    return len(rows)


def _of(resident_id: int) -> str:
    return f"health:{resident_id}"
