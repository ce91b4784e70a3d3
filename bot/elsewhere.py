"""What the same resident began on another channel: offered here, and taken along only with their yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from backend.services import conversations
from backend.services.conversations import Binding
from bot.contract.conversation import Conversation, Frame
from bot.contract.messages import Address
from bot.contract.text import Ask, Option, t
from bot.engine.decision import Decision
from bot.engine.run import Run
from bot.memory import frame_from

# What each door takes an address for that was never seen.
Doors = Mapping[tuple[str, str], Binding]
# So many of their other conversations are looked at, the newest first.
LOOKED_AT = 3
# A message that asks for nothing by itself.
_ASKS_NOTHING = frozenset({"greet", "help"})
TAKE = Option(t("Go on here"), "elsewhere")


def wanted(conversation: Conversation, decision: Decision) -> bool:
    """Nothing is open here and nothing in particular was said, by somebody who is proved to be who they are."""
    resident = conversation.resident
    if resident is None or not resident.verified or conversation.frames or conversation.sos:
        return False
    return decision.act in ("resume", "elsewhere") or (decision.act == "aside" and decision.flow in _ASKS_NOTHING)


def offer(run: Run, decision: Decision, connection: Connection, doors: Doors) -> Decision:
    """Ask whether to go on with it, or take it along where that was said; the decision that remains."""
    found = _begun(connection, run, doors)
    if found is None:
        return Decision("unknown") if decision.act == "elsewhere" else decision
    number, state, frame = found
    flow = run.book.flows[frame.flow]
    if decision.act == "elsewhere":
        kept = [data for data in state["frames"] if frame_from(data) != frame]
        conversations.hand_over(connection, number, {**state, "frames": kept, "offered": [], "asked": None})
        run.push(replace(frame, touched_at=run.turn.now))
        return Decision("resume")
    question = t(
        "You had begun this elsewhere: {title}. Shall we go on with it here? Nothing was sent yet.", title=flow.title
    )
    run.ask = Ask(question, (TAKE, *run.turn.menu))
    return Decision("offered")


def _theirs(here: Address, there: Address, doors: Doors) -> bool:
    """Whether it surely is the same person: a door that takes everybody for one resident, as the demo's do, proves
    nobody, so that there only the same name counts."""
    shared = any(doors[door].resident is not None for door in (_door(here), _door(there)) if door in doors)
    return not shared or here.user == there.user


def _door(who: Address) -> tuple[str, str]:
    return (who.channel, who.account)


def _begun(
    connection: Connection, run: Run, doors: Doors
) -> tuple[int, dict[str, list[dict[str, object]]], Frame] | None:
    """The newest thing that is half done elsewhere and not too old, with the conversation that holds it."""
    here, book, now = run.conversation, run.book, run.turn.now
    resident = here.resident
    if resident is None:
        return None
    for row in conversations.elsewhere(connection, resident.id, here.address.channel, LOOKED_AT):
        if not _theirs(here.address, Address(row.channel, row.user, row.account), doors):
            continue
        for data in reversed(row.state.get("frames", ())):
            frame = frame_from(data)
            flow = book.flows.get(frame.flow)
            if flow is None or flow.version != frame.version or frame.lingers or frame.case_no or frame.parked:
                continue
            if frame.touched_at is not None and now - frame.touched_at <= timedelta(hours=flow.hours):
                return row.id, dict(row.state), frame
    return None
