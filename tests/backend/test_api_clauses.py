"""What every route of the API promises beside its own matter: tags, fields, limits, keys; and what exists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from backend.api.document import PART
from backend.models.access import answered_write
from backend.services import keys
from bot.contract.errors import Refused
from bot.http.edge import Edge
from tests.backend.climbing import ONE, do
from tests.clerk import Hands
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

pytestmark = ONE


def call(one: Resident, method: str, path: str, body: Any = None, key: str = DEMO_KEY, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    more = {} if body is None else {"json": body}
    return one.request(method, f"/api/v1{path}", headers={"Authorization": f"Bearer {key}", **named}, **more)


LAMP = {"details": "路灯不亮", "where": "3号门口", "category": "public_area"}


def test_a_case_is_filed_read_and_changed_only_as_it_was_seen(resident: MakeResident) -> None:
    one = resident()
    made = call(one, "POST", "/cases", LAMP, idempotency_key="lamp-1")
    assert made.status_code == 201, made.text
    again = call(one, "POST", "/cases", LAMP, idempotency_key="lamp-1")
    assert again.json() == made.json()
    path = f"/cases/{made.json()['number']}"
    seen = call(one, "GET", path)
    tag = seen.headers["etag"]
    assert call(one, "GET", path, if_none_match=tag).status_code == 304
    moved = call(one, "POST", f"{path}/state", {"state": "assigned"}, if_match=tag)
    assert moved.status_code == 200, moved.text
    late = call(one, "POST", f"{path}/state", {"state": "on_site"}, if_match=tag)
    assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
    assert call(one, "GET", path).headers["etag"] != tag


def test_a_home_that_is_not_there_and_a_category_that_is_none_are_refused(resident: MakeResident) -> None:
    one = resident()
    assert call(one, "POST", "/cases", {**LAMP, "where": "99-1-101"}).status_code == 422
    assert call(one, "POST", "/cases", {**LAMP, "category": "moon"}).status_code == 422
    assert call(one, "POST", "/cases", {**LAMP, "hidden": 1}).status_code == 422


def test_words_that_sound_of_danger_call_somebody(resident: MakeResident) -> None:
    one = resident()
    number = call(one, "POST", "/cases", {**LAMP, "details": "有人晕倒在路灯下"}).json()["number"]
    calls = "SELECT body FROM outbox WHERE channel = 'staff'"
    bodies = do(one, lambda c: [json.loads(row[0]) for row in c.exec_driver_sql(calls)])
    assert [body for body in bodies if body.get("case") == number]


def test_every_thing_has_a_tag_that_its_change_takes(resident: MakeResident) -> None:
    """The tag is reckoned from the answer when it is read and from the thing when it is changed: they must agree."""
    one = resident()
    hook = call(one, "POST", "/webhooks", {"url": "http://127.0.0.1:9/hook", "events": ["case.*"]}).json()
    path = f"/webhooks/{hook['id']}"
    tag = call(one, "GET", path).headers["etag"]
    assert call(one, "POST", f"{path}/enable", {}, if_match='"other"').status_code == 412
    assert call(one, "POST", f"{path}/enable", {}, if_match=tag).status_code == 200
    notice = {"title": {"zh_Hans": "停水"}, "body": {"zh_Hans": "明天上午停水"}, "buildings": ["3"]}
    made = call(one, "POST", "/notices", notice).json()
    tag = call(one, "GET", f"/notices/{made['id']}").headers["etag"]
    assert call(one, "DELETE", f"/notices/{made['id']}", if_match='"other"').status_code == 412
    assert call(one, "DELETE", f"/notices/{made['id']}", if_match=tag).status_code == 204
    one.say("明天下午三点有朋友开车来，沪A12345")
    one.say("是")
    for row in call(one, "GET", "/passes").json()["items"][:1]:
        tag = call(one, "GET", f"/passes/{row['id']}").headers["etag"]
        assert call(one, "POST", f"/passes/{row['id']}/revoke", if_match=tag).status_code in (200, 409)


def test_only_the_fields_that_are_asked_for_come(resident: MakeResident) -> None:
    one = resident()
    made = call(one, "POST", "/cases", LAMP).json()
    listed = call(one, "GET", "/cases?fields=number,state&limit=1")
    assert listed.headers["content-type"] == PART
    assert listed.json()["items"] == [{"number": made["number"], "state": "received"}]
    assert call(one, "GET", f"/cases/{made['id']}?fields=state").json() == {"state": "received"}
    for path in ("/cases", "/webhooks"):
        assert call(one, "GET", f"{path}?fields={'%0B' * 501}").status_code == 422, "an empty list as well"
    wrong = call(one, "GET", "/cases?fields=secret")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/fields")


def test_what_is_left_of_a_minute_is_told_and_then_refused(resident: MakeResident) -> None:
    one = resident()
    first = call(one, "GET", "/cases")
    limit, left = (int(first.headers[f"ratelimit-{name}"]) for name in ("limit", "remaining"))
    assert 0 < left < limit
    edge = Edge(one.app, per_minute=2)
    transport = one.http._transport
    transport.app = edge  # type: ignore[attr-defined]  # the same app behind an edge of two a minute
    answers = [call(one, "GET", "/cases") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) <= 60
    assert call(one, "GET", "/cases", key="another").status_code == 401, "each key has its own minute"
    assert call(one, "POST", "/events", {}).status_code == 422, "what devices tell has one beside it"


def test_homes_people_and_the_catalogue_are_read_by_page(resident: MakeResident) -> None:
    one = resident()
    first = call(one, "GET", "/households?building=3&limit=2").json()
    second = call(one, "GET", f"/households?building=3&limit=2&cursor={first['next']}").json()
    labels = [home["label"] for home in first["items"] + second["items"]]
    assert len(set(labels)) == 4
    assert all(label.startswith("3栋") for label in labels)
    of_three = call(one, "GET", "/households?building=3&limit=500").json()["items"]
    home = next(h for h in of_three if (h["unit"], h["room"]) == ("2", "602"))
    people = call(one, "GET", f"/households/{home['id']}").json()["residents"]
    assert "王建国" in [person["name"] for person in people]
    assert all(
        set(person) == {"id", "name", "role", "language", "phone", "community", "household", "household_id"}
        for person in people
    )
    assert all(person["phone"] is None or len(person["phone"]) == 5 for person in people)
    one_of_them = call(one, "GET", f"/residents?household={home['id']}").json()["items"][0]
    assert call(one, "GET", f"/residents/{one_of_them['id']}").json() == one_of_them
    for path in ("/households/999999", "/residents/999999", "/households/x", "/notices/x"):
        assert call(one, "GET", path).status_code == 404
    offered = {item["code"]: item for item in call(one, "GET", "/catalogue").json()["items"]}
    assert offered["lift"]["questions"][0]["values"]["yes"] == {"zh_Hans": "是", "en": "Yes"}


def test_a_key_is_replaced_and_the_old_one_holds_for_a_while(house: Resident, hands: Hands) -> None:
    old = do(house, lambda c: keys.make(c, "sunshine", "tower", ["cases:read"], hands.real()))
    new = call(house, "POST", "/key/rotate", {"keep_hours": 2}, key=old, idempotency_key="r").json()["key"]
    assert call(house, "POST", "/key/rotate", {"keep_hours": 2}, key=old, idempotency_key="r").json()["key"] == new
    assert call(house, "GET", "/key", key=new).json()["scopes"] == ["cases:read"]
    assert call(house, "GET", "/cases", key=old).status_code == 200
    hands.pass_(hours=3)
    assert call(house, "GET", "/cases", key=old).status_code == 401
    assert call(house, "GET", "/cases", key=new).status_code == 200
    assert call(house, "POST", "/cases", LAMP, key=new).status_code == 401, "good for reading only"
    stored = do(house, lambda c: [json.dumps(row) for row in c.execute(select(answered_write.c.answer)).scalars()])
    assert stored
    assert new not in "".join(stored), "what is shown once lies sealed"


def test_a_key_that_was_replaced_shuts_nobody_out(house: Resident, hands: Hands) -> None:
    old = do(house, lambda c: keys.make(c, "sunshine", "tower", ["cases:read"], hands.real()))
    new = call(house, "POST", "/key/rotate", {}, key=old).json()["key"]
    hands.pass_(minutes=5)
    assert call(house, "POST", "/key/rotate", {"keep_hours": 0}, key=old).status_code == 409
    assert call(house, "GET", "/key", key=new).status_code == 200
    again = do(house, lambda c: keys.replace(c, "sunshine", "tower", 0, hands.real()))
    assert [call(house, "GET", "/key", key=one).status_code for one in (old, new, again)] == [401, 401, 200]


def test_one_of_a_name_holds_and_keeps_its_own_scopes(house: Resident, hands: Hands) -> None:
    make = keys.make
    old = do(house, lambda c: make(c, "sunshine", "tower", ["cases:read"], hands.real()))
    with pytest.raises(Refused):
        do(house, lambda c: make(c, "sunshine", "tower", ["residents"], hands.real()))
    # Of a release that refused no second one.
    do(house, lambda c: keys.put(c, "sunshine", "tower", ["residents"], "linli_second", hands.real()))
    new = call(house, "POST", "/key/rotate", {"keep_hours": 0}, key=old).json()["key"]
    assert call(house, "GET", "/key", key=new).json()["scopes"] == ["cases:read"]
    assert call(house, "GET", "/key", key="linli_second").json()["scopes"] == ["residents"]
