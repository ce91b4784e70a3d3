"""What one way does not carry goes on by the community's own account of another, and only what may be read out is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from backend.models.ringing import ring
from backend.models.talk import conversation, outbox
from backend.services import gathering, otherwise
from backend.services.ladder import reach
from backend.services.outbox import push
from bot.contract.text import t
from tests.resident import Resident

WATER, SUM = t("The water is off tomorrow from nine to twelve."), t("Your bill is {amount}.", amount="233.20")
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _goes_on(house: Resident, ways: frozenset[str], text: str = "", voice: str = "") -> tuple[str | None, list[Any]]:
    """A bundle of a private sum and of news for everybody; returns the way, and what was put there."""
    house.say("hello")
    desk = house.app.state.desk
    now, real = desk.clock.now(), desk.clock.real()

    def work(connection: Connection) -> tuple[str | None, list[Any]]:
        reach.rule(connection, "sunshine", voice, {}, None, text)
        talk = connection.execute(select(conversation.c.id)).scalar_one()
        for once, said, aloud in (("sum", SUM, False), ("water", WATER, True)):
            push(connection, talk, said, once, real, aloud=aloud)
        rows = connection.execute(select(outbox).where(outbox.c.kind == "push").order_by(outbox.c.id)).all()
        body = gathering._joined([row.body for row in rows])
        way = otherwise.go_on(connection, rows[0], body, ways, now, real)
        texts = connection.execute(select(outbox).where(outbox.c.channel == "sms")).all()
        return way, [*texts, *connection.execute(select(ring)).all()]

    way, put = desk.db.submit(work).result()
    return way, put


@ONE
def test_by_the_communitys_own_account_of_text_messages(house: Resident) -> None:
    way, (row,) = _goes_on(house, frozenset({"sms"}), text="ours", voice="line")
    assert (way, row.account, len(row.body["say"])) == (otherwise.BY_TEXT, "ours", 2)
    assert "water" in str(row.body["aloud"])
    assert "bill" not in str(row.body["aloud"])


@ONE
def test_by_a_call_only_what_may_be_heard_by_whoever_picks_up(house: Resident) -> None:
    way, (row,) = _goes_on(house, frozenset({"sms"}), voice="line")
    assert way == otherwise.BY_CALL
    assert "water" in str(row.about)
    assert "bill" not in str(row.about)


@ONE
def test_by_no_way_where_there_is_none(house: Resident) -> None:
    assert _goes_on(house, frozenset({"sms"})) == (None, [])
