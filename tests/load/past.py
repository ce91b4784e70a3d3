"""What a message costs when the database already holds many conversations: it must not depend on how many.

`python -m tests.load.past` on SQLite, with `--postgres` on PostgreSQL, which then does not wait for the disk: the
same talks in databases of different pasts, taking turns; ends with 1 when the largest past costs more than 1.2 times
the smallest.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from backend.db import open_engine
from bot import configure as configuration
from bot.app import open_desk, prepare
from bot.contract.messages import Address, InboundMessage, Kind
from bot.desk import Desk
from bot.inbox import accept
from tests.load.bench import databases
from tests.load.scripts import told
from tests.postgres import QUICK

FLAT = 1.2
# The past is written fast, and the cost of a message is compared, not the disk.
ROOMY = (*QUICK, "max_wal_size = '8GB'", "shared_buffers = '512MB'")
# One past conversation: a sender, two messages, two answers, three events, a case. Numbers are made by the database.
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
_PAST = (
    'INSERT INTO address (id, community_id, channel, account, "user") '
    "{numbers} SELECT i, :community, 'rest', 'demo', 'past-' || i FROM n",
    "INSERT INTO conversation (id, community_id, address_id, state, seq, with_staff, updated_at) "
    "{numbers} SELECT i, :community, i, '{{}}', 7, {false}, '2026-01-02 03:04:05' FROM n",
    "INSERT INTO message (conversation_id, external_id, seq, kind, text, received_at) "
    "{numbers} SELECT i, 'm-' || k, k, 'text', 'the lamp is out', '2026-01-02 03:04:05' "
    "FROM n, (SELECT 1 AS k UNION SELECT 2) AS two",
    "INSERT INTO event (conversation_id, seq, name, data, at) "
    "{numbers} SELECT i, k, 'slot', '{{}}', '2026-01-02 03:04:05' "
    "FROM n, (SELECT 3 AS k UNION SELECT 4 UNION SELECT 5) AS three",
    'INSERT INTO outbox (community_id, conversation_id, in_reply_to, seq, kind, channel, account, "user", body, state, '
    "due_at, attempts, created_at) {numbers} SELECT :community, i, 'm-' || k, 5 + k, 'reply', 'rest', 'demo', "
    "'past-' || i, '{{}}', 'inline', '2026-01-02 03:04:05', 0, '2026-01-02 03:04:05' "
    "FROM n, (SELECT 1 AS k UNION SELECT 2) AS two",
    'INSERT INTO "case" (id, community_id, number, kind, state, priority, scope, conversation_id, location, details, '
    "slots, created_at, updated_at) {numbers} SELECT 'past-' || i, :community, 'P-' || i, 'repair', 'closed', "
    "'normal', 'public', i, 'gate', 'lamp', '{{}}', '2026-01-02 03:04:05', '2026-01-02 03:04:05' FROM n",
)


def fill(connection: Connection, community: str, count: int) -> None:
    """So many conversations that are over."""
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        # Ten million rows take longer than any message may, and what they refer to was written just before.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in _PAST:
        words = statement.format(numbers=_NUMBERS, false="false" if postgres else "0")
        connection.execute(text(words), {"count": count, "community": community})
    if postgres:
        for table in ("address", "conversation"):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), :count)"), {"count": count}
            )
    connection.execute(text("ANALYZE"))


def open_past(url: str, count: int) -> Desk:
    settings = configuration.load({"LINLI_DATABASE_URL": url})
    prepare(settings)
    desk = open_desk(settings)
    desk.db.submit(partial(fill, community=next(iter(settings.communities)), count=count)).result()
    swept(desk)
    return desk


def swept(desk: Desk) -> None:
    """A past that was not written a moment ago: PostgreSQL has long looked through it. Else it would do so, and every
    reader would mark what it meets, while we measure."""
    if desk.db.url.get_backend_name() == "postgresql":
        engine = open_engine(desk.db.url).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM (FREEZE, ANALYZE)"))
        engine.dispose()


def cost(desk: Desk, talks: int) -> float:
    """Seconds a message, from its understanding to its commit."""
    spent, messages, name = 0.0, 0, uuid.uuid4().hex[:8]
    for number in range(talks):
        for said, _ in told(number).steps:
            who = Address("rest", f"{name}-{number}", "demo")
            message = InboundMessage(uuid.uuid4().hex, who, Kind.TEXT, desk.clock.real(), text=said)
            understood = desk.interpreter.understand(message)
            began = time.perf_counter()
            work = partial(accept, desk, message=message, understanding=understood, standing=None, asked=began)
            desk.db.submit(work).result()
            spent, messages = spent + time.perf_counter() - began, messages + 1
    return spent / messages


def _round(desks: Sequence[Desk], talks: int, number: int) -> list[float]:
    """Each once, another one first each time: whoever is first after a pause pays for cold caches."""
    found = [0.0] * len(desks)
    for step in range(len(desks)):
        place = (number + step) % len(desks)
        found[place] = cost(desks[place], talks)
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.past", description=__doc__)
    parser.add_argument("--past", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--talks", type=int, default=56, help="talks a round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args(arguments)
    with (
        databases(given.postgres, len(given.past), ROOMY) as urls,
        tempfile.TemporaryDirectory(prefix="linli-past-") as made,
    ):
        places = urls or [f"sqlite:///{Path(made) / f'{count}.db'}" for count in given.past]
        desks = [open_past(url, count) for url, count in zip(places, given.past, strict=True)]
        rounds = [_round(desks, given.talks, number) for number in range(given.rounds + 1)][1:]
        for desk in desks:
            desk.db.close()
    ratios = []
    where = "PostgreSQL" if given.postgres else "SQLite"
    print(f"| | past conversations | ms a message | of the smallest (goal ≤ {FLAT}) |\n|---|---|---|---|")
    for place, count in enumerate(given.past):
        middle = statistics.median(one[place] for one in rounds) * 1000
        ratios.append(statistics.median(one[place] / one[0] for one in rounds))
        print(f"| {where} | {count:,} | {middle:.2f} | {ratios[-1]:.2f} |", flush=True)
    return 1 if max(ratios) > FLAT else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
