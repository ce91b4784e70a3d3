"""Between our rows and the provider: what is asked outside stands in no transaction, what comes of it in one."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from backend.db import Database, Record
from backend.providers.payment import Merchant, Notice, Order, Return, Returned
from backend.services import orders, payments, refunds, statements
from backend.services.orders import Payer
from backend.services.payments import Settled
from bot.contract.errors import LinliError, Refused, Unavailable
from bot.contract.ports import Clock

log = logging.getLogger("linli.till")

# So many in a row that find nobody there are not asked one by one to the end.
STREAK = 5


class Cashier:
    """One community's merchant. words: what stands on the payer's own statement; first: of the communities that share
    this merchant the one that is asked about payments of which none of them knows."""

    def __init__(
        self, db: Database, clock: Clock, community: str, merchant: Merchant, words: str, *, first: bool = True
    ) -> None:
        self._db, self._clock, self._words = db, clock, words
        self.community, self.merchant, self._first = community, merchant, first

    async def order(self, key: str, who: Payer, address: str) -> str:
        """What this payer's screen needs. Raises `Refused` for a payment that is over, `Unavailable`."""
        real = self._clock.real()
        row, before = await self._db.write(lambda c: orders.place(c, key, who, real))
        # Two codes of one payment on two screens could both be paid.
        for number in before:
            await self._close(number)
        if orders.serves(row, real):
            return str(row.token)
        paid_for = await self._db.read(lambda c: self._mine(c, key))
        wanted = Order(row.id, who.way, paid_for.amount, self._words, paid_for.expires_at, who.payer, address)
        token = await self.merchant.order(wanted)
        await self._db.write(lambda c: orders.placed(c, row.id, who.way, token, self._clock.real()))
        return token

    def _mine(self, connection: Connection, key: str) -> Record:
        row = payments.one(connection, key)
        if row.community_id != self.community or row.provider != self.merchant.name:
            raise Refused("no such payment", status=404)
        return row

    async def _close(self, number: str) -> None:
        """Where the provider says that it was paid, it was: its word is asked for then."""
        try:
            await self.merchant.close(number)
        except Refused:
            if await self._asked_after(number) is not None:
                raise Refused("this payment is over", status=409) from None
        await self._db.write(lambda c: orders.shut(c, number))

    async def _asked_after(self, number: str) -> Settled | None:
        told = await self.merchant.paid(number)
        return await self.heard(told) if told is not None else None

    async def called_back(self, headers: Mapping[str, str], body: bytes) -> str:
        """A callback, proved and written down; returns what came of it."""
        told = self.merchant.read(headers, body, self._clock.real())
        if isinstance(told, Returned):
            return await self._returned(told)
        return (await self.heard(told)).outcome

    async def heard(self, told: Notice) -> Settled:
        now, real = self._clock.now(), self._clock.real()
        settled = await self._db.write(lambda c: orders.heard(c, self.community, told, now, real))
        if settled.outcome == "paid":
            for number in await self._db.read(lambda c: orders.others(c, told.payment)):
                try:
                    await self._close(number)
                except (Refused, Unavailable) as error:
                    log.warning("an order stays open for now", extra={"reason": error.reason})
        return settled

    async def _returned(self, told: Returned) -> str:
        now, real = self._clock.now(), self._clock.real()
        return await self._db.write(lambda c: refunds.heard(c, self.community, told, now, real))

    async def look(self) -> None:
        """What a callback should have told and did not, and refunds that wait. Raises `Unavailable`."""
        quiet = await self._db.read(lambda c: orders.quiet(c, self.community, self._clock.real()))
        await self._each({row.id: partial(self._look_at, row) for row in quiet})
        waiting = await self._db.read(lambda c: refunds.due(c, self.community))
        await self._each({wanted.number: partial(self._give_back, wanted) for wanted, _ in waiting})

    async def _each(self, works: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        """One of which nothing can be made holds up none of the others; several in a row are the provider's."""
        away = 0
        for number, work in works.items():
            try:
                await work()
            except Unavailable as error:
                away += 1
                log.warning("put off: %s", error.reason, extra={"number": number})
                if away >= STREAK:
                    raise
            except LinliError as error:
                log.error("nothing could be made of it: %s", error.reason, extra={"number": number})
            else:
                away = 0

    async def _give_back(self, wanted: Return) -> None:
        try:
            told = await self.merchant.give_back(wanted)
        except Refused as error:
            over = partial(refunds.refused, community=self.community, number=wanted.number, why=error.reason)
            await self._db.write(partial(over, now=self._clock.now(), real=self._clock.real()))
            return
        # Only the provider's own no fails it: what we make of its yes is not the money's end.
        await self._returned(told)

    async def _look_at(self, row: Record) -> None:
        real = self._clock.real()
        # Whatever comes of it, it is asked after more seldom from now on, and stands behind the others.
        await self._db.write(lambda c: orders.looked(c, row.id, real))
        if await self._asked_after(row.id) is None and orders.is_over(row, real):
            await self._close(row.id)

    async def reconcile(self, day: date) -> list[Record]:
        """The provider's day beside ours; what it has and we have not is asked after first. Returns what differs."""
        lines = await self.merchant.statement(day)
        unknown = await self._db.read(lambda c: statements.unknown_here(c, self.community, lines))
        await self._each({number: partial(self._asked_after, number) for number in unknown})
        name, real = self.merchant.name, self._clock.real()
        mine = (self.community, name, day, lines, real)
        return await self._db.write(lambda c: statements.compare(c, *mine, first=self._first))

    async def catch_up(self, here: datetime, days: int) -> None:
        """Days that were never compared; here: now, on the community's clock."""
        name, today = self.merchant.name, here.date()
        for day in await self._db.read(lambda c: statements.missing(c, self.community, name, today, days)):
            found = await self.reconcile(day)
            log.info("a day was compared", extra={"day": day.isoformat(), "differences": len(found)})
