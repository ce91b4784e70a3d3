"""`/api/v1/notices` and `/catalogue`: what is put up and told to homes, and what residents may ask the desk for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.api.house import House
from backend.api.repeats import Careful, IdempotencyKey, write_once
from backend.api.schemas import Building, Moment, Said, Shape
from backend.api.tags import unchanged
from backend.ids import new_id
from backend.services import announce, board, georeports
from backend.services.announce import Notice
from backend.services.board import Item
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.text import Text


class NewNotice(Shape):
    """title, body: by language, such as `{"zh_Hans": …, "en": …}`; buildings: none for everybody; tell: homes are told,
    by day."""

    title: Said = Field(min_length=1)
    body: Said = Field(min_length=1)
    buildings: list[Building] = Field(default_factory=list, max_length=announce.BUILDINGS_MOST)
    begins: Moment | None = None
    until: Moment | None = None
    tell: bool = Field(default=False, strict=True)


class NoticeShown(Shape):
    """homes: how many it concerns, when it was put up by this call."""

    id: str
    title: dict[str, str]
    body: dict[str, str]
    buildings: list[str]
    begins: datetime | None
    until: datetime | None
    put_up: datetime | None
    homes: int | None = None


class NoticeList(Shape):
    items: list[NoticeShown]
    next: str | None


class Question(Shape):
    """What must or may be answered with it; values: key and words."""

    code: str
    required: bool
    ask: dict[str, str]
    values: dict[str, dict[str, str]]


class Offered(Shape):
    """kind, category: as a case bears them; code: as Open311 calls it."""

    code: str
    kind: str
    category: str | None
    name: dict[str, str]
    keywords: list[str]
    questions: list[Question]


class Catalogue(Shape):
    items: list[Offered]
    next: str | None


class _Gone(Shape):
    id: str


def notice_routes(house: House, caller: Identify) -> APIRouter:
    router, db, clock = APIRouter(), house.db, house.clock

    async def list_notices(authorization: Authorization = None) -> NoticeList:
        who = await caller(authorization, "notices:read")
        found = await db.read(lambda c: board.items(c, who.community, announce.KIND))
        return NoticeList(items=[_shown(item) for item in found], next=None)

    async def one_notice(key: str, authorization: Authorization = None) -> NoticeShown:
        who = await caller(authorization, "notices:read")
        return await db.read(lambda c: _one(c, who.community, key))

    async def put_up(new: NewNotice, authorization: Authorization = None, once: IdempotencyKey = None) -> NoticeShown:
        who = await caller(authorization, "notices")
        key = new_id()
        notice = Notice(key, new.title, new.body, new.buildings, new.begins, new.until)

        def work(connection: Connection) -> NoticeShown:
            homes = announce.put(connection, who.community, notice, clock.now(), clock.real(), tell=new.tell)
            return _one(connection, who.community, key).model_copy(update={"homes": homes})

        asked = f"notice {new.model_dump_json()}"
        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), NoticeShown, work)

    async def take_down(key: str, care: Careful, authorization: Authorization = None) -> Response:
        who = await caller(authorization, "notices")

        def work(connection: Connection) -> _Gone:
            unchanged(care.match, lambda: _one(connection, who.community, key))
            announce.take_down(connection, who.community, key)
            return _Gone(id=key)

        await write_once(db, Write(who.community, who.name, care.once, f"down {key}", clock.real()), _Gone, work)
        return Response(status_code=204)

    async def catalogue(authorization: Authorization = None) -> Catalogue:
        await caller(authorization, "catalogue:read")
        return Catalogue(items=[_offered(house, one) for one in georeports.SERVICES.values()], next=None)

    add = router.add_api_route
    add("/notices", list_notices, methods=["GET"], summary="What is put up on the board")
    add("/notices", put_up, methods=["POST"], status_code=201, summary="Put a notice up, and tell homes")
    add("/notices/{key}", one_notice, methods=["GET"], summary="One notice")
    add("/notices/{key}", take_down, methods=["DELETE"], status_code=204, summary="Take a notice down")
    add("/catalogue", catalogue, methods=["GET"], summary="What can be reported and asked for")
    return router


def _one(connection: Connection, community: str, key: str) -> NoticeShown:
    item = board.one(connection, community, announce.KIND, key)
    if item is None:
        raise Refused("no such notice", status=404)
    return _shown(item)


def _shown(item: Item) -> NoticeShown:
    said: dict[str, Any] = dict(item.data)
    moments = {
        name: said.get(stored) for name, stored in (("begins", "from"), ("until", "until"), ("put_up", "put_up"))
    }
    return NoticeShown(
        id=item.key, title=said["title"], body=said["body"], buildings=list(said.get("buildings", ())), **moments
    )


def _offered(house: House, service: georeports.Service) -> Offered:
    def said(text: Text) -> dict[str, str]:
        return {language: house.say(text, language) for language in house.languages}

    questions = [
        Question(
            code=one.code,
            required=one.required,
            ask=said(one.ask),
            values={key: said(words) for key, words in one.values.items()},
        )
        for one in service.attributes
    ]
    return Offered(
        code=service.code,
        kind=service.kind,
        category=service.category,
        name=said(service.name),
        keywords=list(service.keywords),
        questions=questions,
    )
