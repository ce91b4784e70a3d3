"""What a desk teaches: kept without personal data, labelled by one, looked at by another."""

from __future__ import annotations

import re

from sqlalchemy import Connection, insert, update

from backend.models.people import community
from backend.models.teach import lesson, teaching, unclear
from bot.contract.understanding import Entity
from intents import sentences
from intents.exam import held_out
from tests.backend.teach.desk import ODD, accepted, do, ready, rows, said, school_of
from tests.clerk import Clerk
from tests.resident import Resident


def test_what_was_not_understood_is_kept_without_what_points_to_a_person(house: Resident) -> None:
    house.say("asdf 13812345678 qwer [x](y) {z} zxcv")
    house.say("blorp my name is Peter Miller, number 4821993, uiop", sender="b")
    house.say("请人看看那个地方", sender="c")
    house.say("你好", sender="d")
    kept = rows(house, unclear)
    assert [row.why for row in kept] == ["unknown", "unknown", "doubted"]
    for row in kept:
        assert not re.search(r"13812345678|4821993|Miller|[\[\]{}]", row.text), row.text
        assert 1 <= len(row.guesses) <= 5
    said = "my number is 13812345678, the lamp is out"
    phone = Entity("phone", "13812345678", "13812345678", 13, 24)
    text, marks = house.app.state.desk.notes.anonymous(said, [phone], "en")
    assert (text, marks) == ("my number is 13900000000, the lamp is out", ((13, 24, "phone"),))


def test_what_was_said_before_a_person_was_asked_for_is_kept(house: Resident) -> None:
    house.say("the thing by the stairs does that again and again")
    before = len(rows(house, unclear))
    house.say("let me speak to a person")
    kept = rows(house, unclear)[before:]
    assert [(row.why, row.text) for row in kept] == [
        ("handed_over", "the thing by the stairs does that again and again")
    ]


def test_sentences_that_are_nearly_the_same_are_one(house: Resident) -> None:
    for text in (ODD, ODD, "单元门口那个小喇叭一直嗡嗡叫", "完全另一回事情的一句话"):
        said(house, text, channel="wechat")
    page = Clerk(house, "agent").get("/console/teach", **{"accept-language": "en"}).text
    assert page.count('class="box lesson"') == 2
    assert "3 ×" in page
    assert "1 other wordings" in page
    assert "WeChat" in page


def test_what_is_held_out_is_not_taught(house: Resident) -> None:
    held = next(one for one in held_out.sentences() if one.language == "en" and len(one.text) > 30)
    taught = next(one for one in sentences.read() if len(one.text) > 30)
    clerk = Clerk(house, "agent")
    for text, reason in ((held.text + " !!", "examined"), (taught.text, "learnt this sentence")):
        key = said(house, text)
        got = clerk._ask(
            "POST", f"/console/teach/{key}/label", data={"ids": str(key), "intent": "complain"},
            headers={"origin": "http://linli", "x-linli": "1", "x-linli-token": clerk.token(), "accept-language": "en"},
        )  # fmt: skip
        assert got.status_code == 422
        assert reason in got.json()["detail"]
    assert rows(house, lesson) == []


def test_another_communitys_lessons_are_not_there(house: Resident) -> None:
    key = said(house, ODD)
    accepted(house, "楼下充电桩插上去没反应啊")
    run, made = ready(house, school_of(house)), rows(house, lesson)[0].id

    def away(connection: Connection) -> None:
        connection.execute(insert(community).values(id="moon", names={"en": "Moon"}, timezone="UTC", demo=False))
        for table in (unclear, lesson, teaching):
            connection.execute(update(table).values(community_id="moon"))

    do(house, away)
    admin = Clerk(house, "admin")
    for path, form in (
        (f"{key}/label", {"ids": str(key), "intent": "vote"}), (f"{key}/aside", {"ids": str(key)}),
        (f"lessons/{made}/accept", {}), (f"lessons/{made}/refuse", {}),
        (f"runs/{run}/publish", {}), (f"runs/{run}/drop", {}), (f"runs/{run}/undo", {}),
    ):  # fmt: skip
        assert admin.post(f"/console/teach/{path}", **form).status_code == 404, path
    assert ODD not in admin.get("/console/teach").text
    assert "充电桩" not in admin.get("/console/teach/review").text


def test_bad_forms_are_refused(house: Resident) -> None:
    key, clerk = said(house, ODD), Clerk(house, "agent")
    for form in (
        {"intent": "rm_rf"}, {"intent": ""}, {"intent": "vote", "marks": "0-99:location"},
        {"intent": "vote", "marks": "0-2:nonsense"}, {"intent": "vote", "marks": "0-3:when,2-4:when"},
        {"intent": "vote", "marks": "x"}, {"intent": "vote", "ids": "1;2"}, {"intent": "vote", "role": "admin"},
    ):  # fmt: skip
        assert clerk.post(f"/console/teach/{key}/label", **{"ids": str(key), **form}).status_code == 422, form
    assert clerk.post("/console/teach/999/label", ids="999", intent="vote").status_code == 404
    assert clerk.post(f"/console/teach/{key}/aside", ids=str(key)).status_code == 204
    assert rows(house, lesson) == []


def test_what_is_said_in_danger_is_not_put_before_whoever_teaches(house: Resident) -> None:
    house.say("救命，我在卫生间摔倒了，站不起来")
    house.say("那个啥弄一下子呗行不行嘛", sender="li-na")
    house.say("转人工")
    assert rows(house, unclear) == []


def test_a_doubt_that_was_an_alarm_says_so(house: Resident) -> None:
    house.say("the heating is off since last night and my baby is very cold, please send someone", sender="b")
    assert [row.why for row in rows(house, unclear)] == ["doubted"]
    house.say("yes", sender="b")
    assert [row.why for row in rows(house, unclear)] == ["alarmed"]
    page = Clerk(house, "agent").get("/console/teach", **{"accept-language": "en"}).text
    assert '<span class="pill red">became an alarm</span>' in page
