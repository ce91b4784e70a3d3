"""What the desk wrote down is taken back with one press, and only while nobody has gone on from it."""

from __future__ import annotations

import re

from sqlalchemy import select

from backend.models.notes import canned
from backend.models.office import change, special_day, team
from backend.models.people import proxy
from backend.services import hours
from tests.backend.console.test_desk_data import EN, ONE, home_of, house, one
from tests.clerk import Clerk
from tests.resident import Resident

__all__ = ["house"]
WEEK = {f"day_{n}": "9:00-18:00" for n in range(7)}


def _last(house: Resident, what: str) -> int:
    return one(house, select(change.c.id).where(change.c.what == what).order_by(change.c.id.desc()))


def _opens(house: Resident) -> int:
    week = house.app.state.desk.db.read_now(lambda c: hours.of(c, "sunshine")).week
    return int(week[0][0][0])


@ONE
def test_a_week_of_hours(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    before = _opens(house)
    assert boss.post("/console/hours", **WEEK).status_code == 204
    first = _last(house, "hours")
    assert "Monday: 8:00-20:00 → 9:00-18:00" in boss.get("/console/teams", **EN).text
    assert boss.post("/console/hours", **(WEEK | {"day_0": "10:00-18:00"})).status_code == 204
    late = boss.post(f"/console/changes/{first}/undo")
    assert (late.status_code, "9:00-18:00 → 10:00-18:00" in late.json()["detail"]) == (409, True)
    assert boss.post(f"/console/changes/{_last(house, 'hours')}/undo").status_code == 204
    assert _opens(house) == 9 * 60
    assert boss.post(f"/console/changes/{first}/undo").status_code == 204, "it is again as it was left"
    assert _opens(house) == before
    assert Clerk(house, "agent").post(f"/console/changes/{_last(house, 'hours')}/undo").status_code == 403


@ONE
def test_who_is_in_a_team_and_a_day_off(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    key = one(house, select(team.c.id).where(team.c.key == "repairs"))
    assert boss.post(f"/console/teams/{key}/people", in_duty="yes").status_code == 204
    assert boss.post(f"/console/changes/{_last(house, 'members')}/undo").status_code == 204
    assert re.search(r'in_agent"[^>]*checked', boss.get("/console/teams").text)
    assert boss.post("/console/days", day="2026-12-31", note="Stocktaking").status_code == 204
    assert boss.post(f"/console/changes/{_last(house, 'day')}/undo").status_code == 204
    days = house.app.state.desk.db.read_now(lambda c: c.execute(select(special_day.c.note)).scalars().all())
    assert "Stocktaking" not in days


@ONE
def test_a_permission_is_taken_back_and_given_again(house: Resident) -> None:
    clerk, home = Clerk(house, "agent"), home_of(house)

    def standing() -> list[tuple[int, list[str]]]:
        rows = select(proxy.c.agent_id, proxy.c.scopes).where(proxy.c.revoked_at.is_(None)).order_by(proxy.c.agent_id)
        return [(row[0], row[1]["may"]) for row in house.app.state.desk.db.read_now(lambda c: c.execute(rows).all())]

    before = standing()
    key = one(house, select(proxy.c.id).where(proxy.c.revoked_at.is_(None)))
    assert clerk.post(f"/console/proxies/{key}/revoke").status_code == 204
    assert standing() != before
    assert clerk.post(f"/console/changes/{_last(house, 'proxy')}/undo").status_code == 204
    assert standing() == before
    assert clerk.get(f"/console/homes/{home}").status_code == 200


@ONE
def test_a_ready_text_is_reworded_removed_and_back_again(house: Resident) -> None:
    boss, agent = Clerk(house, "supervisor"), Clerk(house, "agent")
    form = {"shortcut": "when", "text_en": "When?", "state": "quoted"}
    assert agent.post("/console/texts", **form).status_code == 403
    assert boss.post("/console/texts", **(form | {"state": "lost"})).json()["pointer"] == "/state"
    assert boss.post("/console/texts", **form).status_code == 204
    assert agent.post(f"/console/changes/{_last(house, 'text')}/undo").status_code == 403
    assert boss.post(f"/console/changes/{_last(house, 'text')}/undo").status_code == 204
    key = one(house, select(canned.c.id).where(canned.c.shortcut == "when", canned.c.state.is_(None)))
    assert boss.post(f"/console/texts/{key}/remove").status_code == 204
    assert "/when" not in agent.get("/console/texts").text
    assert boss.post(f"/console/changes/{_last(house, 'text')}/undo").status_code == 204
    assert "/when" in agent.get("/console/texts").text
    assert "text.removed" in Clerk(house, "auditor").get("/console/audit?what=text").text


@ONE
def test_a_text_for_this_state_comes_before_those_for_any(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    for state in ("received", "quoted"):
        form = {"shortcut": state, "text_en": state, "flow": "report_repair", "state": state}
        assert boss.post("/console/texts", **form).status_code == 204
    house.say("厨房水龙头漏水，明天下午三点来")
    house.say("是")
    number = re.findall(r"/console/inbox/(\d+)\?", boss.get("/console/inbox?view=bot").text)[0]
    offered = re.findall(r'data-shortcut="(\w+)"', boss.get(f"/console/inbox/{number}").text)
    assert offered[0] == "received"
    assert offered[-1] == "quoted", "the case is not there"
