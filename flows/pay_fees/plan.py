"""What is to be paid, from what is known so far: pure reckoning over the home's bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from backend.db import Record
from backend.services import bills
from backend.services.amounts import to_fen
from backend.services.billing import METERED
from bot.contract.flow import Turn
from bot.contract.understanding import Value
from flows.pay_fees.whose import Whose

ALL, TOPUP, NOTHING = "all", "topup", "none"
# What was wished and heeded, or named and then taken back.
FORGOTTEN = "-"


def known(turn: Turn, name: str) -> Value | None:
    """A value that still holds: none where another bill has been spoken of since."""
    value = turn.values.get(name)
    return None if value == FORGOTTEN else value


def fees_of(turn: Turn) -> frozenset[Value]:
    """The fees that are meant, several where several were named at once; empty: any."""
    several = known(turn, "_fees")
    if several is not None:
        return frozenset(str(several).split())
    fee = known(turn, "fee")
    return frozenset() if fee is None else frozenset({fee})


@dataclass(frozen=True, slots=True)
class Plan:
    """kind: "bills", "total", "topup" or "advance"; parts: bills with fen; ahead: fen beyond them, for the account
    of `fee`."""

    kind: str
    parts: tuple[tuple[Record, int], ...] = ()
    fee: str | None = None
    ahead: int = 0

    @property
    def amount(self) -> int:
        return sum(fen for _, fen in self.parts) + self.ahead


@dataclass(frozen=True, slots=True)
class Field:
    """What there is to choose from. rows: every bill that may be seen; open: those that fit what was said."""

    rows: tuple[Record, ...]
    open: tuple[Record, ...]
    fees: tuple[str, ...] = field(default=())

    @property
    def total(self) -> int:
        return sum(bills.left(row) for row in self.open)


def narrow(turn: Turn, rows: Sequence[Record]) -> Field:
    """A month that was named may lie ahead; without one, what has been issued and is not paid."""
    fees, period = fees_of(turn), known(turn, "period")
    named = [row for row in rows if (not fees or row.fee in fees) and period in (None, row.period)]
    if period is not None:
        fits = [row for row in named if row.state in bills.UNPAID]
    else:
        fits = [row for row in named if bills.is_open(row, turn.now)]
    if known(turn, "_undisputed") is not None:
        fits = [row for row in fits if row.paused_at is None]  # what is looked into need not be paid meanwhile
    fits = _months(turn, fits)
    return Field(tuple(named), tuple(fits), tuple(dict.fromkeys(row.fee for row in fits)))


def _months(turn: Turn, rows: list[Record]) -> list[Record]:
    """ "Two months for now": of each fee the oldest so many."""
    said = str(known(turn, "_months") or "")
    if not said.isdigit() or known(turn, "period") is not None:
        return rows
    oldest = {fee: sorted({row.period for row in rows if row.fee == fee})[: int(said)] for fee in {r.fee for r in rows}}
    return [row for row in rows if row.period in oldest[row.fee]]


def offered(turn: Turn) -> int | None:
    """The fen somebody wants to pay; an amount only spoken of ("why is it 327.40") is none."""
    amount = turn.values.get("amount")
    if amount is None or turn.values.get("_amount_of") == "told":
        return None
    return to_fen(Decimal(str(amount)))


def is_topup(turn: Turn, found: Field) -> bool:
    """Money onto a meter: said so, or an amount for a metered fee that is no bill's."""
    fee, fen = turn.values.get("fee"), offered(turn)
    if turn.values.get("_pick") == TOPUP:
        return True
    if fee not in METERED or fen is None or known(turn, "period") is not None or turn.values.get("_pick") == ALL:
        return False
    return all(fen != bills.left(row) for row in found.open)


def plan(turn: Turn, who: Whose, rows: Sequence[Record]) -> Plan | None:
    """The payment, once everything about it is known; None while there is something to ask or nothing to pay."""
    found, fen = narrow(turn, rows), offered(turn)
    fee = turn.values.get("fee")
    if is_topup(turn, found):
        return Plan("topup", fee=str(fee), ahead=fen) if fee is not None and fen else None
    if not who.own:
        whole = [row for row in rows if bills.is_open(row, turn.now)]
        return Plan("total", _spread(whole, fen)) if whole else None
    several = len(found.open) > 1 and turn.values.get("_pick") != ALL
    exact = [row for row in found.open if fen is not None and bills.left(row) == fen]
    if several and len(exact) == 1 and fee is not None:
        return Plan("bills", ((exact[0], bills.left(exact[0])),), str(fee))
    if several and (fen is None or fee is None):
        return None
    if not found.open:
        return Plan("advance", fee=str(fee), ahead=fen) if fen and fee and _is_empty(turn, found) else None
    parts = _spread(found.open, fen)
    over = max(0, (fen or 0) - found.total)
    only = found.fees[0] if len(found.fees) == 1 else None
    return Plan("bills", parts, only, over if only else 0)


def _is_empty(turn: Turn, found: Field) -> bool:
    return known(turn, "period") is None


def _spread(rows: Sequence[Record], fen: int | None) -> tuple[tuple[Record, int], ...]:
    """The oldest bill first, as far as the money goes."""
    rest = fen if fen is not None else sum(bills.left(row) for row in rows)
    parts = []
    for row in rows:
        part = min(rest, bills.left(row))
        if part > 0:
            parts.append((row, part))
            rest -= part
    return tuple(parts)
