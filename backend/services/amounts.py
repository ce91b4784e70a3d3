"""Money between the tables, which count fen, and everybody else, who speaks of yuan with two decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def to_fen(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def price(quantity: int, rate: int) -> int:
    """Thousandths of a unit times ten-thousandths of a yuan, in whole fen."""
    return int((Decimal(quantity) * Decimal(rate) / 100_000).quantize(Decimal(1), ROUND_HALF_UP))
