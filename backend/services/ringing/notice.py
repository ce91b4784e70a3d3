"""A call that reads something out and is not done before a person says that they have heard it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.db import Record
from backend.services import contact
from backend.services.ringing import rows
from backend.services.ringing.rows import Wanted
from backend.services.ringing.script import Given, Said, digits, name_of
from backend.services.ringing.words import means
from bot.contract.messages import Address
from bot.contract.stored import text_from, text_to
from bot.contract.text import Text, t

# Three times in all, at another hour of the day each time.
AGAIN = (timedelta(minutes=30), timedelta(hours=3))
# One call a day that is not urgent, and two a week (practice 29); what may be tried again counts once.
A_DAY, A_WEEK, MOST_A_WEEK = timedelta(hours=20), timedelta(days=7), 2
_BEGINS = t("This is the front desk of {community}.")
_HEARD_IT = t("If you have heard it, press 1. To hear it again, press 2.")
# Asked of whoever sounds like a machine: a machine keys no number that it has just been told.
_KEY = t("If you have heard it, key {code}.")
_THANKS = t("Thank you. Goodbye.")
BACK = t("For a person, call this number back at any time. Goodbye.")
_WORDS = (t("I have heard it", context="said"), t("again", context="said"))


def place(
    connection: Connection,
    community: str,
    to: Address,
    texts: Sequence[Text],
    once: str,
    now: datetime,
    real: datetime,
    *,
    language: str | None = None,
    until: datetime | None = None,
) -> str | None:
    """Read this to whoever has this number, by day and within their budget; None where the same cause has a call.

    until: from then on it is no news any more.
    """
    about: dict[str, object] = {"say": [text_to(text) for text in texts]}
    if until is not None:
        about["until"] = until.isoformat()
    wanted = Wanted(community, rows.NOTICE, to, f"notice:{once}"[:120], about, language)
    return rows.place(connection, wanted, real + (by_day(now) - now), real, urgent=False)


def by_day(now: datetime) -> datetime:
    """Now, or the next morning."""
    if contact.is_day(now):
        return now
    morning = now.replace(hour=contact.OPENS, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + timedelta(days=1)


def within_budget(connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
    """When this call, which can wait, may ring; None where this number was rung often enough this week."""
    if rows.rang(connection, found, real, A_WEEK) >= MOST_A_WEEK:
        return None
    at = by_day(now)
    if rows.rang(connection, found, real, A_DAY):
        at = by_day(max(at, now + A_DAY))
    return at


def _is_stale(found: Record, at: datetime) -> bool:
    until = found.about.get("until")
    return until is not None and at >= datetime.fromisoformat(until)


class _Notice:
    """`Purpose` of a notice."""

    urgent = False

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        at = within_budget(connection, found, now, real)
        return None if at is None or _is_stale(found, at) else at

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        said = found.about["say"]
        # A row of before held a single one.
        every = said if isinstance(said, list) else [said]
        texts = (replace(_BEGINS, params={"community": name_of(found)}), *(text_from(one) for one in every))
        if found.machine:
            asked = replace(_KEY, params={"code": digits(found.code)})
            return Said((*texts, asked), 1, keys=len(found.code))
        return Said((*texts, _HEARD_IT), 1, keys=1, hears=True, hints=_WORDS)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        if found.machine and given.keys != found.code:
            return None
        if given.keys == "0":
            return Said((BACK,))
        if given.keys == "2" or (not given.keys and means("again", given.words)):
            return self.question(connection, found, 1)
        if found.machine or given.keys == "1" or (not given.keys and means("heard", given.words)):
            rows.become(connection, found.id, rows.ACCEPTED)
            return Said((_THANKS,))
        return None

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        if found.tries <= len(AGAIN):
            at = by_day(now + AGAIN[found.tries - 1])
            if _is_stale(found, at):
                return
            rows.again(connection, found, channel, real + (at - now), urgent=False)


NOTICE = _Notice()
