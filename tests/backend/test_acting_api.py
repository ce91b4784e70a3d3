"""Passes and bookings that other systems make, change and end: by the services of the talks, and no way around them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from backend.models.visitors import revoked_token, visitor_pass
from backend.services import communities, keys
from bot.contract.conversation import Community
from tests.backend.climbing import ONE, do
from tests.backend.test_api_clauses import call
from tests.conftest import MakeResident
from tests.resident import Resident

pytestmark = ONE
NOW = "2026-11-20T09:30"
GUEST = {"home": "3-2-501", "visitor_name": "张伟", "at": "2026-11-21T15:00:00+08:00", "plates": ["沪A12345"]}
CLEAN = {"home": "3-2-501", "service": "cleaning", "at": "2026-11-21T09:00:00+08:00", "quantity": 2}


def count(one: Resident, table: Any) -> int:
    return int(do(one, lambda c: c.execute(select(func.count()).select_from(table)).scalar_one()))


def made(one: Resident, path: str, body: dict[str, Any], **headers: str) -> Any:
    answer = call(one, "POST", path, body, **headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_pass_is_made_once_opens_its_gate_and_is_the_residents_own(resident: MakeResident) -> None:
    one = resident(now=NOW)
    first = made(one, "/passes", {**GUEST, "phone": "13800000501"}, idempotency_key="g-1")
    assert made(one, "/passes", {**GUEST, "phone": "13800000501"}, idempotency_key="g-1") == first
    assert call(one, "POST", "/passes", GUEST, idempotency_key="g-1").status_code == 422, "another body"
    assert (first["opens_at"], first["closes_at"]) == ("2026-11-21T05:00:00Z", "2026-11-21T09:00:00Z")
    assert (first["plates"], first["household"], first["state"]) == (["沪A12345"], "3栋2单元501", "active")
    seen = call(one, "GET", f"/passes/by-code/{first['code']}").json()
    assert (seen["visitor_name"], seen["refused"]) == ("张伟", "early")
    assert call(one, "POST", "/passes/verify", {"token": first["token"]}).json()["refused"] == "early"
    # What the reception made, the resident finds and ends in a talk.
    assert "张伟" in str(one.say("我的访客"))
    one.say("作废访客")
    one.say("是")
    assert call(one, "GET", f"/passes/{first['id']}").json()["state"] == "revoked"


def test_a_strangers_number_makes_nobody_the_host(resident: MakeResident) -> None:
    one = resident(now=NOW)
    far = made(one, "/passes", {**GUEST, "home": "8-1-201", "phone": "13800000501"})
    whose = select(visitor_pass.c.resident_id).where(visitor_pass.c.id == far["id"])
    assert do(one, lambda c: c.execute(whose).scalar_one()) is None
    assert "张伟" not in str(one.say("我的访客"))
    assert far["household"] == "8栋1单元201"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"home": "99-1-101"}, None),
        ({"home": "the gate"}, "/home"),
        ({"visitor_name": "1234"}, "/visitor_name"),
        ({"visitor_name": ""}, "/visitor_name"),
        ({"visitor_name": "x" * 41}, "/visitor_name"),
        ({"plates": ["nonsense"]}, "/plates/0"),
        ({"people": 0}, "/people"),
        ({"people": 501}, "/people"),
        ({"people": True}, "/people"),
        ({"people": "2"}, "/people"),
        ({"phone": "\uff11\uff13\uff18\uff10\uff10"}, "/phone"),
        ({"plates": ["\u6caaA\uff11\uff12\uff13\uff14\uff15"]}, "/plates/0"),
        ({"at": None, "recurring": {"days": ["MO"], "arrives": "1\uff18:0\uff10"}}, "/recurring/arrives"),
        ({"at": None, "day": "\uff12\uff10\uff12\uff16-11-22"}, "/day"),
        ({"at": "2020-01-01T10:00:00+08:00"}, "/at"),
        ({"at": "2999-01-01T10:00:00+08:00"}, "/at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "/at"),
        ({"at": 1_800_000_000}, "/at"),
        ({"at": "1800000000"}, "/at"),
        ({"at": "2026-11-21T15:00:00"}, "/at"),
        ({"at": None}, "/at"),
        ({"day": "2026-11-22"}, "/at"),
        ({"until": "2026-11-21T14:00:00+08:00"}, "/until"),
        ({"last_day": "2027-03-01"}, None),
        ({"last_day": "2026-11-20"}, "/last_day"),
        ({"at": None, "day": 20_000}, "/day"),
        ({"at": None, "recurring": {"days": []}}, "/recurring/days"),
        ({"at": None, "recurring": {"days": ["MO"], "arrives": "25:00"}}, "/recurring/arrives"),
        ({"at": None, "recurring": {"days": ["MO"], "last_day": "2020-01-01"}}, None),
        ({"state": "active"}, "/state"),
        ({"community": "moon"}, "/community"),
        ({"code": "12345678"}, "/code"),
    ],
)
def test_what_no_pass_can_be_is_refused(resident: MakeResident, change: dict[str, Any], pointer: str | None) -> None:
    one = resident(now=NOW)
    before = count(one, visitor_pass)
    answer = call(one, "POST", "/passes", {k: v for k, v in {**GUEST, **change}.items() if v is not None})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [e["pointer"] for e in answer.json().get("errors", [])] == ([pointer] if pointer else [])
    assert count(one, visitor_pass) == before


def test_words_of_a_name_are_kept_without_what_turns_a_line_around(resident: MakeResident) -> None:
    shown = made(resident(now=NOW), "/passes", {**GUEST, "visitor_name": "Bob\u202e gnp.exe\u0000"})
    assert shown["visitor_name"] == "Bob gnp.exe"


def test_a_pass_that_recurs_and_one_for_a_stay(resident: MakeResident) -> None:
    one = resident(now=NOW)
    rule = {"days": ["TU", "FR"], "arrives": "18:00", "leaves": "20:00", "last_day": "2026-12-31"}
    weekly = made(one, "/passes", {"home": "3-2-501", "visitor_name": "李老师", "recurring": rule})
    assert (weekly["kind"], weekly["recurring"]) == ("recurring", "BYDAY=TU,FR;TIME=18:00;END=20:00;UNTIL=2026-12-31")
    stay = made(
        one, "/passes", {"home": "3-2-501", "visitor_name": "Ann", "day": "2026-11-21", "last_day": "2026-11-23"}
    )
    assert (stay["opens_at"], stay["closes_at"]) == ("2026-11-20T16:00:00Z", "2026-11-23T15:59:00Z")
    longer = call(one, "POST", f"/passes/{weekly['id']}/extend", {"last_day": "2027-01-31"}).json()
    assert longer["closes_at"] == "2027-01-31T15:59:00Z"
    assert call(one, "POST", f"/passes/{weekly['id']}/extend", {"until": "2027-02-01T10:00:00Z"}).status_code == 422
    assert call(one, "POST", f"/passes/{weekly['id']}/extend", {"last_day": "2030-01-01"}).status_code == 422


def test_a_pass_is_extended_as_it_was_seen_and_revoked_for_good(resident: MakeResident) -> None:
    one = resident(now=NOW)
    path = f"/passes/{made(one, '/passes', GUEST)['number']}"
    read = call(one, "GET", path)
    tag, token = read.headers["etag"], read.json()["token"]
    longer = call(one, "POST", f"{path}/extend", {"until": "2026-11-21T22:00:00+08:00"}, if_match=tag)
    assert longer.json()["closes_at"] == "2026-11-21T14:00:00Z"
    assert (longer.json()["code"], longer.json()["token"] == token) == (read.json()["code"], False)
    assert count(one, revoked_token) == 1, "the first QR opens nothing any more"
    late = call(one, "POST", f"{path}/extend", {"hours": 1}, if_match=tag)
    assert late.status_code == 412
    more = call(one, "POST", f"{path}/extend", {"hours": 1}, idempotency_key="more")
    assert call(one, "POST", f"{path}/extend", {"hours": 1}, idempotency_key="more").json() == more.json()
    assert more.json()["closes_at"] == "2026-11-21T15:00:00Z"
    for wrong in (
        {},
        {"hours": 1, "until": "2026-11-22T10:00:00Z"},
        {"until": "2026-11-21T10:00:00Z"},
        {"until": "2027-11-21T10:00:00Z"},
        {"hours": 0},
    ):
        assert call(one, "POST", f"{path}/extend", wrong).status_code in (400, 422), wrong
    assert call(one, "POST", f"{path}/revoke").json()["state"] == "revoked"
    assert call(one, "POST", f"{path}/revoke").status_code == 409
    assert call(one, "POST", f"{path}/extend", {"hours": 1}).status_code == 409
    assert call(one, "POST", "/passes/V-20261120-9999/extend", {"hours": 1}).status_code == 404


def test_a_home_has_so_many_passes_and_no_more(resident: MakeResident) -> None:
    one = resident(now=NOW)
    for n in range(50):
        made(one, "/passes", {**GUEST, "visitor_name": f"Guest {n}"})
    assert call(one, "POST", "/passes", GUEST).status_code == 409


def test_another_community_and_another_scope_change_nothing(resident: MakeResident) -> None:
    """X1, X3: 404 for whose it is not, 401 for who may not; and nothing has changed."""
    one = resident(now=NOW)
    card, visit = made(one, "/passes", GUEST), made(one, "/bookings", CLEAN)
    real = one.app.state.desk.clock.real()

    def others(connection: Connection) -> tuple[str, str, str]:
        communities.register(connection, Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {}), demo=False)
        reads = ["passes:read", "bookings:read", "gate"]
        return (
            keys.make(connection, "moon", "far", keys.ALL_SCOPES, real),
            keys.make(connection, "sunshine", "reads", reads, real),
            keys.make(connection, "sunshine", "cases", ["cases", "events"], real),
        )

    far, reads, cases = do(one, others)
    asked: list[tuple[str, Any]] = [
        (f"/passes/{card['id']}/extend", {"hours": 1}),
        (f"/passes/{card['id']}/revoke", None),
        (f"/bookings/{visit['id']}/reschedule", {"at": "2026-11-22T09:00:00+08:00"}),
        (f"/bookings/{visit['id']}/cancel", None),
    ]
    for path, body in asked:
        assert call(one, "POST", path, body, key=far).status_code == 404, path
    for path, body in [*asked, ("/passes", GUEST), ("/bookings", CLEAN)]:
        assert {call(one, "POST", path, body, key=key).status_code for key in (reads, cases, "none")} == {401}, path
    # A key of a community that is not served here files nothing into another one's home.
    assert call(one, "POST", "/passes", GUEST, key=far).status_code == 409
    assert call(one, "GET", "/bookings/free?service=cleaning&at=2026-11-21T09:00:00Z", key=cases).status_code == 401
    assert call(one, "GET", f"/passes/{card['id']}").json() == card
    assert call(one, "GET", f"/bookings/{visit['id']}").json() == visit


def test_a_home_is_found_whatever_keyboard_it_is_typed_on(resident: MakeResident) -> None:
    shown = made(resident(now=NOW), "/passes", {**GUEST, "home": "\uff13\u680b\uff12\u5355\u5143\uff15\uff10\uff11"})
    assert shown["household"] == "3栋2单元501"
