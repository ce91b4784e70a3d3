"""The demo's visitors: passes of neighbours, and what parking costs a guest."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, insert, select, update

from backend.models.people import resident
from backend.models.visitors import visitor_pass, visitor_policy
from backend.services import pass_windows, visitors
from backend.services.pass_windows import Rule, Window
from backend.services.visitors import NewPass
from bot.contract.understanding import When

FILE = Path(__file__).with_suffix(".yml")


def load(connection: Connection, community: str, now: datetime, real: datetime) -> None:
    """Write them down once; `now` is on the residents' clock, in the community's zone."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    connection.execute(insert(visitor_policy).values(community_id=community, **data["policy"]))
    people = connection.execute(select(resident).where(resident.c.community_id == community))
    known = {row.phone: row for row in people}
    for one in data["passes"]:
        whose = known[one["whose"]]
        window = _window(one, now)
        new = NewPass(
            community=community,
            household=whose.household_id,
            resident=whose.id,
            visitor_name=one["visitor_name"],
            window=window,
            people=one["people"],
            plates=tuple(one["plates"]),
            last_day=window.closes.date() if window.recurring else None,
            slots={"visitor_name": one["visitor_name"], "people": one["people"]},
        )
        made = visitors.issue(connection, new, now, real)
        connection.execute(update(visitor_pass).where(visitor_pass.c.id == made.id).values(code=one["code"]))


def _window(one: dict[str, Any], now: datetime) -> Window:
    today = now.date()
    if "weekdays" in one:
        weekdays = sum(1 << pass_windows.DAYS.index(day) for day in one["weekdays"])
        rule = Rule(weekdays, time(one["hour"]), None, today + timedelta(weeks=one["weeks"]))
        return pass_windows.recurring(rule, today, now)
    day: date = today + timedelta(days=one["day"])
    start = datetime.combine(day, time(one["hour"]), now.tzinfo) if "hour" in one else day
    if isinstance(start, datetime) and start < now:
        start += timedelta(days=1)
    return pass_windows.once(When(start, None, one.get("part")), now)
