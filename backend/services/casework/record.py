"""A case under the desk's hands: found in its community, changed only as it was seen, every step in its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend import wake
from backend.db import Record
from backend.models.work import case, case_event
from backend.services import case_board
from bot.contract.errors import Refused
from bot.contract.text import Text, t

EVENTS: Mapping[str, Text] = {
    "filed": t("Filed", context="case event"),
    "moved": t("Moved", context="case event"),
    "amended": t("Corrected by the resident", context="case event"),
    "remark": t("Note", context="case event"),
    "assigned": t("Given to", context="case event"),
    "team": t("Passed to the team", context="case event"),
    "label": t("Label", context="case event"),
    "unlabel": t("Label taken off", context="case event"),
    "joined": t("Another report joined", context="case event"),
    "split": t("Split", context="case event"),
    "left": t("A report was taken back", context="case event"),
    "merged": t("Merged", context="case event"),
    "unmerged": t("Taken apart again", context="case event"),
    "visit": t("Visit", context="case event"),
    "on_way": t("On the way", context="case event"),
    "arrived": t("Arrived", context="case event"),
    "cost": t("Cost", context="case event"),
    "uncost": t("Cost taken out", context="case event"),
    "quote": t("Quotation", context="case event"),
    "link": t("Field link made", context="case event"),
    "bound": t("Field link opened on a phone", context="case event"),
    "revoked": t("Field link ended", context="case event"),
    "photo": t("Photo", context="case event"),
    "voicemail": t("Recorded on the telephone: listen in the conversation", context="case event"),
    "redacted": t("Photo blacked out", context="case event"),
    "called": t("Called back", context="case event"),
    "city": t("The city says", context="case event"),
    "late": t("The deadline is over; told", context="case event"),
    "undone": t("Undone", context="case event"),
}


def find(connection: Connection, community: str, number: str) -> Record:
    """Raises `Refused` (404)."""
    return case_board.one(connection, community, number)


def note(
    connection: Connection,
    found: Record,
    name: str,
    by: str,
    words: str | None,
    now: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    """One line of its history; open pages of the desk read it at once."""
    row = {"case_id": found.id, "name": name, "by": by, "note": words, "data": dict(data) if data else None, "at": now}
    connection.execute(insert(case_event).values(**row))
    wake.after_commit(connection, wake.desk(found.community_id))


def change(connection: Connection, found: Record, seen: int | None, now: datetime, **values: object) -> None:
    """Change it if it is still as it was seen; seen: the version on the clerk's page, None where it does not matter."""
    fresh(connection, found, seen)
    mine = update(case).where(case.c.id == found.id, case.c.version == found.version)
    if connection.execute(mine.values(**values, version=found.version + 1, updated_at=now)).rowcount == 0:
        raise _stale(connection, found)


def fresh(connection: Connection, found: Record, seen: int | None) -> None:
    if seen is not None and seen != found.version:
        raise _stale(connection, found)


def _stale(connection: Connection, found: Record) -> Refused:
    """Says what somebody else did meanwhile."""
    rows = select(case_event).where(case_event.c.case_id == found.id).order_by(case_event.c.id.desc()).limit(1)
    last = connection.execute(rows).one_or_none()
    what = EVENTS.get(last.name, EVENTS["moved"]) if last is not None else EVENTS["moved"]
    said = t(
        "{name} changed {number} meanwhile: {what} {note}. You see it as it is now; please look once more.",
        name=last.by if last is not None else "?",
        number=found.number,
        what=what,
        note=(last.note or last.to_state or "") if last is not None else "",
    )
    return Refused(f"case {found.number} was changed meanwhile", said, status=409)
