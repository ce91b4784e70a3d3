"""R6: a receiver that is away for ten minutes misses nothing and gets each delivery under one id, signed afresh."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil

from tests.bot.work.station import Station
from tests.fakes.receiver import Receiver
from tests.faults.verdicts import Length, Verdict


def test_r6_a_receiver_that_is_away_for_ten_minutes_misses_nothing(
    station: Station, receiver: Receiver, length: Length, verdict: Verdict
) -> None:
    """On a clock that jumps from one try to the next; the sockets are real, and refuse."""
    station.endpoint(receiver.url())
    receiver.down()
    station.happen(length(20, 200))
    began = station.clock.real()
    while station.clock.real() - began < timedelta(minutes=10):
        station.clear()
        station.jump()
    early = len(receiver.calls)
    receiver.up()
    while any(row.queue for row in station.rows()):
        station.clear()
        if any(row.queue for row in station.rows()):
            station.jump()
    took = station.clock.real() - began
    came = Counter(call.id for call in receiver.calls)
    lost = {row.body["id"] for row in station.rows()} - set(came)
    done = f"a receiver away for 10 min, {len(station.rows())} deliveries, on a clock that jumps"
    measured = (
        f"{len(lost)} lost, {sum(count > 1 for count in came.values())} came twice, all within "
        f"{ceil(took.total_seconds() / 6) / 10:.1f} min of the first try"
    )
    good = not lost and early == 0 and set(came.values()) == {1} and took <= timedelta(minutes=13)
    verdict("R6", done, measured, good=good)


def test_r6_the_id_stays_and_the_time_is_fresh(station: Station, receiver: Receiver, verdict: Verdict) -> None:
    station.endpoint(receiver.url())
    receiver.answer = lambda call: (503, {})
    station.happen()
    for _ in range(3):
        station.clear()
        station.jump()
    calls = receiver.calls
    ids, stamps = {call.id for call in calls}, {call.headers["webhook-timestamp"] for call in calls}
    signed = {call.headers["webhook-signature"] for call in calls}
    measured = f"{len(ids)} webhook-id, {len(stamps)} timestamps, {len(signed)} signatures"
    good = (len(calls), len(ids), len(stamps), len(signed)) == (3, 1, 3, 3)
    verdict("R6", f"one delivery tried {len(calls)} times", measured, good=good)
