"""What has served its end is deleted after the days that config.yml says, and nothing earlier."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, func, insert, select

from backend.models.notes import notice
from backend.models.ringing import ring, ring_event
from backend.models.staff import staff
from backend.models.visitors import passage
from backend.models.work import case
from backend.services import retention
from bot.app import open_desk
from bot.settings import Settings

DAYS = {"passages": 10, "rings": 200, "notices": 40}


def test_each_is_kept_for_its_days(fresh: Settings) -> None:
    desk = open_desk(fresh)
    real = desk.clock.real()

    def lived(connection: Connection) -> None:
        someone = connection.execute(select(staff.c.id).limit(1)).scalar_one()
        about = connection.execute(select(case.c.id).limit(1)).scalar_one()
        whom = {"purpose": "drill", "about": {}, "account": "demo", "phone": "13800000000"}
        whom |= {"state": "accepted", "code": "42"}
        call = {"id": "r" * 26, "community_id": "sunshine", "once": "drill:1", "created_at": real}
        connection.execute(insert(ring).values(**whom, **call))
        for days in (5, 20, 100, 300):
            at = real - timedelta(days=days)
            gone = {
                "community_id": "sunshine",
                "cause": f"c{days}",
                "gate": "East",
                "direction": "entry",
                "at": at,
                "told_at": at,
            }
            connection.execute(insert(passage).values(**gone))
            connection.execute(insert(ring_event).values(ring_id="r" * 26, name="placed", at=at))
            told = {"community_id": "sunshine", "staff_id": someone, "case_id": about, "due_at": at, "at": at}
            connection.execute(insert(notice).values(**told))

    desk.db.submit(lived).result()
    swept = [desk.db.submit(lambda c: retention.forget_old(c, DAYS, real, 2)).result() for _ in range(3)]
    assert swept == [5, 1, 0]
    left = [
        desk.db.read_now(lambda c, table=table: c.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[misc]  # bound now
        for table in (passage, ring_event, notice)
    ]
    assert left == [1, 3, 2]
    desk.db.close()
