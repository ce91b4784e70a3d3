"""R14: what was waited for when a backup was made goes on after the restore, on either database, and happens once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from backend.models.talk import outbox
from backend.services import checks, listing, reminders, stories
from bot.contract.messages import Address
from bot.settings import Settings
from intents.understand import Embedded
from tests.bot.work.station import COMMUNITY, Station, at_work, awake, until
from tests.conftest import MakeResident
from tests.faults.moving import Moving, set_clock
from tests.faults.verdicts import Length, Verdict

# Longer than a row waits by itself, and than any machine takes to make the backup; who has restored it lives later.
WAIT = 1_200.0
EVENING = datetime(2026, 11, 20, 18, 0)


def _asked(station: Station, user: str) -> int:
    """Somebody was asked about danger just now; returns the conversation."""
    who = Address("rest", user)

    def ask(connection: Connection) -> int:
        real = station.clock.real()
        talk = station.desk.memory.recall(connection, who, station.desk.binding(who), real)
        checks.begin(connection, talk, "I feel odd", WAIT, "m-1", real)
        return talk.id

    return station.do(ask)


def _booked(resident: MakeResident, station: Station) -> None:
    """The reminder of a booking, due in the same few seconds."""
    one = resident(now="2026-11-20T09:30")
    one.say("I need a cleaner tomorrow at 3 pm for 2 hours")
    assert "Booked." in one.say("yes").text
    rows = one.app.state.desk.db.read_now(lambda c: c.execute(select(outbox).where(outbox.c.kind == "story")).all())
    data = next(row.body["data"] for row in rows if row.body.get("story") == reminders.STORY)
    real = station.clock.real()
    end = real + timedelta(seconds=WAIT)
    station.do(lambda c: stories.begin(c, COMMUNITY, reminders.STORY, data, end, "r14", real))


def _happened(station: Station) -> tuple[int, int]:
    """Alarms of kind check, and reminders."""
    page = station.desk.db.read_now(lambda c: listing.alarms(c, listing.Query(COMMUNITY)))
    pushes = [row for row in station.rows("push") if str(row.once).startswith(f"{reminders.STORY}:")]
    return sum(row.kind == "check" for row in page.items), len(pushes)


def test_r14_what_was_waited_for_goes_on_after_a_restore(
    resident: MakeResident,
    station: Station,
    fresh: Settings,
    interpreter: Embedded,
    empty_url: str,
    tmp_path: Path,
    length: Length,
    verdict: Verdict,
) -> None:
    moving = Moving(fresh, empty_url, tmp_path)
    moving.unless_short(length)
    source, target = moving.ends
    set_clock(station, EVENING)
    with at_work(station):
        _booked(resident, station)
        _asked(station, "silent")
        answered = _asked(station, "heard")
        until(lambda: all(row.state == "sent" for row in station.rows("story") if row.once))
        station.do(lambda c: checks.answered(c, answered, station.clock.real()))
        moving.pack(station)
    there = moving.there(interpreter)
    set_clock(there, EVENING)
    there.clock.ahead = timedelta(seconds=WAIT + 60)
    try:
        for _ in range(2):
            with at_work(there):
                until(lambda: _happened(there) == (1, 1))
                awake(there)
        checked, reminded = _happened(there)
    finally:
        there.close()
    done = f"backup from {source} with a waiting check, an answered one and a reminder, restored into {target}"
    verdict("R14", done, f"{checked} check and {reminded} reminder there", good=(checked, reminded) == (1, 1))
