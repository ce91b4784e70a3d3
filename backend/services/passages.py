"""Who went in and out, as gates tell it: kept with the pass, each event once, by a clock that cannot be in the future.

The rule for clocks: a gate's time is taken as it is told, up to `SKEW` ahead of ours; one that is further ahead is a
clock that is wrong, so ours is taken and how far it was ahead is kept. A gate without network tells late: what is up to
`LATE` old is believed, what is older is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from backend.db import Record, insert_or
from backend.models.visitors import passage, revoked_token, visitor_pass
from backend.services import outbox, pass_keys, pass_token, webhooks
from backend.services.pass_token import SKEW
from backend.services.visitors import LIVE
from bot.contract.errors import Refused
from bot.contract.text import Clock, Text, t

LATE = timedelta(days=7)
ENTRY, EXIT = "entry", "exit"
DIRECTIONS: dict[str, Text] = {ENTRY: t("in", context="gate"), EXIT: t("out", context="gate")}
# Somebody went in on what must open nothing: a person looks at it.
_GRAVE = frozenset({"revoked", "forged", "unknown_key"})
_EVENTS = {ENTRY: "pass.entered", EXIT: "pass.left"}
_PUT = insert_or(passage).on_conflict_do_nothing(index_elements=["cause"])
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Told:
    """source, id: the event's own, unique together; at: by the gate's clock, None where it has none; token, code,
    number, plate: by what it opened, any or none of them."""

    source: str
    id: str
    gate: str
    direction: str
    at: datetime | None = None
    token: str = ""
    code: str = ""
    number: str = ""
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """number: of the pass, None where nobody expected them; ahead: seconds by which the gate's clock was wrong, where
    it was; refused: why our rules would not have opened, for an entry; new: False for an event that was told before."""

    number: str | None
    at: datetime
    ahead: int | None
    refused: str | None
    new: bool


def passed(connection: Connection, community: str, told: Told, now: datetime, real: datetime) -> Passed:
    """Raises `Refused` for what is too old to be believed."""
    cause = hashlib.sha256("\n".join((community, "gate", told.source, told.id)).encode()).hexdigest()
    at, ahead = _time(told.at, now)
    found, refused = _pass_of(connection, community, told, at)
    refused = refused if told.direction == ENTRY else None
    row = {"community_id": community, "cause": cause, "pass_id": found.id if found is not None else None}
    row |= {"gate": told.gate[:80], "direction": told.direction, "plate": told.plate[:20] or None, "at": at}
    new = connection.execute(_PUT, {**row, "ahead": ahead, "refused": refused, "told_at": now}).rowcount > 0
    if not new:
        return _known(connection, cause)
    if refused in _GRAVE:
        body = {"gate": told.gate[:80], "pass": found.number if found is not None else "", "refused": refused}
        outbox.call_staff(connection, community, body, f"gate:{cause}", real)
    if found is not None:
        data = {"id": found.id, "number": found.number, "gate": told.gate[:80], "at": at.isoformat()}
        webhooks.publish(connection, community, _EVENTS[told.direction], {**data, "community": community})
    return Passed(found.number if found is not None else None, at.astimezone(UTC), ahead, refused, new=True)


def _time(told: datetime | None, now: datetime) -> tuple[datetime, int | None]:
    if told is None:
        return now, None
    if told > now + SKEW:
        return now, int((told - now).total_seconds())
    if told < now - LATE:
        raise Refused("this is older than gates may tell late", pointer="/time")
    return told, None


def _known(connection: Connection, cause: str) -> Passed:
    joined = passage.outerjoin(visitor_pass, passage.c.pass_id == visitor_pass.c.id)
    rows = select(passage, visitor_pass.c.number).select_from(joined).where(passage.c.cause == cause)
    row = connection.execute(rows).one()
    return Passed(row.number, row.at, row.ahead, row.refused, new=False)


def _pass_of(connection: Connection, community: str, told: Told, at: datetime) -> tuple[Record | None, str | None]:
    """The pass, and why it should not have opened then."""
    if told.token:
        return _by_token(connection, community, told.token, at)
    mine = select(visitor_pass).where(visitor_pass.c.community_id == community)
    if told.number:
        rows = mine.where(visitor_pass.c.number == told.number.upper())
    elif told.code:
        rows = mine.where(visitor_pass.c.code == told.code.replace(" ", ""))
    elif told.plate:
        inside = (visitor_pass.c.opens_at <= at + SKEW, visitor_pass.c.closes_at >= at - SKEW)
        rows = mine.where(*inside, visitor_pass.c.state == LIVE)
    else:
        return None, None
    found = list(connection.execute(rows.order_by(visitor_pass.c.id.desc()).limit(500)))
    if not told.number and not told.code:
        plate = _plain(told.plate)
        found = [row for row in found if plate in {_plain(one) for one in row.plates}]
    # A code may come again: of several, the one whose time it was.
    best = next((row for row in found if row.opens_at - SKEW <= at <= row.closes_at + SKEW), None)
    best = best if best is not None else next(iter(found), None)
    return (
        (None, "unknown" if told.number or told.code else None) if best is None else (best, _why(connection, best, at))
    )


def _plain(plate: str) -> str:
    return "".join(letter for letter in plate.upper() if letter.isalnum())


def _by_token(connection: Connection, community: str, token: str, at: datetime) -> tuple[Record | None, str | None]:
    verdict = pass_token.verify(token, pass_keys.ring(connection, community), at)
    if verdict.claims is None:
        return None, verdict.refused
    serial = verdict.claims.serial
    mine = (visitor_pass.c.community_id == community, visitor_pass.c.serial == serial)
    found = connection.execute(select(visitor_pass).where(*mine)).one_or_none()
    if found is not None:
        return found, _why(connection, found, at)
    # A pass that was changed has another token since: the one before is on the list.
    same = (revoked_token.c.community_id == community, revoked_token.c.serial == serial)
    listed = select(revoked_token.c.id).where(*same)
    return None, "revoked" if connection.execute(listed).first() is not None else "unknown"


def _why(connection: Connection, found: Record, at: datetime) -> str | None:
    if found.state == "revoked" and (found.ended_at is None or found.ended_at <= at):
        return "revoked"
    return pass_token.verify(found.token, pass_keys.ring(connection, found.community_id), at).refused


def of_pass(connection: Connection, key: str) -> list[Record]:
    """The newest first."""
    rows = select(passage).where(passage.c.pass_id == key).order_by(passage.c.at.desc(), passage.c.id.desc())
    return list(connection.execute(rows.limit(SHOWN)))


def of_home(connection: Connection, community: str, home: int) -> list[Record]:
    """With the pass's number and guest, the newest first."""
    joined = passage.join(visitor_pass, passage.c.pass_id == visitor_pass.c.id)
    rows = select(passage, visitor_pass.c.number, visitor_pass.c.visitor_name).select_from(joined)
    mine = (passage.c.community_id == community, visitor_pass.c.household_id == home)
    return list(connection.execute(rows.where(*mine).order_by(passage.c.at.desc()).limit(SHOWN)))


def newest(connection: Connection, community: str, keys: Sequence[str]) -> dict[str, Record]:
    """The last time that somebody passed, by pass."""
    rows = select(passage).where(passage.c.community_id == community, passage.c.pass_id.in_(list(keys)))
    found = connection.execute(rows.order_by(passage.c.at, passage.c.id)) if keys else ()
    return {row.pass_id: row for row in found}


def words(row: Record, zone: datetime) -> Text:
    """As the host reads it; zone: any time on the host's clock."""
    at = Clock(row.at.astimezone(zone.tzinfo))
    if row.direction == ENTRY:
        return t("came in at {gate}, {at}", gate=row.gate, at=at)
    return t("went out at {gate}, {at}", gate=row.gate, at=at)
