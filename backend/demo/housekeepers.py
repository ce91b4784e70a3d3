"""Loads the demo's helpers of `housekeepers.yml`: what they do, when, where and for how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, insert, select

from backend.models.housekeeping import provider, provider_hours, provider_offer

FILE = Path(__file__).resolve().with_name("housekeepers.yml")


def load(connection: Connection, community: str) -> None:
    """Load them where there are none yet; a fixed list, so that every example comes out the same."""
    known = select(provider.c.id).where(provider.c.community_id == community).limit(1)
    if connection.execute(known).first() is not None:
        return
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    rows = [_provider(community, data, person, rank) for rank, person in enumerate(data["people"], 1)]
    connection.execute(insert(provider), rows)
    made = connection.execute(select(provider.c.id, provider.c.rank).where(provider.c.community_id == community))
    ids = {row.rank: row.id for row in made}
    offers, hours = [], []
    for rank, person in enumerate(data["people"], 1):
        offers += [_offer(ids[rank], skill, one) for skill in person["skills"] for one in data["offers"][skill]]
        hours += _hours(ids[rank], data["shifts"][person["shift"]])
    connection.execute(insert(provider_offer), offers)
    connection.execute(insert(provider_hours), hours)


def _provider(community: str, data: dict[str, Any], person: dict[str, Any], rank: int) -> dict[str, object]:
    return {
        "community_id": community,
        "names": {language: person[language] for language in ("zh_Hans", "en")},
        "employers": data["employers"][person["employer"]],
        "insured": True,
        "areas": person.get("areas"),
        "cancel_hours": data["cancel"]["hours"],
        "cancel_fee": data["cancel"]["fee"] * 100,
        "rank": rank,
        "active": True,
    }


def _offer(key: int, skill: str, one: dict[str, Any]) -> dict[str, object]:
    measures = {name: one[name] for name in ("unit", "minutes", "least", "most")}
    return {"provider_id": key, "service": skill, "price": one["price"] * 100, **measures}


def _hours(key: int, shift: dict[str, Any]) -> list[dict[str, int]]:
    opens, closes = (_minutes(shift[name]) for name in ("opens", "closes"))
    return [{"provider_id": key, "weekday": day, "opens": opens, "closes": closes} for day in shift["days"]]


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
