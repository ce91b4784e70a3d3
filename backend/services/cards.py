"""Cards that are lost: blocked at once, released with a word, each with its case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.work import case
from backend.services import belongings, cases
from backend.services.cases import Filed, NewCase


def block(connection: Connection, card: Record, new: NewCase, now: datetime) -> Filed:
    """The card opens nothing from now on."""
    belongings.set_state(connection, new.community, card.id, "blocked", now)
    return cases.file(connection, new, now)


def blocked_of(connection: Connection, community: str, resident: int) -> list[Record]:
    """The resident's open cases of blocked cards, newest first."""
    mine = (case.c.community_id == community) & (case.c.resident_id == resident)
    rows = select(case).where(mine, case.c.kind == "card", case.c.state == "blocked").order_by(case.c.id.desc())
    return list(connection.execute(rows))


def release(connection: Connection, found: Record, now: datetime, real: datetime) -> None:
    """The card was found: it opens doors again, and its case is withdrawn."""
    cases.withdraw(connection, found.community_id, found.number, now, real)
    for card in belongings.cards(connection, found.community_id, found.household_id, found.resident_id):
        if card.number == found.slots.get("card"):
            belongings.set_state(connection, found.community_id, card.id, "active", now)
