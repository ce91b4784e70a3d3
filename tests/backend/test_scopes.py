"""X1, X3 for programs: every route × every scope equals the table here; what is another community's is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from backend.services import communities, keys
from bot.contract.conversation import Community
from bot.settings import Settings
from intents.understand import Embedded
from tests.backend.climbing import do
from tests.backend.test_acting_api import CLEAN, GUEST, NOW
from tests.backend.test_api_clauses import LAMP, call
from tests.backend.test_documented_api import shown
from tests.backend.test_events_in import event, send
from tests.clerk import Clerk
from tests.resident import Resident

# What is not written here is denied: the test fails for a route that nobody wrote down.
TABLE = {
    "cases": ["GET /cases", "GET /cases/{key}", "POST /cases", "POST /cases/{key}/state", "POST /cases/{key}/hand-on"],
    "alarms": ["GET /alarms", "GET /alarms/{key}"],
    "bills": ["GET /bills", "GET /bills/{key}", "GET /payments", "GET /payments/{key}"],
    "passes": [
        *("GET /passes", "GET /passes/{key}", "GET /passes/{key}/passages", "POST /passes", "POST /passes/keys"),
        *("POST /passes/{key}/extend", "POST /passes/{key}/revoke"),
    ],
    "gate": ["GET /passes/by-code/{code}", "POST /passes/verify", "GET /passes/keys", "GET /passes/revoked"],
    "bookings": [
        *("GET /bookings", "GET /bookings/{key}", "GET /bookings/free", "POST /bookings"),
        *("POST /bookings/{key}/state", "POST /bookings/{key}/reschedule", "POST /bookings/{key}/cancel"),
    ],
    "residents": ["GET /households", "GET /households/{key}", "GET /residents", "GET /residents/{key}"],
    "notices": ["GET /notices", "GET /notices/{key}", "POST /notices", "DELETE /notices/{key}"],
    "catalogue": ["GET /catalogue"],
    "conversations": [
        *("GET /conversations", "GET /conversations/{sender}", "POST /conversations/{sender}/messages"),
        *("POST /conversations/{sender}/take-over", "POST /conversations/{sender}/hand-back"),
    ],
    "webhooks": [
        *("GET /webhooks", "GET /webhooks/{key}", "POST /webhooks", "DELETE /webhooks/{key}"),
        *("POST /webhooks/{key}/rotate", "POST /webhooks/{key}/enable", "GET /webhooks/{key}/secrets"),
        *("POST /webhooks/{key}/test", "POST /webhooks/{key}/replay"),
        *("GET /deliveries", "GET /deliveries/{key}", "POST /deliveries/{key}/replay"),
    ],
    "events": ["POST /events", "GET /bells/{key}"],
    # Of one's own key, whatever it may do otherwise.
    "": ["GET /key", "POST /key/rotate"],
}
# Reads nothing that is kept, and still is no reading: each look is written down, or counted.
ACTS = {"GET /passes/by-code/{code}"}
# Asks, and changes nothing.
READS = {"POST /passes/verify"}
QUERY = {"GET /bookings/free": "?service=cleaning&at=2026-11-21T09:00:00%2B08:00"}


@pytest.fixture
def house(prepared: Settings, fresh: Settings, interpreter: Embedded) -> Iterator[Resident]:
    one = Resident(fresh, interpreter, "li-na", NOW)
    one.say("水费还有多少没交")
    one.say("我要交水费")
    one.say("救命，我摔倒了起不来", sender="li-na-2")
    for path, body in (("/cases", LAMP), ("/passes", GUEST), ("/bookings", CLEAN)):
        assert call(one, "POST", path, body).status_code == 201, path
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["case.*"]}
    call(one, "POST", "/webhooks", hook)
    call(one, "POST", "/cases", LAMP)
    call(one, "POST", "/notices", {"title": {"en": "Water off"}, "body": {"en": "Pumps"}, "buildings": ["3"]})
    yield one
    one.close()


def operations(house: Resident) -> dict[str, dict[str, Any]]:
    document = house.request("GET", "/openapi.json").json()
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, item in document["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in item.items()
    }


def ask(house: Resident, name: str, operation: dict[str, Any], path: str, key: str) -> Any:
    """As the document's own example has it: what is no request at all is refused before anybody asks whose it is."""
    method, _, _ = name.partition(" ")
    headers = {"Authorization": f"Bearer {key}"}
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return house.request(method, f"/api/v1{path}{QUERY.get(name, '')}", headers=headers)
    kind, body = next(iter(content.items()))
    sent = json.dumps(shown(body)[0]).encode()
    return house.request(method, f"/api/v1{path}", content=sent, headers={**headers, "Content-Type": kind})


