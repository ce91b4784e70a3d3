"""A conversation told again: what the resident said and what they were answered, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.db import Record
from backend.services import tracker
from bot.contract.messages import Address, Choices, Media, Part, Profile, Words
from bot.contract.stored import part_from, sayable_from
from bot.contract.talk import Line, Talk
from bot.memory import Memory
from bot.speak import Speaker

NEWEST = 200
_AT_THE_END = 1 << 62


def review(
    connection: Connection, memory: Memory, speaker: Speaker, who: Address, after: str, now: datetime, default: str
) -> Talk:
    """The newest lines after this cursor; a cursor that cannot be read means from the start."""
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
    for row in said:
        parts = _said(row, titles)
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
    return Talk(tuple(fresh), f"{newest[0]}.{newest[1]}", conversation.language, conversation.with_staff, staff)


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


def _said(row: Record, titles: dict[str, str]) -> tuple[Part, ...]:
    payload = row.payload or {}
    parts: list[Part] = [Media(kind, key, "") for kind, key, _ in payload.get("attachments", ())]
    choice = payload.get("choice")
    text = row.text or (titles.get(choice, choice) if choice else "")
    return (*parts, Words(text)) if text else tuple(parts)
