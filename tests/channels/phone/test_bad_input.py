"""Each line of "Bad input" of the hotline by its name; the README's table says which test shows which."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import func, select

from backend.models.talk import message
from channels.phone import adapter
from tests.channels.drivers.phone import CALLER, PATH, PIN, SID, Vendor, new_call, signature
from tests.channels.phone.test_phone import PRIVATE, said

FORM = {"content-type": "application/x-www-form-urlencoded"}
DOORS = ("", "/turn?step=1", "/dialled?step=1", "/whisper?step=1", "/whispered?step=1", "/status", "/text")
OUT = tuple(f"/out{what}?call={'0' * 26}" for what in ("", "/there", "/who", "/beyond", "/machine", "/status"))


def _body(**fields: str) -> bytes:
    form = {"CallSid": new_call(), "AccountSid": SID, "From": CALLER, "SpeechResult": "3号门的路灯不亮", "Digits": ""}
    return urlencode(form | fields).encode()


def _knock(at: Vendor, path: str, body: bytes, given: str | None) -> int:
    pairs = [*FORM.items(), *([("x-twilio-signature", given)] if given is not None else [])]
    found: httpx.Response = at.one.request("POST", path, content=body, headers=httpx.Headers(pairs, "latin-1"))
    return found.status_code


@pytest.mark.parametrize("door", [*DOORS, *OUT])
def test_no_door_opens_without_the_right_signature_of_just_this_request(door: str, at: Vendor) -> None:
    path, body = PATH + door, _body()
    wrong = {
        "missing header": None,
        "empty header": "",
        "another token's": signature(path, body, "another"),
        "another address's": signature(f"{path}x", body),
        "another form's": signature(path, _body()),
        "no letters of base64": "\xe9\xe9",
    }
    before = at.messages()
    assert {why: _knock(at, path, body, given) for why, given in wrong.items()} == dict.fromkeys(wrong, 401)
    assert at.messages() == before


def test_empty_parameters_are_part_of_what_is_signed(at: Vendor) -> None:
    path, body = f"{PATH}/turn?step=1", _body()
    less = body.removesuffix(b"&Digits=")
    assert body != less
    assert _knock(at, path, body, signature(path, less)) == 401
    assert _knock(at, path, less, signature(path, body)) == 401
    assert _knock(at, path, body, signature(path, body)) == 200
    spaced = body.replace(b"Digits=", b"Digits=+")
    assert _knock(at, path, spaced, signature(path, spaced)) == 200, "blanks are signed as they are"


def test_what_is_replayed_has_one_effect_and_the_answer_it_had_then(at: Vendor) -> None:
    """An eavesdropper's copy, rightly signed: of a call that is over and of one that is on."""
    at.begin()
    turns = [("SpeechResult", "3号门的路灯不亮"), ("Digits", "1"), ("Digits", "1")]
    heard, paths = [], []
    for name, value in turns:
        paths.append(at.action)
        heard.append(at.send(at.action, **{name: value}).text)
    filed, written = at.one.items("cases"), at.messages()
    assert filed
    for path, (name, value), text in zip(paths, turns, heard, strict=True):
        assert at.send(path, **{name: value}).text == text
    assert (at.one.items("cases"), at.messages()) == (filed, written)


def test_a_pin_that_is_replayed_opens_its_own_call_alone(at: Vendor) -> None:
    at.begin()
    first, path = at.call, at.action
    at.send(path, Digits=f"*{PIN}#")
    at.begin()
    second, ahead = at.call, at.action
    at.call = first
    at.send(path, Digits=f"*{PIN}#")
    at.call = second
    assert not [word for word in PRIVATE if word in said(at.hear(at.send(ahead, Digits="2")))]


def test_a_call_that_nobody_knows_is_told_nothing_and_ends_nothing(at: Vendor) -> None:
    at.begin()
    at.keys(f"*{PIN}#")
    at.call = new_call()
    for door in ("/turn?step=7", "/dialled?step=7", "/status"):
        answer = at.send(PATH + door, Digits="2", DialCallStatus="completed", CallStatus="completed")
        assert answer.status_code == 200
        assert not [word for word in PRIVATE if word in answer.text]


