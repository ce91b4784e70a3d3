"""Whoever wishes for a person first has one with the first words of a chat, and does it here when they write again."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from backend.models.people import resident as people
from bot.contract.conversation import ALWAYS, NEVER
from tests.conftest import MakeResident
from tests.resident import Resident

TAP = {"zh_Hans": "厨房水龙头漏水", "en": "the kitchen tap drips"}
FIRST = {"zh_Hans": "先交给人工", "en": "A person first, as you wish"}
SENT = {"zh_Hans": "就这样提交", "en": "Shall I send it"}


def _wishing(make: MakeResident, wish: str) -> Resident:
    """As the desk has set it on the resident's page."""
    one = make()
    mine = update(people).where(people.c.phone == "13800000501").values(person=wish)
    one.app.state.desk.db.submit(lambda c: c.execute(mine)).result(30)
    return one


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_person_comes_first_and_the_bot_when_it_is_asked_again(resident: MakeResident, language: str) -> None:
    one = _wishing(resident, ALWAYS)
    assert FIRST[language] in one.say(TAP[language]).text
    assert [case["kind"] for case in one.items("cases")] == ["callback"]
    assert SENT[language] in one.say(TAP[language]).text, "nobody is sent round in a circle"


def test_a_button_is_no_word_and_a_cry_waits_for_nobody(resident: MakeResident) -> None:
    one = _wishing(resident, ALWAYS)
    repair = one.say("你好").payloads[0]
    assert "什么坏了" in one.say(repair).text
    assert not one.items("cases")
    assert "120" in one.say("救命，我摔倒了起不来").text
    assert len(one.items("alarms")) == 1


def test_thanks_and_a_good_day_ring_nobody(resident: MakeResident) -> None:
    one = _wishing(resident, ALWAYS)
    for words in ("谢谢", "你好", "再见"):
        one.say(words)
    assert not one.items("cases")


def test_whoever_chose_otherwise_has_the_bot(resident: MakeResident) -> None:
    one = _wishing(resident, NEVER)
    assert SENT["zh_Hans"] in one.say(TAP["zh_Hans"]).text
