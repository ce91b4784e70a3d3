"""Whoever we rang for something else is in danger: 9 on any call, or the words of a cry, are an alarm (practice 8)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import household, resident
from backend.services import alarms, bindings
from backend.services.ladder import reach
from backend.services.ringing import rows
from backend.services.ringing.script import Given, Said, digits
from bot.contract.messages import Address
from bot.contract.text import Text, t

KEY, REASON = "9", "danger"
# Of who says that they may be in danger, and no more: a person phones.
DOUBT = "check"
_HEARD = t("We have heard you and are finding somebody now. If it gets worse, call {number}.")


def is_cry(given: Given) -> bool:
    """Beyond doubt; a doubt is heard only where the words mean nothing else on this call."""
    return given.keys.startswith(KEY) or given.danger not in ("", DOUBT)


def raised(connection: Connection, found: Record, given: Given, whose: int | None = None) -> Said:
    """found: the call; whose: the resident that it was placed for, where that is known. Where they are is a guess."""
    sender = Address(reach.VOICE, found.phone, found.account)
    theirs = whose if whose is not None else bindings.only_one(connection, found.community_id, found.phone)
    joined = resident.outerjoin(household, household.c.id == resident.c.household_id)
    columns = (household.c.id, household.c.label)
    home = connection.execute(select(*columns).select_from(joined).where(resident.c.id == theirs)).one_or_none()
    cry = alarms.Cry(
        found.community_id,
        sender,
        given.danger or "plea",
        given.words or KEY,
        # Each try is another call: whoever presses in the second one is not in the danger of the first.
        f"call:{found.id}:{found.tries}",
        place=home.label if home is not None else None,
        home=home.id if home is not None else None,
        resident=theirs,
        sure=False,
    )
    alarms.raise_alarm(connection, cry, given.now, given.real)
    rows.become(connection, found.id, rows.REFUSED, REASON)
    return Said((heard(connection, found),))


def heard(connection: Connection, found: Record) -> Text:
    """Said to whoever cries on a call of ours."""
    number = reach.of(connection, found.community_id).emergency["ambulance"]
    return replace(_HEARD, params={"number": digits(number)})
