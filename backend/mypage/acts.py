"""What residents do on their page: each by a form of theirs, each back to the page, and said there in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.db import Record
from backend.mypage.door import PATH, Door, back
from backend.mypage.looking import look
from backend.mypage.visit import Visit
from backend.services import own_acts, own_page, payments
from backend.services.fees import named
from bot.contract.errors import Refused
from bot.contract.text import Text, t

DONE: dict[str, Text] = {
    "manner": t("Done: we talk to you like this from now on."),
    "withdraw": t("Done: it is withdrawn."),
    "revoke": t("Done: this pass opens no gate any more."),
    "health": t("Done: the note on your health is erased."),
    "care": t("Done: in an emergency it is done as you wrote."),
    "proxy": t("Done: they may not act for you any more."),
    "notices": t("Done: we send you no more of these notices."),
    "unbind": t("Done: this account belongs to your home no more."),
}
CHANNELS: dict[str, Text] = {
    "web": t("Web chat", context="channel"),
    "rest": t("API", context="channel"),
    "socketio": t("Another web chat", context="channel"),
    "wechat": t("WeChat", context="channel"),
    "telegram": t("Telegram", context="channel"),
    "whatsapp": t("WhatsApp", context="channel"),
    "sms": t("SMS", context="channel"),
    "phone": t("Phone call", context="channel"),
}
_LANGUAGE = t("English", context="this language, in itself")


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    own = Own(door)
    door.add(router, "GET", "", own.show)
    door.add(router, "GET", "/pay/{key}", own.paying)
    for name in (
        "manner",
        "withdraw",
        "revoke",
        "pay",
        "health",
        "care",
        "proxy",
        "notices",
        "unbind",
        "close",
        "close-all",
    ):
        door.add(router, "POST", f"/{name}", getattr(own, name.replace("-", "_")))
    return router


class Own:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._parts = door.parts

    async def show(self, visit: Visit) -> Response:
        guest, zone = visit.who, visit.community.timezone
        found = await self._parts.db.read(lambda c: look(c, guest, zone, visit.now, visit.real))
        known: dict[str, Any] = {"seen": found, "channels": CHANNELS, "tongues": self._tongues()}
        known["done"] = DONE.get(visit.request.query_params.get("done", ""))
        known["total"] = sum(one.fen for month in found.owed for one in month)
        return self._door.pages.show(visit, "page.html", **known)

    def _tongues(self) -> list[tuple[str, str]]:
        return [(one, self._parts.say(_LANGUAGE, one)) for one in self._parts.languages]

    async def manner(self, visit: Visit) -> Response:
        language, slow = visit.field("language"), visit.form.get("slow") == "yes"
        if language not in self._parts.languages:
            raise Refused("no language of ours", pointer="/language")
        return await self._do(visit, "manner", lambda c: own_acts.speak(c, visit.who, language, slow, visit.real))

    async def withdraw(self, visit: Visit) -> Response:
        number = visit.field("number")
        act = own_acts.withdraw
        return await self._do(visit, "withdraw", lambda c: act(c, visit.who, number, visit.now, visit.real))

    async def revoke(self, visit: Visit) -> Response:
        number = visit.field("number")
        return await self._do(visit, "revoke", lambda c: own_acts.revoke(c, visit.who, number, visit.now, visit.real))

    async def pay(self, visit: Visit) -> Response:
        """The sum is read once more before anything is paid, and it is ours, not the form's."""
        keys, community = visit.ticked(), visit.community
        begun = await self._parts.db.write(lambda c: own_acts.pay(c, visit.who, community, keys, visit.now, visit.real))
        return back(f"{PATH}/pay/{begun.id}")

    async def paying(self, visit: Visit) -> Response:
        guest, key = visit.who, visit.path("key")

        def work(connection: Connection) -> dict[str, Any]:
            row = own_acts.paying(connection, guest, key)
            lines = [(named(part.fee, part.period), part.part) for part in _sorted(payments.shares(connection, row.id))]
            receipt = payments.receipt_of(connection, row.id)
            over = row.state != "pending" or row.expires_at <= visit.real
            return {"payment": row, "lines": lines, "receipt": receipt, "over": over}

        known = await self._parts.db.read(work)
        known["link"] = None if known["over"] else payments.link_for(visit.community, key)
        return self._door.pages.show(visit, "pay.html", **known)

    async def health(self, visit: Visit) -> Response:
        return await self._do(visit, "health", lambda c: own_acts.forget_health(c, visit.who, visit.real))

    async def care(self, visit: Visit) -> Response:
        form = {name: words.strip()[:300] for name, words in visit.form.items()}
        return await self._do(visit, "care", lambda c: own_acts.keep_care(c, visit.who, form, visit.now, visit.real))

    async def proxy(self, visit: Visit) -> Response:
        key = visit.number("proxy")
        return await self._do(visit, "proxy", lambda c: own_acts.end_proxy(c, visit.who, key, visit.real))

    async def notices(self, visit: Visit) -> Response:
        return await self._do(visit, "notices", lambda c: own_acts.stop_notices(c, visit.who, visit.real))

    async def unbind(self, visit: Visit) -> Response:
        key = visit.number("account")
        mine = await self._parts.db.write(lambda c: own_acts.unbind(c, visit.who, key, visit.real))
        return self._door.shut(visit) if mine else back(f"{PATH}?done=unbind")

    async def close(self, visit: Visit) -> Response:
        await self._parts.db.write(lambda c: own_page.close(c, visit.who, visit.real))
        return self._door.shut(visit)

    async def close_all(self, visit: Visit) -> Response:
        who = visit.who
        await self._parts.db.write(lambda c: own_page.close_all(c, who.community, who.conversation, visit.real))
        return self._door.shut(visit)

    async def _do(self, visit: Visit, name: str, act: Callable[[Connection], None]) -> Response:
        await self._parts.db.write(act, lane=visit.who.who)
        return back(f"{PATH}?done={name}")


def _sorted(shares: list[Record]) -> list[Record]:
    return sorted(shares, key=lambda one: (one.period or "", one.fee))
