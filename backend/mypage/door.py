"""The door of the resident's page: who is let in by which cookie, from which page, and what a refusal looks like."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from backend.mypage.pages import HEADERS, Pages
from backend.mypage.parts import Parts
from backend.mypage.visit import CSRF_FIELD, Visit
from backend.services import own_page
from bot.contract.body import form_of
from bot.contract.errors import Refused, Unavailable
from bot.contract.text import Text, t

PATH = "/my"
COOKIE = "linli_my"
Handler = Callable[[Visit], Awaitable[Response]]
SAID = {
    403: t("This form is not from your page any more. Please open your page again."),
    404: t("This is not here."),
    409: t("This is not open any more. You see the newest state now."),
}
_OTHER = t("This did not work. Please try it again.")
_LATER = t("This does not work just now. Please try again in a moment.")


class Door:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self.parts = parts
        self.pages = pages

    def add(self, router: APIRouter, method: str, path: str, handler: Handler, *, stranger: bool = False) -> None:
        """stranger: nobody need be known for it."""

        async def endpoint(request: Request) -> Response:
            visit = Visit(request, self.parts, self.pages.language(request), None, {})
            try:
                visit = await self._visit(request)
                return await self._inside(visit, handler, stranger=stranger)
            except Refused as refusal:
                words = refusal.say or SAID.get(refusal.status, _OTHER)
                return self._sorry(visit, words, refusal.status)
            except Unavailable:
                return self._sorry(visit, _LATER, 503)

        router.add_api_route(f"{PATH}{path}", endpoint, methods=[method], include_in_schema=False)

    async def _visit(self, request: Request) -> Visit:
        cookie, real = request.cookies.get(COOKIE, ""), self.parts.clock.real()
        guest = await self.parts.db.read(lambda c: own_page.guest(c, cookie, real)) if cookie else None
        known = guest.language if guest is not None and guest.language in self.parts.languages else None
        return Visit(request, self.parts, known or self.pages.language(request), guest, {})

    async def _inside(self, visit: Visit, handler: Handler, *, stranger: bool) -> Response:
        request, guest = visit.request, visit.guest
        if request.method == "POST":
            _same_site(request)
        if guest is None and not stranger:
            return self.pages.show(visit, "closed.html", status=401)
        form = await form_of(request)
        if guest is not None and not stranger and request.method == "POST":
            given = form.get(CSRF_FIELD, "")
            if not hmac.compare_digest(given.encode(), guest.csrf.encode()):
                raise Refused("this form is not from this session", status=403)
        if guest is not None and visit.real - guest.seen_at >= own_page.NOTED:
            key, real = guest.session, visit.real
            await self.parts.db.write(lambda c: own_page.seen(c, key, real))
        return await handler(Visit(request, self.parts, visit.language, guest, form))

    def opened(self, cookie: str) -> Response:
        """From now on this browser is let in."""
        answer = back()
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=int(own_page.LASTS.total_seconds()),
            path=PATH,
            secure=self.parts.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    def shut(self, visit: Visit) -> Response:
        answer = self.pages.show(Visit(visit.request, visit.parts, visit.language, None, {}), "left.html")
        answer.delete_cookie(COOKIE, path=PATH, secure=self.parts.secure, httponly=True, samesite="lax")
        return answer

    def _sorry(self, visit: Visit, words: Text, status: int) -> Response:
        return self.pages.show(visit, "sorry.html", status=status, words=words)


def back(to: str = PATH) -> RedirectResponse:
    return RedirectResponse(to, status_code=303, headers={**HEADERS})


def _same_site(request: Request) -> None:
    """No page of another site fills our forms; browsers say where a request comes from."""
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Refused("this comes from another site", status=403)
