"""WhatsApp's webhook: signed over the very bytes; 200 as soon as all of it is stored."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.contract.body import body_of
from bot.contract.channel import Outward, Ports
from bot.contract.errors import NotTheirs, Refused
from bot.contract.messages import OutboundMessage, Profile
from channels.whatsapp.parse import parse
from channels.whatsapp.send import Way
from channels.whatsapp.settings import Number, numbers

log = logging.getLogger("linli.whatsapp")


class WhatsApp:
    """One business number for each account."""

    name = "whatsapp"
    profile = Profile.BUTTONS

    def routes(self, ports: Ports) -> APIRouter:
        router, known = APIRouter(), numbers(ports)
        for closed in ports.accounts.keys() - known.keys():
            log.warning("this account is closed: none of its secrets is set", extra={"account": closed})

        async def set_up(account: str, request: Request) -> PlainTextResponse:
            """Asked once, when the webhook is entered at Meta's."""
            number, asked = _of(known, account), request.query_params
            given = asked.get("hub.verify_token", "")
            if not hmac.compare_digest(given.encode(), number.verify_token.encode()):
                ports.turned_away()
                raise NotTheirs("the verify token is not ours")
            return PlainTextResponse(asked.get("hub.challenge", "")[:200])

        async def webhook(account: str, request: Request) -> JSONResponse:
            number, body = _of(known, account), await body_of(request)
            _signed(number, request, body, ports)
            await _take(ports, known, account, body)
            return JSONResponse({})

        path = "/channels/whatsapp/{account}"
        router.add_api_route(path, set_up, methods=["GET"], summary="WhatsApp's check of the webhook")
        router.add_api_route(path, webhook, methods=["POST"], summary="WhatsApp's messages and receipts")
        return router

    def outward(self, ports: Ports) -> Outward | None:
        known = numbers(ports)
        return Way(ports, known) if known else None


def _of(known: Mapping[str, Number], account: str) -> Number:
    if account not in known:
        raise Refused("there is no such account", status=404)
    return known[account]


def _signed(number: Number, request: Request, body: bytes, ports: Ports) -> None:
    given = request.headers.get("x-hub-signature-256", "")
    right = "sha256=" + hmac.new(number.app_secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given.encode(), right.encode()):
        ports.turned_away()
        raise NotTheirs("the signature is missing or wrong")


async def _take(ports: Ports, known: Mapping[str, Number], account: str, body: bytes) -> None:
    """All of a call or, where something cannot be stored, again: what was taken already is known by its id."""
    call = parse(body, account, known[account].number_id, ports.clock.now(), ports.media.name)
    for kind in call.ignored:
        ports.ignored(kind)
    for message in call.messages:
        unheard = await ports.handle(message)
        if unheard:
            await _say_at_once(ports, known, unheard)
    if call.fates:
        await ports.fates(account, call.fates)


async def _say_at_once(ports: Ports, known: Mapping[str, Number], replies: tuple[OutboundMessage, ...]) -> None:
    """Nothing could be stored and hop 8 knows nothing of it: who cried for help hears it all the same."""
    way = Way(ports, known)
    try:
        for reply in replies:
            await way.send(reply, f"unstored-{reply.in_reply_to}")
    finally:
        await way.close()


channel = WhatsApp()
