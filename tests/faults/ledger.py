"""Holds what was acknowledged against what stands in the database: the checker that a loss must not escape."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.faults.crowd import Said


@dataclass(frozen=True, slots=True)
class Found:
    """lost: acknowledged, and no row or no answer stands; doubled: more than one thing came of one talk;
    missing: a talk ended and nothing came of it; sound: the file and its references."""

    acknowledged: int
    lost: int
    doubled: int
    missing: int
    sound: bool

    @property
    def good(self) -> bool:
        return self.sound and not (self.lost or self.doubled or self.missing)

    def __str__(self) -> str:
        integrity = "integrity ok" if self.sound else "DAMAGED"
        return (
            f"{self.acknowledged} acknowledged: {self.lost} lost, {self.doubled} doubled, {self.missing} without "
            f"effect, {integrity}"
        )


# Free hours run out under a crowd: a booking may be refused, but never made twice.
_CERTAIN = ("case", "alarm")
_MESSAGES = """SELECT a.user, m.external_id FROM message m JOIN conversation c ON c.id = m.conversation_id
               JOIN address a ON a.id = c.address_id"""
_REPLIES = """SELECT a.user, o.in_reply_to FROM outbox o JOIN conversation c ON c.id = o.conversation_id
              JOIN address a ON a.id = c.address_id WHERE o.in_reply_to IS NOT NULL"""
# Who reports what a neighbour has reported before them joins their case: that is what comes of it, and no case anew.
_TABLES = {"case": ("case", "case_report"), "booking": ("booking",), "alarm": ("alarm",)}
_EFFECTS = {
    what: " UNION ALL ".join(
        f"""SELECT a.user FROM "{table}" e JOIN conversation c ON c.id = e.conversation_id
            JOIN address a ON a.id = c.address_id"""  # noqa: S608 - four names of ours
        for table in tables
    )
    for what, tables in _TABLES.items()
}


def audit(database: Path, acknowledged: Sequence[Said]) -> Found:
    """Reads the file itself, not through the product."""
    with closing(sqlite3.connect(database)) as connection:
        messages = Counter(connection.execute(_MESSAGES).fetchall())
        replies = Counter(connection.execute(_REPLIES).fetchall())
        effects = {
            what: Counter(user for (user,) in connection.execute(query).fetchall()) for what, query in _EFFECTS.items()
        }
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        sound = sound and not connection.execute("PRAGMA foreign_key_check").fetchall()
    keys = {(said.sender, said.id) for said in acknowledged}
    lost = sum(messages[key] == 0 or replies[key] == 0 for key in keys)
    doubled = sum(count > 1 for count in (*messages.values(), *replies.values()))
    doubled += sum(count > 1 for counted in effects.values() for count in counted.values())
    missing = sum(
        effects[said.makes][said.sender] == 0 for said in acknowledged if said.last and said.makes in _CERTAIN
    )
    return Found(len(keys), lost, doubled, missing, sound)
