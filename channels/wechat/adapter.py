"""WeChat's door: a bad signature is turned away, whatever follows a good one is answered in time, and never as JSON."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.contract.body import body_of, not_announced
from bot.contract.channel import Outward, Ports
from bot.contract.errors import LinliError, NotTheirs, Refused, Unsupported
from bot.contract.line import line_of
from bot.contract.messages import Profile
from channels.wechat import asking, envelope
from channels.wechat.counter import Counter, Turn
from channels.wechat.send import Way
from channels.wechat.settings import CHANNEL, Door, doors

log = logging.getLogger("linli.wechat")

# Heard, and nothing to say: it does not ask again.
SUCCESS = "success"
# Rounds of the event loop until it knows who has hung up: while this process stood still nobody looked.
LOOKS = 2


class WeChat:
    """Official Accounts, one for each account of config.yml."""

    name = CHANNEL
    profile = Profile.TEXT

    def routes(self, ports: Ports) -> APIRouter:
        router, known = APIRouter(), doors(ports)
        for closed in ports.accounts.keys() - known.keys():
            log.warning("this account is closed: none of its secrets is set", extra={"account": closed})
        counter = Counter(ports, known)

        async def check(account: str, request: Request) -> Response:
            """Asked when the address is entered at WeChat's: the word comes back as it came."""
            try:
                envelope.proved(_of(known, account, request), request.query_params)
            except NotTheirs as error:
                return _turned_away(ports, account, error)
            except Refused as error:
                return _refused(ports, error)
            return PlainTextResponse(request.query_params.get("echostr", "")[:200])

        async def webhook(account: str, request: Request) -> Response:
            turn = counter.begun()
            try:
                door = _of(known, account, request)
                if not envelope.is_sealed(request.query_params) or "signature" in request.query_params:
                    envelope.proved(door, request.query_params)
                envelope.fresh(request.query_params, ports.clock.real())
                body = await body_of(request)
                await _looked(turn, request)
            except NotTheirs as error:
                return _turned_away(ports, account, error)
            except Refused as error:
                return _refused(ports, error)
            query = dict(request.query_params)
            answer = await _answered(ports, account, counter.take(account, query, body, turn))
            if turn.says:
                return await _leaves(counter, turn, request, answer)
            return answer

        path = f"/channels/{CHANNEL}/{{account}}"
        router.add_api_route(path, check, methods=["GET"], summary="WeChat's check of the address")
        router.add_api_route(path, webhook, methods=["POST"], summary="WeChat's messages and events")
        asking.routes(router, ports, known)
        return router

    def outward(self, ports: Ports) -> Outward | None:
        known = doors(ports)
        return Way(ports, known) if any(door.live for door in known.values()) else None


def _of(known: Mapping[str, Door], account: str, request: Request) -> Door:
    if account not in known:
        not_announced(request)
        raise Refused("there is no such account", status=404)
    return known[account]


def _turned_away(ports: Ports, account: str, error: NotTheirs) -> Response:
    ports.turned_away()
    log.warning("turned away: %s", error.reason, extra={"account": account})
    return PlainTextResponse("", status_code=403)


def _refused(ports: Ports, error: Refused) -> Response:
    ports.ignored(error.reason)
    return PlainTextResponse("", status_code=error.status)


# Held until they end: whoever hangs up ends nothing.
_going_on: set[asyncio.Task[str]] = set()


async def _answered(ports: Ports, account: str, work: Coroutine[None, None, str]) -> Response:
    """Nothing is said before it is written down who says the answer. Where that takes longer than WeChat waits, it asks
    again and finds the answer that the first request has begun; told "success" it would not, and a process that ended
    now would leave nobody to answer."""
    task = asyncio.create_task(work)
    _going_on.add(task)
    task.add_done_callback(_going_on.discard)
    await asyncio.wait({task})
    return _response(ports, account, task)


async def _looked(turn: Turn, request: Request) -> None:
    """Whether anybody holds the line; where the server does not tell at once, the event loop is asked."""
    turn.line = line_of(request.scope)
    if turn.line is None:
        for _ in range(LOOKS):
            await asyncio.sleep(0)
        turn.cut = await request.is_disconnected()


async def _leaves(counter: Counter, turn: Turn, request: Request, answer: Response) -> Response:
    """What leaves is noted; where nobody listens any more it does not leave."""
    await _looked(turn, request)
    if turn.is_over() or not turn.there():
        counter.unheard(turn)
        return PlainTextResponse(SUCCESS)
    return Leaving(counter, turn, answer)


class Leaving(Response):
    """Noted and written, with nothing in between: whichever of the two a process does not live to do, nobody is
    answered twice."""

    def __init__(self, counter: Counter, turn: Turn, answer: Response) -> None:
        super().__init__(answer.body, media_type=answer.media_type)
        self._counter, self._turn = counter, turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._counter.heard(self._turn)
        await super().__call__(scope, receive, send)


def _response(ports: Ports, account: str, task: asyncio.Task[str]) -> Response:
    """Whatever went wrong behind a good signature is ours to know: WeChat would show its own excuse for it."""
    error = task.exception()
    if isinstance(error, NotTheirs):
        return _turned_away(ports, account, error)
    if isinstance(error, Unsupported | Refused):
        ports.ignored(error.reason)
    elif isinstance(error, LinliError):
        log.error("not available: %s", error.reason.split("\n", 1)[0], extra={"account": account})
    elif error is not None:
        log.error("a message could not be taken", exc_info=error, extra={"account": account})
    elif task.result():
        return PlainTextResponse(task.result(), media_type="application/xml")
    return PlainTextResponse(SUCCESS)


channel = WeChat()
