"""`/api/v1/conversations`: what is said, who holds it, and a person's part in it, for consoles that are not ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Filter, Identify, Limit
from backend.api.repeats import Care, Careful, write_once
from backend.api.schemas import Shape
from backend.api.tags import unchanged
from backend.db import Database, Record
from backend.services import handover, staff, talks
from backend.services.keys import Caller
from backend.services.repeats import Write
from backend.services.staff import Clerk
from bot.contract.errors import Refused
from bot.contract.ports import Clock
from bot.contract.routing import gather

_Channel = Annotated[str | None, Query(max_length=20)]
Act = Callable[[Connection, Record, Clerk], None]


class Said(Shape):
    """by: "resident", "bot", or a person's name as residents see it."""

    at: datetime
    by: str
    text: str


class Conversation(Shape):
    """conversation: the sender on their channel; state: "bot", "waiting" or "held"; place: 1 is the next in the queue;
    minutes: within how many most were answered lately, null where too few are known; held_by: a login."""

    id: str
    kind: str
    state: str
    community: str
    household: str | None
    conversation: str
    channel: str
    account: str
    language: str | None
    created_at: datetime
    updated_at: datetime
    with_staff: bool
    reason: str | None
    flow: str | None
    requested_at: datetime | None
    held_by: str | None
    place: int | None = None
    minutes: int | None = None
    lines: list[Said] = Field(default_factory=list)


class ConversationList(Shape):
    items: list[Conversation]
    next: str | None


class _Acting(Shape):
    """staff: who does it, by login; without it the holder of the key."""

    staff: str | None = Field(default=None, max_length=60)


class TakeOver(_Acting):
    pass


class StaffMessage(_Acting):
    text: str = Field(min_length=1, max_length=2000)


class HandBack(_Acting):
    """outcome: what came of it, for colleagues."""

    outcome: str = Field(default="", max_length=1000)


def conversation_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_conversations(
        state: Annotated[str | None, Query(max_length=20)] = None,
        channel: _Channel = None,
        cursor: Filter = None,
        limit: Limit = 50,
        authorization: Authorization = None,
    ) -> ConversationList:
        who = await caller(authorization, "conversations:read")
        page = await db.read(lambda c: talks.listed(c, who.community, state, channel, cursor, limit))
        return ConversationList(items=[_shown(row) for row in page.items], next=page.next)

    async def one_conversation(
        sender: str, channel: _Channel = None, authorization: Authorization = None
    ) -> Conversation:
        who = await caller(authorization, "conversations:read")
        return await db.read(lambda c: _whole(c, _found(c, who.community, sender, channel), clock))

    router.add_api_route("/conversations", list_conversations, methods=["GET"], summary="Conversations, newest first")
    router.add_api_route("/conversations/{sender}", one_conversation, methods=["GET"], summary="One, line by line")
    gather(router, _acting(db, clock, caller))
    return router


Do = Callable[[Caller, Care, str, _Acting, tuple[str, str | None], Act], Awaitable[Conversation]]


def _acting(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    """A person's part in it; each write is one effect for one `Idempotency-Key`."""
    router = APIRouter(prefix="/conversations/{sender}")

    async def do(
        who: Caller, care: Care, what: str, asked: _Acting, place: tuple[str, str | None], act: Act
    ) -> Conversation:
        def work(connection: Connection) -> Conversation:
            found = _found(connection, who.community, *place)
            unchanged(care.match, lambda: _whole(connection, found, clock))
            act(connection, found, _clerk(connection, who, asked.staff, clock.real()))
            return _whole(connection, _found(connection, who.community, found.sender, found.channel), clock)

        request = f"{what} {place} {asked.model_dump_json()}"
        return await write_once(
            db, Write(who.community, who.name, care.once, request, clock.real()), Conversation, work
        )

    _holding(router, clock, caller, do)
    _saying(router, clock, caller, do)
    return router


def _holding(router: APIRouter, clock: Clock, caller: Identify, do: Do) -> None:
    async def take_over(
        sender: str,
        care: Careful,
        asked: TakeOver | None = None,
        channel: _Channel = None,
        authorization: Authorization = None,
    ) -> Conversation:
        who = await caller(authorization, "conversations")

        def act(connection: Connection, found: Record, clerk: Clerk) -> None:
            handover.take_over(connection, who.community, found.id, clerk, clock.real())

        return await do(who, care, "take over", asked or TakeOver(), (sender, channel), act)

    async def hand_back(
        sender: str,
        care: Careful,
        asked: HandBack | None = None,
        channel: _Channel = None,
        authorization: Authorization = None,
    ) -> Conversation:
        who = await caller(authorization, "conversations")
        told = asked or HandBack()

        def act(connection: Connection, found: Record, clerk: Clerk) -> None:
            key = _open(found, "nobody has this conversation")
            handover.hand_back(connection, who.community, key, clerk, told.outcome, clock.real())

        return await do(who, care, "hand back", told, (sender, channel), act)

    taken, back = "A person takes the conversation: the bot is silent", "The bot has the word again"
    router.add_api_route("/take-over", take_over, methods=["POST"], summary=taken)
    router.add_api_route("/hand-back", hand_back, methods=["POST"], summary=back)


def _saying(router: APIRouter, clock: Clock, caller: Identify, do: Do) -> None:
    async def say(
        sender: str,
        care: Careful,
        asked: StaffMessage,
        channel: _Channel = None,
        authorization: Authorization = None,
    ) -> Conversation:
        who = await caller(authorization, "conversations")

        def act(connection: Connection, found: Record, clerk: Clerk) -> None:
            key = _open(found, "take the conversation over before you answer")
            handover.say(connection, who.community, key, clerk, asked.text, clock.real())

        return await do(who, care, "say", asked, (sender, channel), act)

    router.add_api_route("/messages", say, methods=["POST"], summary="A person's line, with their name")


def _open(found: Record, otherwise: str) -> int:
    if found.handover is None:
        raise Refused(otherwise, status=409)
    return int(found.handover)


def _found(connection: Connection, community: str, sender: str, channel: str | None) -> Record:
    found = talks.of_sender(connection, community, sender, channel)
    if found is None:
        raise Refused("no such conversation", status=404)
    return found


def _clerk(connection: Connection, who: Caller, login: str | None, real: datetime) -> Clerk:
    """The person who is named, or the program itself, whom residents see as their community's desk."""
    if login is None:
        return staff.program(connection, who.community, who.name, real)
    found = staff.by_login(connection, login)
    if found is None or found.community != who.community:
        raise Refused("nobody of this login works at this desk", pointer="/staff")
    return found


def _whole(connection: Connection, row: Record, clock: Clock) -> Conversation:
    shown = _shown(row)
    known = handover.of_conversation(connection, row.id)
    if known is not None:
        standing = handover.standing(connection, known, clock.real())
        shown.place, shown.minutes = standing.place or None, standing.minutes
    shown.lines = [Said(at=line.at, by=line.by, text=line.text) for line in talks.lines(connection, row.id)]
    return shown


def _shown(row: Record) -> Conversation:
    return Conversation(
        id=str(row.id),
        kind="conversation",
        state=row.state or "bot",
        community=row.community_id,
        household=row.home,
        conversation=row.sender,
        channel=row.channel,
        account=row.account,
        language=row.language,
        created_at=row.began or row.updated_at,
        updated_at=row.updated_at,
        with_staff=row.with_staff,
        reason=row.reason,
        flow=row.flow,
        requested_at=row.requested_at,
        held_by=row.login,
    )
