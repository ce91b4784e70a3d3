"""Under what was just filed: a button by which its resident allows one message later, where the app asks for that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.services import windows
from bot.contract.flow import Event
from bot.contract.messages import Link, Part
from bot.contract.text import t
from bot.engine.run import Run

if TYPE_CHECKING:
    from bot.desk import Desk

# So many are welcome already: nobody is asked under each answer.
ENOUGH = 3
_BUTTON = t("Tell me in WeChat when there is news")


def button(desk: Desk, connection: Connection, run: Run, events: Sequence[Event], real: datetime) -> tuple[Part, ...]:
    """Nothing where a question is open, or somebody is in danger: one thing at a time."""
    who, conversation = run.turn.message.sender, run.conversation
    way = desk.welcomes.get(who.channel)
    if way is None or run.ask is not None or conversation.sos is not None or not _is_filed(events):
        return ()
    known = windows.allowed(connection, who, real)
    if known is not None and known.agreed >= ENOUGH:
        return ()
    language = conversation.language or desk.default_language
    url = way.consent(who, conversation.seq, language, real)
    return (Link(desk.speaker.words(_BUTTON, language, run.turn.now), url),) if url else ()


def _is_filed(events: Sequence[Event]) -> bool:
    return any(event.name == "flow_completed" and event.data.get("case_no") for event in events)
