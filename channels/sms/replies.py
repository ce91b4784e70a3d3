"""What Tencent tells us of text messages: what became of ours, and what people sent back.

Its callbacks bear no signature: the word in their address, which only it was given, is all that proves them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.contract.body import body_of, read
from bot.contract.channel import Fate, Ports
from bot.contract.errors import NotTheirs, Refused, Unavailable
from bot.contract.messages import InboundMessage
from channels.sms.parse import said
from channels.tencent import Sender

LIMIT, MOST = 256_000, 1_000
TAKEN = {"result": 0, "errmsg": "OK"}
_STATES = {"SUCCESS": "delivered", "FAIL": "failed"}


def routes(router: APIRouter, ports: Ports, known: Mapping[str, Sender]) -> None:
    async def proved(account: str, word: str, request: Request) -> Any:
        sender = known.get(account)
        if sender is None:
            raise Refused("there is no such account", status=404)
        if not hmac.compare_digest(word.encode("utf-8", "replace"), sender.callback.encode()):
            ports.turned_away()
            raise NotTheirs("the address is not the one that Tencent was given")
        return read(await body_of(request, LIMIT))

    async def status(account: str, word: str, request: Request) -> JSONResponse:
        found = fates(await proved(account, word, request), ports.clock.real())
        if found:
            await ports.fates(account, found)
        return JSONResponse(TAKEN)

    async def reply(account: str, word: str, request: Request) -> JSONResponse:
        message = heard(await proved(account, word, request), account, ports.clock.now())
        # What is said in return goes out through hop 8; what comes back here could not be stored, and comes again.
        if await ports.handle(message):
            raise Unavailable("nothing could be written down")
        return JSONResponse(TAKEN)

    path = "/channels/sms/{account}/tencent/{word}"
    router.add_api_route(f"{path}/status", status, methods=["POST"], summary="What became of our text messages")
    router.add_api_route(f"{path}/reply", reply, methods=["POST"], summary="A text message sent back")


def fates(told: object, at: datetime) -> list[Fate]:
    """Raises `Refused` (400) for what Tencent never sends."""
    if not isinstance(told, list) or len(told) > MOST or not all(isinstance(one, dict) for one in told):
        raise Refused("a list of reports is expected", status=400)
    found: list[Fate] = []
    for one in told:
        serial, state = one.get("sid"), _STATES.get(str(one.get("report_status")))
        if not isinstance(serial, str) or not serial or state is None:
            raise Refused("this is no report", status=400)
        found.append(Fate(serial[:80], state, at, str(one.get("errmsg", ""))[:40] if state == "failed" else ""))
    return found


def heard(told: object, account: str, at: datetime) -> InboundMessage:
    """Raises `Refused` (400). They have no id: the same number, second and words are the same message."""
    known = told if isinstance(told, dict) else {}
    nation, mobile, text, second = (known.get(name) for name in ("nationcode", "mobile", "text", "time"))
    right = isinstance(nation, str) and isinstance(mobile, str) and isinstance(text, str)
    whole = isinstance(second, int) and not isinstance(second, bool)
    if not right or not whole or not (f"{nation}{mobile}".isascii() and f"{nation}{mobile}".isdecimal()):
        raise Refused("this is no text message", status=400)
    cause = "\n".join((str(nation), str(mobile), str(second), str(text)))
    key = hashlib.sha256(cause.encode("utf-8", "surrogatepass")).hexdigest()
    return said(str(text), key, f"+{nation}{mobile}"[:24], account, at)
