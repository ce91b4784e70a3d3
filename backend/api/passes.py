"""Passes of visitors: lists for integrators, a guard's look-up by code, what gates fetch."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import AskedByNumber, Authorization, Identify
from backend.api.passings import passing_routes
from backend.api.repeats import IdempotencyKey, write_once
from backend.api.schemas import Shape
from backend.db import Database, Record
from backend.services import gates, listing, pass_keys, visitors
from backend.services.pass_token import LIST_GOOD_FOR, SKEW, Verdict
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.ports import Clock
from bot.contract.routing import gather


class Visit(Shape):
    """A pass; opens_at and closes_at hold the grace already; token: what the QR code carries."""

    id: str
    number: str
    kind: str
    state: str
    community: str
    household: str | None
    conversation: str | None
    created_at: datetime
    visitor_name: str
    when: str | None
    plate: str | None
    plates: list[str]
    cars: int
    people: int
    purpose: str | None
    recurring: str | None
    opens_at: datetime
    closes_at: datetime
    code: str
    picture: str
    token: str
    slots: dict[str, str | int]


class VisitList(Shape):
    items: list[Visit]
    next: str | None


class Admission(Shape):
    """What a guard sees. refused: why not to open (`early`, `late`, `wrong_day`, `wrong_hour`, `revoked`)."""

    admit: bool
    refused: str | None
    number: str
    visitor_name: str
    people: int
    plates: list[str]
    cars: int
    purpose: str | None
    opens_at: datetime
    closes_at: datetime
    building: str
    room: str
    home: str


class Shown(Shape):
    """token: as read from the QR code."""

    token: str = Field(max_length=1_000)


class Opening(Shape):
    """What a gate needs, and nothing of the home. refused: as `Admission`, or `malformed`, `unknown_key`, `forged`."""

    admit: bool
    refused: str | None
    people: int | None
    plates: list[str]
    opens_at: datetime | None
    closes_at: datetime | None


class Key(Shape):
    kid: str
    public: str
    signing: bool
    created_at: datetime


class KeyRing(Shape):
    """public: base64 of an Ed25519 key; skew_seconds: how far a gate's clock may be off."""

    keys: list[Key]
    skew_seconds: int


class Revocations(Shape):
    """signed: the same list with its date, signed by the ring, for gates that get it by a third hand."""

    serials: list[str]
    issued_at: datetime
    good_until: datetime
    signed: str


