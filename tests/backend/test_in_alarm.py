"""What is told while help is waited for, as those on duty have it: who called, where it is, whom not to ring."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from backend.models.people import resident as people
from backend.models.work import alarm
from backend.services import alarms
from backend.services.alarms import Cry
from backend.services.ladder import climb, steps
from bot.contract.messages import Address
from tests.backend.climbing import FALL, ONE, do, events_of, pass_time
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.conftest import MakeResident
from tests.resident import Resident

RED = "120 not called yet"


def _board(house: Resident) -> str:
    board: str = Clerk(house, "duty").get("/console/alarms", **{"accept-language": "en"}).text
    return board


@ONE
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("120打了吗", "120打了，说十分钟到"),
        ("要不要打120", "我们已经打过120了"),
        ("has the ambulance been called?", "I called 120"),
        ("should I call 120", "my wife has called the ambulance"),
    ],
)
def test_who_called_stands_on_the_board_and_a_question_is_no_call(house: Resident, asked: str, told: str) -> None:
    """Practice 11: red until somebody has called, also where that is whoever cried for help."""
    house.say(FALL)
    for words in (asked, "帮我叫救护车", "call an ambulance for me please", "120打不通"):
        house.say(words)
        assert RED in _board(house), words
    house.say(told)
    assert RED not in _board(house)
    assert "120 called by 李娜" in _board(house)


@ONE
def test_of_another_number_the_words_stand_there_and_it_stays_red(house: Resident) -> None:
    house.say("厨房着火了，油锅烧起来了")
    house.say("120打过了")
    assert "119 not called yet" in _board(house)
    house.say("119也打了")
    assert "119 called by 李娜" in _board(house)


@ONE
def test_nobody_here_calls_and_nobody_says_that_they_did(house: Resident) -> None:
    """Practice 10, and of violence 2: read over a shoulder it tells nothing."""
    house.say(FALL)
    assert "没法替您打120" in house.say("帮我叫一下救护车").text
    assert "dialled" not in events_of(house)


@ONE
def test_of_violence_a_plea_for_the_police_is_answered_by_nothing_that_shows(resident: MakeResident) -> None:
    house = resident()
    house.say("他又打我了，我锁在厕所里")
    said = house.say("能帮我报警吗").text
    assert said == "收到，已转给同事。"
    assert "dialled" not in events_of(house)


@ONE
def test_the_home_stays_while_more_is_told(house: Resident) -> None:
    """Whose people are rung hangs on it: a second cry, where they ran to and what they feel take no home away."""
    house.say("我妈摔倒了，爬不起来")
    house.say("3栋2单元501")
    for words in ("她说腿疼得厉害", "救护车在南门进不来，让保安开门", "她喘不上气了", "妈妈眼睛睁开了"):
        house.say(words)
        (one,) = house.items("alarms")
        assert one["household"] == "3栋2单元501", words
        assert one["location"].startswith("3栋2单元501"), words


@ONE
@pytest.mark.parametrize("words", ["我已经带孩子跑到楼下了", "我奶奶还在6楼", "we are at the south gate now"])
def test_where_it_burns_stays_where_it_burns(house: Resident, words: str) -> None:
    house.say("我家厨房着火了")
    house.say(words)
    (one,) = house.items("alarms")
    assert one["household"] == "3栋2单元501"
    assert one["location"].startswith("3栋2单元501 (")


@ONE
@pytest.mark.parametrize(
    "words", ["应该叫醒他吗", "我好害怕", "should I take an aspirin", "she is pregnant", "我一个人住"]
)
def test_what_is_asked_or_felt_is_no_place(house: Resident, words: str) -> None:
    house.say("半夜突然胸闷，左胳膊发麻")
    house.say(words)
    (one,) = house.items("alarms")
    assert one["location"] == "3栋2单元501"
    assert not one.get("location_confirmed")


@ONE
def test_whoever_is_known_late_is_called_back_at_once(house: Resident, hands: Hands) -> None:
    """Their own rung was climbed before anybody knew who they are: it is made up for, and due only from then on."""
    sender = Address("rest", "late", "demo")
    cry = Cry(COMMUNITY, sender, "fall", FALL, "rest:demo:late:1")
    key = do(house, lambda c: alarms.raise_alarm(c, cry, hands.now(), hands.real())).id
    pass_time(house, hands, 70)

    def wearer(connection: Connection) -> list[tuple[str, bool]]:
        rows = [row for row in steps.of(connection, key) if row.kind == steps.WEARER]
        return [(row.state, row.due_at == hands.real()) for row in rows]

    assert do(house, wearer) == []

    def known(connection: Connection) -> None:
        who = connection.execute(select(people.c.id).where(people.c.name == "李娜")).scalar_one()
        connection.execute(update(alarm).where(alarm.c.id == key).values(reporter_id=who))
        climb.found_out(connection, key, hands.now(), hands.real())

    do(house, known)
    assert do(house, wearer) == [(steps.UNREACHABLE, True)], "tried, and not left planned for ever"


@ONE
def test_gas_that_was_reported_and_gets_stronger_is_an_alarm_at_that_home(house: Resident) -> None:
    house.say("家里有煤气味")
    assert "先别进去，在外面等" in house.say("可以回家了吗").text
    assert not house.items("alarms")
    assert "现在就出去" in house.say("味道越来越重了").text
    (one,) = house.items("alarms")
    assert (one["kind"], one["household"]) == ("gas", "3栋2单元501")
