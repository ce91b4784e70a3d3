"""Online money as the composition root puts it together: a cashier for each community that has a merchant."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from backend import providers
from backend.providers.payment import Merchant
from backend.services import arrears
from backend.till import callbacks, pages
from backend.till.cashier import Cashier
from bot.beside import stopped, turn
from bot.contract.channel import Introduces
from bot.contract.errors import LinliError, Misconfigured
from bot.contract.routing import gather
from bot.contract.text import Text, t
from bot.desk import Desk
from bot.settings import Settings
from bot.work import Hop8

log = logging.getLogger("linli.money")

EVERY_SECONDS = 60.0
REMIND = timedelta(hours=1)
# A statement is made in the morning of the day after, by ten; one that was missed is fetched for so many days.
READY, DAYS = timedelta(hours=10, minutes=30), 7
_WORDS = t("{community}: property fees")


def merchants(settings: Settings, real: Callable[[], datetime]) -> dict[str, Merchant]:
    """By community. Raises `Misconfigured` for one that names WeChat Pay and lacks what it needs."""
    found: dict[str, Merchant] = {}
    for key, community in settings.communities.items():
        if community.payment != providers.WECHAT:
            continue
        from backend.providers.wechatpay.account import account
        from backend.providers.wechatpay.provider import WechatPay

        start = f"WECHATPAY_{key.upper().replace('-', '_')}_"
        secrets = {n.removeprefix(start).lower(): v for n, v in settings.vendors.items() if n.startswith(start)}
        base = settings.vendors.get("WECHATPAY_API_BASE", "")
        if not base and not settings.public_url.startswith("https://"):
            raise Misconfigured("WeChat Pay calls back over https only", file="LINLI_PUBLIC_URL")
        notify = f"{settings.public_url.rstrip('/')}{callbacks.path(key)}"
        found[key] = WechatPay(account(secrets, f"LINLI_{start.rstrip('_')}", base, notify), real)
    return found


def firsts(found: Mapping[str, Merchant]) -> frozenset[str]:
    """Of communities that share a merchant the first in config.yml: what none of them knows is asked about there."""
    by: dict[tuple[str, str], str] = {}
    for key, one in found.items():
        by.setdefault((one.name, one.number), key)
    return frozenset(by.values())


class Money:
    """cashiers: by community, empty where money is taken at the desk only."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._settings, self._desk = settings, desk
        self._reminded: dict[str, datetime] = {}
        known = merchants(settings, lambda: desk.clock.real())
        first = firsts(known)
        self.cashiers: Mapping[str, Cashier] = {
            key: Cashier(desk.db, desk.clock, key, merchant, self._words(key), first=key in first)
            for key, merchant in known.items()
        }

    def _words(self, key: str) -> str:
        """What the payer reads in their own app's list of payments."""
        names, language = self._settings.communities[key].names, self._desk.default_language
        title = names.get(language) or next(iter(names.values()))
        return self._desk.speaker.words(Text(_WORDS.msgid, {"community": title}), language, self._desk.clock.now())

    def routes(self, say: Callable[[Text, str], str], senders: Mapping[str, Hop8]) -> APIRouter:
        router, settings, desk = APIRouter(), self._settings, self._desk
        shop = pages.Shop(
            db=desk.db,
            clock=desk.clock,
            say=say,
            communities={key: settings.community(key) for key in settings.communities},
            languages=tuple(settings.languages),
            home=settings.public_url,
            cashiers=self.cashiers,
            inside=lambda community: self._inside(community, senders),
        )
        gather(router, pages.routes(shop))
        gather(router, callbacks.routes(self.cashiers), tags=("payments",))
        return router

    def _inside(self, community: str, senders: Mapping[str, Hop8]) -> tuple[Introduces, str] | None:
        """The account of WeChat whose app id the merchant is bound to: only its users' ids can pay there."""
        way, channel = senders.get("wechat"), self._settings.channels.get("wechat")
        cashier = self.cashiers.get(community)
        if way is None or channel is None or cashier is None or not isinstance(way.way, Introduces):
            return None
        for name, one in channel.accounts.items():
            appid = self._settings.vendors.get(f"WECHAT_{name.upper().replace('-', '_')}_APPID", "")
            bound = appid and appid == getattr(cashier.merchant, "appid", "")
            if one.community == community and bound and way.way.introduces(name):
                return way.way, name
        return None

    async def run(self, stop: asyncio.Event) -> None:
        """One process of an installation asks after what nobody told us, and compares yesterday with the provider's."""
        if self._settings.place == "serve-1" and (self.cashiers or self._reminding):
            while not await stopped(stop, EVERY_SECONDS):
                for cashier in self.cashiers.values():
                    await turn(f"the till of {cashier.community}", partial(self._look, cashier))
                for community in self._reminding:
                    await turn(f"reminders in {community}", partial(self._remind, community))
        for cashier in self.cashiers.values():
            await cashier.merchant.end()

    @property
    def _reminding(self) -> list[str]:
        return [key for key, one in self._settings.communities.items() if one.arrears is not None]

    async def _remind(self, key: str) -> None:
        """Once an hour: whoever was told is not told again for days."""
        written, real = self._settings.communities[key], self._desk.clock.real()
        if written.arrears is None or real < self._reminded.get(key, real):
            return
        self._reminded[key] = real + REMIND
        rule = arrears.Rule(written.arrears.after, written.arrears.every)
        here = self._desk.clock.now().astimezone(ZoneInfo(written.timezone))
        try:
            homes = await self._desk.db.read(lambda c: arrears.due(c, key, rule, here))
            for at in range(0, len(homes), arrears.AT_ONCE):
                some = homes[at : at + arrears.AT_ONCE]
                work = partial(arrears.remind, community=key, rule=rule, now=here, real=real, homes=some)
                await self._desk.db.write(work)
        except LinliError as error:
            log.warning("nobody could be reminded: %s", error.reason, extra={"community": key})

    async def _look(self, cashier: Cashier) -> None:
        here = self._desk.clock.real().astimezone(ZoneInfo(self._settings.communities[cashier.community].timezone))
        try:
            await cashier.look()
            if here - here.replace(hour=0, minute=0, second=0, microsecond=0) >= READY:
                await cashier.catch_up(here, DAYS)
        except LinliError as error:
            log.warning("money could not be looked after: %s", error.reason, extra={"community": cashier.community})
