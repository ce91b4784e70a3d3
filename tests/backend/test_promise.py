"""No SOS without people: it is switched on at the board only while somebody is sure to answer (practice 13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from backend.models.people import duty
from backend.services import audit
from backend.services import duty as watch
from backend.services.ladder import reach
from bot.commands.doctor import _people
from tests.backend.climbing import FALL, ONE, do
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import Resident

GUARD = {"name": "门岗", "phone": "13700000009"}


def _watched(house: Resident, hands: Hands) -> bool:
    return bool(do(house, lambda c: watch.watched(c, COMMUNITY, hands.real())))


def _answered(house: Resident, at: Any, **where: str) -> None:
    rows = update(duty).where(duty.c.community_id == COMMUNITY)
    for name, value in where.items():
        rows = rows.where(duty.c[name] == value)
    do(house, lambda c: c.execute(rows.values(drill_answered_at=at)))


def _off(house: Resident, hands: Hands) -> Clerk:
    """A supervisor at a screen that sounds, with everything as it must be, and the promise switched off."""
    desk = Clerk(house, "supervisor")
    desk.post("/console/live/sound", on="yes")
    _answered(house, hands.real())
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}, GUARD))
    assert desk.post("/console/alarms/promise", on="no").status_code == 204
    return desk


@ONE
def test_switched_off_residents_are_told_to_dial_and_alarms_are_rung_all_the_same(
    house: Resident, hands: Hands
) -> None:
    desk = _off(house, hands)
    assert "未必时时有人" in house.say("你能做什么").text
    answer = house.say(FALL)
    assert "120" in answer.text
    assert "正在通知" not in answer.text
    assert house.items("alarms"), "whoever cries is rung for, whatever is promised"
    assert "自己拨打" in desk.get("/console/alarms").text


@ONE
def test_with_two_who_answered_somebody_at_night_and_a_screen_it_is_switched_on(house: Resident, hands: Hands) -> None:
    desk = _off(house, hands)
    assert desk.post("/console/alarms/promise", on="yes", night=watch.GUARD).status_code == 204
    assert _watched(house, hands)
    assert "正在通知" in house.say(FALL).text
    assert do(house, lambda c: [row.who for row in audit.page(c, COMMUNITY, 0, "sos.on", "")]) == ["supervisor"]


@ONE
@pytest.mark.parametrize(
    "lacks", ["drill", "same number", "old drill", "night", "nobody named", "silent screen", "locked"]
)
def test_it_is_refused_while_nobody_is_sure_to_answer(lacks: str, house: Resident, hands: Hands) -> None:
    desk, night = _off(house, hands), watch.GUARD
    if lacks == "drill":
        _answered(house, None, name="值班二号")
    if lacks == "same number":
        do(house, lambda c: c.execute(update(duty).where(duty.c.name == "值班二号").values(phone="+86 137 0000 0001")))
    if lacks == "old drill":
        _answered(house, hands.real() - timedelta(days=8))
    if lacks == "night":
        do(house, lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}))
    if lacks == "nobody named":
        night = ""
    if lacks == "silent screen":
        desk.post("/console/live/sound", on="no")
    if lacks == "locked":
        desk.post("/console/lock")
        desk = Clerk(house, "admin")
    refused = desk.post("/console/alarms/promise", on="yes", night=night)
    assert refused.status_code == 409, refused.text
    assert not _watched(house, hands)


@ONE
def test_what_it_was_switched_on_for_must_stay_so(house: Resident, hands: Hands) -> None:
    desk = _off(house, hands)
    desk.post("/console/alarms/promise", on="yes", night=watch.GUARD)
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}))
    assert not _watched(house, hands), "the guard room is gone from config.yml"
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}, GUARD))
    assert _watched(house, hands)
    hands.pass_(days=8)
    assert not _watched(house, hands)


@ONE
def test_only_who_answers_for_the_office_may_promise(house: Resident, hands: Hands) -> None:
    _off(house, hands)
    for login in ("duty", "agent"):
        assert Clerk(house, login).post("/console/alarms/promise", on="yes", night=watch.GUARD).status_code in (
            403,
            404,
        )
    assert not _watched(house, hands)


@ONE
def test_doctor_says_what_is_missing(house: Resident, hands: Hands) -> None:
    _off(house, hands)
    good, told = do(house, lambda c: _people(c, COMMUNITY, hands.real()))
    assert not good
    assert "switched on at the SOS board" in told
    _answered(house, None)
    assert "Two different duty numbers" in do(house, lambda c: _people(c, COMMUNITY, hands.real()))[1]
