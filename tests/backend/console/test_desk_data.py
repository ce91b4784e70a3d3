"""Desk data: people of a home, teams, hours, helpers and money over the counter, each change seen, told and undone."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import Connection, insert, select

from backend.console.permissions import TABLE
from backend.models.housekeeping import provider
from backend.models.office import change, shift, special_day, team
from backend.models.people import building, community, contact, duty, household, proxy, resident
from backend.models.staff import staff
from backend.services import board, hours
from backend.services.sign_in.roles import allowed
from bot.contract.errors import Refused
from tests.clerk import Clerk, Hands
from tests.conftest import MakeResident
from tests.resident import Resident

EN = {"accept-language": "en"}
# What leans on SQL of its own runs on both databases, the rest on one.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NONCE = "0123456789abcdef"


@pytest.fixture
def house(resident: MakeResident) -> Resident:
    made = resident()
    made.restart(clock=Hands())
    return made


def home_of(house: Resident) -> int:
    return one(house, select(resident.c.household_id).where(resident.c.name == "李娜"))


def one(house: Resident, query: object) -> int:
    return int(house.app.state.desk.db.read_now(lambda c: c.execute(query).scalars().first()))


def _li_na(house: Resident) -> int:
    return one(house, select(resident.c.id).where(resident.c.name == "李娜"))


PERSON = {"name": "李娜", "role": "owner", "birth_year": "1990"}


@ONE
def test_a_change_is_in_the_log_without_what_it_tells_of_the_resident(house: Resident) -> None:
    clerk, key = Clerk(house, "agent"), _li_na(house)
    home = home_of(house)
    page = clerk.get(f"/console/homes/{home}", **EN).text
    assert "李娜" in page
    assert "138****0501" in page
    assert "13800000501" not in page
    assert clerk.post(f"/console/residents/{key}", **PERSON, phone="13912345678", version="1").status_code == 204
    page = clerk.get(f"/console/homes/{home}", **EN).text
    assert "****0501 → ****5678" in page
    log = Clerk(house, "auditor").get("/console/audit?what=resident").text
    assert "resident.changed" in log
    assert "13912345678" not in log
    assert "1990" not in log


@ONE
def test_the_second_of_two_clerks_sees_what_the_first_changed(house: Resident) -> None:
    key = _li_na(house)
    wang, li = Clerk(house, "agent"), Clerk(house, "supervisor")
    assert wang.post(f"/console/residents/{key}", **(PERSON | {"name": "李娜娜"}), version="1").status_code == 204
    late = li.post(f"/console/residents/{key}", **(PERSON | {"lives_alone": "yes"}), version="1")
    assert late.status_code == 409
    assert "王海" in late.json()["detail"]
    assert "李娜 → 李娜娜" in late.json()["detail"]
    assert li.post(f"/console/residents/{key}", **PERSON, version="2").status_code == 204


@ONE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("phone", "12"),
        ("phone", "call me"),
        ("birth_year", "48"),
        ("birth_year", "2200"),
        ("role", "king"),
    ],
)
def test_a_mistake_is_told_beside_its_field(house: Resident, field: str, value: str) -> None:
    got = Clerk(house, "agent").post(f"/console/residents/{_li_na(house)}", **(PERSON | {field: value}))
    assert (got.status_code, got.json()["pointer"]) == (422, f"/{field}")


@ONE
def test_a_number_belongs_to_one_person(house: Resident) -> None:
    other = one(house, select(resident.c.id).where(resident.c.phone.is_not(None), resident.c.name != "李娜"))
    got = Clerk(house, "agent").post(f"/console/residents/{other}", **PERSON, phone="138 0000 0501")
    assert got.json()["pointer"] == "/phone"


def test_what_was_done_is_undone(house: Resident) -> None:
    clerk, key, home = Clerk(house, "agent"), _li_na(house), home_of(house)
    assert clerk.post(f"/console/residents/{key}/left", version="1").status_code == 204
    assert "李娜" not in re.sub(r"(?s).*<main", "", clerk.get(f"/console/homes/{home}").text)
    last = one(house, select(change.c.id).order_by(change.c.id.desc()))
    assert clerk.post(f"/console/changes/{last}/undo").status_code == 204
    assert "李娜" in clerk.get(f"/console/homes/{home}").text
    assert clerk.post(f"/console/changes/{last}/undo").status_code == 409
    assert clerk.post(f"/console/residents/{key}", **(PERSON | {"name": "A"})).status_code == 204
    first = one(house, select(change.c.id).order_by(change.c.id.desc()))
    assert clerk.post(f"/console/residents/{key}", **(PERSON | {"name": "B"})).status_code == 204
    late = clerk.post(f"/console/changes/{first}/undo")
    assert late.status_code == 409, "somebody has changed it since"
    assert "A → B" in late.json()["detail"]


@ONE
def test_a_home_shows_no_changes_of_a_contact_of_another_home(house: Resident) -> None:
    """Records of two kinds may bear the same number."""
    clerk, key = Clerk(house, "agent"), _li_na(house)
    told = {"what": "contact", "key": str(key), "by": "agent", "name": "W", "before": {"name": "P"}}
    at = datetime.fromisoformat("2026-11-20T01:00:00+00:00")
    row = insert(change).values(community_id="sunshine", **told, after={"name": "Somebody else's aunt"}, at=at)
    house.app.state.desk.db.submit(lambda c: c.execute(row)).result()
    assert one(house, select(contact.c.id).where(contact.c.resident_id == key)) != key, "not theirs"
    assert "aunt" not in clerk.get(f"/console/homes/{home_of(house)}").text


@ONE
def test_contacts_and_proxies(house: Resident) -> None:
    clerk, key = Clerk(house, "agent"), _li_na(house)
    house.say("你好")
    assert clerk.post(f"/console/residents/{key}/contacts", name="李父", phone="13700000001").status_code == 204
    made = one(house, select(contact.c.id).where(contact.c.name == "李父"))
    assert clerk.post(f"/console/contacts/{made}", name="李父亲", phone="").status_code == 204
    assert clerk.post(f"/console/residents/{key}/reveal", which="9").status_code == 404
    assert clerk.post(f"/console/contacts/{made}/remove").status_code == 204
    last = one(house, select(change.c.id).order_by(change.c.id.desc()))
    assert clerk.post(f"/console/changes/{last}/undo").status_code == 204
    other = house.app.state.desk.db.read_now(
        lambda c: c.execute(select(resident.c.phone).where(resident.c.id != key)).scalars().first()
    )
    grant = {"agent": other, "kin": "sister", "may_pay": "yes"}
    assert clerk.post(f"/console/residents/{key}/proxies", agent="13799999999", may_pay="yes").status_code == 422
    assert clerk.post(f"/console/residents/{key}/proxies", **(grant | {"until": "2020-01-01"})).status_code == 422
    assert clerk.post(f"/console/residents/{key}/proxies", **grant).status_code == 204
    agents = (
        select(proxy.c.id).where(proxy.c.principal_id == key, proxy.c.revoked_at.is_(None)).order_by(proxy.c.id.desc())
    )
    granted = one(house, agents)
    assert clerk.post(f"/console/proxies/{granted}/revoke").status_code == 204
    assert clerk.post(f"/console/proxies/{granted}/revoke").status_code == 404


def test_teams_shifts_and_helpers(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    new = {"key": "green", "name_en": "Green <b>", "name_zh_Hans": "绿化", "mode": "rotate", "takes": "repair:garden"}
    assert boss.post("/console/teams", **(new | {"key": "No!"})).json()["pointer"] == "/key"
    assert boss.post("/console/teams", **(new | {"takes": "<x>"})).json()["pointer"] == "/takes"
    assert boss.post("/console/teams", **new).status_code == 204
    key = one(house, select(team.c.id).where(team.c.key == "green"))
    assert boss.post(f"/console/teams/{key}/people", in_agent="yes", in_supervisor="yes").status_code == 204
    page = boss.get("/console/teams", **EN).text
    assert "Green &lt;b&gt;" in page
    changed = {"name_en": "Garden", "mode": "grab", "active": "yes", "version": "1"}
    assert boss.post(f"/console/teams/{key}", **changed).status_code == 204
    assert boss.post(f"/console/teams/{key}", **changed, takes="repair").status_code == 409
    work = {"login": "agent", "hours": "8:00-16:00", "weekday_0": "yes", "weekday_4": "yes"}
    assert boss.post("/console/shifts", **work).status_code == 204
    assert boss.post("/console/shifts", **(work | {"hours": "15:00-18:00"})).json()["pointer"] == "/hours"
    assert boss.post("/console/shifts", **(work | {"hours": "18:00-15:00"})).json()["pointer"] == "/hours"
    helper = one(house, select(provider.c.id))
    form = {"name_en": "Ms Wu", "cancel_hours": "4", "active": "yes", "version": "1", "day_0": "9:00-12:00"}
    assert boss.post(f"/console/providers/{helper}", **form).status_code == 204
    assert boss.post(f"/console/providers/{helper}", **form).status_code == 409
    assert (
        boss.post(f"/console/providers/{helper}", **(form | {"version": "2", "day_1": "9"})).json()["pointer"]
        == "/day_1"
    )
    assert "9:00-12:00" in boss.get("/console/providers").text


@ONE
def test_what_the_desk_writes_is_what_residents_are_told(house: Resident) -> None:
    """The bot's "nobody is at the desk now" and its promise of a call-back follow the hours that the desk keeps."""
    boss = Clerk(house, "supervisor")
    week = {f"day_{n}": "9:00-18:00" for n in range(7)} | {"day_5": ""}
    assert boss.post("/console/hours", **{f"day_{n}": "" for n in range(7)}).json()["pointer"] == "/day_0"
    assert boss.post("/console/hours", **(week | {"day_2": "9-18"})).json()["pointer"] == "/day_2"
    assert boss.post("/console/hours", **week).status_code == 204
    # 20 November 2026 is a Friday, half past nine in Shanghai.
    assert boss.post("/console/days", day="2026-11-20", hours="14:00-16:00", note="Stocktaking").status_code == 204
    told = house.say("I want to speak to a person")
    assert "2:00" in told.text
    assert "3:00" in told.text, "the call-back's hour is counted from the opening"
    assert boss.post("/console/days", day="2020-01-01", note="x").json()["pointer"] == "/day"


