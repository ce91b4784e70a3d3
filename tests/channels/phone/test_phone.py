"""What a caller hears, and what a number that anybody can show opens: nothing."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import select
from starlette.datastructures import FormData

from backend.models.people import resident_pin
from backend.models.sign_in import audit_entry
from bot.contract.messages import Address
from channels.phone import adapter
from channels.twilio import _validator
from tests.channels.drivers.driver import Heard
from tests.channels.drivers.phone import CALLER, PATH, PIN, SID, Vendor, heard, new_call, signature

PRIVATE = ("2410", "李娜", "居住证")
STAFF = {"PHONE_DEMO_STAFF": "+8610000001,+8610000002"}


def said(heard: list[Heard]) -> str:
    return "\n".join(one.text for one in heard)


# Twilio's own vectors (twilio-python, test_request_validator.py).
@pytest.mark.parametrize(
    ("fields", "right"),
    [
        (
            "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309",
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        ("Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_their_signatures_are_right(fields: str, right: str) -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    form = FormData(list[Any](parse_qsl(fields)))
    assert _validator("12345").validate(url, form, right)
    assert not _validator("12345").validate(url + "x", form, right)


def test_behind_a_proxy_the_public_address_is_what_was_signed(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    body = urlencode({"CallSid": at.call, "AccountSid": SID, "From": CALLER, "SpeechResult": ""}).encode()
    plain = {"content-type": "application/x-www-form-urlencoded"}
    outside = {**plain, "x-twilio-signature": signature(PATH, body, host="https://estate.example")}
    assert at.one.request("POST", PATH, content=body, headers=outside).status_code == 401
    monkeypatch.setattr(adapter, "signed_form", _as_if_at("https://estate.example"))
    assert at.one.request("POST", PATH, content=body, headers=outside).status_code == 200


def _as_if_at(public: str) -> Any:
    from dataclasses import replace

    from channels.twilio import signed_form

    async def asked(request: Any, line: Any, ports: Any) -> Any:
        return await signed_form(request, line, replace(ports, public_url=public))

    return asked


def test_the_first_words_are_in_both_languages_and_a_key_changes_it(at: Vendor) -> None:
    assert "阳光花园" in said(at.begin())
    assert at.twiml is not None
    voices = [one.attrib["voice"] for one in at.twiml.iter("Say")]
    assert (voices[0], voices[-1]) == ("Polly.Zhiyu", "Polly.Joanna")
    assert "English it is" in said(at.keys("5"))
    gather = at.twiml.find("Gather")
    assert gather is not None
    assert gather.attrib["language"] == "en-US"
    assert gather.attrib["input"] == "dtmf speech"
    assert gather.attrib["actionOnEmptyResult"] == "true"
    assert "repair" in gather.attrib["hints"].split(", ")


def test_a_number_alone_hears_nothing_of_a_home_and_a_pin_opens_this_call(at: Vendor) -> None:
    at.begin()
    for keys in ("3", "0#", "2"):
        assert not [word for word in PRIVATE if word in said(at.keys(keys))], keys
    assert "2410" in said(at.keys(f"*{PIN}#"))
    # Somebody else shows the same number a moment later.
    at.begin()
    assert not [word for word in PRIVATE if word in said(at.keys("2"))]


def test_what_a_call_filed_is_not_told_to_the_next_one(at: Vendor) -> None:
    at.begin()
    at.speak("3号门的路灯不亮")
    for _ in range(4):
        at.keys("1")
    assert len(at.one.items("cases")) >= 1
    assert "0001" in said(at.speak("我的报修到哪一步了")) or "0 0 0 1" in said(at.speak("我的报修到哪一步了"))
    at.begin()
    assert "0 0 0 1" not in said(at.keys("2"))


def test_five_wrong_pins_shut_it_and_are_audited_and_none_is_kept_in_the_talk(at: Vendor) -> None:
    at.begin()
    for _ in range(5):
        assert "没有对上" in said(at.keys("*111111#"))
    assert "停用一小时" in said(at.keys(f"*{PIN}#"))
    db = at.one.app.state.desk.db
    assert "pin.locked" in db.read_now(lambda c: c.execute(select(audit_entry.c.what)).scalars().all())
    assert db.read_now(lambda c: c.execute(select(resident_pin.c.locked_until)).scalars().all()).count(None) == 2
    tracker = at.one.request("GET", f"/conversations/{CALLER}/tracker").text
    assert PIN not in tracker
    assert "111111" not in tracker


def test_a_hidden_number_asks_and_cries_and_shows_a_home_by_pin(at: Vendor) -> None:
    at.begin("anonymous")
    form = {"From": "anonymous"}
    assert "没有正在办的事" in said(at.hear(at.next(Digits="2", **form)))
    assert "居住证" in said(at.hear(at.next(Digits=f"*{PIN}*3*2*501#", **form)))
    assert "求救收到" in said(at.hear(at.next(Digits="9", **form)))
    assert len(at.one.items("alarms", conversation=f"hidden-{at.call}")) == 1


def test_star_belongs_to_what_comes_after_it_and_alone_says_it_again(at: Vendor) -> None:
    first = said(at.begin())
    assert at.keys("*") == []
    assert "六位电话密码" in said(at.keys("6"))
    assert "密码对了" in said(at.keys(PIN))
    at.begin()
    at.keys("*")
    assert said(at.silent())[:8] == first[:8]
    at.keys("*")
    assert "求救收到" in said(at.keys("9"))


def test_silence_is_another_way_then_a_person_and_never_a_dead_line(at: Vendor) -> None:
    at.begin()
    assert "请按1" in said(at.silent())
    assert "请按1" in said(at.silent())
    assert "已经请人来联系您" in said(at.silent())
    assert [case["kind"] for case in at.one.items("cases") if case["kind"] == "callback"] == ["callback"]
    at.silent()
    assert "先到这里" in said(at.silent())
    assert at.twiml is not None
    assert at.twiml.find("Hangup") is not None


def test_who_cried_for_help_keeps_the_line(at: Vendor) -> None:
    at.begin()
    at.keys("9")
    for _ in range(7):
        at.silent()
    assert at.twiml is not None
    gather = at.twiml.find("Gather")
    assert gather is not None
    assert gather.attrib["timeout"] == "25"
    # Another call from there is the same need, and is shown nothing that a PIN had opened.
    at.begin()
    at.keys("9")
    assert len(at.one.items("alarms")) == 1


def test_a_call_that_dropped_goes_on_where_it_was(at: Vendor) -> None:
    at.begin()
    at.keys("1")
    at.keys("1")
    at.keys("3*2*501#")
    again = said(at.begin())
    assert "刚才电话断了，接着来" in again
    assert "哪个电话" in again
    assert "501" not in again
    assert "提交" in said(at.keys("1"))


def test_rubbish_of_the_recogniser_and_keys_beyond_the_menu_are_met_kindly(at: Vendor) -> None:
    at.begin()
    assert "请按" in said(at.speak("嗯嗯啊啊噗"))
    assert "请按" in said(at.keys("77777"))
    assert said(at.speak("。。。"))
    assert said(at.keys("####"))


@pytest.mark.parametrize(
    "fields",
    [
        {"CallSid": ""},
        {"CallSid": "CA1; drop table"},
        {"Digits": "12a"},
        {"Digits": "1" * 65},
    ],
)
def test_what_twilio_never_sends_is_refused(at: Vendor, fields: dict[str, str]) -> None:
    assert at.send(f"{PATH}/turn?step=1", **fields).status_code == 400


@pytest.mark.parametrize("query", ["step=x", "step=-1", "step=99999", "quiet=x&step=1"])
def test_addresses_that_we_never_gave_are_refused(at: Vendor, query: str) -> None:
    assert at.send(f"{PATH}/turn?{query}", Digits="1").status_code == 400


def test_a_turn_of_a_call_that_nobody_saw_begin_is_a_call_of_its_own(at: Vendor) -> None:
    at.begin()
    at.keys(f"*{PIN}#")
    at.call = new_call()
    assert not [word for word in PRIVATE if word in said(at.hear(at.send(f"{PATH}/turn?step=4", Digits="2")))]


def test_an_old_call_played_again_files_nothing_twice(at: Vendor) -> None:
    at.begin()
    old = at.call
    at.speak("3号门的路灯不亮")
    for _ in range(3):
        at.keys("1")
    filed = len(at.one.items("cases"))
    assert filed
    at.begin()
    at.call = old
    for step in (1, 2, 3, 4):
        at.send(f"{PATH}/turn?step={step}", **({"SpeechResult": "3号门的路灯不亮"} if step == 1 else {"Digits": "1"}))
    assert len(at.one.items("cases")) == filed


def test_who_takes_longer_is_asked_to_wait_and_answered_after_it(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "HOLD_SECONDS", 0.0)
    first = at.send(f"{PATH}/turn?step=1", SpeechResult="厨房水龙头漏水")
    assert "请稍候" in said(heard(first.text))
    assert "again=1" in at.action
    monkeypatch.setattr(adapter, "HOLD_SECONDS", 30.0)
    assert "什么地方" in said(at.hear(at.next()))
    at.one.loop.run_until_complete(asyncio.sleep(0))


def test_goodbye_ends_the_call(at: Vendor) -> None:
    at.begin()
    assert "再见" in said(at.speak("再见"))
    assert at.twiml is not None
    assert at.twiml.find("Hangup") is not None


def test_slow_is_slower_and_stays_for_the_next_call(at: Vendor) -> None:
    at.begin()
    at.speak("请说慢一点")
    at.begin()
    assert at.twiml is not None
    rates = {one.attrib["rate"] for one in at.twiml.iter("prosody")}
    assert "55%" in rates


def test_where_no_number_of_the_desk_is_known_a_person_calls_back(at: Vendor) -> None:
    at.begin()
    assert "已经请人回电话给您" in said(at.keys("0"))
    assert at.twiml is not None
    assert at.twiml.find("Dial") is None


def test_the_desk_is_rung_and_must_press_a_key(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_staff(monkeypatch)
    at.begin()
    at.keys("0")
    assert at.twiml is not None
    dial = at.twiml.find("Dial")
    assert dial is not None
    numbers = dial.findall("Number")
    assert [one.text for one in numbers] == STAFF["PHONE_DEMO_STAFF"].split(",")
    assert dial.attrib["answerOnBridge"] == "true"
    afterwards, whisper = at.action, numbers[0].attrib["url"]
    assert "阳光花园" in said(at.hear(at.send(whisper)))
    pressed = at.action
    assert "Hangup" in at.send(pressed, Digits="2").text
    assert "Hangup" not in at.send(pressed, Digits="1").text
    assert "有人给您回电话" in said(at.hear(at.send(afterwards, DialCallStatus="no-answer")))
    assert "还有别的" in said(at.hear(at.send(afterwards, DialCallStatus="completed")))
    assert "turn?" in at.action


def _with_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from channels import twilio

    of = twilio.of
    monkeypatch.setattr(
        adapter,
        "of",
        lambda known, account: replace(of(known, account), staff=tuple(STAFF["PHONE_DEMO_STAFF"].split(","))),
    )


def test_status_callbacks_are_taken(at: Vendor) -> None:
    assert at.send(f"{PATH}/status", CallStatus="completed").status_code == 200
    assert at.send(f"{PATH}/status", CallSid="x").status_code == 400


def test_a_conversation_is_kept_under_the_number(at: Vendor) -> None:
    at.begin()
    desk = at.one.app.state.desk
    found = desk.db.read_now(lambda c: desk.memory.peek(c, Address("phone", CALLER)))
    assert found is not None
    assert found.session == at.call
