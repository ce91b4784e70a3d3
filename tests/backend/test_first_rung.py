"""Whoever is due in an alarm's first second is rung by rows of its transaction, and a fault there costs no alarm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from backend.models.ringing import ring
from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import alarms, board, deliveries, stories
from backend.services.alarms import Cry
from backend.services.ladder import reach, start, steps
from bot.contract.messages import Address
from tests.backend.climbing import FALL
from tests.bot.work.station import COMMUNITY, Station

CRY = Cry(COMMUNITY, Address("rest", "wang"), "fall", FALL, "m-1")


class _Undone(Exception):
    pass


def test_it_is_committed_with_the_alarm_and_undone_with_it(station: Station) -> None:
    """Nothing carries anything here: what stands after the commit is all that a kill would leave."""
    now, real = station.clock.now(), station.clock.real()
    station.do(lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))

    def undone(connection: Connection) -> None:
        alarms.raise_alarm(connection, CRY, now, real)
        raise _Undone

    with pytest.raises(_Undone):
        station.do(undone)
    read = station.desk.db.read_now
    assert read(lambda c: c.execute(select(alarm.c.id)).all()) == []
    assert _waiting(station) == [], "no call without an alarm"
    key = station.do(lambda c: alarms.raise_alarm(c, CRY, now, real)).id
    first = [row for row in read(lambda c: steps.of(c, key)) if row.rung == 0 and row.kind != steps.CONSOLE]
    assert first, "somebody is to be rung"
    assert {row.state for row in first} == {steps.CALLING}
    assert len(_waiting(station)) == len(first)
    rung = [row.body["data"]["rung"] for row in station.rows("story") if row.body["story"] == start.STORY]
    assert rung == [1], "and the rung after it has a wait of its own"


def test_what_breaks_in_it_costs_nobody_the_alarm(station: Station) -> None:
    """What config.yml says of this community cannot be read: the alarm stands, and its rung is tried again."""
    now, real = station.clock.now(), station.clock.real()
    station.do(lambda c: board.put(c, COMMUNITY, reach.KIND, [{"key": reach.KIND}]))
    key = station.do(lambda c: alarms.raise_alarm(c, CRY, now, real)).id
    read = station.desk.db.read_now
    assert read(lambda c: alarms.one(c, key)).state == "open"
    assert read(lambda c: steps.of(c, key)) == [], "nothing of half a rung is left"
    (story,) = [row for row in station.rows("story") if row.body["story"] == start.STORY]
    assert (story.body["data"]["rung"], story.state) == (0, "due")
    assert stories.is_due(story.body, station.clock.real())


def _waiting(station: Station) -> list[str]:
    joined = select(ring.c.id).join(outbox, outbox.c.once == ring.c.once)
    rows = joined.where(outbox.c.kind == "call", outbox.c.state == "due")
    return list(station.desk.db.read_now(lambda c: c.execute(rows).scalars().all()))


def test_a_call_of_an_alarm_that_failed_is_tried_again_after_a_second(station: Station) -> None:
    """What can wait is tried again after some four; a line that broke once is most likely there a moment later."""
    now, real = station.clock.now(), station.clock.real()
    station.do(lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    station.do(lambda c: alarms.raise_alarm(c, CRY, now, real))
    claimed = station.do(lambda c: deliveries.settle_and_claim(c, [], lambda queue: 9, "n1", station.clock.real()))
    call = next(row for row in claimed.due if row.kind == "call")
    at = station.clock.real()
    broke = deliveries.Outcome(call, "the line broke")
    station.do(lambda c: deliveries.settle(c, [broke], "n1", at))
    (again,) = [row for row in station.rows("call") if row.id == call.id]
    assert again.state == "due"
    assert again.due_at - at <= timedelta(seconds=1.2)