@ONE
def test_a_desk_without_hours_of_its_own_keeps_those_of_its_board(house: Resident) -> None:
    calls = [{"key": hours.CALLS, "open": 7, "close": 12}]
    house.app.state.desk.db.submit(lambda c: board.put(c, "sunshine", "office", calls)).result()
    desk = house.app.state.desk.db.read_now(lambda c: hours.of(c, "sunshine"))
    assert set(desk.week.values()) == {((7 * 60, 12 * 60),)}


@ONE
def test_hours_are_counted_over_closed_days(house: Resident) -> None:
    spans = dict.fromkeys(range(5), ((540, 1080),))
    desk = hours.Hours(spans, {datetime(2026, 11, 23).date(): ()})
    friday = datetime(2026, 11, 20, 17, 30)
    assert desk.after(friday, 20) == datetime(2026, 11, 20, 17, 50)
    assert desk.after(friday, 90) == datetime(2026, 11, 24, 10, 0), "the weekend and a holiday lie between"
    assert desk.next_opening(datetime(2026, 11, 21, 12)) == datetime(2026, 11, 24, 9)
    assert not desk.is_open(datetime(2026, 11, 23, 12))
    assert hours.Hours({}, {}).next_opening(friday) == friday


def _elsewhere(connection: Connection) -> dict[str, int]:
    """One of each kind of record in another community."""

    def put(table: object, **values: object) -> int:
        row = insert(table).values(community_id="moon", **values).returning(table.c.id)  # type: ignore[arg-type,attr-defined] # any table
        return int(connection.execute(row).scalar_one())

    connection.execute(insert(community).values(id="moon", names={"en": "Moon"}, timezone="UTC", demo=False))
    at = datetime.fromisoformat("2026-11-20T01:00:00+00:00")
    block = put(building, number="1", units=1, floors=1, rooms_per_floor=1)
    home = put(household, building_id=block, unit="1", room="101", label="crater")
    person = put(resident, household_id=home, name="Moonman", phone="13999999999", role="owner")
    clerk = put(staff, login="moon", name="M", shown_as={}, role="agent", teams=[], active=True, created_at=at)
    return {
        "homes": home,
        "residents": person,
        "contacts": put(contact, resident_id=person, name="x", phone="13999999998", rank=1),
        "proxies": put(proxy, principal_id=person, agent_id=person, scopes={"may": [], "kin": None}, granted_at=at),
        "teams": put(team, key="moon", names={}, mode="grab", takes=[]),
        "days": put(special_day, day=at.date(), note="x"),
        "shifts": put(shift, staff_id=clerk, weekday=0, opens=0, closes=10),
        "providers": put(provider, names={}, employers={}, insured=True, cancel_hours=1, cancel_fee=0, rank=1),
        "changes": put(change, what="resident", key=str(person), by="moon", name="M", before={}, after={}, at=at),
        "payments": 10**6,
        "buildings": block,
        "duty": put(duty, name="Moonman", phone="13999999996", rank=1),
        "bulk": put(change, what="bulk", key="x", by="moon", name="M", before={}, after={}, at=at),
    }


