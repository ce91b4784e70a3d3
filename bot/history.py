"""A conversation told again: what the resident said and what they were answered, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend import wake
from backend.db import Record
from backend.services import conversations, invitations, tracker
from bot.contract.errors import Refused
from bot.contract.messages import Address, Choices, Media, Part, Profile, Words
from bot.contract.stored import part_from, sayable_from
from bot.contract.talk import Line, Talk
from bot.contract.text import t
from bot.desk import Desk
from bot.memory import Memory
from bot.speak import Speaker

NEWEST = 200
PLACE = t("My location")
_AT_THE_END = 1 << 62


def _silent(_: int) -> bool:
    return False


def review(
    connection: Connection,
    memory: Memory,
    speaker: Speaker,
    who: Address,
    after: str,
    now: datetime,
    default: str,
    writing: Callable[[int], bool] = _silent,
) -> Talk:
    """The newest lines after this cursor; a cursor that cannot be read means from the start. writing: whether somebody
    of the desk writes in a conversation just now."""
    conversation = memory.peek(connection, who)
    if conversation is None:
        return Talk()
    language = conversation.language or default
    said, told = tracker.latest(connection, conversation.id, NEWEST)
    lines: list[tuple[datetime, int, int, Line]] = []
    for row in told:
        shown, by = _shown(row.body, speaker, language, now), row.body.get("by", "")
        line = Line(f"o{row.id}", False, row.created_at, row.in_reply_to, shown, by)
        lines.append((row.created_at, row.seq or _AT_THE_END, row.id, line))
    titles = _titles(line for *_, line in lines)
    here = speaker.words(PLACE, language, now)
    for row in said:
        parts = _said(row, titles, here)
        if parts:
            lines.append(
                (
                    row.received_at,
                    row.seq,
                    row.id,
                    Line(f"m{row.id}", True, row.received_at, row.external_id or "", parts),
                )
            )
    seen = _cursor(after)
    fresh = [line for _, _, key, line in sorted(lines, key=lambda one: one[:3]) if key > seen[0 if line.mine else 1]]
    newest = (said[-1].id if said else 0, told[-1].id if told else 0)
    held = conversation.held
    staff = held.shown(language) if held is not None else ""
    cursor, writes = f"{newest[0]}.{newest[1]}", bool(staff) and writing(conversation.id)
    return Talk(tuple(fresh), cursor, conversation.language, conversation.with_staff, staff, writes)


def _cursor(text: str) -> tuple[int, int]:
    said, _, told = text.partition(".")
    plain = text.isascii() and said.isdecimal() and told.isdecimal() and len(text) < 40
    return (int(said), int(told)) if plain else (0, 0)


def _shown(body: dict[str, Any], speaker: Speaker, language: str, now: datetime) -> tuple[Part, ...]:
    """A reply as it was spoken; a push is put into words now, in the language of today."""
    if "parts" in body:
        return tuple(part_from(part) for part in body["parts"])
    say = [sayable_from(item) for item in body.get("say", ())]
    return speaker.speak(say, None, language=language, profile=Profile.BUTTONS, now=now).parts


def _titles(lines: Iterable[Line]) -> dict[str, str]:
    """Payload → the words it was last offered with: a tap is shown as what was tapped."""
    offered = (part for line in lines for part in line.parts if isinstance(part, Choices))
    return {item.payload: item.title for part in offered for item in part.items}


def _said(row: Record, titles: dict[str, str], here: str) -> tuple[Part, ...]:
    payload = row.payload or {}
    parts: list[Part] = [Media(kind, key, "") for kind, key, _ in payload.get("attachments", ())]
    if "place" in payload:
        latitude, longitude, label = payload["place"]
        parts.append(Words(f"{here} · {label or f'{latitude:.5f}, {longitude:.5f}'}"))
    choice = payload.get("choice")
    text = row.text or (titles.get(choice, choice) if choice else "")
    return (*parts, Words(text)) if text else tuple(parts)


async def read(desk: Desk, who: Address, after: str) -> Talk:
    """The same on this desk, and whether somebody writes there just now."""

    def writing(conversation: int) -> bool:
        return desk.db.bell.is_fresh(wake.writing(conversation))

    now, default = desk.clock.now(), desk.default_language
    return await desk.db.read(lambda c: review(c, desk.memory, desk.speaker, who, after, now, default, writing))


async def writes(desk: Desk, who: Address) -> None:
    """A resident is writing: whoever of the desk has the conversation sees it for a moment."""
    row = await desk.db.read(lambda c: conversations.find(c, who))
    if row is not None and row.with_staff:
        desk.db.bell.ring(wake.answering(row.community_id, row.id))


async def join(desk: Desk, who: Address, token: str) -> None:
    """Into the case that the desk filed for them."""
    now, real = desk.clock.now(), desk.clock.real()

    def work(connection: Connection) -> None:
        row = conversations.lock(connection, who)
        if row is None:
            raise Refused("this conversation has not begun", status=409)
        invitations.accept(connection, row.community_id, token, row.id, now, real)

    await desk.db.write(work)
