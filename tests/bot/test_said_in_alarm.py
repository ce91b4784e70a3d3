"""What a line is while an alarm is open: learnt, and never a reason to lower anything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.contract.errors import Misconfigured
from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger, Understanding
from bot.engine.danger.said import is_over
from bot.settings import Settings
from intents import dialogue_act, drawn
from intents.danger import who
from intents.stored import load
from intents.understand import Embedded
from tests.conftest import MakeResident

AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
# Said by nobody who wrote the rows, and by what each is.
SAID = [
    ("has anyone rung the ambulance yet", "asks_called"),
    ("how many more minutes do we have to wait", "asks_when"),
    ("all good now, everybody is safe", "clear"),
    ("please don't let my husband know", "silent"),
    ("sorry, wrong button, nothing happened", "mistake"),
    ("救护车有人打了没有", "asks_called"),
    ("还得等多长时间", "asks_when"),
    ("都没事了 人已经出来了", "clear"),
    ("千万别跟我老公讲", "silent"),
    ("按错键了 没有出事", "mistake"),
]


@pytest.mark.parametrize(("text", "act"), SAID)
def test_a_line_is_heard_for_what_it_is(text: str, act: str, prepared: Settings) -> None:
    judged = dialogue_act.judge(load(prepared.model_path).amid, text)
    assert judged[0][0] == act
    assert judged[0][1] >= 0.5


def test_rows_are_drawn_the_same_every_time_and_hold_no_sign_of_their_making() -> None:
    lines = drawn.read()
    assert lines == drawn.read()
    assert len(lines) > 8_000
    assert not [line for line in lines if set("{}|") & set(line.text)]
    assert {line.act for line in lines if line.language == "en"} == {
        line.act for line in lines if line.language != "en"
    }


def test_a_file_of_another_form_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("clear:\n- it is over\n", encoding="utf-8")
    with pytest.raises(Misconfigured):
        drawn.read(tmp_path)


def heard(act: str, share: float, danger: Danger = Danger.NONE, **extra: str) -> Understanding:
    return Understanding("out_of_scope", 0.0, danger=danger, extra=extra, amid=((act, share), ("tells", 1 - share)))


@pytest.mark.parametrize(
    ("said", "over"),
    [
        (heard("clear", 0.9), True),
        (heard("mistake", 0.9), True),
        (heard("clear", 0.6), False),
        (heard("better", 0.99), False),
        (heard("clear", 0.99, though="yes"), False),
        (heard("clear", 0.8, Danger.ALERT), False),
        (heard("clear", 0.9, Danger.ALERT), True),
        (Understanding("cancel", 1.0), False),
    ],
)
def test_only_what_is_sure_and_whole_says_that_it_is_over(said: Understanding, over: bool) -> None:
    assert is_over(said) is over


def test_that_it_is_over_closes_nothing(resident: MakeResident) -> None:
    one = resident()
    one.say("my father fell and cannot get up", locale="en")
    one.say("he's up again and fine, nobody needs to come any more, thanks", locale="en")
    alarm = one.items("alarms")[0]
    assert alarm["state"] == "cancel_requested"
    assert alarm["closed_at"] is None


@pytest.mark.parametrize(
    ("opening", "line"),
    [("我爸摔倒了起不来", "别跟我儿子说，他在外地"), ("我爸胸口疼得厉害", "不想让孩子们担心，你别打给他们")],
)
def test_what_shall_be_kept_from_somebody_turns_no_alarm_quiet(opening: str, line: str, resident: MakeResident) -> None:
    one = resident()
    one.say(opening)
    before = one.items("alarms")[0]["kind"]
    one.say(line)
    after = one.items("alarms")[0]
    assert (after["kind"], after["quiet"]) == (before, False)


def test_a_knife_turns_it_quiet_all_the_same(resident: MakeResident) -> None:
    one = resident()
    one.say("我爸摔倒了起不来")
    one.say("我老公拿刀砍我")
    assert one.items("alarms")[0]["quiet"] is True


def test_who_is_told_later_stands_in_the_record_and_changes_nobody_who_is_rung(resident: MakeResident) -> None:
    one = resident()
    one.say("救命，有人摔倒了")
    one.say("是个八十岁的老太太")
    assert one.items("alarms")[0]["who"] == "是个八十岁的老太太"


@pytest.mark.parametrize(
    ("text", "whom"),
    [("我老公打我", None), ("my husband is hitting me", None), ("我老公晕倒了", "我老公"), ("my son fell", "my son")],
)
def test_who_does_it_is_not_who_is_in_danger(text: str, whom: str | None) -> None:
    assert who(text) == whom


def test_the_whole_line_is_judged_whatever_it_falls_into(prepared: Settings) -> None:
    message = InboundMessage(
        id="1", sender=Address("rest", "a"), kind=Kind.TEXT, text="门开了，孩子没事，火也关了", received_at=AT
    )
    assert Embedded(prepared.model_path).understand(message).said_amid == "clear"


def test_nothing_is_judged_where_no_alarm_is_open(resident: MakeResident) -> None:
    one = resident()
    answer = one.say("how long will it take", locale="en")
    assert "coming" not in answer.text
    assert one.items("alarms") == []
