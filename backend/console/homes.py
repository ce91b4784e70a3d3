"""Homes: who lives there, whom to call for them, who acts for them, what is owed and what was paid at the counter."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.console import looks
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, day_of
from backend.db import Record
from backend.services import (
    arrears,
    audit,
    billing,
    bills,
    care,
    changes,
    fees,
    health,
    homes,
    pass_words,
    passages,
    people_card,
    postings,
    undoing,
)
from backend.services.calls import OLD
from backend.services.casework.costs import fen
from bot.contract.errors import Refused
from bot.contract.text import Text


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Homes(door)
    door.add(router, "GET", "/console/homes", desk.list)
    door.add(router, "GET", "/console/homes/{key}", desk.one)
    door.add(router, "POST", "/console/homes/{key}/residents", desk.add)
    door.add(router, "POST", "/console/homes/{key}/payments", desk.pay)
    door.add(router, "POST", "/console/payments/{key}/reverse", desk.reverse)
    door.add(router, "POST", "/console/residents/{key}", desk.change)
    door.add(router, "POST", "/console/residents/{key}/left", desk.left)
    door.add(router, "POST", "/console/residents/{key}/reveal", desk.reveal)
    door.add(router, "POST", "/console/residents/{key}/contacts", desk.add_contact)
    door.add(router, "POST", "/console/residents/{key}/proxies", desk.grant)
    door.add(router, "POST", "/console/contacts/{key}", desk.change_contact)
    door.add(router, "POST", "/console/contacts/{key}/remove", desk.drop_contact)
    door.add(router, "POST", "/console/proxies/{key}/revoke", desk.revoke)
    door.add(router, "POST", "/console/changes/{key}/undo", desk.undo)
    return router


class Homes:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        words = visit.asked("q", 60)
        rows = await self._parts.db.read(lambda c: homes.search(c, visit.community, words))
        grouped: dict[int, list[Any]] = {}
        for row in rows:
            grouped.setdefault(row.id, []).append(row)
        known: dict[str, Any] = {"homes": list(grouped.values())[: homes.PAGE], "words": words, "old": OLD}
        known |= {"roles": homes.ROLES, "year": visit.now.year}
        if visit.part == "list":
            return self._pages.show(visit, "homes_list.html", **known)
        return self._pages.show(visit, "homes.html", **known, **await banner_of(visit))

    async def one(self, visit: Visit) -> Response:
        key = visit.number("key")
        known = await self._parts.db.write(lambda c: self._known(c, visit, key))
        receipt = visit.asked("receipt", 24)
        return self._pages.show(visit, "home.html", **known, receipt=receipt, **await banner_of(visit))

    def _known(self, connection: Connection, visit: Visit, key: int) -> dict[str, Any]:
        """Bills are written down when a home is first looked at, here as in a conversation."""
        row = homes.home(connection, visit.community, key)
        billing.ensure(connection, visit.community, key, visit.now)
        people = homes.people(connection, visit.community, key)
        ids = [one.id for one in people]
        calls = homes.contacts(connection, visit.community, ids)
        records: dict[str, list[object]] = {
            "resident": list(ids),
            "contact": [one.id for rows in calls.values() for one in rows],
            undoing.PROXY: list(homes.proxy_keys(connection, visit.community, ids)),
        }
        owed = postings.owed(connection, visit.community, key)
        return {
            "home": row,
            "people": people,
            "contacts": calls,
            "proxies": homes.acting(connection, visit.community, ids, visit.real),
            "scopes": homes.SCOPES,
            "roles": homes.ROLES,
            "all_languages": self._parts.languages,
            "old": OLD,
            "year": visit.now.year,
            "masked": looks.masked,
            "owed": [(bill, fees.named(bill.fee, bill.period), bills.left(bill)) for bill in owed],
            "accounts": postings.kept(connection, visit.community, key),
            "fees": fees.TITLES,
            "total": sum(bills.left(bill) for bill in owed),
            "reminded": arrears.of_home(connection, visit.community, key),
            "went": passages.of_home(connection, visit.community, key),
            "guest": pass_words.name_of,
            "ways_through": passages.DIRECTIONS,
            "posted": postings.of_home(connection, visit.community, key),
            "ways": postings.WAYS,
            "nonce": secrets.token_hex(12),
            "changes": told(visit, changes.newest(connection, visit.community, records)),
            "health": health.known(connection, visit.community, ids) if visit.who.may("people.health") else {},
            "consents": health.CONSENTS,
            "care": care.known(connection, visit.community, ids) if visit.who.may("people.health") else {},
        }

    async def add(self, visit: Visit) -> Response:
        form, key = _person(visit), visit.number("key")
        who = visit.actor
        await self._parts.db.write(lambda c: homes.put_resident(c, who, key, None, form, None))
        return done(visit, f"/console/homes/{key}")

    async def change(self, visit: Visit) -> Response:
        form, key = _person(visit), visit.number("key")
        who, seen = visit.actor, visit.seen()

        def work(connection: Connection) -> int:
            row = changes.find(connection, who.community, "resident", key)
            if row.household_id is None:
                raise Refused("they left", status=404)
            homes.put_resident(connection, who, row.household_id, key, form, seen)
            return int(row.household_id)

        return done(visit, f"/console/homes/{await self._parts.db.write(work)}")

    async def left(self, visit: Visit) -> Response:
        visit.fields("version?")
        key, who, seen = visit.number("key"), visit.actor, visit.seen()
        home = await self._parts.db.write(lambda c: homes.leave(c, who, key, seen))
        return done(visit, f"/console/homes/{home}" if home else "/console/homes")

    async def reveal(self, visit: Visit) -> Response:
        (which,) = visit.fields("which?")
        key, who = visit.number("key"), visit.actor

        def work(connection: Connection) -> str:
            phone = people_card.phone(connection, who.community, key, which or "own")
            told = {"which": which or "own"}
            audit.note(connection, who.community, who.login, "phone.revealed", f"resident {key}", who.real, told)
            return phone

        return JSONResponse({"phone": await self._parts.db.write(work)}, headers={"Cache-Control": "no-store"})

    async def add_contact(self, visit: Visit) -> Response:
        form, key, who = _contact(visit), visit.number("key"), visit.actor
        return await self._do(visit, lambda c: homes.put_contact(c, who, key, None, form))

    async def change_contact(self, visit: Visit) -> Response:
        form, key, who = _contact(visit), visit.number("key"), visit.actor

        def work(connection: Connection) -> None:
            row = changes.find(connection, who.community, "contact", key)
            homes.put_contact(connection, who, row.resident_id, key, form)

        return await self._do(visit, work)

    async def drop_contact(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: changes.remove(c, who, "contact", key))

    async def grant(self, visit: Visit) -> Response:
        """agent: the number of a resident, as the list offers them, or their phone."""
        agent, kin, until = visit.fields("agent", "kin?", "until?", "may_*")
        principal, who = visit.number("key"), visit.actor
        may = [one for one in visit.ticked("may_") if one in homes.SCOPES]
        ends = day_of(until, "/until") if until else None

        def work(connection: Connection) -> None:
            changes.find(connection, who.community, "resident", principal)
            homes.grant(connection, who, principal, homes.by_phone(connection, who.community, agent), may, kin, ends)

        return await self._do(visit, work)

    async def revoke(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: homes.revoke(c, who, key))

    async def pay(self, visit: Visit) -> Response:
        amount, way, reference, note, nonce, again, ahead = visit.fields(
            "amount", "way", "reference?", "note?", "nonce", "again?", "ahead?", "bill_*"
        )
        key, who, chosen = visit.number("key"), visit.actor, visit.ticked("bill_")
        money = postings.Taken(fen(amount, "/amount"), way, reference, note, again == "yes", ahead)
        number = await self._parts.db.write(lambda c: postings.post(c, who, key, money, chosen, nonce))
        if visit.script:
            return JSONResponse({"receipt": number, "go": f"/console/homes/{key}?receipt={number}"})
        return RedirectResponse(f"/console/homes/{key}?receipt={number}", status_code=303)

    async def reverse(self, visit: Visit) -> Response:
        (reason,) = visit.fields("reason")
        key, who = visit.number("key"), visit.actor
        home = await self._parts.db.write(lambda c: postings.reverse(c, who, key, reason))
        return done(visit, f"/console/homes/{home}")

    async def undo(self, visit: Visit) -> Response:
        """The route is open to whoever may change anything there; the change itself says which right it needs."""
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: undoing.undo(c, who, key))

    async def _do(self, visit: Visit, work: Callable[[Connection], None]) -> Response:
        await self._parts.db.write(work)
        return done(visit, "/console/homes")


def told(visit: Visit, rows: list[Record]) -> list[tuple[Record, list[tuple[Text | str, str, str]], bool]]:
    """Changes as pages show them, and whether whoever looks may take them back."""
    return [(one, changes.told(one), undoing.possible(one, visit.who.role)) for one in rows]


def _person(visit: Visit) -> dict[str, str]:
    return visit.given(
        "name", "role", "phone?", "language?", "birth_year?", "lives_alone?", "slow?", "person?", "version?"
    )


def _contact(visit: Visit) -> dict[str, str]:
    return visit.given("name", "phone", "relation?")
