"""What a vendor says became of what we sent: it reached them, was read, or came to nothing after all."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, update

from backend import wake
from backend.models.talk import outbox
from backend.services import otherwise

DELIVERED, READ, FAILED = "delivered", "read", "failed"


def heard(
    connection: Connection,
    channel: str,
    account: str,
    said: Sequence[tuple[str, str, datetime, str]],
    ways: Set[str],
    now: datetime,
    real: datetime,
) -> None:
    """said: (vendor's id, state, when, reason). In any order and any number of times: the first time counts. What came
    to nothing goes on by another of the ways, where there is one."""
    for vendor_id, state, at, reason in said:
        # A vendor's clock may run ahead of ours.
        when = min(at, real)
        mine: tuple[ColumnElement[bool], ...] = (
            outbox.c.vendor_id == vendor_id,
            outbox.c.channel == channel,
            outbox.c.account == account,
        )
        values: dict[str, object] = {"delivered_at": func.coalesce(outbox.c.delivered_at, when)}
        if state == READ:
            values["read_at"] = func.coalesce(outbox.c.read_at, when)
        if state == FAILED:
            values = {"state": "dead", "last_error": reason or "the vendor gave it up"}
            mine = (*mine, outbox.c.state != "dead")
        for row in connection.execute(update(outbox).where(*mine).values(values).returning(outbox)).all():
            wake.after_commit(connection, wake.desk(row.community_id))
            if state == FAILED:
                otherwise.go_on(connection, row, row.body, ways, now, real)
