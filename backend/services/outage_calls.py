"""What is announced for some homes, read over the telephone to those whom no app reaches (beyond C and J)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from backend.db import Record
from backend.models.ladder import care
from backend.models.people import address, resident
from backend.services import calls, communities
from backend.services.ladder import reach
from backend.services.ringing import notice
from bot.contract.messages import Address
from bot.contract.text import Text

# Nothing is an app that is a telephone itself.
_TELEPHONES = ("phone", "sms")


@dataclass(frozen=True, slots=True)
class News:
    """cause: one call for each; texts: what is read, by language, with the default under ""; until: when it is over."""

    cause: str
    texts: Mapping[str, Text]
    until: datetime | None


def ring(
    connection: Connection,
    community: str,
    people: Sequence[int],
    news: News,
    now: datetime,
    real: datetime,
) -> int:
    """How many telephones are rung: by day, within each one's budget, and not once it is over (practice 29)."""
    voice = reach.of(connection, community).voice
    here = communities.here(connection, community, now)
    placed = 0
    for one in _whom(connection, people, here) if voice and people else ():
        to = Address(reach.VOICE, one.phone, voice)
        text, once = news.texts.get(one.language or "", news.texts[""]), f"outage:{news.cause}:{one.phone}"
        spoken, until = one.language, news.until
        done = notice.place(connection, community, to, (text,), once, here, real, language=spoken, until=until)
        placed += done is not None
    return placed


def _whom(connection: Connection, people: Sequence[int], now: datetime) -> list[Record]:
    """Who of them is old, alone or wishes to be spoken to slowly, and has no app that we write to; each number
    once, and nobody who would not hear it."""
    old = resident.c.birth_year <= now.year - calls.OLD
    apps = select(address.c.id).where(
        address.c.resident_id == resident.c.id,
        address.c.verified_at.is_not(None),
        address.c.unreachable_at.is_(None),
        address.c.channel.not_in(_TELEPHONES),
    )
    rows = (
        select(resident.c.id, resident.c.phone, resident.c.language)
        .select_from(resident.outerjoin(care, care.c.resident_id == resident.c.id))
        .where(
            resident.c.id.in_(list(people)),
            resident.c.phone.is_not(None),
            or_(old, resident.c.lives_alone, resident.c.slow),
            or_(care.c.deaf.is_(None), care.c.deaf.is_(False)),
            ~apps.exists(),
        )
        .order_by(resident.c.id)
    )
    return list({row.phone: row for row in connection.execute(rows)}.values())
