"""Asking how it goes, over HTTP: a case that is not fixed opens again, and nobody sees another's."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from backend.models.money import bill
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

KEY = {"Authorization": f"Bearer {DEMO_KEY}"}
NOW = "2026-11-20T09:30"


def _filed(one: Resident, words: str = "厨房水龙头滴水") -> str:
    one.say(words)
    one.say("是")
    return str(one.items("cases")[0]["number"])


def _fix(one: Resident, number: str) -> None:
    body = {"state": "fixed"}
    response = one.request("POST", f"/api/v1/cases/{number}/state", json=body, headers=KEY)
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("words", ["没有修好", "还在漏", "不是", "没好，重新打开"])
def test_shown_as_fixed_and_it_is_not(words: str, resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _filed(one)
    _fix(one, number)
    shown = one.say(f"{number}怎么样了")
    assert shown.payloads == ("solved=yes", "solved=no")
    assert "重新打开" in one.say(words).text
    (case,) = one.items("cases")
    assert (case["number"], case["state"], case["priority"]) == (number, "reopened", "high")


def test_shown_as_fixed_and_it_is(resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _filed(one)
    _fix(one, number)
    one.say(f"{number}怎么样了")
    one.say("好了，谢谢")
    assert one.items("cases")[0]["state"] == "closed"


@pytest.mark.parametrize("words", ["根本没修好", "it is not fixed"])
def test_not_fixed_said_first(words: str, resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _filed(one)
    _fix(one, number)
    # Whether it is fixed was asked when it was reported as done: this is the answer.
    assert number in one.say(words).text
    (case,) = one.items("cases")
    assert (case["number"], case["state"]) == (number, "reopened")
    history = one.request("GET", f"/api/v1/cases/{number}", headers=KEY).json()["history"]
    assert [line["state"] for line in history] == ["received", "fixed", "reopened"]


NUMBERS = [
    "R-20261120-0001",
    "r 20261120 0001",
    "R202611200001",
    "r-20261120-0001",
    "单号0001",
    "R二零二六一一二零零零零一",
]


@pytest.mark.parametrize("said", NUMBERS)
def test_a_number_in_every_form(said: str, resident: MakeResident) -> None:
    one = resident(now=NOW)
    _filed(one)
    assert "厨房水龙头" in one.say(f"查一下{said}的进度").text


def test_others_and_unknown_numbers_are_answered_alike(resident: MakeResident) -> None:
    one = resident(now=NOW)
    others = one.say("A-20261108-0012到哪了").text.replace("A-20261108-0012", "#")
    unknown = one.say("A-20261108-0099到哪了").text.replace("A-20261108-0099", "#")
    assert others == unknown
    assert "津贴" not in others


def test_a_booked_state_is_no_repairs(resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _filed(one)
    for state in ("booked", "blocked", "reviewing"):
        response = one.request("POST", f"/api/v1/cases/{number}/state", json={"state": state}, headers=KEY)
        assert response.status_code == 409


def test_a_withdrawn_booking_frees_its_place(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("订个羽毛球场明天下午三点四个人")
    one.say("是")
    one.say("取消羽毛球场")
    one.say("是")
    assert "15:00" in one.say("订个羽毛球场明天下午三点四个人").text
    one.say("是")
    assert [case["state"] for case in one.items("cases")] == ["booked", "withdrawn"]


def test_a_card_is_blocked_before_anything_is_asked(resident: MakeResident) -> None:
    one = resident(now=NOW)
    answer = one.say("门禁卡丢了")
    (case,) = one.items("cases")
    assert (case["kind"], case["state"]) == ("card", "blocked")
    assert "5017" in answer.text
    assert one.say("找到了").text
    assert one.items("cases")[0]["state"] == "withdrawn"


def test_long_words_and_odd_plates_are_taken(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("有辆车堵了我的车位")
    assert one.say("车" * 500).status == 200
    assert one.say("B1车库").status == 200
    assert one.say("是").status == 200


def _doubted(one: Resident) -> str:
    one.say("I already paid the property fee for October")
    return str(one.items("cases", kind="dispute")[0]["number"])


def _paused(one: Resident) -> int:
    paused = select(func.count()).where(bill.c.paused_at.is_not(None))
    return int(one.app.state.desk.db.submit(lambda c: c.execute(paused).scalar_one()).result())


def _move(one: Resident, number: str, state: str, reason: str = "") -> None:
    body = {"state": state, **({"reason": reason} if reason else {})}
    response = one.request("POST", f"/api/v1/cases/{number}/state", json=body, headers=KEY)
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("steps", [("refused",), ("assigned", "fixed"), ("fixed", "closed")])
def test_staff_end_a_doubt_and_its_bill_is_due_again(steps: tuple[str, ...], resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _doubted(one)
    assert _paused(one) == 1
    for state in steps:
        _move(one, number, state, "抄表照片和账单一致" if state == "refused" else "")
    assert _paused(one) == 0


def test_a_doubt_opened_again_rests_again(resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _doubted(one)
    for state in ("fixed", "reopened"):
        _move(one, number, state)
    assert _paused(one) == 1


def test_everything_on_file_is_told_once_newest_first(resident: MakeResident) -> None:
    one = resident(now=NOW)
    number = _filed(one)
    doubted = _doubted(one)
    one.say("约个保洁明天下午两点三小时")
    one.say("是")
    (booked,) = [b["number"] for b in one.items("bookings") if b["conversation"] == one.sender]
    told = one.say("我所有在办的事情").text
    assert [told.count(x) for x in (number, doubted, booked)] == [1, 1, 1]
    assert told.index(booked) < told.index("A-20261114-0031")


def test_a_booking_and_a_pass_are_withdrawn_by_their_numbers(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("约个保洁明天下午两点三小时")
    one.say("是")
    number = next(b["number"] for b in one.items("bookings") if b["conversation"] == one.sender)
    assert "保洁" in one.say(f"撤销{number}").text
    one.say("是")
    assert next(b["state"] for b in one.items("bookings") if b["number"] == number) == "cancelled"
