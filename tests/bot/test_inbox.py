"""One message is one transaction: once, in order, whole or not at all; and an alarm before all of it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bot.contract.flow import Book, Do, Flow, Outcome, Turn
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.desk import Desk
from intents.classifier import Guess
from intents.understand import Embedded
from tests.conftest import MakeResident
from tests.resident import Resident


def _desk(one: Resident) -> Desk:
    desk: Desk = one.app.state.desk
    return desk


def test_the_same_message_twice_is_one_effect_and_the_same_answer(resident: MakeResident) -> None:
    one = resident()
    first = one.say("水管爆了，3栋2单元501", message_id="m-1")
    again = one.say("水管爆了，3栋2单元501", message_id="m-1")
    assert again.body == first.body
    assert len(one.items("cases")) == 1


def test_the_same_id_from_another_sender_is_another_message(resident: MakeResident) -> None:
    one = resident()
    one.say("水管爆了，3栋2单元501", message_id="m-1")
    other = one.say("水管爆了，5栋1单元302", sender="somebody-else", message_id="m-1")
    assert "R-" in other.text
    assert len(one.items("cases", conversation="somebody-else")) == 1


def test_fifty_copies_at_once_are_one_effect(resident: MakeResident) -> None:
    one = resident()
    body = {"sender": one.sender, "message": "水管爆了，3栋2单元501", "metadata": {"message_id": "m-1"}}

    async def storm() -> list[str]:
        calls = [one.http.post("/webhooks/rest/webhook", json=body) for _ in range(50)]
        return [response.text for response in await asyncio.gather(*calls)]

    answers = one.loop.run_until_complete(storm())
    assert len(set(answers)) == 1
    assert len(one.items("cases")) == 1


def test_many_residents_at_once_get_their_own_numbers(resident: MakeResident) -> None:
    one = resident()

    async def storm() -> None:
        calls = [
            one.http.post("/webhooks/rest/webhook", json={"sender": f"r{n}", "message": "水管爆了，3栋2单元501"})
            for n in range(40)
        ]
        await asyncio.gather(*calls)

    one.loop.run_until_complete(storm())
    numbers = {one.items("cases", conversation=f"r{n}")[0]["number"] for n in range(40)}
    assert len(numbers) == 40


def _broken(turn: Turn) -> Outcome:
    raise ZeroDivisionError("a step with a fault")


def test_a_broken_step_files_nothing_apologises_with_a_code_and_keeps_the_conversation(
    resident: MakeResident,
) -> None:
    one = resident()
    desk = _desk(one)
    flow = desk.book.flows["report_repair"]
    steps = tuple(Do("file", _broken) if step.name == "file" else step for step in flow.steps)
    broken = Book({**desk.book.flows, flow.name: replace(flow, steps=steps)}, desk.book.by_intent)
    one.restart(book=broken)
    one.say("厨房水龙头漏水")
    answer = one.say("是")
    assert "E-" in answer.text
    assert one.items("cases") == []
    assert one.tracker()["active_loop"]["name"] == "report_repair"
    one.restart(book=desk.book)
    assert "R-" in one.say("是").text


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ("厨房水龙头漏水", r"请再说一遍或者再按一次.*按0.*\d( \d){5}"),
        ("the kitchen tap drips", r"say or press it once more.*press 0.*\d( \d){5}"),
    ],
)
def test_by_keys_a_broken_step_is_told_for_ears_and_the_same_key_goes_on(
    resident: MakeResident, opening: str, told: str
) -> None:
    one = resident(profile="keys")
    desk = _desk(one)
    flow = desk.book.flows["report_repair"]
    steps = tuple(Do("file", _broken) if step.name == "file" else step for step in flow.steps)
    one.restart(book=Book({**desk.book.flows, flow.name: replace(flow, steps=steps)}, desk.book.by_intent))
    one.say(opening)
    answer = one.say("1")
    assert re.search(told, answer.text, re.S), answer.text
    assert "E-" not in answer.text
    assert one.items("cases") == []
    one.restart(book=desk.book)
    one.say("1")
    assert len(one.items("cases")) == 1


def test_a_fault_that_passes_reaches_nobody_and_files_once(resident: MakeResident) -> None:
    one = resident()
    desk = _desk(one)
    flow = desk.book.flows["report_repair"]
    whole = next(step for step in flow.steps if isinstance(step, Do) and step.name == "file")
    faults = [ZeroDivisionError("once")]

    def shaky(turn: Turn) -> Outcome:
        outcome = whole.run(turn)
        if faults:
            raise faults.pop()
        return outcome

    steps = tuple(Do("file", shaky) if step is whole else step for step in flow.steps)
    one.restart(book=Book({**desk.book.flows, flow.name: replace(flow, steps=steps)}, desk.book.by_intent))
    one.say("厨房水龙头漏水")
    answer = one.say("是")
    assert "R-" in answer.text
    assert "E-" not in answer.text
    assert len(one.items("cases")) == 1


class _Deaf(Embedded):
    def understand(self, message: InboundMessage, told: Guess | None = None) -> Understanding:
        raise RuntimeError("the classifier is gone")


def test_an_interpreter_that_breaks_is_heard_about_and_answered(resident: MakeResident) -> None:
    one = resident()
    one.restart(interpreter=_Deaf(one.settings.model_path))
    answer = one.say("厨房水龙头漏水")
    assert answer.status == 200
    assert answer.text.strip()
    assert one.items("alarms") == []


def test_an_alarm_waits_for_no_classifier(resident: MakeResident) -> None:
    one = resident()
    one.restart(interpreter=_Deaf(one.settings.model_path))
    one.say("救命，我摔倒了起不来")
    (alarm,) = one.items("alarms")
    assert (alarm["state"], alarm["kind"]) == ("open", "fall")


def test_an_alarm_stands_even_when_the_dialogue_breaks(resident: MakeResident) -> None:
    one = resident()
    desk = _desk(one)
    sos = desk.book.flows["trigger_sos"]
    steps = (Do("stand", _broken), *sos.steps[1:])
    one.restart(book=Book({**desk.book.flows, sos.name: replace(sos, steps=steps)}, desk.book.by_intent))
    answer = one.say("救命，我摔倒了起不来")
    (alarm,) = one.items("alarms")
    assert alarm["state"] == "open"
    assert one.tracker()["sos"] == alarm["id"]
    assert "求救" in answer.text


def test_an_alarm_repeated_by_the_network_is_one_alarm(resident: MakeResident) -> None:
    one = resident()
    for _ in range(3):
        one.say("救命，我摔倒了起不来", message_id="m-9")
    assert len(one.items("alarms")) == 1


def test_an_alarm_that_cannot_be_stored_tells_the_resident_to_dial(resident: MakeResident) -> None:
    one = resident()

    def full(connection: Connection, *rest: object) -> None:
        raise OSError("disk full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backend.services.alarms.raise_alarm", full)
        answer = one.say("救命，我摔倒了起不来")
    assert "120" in answer.text
    assert "119" in answer.text
    assert one.items("alarms") == []


def test_the_tracker_tells_what_happened_in_order(resident: MakeResident) -> None:
    one = resident()
    one.say("the lamp at gate 3 is out")
    one.say("no, gate 5")
    one.say("yes")
    events = one.tracker()["events"]
    names = [event["event"] for event in events if event["event"] != "slot"]
    assert names == ["user", "flow_started", "bot", "user", "bot", "user", "flow_completed", "bot"]
    slots = [(e["name"], e["value"]) for e in events if e["event"] == "slot"]
    assert ("location", "gate 3") in slots
    assert slots[-1] == ("location", "gate 5")
    done = next(event for event in events if event["event"] == "flow_completed")
    assert done["case_no"] == one.tracker()["case"]
    assert done["slots"]["location"] == "gate 5"


def test_flow_of_another_version_is_told_and_let_go(resident: MakeResident) -> None:
    one = resident()
    desk = _desk(one)
    one.say("厨房水龙头漏水")
    flow = desk.book.flows["report_repair"]
    newer: Flow = replace(flow, version=flow.version + 1)
    one.restart(book=Book({**desk.book.flows, flow.name: newer}, desk.book.by_intent))
    answer = one.say("是")
    assert "重新" in answer.text
    assert one.items("cases") == []
    assert "提交" in one.say("厨房水龙头漏水").text


def test_a_plain_yes_to_the_question_of_danger_is_an_alarm(resident: MakeResident) -> None:
    one = resident()
    for number, text in enumerate(_maybe_danger()):
        # Each by another sender: what one of them draws must not colour the next.
        sender = f"r{number}"
        if "danger" in one.say(text, sender=sender).payloads:
            one.say("yes", sender=sender)
            assert len(one.items("alarms", conversation=sender)) == 1
            return
    raise AssertionError("none of these draws the question any more: find another that does")


def _maybe_danger() -> tuple[str, ...]:
    """Sentences between alarm and calm; which of them draws the question depends on the training."""
    return (
        "我难受",
        "老人摔了一下",
        "快点",
        "my knee hurts a bit and I feel odd",
        "我有点不对劲",
        "hurry",
        "not feeling right",
        "喘",
    )
