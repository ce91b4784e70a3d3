"""A deadline that passes reaches whoever has the case and their supervisors: once, and written down."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.notes import notice
from backend.models.staff import staff
from backend.models.work import case
from backend.services import lateness
from bot.work import deadlines
from tests.clerk import Clerk, Hands
from tests.resident import Resident

EN = {"accept-language": "en"}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _file(house: Resident) -> str:
    house.say("厨房水龙头漏水，明天下午三点来")
    house.say("是")
    return str(house.items("cases")[0]["number"])


def _tell(house: Resident, number: str) -> list[str]:
    """Two processes look at the same moment; whoever was told of this case in the whole of its life."""
    desk = house.app.state.desk
    now, real = desk.clock.now(), desk.clock.real()
    for one in [desk.db.submit(lambda c: lateness.tell(c, now, real)) for _ in range(2)]:
        one.result()
    who = select(staff.c.login).select_from(
        notice.join(staff, notice.c.staff_id == staff.c.id).join(case, notice.c.case_id == case.c.id)
    )
    found: list[str] = desk.db.read_now(lambda c: list(c.execute(who.where(case.c.number == number)).scalars()))
    return sorted(found)


def _late(clerk: Clerk) -> str:
    """The number that stands beside “Cases”."""
    found = re.search(r'data-late="(\d+)"', clerk.get("/console/live/banner").text)
    return found.group(1) if found else ""


def test_a_deadline_that_passes_is_told_once_to_its_owner_and_above(house: Resident, hands: Hands) -> None:
    number, clerk = _file(house), Clerk(house, "agent")
    path = f"/console/cases/{number}"
    assert clerk.post(f"{path}/assign", to="agent").status_code == 204
    assert _tell(house, number) == [], "there is time left"
    hands.pass_(days=9)
    assert _tell(house, number) == _tell(house, number) == ["agent", "supervisor"]
    clerk, boss, night = Clerk(house, "agent"), Clerk(house, "supervisor"), Clerk(house, "duty")
    others = int(_late(boss)) - 1
    assert (_late(clerk), _late(night)) == ("1", "0")
    assert number in clerk.get("/console/cases", **EN).text.split("told to you")[2].split("</section>")[0]
    assert "The deadline is over; told" in clerk.get(path, **EN).text
    assert 'data-told="' in clerk.get(path).text
    assert clerk.post("/console/notices/seen", number=number).status_code == 204
    assert (_late(clerk), _late(boss)) == ("0", str(others + 1)), "who has looked is asked no more; the others are"
    assert 'data-told="' not in clerk.get(path).text
    trail = Clerk(house, "auditor").get("/console/audit?what=case.late").text
    assert trail.count(number) == 1


@ONE
def test_a_new_deadline_is_told_anew_and_a_clock_that_stands_is_not(house: Resident, hands: Hands) -> None:
    number, clerk = _file(house), Clerk(house, "agent")
    path = f"/console/cases/{number}"
    clerk.post(f"{path}/assign", to="agent")
    clerk.post(f"{path}/move", to="no_access", reason="nobody there")
    hands.pass_(days=9)
    assert _tell(house, number) == [], "we wait for the resident"
    clerk = Clerk(house, "agent")
    clerk.post(f"{path}/move", to="assigned")
    assert _tell(house, number) == [], "the days of waiting were given back"
    hands.pass_(days=9)
    assert _tell(house, number) == ["agent", "supervisor"]
    clerk = Clerk(house, "agent")
    assert clerk.post(f"{path}/move", to="fixed").status_code == 204
    assert _late(clerk) == "0", "done is not late, whenever it was done"
    assert number not in clerk.get("/console/cases?due=late&shape=table").text
    house.say("no, it still drips")
    hands.pass_(days=9)
    assert _tell(house, number) == ["agent", "agent", "supervisor", "supervisor"]


@ONE
def test_what_nobody_has_is_told_to_the_team(house: Resident, hands: Hands) -> None:
    number = _file(house)
    rows = select(staff.c.login, staff.c.teams, staff.c.role)
    people: list[Any] = house.app.state.desk.db.read_now(lambda c: c.execute(rows).all())
    repairs = {one.login for one in people if "repairs" in one.teams}
    hands.pass_(days=9)
    assert _tell(house, number) == sorted(repairs | {"supervisor"})
    assert repairs


@ONE
def test_it_is_found_without_anybody_who_asks(house: Resident, hands: Hands) -> None:
    """Also what became late while nothing ran: our rows are the clock."""
    number = _file(house)
    hands.pass_(days=9)

    async def begun() -> None:
        watching = asyncio.create_task(deadlines.watch(house.app.state.tools))
        async with asyncio.timeout(30):
            while not await house.app.state.desk.db.read(lambda c: c.execute(select(notice.c.id)).all()):
                await asyncio.sleep(0.02)
        watching.cancel()

    house.loop.run_until_complete(begun())
    assert "supervisor" in _tell(house, number)
