"""R9: a clock that is ten minutes wrong, or is set while the program runs, costs a clear line and nothing else."""

from __future__ import annotations

import json
import logging
import os
import signal
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from backend import instant
from backend.models.money import callback
from backend.models.talk import outbox
from backend.providers import find
from backend.providers.demo_payment import DemoPayment
from backend.services import reminders, stories
from bot.clock import SystemClock
from bot.settings import Settings
from intents.understand import Embedded
from tests.bot.work.station import COMMUNITY, Shifted, Station, at_work, awake, until
from tests.conftest import MakeResident
from tests.fakes.receiver import Receiver
from tests.faults.verdicts import Length, Verdict
from tests.load.process import ROOT, Server, copy_model, served
from tests.postgres import Postgres, name_of
from tests.resident import Resident

OFF = timedelta(minutes=10)
# Handed to the engine; on a slow machine it may be over before anybody has looked.
BEGUN = ("sent", stories.ENDED)


def _called_back(one: Resident) -> tuple[int, str]:
    """A provider whose own clock is right tells of a payment; status and words."""
    provider = find("demo")
    assert isinstance(provider, DemoPayment)
    body = json.dumps({"event": "r9", "payment": "none", "amount": "1.00", "result": "paid"}).encode()
    response = one.request("POST", "/payments/demo/callback", content=body, headers=provider.sign(body, instant.now()))
    return response.status_code, response.json()["detail"]


def test_r9_signed_by_another_clock_is_turned_away_in_words(
    resident: MakeResident, caplog: pytest.LogCaptureFixture, verdict: Verdict
) -> None:
    one, told, lines = resident(), [], 0
    for ahead in (OFF, -OFF):
        one.restart(clock=Shifted(SystemClock(one.settings.zone), ahead))
        caplog.clear()
        with caplog.at_level(logging.WARNING, "linli.http"):
            told.append(_called_back(one))
        lines += [line.message.count("clock") > 0 for line in caplog.records].count(True)
    rows = one.app.state.desk.db.read_now(lambda c: c.execute(select(func.count()).select_from(callback)).scalar_one())
    one.restart()
    right = _called_back(one)
    good = (
        [status for status, _ in told] == [401, 401] and lines == 2 and rows == 0 and right == (404, "no such payment")
    )
    measured = f"“{told[0][1]}”, “{told[1][1]}”; {rows} rows, {lines} lines in the log; once it is right: {right[1]}"
    verdict("R9", "a payment's callback to a clock 10 min ahead, then 10 min behind", measured, good=good)


def _reminder(one: Resident, station: Station, name: str, seconds: float, *, heeds: bool = False) -> None:
    """The reminder of the booking that was just made, due so soon on the station's clock. heeds: the engine waits."""
    rows = one.app.state.desk.db.read_now(lambda c: c.execute(select(outbox).where(outbox.c.kind == "story")).all())
    data = next(row.body["data"] for row in rows if row.body.get("story") == reminders.STORY)
    real = station.clock.real()

    def begin(connection: Connection) -> None:
        end = real + timedelta(seconds=seconds)
        stories.begin(connection, COMMUNITY, reminders.STORY, data, end, name, real, heeds=heeds)

    station.do(begin)


def test_r9_no_reminder_twice(resident: MakeResident, station: Station, verdict: Verdict) -> None:
    """Set forward while it waits, set back when it has been told, the program begun anew in between."""
    one = resident(now="2026-11-20T09:30")
    one.say("I need a cleaner tomorrow at 3 pm for 2 hours")
    assert "Booked." in one.say("yes").text
    station.clock.clock = SystemClock(
        station.settings.zone, datetime(2026, 11, 20, 18, 0, tzinfo=station.settings.zone)
    )
    with at_work(station):
        _reminder(one, station, "first", 2.0, heeds=True)
        until(lambda: station.rows("story")[-1].state in BEGUN)
        station.clock.ahead = OFF
        until(lambda: len(station.rows("push")) == 1)
        station.clock.ahead = -OFF
        _reminder(one, station, "second", 0.5)
        until(lambda: station.rows("story")[-1].state in BEGUN)
    station.clock.ahead = timedelta()
    with at_work(station):
        awake(station)
        until(lambda: {row.state for row in station.rows("story")[-3:]} == {stories.ENDED})
    told = len(station.rows("push"))
    done = "a reminder waits; the clock is set 10 min forward, 20 min back, right; the program begun anew"
    verdict("R9", done, f"told {told} time", good=told == 1)


