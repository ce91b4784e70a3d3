"""Two of Rasa's routes, spoken by us: one utterance parsed, and the tracker of a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from backend.db import Database
from backend.services import tracker
from bot.contract.body import body_of, read
from bot.contract.conversation import Conversation
from bot.contract.errors import Refused
from bot.contract.messages import Address, InboundMessage
from bot.contract.ports import Clock
from bot.contract.understanding import Understanding
from bot.http.parsed import Json, parsed, plain, spoken
from bot.memory import Memory

Guard = Callable[[str | None], Awaitable[str]]
Hear = Callable[[InboundMessage], Awaitable[Understanding]]


def routes(db: Database, memory: Memory, hear: Hear, clock: Clock, guard: Guard) -> APIRouter:
    """hear: hop 2 as residents have it, advice included; guard: as of the channel `rest`."""
    router = APIRouter()

    async def model_parse(request: Request) -> JSONResponse:
        await guard(request.headers.get("authorization"))
        data = read(await body_of(request))
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            raise Refused("text must be a string", pointer="/text")
        message = spoken(data["text"], clock.now())
        return JSONResponse(parsed(data["text"], message, await hear(message)))

    async def conversation(sender: str, request: Request) -> JSONResponse:
        account = await guard(request.headers.get("authorization"))
        return JSONResponse(await db.read(lambda c: track(c, memory, sender, account)))

    router.add_api_route("/model/parse", model_parse, methods=["POST"], summary="One utterance understood")
    router.add_api_route(
        "/conversations/{sender}/tracker", conversation, methods=["GET"], summary="What happened with one sender"
    )
    return router


def track(connection: Connection, memory: Memory, sender: str, account: str = "demo") -> Json:
    """The tracker in Rasa's shape; a sender never heard of has an empty one."""
    conversation = memory.peek(connection, Address("rest", sender, account))
    if conversation is None:
        return _empty(sender)
    top = conversation.top
    frame = top or conversation.recent
    said = tracker.messages(connection, conversation.id)
    slots = {name: plain(value) for name, value in frame.slots.items() if not name.startswith("_")} if frame else {}
    return {
        "sender_id": sender,
        "slots": slots,
        "active_loop": {"name": top.flow if top and not top.lingers else None},
        "latest_message": {"text": said[-1].text, "message_id": said[-1].external_id} if said else {},
        "events": timeline(connection, conversation),
        "case": tracker.newest_case(connection, conversation.id),
        "with_staff": conversation.with_staff,
        "sos": conversation.sos or conversation.off,
        "language": conversation.language,
    }


def _empty(sender: str) -> Json:
    return {
        "sender_id": sender,
        "slots": {},
        "active_loop": {"name": None},
        "latest_message": {},
        "events": [],
        "case": None,
        "with_staff": False,
        "sos": None,
        "language": None,
    }


def timeline(connection: Connection, conversation: Conversation) -> list[Json]:
    """User, bot and flow events in the order in which they happened."""
    rows: list[tuple[int, Json]] = []
    for row in tracker.messages(connection, conversation.id):
        text = row.text or (row.payload or {}).get("choice", "")
        rows.append((row.seq, {"event": "user", "timestamp": _stamp(row.received_at), "text": text}))
    for row in tracker.events(connection, conversation.id):
        rows.append((row.seq, {"event": row.name, "timestamp": _stamp(row.at), **_data(row.data)}))
    for row in tracker.replies(connection, conversation.id):
        text = "\n".join(_words(part) for part in row.body["parts"])
        who = {"event": "staff", "by": row.body["by"]} if "by" in row.body else {"event": "bot"}
        rows.append((row.seq, {**who, "timestamp": _stamp(row.created_at), "text": text}))
    return [event for _, event in sorted(rows, key=lambda pair: pair[0])]


def _data(data: Json) -> Json:
    slots = {name.removeprefix("slot."): value for name, value in data.items() if name.startswith("slot.")}
    out: Json = {name: value for name, value in data.items() if not name.startswith("slot.")}
    if "case_no" in out:
        out |= {"case_no": out["case_no"] or None, "slots": slots}
    return out


def _words(part: Json) -> str:
    return str(
        part.get("words") or part.get("text") or part.get("choices") or part.get("link") or part.get("alt") or ""
    )


def _stamp(at: datetime) -> float:
    return at.astimezone(UTC).timestamp()
