"""Many are asked a few at a time: each batch is a transaction of its own, nobody is left out or rung twice."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, func, insert, select

from backend.models.drills import drill
from backend.models.people import contact, resident
from backend.models.ringing import ring
from backend.models.talk import outbox
from backend.services import stories
from backend.services.drills import people, rows
from backend.services.ladder import reach
from bot.work.effects import EFFECTS
from tests.backend.climbing import ONE, do
from tests.bot.work.station import COMMUNITY
from tests.clerk import Hands
from tests.resident import Resident

MORE = 45


@ONE
def test_a_few_at_a_time_and_in_the_end_everybody_once(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {}))

    def fill(connection: Connection) -> int:
        whose = connection.execute(select(resident.c.id).limit(1)).scalar_one()
        one = {"community_id": COMMUNITY, "resident_id": whose, "relation": "friend"}
        many = [{**one, "name": f"友{n}", "phone": f"139{n:08d}", "rank": 20 + n} for n in range(MORE)]
        connection.execute(insert(contact), many)
        return int(connection.execute(select(func.count()).select_from(contact)).scalar_one())

    wanted = do(house, fill)
    assert do(house, lambda c: people.begin(c, COMMUNITY, rows.NUMBER, "1", hands.real())) == people.AT_ONCE
    batches = 1
    while waiting := do(house, _waiting):
        (row,) = waiting
        begun = do(house, lambda c, row=row: _go_on(c, row, hands))
        assert begun <= people.AT_ONCE
        batches += 1
    assert batches == wanted // people.AT_ONCE + 1
    refs = do(house, lambda c: list(c.execute(select(drill.c.ref).where(drill.c.kind == rows.NUMBER)).scalars()))
    assert len(refs) == len(set(refs)) == wanted
    due = do(house, lambda c: list(c.execute(select(outbox.c.due_at).where(outbox.c.kind == "call")).scalars()))
    apart = sorted(due)
    assert len(apart) == do(house, lambda c: c.execute(select(func.count()).select_from(ring)).scalar_one()) == wanted
    assert min(b - a for a, b in pairwise(apart)) == people.APART, "one after the other"


def _waiting(connection: Connection) -> list[Any]:
    mine = (outbox.c.kind == "story", outbox.c.state == "due")
    return [row for row in connection.execute(select(outbox).where(*mine)) if row.body.get("story") == people.STORY]


def _go_on(connection: Connection, row: Any, hands: Hands) -> int:
    before = connection.execute(select(func.count()).select_from(drill)).scalar_one()
    effect = EFFECTS[people.STORY]
    assert effect(connection, row.id, row.body["data"], hands.now(), hands.real())
    begun = connection.execute(select(func.count()).select_from(drill)).scalar_one() - before
    assert not effect(connection, row.id, row.body["data"], hands.now(), hands.real()), "twice is once"
    stories.end(connection, row.id)
    return int(begun)
