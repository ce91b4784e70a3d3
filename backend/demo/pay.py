"""The demo provider's page: a Pay and a Cancel button, which call back exactly as a real provider does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import yaml
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.api.payments import take
from backend.db import Database, Record
from backend.providers.demo_payment import DemoPayment
from backend.services import payments
from backend.services.amounts import yuan
from bot.contract.errors import Refused
from bot.contract.ports import Clock

FOLDER = Path(__file__).resolve().parent
# No script, no frame, nothing from elsewhere.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def routes(db: Database, clock: Clock) -> APIRouter:
    router = APIRouter()
    provider = DemoPayment()
    page = (FOLDER / "pay.html").read_text(encoding="utf-8")
    form = (FOLDER / "pay_form.html").read_text(encoding="utf-8")
    states: dict[str, str] = yaml.safe_load((FOLDER / "pay_states.yml").read_text(encoding="utf-8"))

    async def show(key: str) -> Response:
        row, number = await db.read(lambda c: _found(c, key))
        state = _state(row, clock.real())
        body = page.replace("{amount}", f"{yuan(row.amount):,.2f}")
        body = body.replace("{state}", states[state].replace("{receipt}", number or ""))
        body = body.replace("{form}", form.replace("{id}", row.id) if state == "pending" else "")
        return HTMLResponse(body, headers=HEADERS)

    async def act(key: str, what: str) -> Response:
        row, _ = await db.read(lambda c: _found(c, key))
        if what not in ("pay", "cancel"):
            raise Refused("no such button", status=404)
        if _state(row, clock.real()) == "pending":
            headers, body = provider.tell(row.id, yuan(row.amount), paid=what == "pay", real=clock.real())
            await take(db, clock, provider, headers, body)
        return RedirectResponse(f"/demo/pay/{row.id}", status_code=303, headers=HEADERS)

    router.add_api_route("/demo/pay/{key}", show, methods=["GET"], summary="The demo's payment page")
    router.add_api_route("/demo/pay/{key}/{what}", act, methods=["POST"], summary="Its two buttons")
    return router


def _found(connection: Connection, key: str) -> tuple[Record, str | None]:
    row = payments.one(connection, key)
    return row, payments.receipt_of(connection, row.id)


def _state(row: Record, real: datetime) -> str:
    if row.state == "pending" and row.expires_at <= real:
        return "expired"
    return str(row.state)
