"""What a text message does not carry is read out by a call, for what is worth one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from backend.services import outbox
from bot.contract.messages import Address
from bot.contract.text import Text, t
from tests.channels.drivers.phone import CALLER, HOST
from tests.channels.phone.rung import FAMILY, FIRST, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench

WATER = t("The water is off tomorrow from nine to twelve.")


def _news(at: Outgoing, text: Text, *, aloud: bool) -> None:
    """What the desk tells whoever called."""
    desk = at.one.app.state.desk
    talk = desk.db.read_now(lambda c: desk.memory.peek(c, Address("phone", CALLER))).id
    at.do(lambda c: outbox.push(c, talk, text, f"case:{aloud}", desk.clock.real(), last=aloud, aloud=aloud))
    at.deliver()


def test_a_landline_that_takes_no_text_is_rung_for_what_matters_most(at: Outgoing) -> None:
    at.begin()
    at.fake.landlines = {CALLER}
    _news(at, t("Thank you. Goodbye."), aloud=False)
    assert not at.calls, "only for what is worth a call"
    _news(at, WATER, aloud=True)
    (call,) = at.calls
    assert call["To"] == CALLER
    assert "The water is off" in at.pick_up(AnsweredBy="human")
    at.press("1")
    at.hang_up()
    assert at.rows()[-1].state == "accepted"


def test_a_text_that_came_to_nothing_is_read_out_once(at: Outgoing) -> None:
    at.begin()
    _news(at, WATER, aloud=True)
    assert not at.calls
    asked = at.fake.sent[-1]
    told = {"MessageSid": asked["Sid"], "MessageStatus": "undelivered", "ErrorCode": "30006"}
    for _ in range(2):
        assert at.send(asked["StatusCallback"], **told).status_code == 200
    at.deliver()
    assert [one["To"] for one in at.calls] == [CALLER]


def test_only_the_vendor_tells_what_became_of_a_text(at: Outgoing) -> None:
    at.begin()
    _news(at, WATER, aloud=True)
    asked = at.fake.sent[-1]
    form = urlencode({"MessageSid": asked["Sid"], "MessageStatus": "failed"}).encode()
    plain = {"content-type": "application/x-www-form-urlencoded"}
    path = asked["StatusCallback"].removeprefix(HOST)
    assert at.one.request("POST", path, content=form, headers=plain).status_code == 401
    assert at.send(path, MessageSid="x", MessageStatus="failed").status_code == 400
    for state in ("queued", "sent", "delivered", "sent"):
        assert at.send(path, MessageSid=asked["Sid"], MessageStatus=state).status_code == 200
    at.deliver()
    assert not at.calls, "it arrived"


def test_while_the_vendor_is_down_nothing_is_lost_and_an_alarm_rings_as_soon_as_it_is_back(at: Outgoing) -> None:
    """Whoever can be told in writing has been told meanwhile; the board shows who was not reached yet."""
    at.fake.down = True
    at.one.say("我摔倒了，起不来，救救我")
    at.deliver()
    assert not at.calls
    assert at.one.items("alarms")[0]["state"] == "open"
    at.fake.down = False
    at.later(timedelta(seconds=30))
    at.deliver()
    assert at.rung() == [FIRST, FAMILY], "each of them once"


def test_whoever_wants_no_messages_is_not_rung_instead(at: Outgoing) -> None:
    at.begin()
    at.fake.blocked = {CALLER}
    _news(at, WATER, aloud=True)
    assert not at.calls
