"""Who offers what at which price: read for one search, in the order in which the desk prefers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, bindparam, select

from backend.models.housekeeping import provider, provider_hours, provider_offer

_OFFERS = (
    select(
        provider.c.id,
        provider.c.names,
        provider.c.employers,
        provider.c.insured,
        provider.c.areas,
        provider.c.cancel_hours,
        provider.c.cancel_fee,
        provider_offer.c.unit,
        provider_offer.c.price,
        provider_offer.c.minutes,
        provider_offer.c.least,
        provider_offer.c.most,
    )
    .select_from(provider.join(provider_offer, provider_offer.c.provider_id == provider.c.id))
    .where(
        provider.c.community_id == bindparam("community"),
        provider.c.active,
        provider_offer.c.service == bindparam("service"),
    )
    .order_by(provider.c.rank, provider_offer.c.id)
)
_HOURS = (
    select(provider_hours)
    .select_from(provider_hours.join(provider, provider_hours.c.provider_id == provider.c.id))
    .where(provider.c.community_id == bindparam("community"), provider.c.active)
    .order_by(provider_hours.c.provider_id, provider_hours.c.weekday, provider_hours.c.opens)
)


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


@dataclass(frozen=True, slots=True)
class Offer:
    """One person's offer of one service; price and fee in yuan, minutes for one unit; hours: weekday → windows."""

    provider: int
    names: Mapping[str, str]
    employers: Mapping[str, str]
    insured: bool
    areas: tuple[str, ...] | None
    cancel_hours: int
    fee: Decimal
    unit: str
    price: Decimal
    minutes: int
    least: int
    most: int
    hours: Mapping[int, tuple[tuple[int, int], ...]]

    def total(self, quantity: Decimal) -> Decimal:
        return (self.price * quantity).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; building: None for a home that is not known yet."""

    community: str
    service: str
    unit: str | None = None
    building: str | None = None


def service_offers(connection: Connection, community: str, service: str) -> tuple[Offer, ...]:
    """Every offer of a service, by rank."""
    windows: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for row in connection.execute(_HOURS, {"community": community}):
        windows.setdefault(row.provider_id, {}).setdefault(row.weekday, []).append((row.opens, row.closes))
    return tuple(
        Offer(
            provider=row.id,
            names=row.names,
            employers=row.employers,
            insured=row.insured,
            areas=tuple(row.areas) if row.areas is not None else None,
            cancel_hours=row.cancel_hours,
            fee=yuan(row.cancel_fee),
            unit=row.unit,
            price=yuan(row.price),
            minutes=row.minutes,
            least=row.least,
            most=row.most,
            hours={day: tuple(spans) for day, spans in windows.get(row.id, {}).items()},
        )
        for row in connection.execute(_OFFERS, {"community": community, "service": service})
    )


def find_offers(connection: Connection, search: Search) -> tuple[Offer, ...]:
    """The offers that fit: of the unit asked for, else of the unit that comes first."""
    offers = [
        offer
        for offer in service_offers(connection, search.community, search.service)
        if offer.areas is None or search.building is None or search.building in offer.areas
    ]
    units = [offer.unit for offer in offers]
    unit = search.unit if search.unit in units else next(iter(units), None)
    return tuple(offer for offer in offers if offer.unit == unit)
