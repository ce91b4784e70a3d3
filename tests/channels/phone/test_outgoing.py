"""Calls that we begin: only a person who presses counts, and nobody is rung who need not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.office import special_day
from backend.models.talk import outbox
from backend.models.work import case_event
from backend.services import alarm_desk, duress
from backend.services.ladder import steps
from backend.services.ringing import notice, rows
from bot.contract.messages import Address
from bot.contract.text import t
from tests.channels.drivers.phone import CALLER
from tests.channels.phone.rung import COMMUNITY, FAMILY, FIRST, SECOND, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench
from tests.clerk import Clerk
from tests.fakes.twilio import ALARMS, NUMBER

FALL = "救命，我摔倒了起不来"
PRIVATE = ("摔", "501", "李娜", "fall")


def _cry(at: Outgoing) -> str:
    at.one.say(FALL)
    at.deliver()
    return str(at.one.items("alarms")[0]["id"])


def _alarm(at: Outgoing, key: str) -> Any:
    return at.do(lambda c: alarm_desk.one(c, COMMUNITY, key))


def _steps(at: Outgoing, key: str) -> dict[str, tuple[str, str | None]]:
    return {row.name: (row.state, row.reason) for row in at.do(lambda c: steps.of(c, key)) if row.name}


def test_the_duty_phone_rings_at_once_and_who_presses_goes(at: Outgoing) -> None:
    key = _cry(at)
    assert at.rung() == [FIRST, FAMILY], "duty and family side by side"
    first = at.pick_up(FIRST)
    assert "阳光花园" in first
    assert not [word for word in PRIVATE if word in first], "before a key nobody hears whose emergency it is"
    told = at.press("1")
    assert "李娜" in told
    assert "按 1" in told
    assert _alarm(at, key).accepted_by is None, "to listen is not to go"
    thanks = at.press("1")
    assert "1 2 0" in thanks
    assert (_alarm(at, key).accepted_by, _alarm(at, key).state) == ("值班一号", "accepted")
    assert "1 2 0" in at.press("3")
    assert at.over
    assert "dialled" in [row.name for row in at.do(lambda c: alarm_desk.events(c, key))]
    at.hang_up()
    assert _steps(at, key)["值班一号"] == (steps.ANSWERED, "goes")
    ledger = at.do(lambda c: rows.seconds(c, rows.ALARM, "alarm", key))
    mine = [(line.name, line.note) for line in ledger if line.ring_id == at.form["Url"].partition("call=")[2]]
    assert mine == [
        ("rang", None),
        ("answered", None),
        ("key", "1"),
        ("key", "1"),
        ("key", "3"),
        ("ended", "completed"),
    ]
    assert "接起" in Clerk(at.one, "duty").get(f"/console/alarms/{key}/report").text
    # What waited behind it finds that somebody goes, and rings nobody.
    at.climb()
    assert len(at.calls) == 2


def test_one_of_the_family_on_the_line_goes_no_more_once_it_is_quiet(at: Outgoing) -> None:
    key = _cry(at)
    clock = at.one.app.state.desk.clock
    at.pick_up(FAMILY)
    at.press("1")
    at.do(lambda c: duress.silent(c, key, "李娜", "call:1", clock.now(), clock.real()))
    assert "1 2 0" not in at.press("1")
    assert at.over
    assert _alarm(at, key).accepted_by is None


@pytest.mark.parametrize(
    ("way", "why"),
    [("silence", "silent"), ("hang up", "silent"), ("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed")],
)
def test_silence_and_a_dead_line_climb_on(way: str, why: str, at: Outgoing) -> None:
    key = _cry(at)
    if way in ("silence", "hang up"):
        at.pick_up(FIRST)
    else:
        at.form = at.last(FIRST)
    if way == "silence":
        for _ in range(3):
            at.nothing()
        assert at.over
    at.hang_up("completed" if way in ("silence", "hang up") else way)
    assert _steps(at, key)["值班一号"] == (steps.SILENT, why)
    assert _alarm(at, key).accepted_by is None
    assert at.rung() == [FIRST, SECOND, FAMILY], "whoever is next is rung at once, before the clock says so"
    at.climb()
    assert len(at.calls) == 3


def test_a_machine_is_never_an_acceptance_and_a_person_taken_for_one_keys_two_digits(at: Outgoing) -> None:
    key = _cry(at)
    at.pick_up(FIRST)
    at.press("1")
    at.machine()
    asked = at.press("1")
    assert _alarm(at, key).accepted_by is None
    code = next(row.code for row in at.rows() if row.phone == "13700000001")
    assert " ".join(code) in asked
    at.press("11" if code != "11" else "12")
    assert _alarm(at, key).accepted_by is None
    at.press(code)
    assert _alarm(at, key).accepted_by == "值班一号"
    at.hang_up(AnsweredBy="machine_start")
    assert _steps(at, key)["值班一号"] == (steps.ANSWERED, "goes")


def test_a_mailbox_that_listens_to_the_end_is_a_machine(at: Outgoing) -> None:
    key = _cry(at)
    at.pick_up(FIRST)
    at.machine()
    for _ in range(3):
        at.nothing()
    at.hang_up()
    assert _steps(at, key)["值班一号"] == (steps.SILENT, "machine")


def test_who_helps_from_afar_stops_nothing(at: Outgoing) -> None:
    key = _cry(at)
    at.pick_up(FIRST)
    at.press("1")
    at.press("2")
    assert at.over
    assert _alarm(at, key).accepted_by is None
    assert at.rung() == [FIRST, SECOND, FAMILY], "and whoever is next is rung at once"


def test_of_two_who_press_one_goes_and_the_other_is_told(at: Outgoing) -> None:
    key = _cry(at)
    at.climb()
    assert at.rung() == [FIRST, SECOND, FAMILY]
    at.pick_up(FIRST)
    at.press("1")
    first, call, form = at.action, at.call, at.form
    at.pick_up(SECOND)
    at.press("1")
    at.press("1")
    assert _alarm(at, key).accepted_by == "值班二号"
    at.action, at.call, at.form = first, call, form
    assert "值班二号" in at.press("1")
    assert at.over
    assert _alarm(at, key).accepted_by == "值班二号"


def test_who_presses_after_it_was_closed_hears_that_it_is_over(at: Outgoing) -> None:
    key = _cry(at)
    at.pick_up(FIRST)
    at.press("1")
    assert Clerk(at.one, "duty").post(f"/console/alarms/{key}/close", outcome="helped").status_code == 204
    assert "已经关闭" in at.press("1")
    assert at.over
    assert _alarm(at, key).accepted_by is None


def test_a_webhook_that_comes_twice_and_one_that_comes_late_change_nothing(at: Outgoing) -> None:
    key = _cry(at)
    at.pick_up(FIRST)
    at.press("1")
    asked = at.action
    at.press("1")
    at.action = asked
    assert at.press("1")
    at.hang_up()
    at.hang_up("no-answer")
    assert _steps(at, key)["值班一号"] == (steps.ANSWERED, "goes")
    assert [row.name for row in at.do(lambda c: alarm_desk.events(c, key))].count("accepted") == 1


def test_what_is_not_ours_opens_nothing(at: Outgoing) -> None:
    _cry(at)
    at.pick_up(FIRST)
    path = f"/channels/phone/demo/voice/out?call={'0' * 26}"
    assert at.send(path).status_code == 404
    assert at.send("/channels/phone/demo/voice/out?call=x").status_code == 404
    assert at.send(f"{path}&stage=x").status_code == 400
    forged = at.one.request("POST", path, content=b"CallSid=CA1", headers={"x-twilio-signature": "x"})
    assert forged.status_code == 401


def test_who_cannot_be_dialled_is_told_to_the_board(at: Outgoing) -> None:
    at.fake.blocked = {FIRST}
    key = _cry(at)
    assert _steps(at, key)["值班一号"] == (steps.SILENT, "failed")


# --- a notice that is read out

WATER = t("The water is off tomorrow from nine to twelve.")


def _read_out(at: Outgoing, once: str = "water") -> None:
    desk = at.one.app.state.desk
    to = Address("phone", "13800000501", "demo")
    at.do(lambda c: notice.place(c, COMMUNITY, to, (WATER,), once, desk.clock.now(), desk.clock.real()))
    at.deliver()


@pytest.mark.parametrize("way", ["1", "听到了"])
def test_a_notice_is_heard_when_somebody_says_so(way: str, at: Outgoing) -> None:
    _read_out(at)
    assert "AsyncAmd" not in at.calls[0], "what can wait is said when it is known who answers"
    assert "The water is off" in at.pick_up(AnsweredBy="human")
    assert "The water is off" in at.press("2")
    assert at.press(way) if way == "1" else at.tell(way)
    at.hang_up()
    assert at.rows()[0].state == "accepted"
    assert len(at.calls) == 1


def test_a_notice_to_a_mailbox_is_tried_again_by_day_and_at_last_given_up(at: Outgoing) -> None:
    _read_out(at)
    for tries in (1, 2, 3):
        assert len(at.calls) == tries
        at.pick_up(AnsweredBy="machine_start")
        at.press("1")
        at.hang_up()
        at.later(timedelta(hours=tries * 4))
        at.deliver()
    assert len(at.calls) == 3
    assert at.rows()[0].state == "machine"


def test_two_notices_on_one_day_are_two_days_and_a_third_in_a_week_is_none(at: Outgoing) -> None:
    for once in ("water", "power", "gas"):
        _read_out(at, once)
    assert len(at.calls) == 1
    assert [row.state for row in at.rows()] == ["ringing", "waiting", "waiting"]


def test_nobody_is_rung_at_night_for_what_can_wait() -> None:
    from datetime import UTC, datetime

    late = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    assert notice.by_day(late) == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    early = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert notice.by_day(early) == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


# --- a person was asked for, and nobody is at the desk


def test_at_night_a_message_is_kept_with_the_call_back(at: Outgoing) -> None:
    at.do(lambda c: c.execute(special_day.insert().values(community_id=COMMUNITY, day=at.today(), note="盘点")))
    at.begin()
    heard = "\n".join(one.text for one in at.keys("0"))
    assert "滴" in heard
    assert at.twiml is not None
    tape = at.twiml.find("Record")
    assert tape is not None
    sid, sound = f"RE{'7' * 32}", b"ID3" + bytes(64)
    at.action = tape.attrib["action"]
    thanks = at.hear(at.next(RecordingSid=sid, RecordingUrl="https://api.twilio.com/x", RecordingDuration="9"))
    assert "留言" in thanks[0].text
    (fetch,) = at.do(lambda c: c.execute(select(outbox).where(outbox.c.kind == "fetch")).all())
    assert fetch.state == "due", "a moment later it is there"
    at.fake.recordings[sid] = sound
    at.later(timedelta(minutes=1))
    at.deliver()
    assert at.shelf.fetch(fetch.body["key"], CALLER).content == sound
    events = at.do(lambda c: c.execute(select(case_event.c.name)).scalars().all())
    assert "voicemail" in events
    # Whoever says nothing goes on as in every silence.
    assert at.twiml.find("Gather") is not None


def test_a_recording_that_twilio_never_made_is_refused(at: Outgoing) -> None:
    at.begin()
    assert at.next(RecordingSid="../../etc").status_code == 400


def test_alarms_call_from_a_number_of_their_own(at: Outgoing) -> None:
    """Practice 18: contacts save it, and notices do not wear it out."""
    _cry(at)
    assert {one["From"] for one in at.calls} == {ALARMS}
    begun = len(at.calls)
    _read_out(at)
    assert {one["From"] for one in at.calls[begun:]} == {NUMBER}
