"""Compares a day with the payment provider's statement, and prints what does not agree."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import configure as configuration
from bot.contract.errors import Misconfigured, Refused, Unavailable
from bot.settings import Settings

if TYPE_CHECKING:
    from backend.db import Database, Record


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=date.fromisoformat, help="as 2026-11-26; yesterday unless told")
    parser.add_argument("--community", help="one of config.yml; all that have a merchant unless told")
    parser.epilog = "exits 1 where something does not agree, 2 where the provider could not be asked"


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.db import Database, parse_url
    from backend.migrate import migrate

    url = parse_url(settings.database_url)
    migrate(url)
    db = Database(url)
    try:
        return asyncio.run(_compare(db, settings, parsed))
    except (Refused, Unavailable) as error:
        print(f"linli: {error.reason}", file=sys.stderr)
        return 2
    finally:
        db.close()


async def _compare(db: Database, settings: Settings, parsed: argparse.Namespace) -> int:
    from backend.till.cashier import Cashier
    from bot.clock import SystemClock
    from bot.money import firsts, merchants

    clock, found = SystemClock(settings.zone, settings.now), 0
    known = merchants(settings, clock.real)
    first = firsts(known)
    if parsed.community is not None and parsed.community not in known:
        raise Misconfigured(f"'{parsed.community}' has no merchant", file="config.yml")
    for key, merchant in known.items():
        if parsed.community not in (None, key):
            continue
        here = clock.real().astimezone(ZoneInfo(settings.communities[key].timezone))
        day = parsed.day or here.date() - timedelta(days=1)
        try:
            rows = await Cashier(db, clock, key, merchant, "", first=key in first).reconcile(day)
        finally:
            await merchant.end()
        print(f"{key}  {day}  {len(rows)} do not agree")
        for row in rows:
            print(_line(row))
        found += len(rows)
    return 1 if found else 0


def _line(row: Record) -> str:
    from backend.services.amounts import yuan

    ours, theirs = ("-" if fen is None else str(yuan(fen)) for fen in (row.ours, row.theirs))
    what = "refund " if row.refunded else "payment"
    return f"  {row.kind:<10} {what}  {row.number:<28} {row.remote:<28} ours {ours:>10}  theirs {theirs:>10}"
