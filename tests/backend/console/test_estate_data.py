"""What an estate is made of, by the desk's own forms: buildings, homes, duty phones, prices; each with a way back."""

from __future__ import annotations

from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text

from backend.models.housekeeping import provider
from backend.models.office import change
from backend.models.people import building, contact, duty, household, resident
from backend.services import callees, places
from backend.services.acting import Actor
from backend.services.housekeeping import offers
from bot.contract.errors import Refused
from tests.backend.console.test_desk_data import EN, OFFER, ONE, home_of, house, one
from tests.bot.work.station import PATIENCE_SECONDS
from tests.clerk import Clerk
from tests.resident import Resident

__all__ = ["house"]
LOCKED = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
BLOCK = {"number": "21", "units": "2", "floors": "3", "rooms": "2", "label": "{building}栋{unit}单元{room}"}


def _undo(house: Resident, boss: Clerk, what: str) -> int:
    key = one(house, select(change.c.id).where(change.c.what == what).order_by(change.c.id.desc()))
    return boss.post(f"/console/changes/{key}/undo").status_code


def _read(house: Resident, work: Any) -> Any:
    return house.app.state.desk.db.read_now(work)


def _value(house: Resident, query: Any) -> Any:
    return _read(house, lambda c: c.execute(query).scalars().first())


def _phones(house: Resident) -> list[str]:
    return [row.name for row in _read(house, lambda c: callees.phones(c, "sunshine"))]