@pytest.mark.parametrize("keys", ["3", "4", "44", "88888888", "1*1*1*1*1", "0000000000000000", "*1", "#3#"])
def test_digits_beyond_the_menu_file_nothing_and_a_person_is_not_far(keys: str, at: Vendor) -> None:
    """At a read-back, where 1 and 2 are all there is."""
    at.begin()
    at.speak("3号门的路灯不亮")
    assert "提交" in said(at.keys("1"))
    at.keys(keys)
    again = said(at.keys(keys))
    assert "请按1" in again or "请按0" in again, again
    assert not [case for case in at.one.items("cases") if case["kind"] == "repair"]


@pytest.mark.parametrize(
    "heard",
    [
        "嗯嗯啊啊噗",
        "。。。",
        "uh",
        "the the the the the",
        "阿弥陀佛喂喂喂一二三",
        "🙂",
        "\x00\x07\u202e",
        "'; drop table cases; --",
        "<Say>hello</Say>",
        "{0} %s {number}",
        "哈" * 5_000,
    ],
)
def test_rubbish_of_the_recogniser_is_met_with_what_can_be_said(heard: str, at: Vendor) -> None:
    at.begin()
    for confidence in ("0.0", "NaN", ""):
        answer = at.next(SpeechResult=heard, Confidence=confidence)
        assert answer.status_code == 200
        assert said(at.hear(answer)), "never a dead line"
    assert at.twiml is not None
    assert at.twiml.find("Gather") is not None
    assert not at.one.items("alarms")


def _filed(at: Vendor, **who: str) -> str:
    at.begin(who.get("From", CALLER))
    for fields in ({"SpeechResult": "3号门的路灯不亮"}, {"Digits": "1"}, {"Digits": "1"}):
        at.next(**fields, **who)
    return str(at.one.items("cases")[0]["number"])


def test_a_number_that_anybody_can_show_reports_and_cries_but_reads_pays_and_cancels_nothing(at: Vendor) -> None:
    number = _filed(at)
    assert number, "it may report"
    at.begin()
    for words in ("我的报修怎么样了", "取消我的报修", "撤销刚才的报修", "我家这个月要交多少钱", "把钱交了"):
        for text in (said(at.speak(words)), said(at.speak("对"))):
            assert not [word for word in (*PRIVATE, " ".join(number[-4:])) if word in text], words
    (case,) = (one for one in at.one.items("cases") if one["kind"] == "repair")
    assert case["state"] == "received"
    at.begin()
    at.keys("9")
    assert at.one.items("alarms"), "and it may cry"


def test_a_hidden_number_reports_is_asked_for_a_telephone_and_cries(at: Vendor) -> None:
    who = {"From": "anonymous"}
    at.begin("anonymous")
    at.next(SpeechResult="3号门的路灯不亮", **who)
    asked = said(at.hear(at.next(Digits="13900001111#", **who)))
    assert "1 3 9" in asked
    assert "单号" in said(at.hear(at.next(Digits="1", **who)))


def test_while_nothing_can_be_stored_a_caller_is_asked_to_wait_and_then_told_whom_to_dial(at: Vendor) -> None:
    at.begin()
    with at.nothing_stored():
        answer = at.next(SpeechResult="厨房水龙头漏水")
        for _ in range(adapter.PUT_OFF):
            text = said(at.read(answer))
            assert "再发" not in text, "nothing is sent on a call"
            answer = at.send(at.action, SpeechResult="")
        last = said(at.read(answer))
    assert [number for number in ("1 2 0", "1 1 9", "1 1 0") if number not in last] == []
    assert at.twiml is not None
    assert at.twiml.find("Hangup") is not None
    assert at.do(lambda c: c.execute(select(func.count()).select_from(message)).scalar_one()) == 1
