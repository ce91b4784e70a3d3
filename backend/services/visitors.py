"""Passes of visitors: issued with a code and a signed token, extended, changed and revoked in words."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from backend.db import Record, hold
from backend.ids import new_id
from backend.models.visitors import visitor_pass, visitor_policy
from backend.services import cases, pass_keys, webhooks
from backend.services.pass_token import Claims
from backend.services.pass_windows import LONGEST_RECURRING, LONGEST_VISIT, TOO_LONG, Window
from bot.contract import trail
from bot.contract.errors import Refused, Unavailable
from bot.contract.text import t

LIVE = "active"
CODE_DIGITS = 8
CODE_TRIES = 20
MOST_PEOPLE = 500
MOST_CARS = 50
MOST_LIVE = 50
# A Chinese plate: province, letter, five or six characters, the last maybe of a special kind. The province sign is
# any Han character of the list by which plates are found; here only the shape is checked.
PLATE = re.compile(r"[^\W\d_a-zA-Z][A-Z][0-9A-Z]{4,6}[^\W\d_a-zA-Z]?")

_INSERT = insert(visitor_pass)
_BY_NUMBER = select(visitor_pass).where(
    visitor_pass.c.community_id == bindparam("community"), visitor_pass.c.number == bindparam("number")
)
_TAKEN = select(visitor_pass.c.id).where(
    visitor_pass.c.community_id == bindparam("community"),
    visitor_pass.c.code == bindparam("code"),
    visitor_pass.c.state == LIVE,
)


@dataclass(frozen=True, slots=True)
class NewPass:
    """What a pass is issued for. slots: the flow's slots as JSON, as the API shows them."""

    community: str
    household: int
    visitor_name: str
    window: Window
    people: int = 1
    plates: tuple[str, ...] = ()
    cars: int = 0
    purpose: str | None = None
    wish: str | None = None
    last_day: date | None = None
    resident: int | None = None
    conversation: int | None = None
    slots: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What parking costs a visitor, in hundredths; nothing where the estate has not said."""

    free_minutes: int
    hour_fen: int
    day_fen: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose passes are meant: those of this conversation and of its verified resident."""

    community: str
    conversation: int
    resident: int | None


def sweep(connection: Connection, community: str, now: datetime) -> None:
    """What is over gives its code back."""
    over = (visitor_pass.c.community_id == community, visitor_pass.c.state == LIVE, visitor_pass.c.closes_at < now)
    connection.execute(update(visitor_pass).where(*over).values(state="ended", ended_at=now))


def new_code(connection: Connection, community: str) -> str:
    """Eight random digits that no live pass of the community has."""
    for _ in range(CODE_TRIES):
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        if connection.execute(_TAKEN, {"community": community, "code": code}).first() is None:
            return code
    raise Unavailable("no free code was found")


def issue(connection: Connection, new: NewPass, now: datetime, real: datetime) -> Record:
    """Write the pass down with its number, code and token."""
    sweep(connection, new.community, now)
    # A home's passes are counted: two that are issued together must see each other.
    hold(connection, "passes", new.household)
    mine = (visitor_pass.c.household_id == new.household, visitor_pass.c.state == LIVE)
    live = connection.execute(select(visitor_pass.c.id).where(*mine).limit(MOST_LIVE)).all()
    if len(live) == MOST_LIVE:
        raise Refused(
            "too many passes",
            t("Your home has {n} passes that are still good. Revoke one first, or ask the desk.", n=MOST_LIVE),
            status=409,
        )
    number = cases.next_number(connection, new.community, "visit", now)
    values: dict[str, object] = {
        "id": new_id(),
        "community_id": new.community,
        "number": number,
        "state": LIVE,
        "household_id": new.household,
        "resident_id": new.resident,
        "conversation_id": new.conversation,
        "visitor_name": new.visitor_name,
        "people": new.people,
        "plates": list(new.plates),
        "cars": max(new.cars, len(new.plates)),
        "purpose": new.purpose,
        "wish": new.wish,
        "last_day": new.last_day,
        "code": new_code(connection, new.community),
        "slots": dict(new.slots or {}),
        "created_at": now,
        **window_columns(new.window),
    }
    connection.execute(_INSERT, {**values, **_signed(connection, values, now, real)})
    trail.count("pass", "visit")
    return _published(connection, "pass.created", _known(connection, new.community, number))


def _published(connection: Connection, event: str, row: Record) -> Record:
    data = {"id": row.id, "number": row.number, "kind": row.kind, "state": row.state, "community": row.community_id}
    webhooks.publish(connection, row.community_id, event, data)
    return row


def window_columns(window: Window) -> dict[str, object]:
    return {
        "kind": "recurring" if window.recurring else "once",
        "opens_at": window.opens,
        "closes_at": window.closes,
        "weekdays": window.weekdays,
        "opens_minute": window.first,
        "closes_minute": window.last,
    }


def window_of(row: Record) -> Window:
    return Window(row.opens_at, row.closes_at, row.weekdays, row.opens_minute, row.closes_minute)