@ONE
def test_a_new_building_has_all_its_homes_and_residents_may_name_them(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    assert boss.post("/console/buildings", **BLOCK).status_code == 204
    rows = select(household.c.label).join(building, building.c.id == household.c.building_id)
    labels = _read(house, lambda c: c.execute(rows.where(building.c.number == "21")).scalars().all())
    assert len(labels) == 12
    assert "21栋2单元302" in labels
    assert _read(house, lambda c: places.building_range(c, "sunshine")) == ("1", "21")
    other = BLOCK | {"number": "22"}
    for wrong in (BLOCK, other | {"floors": "999", "rooms": "90"}, other | {"label": "x"}):
        assert boss.post("/console/buildings", **wrong).status_code in (409, 422)
    assert Clerk(house, "agent").post("/console/buildings", **(BLOCK | {"number": "23"})).status_code == 403
    page = boss.get("/console/buildings", **EN).text
    assert "Building: – → 21" in page


@ONE
def test_one_more_home_is_named_otherwise_and_taken_away_while_nobody_knows_it(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    shop = {"building": "3", "unit": "9", "room": "S1", "label": "花店"}
    assert boss.post("/console/homes", **shop).status_code == 204
    assert boss.post("/console/homes", **shop).status_code == 409
    assert boss.post("/console/homes", building="99", room="1").status_code == 404
    key = one(house, select(household.c.id).where(household.c.label == "花店"))
    assert one(house, select(building.c.units).where(building.c.number == "3")) == 9, "its unit may be named"
    assert boss.post(f"/console/homes/{key}/label", label="便利店").status_code == 204
    assert boss.post(f"/console/homes/{key}/label", label="3栋2单元501").status_code == 409
    assert _undo(house, boss, "household") == 204
    assert _value(house, select(household.c.label).where(household.c.id == key)) == "花店"
    assert boss.post(f"/console/homes/{home_of(house)}/remove").status_code == 409, "people live there"
    assert boss.post(f"/console/homes/{key}/remove").status_code == 204
    assert _undo(house, boss, "household") == 204, "and back again"


@ONE
def test_duty_phones_are_kept_in_order_and_never_run_out(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    assert _phones(house) == ["值班一号", "值班二号"]
    assert boss.post("/console/duty", name="Night", phone="137 0000 0003").status_code == 204
    assert boss.post("/console/duty", name="Again", phone="13700000003").status_code == 409
    assert boss.post("/console/duty", name="None", phone="ask her son").status_code == 422
    page = boss.get("/console/duty", **EN).text
    assert "has answered no drill yet" in page
    assert "13700000003" not in page
    key = one(house, select(duty.c.id).where(duty.c.name == "Night"))
    assert boss.post(f"/console/duty/{key}/up").status_code == 204
    assert _phones(house) == ["值班一号", "Night", "值班二号"]
    assert _undo(house, boss, callees.DUTY_ORDER) == 204
    assert _phones(house) == ["值班一号", "值班二号", "Night"]
    first = one(house, select(duty.c.id).where(duty.c.name == "值班一号"))
    assert boss.post(f"/console/duty/{first}", name="值班一号", phone="").status_code == 204
    assert _value(house, select(duty.c.drill_answered_at).where(duty.c.id == first)) is not None
    assert boss.post(f"/console/duty/{first}", name="值班一号", phone="13700000009").status_code == 204
    assert _value(house, select(duty.c.drill_answered_at).where(duty.c.id == first)) is None, (
        "a new number answered none"
    )
    assert boss.post(f"/console/duty/{key}/remove").status_code == 204
    assert _undo(house, boss, callees.DUTY) == 204
    assert "Night" in _phones(house)
    others = delete(duty).where(duty.c.id != key, duty.c.community_id == "sunshine")
    house.app.state.desk.db.submit(lambda c: c.execute(others)).result()
    assert boss.post(f"/console/duty/{key}/remove").status_code == 409, "an alarm would ring nobody"
    assert Clerk(house, "agent").post(f"/console/duty/{key}/up").status_code == 403


@ONE
def test_what_stands_at_another_name_by_now_is_not_put_back(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    first = one(house, select(duty.c.id).where(duty.c.name == "值班一号"))
    phone = _value(house, select(duty.c.phone).where(duty.c.id == first))
    assert boss.post(f"/console/duty/{first}", name="值班一号", phone="13700000009").status_code == 204
    moved = one(house, select(change.c.id).order_by(change.c.id.desc()))
    assert boss.post("/console/duty", name="Night", phone=phone).status_code == 204
    assert boss.post(f"/console/changes/{moved}/undo").status_code == 409
    assert boss.post(f"/console/duty/{first}/remove").status_code == 204
    gone = one(house, select(change.c.id).order_by(change.c.id.desc()))
    assert boss.post("/console/duty", name="Again", phone="13700000009").status_code == 204
    assert boss.post(f"/console/changes/{gone}/undo").status_code == 409
    assert _phones(house) == ["值班二号", "Night", "Again"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_who_take_phones_away_at_once_leave_one(house: Resident) -> None:
    db, stands, ends = house.app.state.desk.db, Event(), Event()
    keys = _read(house, lambda c: [row.id for row in callees.phones(c, "sunshine")])
    clock = house.app.state.desk.clock
    who = Actor("sunshine", 1, "boss", "Boss", "supervisor", clock.now(), clock.real())

    def first(connection: Connection) -> None:
        callees.drop(connection, who, keys[0])
        stands.set()
        assert ends.wait(PATIENCE_SECONDS)

    taking = db.submit(first)
    assert stands.wait(PATIENCE_SECONDS)
    second = db.submit(lambda c: callees.drop(c, who, keys[1]))
    until = monotonic() + PATIENCE_SECONDS
    while not second.done() and not db.read_now(lambda c: c.execute(LOCKED).first()) and monotonic() < until:
        sleep(0.01)
    ends.set()
    taking.result(PATIENCE_SECONDS)
    with pytest.raises(Refused):
        second.result(PATIENCE_SECONDS)
    assert len(_phones(house)) == 1


@ONE
def test_who_is_called_first_for_somebody(house: Resident) -> None:
    clerk = Clerk(house, "agent")
    whose = one(house, select(contact.c.resident_id).order_by(contact.c.id))
    assert clerk.post(f"/console/residents/{whose}/contacts", name="Zoe", phone="13955550001").status_code == 204

    def names() -> list[str]:
        rows = select(contact.c.name).where(contact.c.resident_id == whose).order_by(contact.c.rank)
        return list(_read(house, lambda c: c.execute(rows).scalars().all()))

    before = names()
    zoe = one(house, select(contact.c.id).where(contact.c.name == "Zoe"))
    assert clerk.post(f"/console/contacts/{zoe}/up").status_code == 204
    assert names() == [*before[:-2], "Zoe", before[-2]]
    assert _undo(house, clerk, callees.CONTACT_ORDER) == 204
    assert names() == before
    home = one(house, select(resident.c.household_id).where(resident.c.id == whose))
    assert "Call Zoe earlier" in clerk.get(f"/console/homes/{home}", **EN).text


@ONE
def test_what_a_helper_costs(house: Resident) -> None:
    boss = Clerk(house, "supervisor")
    key = one(house, select(provider.c.id).order_by(provider.c.id))

    def price() -> list[str]:
        found = _read(house, lambda c: offers.service_offers(c, "sunshine", "cleaning"))
        return [f"{one.price} {one.least}-{one.most}" for one in found if one.provider == key and one.unit == "hour"]

    before = price()
    assert boss.post(f"/console/providers/{key}/offers", **OFFER).status_code == 204
    assert price() == ["35 2-4"]
    assert boss.post(f"/console/providers/{key}/offers", **(OFFER | {"least": "5"})).status_code == 422
    assert boss.post(f"/console/providers/{key}/offers", **(OFFER | {"price": "a lot"})).status_code == 422
    assert boss.post(f"/console/providers/{key}/offers/remove", service="cleaning", unit="hour").status_code == 204
    assert price() == []
    assert _undo(house, boss, "provider_offers") == 204
    assert price() == ["35 2-4"]
    first = one(house, select(change.c.id).where(change.c.what == "provider_offers").order_by(change.c.id))
    assert boss.post(f"/console/changes/{first}/undo").status_code == 204
    assert price() == before
