"""Photos of a case: the resident's and the worker's; what was blacked out is seen by the auditor alone."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.db import Record, insert_or
from backend.models.fieldwork import case_photo
from backend.models.work import case
from backend.services import audit, case_board, cases
from backend.services.acting import Actor
from backend.services.casework import record
from bot.contract.errors import Refused
from bot.contract.text import t

MOST_BOXES = 20
MOST_PHOTOS = 20
Box = tuple[float, float, float, float]


def owner(connection: Connection, found: Record, source: str, sender: str | None = None) -> str:
    """Under whose mark the shelf keeps it; sender: whoever sent it in another talk than the case's own."""
    if sender is not None:
        return sender
    if source == "resident":
        return case_board.sender(connection, found.conversation_id) or ""
    return f"case:{found.id}"


def sent(found: Record) -> list[str]:
    """Keys of what the resident sent along."""
    held = found.slots.get("photo") or found.slots.get("photos") or []
    return [str(key) for key in ([held] if isinstance(held, str) else held) if isinstance(key, str)]


def of(connection: Connection, found: Record) -> list[tuple[str, bool]]:
    """Keys as they were taken, and whether each is covered."""
    rows = list(
        connection.execute(select(case_photo).where(case_photo.c.case_id == found.id).order_by(case_photo.c.id))
    )
    covered = {row.key for row in rows if row.covered}
    keys = [*sent(found), *(row.key for row in rows if row.source == "field" or row.sender is not None)]
    return [(key, key in covered) for key in dict.fromkeys(keys)]


def shown(connection: Connection, found: Record, key: str) -> tuple[str, str]:
    """Which file is shown for it, and whose mark it bears; raises `Refused` (404)."""
    row = _row(connection, found, key)
    if row is None and key not in sent(found):
        raise Refused("there is no such picture", status=404)
    source = row.source if row is not None else "resident"
    shown_as, sender = ((row.covered or key), row.sender) if row is not None else (key, None)
    return shown_as, owner(connection, found, source, sender)


def cover_of(connection: Connection, community: str, key: str) -> str:
    """For wherever else a picture is shown: its covered copy, or itself."""
    mine = (case_photo.c.community_id == community, case_photo.c.key == key, case_photo.c.covered.is_not(None))
    return connection.execute(select(case_photo.c.covered).where(*mine).limit(1)).scalar_one_or_none() or key


def boxes(text: str) -> list[Box]:
    """`[[x, y, width, height], …]` as parts of the picture, 0 to 1."""
    wrong = Refused("rectangles are four numbers each", t("Please draw at least one rectangle."), pointer="/boxes")
    try:
        data = json.loads(text)
        made = [(float(x), float(y), float(w), float(h)) for x, y, w, h in data]
    except (ValueError, TypeError, RecursionError) as error:
        raise wrong from error
    good = all(0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 and 0 < h <= 1 for x, y, w, h in made)
    if not made or len(made) > MOST_BOXES or not good:
        raise wrong
    return made


def covered(connection: Connection, who: Actor, number: str, key: str, copy: str) -> None:
    """From now on everybody sees the copy; raises `Refused` (404)."""
    found = record.find(connection, who.community, number)
    shown(connection, found, key)
    row = _row(connection, found, key)
    if row is None:
        made = {"key": key, "source": "resident", "covered": copy, "by": who.login, "at": who.now}
        connection.execute(insert(case_photo).values(community_id=who.community, case_id=found.id, **made))
    else:
        connection.execute(update(case_photo).where(case_photo.c.id == row.id).values(covered=copy, by=who.login))
    record.note(connection, found, "redacted", who.name, None, who.now)
    audit.note(connection, who.community, who.login, "photo.redacted", number, who.real, {"photo": key[:24]})


def add(connection: Connection, found: Record, key: str, by: str, now: datetime) -> None:
    """One that the worker took."""
    if len(of(connection, found)) >= MOST_PHOTOS:
        raise Refused("enough photos", t("There are enough photos of this case."), status=409)
    row = {"key": key, "source": "field", "by": by, "at": now}
    connection.execute(insert(case_photo).values(community_id=found.community_id, case_id=found.id, **row))
    record.note(connection, found, "photo", by, None, now)


def attach(connection: Connection, found: Record, key: str, sender: str, now: datetime) -> None:
    """One more of the resident's, perhaps from another talk of theirs or from a neighbour; sender: as its channel
    names them."""
    if len(of(connection, found)) >= MOST_PHOTOS:
        raise Refused("enough photos", t("There are enough photos of this case."), status=409)
    row = {"community_id": found.community_id, "case_id": found.id, "key": key, "source": "resident"}
    put = insert_or(case_photo).on_conflict_do_nothing(index_elements=["case_id", "key"])
    if connection.execute(put, {**row, "by": "resident", "sender": sender, "at": now}).rowcount:
        record.note(connection, found, "photo", "resident", None, now)


def redacted(connection: Connection, community: str) -> list[Record]:
    """For the auditor: what was covered, by whom and when."""
    joined = case_photo.join(case, case_photo.c.case_id == case.c.id)
    rows = select(case_photo, case.c.number).select_from(joined)
    rows = rows.where(case_photo.c.community_id == community, case_photo.c.covered.is_not(None))
    return list(connection.execute(rows.order_by(case_photo.c.id.desc()).limit(200)))


def original(connection: Connection, who: Actor, row_id: int) -> tuple[str, str]:
    """The picture before anything was covered; that somebody looked is written down first."""
    mine = (case_photo.c.community_id == who.community, case_photo.c.id == row_id, case_photo.c.covered.is_not(None))
    row = connection.execute(select(case_photo).where(*mine)).one_or_none()
    if row is None:
        raise Refused("no such picture", status=404)
    found = cases.one(connection, row.case_id)
    audit.note(connection, who.community, who.login, "photo.original", found.number, who.real, {"photo": row.key[:24]})
    return row.key, owner(connection, found, row.source, row.sender)


def _row(connection: Connection, found: Record, key: str) -> Record | None:
    mine = (case_photo.c.case_id == found.id, case_photo.c.key == key)
    return connection.execute(select(case_photo).where(*mine)).one_or_none()
