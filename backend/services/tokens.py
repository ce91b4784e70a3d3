"""A vendor's tokens, sealed, for all processes of a channel: one gets it anew while the others wait for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from backend import vault
from backend.db import insert_or
from backend.models.windows import vendor_token
from bot.contract.errors import Unavailable
from bot.contract.joint import Kept


def kept(connection: Connection, channel: str, name: str) -> Kept | None:
    """None where there is none, or where no key of ours opens it any more: it is got anew then."""
    where = (vendor_token.c.channel == channel, vendor_token.c.name == name, vendor_token.c.value.is_not(None))
    row = connection.execute(select(vendor_token).where(*where)).one_or_none()
    if row is None:
        return None
    try:
        return Kept(vault.opened(row.value, _whose(channel, name)).decode(), row.until)
    except Unavailable:
        return None


def keep(connection: Connection, channel: str, name: str, value: str, until: datetime) -> None:
    sealed = vault.seal(value.encode(), _whose(channel, name))
    row = {"value": sealed, "until": until, "busy_until": None}
    made = insert_or(vendor_token).on_conflict_do_update(index_elements=["channel", "name"], set_=row)
    connection.execute(made, {"channel": channel, "name": name, **row})


def begin(connection: Connection, channel: str, name: str, seconds: float, real: datetime) -> bool:
    """Of several who ask at once one is told yes."""
    made = insert_or(vendor_token).on_conflict_do_nothing(index_elements=["channel", "name"])
    until = real + timedelta(seconds=seconds)
    if connection.execute(made, {"channel": channel, "name": name, "busy_until": until}).rowcount == 1:
        return True
    free = or_(vendor_token.c.busy_until.is_(None), vendor_token.c.busy_until <= real)
    mine = (vendor_token.c.channel == channel, vendor_token.c.name == name, free)
    return connection.execute(update(vendor_token).where(*mine).values(busy_until=until)).rowcount == 1


def _whose(channel: str, name: str) -> str:
    return f"token:{channel}:{name}"
