"""The way of a cry is walked once after a start, and nothing of it is kept."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, func, select

from backend.models.ladder import alarm_step
from backend.models.ringing import ring
from backend.models.talk import message, outbox
from backend.models.work import alarm, alarm_event
from backend.services.ladder import steps
from bot import drilling, rehearsal
from bot.contract.messages import Address, InboundMessage, Kind
from tests.backend.climbing import ONE
from tests.clerk import Hands
from tests.resident import Resident

_TABLES = (alarm, alarm_event, alarm_step, ring, outbox, message)


def _counts(connection: Connection) -> list[int]:
    return [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in _TABLES]


@ONE
def test_it_goes_the_whole_way_and_leaves_nothing(house: Resident, hands: Hands) -> None:
    desk = house.app.state.desk

    def walked(connection: Connection) -> None:
        sender = Address("rest", rehearsal.SENDER, "demo")
        key = rehearsal.walk(desk, connection, InboundMessage("r", sender, Kind.TEXT, hands.now(), drilling.cries()[0]))
        assert [row.kind for row in steps.of(connection, key) if row.state != steps.PLANNED], "somebody was to be rung"
        raise ZeroDivisionError

    before = desk.db.read_now(_counts)
    with pytest.raises(ZeroDivisionError):
        desk.db.submit(walked).result()
    asyncio.run(rehearsal.run(desk, drilling.cries()[0], asyncio.Event()))
    assert desk.db.read_now(_counts) == before
