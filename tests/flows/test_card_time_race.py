"""The front desk's time that somebody chose is taken by another in the very moment: they are offered other ones."""

from __future__ import annotations

import asyncio
from datetime import datetime
from threading import Event

import pytest
from sqlalchemy import Connection, insert, select, text

from backend.models.board import hold
from backend.models.work import case
from tests.bot.work.station import PATIENCE_SECONDS
from tests.conftest import MakeResident
from tests.resident import Answer

NOW, WISH = "2026-11-20T09:30", "2026-11-21T10:00+08:00"
# Of a lock of another transaction; a file has one writer.
WAITS = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_time_that_is_taken_meanwhile_is_promised_to_nobody_else(resident: MakeResident) -> None:
    one = resident(now=NOW)
    db = one.app.state.desk.db
    one.say("家里水管爆了，3栋2单元501", "somebody")
    one.say("门禁卡丢了")
    stands, ends = Event(), Event()

    def first(connection: Connection) -> None:
        theirs = connection.execute(select(case.c.id).order_by(case.c.id).limit(1)).scalar_one()
        row = {"community_id": "sunshine", "resource": "cards", "at": datetime.fromisoformat(WISH), "seat": 1}
        connection.execute(insert(hold).values(**row, case_id=theirs))
        stands.set()
        assert ends.wait(PATIENCE_SECONDS)

    async def chosen() -> Answer:
        body = {"sender": one.sender, "message": "明天上午十点"}
        told = asyncio.ensure_future(one.http.post("/webhooks/rest/webhook", json=body))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not told.done() and not await db.read(lambda c: c.execute(WAITS).first()):
                await asyncio.sleep(0.01)
        ends.set()
        return one.answer(await told)

    taking = db.submit(first)
    assert stands.wait(PATIENCE_SECONDS)
    answer = one.loop.run_until_complete(chosen())
    taking.result(PATIENCE_SECONDS)
    assert "那个时间没有空。这几个行吗？" in answer.text
    assert "补卡约在" not in answer.text
