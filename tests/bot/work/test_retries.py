"""What fails is tried again until it arrives or is given up; nobody waits for somebody else's failure."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from backend.services import deliveries, ledger
from bot.contract.errors import Refused
from bot.work.deliver import LOOK_SECONDS
from tests.bot.work.station import COMMUNITY, Station, until
from tests.fakes.receiver import Receiver


def test_the_schedule_grows_with_jitter_and_ends_after_a_day(station: Station, receiver: Receiver) -> None:
    station.endpoint(receiver.url())
    receiver.answer = lambda call: (500, {})
    station.happen()
    began, at = station.clock.real(), []
    while any(row.queue for row in station.rows()):
        before, now = len(receiver.calls), station.clock.real()
        station.clear()
        at += [(now - began).total_seconds()] * (len(receiver.calls) - before)
        if any(row.queue for row in station.rows()):
            station.jump()
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert gaps[0] <= 5
    assert max(gaps) <= 3600 * 1.11
    assert all(later > earlier * 0.81 for earlier, later in pairwise(gaps))
    assert len({round(gap / 3600, 3) for gap in gaps[-5:]}) > 1, "no jitter"
    assert 22 * 3600 < at[-1] <= 24 * 3600
    (row,) = station.rows()
    assert row.state == "dead"
    assert "500" in row.last_error
    assert 40 <= row.attempts <= 60


def test_what_the_other_side_asks_for_is_honoured(station: Station, receiver: Receiver) -> None:
    station.endpoint(receiver.url())
    receiver.answer = lambda call: (429, {"Retry-After": "120"})
    station.happen()
    station.clear()
    wait = (station.rows()[0].due_at - station.clock.real()).total_seconds()
    assert 118 < wait < 135


def test_a_dead_letter_is_replayed_with_its_id(station: Station, receiver: Receiver) -> None:
    station.endpoint(receiver.url())
    receiver.answer = lambda call: (500, {})
    station.happen()
    station.clear()
    station.clock.ahead += timedelta(hours=25)
    station.clear()
    (row,) = station.do(lambda c: ledger.listed(c, ledger.Wanted(COMMUNITY, "dead")))
    receiver.answer = lambda call: (200, {})
    with pytest.raises(Refused, match="no such"):
        station.do(lambda c: ledger.replay(c, "elsewhere", row.id, station.clock.real()))
    station.do(lambda c: ledger.replay(c, COMMUNITY, row.id, station.clock.real()))
    station.clear()
    assert station.rows()[0].state == "sent"
    # What arrived may have been lost behind the door; what is on its way is not sent beside itself.
    station.do(lambda c: ledger.replay(c, COMMUNITY, row.id, station.clock.real()))
    with pytest.raises(Refused, match="due, not dead"):
        station.do(lambda c: ledger.replay(c, COMMUNITY, row.id, station.clock.real()))
    station.clear()
    assert len({call.id for call in receiver.calls}) == 1
    assert len(receiver.calls) == 4


def test_what_a_dead_process_held_is_taken_over(station: Station, receiver: Receiver) -> None:
    """Not while its lease lasts, and in five seconds at most; on a clock that only the test moves."""
    station.endpoint(receiver.url())
    station.happen()
    station.clock.stop()
    real = station.clock.real()
    held = station.do(lambda c: deliveries.settle_and_claim(c, [], lambda queue: 9, "another", real))
    assert len(held.due) == 1
    station.clock.ahead = timedelta(seconds=2)
    station.clear()
    assert receiver.calls == []
    station.clock.ahead = timedelta(seconds=5) - timedelta(seconds=LOOK_SECONDS)
    with station.running():
        until(lambda: station.rows()[0].state == "sent")
    assert len(receiver.calls) == 1


def test_what_this_process_held_before_it_died_is_sent_at_its_start(station: Station, receiver: Receiver) -> None:
    """At once: the clock stands, and with it the lease that others would have to wait for."""
    station.endpoint(receiver.url())
    station.happen()
    station.clock.stop()
    real = station.clock.real()
    station.do(lambda c: deliveries.settle_and_claim(c, [], lambda queue: 9, "n1", real))
    with station.running():
        until(lambda: len(receiver.calls) == 1)
