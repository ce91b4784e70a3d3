"""R14: what the desk had in hand when a backup was made goes on after the restore, and its audit log still holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from backend.models.staff import handover as held
from backend.models.work import case
from backend.services import audit, cases, handover, settled, staff
from backend.services.cases import NewCase
from backend.services.handover import Ask
from bot.contract.messages import Address
from bot.settings import Settings
from intents.understand import Embedded
from tests.bot.work.station import COMMUNITY, Station, at_work, awake, until
from tests.faults.moving import Moving, set_clock
from tests.faults.verdicts import Length, Verdict

NOON = datetime(2026, 11, 20, 12, 0)
# Past the days of silence that close a case, and long past an owner who does not come back.
LATER = timedelta(days=settled.DAYS, minutes=1)


def _in_hand(station: Station) -> str:
    """A case reported as done, a conversation that somebody has taken, and both in the log; returns the case's id."""

    def work(connection: Connection) -> str:
        now, real = station.clock.now(), station.clock.real()
        who = Address("rest", "waiting")
        talk = station.desk.memory.recall(connection, who, station.desk.binding(who), real)
        clerk = staff.by_login(connection, "agent")
        assert clerk is not None
        entry = handover.request(connection, Ask(COMMUNITY, talk.id, "asked"), real)
        handover.claim(connection, COMMUNITY, entry.id, clerk, real)
        filed = cases.file(connection, NewCase(COMMUNITY, "repair", "3-2-501", "tap", conversation=talk.id), now)
        for state in ("assigned", "on_site", "fixed"):
            cases.move(connection, cases.one(connection, filed.id), state, "desk", None, now, real)
        for number in range(5):
            data = {"人": "王海", "a": number, "none": None}
            audit.note(connection, COMMUNITY, "agent", "case.move", filed.number, real, data)
        return filed.id

    return station.do(work)


def _came_of_it(station: Station, key: str) -> tuple[str, str, int, int]:
    """The case's state, the conversation's, how often it was given back, and what its resident was told of both."""

    def read(connection: Connection) -> tuple[str, str, int, int]:
        talk = connection.execute(select(held)).one()
        state = connection.execute(select(case.c.state).where(case.c.id == key)).scalar_one()
        causes = [str(row.once) for row in station.rows("push")]
        given = f"handover:{talk.id}:{talk.version}"
        return state, talk.state, talk.returned, sum(one.startswith(f"closing:{key}") or one == given for one in causes)

    return station.desk.db.read_now(read)


def test_r14_what_the_desk_had_in_hand_goes_on_after_a_restore(
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
    set_clock(station, NOON)
    with at_work(station):
        key = _in_hand(station)
        # What waits for days is the engine's by now; what waits for minutes stays in its own row.
        until(lambda: {row.state for row in station.rows("story") if row.body["story"] == settled.STORY} == {"sent"})
    moving.pack(station)
    logged = station.desk.db.read_now(audit.verify)
    there = moving.there(interpreter)
    set_clock(there, NOON)
    there.clock.ahead = LATER
    try:
        holds = there.desk.db.read_now(audit.verify)
        there.do(lambda c: audit.note(c, COMMUNITY, "agent", "case.move", "-", there.clock.real()))
        further = there.desk.db.read_now(audit.verify)
        for _ in range(2):
            with at_work(there):
                until(lambda: _came_of_it(there, key)[:2] == ("closed", "waiting"))
                awake(there)
        met = _came_of_it(there, key)
    finally:
        there.close()
    done = f"backup from {source} with a case to close and a conversation in somebody's hands, restored into {target}"
    measured = (
        f"case {met[0]}, conversation {met[1]} again, {met[3]} words to its resident, {holds[0]} log entries hold"
    )
    chained = holds == logged and holds[0] >= 5 and further[0] == holds[0] + 1 and further[2] is None
    verdict("R14", done, measured, good=met == ("closed", "waiting", 1, 2) and chained and holds[2] is None)
