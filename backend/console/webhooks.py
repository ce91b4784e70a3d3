"""Who is told what happens here, which secret signed which delivery, what became of each, and sending it again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, moment_of, whole
from backend.console.words import SENT_OUT
from backend.db import Record
from backend.services import audit, ledger, webhook_secrets, webhooks
from backend.services.webhook_secrets import Known
from bot.contract.errors import Refused
from bot.contract.text import t

PAGE = "/console/webhooks"
SHOWN = 25
_MARK = re.compile(r"[0-9a-f]{8}")


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Webhooks(door)
    door.add(router, "GET", PAGE, desk.list)
    door.add(router, "GET", "/console/webhooks/{key}", desk.one)
    door.add(router, "POST", "/console/webhooks/{key}/test", desk.test)
    door.add(router, "POST", "/console/webhooks/{key}/enable", desk.enable)
    door.add(router, "POST", "/console/webhooks/{key}/replay", desk.replay_range)
    door.add(router, "POST", "/console/deliveries/{key}/replay", desk.replay)
    return router


class Webhooks:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        rows = await self._parts.db.read(lambda c: webhooks.listed(c, visit.community))
        known = {row.id: _known(row, visit.real) for row in rows}
        return self._pages.show(visit, "webhooks.html", rows=rows, secrets=known, **await banner_of(visit))

    async def one(self, visit: Visit) -> Response:
        key, state, mark = visit.path("key"), visit.asked("state", 10), visit.asked("secret", 8)
        wanted = ledger.Wanted(
            visit.community,
            state if state in SENT_OUT else None,
            before=whole(visit.asked("before")),
            limit=SHOWN,
            webhook=key,
            signed=mark if _MARK.fullmatch(mark) else None,
        )

        def work(connection: Connection) -> dict[str, Any]:
            row = webhooks.one(connection, visit.community, key)
            deliveries = ledger.listed(connection, wanted)
            tries = ledger.tries_of(connection, [one.id for one in deliveries])
            return {"row": row, "deliveries": deliveries, "tries": tries, "secrets": _known(row, visit.real)}

        known = await self._parts.db.read(work)
        ends = {one.mark: one.ends for one in known["secrets"]}
        more: dict[str, Any] = {
            "signers": lambda tries: list(dict.fromkeys(mark for one in tries for mark in one.signed_by or ())),
            "ends": lambda mark: f"…{ends[mark]}" if ends.get(mark) else mark,
            "states": SENT_OUT,
            "state": wanted.state,
            "secret": wanted.signed,
            "page": SHOWN,
        }
        return self._pages.show(visit, "webhook.html", **known, **more, **await banner_of(visit))

    async def test(self, visit: Visit) -> Response:
        visit.fields()
        community, key, real = visit.community, visit.path("key"), visit.real
        return await self._do(visit, "webhook.tested", lambda c: webhooks.try_out(c, community, key, real))

    async def enable(self, visit: Visit) -> Response:
        visit.fields()
        community, key = visit.community, visit.path("key")
        return await self._do(visit, "webhook.enabled", lambda c: webhooks.enable(c, community, key))

    async def replay_range(self, visit: Visit) -> Response:
        since, until, all_ = visit.fields("since", "until", "all?")
        now = visit.now
        span = ledger.Range(moment_of(since, "/since", now), moment_of(until, "/until", now), not all_)
        community, key, real = visit.community, visit.path("key"), visit.real

        def work(connection: Connection) -> None:
            if not ledger.replay_range(connection, community, key, span, real):
                raise Refused("nothing to send", t("Nothing of that time is there to be sent again."), status=409)

        return await self._do(visit, "webhook.replayed", work)

    async def replay(self, visit: Visit) -> Response:
        visit.fields()
        community, key, real = visit.community, visit.number("key"), visit.real

        def work(connection: Connection) -> None:
            row = ledger.one(connection, community, key)
            if row is None or row.channel != webhooks.CHANNEL:
                raise Refused("no such delivery", status=404)
            ledger.replay(connection, community, key, real)

        return await self._do(visit, "delivery.replayed", work)

    async def _do(self, visit: Visit, what: str, work: Callable[[Connection], object]) -> Response:
        """Written down with who did it."""
        who, key, real = visit.who, visit.path("key"), visit.real

        def whole(connection: Connection) -> None:
            work(connection)
            audit.note(connection, who.community, who.login, what, f"{what.partition('.')[0]} {key}", real)

        await self._parts.db.write(whole)
        return done(visit, f"{PAGE}/{key}" if what.startswith("webhook") else PAGE)


def _known(row: Record, real: datetime) -> list[Known]:
    """The newest first; of one that was never another's successor, it is known when it was made."""
    found = [webhook_secrets.known(row.id, item, real) for item in row.secrets]
    return [one.of(row.created_at) if len(found) == 1 else one for one in found]
