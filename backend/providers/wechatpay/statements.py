"""Reads the day's statement: lines whose every field begins with a back-tick, read by the names at their head."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from backend.providers.payment import Traded
from bot.contract.errors import Refused

# The vendor's own column names; in their encoding, which says what they are to whoever holds a statement beside this.
_AT, _ORDER, _PAID = "\u4ea4\u6613\u65f6\u95f4", "\u5546\u6237\u8ba2\u5355\u53f7", "\u5fae\u4fe1\u8ba2\u5355\u53f7"
_STATE, _CURRENCY, _SUM = "\u4ea4\u6613\u72b6\u6001", "\u8d27\u5e01\u79cd\u7c7b", "\u8ba2\u5355\u91d1\u989d"
_BACK, _BACK_ORDER = "\u5fae\u4fe1\u9000\u6b3e\u5355\u53f7", "\u5546\u6237\u9000\u6b3e\u5355\u53f7"
_BACK_SUM = "\u7533\u8bf7\u9000\u6b3e\u91d1\u989d"
_COUNT = "\u603b\u4ea4\u6613\u5355\u6570"
_NEEDED = (_AT, _ORDER, _PAID, _STATE, _CURRENCY, _SUM, _BACK, _BACK_ORDER, _BACK_SUM)


def read(content: bytes) -> tuple[Traded, ...]:
    """Raises `Refused` for what is no statement, or is cut short: its last line counts the others."""
    try:
        rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("the statement cannot be read") from error
    head = rows[0] if rows else []
    if not set(_NEEDED) <= set(head):
        raise Refused("the statement has other columns than we know")
    ends = next((n for n, row in enumerate(rows) if row[0] == _COUNT), None)
    if ends is None or ends + 1 >= len(rows):
        raise Refused("the statement has no end")
    lines = [dict(zip(head, (_plain(field) for field in row), strict=False)) for row in rows[1:ends]]
    if str(len(lines)) != _plain(rows[ends + 1][0]):
        raise Refused("the statement holds another number of lines than it says")
    return tuple(_traded(line) for line in lines)


def _plain(field: str) -> str:
    return field.strip().removeprefix("`")


def _traded(line: Mapping[str, str]) -> Traded:
    back = line.get(_STATE) == "REFUND"
    number, remote, amount = (_BACK_ORDER, _BACK, _BACK_SUM) if back else (_ORDER, _PAID, _SUM)
    try:
        fen = int(Decimal(line[amount]).scaleb(2))
        return Traded(line[number], line[remote], fen, back, line[_CURRENCY], line[_AT])
    except (KeyError, InvalidOperation, ValueError) as error:
        raise Refused("a line of the statement cannot be read") from error
