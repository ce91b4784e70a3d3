"""A conversation as the desk sees it: both sides, what the flow did, what colleagues noted, in order of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.console.parts import Parts
from backend.console.words import ALARMS, CHOSEN, SLOTS, TALK_EVENTS
from backend.db import Record
from backend.services import notes, tracker
from backend.services.case_lines import AFFAIRS, FAULTS
from backend.services.outbox import FETCHED
from bot.contract.messages import Address, Card, Choices, Link, Media, Part, Words
from bot.contract.stored import load, part_from, sayable_from
from bot.contract.text import Picture, Summary, Text, t
from bot.contract.understanding import Value

# So many lines are shown at first: who takes over reads the end of a talk, and a page stays light.
SHOWN, ALL = 60, "all"
THEM, BOT, STAFF, NOTE, EVENT = "them", "bot", "staff", "note", "event"

_OWN_PAGE = re.compile(r"(/my/in/)[\w-]+")
VALUES: Mapping[str, Text] = {**CHOSEN, **ALARMS, **FAULTS, **AFFAIRS}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line. key: the same as long as the line is; who: THEM, BOT, STAFF, NOTE or EVENT; state: of its delivery;
    reason: the vendor's, where it was not delivered."""

    key: str
    who: str
    at: datetime
    parts: tuple[Part, ...]
    by: str = ""
    text: str = ""
    state: str = ""
    reason: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A flow that the bot is in the middle of. slots: label and value; asks: the slot it waits for."""

    title: str
    slots: tuple[tuple[str, str], ...]
    asks: str
    parked: bool


def lines(connection: Connection, parts: Parts, row: Record, language: str) -> list[Shown]:
    """Oldest first."""
    address = Address(row.channel, row.sender, row.account)
    talk = parts.review(connection, address)
    # What a page or a program fetches by itself is on no way of which we could tell.
    told = tracker.fates(connection, row.id, 200) if row.channel not in FETCHED else []
    fates = {f"o{one.id}": _fate(one) for one in told}
    found = [
        Shown(
            key=line.id,
            who=THEM if line.mine else (STAFF if line.by else BOT),
            at=line.at,
            parts=tuple(_shut(part) for part in line.parts),
            by=line.by,
            state=fates.get(line.id, ("", ""))[0],
            reason=fates.get(line.id, ("", ""))[1],
        )
        for line in talk.lines
    ]
    found += [Shown(f"n{note.id}", NOTE, note.at, (), note.name, note.text) for note in notes.of(connection, row.id)]
    found += _events(parts, tracker.events_named(connection, row.id, TALK_EVENTS, 200), language)
    return sorted(found, key=lambda line: line.at)[-300:]


def _shut(part: Part) -> Part:
    """The link to a resident's own page is the resident's: nobody of the desk opens it by the talk."""
    return replace(part, text=_OWN_PAGE.sub(r"\1…", part.text)) if isinstance(part, Words) else part


def window(found: Sequence[Shown], begin: str) -> Sequence[Shown]:
    """What a page shows of it. begin: the key of the line with which the page began, so that nothing moves under
    whoever reads while news comes in; ALL, or empty for a page that is opened."""
    if begin == ALL:
        return found
    at = next((place for place, line in enumerate(found) if line.key == begin), None)
    return found[-SHOWN:] if at is None else found[at:]


def _fate(row: Record) -> tuple[str, str]:
    """How far it has come: what the vendor said last, else what we know ourselves."""
    if row.state == "dead":
        return "dead", row.last_error or ""
    if row.read_at is not None:
        return "read", ""
    if row.delivered_at is not None:
        return "delivered", ""
    # Tried before and waiting again: why is worth a look.
    return row.state, (row.last_error or "") if row.state == "due" else ""


def _events(parts: Parts, rows: Iterable[Record], language: str) -> list[Shown]:
    found: list[Shown] = []
    for row in rows:
        words = parts.say(Text(TALK_EVENTS[row.name].msgid, _said(parts, row.data, language)), language)
        found.append(Shown(f"e{row.id}", EVENT, row.at, (), text=words, alarm=row.name.startswith("sos")))
    return found


def _said(parts: Parts, data: Mapping[str, Any], language: str) -> dict[str, str]:
    flow = str(data.get("flow") or "")
    titled = parts.flows.get(flow)
    known = {"flow": parts.say(titled, language) if titled else flow, "number": str(data.get("case_no") or "")}
    return {**known, "by": str(data.get("by") or ""), "to": str(data.get("to") or "")}


def open_flows(parts: Parts, memory: Mapping[str, Any], language: str) -> list[Open]:
    """What the bot is doing just now, the innermost last."""
    found: list[Open] = []
    for frame in memory.get("frames", ()):
        titled = parts.flows.get(frame["flow"])
        slots = tuple(
            (slot_name(parts, name, language), value_of(parts, load(value), language))
            for name, value in frame.get("slots", {}).items()
        )
        asks = frame.get("awaiting") or ""
        found.append(
            Open(
                title=parts.say(titled, language) if titled else frame["flow"],
                slots=slots,
                asks=slot_name(parts, asks, language) if asks else "",
                parked=bool(frame.get("parked")),
            )
        )
    return found


def slot_name(parts: Parts, name: str, language: str) -> str:
    text = SLOTS.get(name) or parts.slots.get(name)
    return parts.say(text, language) if text else name.replace("_", " ")


def value_of(parts: Parts, value: Value, language: str) -> str:
    """A slot's value in the clerk's language; a choice is stored by its name."""
    named = VALUES.get(value) if isinstance(value, str) else None
    if named is not None:
        return parts.say(named, language)
    return parts.say(t("{value}", value=value), language)


def snippet(parts: Parts, text: str | None, body: Mapping[str, Any] | None, language: str) -> str:
    """The last thing that was said, as one line of the list."""
    if text is not None:
        return " ".join(text.split())[:120] or parts.say(t("Photo"), language)
    if body is None:
        return ""
    said = [_plain(part_from(part)) for part in body.get("parts", ())]
    for item in map(sayable_from, body.get("say", ())):
        if isinstance(item, Text):
            said.append(parts.say(item, language))
        elif isinstance(item, Summary):
            said.append(parts.say(item.title, language))
        elif isinstance(item, Picture):
            said.append(parts.say(item.alt, language))
    return " ".join(" ".join(said).split())[:120]


def _plain(part: Part) -> str:
    match part:
        case Words() | Choices():
            return part.text
        case Card():
            return part.title
        case Link():
            return part.title
        case Media():
            return part.alt
