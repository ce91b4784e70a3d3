"""Bookings that other systems make, move and cancel: at the time and the price that were seen, or hear what is free."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models.housekeeping import booking, booking_slot, provider_offer
from backend.models.people import address
from backend.models.talk import outbox
from tests.backend.climbing import ONE, do
from tests.backend.test_acting_api import CLEAN, NOW, count, made
from tests.backend.test_api_clauses import call
from tests.conftest import MakeResident

pytestmark = ONE


def test_a_visit_is_booked_once_moved_and_cancelled_with_its_fee(resident: MakeResident) -> None:
    one = resident(now=NOW)
    body = {**CLEAN, "total": "90.00", "phone": "13800000501", "notes": "猫很怕生，门锁密码 482913"}
    first = made(one, "/bookings", body, idempotency_key="b-1")
    assert made(one, "/bookings", body, idempotency_key="b-1") == first
    assert count(one, booking) == 1
    assert (first["at"], first["until"]) == ("2026-11-21T09:00:00+08:00", "2026-11-21T11:00:00+08:00")
    assert (first["total"], first["household"], first["history"][0]["by"]) == ("90", "3栋2单元501", "demo")
    assert "482913" not in str(first)
    assert "B-" in str(one.say("我预约的保洁什么时候来")), "the resident is told of it in a talk"
    path = f"/bookings/{first['number']}"
    tag = call(one, "GET", path).headers["etag"]
    moved = call(one, "POST", f"{path}/reschedule", {"at": "2026-11-21T14:00:00+08:00"}, if_match=tag)
    assert moved.status_code == 200, moved.text
    assert (moved.json()["at"], moved.json()["provider"]) == ("2026-11-21T14:00:00+08:00", first["provider"])
    assert (moved.json()["quantity"], moved.json()["number"]) == (2.0, first["number"])
    assert call(one, "POST", f"{path}/cancel", if_match=tag).status_code == 412
    one.at("2026-11-21T12:30")
    gone = call(one, "POST", f"{path}/cancel").json()
    assert (gone["state"], gone["fee_due"], gone["history"][-1]["by"]) == ("cancelled", "30", "demo")
    assert count(one, booking_slot) == 0
    for act in ("cancel", "reschedule"):
        again = call(one, "POST", f"{path}/{act}", {"at": "2026-11-22T14:00:00+08:00"} if act != "cancel" else None)
        assert again.status_code == 409


def test_a_slot_or_a_price_that_has_changed_is_a_conflict_with_what_is_free(resident: MakeResident) -> None:
    one = resident(now=NOW)
    seen = call(one, "GET", "/bookings/free?service=cleaning&at=2026-11-21T09:00:00%2B08:00&quantity=2").json()["items"]
    first = next(slot for slot in seen if slot["at"] == "2026-11-21T09:00:00+08:00")
    offer = {**CLEAN, "provider": first["provider"], "total": first["total"]}
    do(one, lambda c: c.execute(update(provider_offer).values(price=provider_offer.c.price + 500)))
    dearer = call(one, "POST", "/bookings", offer)
    assert (dearer.status_code, dearer.headers["content-type"]) == (409, "application/problem+json")
    told = next(slot for slot in dearer.json()["free"] if slot["at"] == first["at"])
    assert (told["total"], told["provider"]) == ("100.00", first["provider"])
    assert count(one, booking) == 0
    made(one, "/bookings", {**offer, "total": told["total"]}, idempotency_key="x")
    taken = call(one, "POST", "/bookings", {**offer, "total": told["total"]})
    assert taken.status_code == 409
    free = [slot["at"] for slot in taken.json()["free"]]
    assert free
    assert first["at"] not in free, "of this helper"
    again = {**offer, "total": None, "at": free[0]}
    made(one, "/bookings", {k: v for k, v in again.items() if v is not None})


def test_of_all_who_want_one_slot_the_first_gets_it(resident: MakeResident) -> None:
    """The others are told what is left, and nothing of theirs is kept."""
    one = resident(now=NOW)
    seen = call(one, "GET", "/bookings/free?service=cleaning&at=2026-11-21T09:00:00%2B08:00").json()["items"][0]
    wanted = {**CLEAN, "at": seen["at"], "provider": seen["provider"]}

    def ask(_: int) -> int:
        return int(call(one, "POST", "/bookings", wanted).status_code)

    got = [ask(n) for n in range(6)]
    assert sorted(got) == [201, *[409] * 5]
    assert count(one, booking) == 1


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"service": "nanny"}, 422, "/service"),
        ({"service": "moon"}, 422, "/service"),
        ({"home": "99-1-101"}, 422, None),
        ({"home": "x"}, 422, "/home"),
        ({"quantity": 9}, 422, "/quantity"),
        ({"quantity": 2.25}, 422, "/quantity"),
        ({"quantity": -1}, 422, "/quantity"),
        ({"quantity": "2"}, 422, "/quantity"),
        ({"quantity": True}, 422, "/quantity"),
        ({"phone": "\uff11\uff13\uff18\uff10\uff10"}, 422, "/phone"),
        ({"unit": "month"}, 422, "/unit"),
        ({"provider": "999999"}, 409, "/service"),
        ({"provider": "1 OR 1=1"}, 422, "/provider"),
        ({"at": "2020-01-01T10:00:00+08:00"}, 422, "/at"),
        ({"at": "2028-01-01T10:00:00+08:00"}, 422, "/at"),
        ({"at": "2026-11-21T03:00:00+08:00"}, 409, None),
        ({"total": "-90"}, 422, "/total"),
        ({"total": "90.005"}, 422, "/total"),
        ({"total": "0"}, 409, None),
        ({"cancel_fee": "0"}, 422, "/cancel_fee"),
        ({"household": 1}, 422, "/household"),
    ],
)
def test_what_cannot_be_booked_is_refused(
    resident: MakeResident, change: dict[str, Any], status: int, pointer: str | None
) -> None:
    one = resident(now=NOW)
    answer = call(one, "POST", "/bookings", {**CLEAN, **change})
    assert answer.status_code == status, answer.text
    assert [e["pointer"] for e in answer.json().get("errors", [])] == ([pointer] if pointer else [])
    assert (count(one, booking), count(one, booking_slot)) == (0, 0)


def test_what_becomes_of_it_is_told_where_the_resident_writes(resident: MakeResident) -> None:
    """Nobody comes: whoever booked through another system hears it as if they had booked in the talk."""
    one = resident(now=NOW)
    one.say("你好")
    proved = (
        update(address)
        .where(address.c.user == "li-na")
        .values(channel="web", verified_at=one.app.state.desk.clock.real())
    )
    do(one, lambda c: c.execute(proved))
    visit = made(one, "/bookings", {**CLEAN, "phone": "13800000501"})
    assert visit["conversation"] == "li-na"
    assert call(one, "POST", f"/bookings/{visit['id']}/state", {"state": "no_show"}).status_code == 200
    told = select(outbox.c.body).where(outbox.c.kind == "push", outbox.c.user == "li-na")
    assert visit["number"] in str(do(one, lambda c: c.execute(told).scalars().all()))