def pass_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    """Below /api/v1; scope `passes` for integrators, `gate` for guards and gates."""
    router = APIRouter()

    async def list_passes(asked: AskedByNumber, authorization: Authorization = None) -> VisitList:
        who = await caller(authorization, "passes:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.passes(c, query))
        return VisitList(items=[visit_of(row) for row in page.items], next=page.next)

    async def one_pass(key: str, authorization: Authorization = None) -> Visit:
        who = await caller(authorization, "passes:read")
        return visit_of(await db.read(lambda c: found_pass(c, who.community, key)))

    router.add_api_route("/passes", list_passes, methods=["GET"], summary="Passes of visitors, newest first")
    gather(router, gate_routes(db, clock, caller))
    router.add_api_route("/passes/{key}", one_pass, methods=["GET"], summary="One pass by id or number")
    gather(router, passing_routes(db, caller))
    return router


def gate_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def by_code(code: str, authorization: Authorization = None) -> Admission:
        who = await caller(authorization, "gate")
        plain = code.replace(" ", "")
        if not plain.isascii() or not plain.isdigit() or len(plain) != visitors.CODE_DIGITS:
            raise Refused("a code has eight digits")
        look = await db.write(lambda c: gates.look_up(c, who.community, who.name, plain, clock.now(), clock.real()))
        if look is None:
            raise Refused("no pass has this code", status=404)
        return _admission(look)

    async def by_token(shown: Shown, authorization: Authorization = None) -> Opening:
        who = await caller(authorization, "gate:read")
        return _opening(await db.read(lambda c: gates.verify(c, who.community, shown.token, clock.now())))

    # Before /passes/{key}: these are no ids.
    router.add_api_route("/passes/by-code/{code}", by_code, methods=["GET"], summary="A guard looks a code up")
    router.add_api_route("/passes/verify", by_token, methods=["POST"], summary="A gate with network asks: open?")
    gather(router, _offline_routes(db, clock, caller))
    return router


def _offline_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    """What a gate fetches while it has network: `backend/gatekit` needs no more."""
    router = APIRouter()

    def ring(connection: Connection, community: str) -> KeyRing:
        found = pass_keys.public_keys(connection, community, clock.now())
        shown = [Key(kid=k.kid, public=k.public, signing=k.signing, created_at=k.created_at) for k in found]
        return KeyRing(keys=shown, skew_seconds=int(SKEW.total_seconds()))

    async def keys(authorization: Authorization = None) -> KeyRing:
        who = await caller(authorization, "gate:read")
        return await db.read(lambda c: ring(c, who.community))

    async def new_key(authorization: Authorization = None, once: IdempotencyKey = None) -> KeyRing:
        who = await caller(authorization, "passes")

        def work(connection: Connection) -> KeyRing:
            pass_keys.rotate(connection, who.community, clock.real())
            return ring(connection, who.community)

        return await write_once(db, Write(who.community, who.name, once, "new key", clock.real()), KeyRing, work)

    async def revoked(authorization: Authorization = None) -> Revocations:
        who = await caller(authorization, "gate:read")
        now = clock.now()

        def work(connection: Connection) -> Revocations:
            serials = pass_keys.revoked(connection, who.community, now)
            signed = pass_keys.signed_list(connection, who.community, now, clock.real())
            return Revocations(serials=serials, issued_at=now, good_until=now + LIST_GOOD_FOR, signed=signed)

        return await db.write(work)

    router.add_api_route("/passes/keys", keys, methods=["GET"], summary="Public keys for gates without network")
    router.add_api_route("/passes/keys", new_key, methods=["POST"], summary="Let a new key sign from now on")
    router.add_api_route("/passes/revoked", revoked, methods=["GET"], summary="Tokens that gates must refuse")
    return router


def found_pass(connection: Connection, community: str, key: str) -> Record:
    row = listing.pass_by(connection, community, key)
    if row is None:
        raise Refused("no such pass", status=404)
    return row


def visit_of(row: Record) -> Visit:
    slots = listing.shown(row.slots)
    return Visit(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        community=row.community_id,
        household=row.home,
        conversation=row.sender,
        created_at=row.created_at,
        visitor_name=row.visitor_name,
        when=row.wish,
        plate=", ".join(row.plates) or None,
        plates=row.plates,
        cars=row.cars,
        people=row.people,
        purpose=row.purpose,
        recurring=slots.get("recurring"),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        code=row.code,
        picture=f"/pass/{row.id}.svg",
        token=row.token,
        slots=slots,
    )


def _opening(verdict: Verdict) -> Opening:
    claims = verdict.claims
    return Opening(
        admit=verdict.admit,
        refused=verdict.refused,
        people=claims.people if claims else None,
        plates=list(claims.plates) if claims else [],
        opens_at=claims.opens_at if claims else None,
        closes_at=claims.closes_at if claims else None,
    )


def _admission(look: gates.Look) -> Admission:
    row = look.found
    return Admission(
        admit=look.refused is None,
        refused=look.refused,
        number=row.number,
        visitor_name=row.visitor_name,
        people=row.people,
        plates=row.plates,
        cars=row.cars,
        purpose=row.purpose,
        opens_at=row.opens_at.astimezone(UTC),
        closes_at=row.closes_at.astimezone(UTC),
        building=row.building,
        room=row.room,
        home=row.home,
    )
