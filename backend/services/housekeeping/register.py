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
from bot.contract.errors import Refused
from bot.contract.text import t

_NUMBER = re.compile(r"\d{1,4}")


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
    if key is None:
        ranks = [row.rank for row in listed(connection, who.community)]
        values |= {"rank": max(ranks, default=0) + 1, "cancel_fee": 0, "version": 1}
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
