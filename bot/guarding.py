"""Who holds a key speaks for residents of its own community, and for those of no other (X1)."""

from __future__ import annotations

from backend.services import keys
from bot.contract.errors import NotTheirs
from bot.desk import Desk
from bot.settings import Settings

DEMO = "demo"


async def guard(desk: Desk, settings: Settings, channel: str, authorization: str | None) -> str:
    """The account of this channel that the header opens. Open to a newcomer's curl in demo mode, which listens on
    loopback only; a key's door elsewhere."""
    known = settings.channels.get(channel)
    accounts = {name: bound.community for name, bound in known.accounts.items()} if known else {}
    if settings.demo:
        return DEMO if DEMO in accounts else next(iter(accounts), DEMO)
    try:
        caller = await desk.db.read(lambda c: keys.identify(c, authorization, desk.clock.real(), demo=False))
        caller.must("messages")
        account = next((name for name, community in accounts.items() if community == caller.community), None)
        if account is None:
            raise NotTheirs("this key's community has no account here")
    except NotTheirs:
        desk.metrics.refused.labels(channel).inc()
        raise
    return account
