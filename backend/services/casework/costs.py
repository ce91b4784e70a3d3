"""What a case costs: parts, work and the rest, each line by whoever used it; taken out, but never erased."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.db import Record
from backend.models.fieldwork import case_cost
from backend.services.casework import record
from bot.contract.errors import Refused
from bot.contract.text import Text, t

KINDS: dict[str, Text] = {
    "part": t("Part", context="cost"),
    "work": t("Work", context="cost"),
    "other": t("Other", context="cost"),
}
DEAREST, MOST = 100_000_00, 1_000_00
_AMOUNT = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?")


def fen(text: str, pointer: str, most: int = DEAREST) -> int:
    """`12.5` → 1250; nothing else is an amount."""
    found = _AMOUNT.fullmatch(text.strip().removeprefix("¥"))
    value = int(found.group(1)) * 100 + int((found.group(2) or "0").ljust(2, "0")) if found else -1
    if not 0 <= value <= most:
        raise Refused("this is no amount", t("Please write a number such as 12.50."), pointer=pointer)
    return value


def of(connection: Connection, key: str) -> list[Record]:
    """What counts, in the order of writing."""
    mine = (case_cost.c.case_id == key, case_cost.c.removed_at.is_(None))
    return list(connection.execute(select(case_cost).where(*mine).order_by(case_cost.c.id)))


def amount(row: Record) -> int:
    """Fen of one line, rounded to whole ones."""
    return int(row.quantity * row.price + 50) // 100


def total(rows: list[Record]) -> int:
    return sum(amount(row) for row in rows)


def add(
    connection: Connection, found: Record, kind: str, name: str, quantity: str, price: str, by: str, now: datetime
) -> None:
    """quantity and price as they were typed."""
    name = " ".join(name.split())
    if kind not in KINDS:
        raise Refused("no such kind of cost", pointer="/kind")
    if not name or len(name) > 80:
        raise Refused("what was used?", t("Please write what it is."), pointer="/name")
    many = fen(quantity or "1", "/quantity", MOST)
    if many == 0:
        raise Refused("none of it", t("Please write a number such as 12.50."), pointer="/quantity")
    row = {"kind": kind, "name": name, "quantity": many, "price": fen(price or "0", "/price"), "by": by, "at": now}
    connection.execute(insert(case_cost).values(community_id=found.community_id, case_id=found.id, **row))
    record.note(connection, found, "cost", by, name, now)


def remove(connection: Connection, found: Record, key: int, by: str, now: datetime) -> None:
    mine = (case_cost.c.case_id == found.id, case_cost.c.id == key, case_cost.c.removed_at.is_(None))
    row = connection.execute(select(case_cost).where(*mine)).one_or_none()
    if row is None:
        raise Refused("no such cost", status=404)
    connection.execute(update(case_cost).where(case_cost.c.id == key).values(removed_at=now))
    record.note(connection, found, "uncost", by, row.name, now)
