"""The daily call: one key or a word says that all is well; what sounds otherwise is a person's to look after."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import care, daily
from backend.services.ringing import cry, rows
from backend.services.ringing.script import Given, Said, digits, name_of
from backend.services.ringing.words import means
from bot.contract.text import t

WELL, DANGER = "1", "9"
_ASKS = t("Good day, this is {community}. Are you all right? If you are, press 1. For help, press 9 or just speak.")
_PROVED = t("Good day, this is {community}. If you are all right, key {code}.")
_GLAD = t("Good to hear. Have a good day, until tomorrow. Goodbye.")
_WORDS = (t("I am fine", context="said"), t("I need help", context="said"))


class _Daily:
    """`Purpose` of it. It rings at the hour that they chose."""

    urgent = False

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        row = care.of(connection, found.community_id, found.about["resident"])
        asked = datetime.fromisoformat(found.about["asked"])
        answered = row is None or row.daily is None or (row.well_at is not None and row.well_at >= asked)
        return None if answered else now

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        house = name_of(found)
        if found.machine:
            return Said((replace(_PROVED, params={"community": house, "code": digits(found.code)}),), 1, keys=2)
        return Said((replace(_ASKS, params={"community": house}),), 1, keys=1, hears=True, hints=_WORDS)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        if given.keys == (found.code if found.machine else WELL) or _says_well(found, given):
            rows.become(connection, found.id, rows.ACCEPTED)
            care.well(connection, found.about["resident"], given.real)
            return Said((_GLAD,))
        if given.keys == DANGER or (given.words and not found.machine and not means("hello", given.words)):
            rows.become(connection, found.id, rows.REFUSED, "danger")
            kind, words = ("plea" if given.keys == DANGER else given.danger or cry.DOUBT), given.words or DANGER
            whose, cause = found.about["resident"], f"call:{found.id}"
            daily.raise_check(connection, found.community_id, whose, kind, words, cause, given.now, given.real)
            return Said((cry.heard(connection, found),))
        return None

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        """The next stage has its own clock."""


def says_well(words: str) -> bool:
    """Said or written: well, and nothing to the contrary; a hello tells neither."""
    return bool(words) and means("well", words) and not (means("unwell", words) or means("hello", words))


def _says_well(found: Record, given: Given) -> bool:
    return not found.machine and says_well(given.words)


DAILY = _Daily()
