"""Signing in and out: the form a stranger sees, the second step, the lock of a console that nobody is at."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.console.door import COOKIE, Door, Handler
from backend.console.pages import LANGUAGE, THEME, THEMES
from backend.console.parts import Parts
from backend.console.visit import Visit, back
from backend.services import audit
from backend.services.sign_in import accounts, browsers, posts, sessions, tries
from backend.services.sign_in.accounts import DEMO_PASSWORD, WRONG
from backend.services.sign_in.sessions import LOCKED, OPEN, SECOND
from backend.services.sign_in.tries import Crowded
from bot.contract.errors import Refused

_YEAR = 31_536_000
# By which a browser is known again that somebody has signed in with; it opens nothing.
BROWSER = "linli_browser"
HOME = {"auditor": "/console/audit", "sysadmin": "/console/staff", "duty": "/console/alarms"}


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    sign = Signing(door)
    door.add(router, "GET", "/console", sign.form)
    door.add(router, "POST", "/console/sign-in", sign.patient(sign.sign_in))
    door.add(router, "GET", "/console/second", sign.second_form)
    door.add(router, "POST", "/console/second", sign.patient(sign.second))
    door.add(router, "POST", "/console/sign-out", sign.sign_out)
    door.add(router, "GET", "/console/lock", sign.lock_form)
    door.add(router, "POST", "/console/lock", sign.lock)
    door.add(router, "POST", "/console/unlock", sign.unlock)
    door.add(router, "POST", "/console/look", sign.look)
    door.add(router, "POST", "/console/desk", sign.desk)
    return router


class Signing:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def form(self, visit: Visit) -> Response:
        session = visit.session
        if session is not None and session.stage == OPEN:
            return _go(_home(session.role) if not visit.asked("next") else back(visit.asked("next", 300)))
        if session is not None and session.stage == LOCKED:
            return _go("/console/lock")
        return self._form(visit)

    def _form(self, visit: Visit, wrong: bool = False, login: str = "", to: str = "") -> Response:
        to = to or visit.asked("next", 300)
        status = 403 if wrong else 200
        return self._pages.show(visit, "sign_in.html", status=status, wrong=wrong, login=login, to=to, text=WRONG)

    async def sign_in(self, visit: Visit) -> Response:
        login, password, to = visit.fields("login", "password", "next?")
        real, address = visit.real, visit.sender
        # Before a core is spent on hashing.
        await self._parts.db.read(lambda c: _patience(c, visit, login, address))
        right, which = await proved(self._parts, login, password), device(visit)

        def work(connection: Connection) -> tuple[str, str, str, str] | None:
            tries.queue(connection)
            _patience(connection, visit, login, address)
            account = accounts.judge(connection, login, right, "sign_in", real, _browser(visit))
            if account is None:
                tries.count(connection, address, real)
                return None
            stage = SECOND if account.secret is not None else OPEN
            browser = browsers.keep(connection, account.id, _browser(visit), real) if stage == OPEN else ""
            return sessions.begin(connection, account.id, stage, which, real), stage, account.role, browser

        begun = await self._parts.db.write(work)
        if begun is None:
            return self._form(visit, wrong=True, login=login[:60], to=to)
        token, stage, role, browser = begun
        goes = back(to) if to else _home(role)
        return self._with_cookie(_go(goes if stage == OPEN else f"/console/second?next={back(to)}"), token, browser)

    def patient(self, handler: Handler) -> Handler:
        """That the door is crowded is said as it is, and for how long; a script is told by the header."""

        async def answer(visit: Visit) -> Response:
            try:
                return await handler(visit)
            except Crowded as crowd:
                text = crowd.said()
                page = self._pages.show(visit, "sign_in.html", status=429, wrong=True, login="", to="", text=text)
                page.headers["Retry-After"] = str(crowd.seconds)
                return page

        return answer

    async def second_form(self, visit: Visit) -> Response:
        if visit.session is None or visit.session.stage != SECOND:
            return _go("/console")
        return self._pages.show(visit, "second.html", wrong=False, to=visit.asked("next", 300), text=WRONG)

    async def second(self, visit: Visit) -> Response:
        """A new token with each step up: one that was seen before it opens nothing after it (X11)."""
        session = visit.session
        if session is None or session.stage != SECOND:
            return _go("/console")
        code, to = visit.fields("code", "next?")
        real, which, address = visit.real, device(visit), visit.sender

        def work(connection: Connection) -> tuple[str, str] | None:
            tries.queue(connection)
            _patience(connection, visit, session.login, address)
            fits = accounts.second_fits(connection, session.login, code, real)
            if accounts.judge(connection, session.login, fits, "second", real, _browser(visit)) is None:
                tries.count(connection, address, real)
                return None
            sessions.end(connection, session.id, session.account, real)
            browser = browsers.keep(connection, session.account, _browser(visit), real)
            return sessions.begin(connection, session.account, OPEN, which, real), browser

        begun = await self._parts.db.write(work)
        if begun is None:
            return self._pages.show(visit, "second.html", status=403, wrong=True, to=to, text=WRONG)
        return self._with_cookie(_go(back(to) if to else _home(session.role)), *begun)

    async def sign_out(self, visit: Visit) -> Response:
        session, real = visit.who, visit.real

        def work(connection: Connection) -> None:
            sessions.end(connection, session.id, session.account, real)
            audit.note(connection, session.community, session.login, "sign_in.ended", session.login, real)

        await self._parts.db.write(work)
        gone = _go("/console")
        gone.delete_cookie(COOKIE, path="/console")
        return gone

    async def lock_form(self, visit: Visit) -> Response:
        if visit.who.stage == OPEN:
            return _go(back(visit.asked("next", 300)))
        return self._locked(visit, wrong=False, to=visit.asked("next", 300))

    def _locked(self, visit: Visit, *, wrong: bool, to: str) -> Response:
        return self._pages.show(visit, "lock.html", status=403 if wrong else 200, wrong=wrong, to=to, text=WRONG)

    async def lock(self, visit: Visit) -> Response:
        session = visit.who
        await self._parts.db.write(lambda c: sessions.lock(c, session))
        return JSONResponse({"go": "/console/lock"}) if visit.script else _go("/console/lock")

    async def unlock(self, visit: Visit) -> Response:
        """alarm: whoever unlocks in order to take charge of one is led straight to it."""
        session, real = visit.who, visit.real
        password, to, alarm = visit.fields("password", "next?", "alarm?")
        known = await self._parts.db.read(lambda c: accounts.known(c, session.account_login))
        right = await accounts.fits(password, known.password if known else None)

        def work(connection: Connection) -> bool:
            if accounts.judge(connection, session.account_login, right, "unlock", real, _browser(visit)) is None:
                return False
            sessions.unlock(connection, session, real)
            return True

        if not await self._parts.db.write(work):
            return self._locked(visit, wrong=True, to=to)
        return _go(back(f"/console/alarms/{alarm}") if alarm else back(to))

    async def look(self, visit: Visit) -> Response:
        """Language and light: kept in this browser, not in the account."""
        language, theme, to = visit.fields("language?", "theme?", "next?")
        gone = _go(back(to) if to.startswith("/console/") else "/console")
        known = {one.replace("_", "-") for one in self._parts.languages}
        for name, value, allowed in ((LANGUAGE, language, known), (THEME, theme, set(THEMES))):
            if value and value not in allowed:
                raise Refused(f"no such {name}", pointer=f"/{name}")
            if value:
                self._keep(gone, name, value, _YEAR)
        return gone

    async def desk(self, visit: Visit) -> Response:
        """To another desk of theirs, in another community."""
        (to,) = visit.fields("community")
        session, real = visit.who, visit.real
        role = await self._parts.db.write(lambda c: posts.go(c, session, to, real))
        return _go(_home(role))

    def _with_cookie(self, response: Response, token: str, browser: str) -> Response:
        if browser:
            self._keep(response, BROWSER, browser, int(browsers.LIVES.total_seconds()))
        self._keep(response, COOKIE, token, int(sessions.LONGEST.total_seconds()))
        return response

    def _keep(self, response: Response, name: str, value: str, seconds: int) -> None:
        secure = self._parts.secure
        response.set_cookie(name, value, seconds, path="/console", httponly=True, samesite="lax", secure=secure)


async def proved(parts: Parts, login: str, password: str) -> bool:
    """Whether this opens the account, wherever somebody says from nowhere who they are."""
    known = await parts.db.read(lambda c: accounts.known(c, login))
    right = await accounts.fits(password, known.password if known else None)
    # The demo's password is printed in the README: it opens nothing anywhere else.
    return right and (parts.demo or password != DEMO_PASSWORD)


def _patience(connection: Connection, visit: Visit, login: str, address: str) -> None:
    """Whoever has signed in here before does not wait for those who guess; their own wrong tries are counted apart."""
    if browsers.of(connection, login, _browser(visit), visit.real) is None:
        tries.check(connection, address, visit.real)


def _browser(visit: Visit) -> str:
    return visit.request.cookies.get(BROWSER, "")


def device(visit: Visit) -> str:
    """Enough to recognise one's own browser in a list: its name and system."""
    agent = visit.request.headers.get("user-agent", "")
    browsers = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
    systems = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")]
    systems += [("Mac OS", "macOS"), ("Linux", "Linux")]
    browser = next((name for sign, name in browsers if sign in agent), "")
    system = next((name for sign, name in systems if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or "?"


def _home(role: str) -> str:
    return HOME.get(role, "/console/inbox")


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
