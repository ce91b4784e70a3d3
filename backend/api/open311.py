"""`/open311/v2`: cities report faults to us and follow them in their own terms, as Open311 GeoReport v2."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from backend.api import georeport
from backend.api.georeport import Form, Tree
from backend.api.house import House
from backend.api.open311_asked import Given, field_limits, report_of, wanted_of
from backend.api.repeats import write_once
from backend.db import Record
from backend.services import georeports, keys
from backend.services.georeports import SERVICES, Service
from backend.services.keys import Caller
from backend.services.repeats import Write
from backend.services.states import OPEN, WORDS
from bot.contract.body import body_of
from bot.contract.conversation import Community
from bot.contract.errors import NotTheirs, Refused
from bot.contract.text import t
from bot.contract.wished import wished

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# When this interface last changed.
CHANGESET = "2026-11-27T00:00:00+08:00"
FORM_LIMIT, FIELDS = 20_000, 60
_REQUEST = ("service_requests", "request")


class Accepted(BaseModel):
    """What is answered to a report, the first time and every later one with the same `Idempotency-Key`."""

    service_request_id: str
    due: datetime


def routes(house: House) -> APIRouter:
    """JSON and XML by the path's ending; errors as Open311 writes them; a key wherever cases are read or made."""
    router = APIRouter(prefix="/open311/v2", include_in_schema=False)
    add = router.add_api_route
    add("/discovery.{ending}", _told(house, _discovery), methods=["GET"])
    add("/services.{ending}", _told(house, _services), methods=["GET"])
    add("/services/{code}.{ending}", _told(house, _definition), methods=["GET"])
    add("/requests.{ending}", _told(house, _report), methods=["POST"])
    add("/requests.{ending}", _told(house, _requests), methods=["GET"])
    add("/requests/{number}.{ending}", _told(house, _requests), methods=["GET"])
    add("/tokens/{token}.{ending}", _told(house, _token), methods=["GET"])
    return router


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its form, what it gives, and the language that it is answered in."""

    request: Request
    form: Form
    given: Given
    language: str

    def path(self, name: str) -> str:
        return str(self.request.path_params.get(name, ""))


Answer = Callable[[House, Asked], Awaitable[Response]]


def _told(house: House, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def route(request: Request) -> Response:
        form = georeport.form_of(request.path_params["ending"])
        # Whatever is refused from here on is refused in Open311's own form.
        request.state.explain = lambda status, why: georeport.errors(form, 403 if status == 401 else status, why)
        given = await _given(request)
        _jurisdiction(house, given)
        return await answer(
            house, Asked(request, form, given, wished(house.languages, (), request.headers.get("accept-language", "")))
        )

    return route


async def _given(request: Request) -> Given:
    """The fields of the address, and of the body of a report."""
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise Refused("a report is sent as application/x-www-form-urlencoded", status=415)
        raw = await body_of(request, FORM_LIMIT)
        try:
            pairs += parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
        except ValueError as error:
            raise Refused("this form cannot be read", status=400) from error
    return field_limits(pairs)


def _jurisdiction(house: House, given: Given) -> None:
    """A community is a jurisdiction; it need not be named, as a key is of one community."""
    if given.get("jurisdiction_id") is not None and given["jurisdiction_id"] not in house.communities:
        raise Refused("no such jurisdiction_id", status=404)


async def _caller(house: House, asked: Asked) -> Caller:
    """Whoever holds `api_key`, or a bearer's key; raises `NotTheirs`."""
    key = asked.given.get("api_key")
    shown = f"Bearer {key}" if key else asked.request.headers.get("authorization")
    found = await house.db.read(lambda c: keys.identify(c, shown, house.clock.real(), demo=house.demo))
    found.must("cases")
    named = asked.given.get("jurisdiction_id")
    if found.community not in house.communities or named not in (None, found.community):
        raise NotTheirs("this key is another jurisdiction's")
    return found


async def _discovery(house: House, asked: Asked) -> Response:
    base = str(asked.request.base_url).rstrip("/")
    tree: Tree = {
        "changeset": CHANGESET,
        "contact": house.say(t("The desk of your community"), asked.language),
        "key_service": "python -m bot new key <name> --scope cases",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}/open311/v2",
                "changeset": CHANGESET,
                "type": "test" if house.demo else "production",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }
    return georeport.answer(asked.form, tree, ("discovery",))


