"""A browser in which somebody has signed in before: its wrong tries are its own, so that whoever guesses from elsewhere
shuts nobody out of the desk, and of an alarm, who was there already."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from backend.db import Record
from backend.models.sign_in import known_browser
from backend.models.staff import staff
from backend.services.sign_in.sessions import digest

LIVES = timedelta(days=180)


def of(connection: Connection, login: str, token: str, real: datetime) -> Record | None:
    """Where this token was given to a browser of this very person."""
    if not token:
        return None
    mine = (staff.c.login == login.strip().lower(), known_browser.c.digest == digest(token))
    rows = select(known_browser).join(staff, known_browser.c.staff_id == staff.c.id)
    return connection.execute(rows.where(*mine, known_browser.c.seen_at > real - LIVES)).one_or_none()


def keep(connection: Connection, staff_id: int, token: str, real: datetime) -> str:
    """Somebody has just shown who they are here; returns what the browser is to keep."""
    mine = (known_browser.c.staff_id == staff_id, known_browser.c.digest == digest(token))
    if token and connection.execute(update(known_browser).where(*mine).values(seen_at=real)).rowcount:
        return token
    fresh = secrets.token_urlsafe(32)
    row = {"staff_id": staff_id, "digest": digest(fresh), "seen_at": real, "failures": 0}
    connection.execute(insert(known_browser).values(**row))
    return fresh


def sweep(connection: Connection, real: datetime) -> None:
    connection.execute(delete(known_browser).where(known_browser.c.seen_at < real - LIVES))
