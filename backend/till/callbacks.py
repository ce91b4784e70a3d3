"""Where a merchant's provider calls back: proved first, then counted exactly once."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backend import providers
from backend.services import orders
from backend.till.cashier import Cashier
from bot.contract.body import body_of
from bot.contract.errors import Refused

LIMIT = 64_000


def path(community: str) -> str:
    return f"/payments/{providers.WECHAT}/{community}/callback"


def routes(cashiers: Mapping[str, Cashier]) -> APIRouter:
    router = APIRouter()

    async def called_back(community: str, request: Request) -> Response:
        cashier = cashiers.get(community)
        if cashier is None:
            raise Refused("no such merchant", status=404)
        outcome = await cashier.called_back(request.headers, await body_of(request, LIMIT))
        if outcome in ("wrong_amount", orders.CONTRADICTS):
            # Written down and told to staff; they say it again for a day, which changes nothing.
            raise Refused("this is not what was asked for", status=422, pointer="/amount")
        return Response(status_code=204)

    router.add_api_route(path("{community}"), called_back, methods=["POST"], summary="WeChat Pay calls back")
    return router
