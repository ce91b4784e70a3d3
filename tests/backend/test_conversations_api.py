"""The desk's part of a conversation over the API: taken, answered, given back; the bot silent meanwhile, never deaf."""

from __future__ import annotations

from typing import Any

import httpx

from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

KEY = {"Authorization": f"Bearer {DEMO_KEY}"}
NOW = "2026-11-20T09:30:00"


def _one(one: Resident) -> Any:
    return one.request("GET", f"/api/v1/conversations/{one.sender}", headers=KEY).json()


def _names(one: Resident) -> list[str]:
    return [event["event"] for event in one.tracker()["events"]]


def test_while_a_person_has_the_word_the_bot_is_silent(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("转人工")
    asked = _one(one)
    assert (asked["state"], asked["reason"], asked["place"], asked["with_staff"]) == ("waiting", "asked", 1, True)
    assert one.desk("take-over", staff="agent").json()["held_by"] == "agent"
    assert one.say("水管在滴水").body == []
    assert one.desk("messages", staff="agent", text="您好，我看到了").status_code == 200
    # A client of Rasa's hears only what answers it: the person's line comes along, once.
    assert one.say("好的", message_id="m-7").text == "王师傅：您好，我看到了"
    assert one.say("好的", message_id="m-7").text == "王师傅：您好，我看到了"
    assert one.say("那等您").body == []
    assert one.desk("hand-back", staff="agent", outcome="answered").json()["state"] == "bot"
    assert one.tracker()["with_staff"] is False
    assert "自来水" in one.say("我要交水费").text or one.say("菜单").text
    assert [name for name in _names(one) if name in ("handoff", "claimed", "staff", "handback")] == [
        "handoff",
        "claimed",
        "staff",
        "handback",
    ]
    said = [(line["by"], line["text"]) for line in _one(one)["lines"]]
    assert ("王师傅", "您好，我看到了") in said
    assert ("resident", "水管在滴水") in said


def test_whoever_answers_what_they_have_not_read_is_told(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("转人工")
    path = f"/api/v1/conversations/{one.sender}"

    def act(name: str, tag: str, **body: str) -> int:
        headers = KEY | {"If-Match": tag}
        return one.request("POST", f"{path}/{name}", json=body, headers=headers).status_code

    seen = one.request("GET", path, headers=KEY).headers["etag"]
    assert act("take-over", '"other"', staff="agent") == 412
    assert act("take-over", seen, staff="agent") == 200
    held = one.request("GET", path, headers=KEY).headers["etag"]
    one.say("水管在滴水")
    assert act("messages", held, staff="agent", text="您好") == 412
    assert act("hand-back", held, staff="agent") == 412
    now = one.request("GET", path, headers=KEY).headers["etag"]
    assert act("messages", now, staff="agent", text="您好") == 200


def test_after_three_minutes_the_bot_answers_again_and_says_so(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("I want to talk to a person")
    one.desk("take-over", staff="agent")
    assert one.say("hello?").body == []
    one.wait(3.1)
    answer = one.say("how much is my water bill")
    assert answer.text.startswith("(Automatic answer while Mr Wang is away)")
    one.desk("messages", staff="agent", text="Sorry, back now.")
    assert one.say("hi").text == "Mr Wang: Sorry, back now."
    assert one.say("are you there").body == []


def test_danger_is_heard_while_a_person_has_the_word(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("转人工")
    one.desk("take-over", staff="agent")
    assert "120" in one.say("我妈摔倒了起不来").text
    assert len(one.items("alarms")) == 1


def test_work_left_lying_goes_back_to_the_queue(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("转人工")
    one.desk("take-over", staff="agent")
    one.say("在吗")
    one.wait(11)
    desk = one.app.state.desk
    from backend.services import handover

    real = desk.clock.real()
    assert desk.db.submit(lambda c: handover.return_idle(c, "sunshine", real)).result() == 1
    assert (_one(one)["state"], _one(one)["place"]) == ("waiting", 1)
    assert "自动助手" not in one.say("我的报修怎么样了").text


def test_who_may_not_is_refused(resident: MakeResident) -> None:
    one = resident(now=NOW)
    assert one.desk("take-over", staff="agent").status_code == 404
    one.say("你好")
    assert one.desk("messages", staff="agent", text="hi").status_code == 409
    assert one.desk("hand-back").status_code == 409
    assert one.desk("take-over", staff="auditor").status_code == 403
    assert one.desk("take-over", staff="nobody").status_code == 422
    assert one.desk("take-over", staff="agent").status_code == 200
    assert one.desk("take-over", staff="supervisor").status_code == 409
    assert one.desk("messages", staff="supervisor", text="hi").status_code == 409
    path = f"/api/v1/conversations/{one.sender}/take-over"
    assert one.request("POST", path).status_code == 401


def test_the_same_key_says_it_once(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("你好")
    one.desk("take-over")

    def say(text: str) -> httpx.Response:
        path, key = f"/api/v1/conversations/{one.sender}/messages", {**KEY, "Idempotency-Key": "k-1"}
        return one.request("POST", path, json={"text": text}, headers=key)

    first, again = say("您好"), say("您好")
    assert first.json() == again.json()
    assert [line["by"] for line in first.json()["lines"]].count("阳光花园") == 1
    assert say("别的").status_code == 422


def test_lists_are_filtered_and_paged(resident: MakeResident) -> None:
    one = resident(now=NOW)
    for sender in ("a", "b", "c"):
        one.say("转人工" if sender != "b" else "你好", sender=sender)

    def listed(**query: str) -> Any:
        return one.request("GET", "/api/v1/conversations", params=query, headers=KEY).json()

    assert [item["conversation"] for item in listed(state="waiting")["items"]] == ["c", "a"]
    assert [item["conversation"] for item in listed(state="bot")["items"]] == ["b"]
    page = listed(limit="2")
    assert [item["conversation"] for item in page["items"]] == ["c", "b"]
    assert [item["conversation"] for item in listed(cursor=page["next"])["items"]] == ["a"]
    assert listed(cursor="x")["items"] == []
