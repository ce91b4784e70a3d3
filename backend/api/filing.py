"""`POST /api/v1/cases`: another system files a case, as the desk files what it is told."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.api.cases import whole_case
from backend.api.house import House
from backend.api.repeats import IdempotencyKey, write_once
from backend.api.schemas import Case, Phone, Shape
from backend.services import reported
from backend.services.desk_reports import CATEGORIES, Report
from backend.services.repeats import Write


class NewCase(Shape):
    """where: a home such as `3-2-501`, or any place; urgent: what cannot wait; phone: of whoever told of it."""

    details: str = Field(min_length=1, max_length=2000)
    where: str = Field(min_length=1, max_length=80)
    kind: Literal["repair", "complaint", "request"] = "repair"
    category: str = Field(default="other", max_length=20, json_schema_extra={"enum": list(CATEGORIES)})
    urgent: Literal["", "gas", "burst", "sparks", "lift"] = ""
    phone: Phone = ""

    def report(self) -> Report:
        return Report(self.details, self.where, self.kind, self.category, reported.WAY, self.urgent, self.phone)


def filing_routes(house: House, caller: Identify) -> APIRouter:
    router, clock = APIRouter(), house.clock

    async def file_case(new: NewCase, authorization: Authorization = None, once: IdempotencyKey = None) -> Case:
        who = await caller(authorization, "cases")
        community, danger = house.community(who.community), house.sounds(new.details)

        def work(connection: Connection) -> Case:
            now, real = clock.now(), clock.real()
            number = reported.file(connection, community, new.report(), who.name, danger, now, real)
            return whole_case(connection, who.community, number)

        asked = f"case {new.model_dump_json()}"
        return await write_once(house.db, Write(who.community, who.name, once, asked, clock.real()), Case, work)

    router.add_api_route("/cases", file_case, methods=["POST"], status_code=201, summary="File a case")
    return router
