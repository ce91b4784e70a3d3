"""The payer's page: a code for a screen, the app's own sheet inside WeChat, a phone's browser; known by its link alone.

Whoever has the link may pay; they see the sum and the estate, and nothing of the home.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.db import Database, Record
from backend.providers.payment import INSIDE, NATIVE, PHONE
from backend.services import orders, pass_picture, payments
from backend.services.amounts import yuan
from backend.services.orders import Payer
from backend.till.cashier import Cashier
from bot.contract.channel import Introduces
from bot.contract.conversation import Community
from bot.contract.errors import Refused, Unavailable
from bot.contract.ports import Clock
from bot.contract.templates import templates
from bot.contract.text import Money, Text, t
from bot.contract.wished import wished

FOLDER = Path(__file__).resolve().parent
PATH = "/pay"
WAY, WAY_SECONDS = "linli_pay_way", 600
# Where a phone's browser is sent; the form that leads there must be allowed to.
_CHECKOUT = "https://wx.tenpay.com"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # A phone's checkout asks which site sent the payer: it learns the site, and never the payment's address.
    "Referrer-Policy": "strict-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
_OVER = t("This payment is over. Ask for a new link in your chat with us.")
_OTHER = t("This did not work. Please open the link again.")
_LATER = t("This does not work just now. Please try again in a moment.")


@dataclass(frozen=True, slots=True)
class Shop:
    """What the page is handed. home: our public address; cashiers: by community; inside: the app, and its account, in
    which a community's residents can pay without leaving it."""

    db: Database
    clock: Clock
    say: Callable[[Text, str], str]
    communities: Mapping[str, Community]
    languages: tuple[str, ...]
    home: str
    cashiers: Mapping[str, Cashier]
    inside: Callable[[str], tuple[Introduces, str] | None]


def routes(shop: Shop) -> APIRouter:
    router, till = APIRouter(), Till(shop)
    script = (FOLDER / "static" / "pay.js").read_bytes()

    async def sheet() -> Response:
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
        return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)

    router.add_api_route(f"{PATH}/static/pay.js", sheet, methods=["GET"], include_in_schema=False)
    ways = (("GET", "", till.show), ("POST", "", till.go), ("GET", "/back", till.back), ("GET", "/code.svg", till.code))
    for method, path, handler in ways:
        router.add_api_route(
            f"{PATH}/{{key}}{path}", till.met(handler), methods=[method], include_in_schema=False, response_model=None
        )
    return router