def test_r9_a_clock_that_is_set_holds_up_no_delivery(station: Station, receiver: Receiver, verdict: Verdict) -> None:
    """Written by a clock ten minutes ahead, then it is set right; and set ahead while one is being tried."""
    station.endpoint(receiver.url())
    station.clock.ahead = OFF
    receiver.answer = lambda call: (503, {})
    with station.running():
        station.happen(5)
        # Three failures are the queue's own: who is written after them waits untried, and by the wrong clock as well.
        until(lambda: sum(row.attempts for row in station.rows()) >= 3)
        receiver.answer, station.clock.ahead = (lambda call: (204, {})), timedelta()
        took = until(lambda: {row.state for row in station.rows()} == {"sent"})
        before, receiver.delay = len(receiver.calls), 1.5
        station.happen(1)
        until(lambda: len(receiver.calls) > before)
        station.clock.ahead = OFF
        station.happen(1)
        until(lambda: {row.state for row in station.rows()} == {"sent"})
        again = len(receiver.calls) - before - 2
    measured = f"all arrived {took:.1f} s after it was set back; {again} tried twice when it was set forward"
    verdict(
        "R9",
        "deliveries while the clock is set 10 min back, then 10 min forward",
        measured,
        good=again == 0,
        quick=took <= 5,
    )


def _say(server: Server, sender: str, number: int, text: str) -> str:
    body = {"sender": sender, "message": text, "metadata": {"message_id": f"m-{number}"}}
    url, kind = f"http://127.0.0.1:{server.port}/webhooks/rest/webhook", {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), kind), timeout=90) as answer:
        return str(answer.read().decode())


def _listen(server: Server, url: str) -> None:
    headers = {"content-type": "application/json", "Authorization": "Bearer linli-demo-key"}
    body = json.dumps({"url": url, "events": ["case.*"]}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/v1/webhooks", body, headers)
    urllib.request.urlopen(asked, timeout=90).close()  # noqa: S310 - our own loopback address


def test_r9_two_machines_that_disagree_by_twenty_minutes(
    postgres: Postgres,
    template: str,
    interpreter: Embedded,
    prepared: Settings,
    tmp_path: Path,
    length: Length,
    verdict: Verdict,
) -> None:
    """One database; one machine ten minutes ahead, the other ten behind; then the first is lost while it delivers."""
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    url, receiver, talks = postgres.create(template), Receiver(), length(4, 40)
    ahead, behind = ("tests.faults.astray", "600"), ("tests.faults.astray", "-600")
    try:
        with (
            served(ahead, tmp_path, "ahead", url, LINLI_NODE="ahead") as one,
            served(behind, tmp_path, "behind", url, LINLI_NODE="behind") as other,
        ):
            _listen(one, receiver.url())
            # In a home, where no neighbour's case is joined: each talk files a case of its own.
            texts = ["the tap drips at 3-2-101", *(f"no, 3-2-{n}01" for n in range(2, 6)), "yes"]
            wrong = 0
            for talk in range(talks):
                for number, text in enumerate(texts):
                    said = _say((one, other)[(number + talk) % 2], f"clock-{talk}", number, text)
                    wrong += number < len(texts) - 1 and f"3-2-{number + 1}01" not in said
            took = until(lambda: len({call.id for call in receiver.calls}) == talks)
            here = instant.now().timestamp() - time.monotonic()
            off = max(abs(int(call.headers["webhook-timestamp"]) - here - call.at) for call in receiver.calls)
            before, receiver.delay = len(receiver.calls), 3.0
            for text in texts[:1] + texts[-1:]:
                _say(one, "clock-last", len(text), text)
            until(lambda: len(receiver.calls) > before)
            receiver.delay = 0.0
            os.kill(one.pid, signal.SIGKILL)
            sent = "SELECT count(*) FROM outbox WHERE kind = 'webhook' AND state = 'sent'"
            relieved = until(lambda: postgres.run(sent, name_of(url))[0][0] == talks + 1)
    finally:
        receiver.close()
        postgres.drop(url)
    done = f"machines 10 min ahead and 10 min behind at one database, {talks} talks on both in turn, one killed"
    measured = (
        f"{wrong} answers out of order, deliveries {took:.1f} s after the last, their timestamps ≤ {off:.0f} s off, "
        f"what the killed one held went out after {relieved:.1f} s"
    )
    verdict("R9", done, measured, good=wrong == 0 and off <= 60, quick=took <= 5 and relieved <= 10)
