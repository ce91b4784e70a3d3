"""An alarm's row as everybody reads it: which states are open, and that every open console looks again."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backend import wake
from backend.db import Record
from backend.models.work import alarm

OPEN = ("open", "accepted", "cancel_requested")
# The channel of what speaks for itself: a cord, a wristband, a detector.
DEVICE = "device"


def one(connection: Connection, alarm_id: str) -> Record:
    return connection.execute(select(alarm).where(alarm.c.id == alarm_id)).one()


def ring(connection: Connection, community: str) -> None:
    """Every open console looks again."""
    wake.after_commit(connection, wake.desk(community))