def made(house: Resident, scopes: list[str]) -> dict[str, str]:
    real = house.app.state.desk.clock.real()
    return dict(do(house, lambda c: {one: keys.make(c, "sunshine", f"only {one}", [one], real) for one in scopes}))


def test_every_route_times_every_scope_equals_the_table(house: Resident) -> None:
    found = operations(house)
    written = {name: scope for scope, names in TABLE.items() for name in names}
    assert set(found) == set(written)
    assert set(TABLE) - {""} <= set(keys.ALL_SCOPES)
    ones = made(house, [*keys.ALL_SCOPES, *(f"{scope}{keys.READ}" for scope in keys.ALL_SCOPES)])
    wrong = []
    for name, operation in found.items():
        # Nothing of these names is there: who may not is told so before that.
        path = name.partition(" ")[2].replace("{code}", "00000000").replace("{key}", "none").replace("{sender}", "none")
        reads = (name.startswith("GET") or name in READS) and name not in ACTS
        for scope, key in ones.items():
            if name == "POST /key/rotate":
                continue
            good = written[name] in ("", scope) or (reads and scope == f"{written[name]}{keys.READ}")
            got = ask(house, name, operation, path, key).status_code
            if (got != 401) != good or got >= 500:
                wrong.append(f"{name} with {scope}: {got}")
    assert wrong == []


def test_what_is_another_communitys_is_as_if_it_were_not_there(house: Resident) -> None:
    """Of everything that a community has one: 404, and word for word what is said of what does not exist."""
    real = house.app.state.desk.clock.real()

    def elsewhere(connection: Connection) -> str:
        communities.register(connection, Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {}), demo=False)
        return keys.make(connection, "moon", "far", keys.ALL_SCOPES, real)

    far, wrong, looked = do(house, elsewhere), [], set()
    for name, operation in operations(house).items():
        path = name.partition(" ")[2]
        if "{" not in path or "{code}" in path:
            continue
        of = path.split("/")[1]
        if of == "bells":
            bell = event("linli.gate.bell", {"gate": "east", "home": "3-2-501", "visitor": "Tom"})
            kept = send(house, bell).json()["id"]
        else:
            items = call(house, "GET", f"/{of}").json()["items"]
            kept = items[0]["conversation" if of == "conversations" else "id"] if items else None
        assert kept is not None, f"nothing of {of} to look for"
        there = path.replace("{key}", str(kept)).replace("{sender}", str(kept))
        absent = path.replace("{key}", "9" * 9 if str(kept).isdecimal() else "0" * len(kept))
        absent = absent.replace("{sender}", "nobody")
        got, not_there = (ask(house, name, operation, one, far) for one in (there, absent))
        looked.add(of)
        if (got.status_code, got.json()["detail"]) != (404, not_there.json()["detail"]):
            wrong.append(f"{name}: {got.status_code} {got.text}")
    assert wrong == []
    kinds = ("cases", "alarms", "bills", "payments", "passes", "bookings", "households", "residents", "notices")
    assert looked >= {*kinds, "webhooks", "deliveries", "conversations", "bells"}
    for path in (name.partition(" ")[2] for names in TABLE.values() for name in names if name.startswith("GET")):
        if "{" not in path and path not in ("/key", "/catalogue", "/bookings/free", "/passes/keys", "/passes/revoked"):
            assert call(house, "GET", path, key=far).json()["items"] == [], path


def test_a_number_that_no_column_holds_was_never_given_out(house: Resident) -> None:
    """What one database takes for a number another refuses to look for at all."""
    key = call(house, "GET", "/webhooks").json()["items"][0]["id"]
    for number in ("2147483648", "999999999999", "9" * 18, "9" * 40):
        for of in ("households", "residents", "deliveries"):
            assert call(house, "GET", f"/{of}/{number}").status_code == 404, number
            assert call(house, "GET", f"/{of}?cursor={number}").status_code == 422, number
        assert Clerk(house, "auditor").get(f"/console/audit?before={number}").status_code == 200
        assert Clerk(house, "admin").get(f"/console/webhooks/{key}?before={number}").status_code == 200
