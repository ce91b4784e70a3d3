"""How the desk is run, as pages: teams with their people and their way of sharing, shifts, hours, helpers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.homes import told
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, day_of
from backend.console.words import CASES
from backend.services import changes, hours, staff, teams, undoing
from backend.services.amounts import yuan
from backend.services.case_lines import FAULTS
from backend.services.housekeeping import register
from backend.services.housekeeping.words import SERVICES, UNIT_NAMES, UNITS
from bot.contract.errors import Refused
from bot.contract.text import Money, Text, t

DAYS = tuple(f"day_{n}" for n in range(7))


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    office = Office(door)
    door.add(router, "GET", "/console/teams", office.teams)
    door.add(router, "POST", "/console/teams", office.add_team)
    door.add(router, "POST", "/console/teams/{key}", office.change_team)
    door.add(router, "POST", "/console/teams/{key}/people", office.people)
    door.add(router, "POST", "/console/hours", office.hours)
    door.add(router, "POST", "/console/days", office.add_day)
    door.add(router, "POST", "/console/days/{key}/remove", office.drop_day)
    door.add(router, "POST", "/console/shifts", office.add_shift)
    door.add(router, "POST", "/console/shifts/{key}/remove", office.drop_shift)
    door.add(router, "GET", "/console/providers", office.providers)
    door.add(router, "POST", "/console/providers", office.add_provider)
    door.add(router, "POST", "/console/providers/{key}", office.change_provider)
    door.add(router, "POST", "/console/providers/{key}/offers", office.put_offer)
    door.add(router, "POST", "/console/providers/{key}/offers/remove", office.drop_offer)
    return router


class Office:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def teams(self, visit: Visit) -> Response:
        def work(connection: Connection) -> dict[str, Any]:
            community, open_ = visit.community, hours.of(connection, visit.community)
            shifts = teams.shifts(connection, community)
            return {
                "teams": teams.everybody(connection, community),
                "clerks": staff.everybody(connection, community),
                "week": teams.week_shown(open_.week),
                "is_open": open_.is_open(visit.now),
                "opens": open_.next_opening(visit.now),
                "days": [(row, _span(row)) for row in teams.special_days(connection, community, visit.now.date())],
                "shifts": shifts,
                "on_duty": teams.on_duty(shifts, visit.now),
                "changes": told(visit, changes.latest(connection, community, undoing.OFFICE)),
            }

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {
            "modes": teams.MODE_WORDS,
            "takes": partial(self._takes, visit),
            "weekdays": hours.WEEKDAYS,
            "all_languages": self._parts.languages,
        }
        return self._pages.show(visit, "teams.html", **known, **words, **await banner_of(visit))

    def _takes(self, visit: Visit, kind: str) -> str:
        """A kind of case, or more exactly one of its categories, in the clerk's words."""
        name, _, category = kind.partition(":")
        said = [CASES.get(name), FAULTS.get(category)]
        return " · ".join(self._parts.say(one, visit.language) for one in said if one) or kind

    async def add_team(self, visit: Visit) -> Response:
        form, names = self._team(visit, "key")
        who = visit.actor
        return await self._do(visit, lambda c: teams.put(c, who, None, form, names, None))

    async def change_team(self, visit: Visit) -> Response:
        form, names = self._team(visit, "active?")
        key, who, seen = visit.number("key"), visit.actor, visit.seen()
        return await self._do(visit, lambda c: teams.put(c, who, key, form, names, seen))

    def _team(self, visit: Visit, more: str) -> tuple[dict[str, str], dict[str, str]]:
        """A team that is ticked off is one that takes nothing any more."""
        names = tuple(f"name_{language}?" for language in self._parts.languages)
        mode, takes, _, extra, *written = visit.fields("mode", "takes?", "version?", more, *names)
        form = {"mode": mode, "takes": takes}
        form |= {"key": extra} if more == "key" else {"active": extra or "no"}
        return form, dict(zip(self._parts.languages, written, strict=True))

    async def people(self, visit: Visit) -> Response:
        visit.fields("in_*")
        key, who, logins = visit.number("key"), visit.actor, visit.ticked("in_")
        return await self._do(visit, lambda c: teams.people(c, who, key, logins))

    async def hours(self, visit: Visit) -> Response:
        week, who = _week(visit.fields(*(f"{day}?" for day in DAYS))), visit.actor
        return await self._do(visit, lambda c: teams.set_week(c, who, week))

    async def add_day(self, visit: Visit) -> Response:
        day, text, note = visit.fields("day", "hours?", "note")
        spans, who = teams.span(text, "/hours"), visit.actor
        at = day_of(day, "/day")
        return await self._do(visit, lambda c: teams.put_day(c, who, at, spans, note))

    async def drop_day(self, visit: Visit) -> Response:
        return await self._drop(visit, "day")

    async def add_shift(self, visit: Visit) -> Response:
        login, text = visit.fields("login", "hours", "weekday_*")
        spans, who = teams.span(text, "/hours"), visit.actor
        if len(spans) != 1:
            raise Refused("one span", t("Write hours as 8:00-12:00, 13:30-20:00."), pointer="/hours")
        days = [int(one) for one in visit.ticked("weekday_") if one in {str(n) for n in range(7)}]
        return await self._do(visit, lambda c: teams.put_shift(c, who, login, days, spans[0]))

    async def drop_shift(self, visit: Visit) -> Response:
        return await self._drop(visit, "shift")

    async def _drop(self, visit: Visit, what: str) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: changes.remove(c, who, what, key))

    async def providers(self, visit: Visit) -> Response:
        def work(connection: Connection) -> dict[str, Any]:
            rows = register.listed(connection, visit.community)
            ids = [row.id for row in rows]
            weeks = register.weeks(connection, ids)
            shown = {key: teams.week_shown(week) for key, week in weeks.items()}
            last = told(visit, changes.latest(connection, visit.community, undoing.HELPERS))
            return {"rows": rows, "weeks": shown, "services": register.services(connection, ids), "changes": last}

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {"weekdays": hours.WEEKDAYS, "all_languages": self._parts.languages}
        words |= {"service_words": SERVICES, "units": UNIT_NAMES, "price": partial(self._price, visit)}
        return self._pages.show(visit, "providers.html", **known, **words, **await banner_of(visit))

    def _price(self, visit: Visit, offer: Any) -> str:
        text = UNITS.get(offer.unit, UNITS["hour"])
        return self._parts.say(Text(text.msgid, {"price": Money(yuan(offer.price))}), visit.language)

    async def add_provider(self, visit: Visit) -> Response:
        helper, who = self._helper(visit), visit.actor
        return await self._do(visit, lambda c: register.put(c, who, None, helper, None))

    async def change_provider(self, visit: Visit) -> Response:
        helper, key, who, seen = self._helper(visit), visit.number("key"), visit.actor, visit.seen()
        return await self._do(visit, lambda c: register.put(c, who, key, helper, seen))

    async def put_offer(self, visit: Visit) -> Response:
        form = visit.given("service", "unit", "price", "minutes", "least", "most")
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: register.put_offer(c, who, key, form))

    async def drop_offer(self, visit: Visit) -> Response:
        service, unit = visit.fields("service", "unit")
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: register.drop_offer(c, who, key, service, unit))

    def _helper(self, visit: Visit) -> register.Helper:
        spoken = self._parts.languages
        names = [f"name_{language}?" for language in spoken] + [f"employer_{language}?" for language in spoken]
        plain = ("areas", "cancel_hours", "cancel_fee", "insured", "active", "version")
        given = visit.fields(*(f"{name}?" for name in (*plain, *DAYS)), *names)
        form = dict(zip(plain, given, strict=False))
        week = _week(given[len(plain) : len(plain) + 7])
        words = given[len(plain) + 7 :]
        half = len(spoken)
        called = dict(zip(spoken, words[:half], strict=True))
        return register.Helper(called, dict(zip(spoken, words[half:], strict=True)), form, week)

    async def _do(self, visit: Visit, work: Callable[[Connection], None]) -> Response:
        await self._parts.db.write(work)
        return done(visit, "/console/providers" if "providers" in visit.request.url.path else "/console/teams")


def _week(texts: tuple[str, ...]) -> dict[int, tuple[hours.Span, ...]]:
    return {day: teams.span(text, f"/{DAYS[day]}") for day, text in enumerate(texts)}


def _span(row: Any) -> str:
    return teams.shown(((row.opens, row.closes),)) if row.opens is not None else ""
