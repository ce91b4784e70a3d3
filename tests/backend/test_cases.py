"""Cases: numbers without gaps or doubles, only the steps that a case may take, and news to whom it concerns."""

from __future__ import annotations

import pytest

from backend.services.cases import OPEN, TRANSITIONS
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

KEY = {"Authorization": f"Bearer {DEMO_KEY}"}


def _move(one: Resident, number: str, state: str, **more: str) -> int:
    response = one.request("POST", f"/api/v1/cases/{number}/state", json={"state": state, **more}, headers=KEY)
    return response.status_code


def _filed(one: Resident) -> str:
    one.say("厨房水龙头漏水")
    one.say("是")
    number: str = one.items("cases")[0]["number"]
    return number


def test_numbers_count_up_per_day(resident: MakeResident) -> None:
    one = resident(now="2026-11-20T09:30:00")
    first = _filed(one)
    one.say("卧室灯不亮")
    one.say("是")
    assert first == "R-20261120-0001"
    assert one.items("cases")[0]["number"] == "R-20261120-0002"


def test_a_case_goes_through_its_states_and_the_resident_hears_of_each(resident: MakeResident) -> None:
    one = resident()
    number = _filed(one)
    for state in (
        "assigned",
        "on_site",
        "waiting_parts",
        "on_site",
        "quoted",
        "accepted",
        "fixed",
        "closed",
        "reopened",
    ):
        assert _move(one, number, state) == 200, state
    pushes = [i for i in one.request("GET", "/demo/outbox").json()["items"] if i["kind"] == "push"]
    assert len(pushes) == 9
    history = one.request("GET", f"/api/v1/cases/{number}", headers=KEY).json()["history"]
    assert [line["state"] for line in history][:3] == ["received", "assigned", "on_site"]


@pytest.mark.parametrize(
    ("state", "expected"), [("closed", 409), ("nonsense", 422), ("refused", 422), ("other_company", 422)]
)
def test_wrong_steps_are_refused(state: str, expected: int, resident: MakeResident) -> None:
    one = resident()
    assert _move(one, _filed(one), state) == expected
    assert one.items("cases")[0]["state"] == "received"


def test_a_refusal_carries_its_reason_to_the_resident(resident: MakeResident) -> None:
    one = resident()
    number = _filed(one)
    assert _move(one, number, "refused", reason="这是邻居家的水龙头") == 200
    (push,) = [i for i in one.request("GET", "/demo/outbox").json()["items"] if i["kind"] == "push"]
    assert push["to"] == one.sender
    assert push["body"]["say"][0]["text"]["params"]["reason"] == "这是邻居家的水龙头"


def test_every_state_leads_somewhere_and_open_ones_can_end() -> None:
    ends = {"closed", "refused", "withdrawn", "declined"}
    for start in OPEN:
        seen, edge = {start}, {start}
        while edge:
            edge = {after for state in edge for after in TRANSITIONS[state]} - seen
            seen |= edge
        assert seen & ends, start


def test_unknown_fields_are_refused(resident: MakeResident) -> None:
    one = resident()
    number = _filed(one)
    body = {"state": "assigned", "community_id": "other"}
    assert one.request("POST", f"/api/v1/cases/{number}/state", json=body, headers=KEY).status_code == 422


def test_lists_are_paged_by_cursor_without_gaps_or_doubles(resident: MakeResident) -> None:
    one = resident()
    for building in range(1, 8):
        one.say(f"水管爆了，{building}栋2单元501")
    seen: list[str] = []
    cursor = ""
    while True:
        params = {"limit": "3", "kind": "repair", **({"cursor": cursor} if cursor else {})}
        page = one.request("GET", "/api/v1/cases", params=params, headers=KEY).json()
        seen += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(seen) == 7
    assert seen == sorted(seen, reverse=True)


def test_another_communitys_key_sees_nothing(resident: MakeResident) -> None:
    one = resident()
    number = _filed(one)
    one.say("救命，我摔倒了起不来")
    alarm = one.items("alarms")[0]["id"]
    desk = one.app.state.desk
    from backend.services import communities, keys
    from bot.contract.conversation import Community

    other = Community("other", {"en": "Other"}, "Asia/Shanghai", {}, {})
    desk.db.submit(lambda c: communities.register(c, other, demo=False)).result()
    key = desk.db.submit(lambda c: keys.make(c, "other", "x", keys.ALL_SCOPES, desk.clock.real())).result()
    headers = {"Authorization": f"Bearer {key}"}
    assert one.request("GET", "/api/v1/cases", headers=headers).json()["items"] == []
    assert one.request("GET", "/api/v1/alarms", headers=headers).json()["items"] == []
    assert one.request("GET", f"/api/v1/cases/{number}", headers=headers).status_code == 404
    assert one.request("GET", f"/api/v1/alarms/{alarm}", headers=headers).status_code == 404
    body = {"state": "assigned"}
    assert one.request("POST", f"/api/v1/cases/{number}/state", json=body, headers=headers).status_code == 404
