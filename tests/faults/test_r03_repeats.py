"""R3: the same Idempotency-Key fifty times at once is one effect, one answer; with another body it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from backend.models.access import answered_write
from backend.services.repeats import KEPT
from tests.conftest import MakeResident
from tests.faults.verdicts import Length, Verdict
from tests.resident import DEMO_KEY, Resident

COPIES = 50


def _at_once(one: Resident, path: str, key: str, bodies: Sequence[dict[str, Any] | None]) -> list[httpx.Response]:
    headers = {"Authorization": f"Bearer {DEMO_KEY}", "Idempotency-Key": key}

    async def storm() -> list[httpx.Response]:
        return await asyncio.gather(*(one.http.post(path, headers=headers, json=body) for body in bodies))

    return one.loop.run_until_complete(storm())


def _case(one: Resident) -> str:
    one.say("家里水管爆了，满地是水")
    return str(one.items("cases")[0]["id"])


def _steps(one: Resident, case: str) -> int:
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    return len(one.request("GET", f"/api/v1/cases/{case}", headers=headers).json()["history"])


def test_r3_fifty_copies_at_once_are_one_effect(resident: MakeResident, length: Length, verdict: Verdict) -> None:
    rounds = length(2, 50)
    answers: set[bytes] = set()
    statuses: set[int] = set()
    effects = 0
    for number in range(rounds):
        one = resident(f"r{number}")
        case = _case(one)
        before = _steps(one, case)
        found = _at_once(one, f"/api/v1/cases/{case}/state", "k-1" + case, [{"state": "assigned"}] * COPIES)
        statuses |= {response.status_code for response in found}
        answers |= {response.content for response in found}
        effects += _steps(one, case) - before
    done = f"the same Idempotency-Key {COPIES} times in parallel, {rounds} rounds"
    measured = f"{effects} effects and {len(answers)} answers in {rounds} rounds, statuses {sorted(statuses)}"
    verdict("R3", done, measured, good=effects == rounds == len(answers) and statuses == {200})


def test_r3_without_the_key_the_second_copy_is_refused(resident: MakeResident) -> None:
    """The control: what makes the copies one is the key, not the rule about states."""
    one = resident()
    case = _case(one)
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    path = f"/api/v1/cases/{case}/state"
    found = [one.request("POST", path, headers=headers, json={"state": "assigned"}).status_code for _ in range(2)]
    assert found == [200, 422] or found == [200, 409]


def test_r3_another_body_under_the_same_key_is_refused(resident: MakeResident, verdict: Verdict) -> None:
    one = resident()
    case = _case(one)
    path = f"/api/v1/cases/{case}/state"
    bodies = [{"state": "assigned"}, {"state": "cancelled", "reason": "twice"}]
    first = _at_once(one, path, "k-2", bodies[:1])[0].status_code
    second = _at_once(one, path, "k-2", bodies[1:])[0].status_code
    verdict("R3", "another body under a known key", f"{first}, then {second}", good=(first, second) == (200, 422))


def test_r3_a_refusal_is_not_kept(resident: MakeResident) -> None:
    one = resident()
    case = _case(one)
    path = f"/api/v1/cases/{case}/state"
    assert _at_once(one, path, "k-3", [{"state": "done"}])[0].status_code in (409, 422)
    assert _at_once(one, path, "k-3", [{"state": "assigned"}])[0].status_code == 200


# Changes nothing: a pass's token is no part of an address, so it is asked about in a body.
ASKED = frozenset({"/api/v1/passes/verify"})


def test_r3_every_write_of_the_api_takes_the_key(resident: MakeResident) -> None:
    """A write that is added later must take it too."""
    one = resident()
    paths = one.request("GET", "/openapi.json").json()["paths"]
    without = [
        path
        for path, methods in paths.items()
        for method, what in methods.items()
        if path.startswith("/api/") and method in ("post", "put", "patch", "delete") and path not in ASKED
        if "Idempotency-Key" not in {parameter["name"] for parameter in what.get("parameters", [])}
    ]
    assert without == []


def test_r3_keys_are_kept_for_a_day_at_least(resident: MakeResident, verdict: Verdict) -> None:
    """Another write sweeps what is old: what is a day old stays, what is long over goes."""
    one = resident()
    db = one.app.state.desk.db
    now = one.app.state.desk.clock.real()
    _at_once(one, "/api/v1/passes/keys", "young", [None])
    _at_once(one, "/api/v1/passes/keys", "old", [None])
    for key, age in (("young", timedelta(hours=25)), ("old", KEPT + timedelta(hours=1))):
        statement = update(answered_write).where(answered_write.c.key == key).values(at=now - age)
        db.submit(lambda c, statement=statement: c.execute(statement)).result()
    _at_once(one, "/api/v1/passes/keys", "new", [None])
    left = {row[0] for row in db.read_now(lambda c: c.execute(text("SELECT key FROM answered_write")).all())}
    verdict(
        "R3",
        "keys 25 hours and 73 hours old, then another write",
        f"left: {sorted(left)}",
        good=left == {"young", "new"},
    )


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_r3_a_key_that_is_none_is_refused(key: str, resident: MakeResident) -> None:
    assert _at_once(resident(), "/api/v1/passes/keys", key, [None])[0].status_code == 400