OFFER = {"service": "cleaning", "unit": "hour", "price": "35", "minutes": "60", "least": "2", "most": "4"}
FORMS = {
    "homes/{key}/residents": PERSON,
    "homes/{key}/payments": {"amount": "1", "way": "cash", "nonce": NONCE},
    "payments/{key}/reverse": {"reason": "because"},
    "residents/{key}": PERSON,
    "residents/{key}/contacts": {"name": "x", "phone": "13999999997"},
    "residents/{key}/proxies": {"agent": "13800000501", "may_pay": "yes"},
    "residents/{key}/health": {"words": "x", "consent": "said"},
    "contacts/{key}": {"name": "x", "phone": ""},
    "teams/{key}": {"mode": "grab", "name_en": "x"},
    "providers/{key}": {"name_en": "x"},
    "providers/{key}/offers": OFFER,
    "providers/{key}/offers/remove": {"service": "cleaning", "unit": "hour"},
    "homes/{key}/label": {"label": "x"},
    "duty/{key}": {"name": "x", "phone": ""},
}


@ONE
def test_records_of_another_community_are_not_there(house: Resident) -> None:
    """X1 for desk data: every route with a key of somebody else's, in every role that may use it."""
    moon = house.app.state.desk.db.submit(_elsewhere).result()
    wrong: list[str] = []
    for role in ("duty", "agent", "supervisor", "admin"):
        clerk = Clerk(house, role)
        token = clerk.token()
        for (method, path), right in TABLE.items():
            room = path.split("/")[2] if path.startswith("/console/") else ""
            if room not in moon or "{key}" not in path or not allowed(role, right):
                continue
            filled = path.replace("{key}", str(moon[room]))
            form = FORMS.get(path.removeprefix("/console/"), {})
            got = clerk.get(filled) if method == "GET" else clerk.post(filled, token, **form)
            if got.status_code != 404:
                wrong.append(f"{role} {method} {path}: {got.status_code}")
    assert wrong == []
    for page in ("homes?q=9999999", "homes", "buildings", "duty", "teams", "providers"):
        assert "Moonman" not in Clerk(house, "admin").get(f"/console/{page}").text


def test_a_bad_setting_of_hours_is_refused() -> None:
    from backend.services import teams

    assert teams.span("8:00-12:00，13:30至20:00", "/x") == ((480, 720), (810, 1200))
    for text in ("8", "8:00", "12:00-8:00", "8:00-12:00, 11:00-13:00", "8:00-25:00", "a-b", "8:00-12:00-13:00"):
        with pytest.raises(Refused):
            teams.span(text, "/x")
