"""What the words at a read-back change of what stands there, and what they only say in passing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.contract.flow import SlotKind
from bot.contract.understanding import Place, Value, When
from bot.engine import slots
from bot.engine.answers.joined import joined, restated, room_of
from bot.engine.decision import OUT_OF_SCOPE, WITHDRAW
from bot.engine.measure import tells_besides
from bot.engine.said import Said

# What makes a wish of a question.
_PUTS = frozenset({"requests", "could_come", "rather", "move", "instead", "right"})


def changed_by(said: Said) -> dict[str, Value]:
    """The values that differ from what was read back; a kind heard in an addition is part of the addition."""
    flow, heard, known = said.flow, said.understanding, said.top.slots
    cued = flow.cued.values()
    if heard.intent == OUT_OF_SCOPE and "question" in heard.extra:
        return {name: value for name, value in said.values.items() if name in cued and known.get(name) != value}
    photo: dict[str, Value] = {}
    picture = slots.picture(said.message)
    if picture is not None and flow.has("photo"):
        photo = {"photo": picture}
    changed = {n: value for n, value in said.values.items() if not stands(known.get(n), _beside(known, n, value))}
    changed = {name: value for name, value in changed.items() if not _in_passing(said, value)}
    if {"question", "inquires"} <= set(heard.extra) and not _PUTS & set(heard.extra):
        # "Does she trim plants?" asks what is done, and wishes for nothing else.
        changed = {n: v for n, v in changed.items() if n in cued or flow.slot(n).kind is not SlotKind.CHOICE}
    shown = [name for name in changed if not flow.slot(name).private or name in cued]
    return {**(changed if shown else {}), **photo}


def stands(before: Value | None, value: Value) -> bool:
    """What was told already, in whichever form: "3-2-501"."""
    if isinstance(before, Place) and isinstance(value, Place) and value.room is not None:
        return (before.building, before.unit, before.room) == (value.building, value.unit, value.room)
    return before == value


def _in_passing(said: Said, value: Value) -> bool:
    """ "Note: it is windy on the top floor": a floor in what is told, and no other place for the matter."""
    heard = said.understanding
    known = isinstance(value, Place) and "location" in said.top.slots
    if known and "introduces" in heard.extra and not {"right", "instead", "whereabouts"} & set(heard.extra):
        return True  # "yes, report it, I am Li Na, building 3"
    if not isinstance(value, Place) or value.building or value.room or said.flow.gist is None:
        return False
    before = said.top.slots.get("location")
    # "I can still get in by the garage", of a lock at home.
    home = isinstance(before, Place) and bool(before.room) and (bool(heard.clauses) or "part" in heard.extra)
    if value.spot and not home and not (value.common and "note" in heard.extra):
        return False
    puts = {"right", "instead"} if home else {"right", "instead", "whereabouts"}
    return tells_besides(said.message.text, heard) and not puts & set(heard.extra)


def _beside(known: Mapping[str, Value], name: str, value: Value) -> Value:
    """ "Today is fine", where today at six stands: what was left unsaid stays, and nothing is changed."""
    if name not in known or not isinstance(value, When | Place):
        return value
    before, now = known[name], joined(known[name], value)
    # "Yes, before two", of a limit that stands.
    return replace(now, bound=before.bound) if isinstance(before, When) and isinstance(now, When) else now


def said_anew(said: Said) -> dict[str, Value]:
    """A number alone at a read-back is a value said anew ("make it 3"), as long as something else is not open."""
    known = said.top.slots
    # "I said three hours, it should be four": what is named is what stood.
    named = any(known.get(name) != value for name, value in said.values.items())
    stood = "rather_than" in said.understanding.extra and not named
    if said.top.awaiting == WITHDRAW or (said.values and not stood and "shift" not in said.understanding.extra):
        return {}
    zone = said.message.received_at.tzinfo
    found = room_of(said.flow, known, said.understanding, said.message.text)
    found = found or restated(said.flow, known, said.understanding, zone)
    return {name: value for name, value in found.items() if known.get(name) != value}
