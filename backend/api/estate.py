"""`/api/v1/households` and `/residents`: who lives where, without what only the desk may know of them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from backend.api.asking import Authorization, Filter, Identify, Limit, given, id_of
from backend.api.schemas import Shape
from backend.db import Database, Record
from backend.services import estate_list
from bot.contract.errors import Refused

SCOPE = "residents:read"


class Person(Shape):
    """phone: its last four digits; role: owner, tenant or family."""

    id: str
    name: str
    role: str
    language: str | None
    phone: str | None
    community: str
    household: str | None
    household_id: str | None


class PersonList(Shape):
    items: list[Person]
    next: str | None


class Household(Shape):
    """label: as people of the estate say it."""

    id: str
    label: str
    building: str
    unit: str | None
    room: str
    community: str
    residents: list[Person] = Field(default_factory=list)


class HouseholdList(Shape):
    items: list[Household]
    next: str | None


def estate_routes(db: Database, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_households(
        building: Filter = None, cursor: Filter = None, limit: Limit = 50, authorization: Authorization = None
    ) -> HouseholdList:
        who, after = await caller(authorization, SCOPE), given(cursor, "/cursor")
        page = await db.read(lambda c: estate_list.households(c, who.community, building, after, limit))
        return HouseholdList(items=[_home(row, []) for row in page.items], next=page.next)

    async def one_household(key: str, authorization: Authorization = None) -> Household:
        who, number = await caller(authorization, SCOPE), id_of(key)
        row = await db.read(lambda c: estate_list.home(c, who.community, number))
        if row is None:
            raise Refused("no such household", status=404)
        page = await db.read(lambda c: estate_list.residents(c, who.community, row.id, 0, 200))
        return _home(row, page.items)

    async def list_residents(
        household: Filter = None, cursor: Filter = None, limit: Limit = 50, authorization: Authorization = None
    ) -> PersonList:
        who, after = await caller(authorization, SCOPE), given(cursor, "/cursor")
        home = given(household, "/household")
        page = await db.read(lambda c: estate_list.residents(c, who.community, home, after, limit))
        return PersonList(items=[_person(row) for row in page.items], next=page.next)

    async def one_resident(key: str, authorization: Authorization = None) -> Person:
        who, number = await caller(authorization, SCOPE), id_of(key)
        row = await db.read(lambda c: estate_list.person(c, who.community, number))
        if row is None:
            raise Refused("no such resident", status=404)
        return _person(row)

    add = router.add_api_route
    add("/households", list_households, methods=["GET"], summary="Homes, by building")
    add("/households/{key}", one_household, methods=["GET"], summary="One home and who lives there")
    add("/residents", list_residents, methods=["GET"], summary="Residents, by household")
    add("/residents/{key}", one_resident, methods=["GET"], summary="One resident")
    return router


def _home(row: Record, people: list[Record]) -> Household:
    return Household(
        id=str(row.id),
        label=row.label,
        building=row.building,
        unit=row.unit,
        room=row.room,
        community=row.community_id,
        residents=[_person(one) for one in people],
    )


def _person(row: Record) -> Person:
    return Person(
        id=str(row.id),
        name=row.name,
        role=row.role,
        language=row.language,
        phone=f"…{row.phone[-4:]}" if row.phone and len(row.phone) > 6 else None,
        community=row.community_id,
        household=row.home,
        household_id=str(row.household_id) if row.household_id is not None else None,
    )
