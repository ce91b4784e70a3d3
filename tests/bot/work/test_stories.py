"""Stories wait on the real clock, survive what happens to their process, and do what our rows still want."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from backend.models.talk import outbox
from backend.services import checks, listing, stories
from bot.contract.conversation import Conversation
from bot.contract.messages import Address
from tests.bot.work.station import COMMUNITY, Station, at_work, awake, until
from tests.conftest import MakeResident
from tests.resident import Resident


def _alarms(station: Station) -> list[str]:
    page = station.desk.db.read_now(lambda c: listing.alarms(c, listing.Query(COMMUNITY)))
    return [row.kind for row in page.items]


def _asked(station: Station, seconds: float, cause: str = "m-1") -> int:
    """Somebody was asked about danger just now; returns the conversation."""
    who = Address("rest", "wang")

    def ask(connection: Connection) -> int:
        real = station.clock.real()
        talk: Conversation = station.desk.memory.recall(connection, who, station.desk.binding(who), real)
        checks.begin(connection, talk, "I feel odd", seconds, cause, real)
        return talk.id

    return station.do(ask)


def test_silence_becomes_a_task_for_a_person_and_the_resident_is_told(station: Station) -> None:
    with at_work(station):
        talk = _asked(station, 2.0)
        took = until(lambda: _alarms(station) == ["check"])
        until(lambda: any(row.conversation_id == talk for row in station.rows("push")))
    assert took > 1.5
    (told,) = station.rows("push")
    assert told.body["say"][0]["text"]["id"] == checks.LOOKED_AFTER.msgid
    (staff,) = [row.body for row in station.rows("staff")]
    assert staff["kind"] == "check"
    assert "3 minutes" in staff["task"]


def test_an_answer_ends_the_wait(station: Station) -> None:
    with at_work(station):
        talk = _asked(station, 600.0)
        until(lambda: all(row.state == "sent" for row in station.rows("story")))
        station.do(lambda c: checks.answered(c, talk, station.clock.real()))
        until(lambda: [row.state for row in station.rows("story")] == ["sent", "sent"])
        until(lambda: _ended(station) == 1)
        assert _alarms(station) == []
    assert station.rows("push") == []


def _ended(station: Station) -> int:
    from dbos import DBOS

    return len(DBOS.list_workflows(status="SUCCESS"))


def test_asked_twice_is_one_check(station: Station) -> None:
    first = _asked(station, 60, "m-1")
    assert _asked(station, 60, "m-2") == first
    assert len(station.rows("story")) == 1


def test_a_stop_in_the_middle_of_a_wait_loses_nothing(station: Station) -> None:
    with at_work(station):
        awake(station)
        _asked(station, 6.0)
        until(lambda: station.rows("story")[-1].state == "sent")
    assert _alarms(station) == []
    with at_work(station):
        until(lambda: _alarms(station) == ["check"])
    assert len(station.rows("push")) == 1


@pytest.mark.parametrize("heeds", [False, True])
def test_a_wait_whose_time_came_while_nobody_was_there_is_decided_at_the_next_start(
    heeds: bool, station: Station
) -> None:
    """A reminder only sleeps, a check listens for an answer as well."""
    real = station.clock.real()
    data, end = {"booking": "none", "start": real.isoformat()}, real + timedelta(seconds=3)
    station.do(lambda c: stories.begin(c, COMMUNITY, "reminder", data, end, "late", real, heeds=heeds))
    with at_work(station):
        until(lambda: station.rows("story")[0].state in ("sent", "ended"))
    until(lambda: station.clock.real() > end)
    with at_work(station):
        until(lambda: [row.state for row in station.rows("story")] == ["ended"])


def test_an_answer_that_the_engine_never_heard_of_still_counts(station: Station) -> None:
    talk = _asked(station, 0.5)
    (story,) = station.rows("story")
    station.do(lambda c: checks.answered(c, talk, station.clock.real()))
    now, real = station.clock.now(), station.clock.real()
    assert not station.do(lambda c: checks.overdue(c, story.id, story.body["data"], now, real))
    assert _alarms(station) == []


def test_what_is_said_after_the_check_reaches_its_history(resident: MakeResident) -> None:
    one = resident()
    one.say("厨房水龙头漏水")
    desk = one.app.state.desk
    real = desk.clock.real()

    def late(connection: Connection) -> None:
        talk = desk.memory.peek(connection, Address("rest", one.sender))
        checks.begin(connection, talk, "喘", 0.0, "m-x", real)
        (story,) = stories.of_conversation(connection, talk.id, checks.STORY, real - timedelta(minutes=1))
        assert checks.overdue(connection, story.id, story.body["data"], desk.clock.now(), real)
        assert checks.overdue(connection, story.id, story.body["data"], desk.clock.now(), real)

    desk.db.submit(late).result()
    (alarm,) = one.items("alarms")
    assert (alarm["kind"], alarm["state"]) == ("check", "open")
    assert one.tracker()["sos"] == alarm["id"]
    answer = one.say("厨房水龙头还在漏")
    assert answer.status == 200, answer.body
    key = {"Authorization": "Bearer linli-demo-key"}
    history = one.request("GET", f"/api/v1/alarms/{alarm['id']}", headers=key).json()["history"]
    assert "厨房水龙头还在漏" in [line["note"] for line in history], answer.text


ODD = (
    "我难受",
    "老人摔了一下",
    "快点",
    "my knee hurts a bit and I feel odd",
    "我有点不对劲",
    "hurry",
    "not feeling right",
    "喘",
)


def _drawn(one: Resident) -> str:
    """Says something that draws the question; returns the sender."""
    for n, text in enumerate(ODD):
        sender = f"w{n}"
        if "danger" in one.say(text, sender=sender).payloads:
            return sender
    raise AssertionError("none of these draws the question any more: find another that does")


def _bodies(one: Resident) -> list[dict[str, Any]]:
    """Of checks and their answers; an alarm's ladder is a story of its own."""
    rows = select(outbox).where(outbox.c.kind == "story").order_by(outbox.c.id)
    bodies = [row.body for row in one.app.state.desk.db.read_now(lambda c: c.execute(rows).all())]
    return [body for body in bodies if body.get("story", checks.STORY) == checks.STORY]


@pytest.mark.parametrize(("profile", "seconds"), [("buttons", 180), ("keys", 25), ("voice", 25)])
def test_the_question_of_danger_sets_a_wait_going(resident: MakeResident, profile: str, seconds: int) -> None:
    one = resident(profile=profile)
    real = one.app.state.desk.clock.real()
    _drawn(one)
    (body,) = _bodies(one)
    wait = (datetime.fromisoformat(body["until"]) - real).total_seconds()
    assert seconds <= wait < seconds + 20


def test_a_cry_for_haste_is_waited_for_too(resident: MakeResident) -> None:
    one = resident()
    assert "danger" in one.say("快来").payloads
    assert len(_bodies(one)) == 1


@pytest.mark.parametrize("answer", ["no", "danger", "我摔倒了起不来，救命"])
def test_an_answer_to_the_question_ends_it(resident: MakeResident, answer: str) -> None:
    one = resident()
    sender = _drawn(one)
    one.say("safe" if answer == "no" else answer, sender=sender)
    assert ["answers" in body for body in _bodies(one)] == [False, True]


def test_what_is_said_beside_the_question_does_not_end_it(resident: MakeResident) -> None:
    one = resident()
    one.say("how much is the water bill", sender=_drawn(one))
    assert ["answers" in body for body in _bodies(one)] == [False]
