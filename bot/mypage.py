"""What the resident's own page is handed of the product, so that it knows neither the engine nor the channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter

from backend.mypage.parts import Parts
from backend.mypage.routes import routes
from bot.contract.channel import Introduces
from bot.contract.text import Text
from bot.desk import Desk
from bot.settings import Settings
from bot.work import Hop8


def own_page(settings: Settings, desk: Desk, say: Callable[[Text, str], str], senders: Mapping[str, Hop8]) -> APIRouter:
    parts = Parts(
        db=desk.db,
        clock=desk.clock,
        say=say,
        communities={key: settings.community(key) for key in settings.communities},
        languages=tuple(settings.languages),
        home=settings.public_url,
        secure=settings.public_url.startswith("https://"),
        demo=settings.demo,
        apps={name: one.way for name, one in senders.items() if isinstance(one.way, Introduces)},
    )
    return routes(parts)
