"""Helpers as the desk keeps them: names, employer, where they go, what a late cancellation costs, and their hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from backend.db import Record
from backend.models.housekeeping import provider, provider_hours, provider_offer
from backend.services import changes, hours, teams
from backend.services.acting import Actor
from backend.services.casework.costs import fen
from backend.services.housekeeping.words import SERVICES, UNITS
from bot.contract.errors import Refused
from bot.contract.text import t

_NUMBER = re.compile(r"\d{1,4}")
OFFERS = "provider_offers"
Offer = Mapping[str, object]
# What an offer is made of, as it stands in a change: `cleaning hour 4000 60 2 4`.
_PARTS = ("service", "unit", "price", "minutes", "least", "most")


def listed(connection: Connection, community: str) -> list[Record]:
    """In the order in which they are offered; those who are not offered last."""
    rows = select(provider).where(provider.c.community_id == community)
    return list(connection.execute(rows.order_by(provider.c.active.desc(), provider.c.rank)))


def weeks(connection: Connection, ids: Sequence[int]) -> dict[int, dict[int, list[hours.Span]]]:
    """Helper → weekday → hours."""
    found: dict[int, dict[int, list[hours.Span]]] = {key: {} for key in ids}
    rows = select(provider_hours).where(provider_hours.c.provider_id.in_(ids)).order_by(provider_hours.c.opens)
    for row in connection.execute(rows):
        found[row.provider_id].setdefault(row.weekday, []).append((row.opens, row.closes))
    return found


def services(connection: Connection, ids: Sequence[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {key: [] for key in ids}
    rows = select(provider_offer).where(provider_offer.c.provider_id.in_(ids)).order_by(provider_offer.c.id)
    for row in connection.execute(rows):
        found[row.provider_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Helper:
    """A helper as typed. names, employers: by language; form: areas (buildings, empty for all), cancel_hours, active,
    insured; week: hours by weekday."""

    names: Mapping[str, str]
    employers: Mapping[str, str]
    form: Mapping[str, str]
    week: Mapping[int, Sequence[hours.Span]]


def put(connection: Connection, who: Actor, key: int | None, helper: Helper, seen: int | None) -> None:
    form, names = helper.form, teams.named(helper.names)
    if not _NUMBER.fullmatch(form.get("cancel_hours") or "0"):
        raise Refused("no number", t("Please write a whole number."), pointer="/cancel_hours")
    areas = teams.several(form.get("areas", ""))[:60]
    values: dict[str, object] = {
        "names": names,
        "employers": {language: name.strip()[:60] for language, name in helper.employers.items() if name.strip()},
        "areas": areas or None,
        "cancel_hours": int(form.get("cancel_hours") or "0"),
        "insured": form.get("insured") == "yes",
        "active": form.get("active") == "yes",
    }
    values["cancel_fee"] = fen(form.get("cancel_fee") or "0", "/cancel_fee")
    if key is None:
        ranks = [row.rank for row in listed(connection, who.community)]
        values |= {"rank": max(ranks, default=0) + 1, "version": 1}
    key = changes.save(connection, who, "provider", key, values, seen)
    set_week(connection, who, key, helper.week)


def set_week(connection: Connection, who: Actor, key: int, week: Mapping[int, Sequence[hours.Span]]) -> None:
    """When they come, told for every day of the week."""
    before, after = teams.week_shown(weeks(connection, [key])[key]), teams.week_shown(week)
    if before == after:
        return
    connection.execute(delete(provider_hours).where(provider_hours.c.provider_id == key))
    rows = [{"provider_id": key, **row} for row in teams.week_rows(week)]
    if rows:
        connection.execute(insert(provider_hours), rows)
    changes.write(connection, who, "provider_hours", str(key), teams.by_name(before), teams.by_name(after))


def put_offer(connection: Connection, who: Actor, key: int, form: Mapping[str, str]) -> None:
    """A service at a price, or another price for one that is offered: service, unit, price in yuan, minutes that one
    unit takes, least and most that may be booked."""
    changes.find(connection, who.community, "provider", key)
    if form["service"] not in SERVICES or form["unit"] not in UNITS:
        raise Refused("no such service", pointer="/service")
    numbers = {name: form.get(name, "").strip() for name in ("minutes", "least", "most")}
    for name, text in numbers.items():
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            raise Refused("no number", t("Please write a whole number."), pointer=f"/{name}")
    counted = {name: int(text) for name, text in numbers.items()}
    if counted["least"] > counted["most"]:
        raise Refused("least of most", t("The least is more than the most."), pointer="/most")
    price = fen(form["price"], "/price")
    new = {"service": form["service"], "unit": form["unit"], "price": price, **counted}
    offered = offers(connection, key)
    others = [one for one in offered if (one["service"], one["unit"]) != (new["service"], new["unit"])]
    set_offers(connection, who, key, offered, [*others, new])


def drop_offer(connection: Connection, who: Actor, key: int, service: str, unit: str) -> None:
    """What was booked at this price keeps it."""
    changes.find(connection, who.community, "provider", key)
    offered = offers(connection, key)
    left = [one for one in offered if (one["service"], one["unit"]) != (service, unit)]
    if len(left) == len(offered):
        raise Refused("no such offer", status=404)
    set_offers(connection, who, key, offered, left)


def offers(connection: Connection, key: int) -> list[dict[str, object]]:
    return [{name: getattr(row, name) for name in _PARTS} for row in services(connection, [key])[key]]


def set_offers(connection: Connection, who: Actor, key: int, offered: Sequence[Offer], wanted: Sequence[Offer]) -> None:
    """offered: as they stand."""
    connection.execute(delete(provider_offer).where(provider_offer.c.provider_id == key))
    if wanted:
        connection.execute(insert(provider_offer), [{"provider_id": key, **one} for one in wanted])
    before, after = offers_told(offered), offers_told(offers(connection, key))
    if before != after:
        changes.write(connection, who, OFFERS, str(key), before, after)


def offers_told(offered: Sequence[Offer]) -> dict[str, list[str]]:
    return {"offers": [" ".join(str(one[name]) for name in _PARTS) for one in offered]}


def offer_of(text: str) -> dict[str, object]:
    values = dict(zip(_PARTS, text.split(), strict=True))
    return {name: value if name in ("service", "unit") else int(value) for name, value in values.items()}
