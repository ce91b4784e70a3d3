"""Alarms: who, where and what apart from who calls; joined, never lost; closed by a named person with an outcome."""

from __future__ import annotations

import pytest

from backend.services import alarms, duty
from bot.contract.errors import Refused
from bot.contract.text import Text
from tests.conftest import MakeResident


def test_the_callers_home_is_a_guess_until_somebody_says_so(resident: MakeResident) -> None:
    one = resident()
    one.say("救命，我摔倒了起不来")
    (alarm,) = one.items("alarms")
    assert (alarm["location"], alarm["location_confirmed"]) == ("3栋2单元501", False)
    one.say("在家")
    (alarm,) = one.items("alarms")
    assert (alarm["location"], alarm["location_confirmed"]) == ("3栋2单元501", True)


def test_a_place_and_a_person_in_the_words_go_before_the_caller(resident: MakeResident) -> None:
    one = resident()
    one.say("我妈在5栋1单元302晕倒了")
    (alarm,) = one.items("alarms")
    assert alarm["location"] == "5栋1单元302"
    assert alarm["location_confirmed"] is True
    assert "妈" in alarm["who"]


@pytest.mark.parametrize("words", [("我在天台上不想活了",), ("我不想活了", "我就在天台上，不想活了")])
def test_a_roof_without_a_building_takes_no_home_away(words: tuple[str, ...], resident: MakeResident) -> None:
    """Whoever goes needs to know which house it is most likely to be, and that nobody has said so."""
    one = resident()
    for said in words:
        one.say(said)
    (alarm,) = one.items("alarms")
    assert (alarm["location"], alarm["location_confirmed"]) == ("3栋2单元501 (天台)", False)
    assert alarm["household"] is not None


def test_more_words_join_the_open_alarm(resident: MakeResident) -> None:
    one = resident()
    one.say("救命")
    one.say("我摔倒了起不来")
    one.say("头在流血")
    (alarm,) = one.items("alarms")
    headers = {"Authorization": "Bearer linli-demo-key"}
    history = one.request("GET", f"/api/v1/alarms/{alarm['id']}", headers=headers).json()["history"]
    notes = [line["note"] for line in history if line["name"] in ("raised", "said")]
    assert notes == ["救命", "我摔倒了起不来", "头在流血"]


def test_staff_find_it_in_the_outbox(resident: MakeResident) -> None:
    one = resident()
    one.say("救命，我摔倒了起不来")
    items = one.request("GET", "/demo/outbox").json()["items"]
    (call,) = [item for item in items if item["kind"] == "staff"]
    assert call["body"]["alarm"] == one.items("alarms")[0]["id"]


def test_violence_is_marked_quiet_and_answered_without_a_word_of_it(resident: MakeResident) -> None:
    one = resident()
    answer = one.say("他拿刀要砍我")
    (alarm,) = one.items("alarms")
    assert alarm["quiet"] is True
    assert len(answer.text) <= 12
    assert not any(word in answer.text for word in ("求救", "报警", "110", "值班"))


def test_the_residents_cancel_closes_nothing(resident: MakeResident) -> None:
    one = resident()
    one.say("救命，我摔倒了起不来")
    one.say("误报，我没事了，不用来")
    (alarm,) = one.items("alarms")
    assert alarm["state"] == "cancel_requested"
    assert alarm["closed_at"] is None
    assert one.tracker()["sos"] == alarm["id"]


@pytest.mark.parametrize(("by", "outcome"), [("", "fine"), ("Wang", ""), (" ", " ")])
def test_closing_needs_a_name_and_an_outcome(by: str, outcome: str, resident: MakeResident) -> None:
    one = resident()
    one.say("救命，我摔倒了起不来")
    key = one.items("alarms")[0]["id"]
    desk = one.app.state.desk
    with pytest.raises(Refused):
        desk.db.submit(lambda c: alarms.close(c, key, by, outcome, desk.clock.now())).result()
    assert one.items("alarms")[0]["state"] == "open"


def test_a_closed_alarm_is_closed_once_and_the_conversation_is_free(resident: MakeResident) -> None:
    one = resident()
    one.say("救命，我摔倒了起不来")
    key = one.items("alarms")[0]["id"]
    desk = one.app.state.desk
    desk.db.submit(lambda c: alarms.close(c, key, "王师傅", "helped up, no injury", desk.clock.now())).result()
    with pytest.raises(Refused):
        desk.db.submit(lambda c: alarms.close(c, key, "王师傅", "again", desk.clock.now())).result()
    assert one.tracker()["sos"] is None


def test_without_answered_drills_nobody_is_promised_to_watch(resident: MakeResident) -> None:
    one = resident()
    from sqlalchemy import text

    desk = one.app.state.desk
    desk.db.submit(lambda c: c.execute(text("UPDATE duty SET drill_answered_at = '2020-01-01 00:00:00'"))).result()
    assert not desk.db.read_now(lambda c: duty.watched(c, "sunshine", desk.clock.real()))
    answer = one.say("救命，我摔倒了起不来")
    assert "120" in answer.text
    assert "正在通知" not in answer.text


def test_no_alarm_text_promises_help_before_a_person_accepted() -> None:
    """Practice 10: a grep over every text of the flow, in the source's language and in Chinese."""
    from backend.services.ladder import climb, lifts, told
    from bot import locales
    from bot.settings import ROOT
    from flows.trigger_sos import scripts

    chinese = locales.load(ROOT / "locales", ["zh_Hans"])["zh_Hans"]
    # What is said only after a person pressed "I am going" names them, and is no promise of ours.
    after = (told.COMING, told.COMING_IN, told.FOR_YOU, lifts.COMING)
    assert all("{name}" in text.msgid for text in after)
    texts = [
        *scripts.WORDS.values(),
        *scripts.SCRIPTS.values(),
        *(one for one in vars(scripts).values() if isinstance(one, Text)),
        *(climb.NOBODY, climb.RINGING, told.LAPSED, told.OVER, lifts.STILL, lifts.LATE),
    ]
    forbidden = (
        "on the way",
        "is coming",
        "will be there",
        "马上到",
        "已经出发",
        "正在赶",
        "有人来了",
        "已为您拨打",
        "已经拨打",
    )
    for text in texts:
        for words in (text.msgid, chinese.find(text)):
            assert not any(word in words for word in forbidden), words
