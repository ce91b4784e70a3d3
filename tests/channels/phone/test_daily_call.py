"""The daily call: a key or a word says that all is well, silence waits for the next stage, anything else is a check."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.models.ladder import care as agreed
from backend.models.people import resident
from backend.models.work import alarm
from backend.services import care
from backend.services.ringing import rows
from bot.contract.messages import Address
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench

WANG = "+8613800000602"


def _asked(at: Outgoing) -> None:
    real = at.one.app.state.desk.clock.real()

    def ask(connection: Any) -> None:
        who = connection.execute(select(resident.c.id).where(resident.c.name == "王建国")).scalar_one()
        care.put(connection, COMMUNITY, who, {"daily": "09:00"}, "desk", real)
        care.asked(connection, who, real)
        about = {"resident": who, "asked": real.isoformat()}
        wanted = rows.Wanted(COMMUNITY, rows.DAILY, Address("phone", WANG, "demo"), "daily:1", about)
        rows.place(connection, wanted, real, real, urgent=False)

    at.do(ask)
    at.deliver()


def _kinds(at: Outgoing) -> list[str]:
    found: list[str] = at.do(lambda c: list(c.execute(select(alarm.c.kind)).scalars()))
    return found


def _well(at: Outgoing) -> bool:
    row = at.do(lambda c: c.execute(select(agreed)).one())
    return row.well_at is not None


@pytest.mark.parametrize("way", ["1", "我很好", "都挺好的，没事"])
def test_a_key_or_a_word_is_enough(way: str, at: Outgoing) -> None:
    _asked(at)
    assert "您今天好吗" in at.pick_up(WANG, AnsweredBy="human")
    assert "放心" in (at.press(way) if way == "1" else at.tell(way))
    assert at.over
    assert _well(at)
    assert _kinds(at) == []


@pytest.mark.parametrize(("way", "kind"), [("9", "plea"), ("我不太舒服", "check"), ("摔了一下", "check")])
def test_what_sounds_otherwise_is_looked_after(way: str, kind: str, at: Outgoing) -> None:
    _asked(at)
    at.pick_up(WANG, AnsweredBy="human")
    assert "1 2 0" in (at.press(way) if way == "9" else at.tell(way))
    assert _kinds(at) == [kind]
    assert not _well(at)


@pytest.mark.parametrize("way", ["hello", "silence", "machine", "busy"])
def test_a_ringing_phone_that_is_only_picked_up_says_nothing_of_them(way: str, at: Outgoing) -> None:
    _asked(at)
    if way == "busy":
        at.form = at.last(WANG)
        at.hang_up("busy")
    else:
        at.pick_up(WANG, AnsweredBy="machine_start" if way == "machine" else "human")
        for _ in range(3):
            at.tell("喂，你好") if way == "hello" else at.press("1") if way == "machine" else at.nothing()
        assert at.over
        at.hang_up()
    assert _kinds(at) == []
    assert not _well(at)
