"""As many visits as it takes, arranged at the desk: what came of each, what was used, and what residents read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.models.talk import outbox
from backend.models.work import case
from tests.clerk import Clerk
from tests.databases import on_sqlite
from tests.resident import Resident

EN = {"accept-language": "en"}


def _state(house: Resident, number: str) -> str:
    row: Any = house.app.state.desk.db.read_now(lambda c: c.execute(select(case).where(case.c.number == number)).one())
    return str(row.state)


def _read(house: Resident) -> str:
    rows = house.app.state.desk.db.read_now(lambda c: c.execute(select(outbox.c.body)).scalars().all())
    return " ".join(str(body) for body in rows)


@on_sqlite
def test_nobody_at_home_then_a_part_is_missing_then_it_is_done(house: Resident) -> None:
    house.say("厨房水龙头漏水，明天下午三点来")
    house.say("是")
    number = house.items("cases")[0]["number"]
    clerk = Clerk(house, "agent")
    at = f"/console/cases/{number}"
    assert clerk.post(f"{at}/visit", who="张师傅", at="2026-11-19T10:00").status_code == 422, "yesterday"
    assert clerk.post(f"{at}/visit", who=" ").status_code == 422
    assert clerk.post(f"{at}/visit", who="张师傅", at="2026-11-20T15:00").status_code == 204
    assert "15:00" in _read(house)
    assert clerk.post(f"{at}/visited", outcome="no_access").status_code == 422, "the resident reads why"
    assert clerk.post(f"{at}/visited", outcome="no_access", note="敲门无人应答").status_code == 204
    assert _state(house, number) == "no_access"
    assert "敲门无人应答" in _read(house)
    assert clerk.post(f"{at}/visit", who="张师傅").status_code == 204
    assert clerk.post(f"{at}/visited", outcome="parts", note="缺一个阀芯").status_code == 204
    assert _state(house, number) == "waiting_parts"
    assert clerk.post(f"{at}/cost", kind="part", name="阀芯", quantity="2", price="12.50").status_code == 204
    assert clerk.post(f"{at}/visit", who="李师傅").status_code == 204
    assert clerk.post(f"{at}/visited", outcome="done").status_code == 204
    assert _state(house, number) == "fixed"
    page = clerk.get(at, **EN).text
    for shown in ("张师傅", "李师傅", "No access", "Parts needed", "Done", "阀芯", "25.00"):
        assert shown in page, shown
