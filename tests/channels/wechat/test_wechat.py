"""WeChat's own: the check of the address, who is turned away, events, and both ways of writing."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from backend.services import bindings
from bot.contract.channel import Account
from bot.contract.errors import NotTheirs
from bot.contract.messages import Words
from channels.wechat import envelope
from channels.wechat.counter import Counter
from channels.wechat.render import render
from channels.wechat.reply import passive
from channels.wechat.settings import Door
from tests.channels.drivers.wechat import OWN, PATH, TOKEN, USER, Vendor, query_of, xml_of

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


def test_old_signatures_are_turned_away(at: Vendor) -> None:
    before = at.messages()
    body = xml_of(**at.said(1, MsgType="text", Content="你好"))
    for minutes in (-10, 10):
        assert at.sent(body, query_of(at.real + 60 * minutes)).status_code == 403
    assert at.messages() == before


def test_outside_a_demo_one_signature_is_for_one_message(at: Vendor) -> None:
    counter = Counter(at.ports(demo=False), {"demo": DOOR})
    before, query = at.messages(), query_of(at.real)

    def take(number: int, words: str) -> str:
        body = xml_of(**at.said(number, MsgType="text", Content=words))
        return at.one.loop.run_until_complete(counter.take("demo", query, body, counter.begun()))

    assert "<Content>" in take(1, "你好")
    with pytest.raises(NotTheirs):
        take(2, "开门")
    assert "<Content>" in take(1, "你好"), "which may come again"
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
    at.event("subscribe", at=1795138202)
    assert at.messages() == 3, "of another kind, in the same second"
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


def _mine(at: Vendor) -> list[Any]:
    found = at.one.app.state.desk.db.read_now(lambda c: bindings.accounts_of(c, "sunshine", 1))
    return [row for row in found if row.channel == "wechat"]


def _verified(at: Vendor) -> list[str]:
    return [row.user for row in _mine(at) if row.verified_at]
