"""An alarm that turns out worse goes on as what it is now: who joins is rung, who must not be rung is not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.people import contact, resident
from backend.models.ringing import ring
from backend.models.work import alarm
from backend.services import alarm_facts, alarms, daily
from backend.services.ladder import reach, steps
from backend.services.ringing import calls
from tests.backend.climbing import ONE, do, key_of, more_family, pass_time, pushes, states_of
from tests.bot.work.station import COMMUNITY
from tests.clerk import Hands
from tests.resident import Resident

TRAINED = {"name": "林老师", "phone": "13700000077"}


def _ways(house: Resident) -> None:
    guard = {"name": "东门门岗", "phone": "13700000009"}
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}, guard, trained=[TRAINED]))


def _check(house: Resident, hands: Hands) -> str:
    """The daily question of somebody was not answered: one person is to look, and nobody else."""
    house.say("你好")

    def look(c: Connection) -> str:
        who = c.execute(select(resident.c.id).where(resident.c.name == "李娜")).scalar_one()
        return daily.raise_check(c, COMMUNITY, who, "check", "静默", "today", hands.now(), hands.real())

    return str(do(house, look))


def _round(house: Resident, number: int) -> list[Any]:
    return [row for row in do(house, lambda c: steps.of(c, _key(c))) if row.round == number]


def _key(c: Connection) -> str:
    return str(c.execute(select(alarm.c.id)).scalar_one())


@ONE
@pytest.mark.parametrize("seconds", [0, 300])
@pytest.mark.parametrize("words", ["救命，我摔倒了起不来", "有人拿刀闯进我家了", "我不想活了"])
def test_who_cries_while_somebody_is_to_look_has_the_whole_ladder(
    words: str, seconds: int, house: Resident, hands: Hands
) -> None:
    _ways(house)
    key = _check(house, hands)
    pass_time(house, hands, seconds)
    house.say(words)
    pass_time(house, hands)
    assert do(house, lambda c: c.execute(select(alarm.c.id)).scalars().all()) == [key], "it is the same alarm"
    # Where nothing had begun of the check, its first round is one of the cry.
    first = do(house, lambda c: steps.last_round(c, key))
    assert [row.name for row in _round(house, first) if row.kind == steps.DUTY and row.rung == 0][-1:] == ["值班一号"]
    pass_time(house, hands, 180)
    assert {row.name for row in _round(house, first) if row.kind == steps.DUTY} >= {"值班一号", "值班二号"}
    assert _round(house, first + 1), "nobody answered: it goes on until somebody comes"
    if "摔" in words:
        assert [row.name for row in _round(house, first) if row.kind == steps.CONTACT] == ["张伟"]
        assert pushes(house), "and they are told that nobody has answered"


@ONE
def test_no_phone_rings_in_a_home_where_the_plea_turned_out_to_be_gas(house: Resident, hands: Hands) -> None:
    _ways(house)
    house.say("救命")
    pass_time(house, hands)
    assert states_of(house)["李娜"] == (steps.PLANNED, None)
    house.say("家里煤气漏了，好多煤气味，我头晕")
    pass_time(house, hands, 170)
    assert states_of(house)["李娜"] == (steps.STOPPED, "kind")


@ONE
def test_who_lives_there_and_is_to_be_called_is_not_where_it_turned_out_to_be_gas(
    house: Resident, hands: Hands
) -> None:
    """The call waits for its turn in the queue of the line when the word comes."""
    _ways(house)

    def at_home(c: Connection) -> None:
        mine = select(resident.c.phone).where(resident.c.name == "李娜").scalar_subquery()
        c.execute(update(contact).where(contact.c.name == "张伟").values(phone=mine))

    do(house, at_home)
    house.say("救命")
    pass_time(house, hands)
    assert states_of(house)["张伟"] == (steps.CALLING, None)
    house.say("家里煤气漏了，好多煤气味，我头晕")
    mine = select(ring.c.id).where(ring.c.about["step"].as_integer() == _step(house, "张伟"))
    call = do(house, lambda c: c.execute(mine).scalar_one())
    assert do(house, lambda c: calls.begin(c, call, reach.VOICE, hands.now(), hands.real())) == ""
    assert states_of(house)["张伟"] == (steps.STOPPED, "kind")


def _step(house: Resident, name: str) -> int:
    return int(next(row.id for row in do(house, lambda c: steps.of(c, key_of(house))) if row.name == name))


@ONE
def test_a_plea_that_was_not_to_live_is_for_who_is_trained_at_once_and_for_no_family(
    house: Resident, hands: Hands
) -> None:
    _ways(house)
    house.say("救命")
    pass_time(house, hands)
    assert "林老师" not in states_of(house)
    house.say("我不想活了")
    pass_time(house, hands)
    assert states_of(house)["林老师"] == (steps.CALLING, None), "in the first second, not after the round"
    pass_time(house, hands, 170)
    assert states_of(house)["李娜"] == (steps.STOPPED, "kind"), "and their own phone does not ring (practice 9)"


@ONE
def test_what_a_plea_was_is_heeded_where_they_are_asked_what_happened(house: Resident, hands: Hands) -> None:
    _ways(house)
    house.say("救命")
    pass_time(house, hands)
    key = key_of(house)
    do(house, lambda c: alarm_facts.tell_kind(c, key, "gas", hands.real()))
    pass_time(house, hands)
    assert states_of(house)["李娜"] == (steps.STOPPED, "kind")


@ONE
def test_what_another_process_heard_that_is_worse_is_not_made_milder(house: Resident, hands: Hands) -> None:
    house.say("救命")
    key = key_of(house)
    before = do(house, lambda c: alarms.one(c, key))
    do(house, lambda c: alarm_facts.graver(c, before, "suicide", hands.now(), hands.real()))
    assert not do(house, lambda c: alarm_facts.graver(c, before, "fall", hands.now(), hands.real()))
    assert do(house, lambda c: c.execute(select(alarm.c.kind)).scalar_one()) == "suicide"


@ONE
@pytest.mark.parametrize("words", ["他拿刀要砍我", "我前夫在楼下堵着", "小声点 我不能说话"])
def test_no_family_is_rung_once_a_plea_turned_out_to_be_violence(words: str, house: Resident, hands: Hands) -> None:
    """Practice 2: whoever was only planned is spared at once, and not only when it would be their turn."""
    _ways(house)
    more_family(house)
    house.say("救命")
    assert states_of(house)["李梅"] == (steps.PLANNED, None)
    house.say(words)
    assert states_of(house)["李梅"] == (steps.STOPPED, "quiet")
    pass_time(house, hands, 400)
    hers = [row.state for row in do(house, lambda c: steps.of(c, _key(c))) if row.name == "李梅"]
    assert hers == [steps.STOPPED], "in no later round either"
