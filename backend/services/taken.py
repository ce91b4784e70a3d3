"""Events of other systems that make something: the same source and id counts once, however late it comes again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from backend.db import insert_or
from backend.models.access import taken_event

KEPT = timedelta(days=90)
_CLAIM = insert_or(taken_event).on_conflict_do_nothing(index_elements=["cause"])
_KNOWN = select(taken_event.c.what).where(taken_event.c.cause == bindparam("known"))
_MADE = update(taken_event).where(taken_event.c.cause == bindparam("known")).values(what=bindparam("made"))


def once(
    connection: Connection, community: str, source: str, key: str, real: datetime, work: Callable[[], str]
) -> tuple[str, bool]:
    """What it made, and whether just now. A refusal is rolled back with all else: the event may be told again."""
    cause = hashlib.sha256("\n".join((community, source, key)).encode("utf-8", "surrogatepass")).hexdigest()
    row = {"community_id": community, "cause": cause, "what": "", "at": real}
    if connection.execute(_CLAIM, row).rowcount == 0:
        return str(connection.execute(_KNOWN, {"known": cause}).scalar_one()), False
    made = work()
    connection.execute(_MADE, {"known": cause, "made": made})
    return made, True


def sweep(connection: Connection, real: datetime) -> None:
    connection.execute(delete(taken_event).where(taken_event.c.at < real - KEPT))
