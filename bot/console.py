"""What the staff console is handed of the product, so that it knows neither the engine nor the channels."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from backend.console.parts import Parts
from backend.console.words import INTENTS
from bot import history
from bot.contract.messages import Address
from bot.contract.ports import Media
from bot.contract.talk import Talk
from bot.contract.text import Text
from bot.desk import Desk
from bot.school import School
from bot.settings import Settings


def parts(settings: Settings, desk: Desk, say: Callable[[Text, str], str], media: Media, school: School) -> Parts:
    def review(connection: Connection, who: Address) -> Talk:
        now, default = desk.clock.now(), desk.default_language
        return history.review(connection, desk.memory, desk.speaker, who, "", now, default)

    return Parts(
        db=desk.db,
        clock=desk.clock,
        say=say,
        review=review,
        media=media,
        flows={name: flow.title for name, flow in desk.book.flows.items()},
        communities={key: settings.community(key) for key in settings.communities},
        languages=tuple(settings.languages),
        secure=settings.public_url.startswith("https://"),
        demo=settings.demo,
        school=school,
        labels=_labels(desk),
        slots={slot.name: slot.label for flow in desk.book.flows.values() for slot in flow.slots},
    )


def _labels(desk: Desk) -> dict[str, Text]:
    """Every intent that the bot knows, as clerks call it."""
    known: frozenset[str] = getattr(desk.interpreter, "names", frozenset())
    titled = {intent: desk.book.flows[flow].title for intent, flow in desk.book.by_intent.items()}
    found = {**titled, **INTENTS}
    return {name: found.get(name) or Text(name.replace("_", " ")) for name in sorted(known)}
