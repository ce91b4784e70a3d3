"""The doors for other systems: integrators' API, payment providers' callbacks, and cities by Open311."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter

from backend.api import open311, reading
from backend.api import routes as api
from backend.api.house import House
from backend.api.mapped import Becomes
from backend.api.payments import callback_routes
from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.routing import gather
from bot.contract.text import Text
from bot.contract.understanding import Danger
from bot.desk import Desk
from bot.settings import Settings


def routes(settings: Settings, desk: Desk, say: Callable[[Text, str], str]) -> APIRouter:
    router = APIRouter()
    house = House(
        db=desk.db,
        clock=desk.clock,
        communities={key: desk.memory.community(key) for key in settings.communities},
        languages=tuple(settings.languages),
        say=say,
        sounds=partial(_sounds, desk),
        demo=settings.demo,
        maps={key: _maps(settings, key) for key in settings.communities},
    )
    gather(router, api.routes(house), tags=("api",))
    gather(router, callback_routes(desk.db, desk.clock), tags=("payments",))
    gather(router, open311.routes(house))
    gather(router, reading.routes())
    return router


def _maps(settings: Settings, community: str) -> dict[str, Becomes]:
    """How vendors' own events become ours here."""
    found = settings.communities[community].events
    return {name: Becomes(one.becomes, one.fields, one.words, one.always) for name, one in found.items()}


def _sounds(desk: Desk, words: str) -> bool:
    """Whether words that no conversation belongs to tell of somebody in danger, or may."""
    message = InboundMessage("", Address("open311", ""), Kind.TEXT, desk.clock.now(), text=words)
    return desk.interpreter.understand(message).danger is not Danger.NONE
