"""How the page is opened: by a button behind a link that is used once, or by an app that says who is looking.

A link that is only looked at stays good: chat apps fetch what is sent through them to draw a preview. Where the link
was given to an account of an app that can tell who its users are, that app is asked, and nobody else gets in by it.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from backend.db import Record
from backend.mypage.door import PATH, Door, back
from backend.mypage.pages import HEADERS
from backend.mypage.visit import Visit
from backend.services import billing, own_page
from bot.contract.channel import Introduces
from bot.contract.errors import Refused
from bot.contract.messages import Address
from bot.contract.text import t

# What the browser must still hold when the app sends it back, for so many seconds.
WAY, WAY_SECONDS = "linli_my_way", 600
_OTHER = t("This link was given to somebody else. Write “my page” in your own chat with us, and you get yours.")
_INSIDE = t("Please open this link inside the app in which you got it.")
_AGAIN = t("This took too long, or was begun on another phone. Please write “my page” again.")


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    opening = Opening(door)
    door.add(router, "GET", "/in/{word}", opening.look, stranger=True)
    door.add(router, "POST", "/in/{word}", opening.redeem, stranger=True)
    door.add(router, "GET", "/app/{channel}/{account}", opening.begin, stranger=True)
    door.add(router, "GET", "/back/{channel}/{account}", opening.came, stranger=True)
    return router


class Opening:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._parts = door.parts

    async def look(self, visit: Visit) -> Response:
        """Only a button, and nothing of anybody."""
        word = visit.path("word")
        guest = visit.guest
        if guest is not None and await self._parts.db.read(lambda c: own_page.used_by(c, word, guest)):
            return back()
        row = await self._parts.db.read(lambda c: own_page.look(c, word, visit.real))
        app = self._app(row.channel, row.account)
        leads_to = app.visited if app else ""
        return self._door.pages.show(visit, "gate.html", leads_to=leads_to, word=word)

    async def redeem(self, visit: Visit) -> Response:
        word, real = visit.path("word"), visit.real
        row = await self._parts.db.read(lambda c: own_page.look(c, word, real))
        app = self._app(row.channel, row.account)
        if app is None:
            return self._door.opened(await self._parts.db.write(lambda c: self._redeemed(c, row, visit, known=False)))
        if not app.inside(visit.agent):
            raise Refused("not inside the app", _INSIDE, status=403)
        state = await self._parts.db.write(lambda c: own_page.sent_away(c, row))
        return self._sent(app, row.channel, row.account, state)

    async def begin(self, visit: Visit) -> Response:
        """The entry of an app's own menu: no link is needed there."""
        channel, account = visit.path("channel"), visit.path("account")
        app = self._app(channel, account)
        if app is None:
            raise Refused("no such app", status=404)
        if not app.inside(visit.agent):
            raise Refused("not inside the app", _INSIDE, status=403)
        return self._sent(app, channel, account, secrets.token_urlsafe(24))

    async def came(self, visit: Visit) -> Response:
        """Back from the app, with a code that tells who is looking."""
        channel, account, real = visit.path("channel"), visit.path("account"), visit.real
        app = self._app(channel, account)
        state, code = (visit.request.query_params.get(name, "")[:200] for name in ("state", "code"))
        begun = visit.request.cookies.get(WAY, "")
        if app is None or not begun or not hmac.compare_digest(begun.encode(), state.encode("utf-8", "replace")):
            raise Refused("this way was not begun here", _AGAIN, status=403)
        row = await self._parts.db.read(lambda c: own_page.came_back(c, state, real))
        who = Address(channel, await app.who(account, code), account)
        if row is not None and who != Address(row.channel, row.user, row.account):
            raise Refused("somebody else's link", _OTHER, status=403)

        def work(connection: Connection) -> str:
            if row is not None:
                return self._redeemed(connection, row, visit, known=True)
            return self._looked_after(connection, own_page.enter(connection, who, real), visit)

        answer = self._door.opened(await self._parts.db.write(work))
        answer.delete_cookie(WAY, path=f"{PATH}/back", secure=self._parts.secure, httponly=True, samesite="lax")
        return answer

    def _redeemed(self, connection: Connection, row: Record, visit: Visit, *, known: bool) -> str:
        return self._looked_after(connection, own_page.redeem(connection, row, visit.real, known=known), visit)

    def _looked_after(self, connection: Connection, cookie: str, visit: Visit) -> str:
        """The home's bills are written down up to today before they are looked at."""
        guest = own_page.guest(connection, cookie, visit.real)
        if guest is not None and guest.home is not None:
            billing.ensure(connection, guest.community, guest.home, visit.now)
        return cookie

    def _app(self, channel: str, account: str) -> Introduces | None:
        app = self._parts.apps.get(channel)
        return app if app is not None and self._parts.home and app.introduces(account) else None

    def _sent(self, app: Introduces, channel: str, account: str, state: str) -> Response:
        here = f"{self._parts.home.rstrip('/')}{PATH}/back/{quote(channel)}/{quote(account)}"
        answer = RedirectResponse(app.ask(account, here, state), status_code=303, headers={**HEADERS})
        # The way back is cross-site: a strict cookie would stay behind.
        answer.set_cookie(
            WAY,
            state,
            max_age=WAY_SECONDS,
            path=f"{PATH}/back",
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )
        return answer
