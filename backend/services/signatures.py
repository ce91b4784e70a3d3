"""Signatures that do not cover what they stand under: good for one message, whichever process it comes to."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from backend.db import insert_or
from backend.models.windows import signature
from bot.contract.errors import NotTheirs
from bot.contract.messages import Signed

# A signature bears its time and is taken for some minutes around it; after that nobody needs to know it.
KEPT = timedelta(minutes=20)
AT_ONCE = 5_000
_CLAIM = insert_or(signature).on_conflict_do_nothing(index_elements=["value"])
_OF = select(signature.c.message).where(signature.c.value == bindparam("known"))


def once(connection: Connection, signed: Signed, real: datetime) -> None:
    """Raises `NotTheirs` where it came with another message; the same one may come again."""
    row = {"value": signed.signature, "message": signed.message, "at": real}
    if connection.execute(_CLAIM, row).rowcount == 1:
        return
    if connection.execute(_OF, {"known": signed.signature}).scalar_one() != signed.message:
        raise NotTheirs("this signature came with another message")


def sweep(connection: Connection, real: datetime, at_once: int = AT_ONCE) -> int:
    """Some of the old ones; returns how many: 0 is done."""
    old = select(signature.c.id).where(signature.c.at < real - KEPT).limit(at_once)
    return connection.execute(delete(signature).where(signature.c.id.in_(old))).rowcount
