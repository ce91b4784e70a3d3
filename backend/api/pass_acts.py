"""Passes made, made longer and ended by other systems; what a pass looks like stands in `passes.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.api.house import House
from backend.api.passes import Visit, found_pass, visit_of
from backend.api.repeats import Care, Careful, IdempotencyKey, write_once
from backend.api.schemas import Day, Moment, Phone, Shape
from backend.api.tags import unchanged
from backend.db import Record
from backend.services import pass_asked, visitors
from backend.services.keys import Caller
from backend.services.pass_asked import Longer
from backend.services.pass_windows import DAYS, Rule
from backend.services.repeats import Write

Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def _plate(text: str) -> str:
    """The same shape that a resident may say."""
    if visitors.PLATE.fullmatch(text) is None:
        raise ValueError("this is no number plate")
    return text


Plate = Annotated[str, Field(min_length=6, max_length=9), AfterValidator(_plate)]


class Recurring(Shape):
    """On these days of the week, two hours before `arrives` to two after `leaves` (all day without), to last_day: 90
    days where none is given, a year at most."""

    days: list[Weekday] = Field(min_length=1, max_length=7)
    arrives: Hour | None = None
    leaves: Hour | None = None
    last_day: Day | None = None

    def rule(self) -> Rule:
        weekdays = sum(1 << DAYS.index(day) for day in set(self.days))
        return Rule(weekdays, _time(self.arrives), None, self.last_day, _time(self.leaves))


class NewVisit(Shape):
    """home: such as `3-2-501`; one of: at (maybe until), for an hour with two of grace on either side; day, for all of
    it; recurring. last_day: the last of a stay. phone: of whoever lives there and expects them: the pass stands among
    theirs, where they can end it."""

    home: str = Field(min_length=1, max_length=40)
    visitor_name: str = Field(min_length=1, max_length=40)
    at: Moment | None = None
    until: Moment | None = None
    day: Day | None = None
    last_day: Day | None = None
    recurring: Recurring | None = None
    people: int = Field(default=1, strict=True, ge=1, le=visitors.MOST_PEOPLE)
    plates: list[Plate] = Field(default_factory=list, max_length=visitors.MOST_CARS)
    cars: int = Field(default=0, strict=True, ge=0, le=visitors.MOST_CARS)
    purpose: str = Field(default="", max_length=200)
    phone: Phone = ""

    def asked(self) -> pass_asked.Visit:
        return pass_asked.Visit(
            home=self.home,
            name=self.visitor_name,
            at=self.at,
            until=self.until,
            day=self.day,
            last_day=self.last_day,
            rule=self.recurring.rule() if self.recurring is not None else None,
            people=self.people,
            plates=tuple(dict.fromkeys(self.plates)),
            cars=self.cars,
            purpose=self.purpose,
            phone=self.phone,
        )


class PassExtension(Shape):
    """One of them: until, of a visit; last_day, also of one that recurs; hours, so many more (of one that recurs, each
    day)."""

    until: Moment | None = None
    last_day: Day | None = None
    hours: float | None = Field(default=None, strict=True, ge=0.5, le=24)

    def longer(self) -> Longer:
        return Longer(self.until, self.last_day, self.hours)


def pass_act_routes(house: House, caller: Identify) -> APIRouter:
    """Below /api/v1; scope `passes`. Each change says no where it was changed since it was read (`If-Match`)."""
    router, db, clock = APIRouter(), house.db, house.clock

    async def issue(new: NewVisit, authorization: Authorization = None, once: IdempotencyKey = None) -> Visit:
        who = await caller(authorization, "passes")
        community = house.community(who.community)

        def work(connection: Connection) -> Visit:
            made = pass_asked.issue(connection, community, new.asked(), clock.now(), clock.real())
            return visit_of(found_pass(connection, who.community, made.id))

        asked = f"pass {new.model_dump_json()}"
        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), Visit, work)

    async def change(
        who: Caller, key: str, care: Care, asked: str, act: Callable[[Connection, Record], object]
    ) -> Visit:
        def work(connection: Connection) -> Visit:
            row = found_pass(connection, who.community, key)
            unchanged(care.match, lambda: visit_of(row))
            act(connection, row)
            return visit_of(found_pass(connection, who.community, key))

        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Visit, work)

    async def extend(key: str, longer: PassExtension, care: Careful, authorization: Authorization = None) -> Visit:
        who = await caller(authorization, "passes")

        def act(connection: Connection, row: Record) -> object:
            return pass_asked.extend(connection, row, longer.longer(), clock.now(), clock.real())

        return await change(who, key, care, f"extend {key} {longer.model_dump_json()}", act)

    async def revoke(key: str, care: Careful, authorization: Authorization = None) -> Visit:
        who = await caller(authorization, "passes")

        def act(connection: Connection, row: Record) -> object:
            return visitors.revoke(connection, who.community, row.number, clock.now(), clock.real())

        return await change(who, key, care, f"revoke {key}", act)

    add = router.add_api_route
    add("/passes", issue, methods=["POST"], status_code=201, summary="Make a pass for a visitor of a home")
    add("/passes/{key}/extend", extend, methods=["POST"], summary="Let a pass hold longer; its code stays")
    add("/passes/{key}/revoke", revoke, methods=["POST"], summary="Revoke a pass")
    return router


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
