"""Everything that stands on the page, read at one moment and for one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backend.db import Record
from backend.services import (
    bills,
    case_lines,
    fees,
    housekeeping,
    own_acts,
    pass_words,
    passages,
    payments,
    proxies,
    visitors,
    windows,
)
from backend.services.own_page import Guest
from backend.services.progress import Line
from backend.services.proxies import Proxy
from backend.services.windows import Allowed
from bot.contract.text import Text

# Older ones are told in the chat, by their numbers.
OVER, RECEIPTS = 8, 3
# A dispute is a case too, and is told once; passes stand in a list of their own.
SOURCES = (("booking", housekeeping.lines), ("fee", fees.lines), ("case", case_lines.lines))


@dataclass(frozen=True, slots=True)
class Owed:
    """month: heading of those of one month."""

    key: str
    title: Text
    month: Text | None
    fen: int
    due: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Pass:
    key: str
    number: str
    name: str | Text
    window: Text
    code: str
    plates: str
    went: list[Text]


@dataclass(frozen=True, slots=True)
class Account:
    """here: the one whose page this is."""

    key: int
    channel: str
    since: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """ours: cases that can be withdrawn here; notices: what their app still lets us say."""

    running: list[Line]
    over: list[Line]
    ours: frozenset[str]
    owed: list[list[Owed]]
    receipts: list[Record]
    passes: list[Pass]
    proxies: list[Proxy]
    health: Record | None
    care: Record | None
    notices: Allowed | None
    accounts: list[Account]


def look(connection: Connection, guest: Guest, zone: str, now: datetime, real: datetime) -> Seen:
    lines = _lines(connection, guest, now)
    payer = bills.payer_of(connection, guest.resident) if guest.resident is not None else None
    home = guest.home if payer is not None else None
    whom = [] if guest.resident is None else proxies.by_whom(connection, guest.community, guest.resident, real)
    return Seen(
        running=[line for line in lines if line.open],
        over=[line for line in lines if not line.open][:OVER],
        ours=frozenset(line.number for line in lines if line.kind in case_lines.KINDS and line.open),
        owed=[list(month) for _, month in groupby(_owed(connection, guest, now), lambda one: one.month)],
        receipts=payments.receipts(connection, guest.conversation, home, payer, RECEIPTS),
        passes=_passes(connection, guest, zone, now),
        proxies=whom,
        health=own_acts.health_of(connection, guest),
        care=own_acts.care_of(connection, guest),
        notices=windows.allowed(connection, guest.who, real),
        accounts=_accounts(connection, guest),
    )


def _lines(connection: Connection, guest: Guest, now: datetime) -> list[Line]:
    found: dict[str, Line] = {}
    for kind, source in SOURCES:
        for line in source(connection, own_acts.whose(guest), now):
            found.setdefault(line.number, replace(line, kind=line.kind or kind))
    return sorted(found.values(), key=lambda line: line.at, reverse=True)


def _owed(connection: Connection, guest: Guest, now: datetime) -> list[Owed]:
    today = now.date()
    return [
        Owed(
            key=row.id,
            title=fees.TITLES[row.fee],
            month=fees.month(row.period) if row.period else None,
            fen=bills.left(row),
            due=row.due_on,
            overdue=bills.is_overdue(row, today),
        )
        for row in own_acts.owed(connection, guest, now)
    ]


def _passes(connection: Connection, guest: Guest, zone: str, now: datetime) -> list[Pass]:
    return [
        Pass(
            row.id,
            row.number,
            pass_words.name_of(row.visitor_name),
            pass_words.window(visitors.window_of(row), ZoneInfo(zone)),
            pass_words.grouped(row.code),
            ", ".join(row.plates),
            [passages.words(one, now) for one in passages.of_pass(connection, row.id)],
        )
        for row in visitors.live_of(connection, own_acts.asker(guest), now)
    ]


def _accounts(connection: Connection, guest: Guest) -> list[Account]:
    me = (guest.who.channel, guest.who.account, guest.who.user)
    return [
        Account(row.id, row.channel, row.verified_at, (row.channel, row.account, row.user) == me)
        for row in own_acts.accounts(connection, guest)
    ]
