"""WeChat's own: the check of the address, who is turned away, events, and the answer in five seconds, said once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from backend.models.talk import outbox
from backend.services import bindings, windows
from bot.contract.channel import Account
from bot.contract.messages import Address, InboundMessage, Kind, Opening, Words
from bot.sharing import Sharing
from channels.wechat import adapter, envelope
from channels.wechat.render import render
from channels.wechat.reply import passive
from channels.wechat.settings import Door
from tests.channels.drivers.wechat import OWN, PATH, TOKEN, USER, Vendor, query_of, xml_of

ME = Address("wechat", USER)
# The demo's, as the product's promises name it.
_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_ACCOUNT = Account("sunshine", {}, {})
DOOR = Door(_ACCOUNT, "wx0000000000000000", TOKEN, _KEY, "", "", "", live=False, hosts=frozenset())


def test_the_echo_comes_back_as_it_came(at: Vendor) -> None:
    query = query_of(at.real)
    right = at.one.request("GET", PATH, params={**query, "echostr": "5927782489442352469"})
    assert (right.status_code, right.text) == (200, "5927782489442352469")
    assert right.headers["content-type"].startswith("text/plain")
    for wrong in ({}, {**query, "signature": "0" * 40}, query_of(at.real, "a-guess")):
        answer = at.one.request("GET", PATH, params={**wrong, "echostr": "1"})
        assert (answer.status_code, answer.text) == (403, "")


def test_whatever_is_wrong_behind_a_good_signature_is_a_success_and_leaves_no_row(at: Vendor) -> None:
    before = at.messages()
    said = {"ToUserName": OWN, "FromUserName": USER, "CreateTime": 1}
    bodies = (
        *(b"", b"{}", b"<xml/>", b"<xml><MsgType>text</MsgType></xml>", xml_of(**said, MsgType="brand_new", MsgId=1)),
        *(xml_of(**said, MsgType="event", Event="VIEW"), xml_of(**said, MsgType="event", Event="brand_new")),
        *(
            xml_of(**said, MsgType="event", Event="CLICK", EventKey="nothing"),
            xml_of(**said, MsgType="text", MsgId="x"),
        ),
        b'<!DOCTYPE lol [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
    )
    for body in bodies:
        answer = at.raw(body)
        assert (answer.status_code, answer.text) == (200, "success"), body
        assert "json" not in answer.headers["content-type"]
    assert at.messages() == before


def test_a_fault_of_ours_is_a_success_as_well(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("channels.wechat.counter.render", broken)
    assert at.text("你好").text == "success"


def test_old_and_borrowed_signatures_are_turned_away(at: Vendor) -> None:
    before = at.messages()
    body = xml_of(**at.said(1, MsgType="text", Content="你好"))
    for minutes in (-10, 10):
        assert at.sent(body, query_of(at.real + 60 * minutes)).status_code == 403
    assert at.messages() == before
    query = query_of(at.real)
    assert at.sent(body, query).status_code == 200
    other = xml_of(**at.said(2, MsgType="text", Content="开门"))
    assert at.sent(other, query).status_code == 403, "one signature is for one message"
    assert at.sent(body, query).status_code == 200, "which may come again"
    assert at.messages() == before + 1


def test_encrypted_both_ways(at: Vendor) -> None:
    door = DOOR
    xml = xml_of(**at.said(7, MsgType="text", Content="你好")).decode()
    query = query_of(at.real)
    body = envelope.cipher(door).encrypt_message(xml, query["nonce"], query["timestamp"]).encode()
    signed = envelope.signature(TOKEN, query["timestamp"], query["nonce"], envelope._sealed_part(body.decode()))
    query |= {"encrypt_type": "aes", "msg_signature": signed}
    answer = at.sent(body, query)
    told = envelope._sealed_part(answer.text)
    # As WeChat reads it.
    import xmltodict

    outer = xmltodict.parse(answer.text)["xml"]
    plain = envelope.cipher(door).decrypt_message(
        {"Encrypt": told}, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]
    )
    inner = xmltodict.parse(plain)["xml"]
    assert (inner["ToUserName"], inner["MsgType"]) == (USER, "text")
    assert inner["Content"]
    wrong = at.sent(body, {**query, "msg_signature": "0" * 40})
    assert (wrong.status_code, wrong.text) == (403, "")


def test_marks_of_xml_in_the_words_stay_words(at: Vendor) -> None:
    words = "先说 ]]> 再说 <a href='https://bad.example'>点我</a> & 😀"
    xml = passive(DOOR, OWN, USER, words, at.one.app.state.desk.clock.real(), sealed=False)
    told = ElementTree.fromstring(xml)  # noqa: S314 - our own answer
    assert told.findtext("Content") == words
    shown = render((Words(words),), frozenset(), pushed=False, pictures=False)[0].text
    assert "<a" not in shown, "what somebody typed is never a link"


def test_an_event_is_known_by_sender_second_and_kind(at: Vendor) -> None:
    first = at.event("CLICK", at=1795138201, EventKey="zh_Hans:help")
    assert at.event("CLICK", at=1795138201, EventKey="zh_Hans:help").text.split("<CreateTime>")[0]
    assert at.messages() == 1
    at.event("CLICK", at=1795138202, EventKey="zh_Hans:help")
    assert at.messages() == 2
    assert first.text.startswith("<xml")


def test_the_menu_speaks_either_language(at: Vendor) -> None:
    assert "什么坏了" in at.read(at.event("CLICK", EventKey="zh_Hans:repair"))[0].text


def test_a_code_scanned_by_a_follower_and_with_a_follow_binds_the_home(at: Vendor) -> None:
    at.hear(at.event("subscribe", EventKey=f"qrscene_{at.code()}", Ticket="gQH47j"))
    assert _verified(at) == [USER]
    at.say("解绑")
    again = at.hear(at.event("SCAN", EventKey=at.code(), Ticket="gQH47j"))
    assert _verified(at) == [USER]
    assert again


def test_who_unfollows_is_left_alone_until_they_write(at: Vendor) -> None:
    at.bind()
    assert at.event("unsubscribe").text == "success"
    assert [bool(row.unreachable_at) for row in _mine(at)] == [True]
    at.event("subscribe")
    assert [bool(row.unreachable_at) for row in _mine(at)] == [False]


def _shared(at: Vendor) -> Sharing:
    return Sharing(at.one.app.state.desk, "wechat")


def _inbound(at: Vendor, number: int) -> InboundMessage:
    return InboundMessage(str(23450000000000000 + number), ME, Kind.TEXT, at.one.app.state.desk.clock.real())


def _unsaid(at: Vendor, lease: timedelta = timedelta(seconds=30)) -> None:
    """As it stands after the commit, before any response."""
    desk = at.one.app.state.desk
    fresh = {"state": "inline", "sent_at": None, "held_by": None, "lease_until": desk.clock.real() + lease}
    desk.db.submit(lambda c: c.execute(update(outbox).where(outbox.c.kind == "reply").values(**fresh))).result(10)


def _mine(at: Vendor) -> list[Any]:
    found = at.one.app.state.desk.db.read_now(lambda c: bindings.accounts_of(c, "sunshine", 1))
    return [row for row in found if row.channel == "wechat"]


def _verified(at: Vendor) -> list[str]:
    return [row.user for row in _mine(at) if row.verified_at]


@contextmanager
def _slow(at: Vendor, monkeypatch: pytest.MonkeyPatch, gate: asyncio.Event) -> Iterator[None]:
    """Every answer waits for the gate; the response has no patience."""
    monkeypatch.setattr(adapter, "PASSIVE_SECONDS", 0.0)
    write = at.one.app.state.desk.db.part.write

    async def late(*given: Any, **more: Any) -> Any:
        found = await write(*given, **more)
        await gate.wait()
        return found

    at.one.app.state.desk.db.part.write = late
    try:
        yield
    finally:
        at.one.app.state.desk.db.part.write = write


def test_too_late_it_goes_out_by_itself_and_never_both_ways(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    at.bind()
    gate = asyncio.Event()
    with _slow(at, monkeypatch, gate):
        answers = [at.text("厨房水龙头漏水", 950) for _ in range(3)]
        assert [answer.text for answer in answers] == ["success"] * 3
        gate.set()
        _until(at, lambda: not adapter._going_on)
    at.deliver()
    assert len(at.read(answers[0])) == 1
    assert at.messages() == 2
    monkeypatch.undo()
    assert at.text("厨房水龙头漏水", 950).text == "success", "said already, by a message of its own"
    at.deliver()
    assert at.read(answers[0]) == []


@pytest.mark.parametrize("order", list(itertools.permutations(["claim 1", "claim 2", "leave 1"])), ids=str)
def test_however_two_requests_of_one_message_meet_one_says_it(at: Vendor, order: tuple[str, ...]) -> None:
    """The first is late and leaves it, the second is in time; both as WeChat sees them."""
    at.text("你好", 960)
    shared, message = _shared(at), _inbound(at, 960)
    claimed = {"1": False, "2": False}

    async def act() -> None:
        for step in order:
            what, _, who = step.partition(" ")
            if what == "claim":
                claimed[who] = await shared.claim(message, who)
            else:
                await shared.leave(message, who)

    _unsaid(at)
    at.one.loop.run_until_complete(act())
    at.deliver()
    pushed = len(at.fake.said)
    # WeChat reads the later request's response only: it has cut the first.
    said = [claimed["2"], bool(pushed)]
    assert said.count(True) == 1, (order, claimed, pushed)


def test_an_answer_that_no_response_took_is_said_when_its_lease_is_over(at: Vendor) -> None:
    at.text("你好", 970)
    _unsaid(at, lease=-timedelta(seconds=1))
    at.one.loop.run_until_complete(_shared(at).overdue())
    at.deliver()
    assert len(at.fake.said) == 1


def test_what_does_not_fit_follows_the_response(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.wechat.render.TEXT_BYTES", 120)
    first = at.text("你好")
    assert len(at.passive(first).encode()) <= 120
    assert at.fake.said == []
    at.later(timedelta(seconds=3))
    at.deliver()
    assert at.fake.said


def test_each_message_opens_the_window_and_each_of_ours_uses_it(at: Vendor) -> None:
    at.event("CLICK", EventKey="zh_Hans:help")
    assert _left(at) == 3
    at.text("你好")
    assert _left(at) == 8
    spend = [at.one.loop.run_until_complete(_shared(at).spend(ME, last=False)) for _ in range(8)]
    assert spend == [True] * 7 + [False], "the last one is kept"
    assert at.one.loop.run_until_complete(_shared(at).spend(ME, last=True))
    assert not at.one.loop.run_until_complete(_shared(at).spend(ME, last=True))


def _left(at: Vendor) -> int:
    desk = at.one.app.state.desk
    found = desk.db.read_now(lambda c: windows.allowed(c, ME, desk.clock.real()))
    assert found is not None
    return int(found.left)


def _until(at: Vendor, there: Any) -> None:
    async def wait() -> None:
        async with asyncio.timeout(30):
            while not there():
                await asyncio.sleep(0.01)

    at.one.loop.run_until_complete(wait())


def test_windows_of_somebody_unknown_open_for_nobody(at: Vendor) -> None:
    desk, who = at.one.app.state.desk, Address("wechat", "o-nobody")
    desk.db.submit(lambda c: windows.opened(c, who, Opening(5, 60), desk.clock.real())).result(10)
    assert desk.db.read_now(lambda c: windows.allowed(c, who, desk.clock.real())) is None
