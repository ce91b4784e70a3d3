"""What was tried, what works and how soon; and a drill begun now instead of at its time."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from sqlalchemy import Connection

from bot import configure as configuration

LINES = 40


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exits 1 when what was tried last has failed"
    acts = parser.add_subparsers(dest="act")
    listing = acts.add_parser("list", help="the newest drills, and how soon alarms were answered")
    listing.add_argument("--limit", type=int, default=LINES)
    now = acts.add_parser("now", help="begin one now; whoever serves or works carries it out")
    now.add_argument("kind", choices=("heartbeat", "duty", "test", "number"))
    now.add_argument("--community", default="", help="default: the only one in config.yml")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.db import Database, parse_url
    from backend.migrate import migrate
    from bot.clock import SystemClock

    url = parse_url(settings.database_url)
    migrate(url)
    db, clock = Database(url), SystemClock(settings.zone)
    try:
        if parsed.act == "now":
            community = parsed.community or next(iter(settings.communities))
            if community not in settings.communities:
                print(f"linli: no such community: {community}", file=sys.stderr)
                return 2
            count = db.submit(lambda c: _begin(c, community, parsed.kind, clock.real())).result()
            print(f"{count} begun: python -m bot drills list")
            return 0
        limit, now, real = getattr(parsed, "limit", LINES), clock.now(), clock.real()
        lines, failing = db.read_now(lambda c: _told(c, limit, now, real))
    finally:
        db.close()
    print("\n".join(lines))
    return 1 if failing else 0


def _begin(connection: Connection, community: str, kind: str, real: datetime) -> int:
    from backend.services.drills import heartbeat, people, rows, rules

    slot = f"now-{real:%Y-%m-%dT%H:%M:%S}"
    if kind != rows.HEARTBEAT:
        return people.begin(connection, community, kind, slot, real)
    wanted = rules.of(connection, community)
    heartbeat.begin(connection, community, wanted, slot, real)
    return 1 + len(wanted.to)


def _told(connection: Connection, limit: int, now: datetime, real: datetime) -> tuple[list[str], bool]:
    from backend.services import alarm_figures
    from backend.services.drills import rows

    lines = []
    for key, found in alarm_figures.live(connection, now).items():
        for place, within in enumerate(alarm_figures.WITHIN):
            (good, all_), share = found.within[place], found.share(place)
            told = "too few for a share" if share is None else f"{share:.1f} %"
            goal = alarm_figures.GOALS[place]
            lines.append(
                f"{key}: {good} of {all_} alarms answered within {within} s ({told}; goal {goal:g} %), 30 days"
            )
    for row in rows.listed(connection, None, limit):
        took = rows.took(row)
        seconds = "" if took is None else f"{took:.1f} s"
        what = f"{row.kind:<10} {row.way:<9} {row.name or '-':<12}"
        lines.append(f"{row.due_at:%Y-%m-%d %H:%M:%S}  {what} {row.state:<8} {seconds:>8}  {row.reason or ''}")
    failing = [row for row in rows.newest(connection, None, real) if row.state == rows.FAILED]
    return lines or ["no drill so far, and no alarm"], bool(failing)
