"""Who works here and how they sign in: one's own account, the staff list, the audit log, the canned texts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.homes import told
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, whole
from backend.console.words import CASE_STATES
from backend.console.words import ROLES as ROLE_WORDS
from backend.services import alarm_calls, audit, changes, notes
from backend.services.sign_in import accounts, colleagues, posts, sessions, totp
from backend.services.sign_in.accounts import NewStaff
from backend.services.sign_in.roles import APPOINTS, ROLES
from bot.contract.errors import Refused

# How far back the page sees to it that the log is whole; `python -m bot audit` looks at all of it.
NEWEST = 2_000


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    people = People(door)
    door.add(router, "GET", "/console/staff", people.list)
    door.add(router, "POST", "/console/staff", people.add)
    door.add(router, "POST", "/console/staff/lend", people.lend)
    door.add(router, "POST", "/console/staff/{login}/role", people.role)
    door.add(router, "POST", "/console/staff/{login}/active", people.active)
    door.add(router, "POST", "/console/staff/{login}/sign-out", people.sign_out)
    door.add(router, "POST", "/console/staff/{login}/again", people.again)
    door.add(router, "GET", "/console/audit", people.audit)
    door.add(router, "GET", "/console/texts", people.texts)
    door.add(router, "POST", "/console/texts", people.put_text)
    door.add(router, "POST", "/console/texts/{key}/remove", people.drop_text)
    return router


class People:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        who, real = visit.who, visit.real
        rows = await self._parts.db.read(lambda c: colleagues.listed(c, who.community, real))
        known: dict[str, Any] = {"rows": rows, "roles": ROLE_WORDS, "appoints": APPOINTS.get(who.role, ())}
        return self._pages.show(visit, "staff.html", **known, **await banner_of(visit))

    async def add(self, visit: Visit) -> Response:
        """shown: what residents read, in any language; empty: the sign-in name."""
        login, name, role, password, shown = visit.fields("login", "name", "role", "password", "shown?")
        if role not in ROLES:
            raise Refused(f"no such role: {role}", pointer="/role")
        seen = dict.fromkeys(self._parts.languages, shown) if shown else {}
        new = NewStaff(visit.community, login.lower(), name, role, password, seen, ("desk",))
        await self._parts.db.write(lambda c: colleagues.appoint(c, visit.who, new, visit.real))
        return done(visit, "/console/staff")

    async def lend(self, visit: Visit) -> Response:
        """Somebody of another community works here, too."""
        login, role = visit.fields("login", "role")
        await self._parts.db.write(lambda c: posts.lend(c, visit.who, login, role, visit.real))
        return done(visit, "/console/staff")

    async def role(self, visit: Visit) -> Response:
        (role,) = visit.fields("role")
        login = visit.path("login")
        if role not in ROLES:
            raise Refused(f"no such role: {role}", pointer="/role")
        await self._parts.db.write(lambda c: colleagues.set_role(c, visit.who, login, role, visit.real))
        return done(visit, "/console/staff")

    async def active(self, visit: Visit) -> Response:
        (on,) = visit.fields("on")
        login = visit.path("login")
        await self._parts.db.write(lambda c: colleagues.set_active(c, visit.who, login, on == "yes", visit.real))
        return done(visit, "/console/staff")

    async def sign_out(self, visit: Visit) -> Response:
        visit.fields()
        login = visit.path("login")
        await self._parts.db.write(lambda c: colleagues.sign_out(c, visit.who, login, visit.real))
        return done(visit, "/console/staff")

    async def again(self, visit: Visit) -> Response:
        (password,) = visit.fields("password")
        login = visit.path("login")
        await self._parts.db.write(lambda c: colleagues.begin_again(c, visit.who, login, password, visit.real))
        return done(visit, "/console/staff")

    async def audit(self, visit: Visit) -> Response:
        what, who = visit.asked("what", 40), visit.asked("who", 60)
        start = whole(visit.asked("before")) or 0

        def work(connection: Connection) -> tuple[object, object]:
            return audit.page(connection, visit.community, start, what, who), audit.verify(connection, NEWEST)

        rows, chain = await self._parts.db.read(work)
        known: dict[str, Any] = {"rows": rows, "chain": chain, "what": what, "who": who, "page": audit.PAGE}
        return self._pages.show(visit, "audit.html", **known, **await banner_of(visit))

    async def texts(self, visit: Visit) -> Response:
        def work(connection: Connection) -> dict[str, Any]:
            rows = notes.texts(connection, visit.community)
            last = changes.latest(connection, visit.community, ("text",)) if visit.who.may("texts.write") else []
            return {"rows": rows, "changes": told(visit, last)}

        known: dict[str, Any] = {
            **await self._parts.db.read(work),
            "flows": self._parts.flows,
            "all_languages": self._parts.languages,
        }
        known["states"] = CASE_STATES
        return self._pages.show(visit, "texts.html", **known, **await banner_of(visit))

    async def put_text(self, visit: Visit) -> Response:
        fields = [f"text_{language}?" for language in self._parts.languages]
        shortcut, flow, state, *words = visit.fields("shortcut", "flow?", "state?", *fields)
        if flow and flow not in self._parts.flows:
            raise Refused("no such flow", pointer="/flow")
        if state and state not in CASE_STATES:
            raise Refused("no such state", pointer="/state")
        written, who = dict(zip(self._parts.languages, words, strict=True)), visit.actor
        await self._parts.db.write(lambda c: notes.put_text(c, who, shortcut, flow or None, state or None, written))
        return done(visit, "/console/texts")

    async def drop_text(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        await self._parts.db.write(lambda c: changes.remove(c, who, "text", key))
        return done(visit, "/console/texts")


def account_routes(door: Door) -> APIRouter:
    router = APIRouter()
    account = Account(door)
    door.add(router, "GET", "/console/account", account.show)
    door.add(router, "POST", "/console/account/password", account.password)
    door.add(router, "POST", "/console/account/second", account.second)
    door.add(router, "POST", "/console/account/phone", account.phone)
    door.add(router, "POST", "/console/account/sessions/{key}/end", account.end)
    return router


class Account:
    """One's own: password, second factor, and where one is signed in."""

    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, [])

    async def _page(self, visit: Visit, codes: list[str]) -> Response:
        """codes: the recovery codes, in the one answer that ever shows them."""
        who, real = visit.who, visit.real
        living, phone = await self._parts.db.read(
            lambda c: (sessions.living(c, who.account, real), alarm_calls.own_phone(c, who.staff))
        )
        secret = totp.new_secret()
        address = totp.address(secret, who.account_login, "Linli")
        known: dict[str, Any] = {
            "living": living,
            "secret": secret,
            "picture": totp.picture(address),
            "codes": codes,
            "phone": phone,
            "roles": ROLE_WORDS,
        }
        known["must"] = not (who.second_factor or codes or self._parts.demo)
        return self._pages.show(visit, "account.html", **known, **await banner_of(visit))

    async def password(self, visit: Visit) -> Response:
        old, new = visit.fields("old", "new")
        who, real = visit.who, visit.real
        known = await self._parts.db.read(lambda c: accounts.known(c, who.account_login))
        right = await accounts.fits(old, known.password if known else None)

        def work(connection: Connection) -> bool:
            if accounts.judge(connection, who.account_login, right, "password", real) is None:
                return False
            accounts.change_password(connection, who, new, real)
            return True

        if not await self._parts.db.write(work):
            raise Refused("the old password does not fit", accounts.WRONG, status=403, pointer="/old")
        return done(visit, "/console/account")

    async def second(self, visit: Visit) -> Response:
        secret, code = visit.fields("secret", "code")
        who, real = visit.who, visit.real
        if len(secret) != 32 or not set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
            raise Refused("no such secret", pointer="/secret")
        codes = await self._parts.db.write(lambda c: accounts.set_second(c, who, secret, code, real))
        return await self._page(visit, codes)

    async def phone(self, visit: Visit) -> Response:
        """On which the desk rings them; empty for none."""
        (phone,) = visit.fields("phone?")
        actor = visit.actor
        await self._parts.db.write(lambda c: colleagues.set_phone(c, actor, phone))
        return done(visit, "/console/account")

    async def end(self, visit: Visit) -> Response:
        visit.fields()
        key, who, real = visit.number("key"), visit.who, visit.real

        def work(connection: Connection) -> None:
            if not sessions.end(connection, key, who.account, real):
                raise Refused("no such session", status=404)
            audit.note(connection, who.community, who.login, "session.ended", who.login, real)

        await self._parts.db.write(work)
        return done(visit, "/console/account")
