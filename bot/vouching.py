"""A community's own site says who is signed in there: their conversation is opened, their home known by phone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.services import bindings, identities
from bot.contract.messages import Address, Proof

if TYPE_CHECKING:
    from bot.contract.channel import Vouched
    from bot.desk import Desk


async def vouch(desk: Desk, browser: Address, word: Vouched) -> None:
    """See `Ports.vouch`. A phone that is no resident's, or of two homes, leaves them a guest: nothing is guessed."""
    community = desk.binding(browser).community
    who = replace(browser, user=word.user)
    now, real = desk.clock.now(), desk.clock.real()

    def work(connection: Connection) -> None:
        identities.use(connection, community, browser.account, browser.user, word.claim, word.user, word.until)
        if word.phone:
            conversation = desk.memory.recall(connection, who, desk.binding(who), real)
            bindings.prove(connection, community, conversation.id, who, Proof("phone", word.phone), now)

    await desk.db.write(work, lane=who)


async def known(desk: Desk, browser: Address) -> str | None:
    """See `Ports.known`."""
    real = desk.clock.real()
    return await desk.db.read(lambda c: identities.of(c, browser.account, browser.user, real))
