"""A public fault goes to the city's own Open311 once, is followed there, and everybody hears what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from backend.models.work import case
from backend.services import audit, handed
from bot.cities import Cities, Hall
from bot.contract.errors import Misconfigured, Unavailable
from bot.outside_settings import CitySettings
from intents.understand import Embedded
from tests.backend.climbing import ONE, pushes
from tests.clerk import Clerk, Hands
from tests.fakes.city import JURISDICTION, KEY, CityHall
from tests.resident import DEMO_KEY, Resident

pytestmark = ONE
LAMP = {"details": "3号门口路灯不亮，我电话13812345678", "where": "3号门口", "category": "public_area"}


@dataclass
class Town:
    """One estate and its city; `look` is a turn of the loop that asks."""

    house: Resident
    hands: Hands
    fake: CityHall
    hall: Hall
    cities: Cities

    def look(self, minutes: float = 0) -> None:
        self.hands.pass_(minutes=minutes)
        self.house.loop.run_until_complete(self.cities.look(self.hall))

    def file(self, **more: str) -> str:
        made = self.house.request("POST", "/api/v1/cases", json={**LAMP, **more}, headers=AUTH)
        return str(made.json()["number"])

    def case(self, number: str) -> Any:
        return self.house.request("GET", f"/api/v1/cases/{number}", headers=AUTH).json()


AUTH = {"Authorization": f"Bearer {DEMO_KEY}"}


@pytest.fixture
def town(fresh: Any, interpreter: Embedded, hands: Hands) -> Iterator[Town]:
    city = CitySettings(endpoint="http://city.example/v2", jurisdiction=JURISDICTION, services={"public_area": "17"})
    sunshine = fresh.communities["sunshine"].model_copy(update={"city": city})
    here = {"communities": {"sunshine": sunshine}, "vendors": {**fresh.vendors, "CITY_SUNSHINE_KEY": KEY}}
    settings, fake = fresh.model_copy(update=here), CityHall()
    house = Resident(settings, interpreter, "li-na")
    house.restart(clock=hands)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(fake.app()))
    cities = Cities(settings, house.app.state.desk, client)
    (hall,) = cities.halls(client)
    yield Town(house, hands, fake, hall, cities)
    house.loop.run_until_complete(client.aclose())
    house.close()


def test_it_is_sent_once_followed_and_its_end_is_asked_of_the_resident(town: Town) -> None:
    town.house.say("3号门口的路灯坏了")
    for words in ("是", "是"):
        town.house.say(words)
    found = [case for case in town.house.items("cases") if case["category"] == "public_area"]
    assert found, town.house.items("cases")
    number = found[0]["number"]
    for minutes in (0, 0, 31, 31):
        town.look(minutes)
    (sent,) = town.fake.reports
    assert f"[{number}]" in sent["description"]
    case = town.case(number)
    assert (case["state"], case["handed_on"]["number"], case["handed_on"]["status"]) == (
        "other_company",
        "SR-1",
        "open",
    )
    assert any("belongs to another company" in words for words in pushes(town.house))
    town.fake.status["SR-1"] = ("closed", "lamp replaced")
    town.look(31)
    case = town.case(number)
    assert (case["state"], case["handed_on"]["state"]) == ("fixed", "ended")
    assert "closed lamp replaced" in [line["note"] for line in case["history"]]
    assert any("is reported as fixed" in words for words in pushes(town.house))
    town.look(31)
    assert len(town.fake.reports) == 1


def test_nobodys_number_goes_out_and_private_faults_stay_here(town: Town) -> None:
    town.file(where="3号门口，找 13812345678")
    town.file(where="3-2-602", details="家里漏水", category="water")
    inside = town.file(where="有人家里")
    mine = update(case).where(case.c.number == inside).values(scope="inside", household_id=None)
    town.house.app.state.desk.db.submit(lambda c: c.execute(mine)).result()
    town.look()
    (sent,) = town.fake.reports
    assert "13812345678" not in sent["description"] + sent["address_string"]
    assert "3号门口" in sent["address_string"]
    assert sent["service_code"] == "17"


def test_a_token_becomes_a_number(town: Town) -> None:
    town.fake.tokens = True
    number = town.file()
    town.look()
    assert town.case(number)["handed_on"]["state"] == "asked"
    for _ in range(3):
        town.look(31)
    assert town.case(number)["handed_on"]["number"] == "SR-1"
    assert len(town.fake.reports) == 1


def test_while_the_city_is_away_it_waits_and_says_so(town: Town) -> None:
    town.fake.fails = [503, 503, 503]
    number = town.file()
    for _ in range(3):
        town.look(15)
    handed = town.case(number)["handed_on"]
    assert (handed["state"], handed["trouble"], handed["tries"]) == ("due", "the city answered 503", 3)
    town.look(15)
    assert town.case(number)["handed_on"]["number"] == "SR-1"


def test_what_may_have_arrived_is_never_sent_again_by_a_machine(town: Town) -> None:
    town.fake.fails = [500]
    number = town.file()
    for _ in range(3):
        town.look(61)
    assert town.case(number)["handed_on"]["state"] == "unsure"
    assert town.fake.reports == []
    again = town.house.request("POST", f"/api/v1/cases/{number}/hand-on", headers=AUTH)
    assert again.status_code == 200, again.text
    town.look()
    assert town.case(number)["handed_on"]["number"] == "SR-1"
    assert town.house.request("POST", f"/api/v1/cases/{number}/hand-on", headers=AUTH).status_code == 409


def test_the_desk_sees_where_it_is_and_sends_it_again_only_when_asked_to_decide(town: Town) -> None:
    town.fake.fails = [500, 400]
    number = town.file()
    path, clerk = f"/console/cases/{number}", Clerk(town.house, "agent")
    assert clerk.post(f"{path}/hand-on").status_code == 409, "nothing was sent yet"
    town.look()
    unsure = clerk.get(path, **{"accept-language": "en"}).text
    assert "It may have arrived, or not" in unsure
    assert f"{path}/hand-on" in unsure
    assert "不确定对方收到没有" in clerk.get(path).text
    assert clerk.post(f"{path}/hand-on").status_code == 204
    town.look()
    refused = clerk.get(path, **{"accept-language": "en"}).text
    assert "They do not take it" in refused
    assert "They say: not today" in refused
    assert clerk.post(f"{path}/hand-on").status_code == 204
    town.look()
    there = clerk.get(path, **{"accept-language": "en"}).text
    assert "SR-1" in there
    assert f"{path}/hand-on" not in there
    assert clerk.post(f"{path}/hand-on").status_code == 409
    did = [row.what for row in town.house.app.state.desk.db.read_now(lambda c: audit.page(c, "sunshine", 0, "", ""))]
    assert did.count("case.handed_on") == 2


def test_each_refusal_of_one_case_is_told_to_staff(town: Town) -> None:
    town.fake.fails = [400, 400]
    number = town.file()
    town.look()
    assert town.house.request("POST", f"/api/v1/cases/{number}/hand-on", headers=AUTH).status_code == 200
    town.look(1)
    rows = town.house.request("GET", "/demo/outbox").json()["items"]
    told = [row for row in rows if row["kind"] == "staff" and "does not take it" in str(row["body"].get("task"))]
    assert [row["body"]["case"] for row in told] == [number, number]


def test_a_process_that_ended_while_it_sent_leaves_a_doubt(town: Town) -> None:
    number = town.file()
    db, now = town.house.app.state.desk.db, town.hands
    db.submit(lambda c: handed.take_up(c, "sunshine", town.hall.services, now.now(), now.real())).result()
    (row,) = db.submit(lambda c: handed.due(c, "sunshine", now.real())).result()
    assert town.case(number)["handed_on"]["state"] == "due", "nothing was begun"
    other = town.file()
    assert db.submit(lambda c: handed.hold(c, row, now.real())).result()
    assert not db.submit(lambda c: handed.hold(c, row, now.real())).result()
    town.look(6)
    assert town.case(number)["handed_on"]["state"] == "unsure"
    assert town.case(other)["handed_on"]["number"] == "SR-1"
    assert [f"[{other}]" in sent["description"] for sent in town.fake.reports] == [True]


def test_our_own_database_failing_after_the_request_sends_nothing_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, db = town.file(), town.house.app.state.desk.db
    write = db.write

    async def busy(work: Any) -> Any:
        if town.fake.reports:
            raise Unavailable("storage: busy")
        return await write(work)

    monkeypatch.setattr(db, "write", busy)
    town.look()
    monkeypatch.undo()
    for _ in range(3):
        town.look(6)
    assert len(town.fake.reports) == 1
    assert town.case(number)["handed_on"]["state"] == "unsure"


def test_a_refusal_is_told_to_staff_in_the_citys_words(town: Town) -> None:
    town.fake.fails = [400]
    number = town.file()
    town.look()
    case = town.case(number)
    assert (case["state"], case["handed_on"]["state"], case["handed_on"]["trouble"]) == (
        "received",
        "refused",
        "not today",
    )


def test_a_city_without_its_key_is_said_at_the_start(town: Town) -> None:
    with pytest.raises(Misconfigured, match="LINLI_CITY_SUNSHINE_KEY"):
        Cities(town.house.settings.model_copy(update={"vendors": {}}), town.house.app.state.desk)