class Till:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._templates = templates(FOLDER / "templates")

    def met(self, handler: Callable[[Request, str], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        """Whoever pays reads why it does not go, not a code."""

        async def endpoint(key: str, request: Request) -> Response:
            try:
                return await handler(request, key)
            except Refused as refusal:
                words = refusal.say or (_OVER if refusal.status in (404, 409) else _OTHER)
                return self._page(request, "sorry.html", status=refusal.status, words=words)
            except Unavailable:
                return self._page(request, "sorry.html", status=503, words=_LATER)

        return endpoint

    async def show(self, request: Request, key: str) -> Response:
        real = self._shop.clock.real()

        def work(connection: Connection) -> dict[str, Any]:
            row = self._mine(connection, key)
            pending = row.state == "pending" and row.expires_at > real
            coded = pending and orders.shown(connection, key, real) is not None
            return {"payment": row, "receipt": payments.receipt_of(connection, key), "open": pending, "coded": coded}

        known = await self._shop.db.read(work)
        again = 5 if known["open"] and (known["coded"] or "done" in request.query_params) else 0
        return self._page(request, "pay.html", leads_to=self._leads_to(known["payment"]), again=again, **known)

    async def go(self, request: Request, key: str) -> Response:
        """Pressed: the way that fits where they are."""
        row = await self._shop.db.read(lambda c: self._mine(c, key))
        agent = request.headers.get("user-agent", "")
        app = self._shop.inside(row.community_id)
        if app is not None and app[0].inside(agent):
            return self._sent_away(app, key)
        cashier = self._shop.cashiers[row.community_id]
        if "Mobi" in agent:
            address = request.client.host if request.client is not None else ""
            link = await cashier.order(key, Payer(PHONE), address)
            return _to(f"{link}&{urlencode({'redirect_url': self._here(key, 'done=1')})}")
        await cashier.order(key, Payer(NATIVE), "")
        return _to(f"{PATH}/{key}")

    def _sent_away(self, app: tuple[Introduces, str], key: str) -> Response:
        state = secrets.token_urlsafe(24)
        answer = _to(app[0].ask(app[1], self._here(key, path="/back"), state))
        secure = self._shop.home.startswith("https://")
        # The way back is cross-site: a strict cookie would stay behind.
        answer.set_cookie(
            WAY, state, max_age=WAY_SECONDS, path=f"{PATH}/{key}", secure=secure, httponly=True, samesite="lax"
        )
        return answer

    async def back(self, request: Request, key: str) -> Response:
        """WeChat has told who looks: its own sheet opens, for nobody else."""
        state, code = (request.query_params.get(name, "")[:200] for name in ("state", "code"))
        begun = request.cookies.get(WAY, "")
        row = await self._shop.db.read(lambda c: self._mine(c, key))
        app = self._shop.inside(row.community_id)
        if app is None or not begun or not hmac.compare_digest(begun.encode(), state.encode("utf-8", "replace")):
            raise Refused("this way was not begun here", _OTHER, status=403)
        cashier = self._shop.cashiers[row.community_id]
        prepaid = await cashier.order(key, Payer(INSIDE, await app[0].who(app[1], code)), "")
        sheet = json.dumps(cashier.merchant.sheet(prepaid, self._shop.clock.real()))
        answer = self._page(request, "inside.html", script=True, payment=row, sheet=sheet)
        answer.delete_cookie(WAY, path=f"{PATH}/{key}")
        return answer

    async def code(self, request: Request, key: str) -> Response:
        real = self._shop.clock.real()
        row = await self._shop.db.read(lambda c: orders.shown(c, self._mine(c, key).id, real))
        if row is None:
            raise Refused("no code is shown", status=404)
        return Response(pass_picture.svg(row.token), media_type="image/svg+xml", headers=HEADERS)

    def _mine(self, connection: Connection, key: str) -> Record:
        row = payments.one(connection, key)
        cashier = self._shop.cashiers.get(row.community_id)
        if cashier is None or row.provider != cashier.merchant.name:
            raise Refused("no such payment", status=404)
        return row

    def _leads_to(self, row: Record) -> str:
        app = self._shop.inside(row.community_id)
        return f"{_CHECKOUT} {app[0].visited}" if app is not None else _CHECKOUT

    def _here(self, key: str, query: str = "", path: str = "") -> str:
        return f"{self._shop.home.rstrip('/')}{PATH}/{key}{path}{'?' if query else ''}{query}"

    def _page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        leads_to: str = "",
        script: bool = False,
        **known: Any,
    ) -> HTMLResponse:
        language = wished(self._shop.languages, (), request.headers.get("accept-language", ""))
        row: Record | None = known.get("payment")
        estate = self._shop.communities[row.community_id].names if row is not None else {}

        def say(msgid: str, context: str | None = None, **params: Any) -> str:
            return self._shop.say(Text(msgid, params, context=context), language)

        page = self._templates.get_template(template).render(
            _=say,
            tell=lambda text: self._shop.say(text, language),
            sum=self._shop.say(t("{amount}", amount=Money(yuan(row.amount))), language) if row is not None else "",
            estate=estate.get(language) or next(iter(estate.values()), ""),
            tag=language.replace("_", "-"),
            here=request.url.path,
            **{"again": 0, **known},
        )
        policy = ["default-src 'none'", "style-src 'self'", "img-src 'self' data:", "base-uri 'none'"]
        policy += ["frame-ancestors 'none'", f"form-action 'self' {leads_to}".strip()]
        policy += ["script-src 'self'"] if script else []
        headers = {**HEADERS, "Content-Security-Policy": "; ".join(policy)}
        return HTMLResponse(page, status_code=status, headers=headers)


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers={**HEADERS})
