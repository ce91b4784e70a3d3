"""Hop 4: the conversation of an address, with its frames as they were left; and the way back into its row."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.db import Record
from backend.services import alarms, calls, conversations, handover, settled
from backend.services.conversations import Binding
from bot.contract import trail
from bot.contract.conversation import Community, Conversation, Frame, Home, Offer, Resident
from bot.contract.messages import Address
from bot.contract.stored import ask_from, ask_to, dump_all, load_all, sayable_from, sayable_to

log = logging.getLogger("linli.memory")

# What a frame bears that this release cannot read; no flow has it.
NO_VERSION = -1


class Memory:
    """Knows the communities; `recall` is hop 4, `keep` its counterpart at the end of hop 7."""

    def __init__(self, communities: Mapping[str, Community]) -> None:
        self._communities = communities

    def community(self, key: str) -> Community:
        return self._communities[key]

    def recall(self, connection: Connection, who: Address, binding: Binding, real: datetime) -> Conversation:
        """Lock and load the conversation, or begin it with the given binding."""
        row = conversations.lock(connection, who)
        if row is None:
            conversations.begin(connection, who, binding, real)
            row = conversations.lock(connection, who)
        if row is None:
            raise LookupError("a conversation that was just begun is not there")
        # The log knows the conversation by its number; who speaks stays out of it.
        trail.note(conversation=row.id, community=row.community_id)
        trail.hide(row.resident_name, row.phone)
        return self._conversation(connection, who, row)

    def peek(self, connection: Connection, who: Address) -> Conversation | None:
        """The conversation if there is one; nothing is written."""
        row = conversations.find(connection, who)
        return None if row is None else self._conversation(connection, who, row)

    def _conversation(self, connection: Connection, who: Address, row: Record) -> Conversation:
        state = _readable(row.state)
        sos, off = state.get("sos"), state.get("off")
        if sos is not None or off is not None:
            standing = alarms.open_of(connection, who)
            sos = standing.id if standing else None
            # Whoever called it off talks of other things again, as long as nobody takes it up anew.
            sos, off = (None, sos) if standing and standing.state == alarms.CALLED_OFF else (sos, None)
        recent, told, where = state.get("recent"), state.get("told"), state.get("where")
        asked = state.get("asked")
        return Conversation(
            id=row.id,
            address=who,
            community=self._communities[row.community_id],
            language=row.language,
            resident=_resident(row),
            frames=tuple(frame_from(data) for data in state.get("frames", ())),
            recent=frame_from(recent) if recent else None,
            earlier=tuple(frame_from(data) for data in state.get("earlier", ())),
            told=frame_from(told) if told else None,
            where=frame_from(where) if where else None,
            maybe=tuple(frame_from(data) for data in state.get("maybe", ())),
            offered=tuple(Offer(*item) for item in state.get("offered", ())),
            said=tuple(sayable_from(item) for item in state.get("said", ())),
            asked=ask_from(asked) if asked else None,
            page=state.get("page", 0),
            misses=state.get("misses", 0),
            lost=tuple(state.get("lost", ())),
            slow=state.get("slow", bool(row.slow)),
            ready=state.get("ready", False),
            person=row.person or state.get("person", ""),
            with_staff=row.with_staff,
            held=handover.held_from(state),
            unheard=state.get(handover.UNHEARD, False),
            settled=tuple(state.get(settled.KEY, ())),
            acting=state.get("acting"),
            sos=sos,
            off=off,
            seq=row.seq,
            unreachable=row.unreachable_at is not None,
            session=state.get(calls.KEY, ""),
            wanted=state.get("wanted", ""),
            echo=state.get("echo", ""),
            echoes=tuple(state.get("echoes", ())),
            proved=state.get("proved", ""),
        )

    def keep(self, connection: Connection, conversation: Conversation, real: datetime) -> None:
        state: dict[str, object] = {
            "frames": [_frame_to(frame) for frame in conversation.frames],
            "recent": _frame_to(conversation.recent) if conversation.recent else None,
            "earlier": [_frame_to(frame) for frame in conversation.earlier],
            "told": _frame_to(conversation.told) if conversation.told else None,
            "where": _frame_to(conversation.where) if conversation.where else None,
            "maybe": [_frame_to(frame) for frame in conversation.maybe],
            "offered": [[o.title, o.payload, o.key] for o in conversation.offered],
            "said": [sayable_to(item) for item in conversation.said],
            "asked": ask_to(conversation.asked) if conversation.asked else None,
            "page": conversation.page,
            "misses": conversation.misses,
            "lost": list(conversation.lost),
            "slow": conversation.slow,
            "ready": conversation.ready,
            # Of a resident it stands with them, where the desk can change it.
            "person": "" if conversation.resident else conversation.person,
            "sos": conversation.sos,
            "off": conversation.off,
            handover.KEY: handover.held_to(conversation.held),
            handover.UNHEARD: conversation.unheard,
            settled.KEY: list(conversation.settled),
            "acting": conversation.acting,
            calls.KEY: conversation.session,
            "wanted": conversation.wanted,
            "echo": conversation.echo,
            "echoes": list(conversation.echoes),
            "proved": conversation.proved,
        }
        conversations.save(
            connection,
            conversation.id,
            language=conversation.language,
            state={name: value for name, value in state.items() if value},
            seq=conversation.seq,
            with_staff=conversation.with_staff,
            community=conversation.community.id,
            real=real,
        )


def _readable(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """The state as this release can read it; what another one wrote differently is let go, and the resident is told.

    A frame that cannot be read stays as one of no known version: hop 3 says that it must be begun again.
    """
    readers: dict[str, Callable[[Any], object]] = {
        "frames": lambda items: [frame_from(item) for item in items],
        "recent": frame_from,
        "earlier": lambda items: [frame_from(item) for item in items],
        "told": frame_from,
        "maybe": lambda items: [frame_from(item) for item in items],
        "offered": lambda items: [Offer(*item) for item in items],
        "said": lambda items: [sayable_from(item) for item in items],
        "asked": ask_from,
    }
    kept = dict(state)
    for name, read in readers.items():
        if name in kept and not _reads(read, kept[name]):
            lost = kept.pop(name)
            if name == "frames":
                kept[name] = [frame if _reads(frame_from, frame) else _strange(frame) for frame in lost]
    return kept


def _reads(read: Callable[[Any], object], data: Any) -> bool:
    try:
        read(data)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        log.warning("a conversation's state is of another release: %s", type(error).__name__)
        return False
    return True


def _strange(frame: Any) -> dict[str, object]:
    name = frame.get("flow") if isinstance(frame, Mapping) else None
    return {"flow": str(name or "?"), "version": NO_VERSION, "step": "?"}


def _resident(row: Record) -> Resident | None:
    if row.resident_id is None:
        return None
    home = None
    if row.household_id is not None:
        home = Home(row.household_id, row.home_label, row.building, row.unit, row.room)
    asked = row.asked_at is not None and (row.well_at is None or row.well_at < row.asked_at)
    proved = row.verified_at is not None
    return Resident(row.resident_id, row.resident_name, row.phone, home, proved, row.duress or "", asked)


def _frame_to(frame: Frame) -> dict[str, object]:
    data = {
        "flow": frame.flow,
        "version": frame.version,
        "step": frame.step,
        "slots": dump_all(frame.slots),
        "tries": frame.tries,
        "awaiting": frame.awaiting,
        "parked": frame.parked,
        "later": frame.later,
        "case_no": frame.case_no,
        "amending": frame.amending,
        "lingers": frame.lingers,
        "asked": list(frame.asked),
        "touched_at": frame.touched_at.isoformat() if frame.touched_at else None,
    }
    return {name: value for name, value in data.items() if value}


def frame_from(data: Mapping[str, Any]) -> Frame:
    touched = data.get("touched_at")
    return Frame(
        flow=data["flow"],
        version=data["version"],
        step=data["step"],
        slots=load_all(data.get("slots", {})),
        tries=data.get("tries", 0),
        awaiting=data.get("awaiting"),
        parked=data.get("parked", False),
        later=data.get("later", False),
        case_no=data.get("case_no"),
        amending=data.get("amending", False),
        lingers=data.get("lingers", False),
        asked=tuple(data.get("asked", ())),
        touched_at=datetime.fromisoformat(touched) if touched else None,
    )
