"""What a guard may look up: a pass by its code, with building and room, each look-up on record and guessing slowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from backend.db import Record, hold
from backend.models.people import building, household
from backend.models.visitors import gate_lookup, visitor_pass
from backend.services import pass_keys, pass_token
from backend.services.pass_token import Verdict
from backend.services.visitors import LIVE
from bot.contract.errors import Refused

# Ten wrong codes in five minutes is a guard with a bad line; more is somebody who guesses.
WRONG_ALLOWED = 10
WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Look:
    """refused: None when the gate may open, else why not (`backend.services.pass_token.Verdict`)."""

    found: Record
    refused: str | None


def allowed(connection: Connection, community: str, by: str, real: datetime) -> None:
    """Raise `Refused` with 429 while this caller's wrong codes are too many."""
    wrong = select(func.count(), func.max(gate_lookup.c.at)).where(
        gate_lookup.c.community_id == community,
        gate_lookup.c.by == by,
        gate_lookup.c.pass_id.is_(None),
        gate_lookup.c.at > real - WITHIN,
    )
    if connection.execute(wrong).one()[0] >= WRONG_ALLOWED:
        raise Refused("too many wrong codes; wait a few minutes, or ask the desk", status=429)


def look_up(connection: Connection, community: str, by: str, code: str, now: datetime, real: datetime) -> Look | None:
    """The newest pass with this code and whether it opens now; None when there is none, which counts as a guess."""
    # Guesses are counted: many at once must not all pass before the first is written down.
    hold(connection, "gate", community, by)
    allowed(connection, community, by, real)
    rows = (
        select(visitor_pass, household.c.label.label("home"), household.c.room, building.c.number.label("building"))
        .select_from(
            visitor_pass.join(household, visitor_pass.c.household_id == household.c.id).join(
                building, household.c.building_id == building.c.id
            )
        )
        .where(visitor_pass.c.community_id == community, visitor_pass.c.code == code)
        .order_by((visitor_pass.c.state == LIVE).desc(), visitor_pass.c.id.desc())
        .limit(1)
    )
    found = connection.execute(rows).one_or_none()
    refused = _refused(connection, found, now) if found is not None else None
    connection.execute(
        insert(gate_lookup).values(
            community_id=community,
            by=by[:80],
            pass_id=found.id if found is not None else None,
            admitted=found is not None and refused is None,
            at=real,
        )
    )
    return None if found is None else Look(found, refused)


def _refused(connection: Connection, found: Record, now: datetime) -> str | None:
    """The same check as at a gate without network, so that code and QR never disagree."""
    if found.state == "revoked":
        return "revoked"
    verdict = pass_token.verify(found.token, pass_keys.ring(connection, found.community_id), now)
    return verdict.refused


def verify(connection: Connection, community: str, token: str, now: datetime) -> Verdict:
    """The same for a gate that reads the QR code and has network: it holds no list, so it asks us for the newest."""
    revoked = pass_keys.revoked(connection, community, now)
    return pass_token.verify(token, pass_keys.ring(connection, community), now, revoked)
