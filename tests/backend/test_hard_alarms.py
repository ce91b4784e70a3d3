"""What goes wrong around an alarm: lines that tell nothing or are all busy, nobody known, two cries at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models.people import address
from backend.models.ringing import ring
from backend.models.work import alarm
from backend.services import alarms
from backend.services.alarms import Cry
from backend.services.ladder import answering, reach, steps
from backend.services.ringing import calls, rows
from bot.contract.messages import Address
from tests.backend.climbing import FALL, ONE, do, events_of, key_of, more_family, pass_time, states_of
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import Resident


def _voice(house: Resident) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))


def _taken(house: Resident, hands: Hands) -> None:
    """The provider takes every call that waits."""

    def take(connection: Any) -> None:
        for key in connection.execute(select(ring.c.id).where(ring.c.state == rows.WAITING)).scalars().all():
            calls.begin(connection, key, "phone", hands.now(), hands.real())

    do(house, take)


def _busy(house: Resident, hands: Hands) -> None:
    def end(connection: Any) -> None:
        for key in connection.execute(select(ring.c.id).where(ring.c.state == rows.RINGING)).scalars().all():
            calls.ended(connection, "demo", key, "busy", "phone", hands.now(), hands.real())

    do(house, end)


@ONE
def test_a_provider_that_accepts_and_never_calls_holds_nobody_up(house: Resident, hands: Hands) -> None:
    _voice(house)
    house.say(FALL)
    pass_time(house, hands)
    _taken(house, hands)
    pass_time(house, hands, 61)
    assert states_of(house)["值班一号"] == (steps.SILENT, "no_word")
    assert states_of(house)["值班二号"][0] == steps.CALLING
    assert events_of(house).count("no_word") == 2
    page = Clerk(house, "duty").get(f"/console/alarms/{key_of(house)}", **{"accept-language": "en"}).text
    assert "told us nothing of this call" in page


@ONE
def test_where_every_line_is_busy_all_are_tried_at_once_and_again(house: Resident, hands: Hands) -> None:
    """Each ladder brings its own next rung forward; the person in danger hears that nobody has answered."""
    _voice(house)
    more_family(house)
    house.say(FALL)
    pass_time(house, hands)
    for _ in range(3):
        _taken(house, hands)
        _busy(house, hands)
    found = states_of(house)
    for name in ("值班一号", "值班二号", "张伟", "李梅"):
        assert found[name] == (steps.SILENT, "busy"), "within the first second, none of them by the clock"
    pass_time(house, hands, 185)
    assert "exhausted" in events_of(house)
    assert [state for name, (state, _) in states_of(house).items() if name == "值班二号"] == [steps.CALLING]


@ONE
def test_a_cry_from_nobody_known_and_nowhere_reaches_the_duty_and_is_asked_where(house: Resident, hands: Hands) -> None:
    house.say("你好", sender="stranger")
    nobody = update(address).where(address.c.user == "stranger").values(resident_id=None, verified_at=None)
    do(house, lambda c: c.execute(nobody))
    told = house.say("救命啊", sender="stranger").text
    assert "哪里" in told
    pass_time(house, hands)
    rows_ = do(house, lambda c: c.execute(select(alarm)).one())
    assert (rows_.location, rows_.reporter_id, rows_.household_id) == (None, None, None)
    found = house.app.state.desk.db.read_now(lambda c: steps.of(c, rows_.id))
    assert [row.kind for row in found] == [steps.CONSOLE, steps.GUARD, steps.DUTY, steps.DUTY], "nobody's family"
    page = Clerk(house, "duty").get(f"/console/alarms/{rows_.id}", **{"accept-language": "en"}).text
    assert "place not known yet" in page


@pytest.mark.parametrize("channels", [("rest", "rest"), ("rest", "telegram")])
def test_two_cries_of_one_person_at_the_same_moment_are_one_alarm(
    channels: tuple[str, str], house: Resident, hands: Hands
) -> None:
    house.say("你好")
    house.say("你好", sender="two")

    def other(connection: Any) -> None:
        moved = update(address).where(address.c.user == "two")
        connection.execute(moved.values(channel=channels[1], user="li-na" if channels[0] == channels[1] else "two"))

    if channels[0] != channels[1]:
        do(house, other)
    who = (Address("rest", "li-na", "demo"), Address(channels[1], "two" if channels[1] != "rest" else "li-na", "demo"))

    def cry(number: int) -> str:
        words = Cry(COMMUNITY, who[number % 2], "fall", FALL, f"m-{number}")
        return str(do(house, lambda c: alarms.raise_alarm(c, words, hands.now(), hands.real())).id)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(cry, range(8)))) == 1
    assert len(do(house, lambda c: c.execute(select(alarm.c.id)).all())) == 1


@ONE
def test_plain_words_of_violence_while_one_of_the_family_goes_call_the_people_on_duty(
    house: Resident, hands: Hands
) -> None:
    """Practice 2: whoever of the family was going may be the one; nobody of theirs settles it, and none is told."""
    _voice(house)
    house.say(FALL)
    pass_time(house, hands)
    key = key_of(house)
    family = next(step for step in do(house, lambda c: steps.of(c, key)) if step.kind == steps.CONTACT)
    do(house, lambda c: answering.goes(c, family, hands.now(), hands.real()))
    house.say("他在打我，救救我")
    found = do(house, lambda c: c.execute(select(alarm)).one())
    assert (found.kind, found.quiet, found.state, found.accepted_by) == ("violence", True, "open", None)
    pass_time(house, hands)
    newest = [step for step in do(house, lambda c: steps.of(c, key)) if step.round == 2]
    assert newest
    assert not [step for step in newest if step.kind in (steps.CONTACT, steps.WEARER)]
    assert any(step.kind == steps.DUTY for step in newest)
