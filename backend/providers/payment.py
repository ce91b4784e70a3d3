"""The port behind which every payment provider stands: it takes orders, calls back with proof, and gives money back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from bot.contract.errors import NotTheirs

TOLERANCE_SECONDS = 300
CURRENCY = "CNY"
# How an order is paid: by a code on a screen, inside the app by its user's id there, or from a phone's own browser.
NATIVE, INSIDE, PHONE = "native", "jsapi", "h5"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider says happened. event: its own id, the same when it says so again; payment: what we called it,
    a payment or an order of one; transaction: the provider's own number of the money, where it has one; at: when it
    was paid, by the provider's clock."""

    event: str
    payment: str
    amount: Decimal
    paid: bool
    currency: str = CURRENCY
    transaction: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """What a provider says became of money that we asked it to give back. refund: what we called it; state: `done`,
    `failed`, or `under_way`."""

    event: str
    refund: str
    fen: int
    state: str
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid. number: ours, of one order of one payment; payer: their id in the app, where it is paid
    inside; address: of the phone's connection, where it is paid from a browser."""

    number: str
    way: str
    fen: int
    words: str
    until: datetime
    payer: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """Money to be given back. order: what it was paid by; whole: what was paid."""

    number: str
    order: str
    fen: int
    whole: int
    why: str


@dataclass(frozen=True, slots=True)
class Traded:
    """A line of the provider's statement. number: ours, of an order, or of a refund where `refunded`."""

    number: str
    remote: str
    fen: int
    refunded: bool
    currency: str
    at: str


class PaymentProvider(Protocol):
    """One that gives a link and calls back."""

    name: str

    def link(self, base: str, payment: str) -> str:
        """Where a person pays; base: our own public address."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, real: datetime) -> Notice | Returned:
        """A callback, proved; raises `NotTheirs` when it is forged or late, `Refused` when it says nothing."""
        ...


class Merchant(PaymentProvider, Protocol):
    """One that is asked besides, over the net: all raise `Unavailable`, to be asked again, and `Refused`, not to."""

    @property
    def number(self) -> str:
        """As the provider calls the merchant: communities may share one."""
        ...

    async def order(self, order: Order) -> str:
        """What the payer's screen needs: a code's text, the app's own number of the order, or an address."""
        ...

    async def paid(self, number: str) -> Notice | None:
        """What became of an order, for one who waits for a callback that never came; None while it is unpaid."""
        ...

    async def close(self, number: str) -> None:
        """It can be paid no more. Raises `Refused` where it was paid."""
        ...

    async def give_back(self, wanted: Return) -> Returned:
        """The same number asks for the same money, however often."""
        ...

    async def statement(self, day: date) -> Sequence[Traded]:
        """All that the provider has booked on a day."""
        ...

    def sheet(self, prepaid: str, real: datetime) -> Mapping[str, str]:
        """What the app's own pay sheet is opened with, signed."""
        ...

    async def end(self) -> None: ...


def check_fresh(signed_at: int, real: datetime) -> None:
    """A proof of another hour proves nothing: it may have been overheard. Raises `NotTheirs`."""
    off = round(real.timestamp()) - signed_at
    if abs(off) > TOLERANCE_SECONDS:
        when = "ago" if off > 0 else "in the future"
        raise NotTheirs(
            f"signed {abs(off)} s {when} by our clock, {TOLERANCE_SECONDS} s are allowed: "
            "it is a repetition, or one of the two clocks is wrong"
        )
