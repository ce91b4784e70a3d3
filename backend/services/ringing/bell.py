"""A bell on the telephone: who is at home hears who is at the gate, and admits with two digits spoken in the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services.bells import decided, ring_next, standing
from backend.services.ringing import rows
from backend.services.ringing.script import Given, Said, digits
from backend.services.ringing.words import digits_in, means
from bot.contract.text import Text, t

_ASKS = t("{visitor} is at {gate} and asks to come to you. To let them in, key {code}. To refuse, press 2, then hash.")
_ADMITTED = t("Thank you. The gate lets them in. Goodbye.")
_REFUSED = t("Thank you. They are not let in, and they are not told who is at home. Goodbye.")
_LATE = t("That has been settled already. Goodbye.")
_SOMEBODY = t("A visitor", context="bell")


class _Bell:
    """`Purpose` of a bell."""

    urgent = True

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        return now if standing(connection, found.about["bell"]).state == "ringing" else None

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        about = standing(connection, found.about["bell"])
        if about.state != "ringing":
            return Said((_LATE,))
        who: str | Text = about.visitor or _SOMEBODY
        params = {"visitor": who, "gate": about.gate, "code": digits(found.code)}
        return Said((replace(_ASKS, params=params),), 1, keys=2, hears=not found.machine)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        about = standing(connection, found.about["bell"])
        if about.state != "ringing":
            return Said((_LATE,))
        if given.keys == found.code or (not found.machine and digits_in(given.words) == found.code):
            rows.become(connection, found.id, rows.ACCEPTED)
            decided(connection, about, "admitted", str(found.about["name"]), given.real)
            return Said((_ADMITTED,))
        if given.keys == "2" or (not given.keys and not found.machine and means("refuses", given.words)):
            rows.become(connection, found.id, rows.REFUSED)
            decided(connection, about, "refused", str(found.about["name"]), given.real)
            return Said((_REFUSED,))
        return None

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        """The second contact, and then the house's policy."""
        about = standing(connection, found.about["bell"])
        if about.state == "ringing":
            ring_next(connection, about, found.account, channel, int(found.about["place"]) + 1, real)


BELL = _Bell()