def _signed(connection: Connection, values: Mapping[str, object], now: datetime, real: datetime) -> dict[str, object]:
    """A fresh serial and the token for these columns."""
    claims = Claims(
        serial=secrets.token_hex(8),
        opens_at=values["opens_at"],  # type: ignore[arg-type]  # columns are typed by their table
        closes_at=values["closes_at"],  # type: ignore[arg-type]  # the same
        people=int(str(values["people"])),
        plates=tuple(values["plates"]),  # type: ignore[arg-type]  # the same
        weekdays=int(str(values["weekdays"])),
        opens_minute=int(str(values["opens_minute"])),
        closes_minute=int(str(values["closes_minute"])),
    )
    token = pass_keys.sign(connection, str(values["community_id"]), claims, real)
    return {"serial": claims.serial, "token": token, "updated_at": now}


def _known(connection: Connection, community: str, number: str) -> Record:
    found = by_number(connection, community, number)
    if found is None:
        raise LookupError(f"no pass {number}")
    return found


def by_number(connection: Connection, community: str, number: str) -> Record | None:
    return connection.execute(_BY_NUMBER, {"community": community, "number": number.upper()}).one_or_none()


def change(
    connection: Connection, found: Record, changes: Mapping[str, object], now: datetime, real: datetime
) -> Record:
    """Other columns, a new token; the old one is revoked, the code stays."""
    if found.state != LIVE or found.closes_at < now:
        raise Refused(
            f"pass {found.number} is {found.state}",
            t("That pass is no longer good, so I cannot change it. I can make a new one."),
            status=409,
        )
    values = {**found._mapping, **changes}
    signed = _signed(connection, values, now, real)
    pass_keys.revoke(connection, found.community_id, found.serial, found.closes_at, real)
    mine = visitor_pass.c.id == found.id
    connection.execute(update(visitor_pass).where(mine).values(**changes, **signed))
    return _published(connection, "pass.changed", _known(connection, found.community_id, found.number))


def extend(connection: Connection, found: Record, window: Window, now: datetime, real: datetime) -> Record:
    """The same pass with a later end; raises `Refused` when that end is not later, or past."""
    before = window_of(found)
    if (window.closes, window.last) <= (before.closes, before.last):
        raise Refused("not later", t("It is good until then already. Until when shall it hold?"))
    if window.closes < now:
        raise Refused("in the past", t("That time is already past. Until when shall the pass hold?"))
    longest = LONGEST_RECURRING if window.recurring else LONGEST_VISIT
    if window.closes - window.opens > longest:
        raise Refused("too long", TOO_LONG)
    return change(connection, found, window_columns(window), now, real)


def revoke(connection: Connection, community: str, number: str, now: datetime, real: datetime) -> Record:
    """From now on neither the code nor the QR opens a gate that has the list; codes at once, QR by the next list."""
    found = by_number(connection, community, number)
    if found is None or found.state != LIVE or found.closes_at < now:
        raise Refused(
            f"pass {number} is not live", t("Pass {number} is no longer good anyway.", number=number), status=409
        )
    pass_keys.revoke(connection, community, found.serial, found.closes_at, real)
    ended = update(visitor_pass).where(visitor_pass.c.id == found.id)
    connection.execute(ended.values(state="revoked", ended_at=now, updated_at=now))
    return _published(connection, "pass.changed", _known(connection, community, number))


def _whose(asker: Asker) -> ColumnElement[bool]:
    mine = visitor_pass.c.conversation_id == asker.conversation
    return mine if asker.resident is None else mine | (visitor_pass.c.resident_id == asker.resident)


def live_of(connection: Connection, asker: Asker, now: datetime) -> list[Record]:
    """The asker's passes that are still good, the soonest first."""
    rows = (
        select(visitor_pass)
        .where(
            visitor_pass.c.community_id == asker.community,
            _whose(asker),
            visitor_pass.c.state == LIVE,
            visitor_pass.c.closes_at >= now,
        )
        .order_by(visitor_pass.c.opens_at, visitor_pass.c.id)
    )
    return list(connection.execute(rows))


def newest_of(connection: Connection, asker: Asker, limit: int) -> list[Record]:
    """The asker's passes, over or not, newest first."""
    mine = (visitor_pass.c.community_id == asker.community, _whose(asker))
    rows = select(visitor_pass).where(*mine).order_by(visitor_pass.c.id.desc()).limit(limit)
    return list(connection.execute(rows))


def token_of(connection: Connection, public_id: str, now: datetime) -> str | None:
    """The token behind a pass's picture; None once it opens nothing any more."""
    good = (visitor_pass.c.id == public_id, visitor_pass.c.state == LIVE, visitor_pass.c.closes_at >= now)
    found = connection.execute(select(visitor_pass.c.token).where(*good)).one_or_none()
    return None if found is None else str(found.token)


def policy(connection: Connection, community: str) -> Policy | None:
    rows = select(visitor_policy).where(visitor_policy.c.community_id == community)
    found = connection.execute(rows).one_or_none()
    return None if found is None else Policy(found.free_minutes, found.hour_fen, found.day_fen)
