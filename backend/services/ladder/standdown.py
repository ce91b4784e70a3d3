"""Whoever was rung hears how it stands: that it was called off and is being verified, and in the end what came of it.

By a written word where one arrives, else by a short call: nobody sets out for what is over (practice 4, 19).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import resident
from backend.services import communities
from backend.services.ladder import reach, steps
from backend.services.ringing import rows
from bot.contract.messages import Address
from bot.contract.stored import text_to
from bot.contract.text import Text, t

CALLED_OFF = t(
    "{community}, duty desk: about the urgent matter that we called you for, they now say that it was nothing. "
    "We are having somebody make sure; you hear from us how it ends."
)
TAKEN_BACK = t(
    "{community}, duty desk: about the urgent matter that we called you for, they call for help again. "
    "It is not over; we are calling everybody once more."
)
OVER = t("{community}, duty desk: the urgent matter that we called you for is over. You need do nothing more.")
# To whoever had pressed a key, and so knows whose emergency it was.
OVER_OF = t("{community}, duty desk: {who}: {outcome}. Recorded by {name}. You need do nothing more.")
OUTCOMES: Mapping[str, Text] = {
    "helped": t("it is over, somebody helped on the spot", context="stand-down"),
    "ambulance": t("they are with the ambulance now", context="stand-down"),
    "fire": t("the fire brigade has taken over", context="stand-down"),
    "police": t("the police have taken over", context="stand-down"),
    "false": t("it was a false alarm, somebody has spoken with them", context="stand-down"),
}
_OTHER = t("it is over", context="stand-down")
_SOMEBODY = t("the person you were called for", context="stand-down")
_RUNG = frozenset({steps.CALLING, steps.SILENT, steps.ANSWERED})
_STAFF = frozenset({steps.DUTY, steps.GUARD, steps.FIRM})


def called_off(connection: Connection, found: Record, real: datetime) -> None:
    """By a word of theirs, which nobody has verified yet."""
    for step in _rung(connection, found):
        _tell(connection, found, step, CALLED_OFF, "off", real)


def taken_back(connection: Connection, found: Record, real: datetime) -> None:
    """They cry for help again. In writing alone: the round that begins now rings everybody anyway."""
    for step in _rung(connection, found):
        _write(connection, found, step, TAKEN_BACK, "on", real)


def over(connection: Connection, found: Record, by: str, outcome: str, real: datetime) -> None:
    """outcome: as it is stored; its first word is of OUTCOMES where the desk chose one."""
    came = OUTCOMES.get(outcome.partition(":")[0], _OTHER)
    for step in _rung(connection, found):
        if step.name == by:
            continue
        text = OVER
        if step.state == steps.ANSWERED:
            text = Text(OVER_OF.msgid, {"who": _who(connection, found), "outcome": came, "name": by})
        _tell(connection, found, step, text, "over", real)


def _rung(connection: Connection, found: Record) -> list[Record]:
    """Each number once, the one that answered before those that did not; of a quiet alarm only who is on duty."""
    kinds = _STAFF if found.quiet else _STAFF | {steps.CONTACT}
    known: dict[str, Record] = {}
    for step in steps.of(connection, found.id):
        if step.kind not in kinds or not step.phone or not (step.state in _RUNG or step.code):
            continue
        if step.phone not in known or step.state == steps.ANSWERED:
            known[step.phone] = step
    return list(known.values())


def _tell(connection: Connection, found: Record, step: Record, text: Text, what: str, real: datetime) -> None:
    written, said, once = _write(connection, found, step, text, what, real)
    ways = reach.of(connection, found.community_id)
    if not written and ways.voice and step.state in _RUNG:
        to = Address(reach.VOICE, step.phone, ways.voice)
        wanted = rows.Wanted(found.community_id, rows.NEWS, to, once, {"say": text_to(said)})
        rows.place(connection, wanted, real, real, urgent=True)


def _write(
    connection: Connection, found: Record, step: Record, text: Text, what: str, real: datetime
) -> tuple[bool, Text, str]:
    """Whether it was written anywhere, the sentence, and its cause."""
    ways = reach.of(connection, found.community_id)
    said = Text(text.msgid, {**text.params, "community": communities.name(connection, found.community_id)})
    once = f"ladder:{step.id}:{what}:{real.isoformat(timespec='seconds')}"
    if step.kind not in reach.READS:
        return False, said, once
    return bool(reach.write(connection, ways, found.community_id, step.phone, said, once, real)), said, once


def _who(connection: Connection, found: Record) -> str | Text:
    if found.who:
        return str(found.who)
    rows_ = select(resident.c.name).where(resident.c.id == found.reporter_id)
    name = connection.execute(rows_).scalar_one_or_none() if found.reporter_id is not None else None
    return str(name) if name else _SOMEBODY
