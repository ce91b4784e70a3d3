"""The API's shapes; what is not written here is not shown, and unknown fields in a request are refused."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from backend.services.housekeeping.asked import Slot
from backend.services.housekeeping.bookings import cancel_until

# What a calendar of ours can hold in any zone.
_YEARS = range(1970, 3000)
_WRITTEN, _A_DAY = (
    re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*", re.ASCII),
    re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
)


def moment(found: object) -> object:
    """The document says a string: a number, also one in a string, would be taken as seconds or as milliseconds."""
    if isinstance(found, datetime):
        return found
    if not isinstance(found, str) or _WRITTEN.fullmatch(found) is None or int(found[:4]) not in _YEARS:
        raise ValueError("a moment is written as in RFC 3339, with its zone")
    return found


def _day(found: object) -> object:
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    if not isinstance(found, str) or _A_DAY.fullmatch(found) is None or int(found[:4]) not in _YEARS:
        raise ValueError("a day is written such as 2026-11-21")
    return found


Moment = Annotated[AwareDatetime, BeforeValidator(moment)]
Day = Annotated[date, BeforeValidator(_day)]
# Of digits that every telephone has: others look the same and ring nobody.
Phone = Annotated[str, Field(max_length=24, pattern=r"^(\+?[0-9]{5,20})?$")]
Building = Annotated[str, Field(min_length=1, max_length=20)]
# A text by language.
Said = dict[Annotated[str, Field(max_length=12)], Annotated[str, Field(min_length=1, max_length=2000)]]


class Shape(BaseModel):
    """What goes in and out: a field that we do not know is refused."""

    model_config = ConfigDict(extra="forbid")


class HistoryLine(Shape):
    at: datetime
    name: str
    by: str
    state: str | None
    note: str | None


class HandedOn(Shape):
    """A case that is another authority's. state: due, sending, unsure (it may have arrived: a person asks there), asked
    (a token came), there, ended or refused; number, status, notes: as they say it; trouble: why it is not there."""

    state: str
    service: str
    number: str | None
    status: str | None
    notes: str | None
    trouble: str | None
    tries: int
    heard_at: datetime | None


class Case(Shape):
    """conversation: the sender on their channel; when: the wished visit in ISO 8601; slots: as told in the talk;
    handed_on: when one case is read."""

    id: str
    number: str
    case_no: str
    kind: str
    state: str
    priority: str
    scope: str
    community: str
    household: str | None
    conversation: str | None
    created_at: datetime
    due_at: datetime | None
    category: str | None
    location: str
    details: str
    when: str | None
    slots: dict[str, str | int]
    handed_on: HandedOn | None = None
    history: list[HistoryLine] = Field(default_factory=list)


class CaseList(Shape):
    items: list[Case]
    next: str | None


class CaseMove(Shape):
    """reason: needed where a resident must be told why; they read it as it is written here."""

    state: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=1000)


class Uttered(Shape):
    at: datetime
    words: str


class Alarm(Shape):
    """location_confirmed: false where the place is only the speaker's home, a guess; quiet: staff only, no ringing;
    words: what was said first; story: all that was said, the newest last."""

    id: str
    kind: str
    state: str
    community: str
    household: str | None
    conversation: str
    created_at: datetime
    reported_by: str
    channel: str
    who: str | None
    location: str | None
    location_confirmed: bool
    words: str
    story: list[Uttered]
    quiet: bool
    accepted_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None
    history: list[HistoryLine] = Field(default_factory=list)


class AlarmList(Shape):
    items: list[Alarm]
    next: str | None


class BillLine(Shape):
    """amount = quantity × rate, rounded to fen; readings only where a meter counts."""

    name: str
    amount: str
    quantity: str
    unit: str
    rate: str
    reading_from: int | None
    reading_to: int | None


class Bill(Shape):
    """kind: "monthly", "topup" or "advance"; amounts in yuan with two decimals; conversation: the sender that was
    last given a pay link for it; paused: no reminders, something about it is being looked into."""

    id: str
    kind: str
    state: str
    community: str
    household: str
    conversation: str | None
    created_at: datetime
    fee: str
    period: str | None
    amount: str
    paid: str
    currency: str
    estimated: bool
    paused: bool
    due_on: date | None
    lines: list[BillLine] = Field(default_factory=list)


class BillList(Shape):
    items: list[Bill]
    next: str | None


class Payment(Shape):
    """kind: "bills", "total" (another home's), "topup", "advance", or "credit": what was paid ahead is
    used, no new money; receipt: its number, once it is paid."""

    id: str
    kind: str
    state: str
    community: str
    household: str
    conversation: str | None
    created_at: datetime
    amount: str
    currency: str
    provider: str
    expires_at: datetime
    paid_at: datetime | None
    receipt: str | None


class PaymentList(Shape):
    items: list[Payment]
    next: str | None


class FreeSlot(Shape):
    """A visit that could be booked as it stands here; prices in yuan, total: for all of it."""

    at: datetime
    until: datetime
    provider: str
    name: dict[str, str]
    employer: dict[str, str]
    unit: str
    quantity: float
    price: Decimal
    total: Decimal
    cancel_until: datetime
    cancel_fee: Decimal

    @classmethod
    def of(cls, slot: Slot, now: datetime) -> FreeSlot:
        offer = slot.offer
        return cls(
            at=slot.at,
            until=slot.until,
            provider=str(offer.provider),
            name=dict(offer.names),
            employer=dict(offer.employers),
            unit=offer.unit,
            quantity=float(slot.quantity),
            price=offer.price,
            total=slot.total,
            cancel_until=cancel_until(offer, slot.at, now),
            cancel_fee=offer.fee,
        )
