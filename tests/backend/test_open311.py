"""`/open311/v2`: what GeoReport v2 says, in both of its forms; reports that cannot be used; whose requests are seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from sqlalchemy import Connection

from backend.services import communities, keys, outbox
from bot.contract.conversation import Community
from tests.conftest import MakeResident
from tests.databases import on_sqlite
from tests.resident import DEMO_KEY, Resident

BASE = "/open311/v2"
LAMP = {"service_code": "public_area", "address_string": "3号门口", "description": "路灯不亮", "api_key": DEMO_KEY}
# By the specification: name of a field, whether it must be there, and what it is.
SERVICE = {"service_code": (True, str), "service_name": (True, str), "metadata": (True, bool), "type": (True, str)}
SERVICE |= {"group": (False, str), "keywords": (False, str), "description": (False, str)}
REQUEST = {
    "service_request_id": (True, str),
    "status": (True, str),
    "service_code": (True, str),
    "requested_datetime": (True, str),
    "status_notes": (False, str),
    "service_name": (False, str),
    "description": (False, str),
    "agency_responsible": (False, str),
    "service_notice": (False, str),
    "updated_datetime": (False, str),
    "expected_datetime": (False, str),
    "address": (False, str),
    "lat": (False, float),
    "long": (False, float),
    "media_url": (False, str),
}
ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def get(one: Resident, path: str, **query: str) -> Any:
    asked = f"?{urlencode(query)}" if query else ""
    return one.request("GET", f"{BASE}{path}{asked}")


def report(one: Resident, form: Mapping[str, str], ending: str = "json", **headers: str) -> Any:
    kind = {"content-type": "application/x-www-form-urlencoded", **headers}
    return one.request("POST", f"{BASE}/requests.{ending}", content=urlencode(form).encode(), headers=kind)


def requests(one: Resident, **query: str) -> Any:
    return get(one, "/requests.json", api_key=DEMO_KEY, **query).json()


def case_of(one: Resident, number: str) -> Any:
    return one.request("GET", f"/api/v1/cases/{number}", headers={"Authorization": f"Bearer {DEMO_KEY}"}).json()


def held(trees: list[dict[str, Any]], shape: Mapping[str, tuple[bool, type]]) -> None:
    for tree in trees:
        assert not tree.keys() - shape.keys()
        for name, (needed, kind) in shape.items():
            assert name in tree or not needed, name
            assert isinstance(tree.get(name, kind()), kind), name


def xml(answer: Any) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer


def plain(at: ElementTree.Element) -> Any:
    """An XML tree as the JSON of the same answer would be, its values as text."""
    if not len(at):
        return at.text or ""
    if len({one.tag for one in at}) == 1 and at.tag in PLURAL:
        return [plain(one) for one in at]
    return {one.tag: plain(one) for one in at}


PLURAL = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"}


def as_text(tree: Any) -> Any:
    if isinstance(tree, list):
        return [as_text(one) for one in tree]
    if isinstance(tree, dict):
        return {name: as_text(value) for name, value in tree.items()}
    return str(tree).lower() if isinstance(tree, bool) else str(tree)


@pytest.fixture
def one(resident: MakeResident) -> Resident:
    return resident(now="2026-11-20T09:30")


@on_sqlite
def test_services_are_told_in_both_forms_and_languages(one: Resident) -> None:
    listed = get(one, "/services.json").json()
    held(listed, SERVICE)
    assert {service["type"] for service in listed} == {"realtime"}
    english = one.request("GET", f"{BASE}/services.json", headers={"accept-language": "en-GB,en;q=0.9"}).json()
    assert {"Lift", "Something else"} <= {service["service_name"] for service in english}
    for path in ("/discovery", "/services", "/services/lift"):
        as_json, as_xml = get(one, f"{path}.json"), get(one, f"{path}.xml")
        assert as_xml.headers["content-type"].startswith("text/xml")
        assert plain(xml(as_xml)) == as_text(as_json.json())
    (asked,) = get(one, "/services/lift.json").json()["attributes"]
    assert (asked["code"], asked["required"], asked["variable"]) == ("trapped", True, True)
    assert [value["key"] for value in asked["values"]] == ["yes", "no", "unknown"]
    assert get(one, "/discovery.json").json()["endpoints"][0]["url"].endswith("/open311/v2")


def test_a_report_is_a_case_and_its_state_goes_back(one: Resident) -> None:
    made = report(one, LAMP | {"lat": "31.23", "long": "121.47", "phone": "13500000000"})
    assert made.status_code == 201
    (answer,) = made.json()
    number = answer["service_request_id"]
    assert "service_notice" in answer
    (shown,) = get(one, f"/requests/{number}.json", api_key=DEMO_KEY).json()
    held([shown], REQUEST)
    assert (shown["status"], shown["description"], shown["address"]) == ("open", "路灯不亮", "3号门口")
    assert (shown["lat"], shown["long"], shown["service_code"]) == (31.23, 121.47, "public_area")
    assert all(ZONED.fullmatch(value) for name, value in shown.items() if name.endswith("_datetime"))
    in_xml = get(one, f"/requests/{number}.xml", api_key=DEMO_KEY)
    assert plain(xml(in_xml)) == as_text([shown])
    assert get(one, f"/tokens/{number}.json", api_key=DEMO_KEY).json()[0]["service_request_id"] == number
    bearer = {"authorization": f"Bearer {DEMO_KEY}"}
    one.request(
        "POST", f"/api/v1/cases/{number}/state", headers=bearer, json={"state": "refused", "reason": "不属于小区"}
    )
    (shown,) = requests(one, service_request_id=number)
    assert shown["status"] == "closed"
    assert number not in {row["service_request_id"] for row in requests(one, status="open", page_size="1000")}
    assert number in {row["service_request_id"] for row in requests(one, status="closed", service_code="public_area")}


def test_what_residents_report_is_seen_and_nothing_else_of_them(one: Resident) -> None:
    one.say("厨房水龙头漏水")
    one.say("是")
    number = one.items("cases")[0]["number"]
    (shown,) = requests(one, service_request_id=number)
    assert (shown["service_code"], shown["address"]) == ("water", "3栋2单元501")
    held(requests(one, page_size="1000"), REQUEST)
    assert {row["service_code"] for row in requests(one, page_size="1000")} <= {
        service["service_code"] for service in get(one, "/services.json").json()
    }
    for place in ("1号门", "2号门", "3号门"):
        report(one, LAMP | {"address_string": place})
    pages = [requests(one, page_size="2", page=page) for page in ("1", "2")]
    assert len({row["service_request_id"] for page in pages for row in page}) == 4


@pytest.mark.parametrize(
    ("more", "priority"),
    [
        ({"service_code": "lift", "attribute[trapped]": "yes"}, "urgent"),
        ({"service_code": "lift", "attribute[trapped]": "no"}, "normal"),
        ({"service_code": "gas", "description": "楼道里有煤气味"}, "urgent"),
        ({"description": "有人从楼梯上摔下来，叫不醒了"}, "urgent"),
        ({}, "normal"),
    ],
)
def test_what_cannot_wait_reaches_whoever_is_on_duty(one: Resident, more: dict[str, str], priority: str) -> None:
    number = report(one, LAMP | more).json()[0]["service_request_id"]
    assert case_of(one, number)["priority"] == priority
    staff = one.app.state.desk.db.read_now(lambda c: [row.body for row in outbox.newest(c, 20) if row.kind == "staff"])
    assert [body["case"] for body in staff] == ([number] if priority == "urgent" else [])


@on_sqlite
@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"api_key": "wrong"}, 403),
        ({"api_key": ""}, 403),
        ({"service_code": "dragons"}, 404),
        ({"service_code": ""}, 400),
        ({"address_string": " "}, 400),
        ({"address_string": "", "lat": "31.2"}, 400),
        ({"address_string": "", "lat": "nan", "long": "1"}, 400),
        ({"lat": "91", "long": "0"}, 400),
        ({"address_string": "99栋2单元501"}, 422),
        ({"address_string": "x" * 81}, 400),
        ({"description": "x" * 2001}, 400),
        ({"description": "a\x00b"}, 400),
        ({"service_code": "lift"}, 400),
        ({"service_code": "lift", "attribute[trapped]": "perhaps"}, 400),
        ({"attribute[colour]": "red"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"jurisdiction_id": "moonlight"}, 404),
    ],
)
def test_what_is_no_report_is_refused_in_its_own_form(one: Resident, more: dict[str, str], status: int) -> None:
    before = len(requests(one, page_size="1000"))
    for ending in ("json", "xml"):
        answer = report(one, LAMP | more, ending)
        assert answer.status_code == status, answer.text
        told = answer.json() if ending == "json" else plain(xml(answer))
        assert [int(error["code"]) for error in told] == [status]
        assert told[0]["description"]
    assert len(requests(one, page_size="1000")) == before


def test_requests_are_asked_for_within_bounds(one: Resident) -> None:
    for query in (
        {"page_size": "0"},
        {"page_size": "1001"},
        {"page": "-1"},
        {"status": "in_progress"},
        {"start_date": "yesterday"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
        {"service_request_id": ",".join(["R-1"] * 101)},
    ):
        assert get(one, "/requests.json", api_key=DEMO_KEY, **query).status_code == 400, query
    assert get(one, "/requests.json").status_code == 403
    assert get(one, "/requests/R-20260101-9999.xml", api_key=DEMO_KEY).status_code == 404
    assert get(one, "/services.html").status_code == 404
    assert get(one, "/services/dragons.json").json() == [{"code": 404, "description": "no such service_code"}]
    days = {"start_date": "2026-11-20T00:00:00+08:00", "end_date": "2026-11-20T23:59:59+08:00"}
    for row in requests(one, **days, page_size="1000"):
        assert datetime.fromisoformat(row["requested_datetime"]).date().isoformat() == "2026-11-20"


def test_the_same_report_again_is_one_case(one: Resident) -> None:
    first, again = (report(one, LAMP, **{"idempotency-key": "city-17"}).json() for _ in range(2))
    assert first == again
    other = report(one, LAMP | {"description": "another"}, **{"idempotency-key": "city-17"})
    assert other.status_code == 422
    twice = urlencode([*LAMP.items(), ("description", "twice")]).encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert one.request("POST", f"{BASE}/requests.json", content=twice, headers=kind).status_code == 400
    assert one.request("POST", f"{BASE}/requests.json", json=LAMP).status_code == 415


@on_sqlite
def test_words_that_xml_cannot_hold_are_still_read(one: Resident) -> None:
    words = "灯 <b>&\x07 ]]> 坏了"
    number = report(one, LAMP | {"description": words}).json()[0]["service_request_id"]
    found = xml(get(one, f"/requests/{number}.xml", api_key=DEMO_KEY))
    assert found.findtext("request/description") == words.replace("\x07", "\ufffd")


def test_keys_of_another_kind_or_community_open_nothing(one: Resident) -> None:
    desk = one.app.state.desk
    number = report(one, LAMP).json()[0]["service_request_id"]

    def made(connection: Connection) -> list[str]:
        communities.register(connection, Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {}), demo=False)
        places = (("sunshine", ["passes"]), ("moon", ["cases"]))
        return [keys.make(connection, place, "x", scopes, desk.clock.real()) for place, scopes in places]

    for key in desk.db.submit(made).result():
        for path in ("/requests.json", f"/requests/{number}.json", f"/tokens/{number}.json"):
            assert get(one, path, api_key=key).status_code == 403
        assert report(one, LAMP | {"api_key": key}).status_code == 403
