"""The door of the console: who comes in, with which right, from which page; denied is what nobody wrote down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from backend.console.pages import Pages
from backend.console.parts import Parts
from backend.console.permissions import BANNER, PUBLIC, TABLE, UPLOADS, WITHOUT_SECOND
from backend.console.visit import AUTO, SCRIPT, Visit, bears
from backend.services.sign_in import sessions
from backend.services.sign_in.sessions import LOCKED, SECOND, Session
from bot.contract.body import form_of
from bot.contract.errors import Refused
from bot.contract.text import Text, t

Handler = Callable[[Visit], Awaitable[Response]]
COOKIE = "linli_console"
SAID = {
    403: t("Your role does not allow this. Whoever manages the staff list can change that."),
    404: t("This is not here. It may have been moved, or it belongs to another community."),
    409: t("Somebody else was faster. You see the newest state now."),
    413: t("This is too much at once."),
    422: t("Something in this form does not fit."),
}
STALE = t("This page is from another desk, or from an earlier sign-in. Please open it again.")
_OTHER = t("This did not work. Please try it again.")


class Door:
    """Adds routes that nobody passes without the right that the table names for them."""

    def __init__(self, parts: Parts, pages: Pages) -> None:
        self.parts = parts
        self.pages = pages

    def add(self, router: APIRouter, method: str, path: str, handler: Handler) -> None:
        right, is_file = TABLE.get((method, path)), (method, path) in UPLOADS

        async def endpoint(request: Request) -> Response:
            return await self._answer(request, right, handler, is_file)

        router.add_api_route(path, endpoint, methods=[method], include_in_schema=False)

    async def _answer(self, request: Request, right: str | None, handler: Handler, is_file: bool) -> Response:
        visit = await self._visit(request)
        try:
            return self._closed(visit, right) or await self._inside(visit, right, handler, is_file)
        except Refused as refusal:
            return self._refused(visit, refusal)

    async def _visit(self, request: Request) -> Visit:
        token = request.cookies.get(COOKIE, "")
        real = self.parts.clock.real()
        session = await self.parts.db.read(lambda c: sessions.find(c, token, real)) if token else None
        language, theme = self.pages.language(request), self.pages.theme(request)
        return Visit(request, self.parts, language, theme, session, {})

    def _closed(self, visit: Visit, right: str | None) -> Response | None:
        """Why this visitor does not get in; None when they do."""
        session = visit.session
        if right == PUBLIC:
            return None
        if session is None or session.stage == SECOND:
            return self._sent(visit, "/console", "signed out")
        if right == BANNER:
            return None
        if session.stage == LOCKED:
            return self._sent(visit, "/console/lock", "locked")
        if right is None or not session.may(right):
            raise Refused("this role may not do this", status=403)
        if not (session.second_factor or self.parts.demo or right in WITHOUT_SECOND):
            return self._sent(visit, "/console/account", "a second factor is needed first")
        return None

    async def _inside(self, visit: Visit, right: str | None, handler: Handler, is_file: bool) -> Response:
        request = visit.request
        _same_site(request)
        form = {} if is_file else await form_of(request)
        guarded = visit.session if request.method == "POST" and right != PUBLIC else None
        if guarded is not None and not bears(request, form, guarded.csrf):
            raise Refused("this form is not from this session", STALE, status=403)
        if right not in (PUBLIC, BANNER) and visit.session is not None and AUTO not in request.headers:
            await self._seen(visit.session)
        return await handler(Visit(request, self.parts, visit.language, visit.theme, visit.session, form))

    async def _seen(self, session: Session) -> None:
        real = self.parts.clock.real()
        if real - session.seen_at >= sessions.NOTED:
            await self.parts.db.write(lambda c: sessions.seen(c, session, real))

    def _sent(self, visit: Visit, to: str, why: str) -> Response:
        """A page is led to where it goes on; our script is told, and keeps what was typed."""
        if visit.script or visit.request.method != "GET":
            return JSONResponse({"status": 401, "detail": why, "go": to}, status_code=401)
        path = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        return RedirectResponse(f"{to}?next={quote(path, safe='/')}", status_code=303)

    def _refused(self, visit: Visit, refusal: Refused) -> Response:
        text = refusal.say or Text(SAID.get(refusal.status, _OTHER).msgid)
        words = self.parts.say(text, visit.language)
        if visit.script:
            body = {"status": refusal.status, "detail": words, "pointer": refusal.pointer}
            return JSONResponse(body, status_code=refusal.status, media_type="application/problem+json")
        return self.pages.show(visit, "refused.html", status=refusal.status, words=words, code=refusal.status)


def _same_site(request: Request) -> None:
    """A page of another site neither writes here nor listens (X10); browsers say where a request comes from."""
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    watched = request.method != "GET" or request.url.path.startswith("/console/live") or SCRIPT in request.headers
    if watched and (foreign or request.headers.get("sec-fetch-site") in ("cross-site", "same-site")):
        raise Refused("this comes from another site", status=403)
