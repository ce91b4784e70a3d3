"""Time goes by on an alarm's ladder without anybody waiting: what is due is decided as the engine would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from backend.models.people import contact, resident
from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import alarm_desk, announce, daily, stories
from backend.services.ladder import aftercare, climb, lifts, reach, start, steps, suicide, verify
from bot.work.effects import EFFECTS
from tests.clerk import Hands
from tests.resident import Resident

FALL, FOR_HER = "救命，我摔倒了起不来", "我妈在5栋1单元302晕倒了"
OURS = (
    *(start.STORY, climb.LAPSE, lifts.STORY, verify.STORY, daily.STORY, aftercare.STORY, suicide.STORY),
    announce.STORY,
)
# Decided by the same rows on either database; the tests without it show that both agree.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def do(house: Resident, work: Any) -> Any:
    return house.app.state.desk.db.submit(work).result()


def key_of(house: Resident) -> str:
    return str(house.items("alarms")[0]["id"])


def pass_time(house: Resident, hands: Hands, seconds: float = 0) -> None:
    """Time goes by, and whatever story is due in it is decided when it is due, as the engine does it."""
    end = hands.at + timedelta(seconds=seconds)

    def due(connection: Connection) -> list[Any]:
        waiting = select(outbox).where(outbox.c.kind == "story", outbox.c.state == "due").order_by(outbox.c.id)
        found = [row for row in connection.execute(waiting) if row.body.get("story") in OURS]
        return sorted((row for row in found if row.body["until"] <= end.isoformat()), key=lambda row: row.body["until"])

    while waiting := do(house, due):
        row = waiting[0]
        hands.at = max(hands.at, hands.at.fromisoformat(row.body["until"]))

        def act(connection: Connection, row: Any = row) -> None:
            effect = EFFECTS[row.body["story"]]
            effect(connection, row.id, row.body["data"], hands.now(), hands.real())
            # A second run finds nothing left to do.
            assert not _changes(connection, effect, row, hands)
            stories.end(connection, row.id)

        do(house, act)
    hands.at = end


def _changes(connection: Connection, effect: Any, row: Any, hands: Hands) -> bool:
    before = _rows(connection)
    if row.body["data"].get("rung") != climb.EXHAUSTED:
        effect(connection, row.id, row.body["data"], hands.now(), hands.real())
    return _rows(connection) != before


def _rows(connection: Connection) -> tuple[int, list[Any]]:
    shown = select(outbox.c.id).where(outbox.c.kind.in_(("story", "call", "push")))
    keys = connection.execute(select(alarm.c.id)).scalars().all()
    return len(connection.execute(shown).all()), [tuple(row) for key in keys for row in steps.of(connection, key)]


def steps_of(house: Resident) -> list[tuple[str, str, str | None]]:
    key = key_of(house)
    rows = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    return [(row.name or row.kind, row.state, row.reason) for row in rows]


def states_of(house: Resident) -> dict[str, tuple[str, str | None]]:
    """The newest of each."""
    return {name: (state, reason) for name, state, reason in steps_of(house)}


def more_family(house: Resident) -> None:
    """A second one to be called for whoever cries for help here."""

    def add(connection: Connection) -> None:
        whose = select(resident.c.id).where(resident.c.name == "李娜").scalar_subquery()
        row = {"community_id": "sunshine", "name": "李梅", "relation": "sister", "phone": "13900000005", "rank": 9}
        connection.execute(insert(contact).values(resident_id=whose, **row))

    do(house, add)


def events_of(house: Resident) -> list[str]:
    key = key_of(house)
    return [row.name for row in house.app.state.desk.db.read_now(lambda c: alarm_desk.events(c, key))]


def pushes(house: Resident) -> list[str]:
    told = house.request("GET", "/demo/outbox").json()["items"]
    pushed = [item for item in reversed(told) if item["kind"] == "push"]
    return [str(item["body"]["say"][0]["text"]["id"]) for item in pushed]


def step_of(house: Resident, name: str) -> str:
    key = key_of(house)
    rows = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    return str(next(row.id for row in rows if row.name == name))


NO = (steps.UNREACHABLE, reach.NO_CHANNEL)
PLANNED = (steps.PLANNED, None)
