"""How far the looking for somebody is, as whoever waits may honestly be told: nothing that the rows do not say."""

from __future__ import annotations

from sqlalchemy import Connection

from backend.db import Record
from backend.services import alarm_history
from backend.services.ladder import steps

# Somebody is with them, somebody goes, phones ring, it was only written to people, nobody could be reached at all.
THERE, GOING, RINGS, WRITTEN, UNREACHED = "there", "going", "rings", "written", "unreached"
# The first rung has not been climbed yet; a lift's firm may stand there before it.
BEGINS = "begins"


def of(connection: Connection, found: Record) -> str:
    """found: the alarm as it stands now."""
    if found.accepted_by is not None:
        return THERE if alarm_history.has_arrived(connection, found.id) else GOING
    rows = [row for row in steps.of(connection, found.id) if row.kind != steps.WEARER]
    newest = [row for row in rows if row.round == rows[-1].round]
    if not any(row.kind == steps.CONSOLE and row.state != steps.PLANNED for row in newest):
        return BEGINS
    if any(_rings(row) for row in newest):
        return RINGS
    return WRITTEN if any(row.code for row in newest) else UNREACHED


def _rings(row: Record) -> bool:
    """A phone that was asked to ring, also one that nobody picked up; or a screen that would be heard."""
    if row.kind == steps.CONSOLE:
        return bool(row.state == steps.SHOWN and row.reason is None)
    if row.state == steps.CALLING:
        return bool(row.sent != "dead")
    return row.state in (steps.ANSWERED, steps.SILENT)
