"""From an alarm on the board to a talk with whoever is in danger: our phone first, a key, then theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models.people import resident
from backend.models.ringing import ring
from backend.models.sign_in import audit_entry
from backend.models.work import alarm
from backend.services import alarm_desk, care
from backend.services.ladder import reach, steps
from backend.services.ringing import bridge, rows
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench
from tests.clerk import Clerk

FALL = "救命，我摔倒了起不来"
MINE, HERS = "+8613766660001", "+8613800000501"


@pytest.fixture
def desk(at: Outgoing) -> Clerk:
    """Somebody on duty whose own phone is known; nobody of the ladder is looked at here."""
    at.one.say(FALL)
    clerk = Clerk(at.one, "duty")
    assert clerk.post("/console/account/phone", phone=MINE).status_code == 204
    return clerk


def _key(at: Outgoing) -> str:
    return str(at.one.items("alarms")[0]["id"])


def _call(at: Outgoing, desk: Clerk, **form: str) -> Any:
    answer = desk.post(f"/console/alarms/{_key(at)}/call", **{"whom": "caller", "via": "me", **form})
    at.deliver()
    return answer


def _board(at: Outgoing, desk: Clerk) -> str:
    page = desk.get(f"/console/alarms/{_key(at)}", **{"x-linli-part": "alarm", "accept-language": "zh"}).text
    (box,) = re.findall(r"<h2>和他们通话</h2>.*?</section>", page, re.DOTALL)
    return str(box)


def _told(at: Outgoing) -> list[str]:
    names = ("calls", "rings_there", "talks", "no_talk")
    return [row.name for row in at.do(lambda c: alarm_desk.events(c, _key(at))) if row.name in names]


def _dial(at: Outgoing) -> Any:
    assert at.twiml is not None
    found = at.twiml.find("Dial")
    assert found is not None
    return found


def test_our_phone_rings_then_theirs_and_the_board_says_how_far_it_is(at: Outgoing, desk: Clerk) -> None:
    assert _call(at, desk).status_code == 204
    assert "您的电话正在响" in _board(at, desk)
    heard = at.pick_up(MINE)
    assert "阳光花园" in heard
    assert not [word for word in ("李娜", "摔", "501") if word in heard], "before a key nobody hears who it is"
    assert "请在电话上按 1" in _board(at, desk)
    at.press("1")
    dial = _dial(at)
    (number,) = dial.findall("Number")
    assert (number.text, dial.attrib["callerId"], dial.attrib["answerOnBridge"]) == (HERS, at.form["From"], "true")
    assert "正在接通对方" in _board(at, desk)
    hello = at.say_of(at._post(number.attrib["url"]))
    assert "阳光花园" in hello
    assert at.twiml is not None
    assert at.twiml.find("Gather") is None, "whoever lies on the floor need press nothing"
    assert at.twiml.find("Hangup") is None
    assert "正在通话" in _board(at, desk)
    assert at._post(number.attrib["amdStatusCallback"], AnsweredBy="human").status_code == 200
    at.say_of(at._post(dial.attrib["action"], DialCallStatus="completed", DialCallDuration="61"))
    assert at.over
    at.hang_up()
    assert "已和对方通话" in _board(at, desk)
    assert _told(at) == ["calls", "rings_there", "talks"]
    found = at.do(lambda c: alarm_desk.one(c, COMMUNITY, _key(at)))
    assert (found.state, found.accepted_by) == ("open", None), "to speak is not to go"
    logged = at.do(lambda c: c.execute(select(audit_entry).where(audit_entry.c.what == "alarm.called")).all())
    assert [(row.who, row.data["whom"]) for row in logged] == [("duty", "caller")]
    assert MINE not in str([row.data for row in logged])


@pytest.mark.parametrize(
    ("status", "words"), [("no-answer", "对方没有接"), ("busy", "对方正忙"), ("failed", "没有打通")]
)
def test_nobody_there_says_what_comes_next(status: str, words: str, at: Outgoing, desk: Clerk) -> None:
    _call(at, desk)
    at.pick_up(MINE)
    at.press("1")
    action = _dial(at).attrib["action"]
    assert "没有人接" in at.say_of(at._post(action, DialCallStatus=status))
    at._post(action, DialCallStatus=status)
    at.hang_up()
    shown = _board(at, desk)
    assert words in shown
    assert "请再打一次" in shown
    assert "接通" in shown, "and the button is there again"
    assert _told(at) == ["calls", "rings_there", "no_talk"]


def test_who_does_not_pick_up_their_own_phone_rings_nobody(at: Outgoing, desk: Clerk) -> None:
    _call(at, desk)
    at.form = at.last(MINE)
    at.hang_up("no-answer")
    assert "您的电话没有人接" in _board(at, desk)
    assert not [one for one in at.calls if one["To"] == HERS]


def test_a_mailbox_of_ours_reaches_nobody(at: Outgoing, desk: Clerk) -> None:
    _call(at, desk)
    at.pick_up(MINE)
    at.machine()
    at.press("1")
    assert at.twiml is not None
    assert at.twiml.find("Dial") is None
    code = at.rows()[-1].code
    at.press(code)
    assert _dial(at).find("Number") is not None


def test_who_hangs_up_too_early_may_call_again_and_two_do_not_meet(at: Outgoing, desk: Clerk) -> None:
    _call(at, desk)
    assert _call(at, Clerk(at.one, "agent"), via="1").status_code == 409
    at.pick_up(MINE)
    at.press("1")
    at.hang_up()
    assert "对方接起之前已挂断" in _board(at, desk)
    assert _call(at, desk).status_code == 204


def test_a_duty_phone_may_ring_and_an_unknown_own_one_is_said_to_be_so(at: Outgoing, desk: Clerk) -> None:
    desk.post("/console/account/phone", phone="")
    refused = _call(at, desk)
    assert (refused.status_code, refused.json()["pointer"]) == (409, "/via")
    assert _call(at, desk, via="1").status_code == 204
    assert at.last()["To"] == "+8613700000001"
    assert desk.post("/console/account/phone", phone="ask my wife").status_code == 422


def test_without_a_line_the_number_is_shown_after_it_was_written_down(at: Outgoing, desk: Clerk) -> None:
    at.do(lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}))
    refused = _call(at, desk)
    assert refused.status_code == 409
    assert refused.json()["detail"]
    assert "没有接通电话线路" in _board(at, desk)
    assert HERS[-11:] not in _board(at, desk)
    shown = desk.post(f"/console/alarms/{_key(at)}/number", step="caller")
    assert shown.json()["phone"].endswith(HERS[-11:])
    logged = at.do(lambda c: c.execute(select(audit_entry.c.what)).scalars().all())
    assert "phone.revealed" in logged


@pytest.mark.parametrize(
    ("who", "whom", "reason"),
    [
        ("machine_start", "李娜", None),
        ("unknown", "李娜", None),
        ("human", "李娜", "spoken"),
        ("human", "陈静", None),
    ],
)
def test_only_a_person_on_their_own_phone_ends_the_call_back_to_whoever_is_in_danger(
    who: str, whom: str, reason: str | None, at: Outgoing, desk: Clerk
) -> None:
    """A mailbox needs no key to pick up, and somebody else of the house is not whoever lies on the floor."""
    at.climb()
    _call(at, desk)
    at.pick_up(MINE)
    at.press("1")
    dial = _dial(at)
    (number,) = dial.findall("Number")
    if whom != "李娜":
        theirs = update(ring).where(ring.c.purpose == rows.BRIDGE)
        about = {**at.rows()[-1].about, "to": "13800000999"}
        at.do(lambda c: c.execute(theirs.values(about=about)))
    at._post(number.attrib["url"])
    key = _key(at)
    (step,) = [one for one in at.do(lambda c: steps.of(c, key)) if one.kind == steps.WEARER]
    assert step.state == steps.PLANNED, "while they speak nobody knows yet who picked up"
    talks = at.do(lambda c: bridge.has_them(c, key, COMMUNITY, step.phone))
    assert talks == ("in_talk" if whom == "李娜" else ""), "and meanwhile their own phone rings nobody's ear"
    assert at._post(number.attrib["amdStatusCallback"], AnsweredBy=who).status_code == 200
    at.say_of(at._post(dial.attrib["action"], DialCallStatus="completed"))
    at.hang_up()
    found = at.do(lambda c: alarm_desk.one(c, COMMUNITY, key))
    assert (at.do(lambda c: bridge.has_them(c, found.id, COMMUNITY, step.phone)) or None) == reason
    shown = _board(at, desk)
    assert ("已和对方通话" in shown) == (who == "human")
    assert ("也可能只是语音信箱" in shown) == (who == "unknown"), "what nobody knows is not said"
    assert ("no_talk" in _told(at)) == (who == "machine_start")


@pytest.mark.parametrize("kind", ["gas", "fire", "violence"])
def test_where_a_ringing_phone_does_harm_nobody_is_rung(kind: str, at: Outgoing, desk: Clerk) -> None:
    at.do(lambda c: c.execute(update(alarm).values(kind=kind)))
    assert _call(at, desk).status_code == 409
    assert "/call" not in _board(at, desk)


def test_who_cannot_hear_is_not_rung(at: Outgoing, desk: Clerk) -> None:
    mine = select(resident.c.id).where(resident.c.phone.like("%13800000501"))
    key = at.do(lambda c: c.execute(mine).scalar_one())
    at.do(lambda c: care.put(c, COMMUNITY, key, {"deaf": True}, "test", at.one.app.state.desk.clock.real()))
    assert _call(at, desk).status_code == 409


def test_a_call_that_is_no_bridge_is_put_through_to_nobody(at: Outgoing, desk: Clerk) -> None:
    at.climb()
    at.pick_up("+8613700000001")
    path = str(at.form["Url"]).replace("/out?", "/out/there?")
    assert at._post(path).status_code == 404
