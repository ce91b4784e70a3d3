"""A synthetic cry through each way out: understood, stored and carried like a real one, and rung at a machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.drills import drill
from backend.models.talk import outbox as outbox_rows
from backend.services import communities, outbox, stories
from backend.services.drills import operator, rows, rules
from backend.services.ringing import rows as rings
from bot.contract.messages import Address
from bot.contract.text import t

STORY = "drill_rung"
# A missing one is the operator's within two minutes (S5).
JUDGED = timedelta(seconds=110)
# Whoever had begun it and is not heard of any more is relieved of it.
STALE = timedelta(seconds=10)
NOT_HEARD, NOT_RUN, LATE, DEAD, NO_ACCOUNT = "not_heard", "not_run", "late", "dead", "no_account"
WORDS = t("{community}: this is a test of our alarm line, not an alarm. Nobody need do anything. {mark}")
# What a machine sends back as it came: a text message is a way to call for help only where that shows (practice 14).
_MARK, MARK_DIGITS = re.compile(r"\bLT-(\d{8})\b"), 8
ARRIVES, SHOWN, BACK_WITHIN = timedelta(seconds=30), timedelta(days=7), timedelta(minutes=10)


def begin(connection: Connection, community: str, wanted: rules.Rule, slot: str, real: datetime) -> None:
    """One for each way; bot/drilling.py hears of them and cries."""
    for way in (rows.INSIDE, *wanted.to):
        once = f"{rows.HEARTBEAT}:{community}:{way}:{slot}"
        rows.put(connection, rows.Wanted(community, rows.HEARTBEAT, way, once, judge=real + JUDGED), real)


def missed(connection: Connection, community: str, slot: str, now: datetime, real: datetime) -> None:
    """Its time passed while nobody was there to begin it."""
    wanted = rows.Wanted(community, rows.HEARTBEAT, rows.INSIDE, f"{rows.HEARTBEAT}:{community}:missed:{slot}")
    key = rows.put(connection, wanted, real)
    if key is not None:
        fail(connection, rows.one(connection, key), NOT_RUN, now, real)


def stand(connection: Connection, key: str, real: datetime) -> None:
    """What an alarm's own transaction does: it stands, and its first rung is a story that is due."""
    found = rows.one(connection, key)
    if found.state != rows.RUNNING or found.stored_at is not None:
        return
    rows.note(connection, key, stored_at=real)
    stories.begin(connection, found.community_id, STORY, {"drill": key}, real, f"{STORY}:{key}", real)


def rung(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The rung below the last: it rings a machine."""
    found = rows.one(connection, data["drill"])
    if found.state != rows.RUNNING:
        return False
    if found.way == rows.INSIDE:
        rows.note(connection, found.id, handed_at=real)
        return rows.end(connection, found.id, rows.PASSED, None, real)
    account, user = rules.of(connection, found.community_id).to.get(found.way, ("", ""))
    if not account:
        fail(connection, found, NO_ACCOUNT, now, real)
        return True
    to, once = Address(found.way, user, account), f"drill:{found.id}"
    if found.way == rows.PHONE:
        wanted = rings.Wanted(found.community_id, rings.DRILL, to, once, {"drill": found.id})
        return rings.place(connection, wanted, real, real, urgent=True) is not None
    name = communities.name(connection, found.community_id)
    said = replace(WORDS, params={"community": name, "mark": f"LT-{_digits(found.id)}"})
    outbox.tell(connection, found.community_id, to, said, once, real)
    return True


def _digits(key: str) -> str:
    return f"{int(hashlib.sha256(key.encode()).hexdigest(), 16) % 10**MARK_DIGITS:0{MARK_DIGITS}}"


def came_back(connection: Connection, community: str, way: str, text: str, real: datetime) -> bool:
    """Whether this is a test of ours that a machine has sent back; its second is written down once."""
    mark = _MARK.search(text)
    if mark is None:
        return False
    lately = (drill.c.community_id == community, drill.c.kind == rows.HEARTBEAT, drill.c.way == way)
    found = connection.execute(select(drill).where(*lately, drill.c.due_at >= real - BACK_WITHIN)).all()
    mine = next((one for one in found if _digits(one.id) == mark[1]), None)
    if mine is None:
        return False
    rows.note(connection, mine.id, answered_at=real)
    return True


def arrives(connection: Connection, community: str, way: str, real: datetime) -> bool:
    """Whether the newest test that had the time for it came back within half a minute of leaving us."""
    lately = (drill.c.community_id == community, drill.c.kind == rows.HEARTBEAT, drill.c.way == way)
    due = (drill.c.due_at >= real - SHOWN, drill.c.due_at <= real - ARRIVES)
    newest = select(drill).where(*lately, *due).order_by(drill.c.id.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    if found is None or found.state != rows.PASSED or None in (found.answered_at, found.handed_at):
        return False
    return bool(found.answered_at - found.handed_at <= ARRIVES)


def settle(connection: Connection, now: datetime, real: datetime) -> None:
    """What the deliveries say of those under way; and what has not come in time has failed."""
    for found in rows.under_way(connection, rows.HEARTBEAT):
        sent = connection.execute(select(outbox_rows).where(outbox_rows.c.once == f"drill:{found.id}")).one_or_none()
        if sent is not None and sent.sent_at is not None:
            rows.note(connection, found.id, handed_at=sent.sent_at)
            if found.way != rows.PHONE:
                rows.end(connection, found.id, rows.PASSED, None, real)
                continue
        if sent is not None and sent.state == "dead":
            fail(connection, found, DEAD, now, real)
        elif found.judge_at is not None and real >= found.judge_at:
            fail(connection, found, LATE, now, real)


def fail(connection: Connection, found: Record, reason: str, now: datetime, real: datetime) -> None:
    if rows.end(connection, found.id, rows.FAILED, reason, real):
        operator.tell(connection, rows.one(connection, found.id), now, real, urgent=True)
