"""What the person in danger hears after the cry: who is coming once somebody pressed, never before (practice 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import outbox
from bot.contract.text import Text, t

COMING = t(
    "{name} is on the way. Keep your phone near; tell me if anything changes.",
    spoken="{name} is on the way. Keep your phone near. Tell me if anything changes.",
)
COMING_IN = t(
    "{name} is on the way and says about {minutes} minutes. Keep your phone near; tell me if anything changes.",
    spoken="{name} is on the way and says about {minutes} minutes. Keep your phone near. Tell me if anything changes.",
)
# To somebody who has no strength left: nothing to do, nothing to explain.
FOR_YOU = t("{name} has read what you wrote and is coming to be with you. You need not explain anything.")
THERE = t("{name} is there now, with them.")
LAPSED = t(
    "{name} has not told us yet that they are with you, so we are looking for somebody else too. "
    "If somebody is with you, tell me; if it gets worse, dial {number} yourself.",
    spoken="{name} has not told us yet that they are with you, so we are looking for somebody else too. "
    "If somebody is with you, tell me. If it gets worse, dial {number} yourself.",
)
OVER = t(
    "{name} has put down that this call for help is over. If anything is still wrong, tell me at once.",
    spoken="{name} has put down that this call for help is over. If anything is still wrong, tell me at once.",
)


def accepted(connection: Connection, found: Record, by: str, minutes: int | None, real: datetime) -> None:
    """minutes: only what that person said, None where they said none."""
    if found.kind == "suicide":
        text = _with(FOR_YOU, name=by)
    elif minutes is None:
        text = _with(COMING, name=by)
    else:
        text = _with(COMING_IN, name=by, minutes=minutes)
    _tell(connection, found, text, f"coming:{by}:{real.isoformat()}", real)


def arrived(connection: Connection, found: Record, by: str, real: datetime) -> None:
    """Who is with them sees it; who called for somebody else does not."""
    if found.who is not None:
        _tell(connection, found, _with(THERE, name=by), "there", real)


def lapsed(connection: Connection, found: Record, number: str, real: datetime) -> None:
    text = _with(LAPSED, name=found.accepted_by or "", number=number)
    _tell(connection, found, text, f"lapsed:{real.isoformat()}", real)


def closed(connection: Connection, found: Record, by: str, real: datetime) -> None:
    if found.kind != "suicide":
        _tell(connection, found, _with(OVER, name=by), "over", real)


def exhausted(connection: Connection, found: Record, text: Text, number: int, real: datetime) -> None:
    """number: of the round; each says it once."""
    _tell(connection, found, text, f"{number}:told", real)


def news(connection: Connection, found: Record, say: Sequence[Text], what: str, real: datetime) -> None:
    """Whatever else there is to say while it lasts."""
    for place, text in enumerate(say):
        _tell(connection, found, text, f"{what}:{place}", real)


def _tell(connection: Connection, found: Record, text: Text, what: str, real: datetime) -> None:
    """Nothing is ever shown on the screen of a quiet alarm: somebody may look over their shoulder (practice 2)."""
    if found.conversation_id is not None and not found.quiet:
        outbox.push(connection, found.conversation_id, text, f"ladder:{found.id}:{what}"[:120], real, last=True)


def _with(text: Text, **params: str | int) -> Text:
    return Text(text.msgid, params, spoken=text.spoken)
