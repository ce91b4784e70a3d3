"""Who is rung, and in which order: the duty phones of a community, and whom to call for one resident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Connection, Table, bindparam, select, update

from backend.db import Record, hold
from backend.models.people import contact, duty
from backend.services import changes, homes
from backend.services.acting import Actor
from backend.services.ladder import reach
from bot.contract.errors import Refused
from bot.contract.text import t

DUTY, DUTY_ORDER, CONTACT_ORDER = "duty", "duty_order", "contact_order"
# Ranks while they change places: of no other row, where two may never be the same.
_ASIDE = 1_000
_PHONES = select(duty).where(duty.c.community_id == bindparam("community")).order_by(duty.c.rank, duty.c.id)


def phones(connection: Connection, community: str) -> list[Record]:
    """In the order in which an alarm rings them."""
    return list(connection.execute(_PHONES, {"community": community}))


def alone(connection: Connection, community: str) -> None:
    """One at a time from here on: that one phone is left, and in which order they stand, is looked up before it is
    written."""
    hold(connection, "duty", community)


def is_listed(connection: Connection, community: str, phone: str, but: int) -> bool:
    """Whether another row has this number."""
    mine = (duty.c.community_id == community, duty.c.phone == phone, duty.c.id != but)
    return connection.execute(select(duty.c.id).where(*mine)).first() is not None


def put(connection: Connection, who: Actor, key: int | None, form: Mapping[str, str]) -> None:
    """name, phone; a phone left empty stays as it was. A new number has answered no drill yet."""
    alone(connection, who.community)
    values: dict[str, object] = {"name": homes.named(form["name"])}
    phone = form.get("phone", "").strip()
    if phone or key is None:
        if not reach.is_number(phone):
            raise Refused("no number", t("Please give a number that can be dialled."), pointer="/phone")
        bare = phone.replace(" ", "").replace("-", "")
        if is_listed(connection, who.community, bare, key or 0):
            raise Refused("there already", t("This number is on the list already."), status=409, pointer="/phone")
        values |= {"phone": bare}
        if key is None or changes.find(connection, who.community, DUTY, key).phone != bare:
            values |= {"drill_answered_at": None}
    if key is None:
        values["rank"] = max((row.rank for row in phones(connection, who.community)), default=0) + 1
    changes.save(connection, who, DUTY, key, values)


def drop(connection: Connection, who: Actor, key: int) -> None:
    alone(connection, who.community)
    changes.find(connection, who.community, DUTY, key)
    if len(phones(connection, who.community)) == 1:
        text = t("This is the last duty phone: an alarm would ring nobody. Add another one first.")
        raise Refused("the last one", text, status=409)
    changes.remove(connection, who, DUTY, key)


def raise_phone(connection: Connection, who: Actor, key: int) -> None:
    """One place up."""
    alone(connection, who.community)
    changes.find(connection, who.community, DUTY, key)
    _up(connection, who, DUTY_ORDER, "all", phones(connection, who.community), key)


def raise_contact(connection: Connection, who: Actor, key: int) -> None:
    row = changes.find(connection, who.community, "contact", key)
    hold(connection, "contacts", row.resident_id)
    rows = homes.contacts(connection, who.community, [row.resident_id])[row.resident_id]
    _up(connection, who, CONTACT_ORDER, str(row.resident_id), rows, key)


def _up(connection: Connection, who: Actor, what: str, whose: str, rows: Sequence[Record], key: int) -> None:
    ids = [row.id for row in rows]
    place = ids.index(key)
    if place > 0:
        ids[place - 1 : place + 1] = [ids[place], ids[place - 1]]
        order(connection, who, what, whose, rows, ids)


def order(
    connection: Connection, who: Actor, what: str, whose: str, rows: Sequence[Record], ids: Sequence[int]
) -> None:
    """rows: as they stand; ids: the same in the order that they have from now on."""
    table: Table = duty if what == DUTY_ORDER else contact
    key: Column[int] = table.c.id
    names = {row.id: row.name for row in rows}
    for aside in (_ASIDE, 0):
        for rank, one in enumerate(ids, 1):
            mine = (key == one, table.c.community_id == who.community)
            connection.execute(update(table).where(*mine).values(rank=rank + aside))
    before = {"order": [row.name for row in rows], "ids": [row.id for row in rows]}
    changes.write(connection, who, what, whose, before, {"order": [names[one] for one in ids], "ids": list(ids)})
