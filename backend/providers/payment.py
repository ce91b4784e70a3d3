"""The port behind which every payment provider stands: it gives a link, and calls back with proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.contract.errors import NotTheirs

TOLERANCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider says happened. event: its own id, the same when it says so again."""

    event: str
    payment: str
    amount: Decimal
    paid: bool


class PaymentProvider(Protocol):
    name: str

    def link(self, base: str, payment: str) -> str:
        """Where a person pays; base: our own public address."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, real: datetime) -> Notice:
        """A callback, proved; raises `NotTheirs` when it is forged or late, `Refused` when it says nothing."""
        ...


def check_fresh(signed_at: int, real: datetime) -> None:
    """A proof of another hour proves nothing: it may have been overheard. Raises `NotTheirs`."""
    off = round(real.timestamp()) - signed_at
    if abs(off) > TOLERANCE_SECONDS:
        when = "ago" if off > 0 else "in the future"
        raise NotTheirs(
            f"signed {abs(off)} s {when} by our clock, {TOLERANCE_SECONDS} s are allowed: "
            "it is a repetition, or one of the two clocks is wrong"
        )
