"""The form that common chat components speak: messages as JSON, the answer as JSON or bubble by bubble as events."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from bot.contract.body import body_of, read
from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.messages import Address, Card, Choices, InboundMessage, Kind, Link, Media, OutboundMessage, Profile
from bot.contract.plain import clean
from channels.web.door import Door
from channels.web.parse import TEXT_LIMIT, language_of

LIMIT = 256_000
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    message: InboundMessage
    streamed: bool


def routes(ports: Ports, door: Door) -> APIRouter:
    router = APIRouter(prefix="/channels/web/{community}")

    async def chat(community: str, request: Request) -> Response:
        who = await door.enter(request, community)
        asked = parse(await body_of(request, LIMIT), who, ports.clock.now())
        bubbles = list(told(await ports.handle(asked.message)))
        headers = request.state.headers
        if asked.streamed or "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(bubbles), media_type="text/event-stream", headers=headers)
        text = "\n\n".join(str(bubble["text"]) for bubble in bubbles if "text" in bubble)
        files = [file for bubble in bubbles for file in bubble.get("files", ())]
        answer: Json = {"role": "ai", "text": text}
        return JSONResponse(answer | ({"files": files} if files else {}), headers=headers)

    router.add_api_route("/chat", chat, methods=["POST"], summary="The same talk, for common chat components")
    return router


def parse(body: bytes, who: Address, received_at: datetime) -> Asked:
    """`{"messages": [{"role", "text"}], "id", "language", "stream"}`: the last message is the one that is new.

    What was said before is ours to remember: a client that sends all of it again is not read twice.
    """
    data = read(body)
    if not isinstance(data, dict):
        raise Refused("an object is expected", status=400)
    messages = data.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    if not isinstance(last, dict) or last.get("role", "user") != "user":
        raise Refused("messages must end with one of the user's", pointer="/messages")
    said = clean(_text(last))
    if not said:
        raise Refused("nothing was said", pointer="/messages")
    key = data.get("id", secrets.token_hex(12))
    if not isinstance(key, str) or not _ID.fullmatch(key):
        raise Refused("id is 8 to 64 letters and digits, made once for each message", pointer="/id")
    message = InboundMessage(
        id=key,
        sender=who,
        kind=Kind.TEXT,
        received_at=received_at,
        text=said[:TEXT_LIMIT],
        language_hint=language_of(data),
        # These components have no buttons of ours: answers are numbered, and a number chooses one.
        profile=Profile.TEXT,
        truncated=len(said) > TEXT_LIMIT,
    )
    return Asked(message, data.get("stream") is True)


def _text(last: dict[str, Any]) -> str:
    """`text`, or `content` as a string or as parts, as the components differ."""
    value = last.get("text", last.get("content", ""))
    if isinstance(value, list):
        value = "\n".join(one["text"] for one in value if isinstance(one, dict) and isinstance(one.get("text"), str))
    if not isinstance(value, str):
        raise Refused("text must be a string", pointer="/messages")
    return value


def told(replies: tuple[OutboundMessage, ...]) -> Iterator[dict[str, Any]]:
    for part in (part for reply in replies for part in reply.parts):
        match part:
            case Choices() | Card():
                yield {"text": part.text}
            case Link():
                yield {"text": f"{part.title}: {part.url}"}
            case Media():
                kind = "image" if part.kind == "image" else "any"
                yield {"text": part.alt, "files": [{"src": part.url, "type": kind, "name": part.alt}]}
            case _:
                yield {"text": part.text}


async def _events(bubbles: list[dict[str, Any]]) -> AsyncIterator[str]:
    """One event a bubble; a component that joins them shows paragraphs."""
    for number, bubble in enumerate(bubbles):
        lead = {"text": "\n\n" + str(bubble["text"])} if number else {}
        yield f"data: {json.dumps({**bubble, **lead}, ensure_ascii=False)}\n\n"