async def _services(house: House, asked: Asked) -> Response:
    def shown(service: Service) -> Tree:
        tree: dict[str, Tree] = {
            "service_code": service.code,
            "service_name": house.say(service.name, asked.language),
            "metadata": bool(service.attributes),
            "type": "realtime",
            "group": service.kind,
        }
        return tree | ({"keywords": ",".join(service.keywords)} if service.keywords else {})

    return georeport.answer(asked.form, [shown(one) for one in SERVICES.values()], ("services", "service"))


async def _definition(house: House, asked: Asked) -> Response:
    service = SERVICES.get(asked.path("code"))
    if service is None:
        raise Refused("no such service_code", status=404)
    attributes: list[Tree] = [
        {
            "variable": True,
            "code": one.code,
            "datatype": "singlevaluelist",
            "required": one.required,
            "order": order,
            "description": house.say(one.ask, asked.language),
            "values": [{"key": key, "name": house.say(name, asked.language)} for key, name in one.values.items()],
        }
        for order, one in enumerate(service.attributes, 1)
    ]
    tree: Tree = {"service_code": service.code, "attributes": attributes}
    return georeport.answer(asked.form, tree, ("service_definition",))


async def _report(house: House, asked: Asked) -> Response:
    who = await _caller(house, asked)
    report = report_of(asked.given, house.sounds)
    community = house.communities[who.community]

    def work(connection: Connection) -> Accepted:
        now, real = house.clock.now(), house.clock.real()
        filed = georeports.file(connection, community, report, who.name, now, real)
        return Accepted(service_request_id=filed.number, due=filed.due)

    once = asked.request.headers.get("idempotency-key")
    told = f"open311 {sorted((name, value) for name, value in asked.given.items() if name != 'api_key')}"
    filed = await write_once(house.db, Write(who.community, who.name, once, told, house.clock.real()), Accepted, work)
    notice = house.say(t("Our target is {by}.", by=filed.due), asked.language)
    tree: Tree = [{"service_request_id": filed.service_request_id, "service_notice": notice}]
    return georeport.answer(asked.form, tree, _REQUEST, 201)


async def _requests(house: House, asked: Asked) -> Response:
    who = await _caller(house, asked)
    one = asked.path("number")
    wanted = wanted_of(asked.given, who.community, one, house.clock.now())
    rows = await house.db.read(lambda c: georeports.requests(c, wanted))
    if one and not rows:
        raise Refused("no such service_request_id", status=404)
    community = house.communities[who.community]
    return georeport.answer(asked.form, [_shown(house, community, row, asked.language) for row in rows], _REQUEST)


def _shown(house: House, community: Community, row: Record, language: str) -> Tree:
    service, slots = georeports.service_of(row), row.slots or {}
    tree: dict[str, Tree | None] = {
        "service_request_id": row.number,
        "status": "open" if row.state in OPEN else "closed",
        "status_notes": house.say(WORDS[row.state], language),
        "service_name": house.say(service.name, language),
        "service_code": service.code,
        "description": row.details,
        "agency_responsible": community.names.get(language),
        "requested_datetime": _moment(house, row.created_at),
        "updated_datetime": _moment(house, row.updated_at),
        "expected_datetime": _moment(house, row.due_at),
        "address": row.location,
        "lat": float(slots["lat"]) if "lat" in slots else None,
        "long": float(slots["long"]) if "long" in slots else None,
        "media_url": slots.get("media_url"),
    }
    return {name: value for name, value in tree.items() if value is not None}


def _moment(house: House, at: datetime | None) -> str | None:
    """On the residents' clock, with its zone."""
    return None if at is None else at.astimezone(house.clock.now().tzinfo).replace(microsecond=0).isoformat()


async def _token(house: House, asked: Asked) -> Response:
    """A number is given at once, never a token in its place: whoever asks with the number hears it again."""
    who = await _caller(house, asked)
    token = asked.path("token")
    wanted = georeports.Wanted(who.community, 1, numbers=(token,))
    rows = await house.db.read(lambda c: georeports.requests(c, wanted))
    if not rows:
        raise Refused("no such token", status=404)
    return georeport.answer(asked.form, [{"token": token, "service_request_id": rows[0].number}], _REQUEST)
