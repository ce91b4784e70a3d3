"""Several cases at once: all of them or none, and one press puts them back as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.office import change
from backend.models.work import case
from backend.services import cases, changes, outbox, settled
from backend.services.acting import Actor
from backend.services.casework import assigning, record
from backend.services.states import NEEDS_REASON, WORDS
from bot.contract.errors import Refused
from bot.contract.text import Text, t

MOST = 100
BULK = "bulk"
# What an undo puts back; what a case said of itself meanwhile stays.
_KEPT = ("state", "assignee_id", "team", "due_at", "paused_at", "asked_at")
BACK = t("That was a mistake of ours, please forgive us: {number} is as before: {state}.")


def apply(connection: Connection, who: Actor, numbers: list[str], act: str, value: str, reason: str) -> int:
    """act: assign, move or label; returns the number under which it can be undone."""
    chosen = list(dict.fromkeys(numbers))
    if not 1 <= len(chosen) <= MOST:
        raise Refused("none or too many", t("Choose between 1 and 100 cases first."), pointer="/numbers")
    do = _doer(connection, who, act, value, reason)
    before: dict[str, Any] = {}
    for number in chosen:
        before[number] = _state(connection, record.find(connection, who.community, number))
        try:
            do(number)
        except Refused as refusal:
            why = refusal.say or t("this step does not fit its state.")
            said = t("{number}: {why} Nothing was changed.", number=number, why=why)
            raise Refused(refusal.reason, said, status=refusal.status) from refusal
    after = {number: _state(connection, record.find(connection, who.community, number)) for number in chosen}
    return changes.write(connection, who, BULK, f"{act} {len(chosen)}"[:40], before, after)


def _doer(connection: Connection, who: Actor, act: str, value: str, reason: str) -> Callable[[str], None]:
    if act == "assign":
        return lambda number: assigning.assign(connection, who, number, value)
    if act == "label":
        return lambda number: assigning.label(connection, who, number, value, True)
    if act != "move":
        raise Refused("no such act", pointer="/act")
    if value in NEEDS_REASON and not reason:
        raise Refused("a reason", t("The resident reads why: please write a sentence."), pointer="/reason")

    def move(number: str) -> None:
        found = record.find(connection, who.community, number)
        if found.state != value:
            cases.move(connection, found, value, who.name, reason or None, who.now, who.real)

    return move


def _state(connection: Connection, found: Record) -> dict[str, Any]:
    kept = changes.plain({name: getattr(found, name) for name in _KEPT}) or {}
    return {**kept, "version": found.version, "labels": assigning.labels_of(connection, found.id)}


def undo(connection: Connection, who: Actor, key: int) -> tuple[int, list[str]]:
    """How many are as before, and the numbers that somebody has changed since, which are left alone."""
    mine = (change.c.community_id == who.community, change.c.id == key, change.c.what == BULK)
    row = connection.execute(select(change).where(*mine)).one_or_none()
    if row is None:
        raise Refused("there is nothing of this number", status=404)
    if row.undone_at is not None:
        raise Refused("undone already", t("This was undone already."), status=409)
    back, left = 0, []
    for number, before in row.before.items():
        found = record.find(connection, who.community, number)
        if found.version != row.after[number]["version"]:
            left.append(number)
            continue
        _put_back(connection, who, found, before, key)
        back += 1
    connection.execute(update(change).where(change.c.id == key).values(undone_at=who.real))
    changes.write(connection, who, BULK, f"undo {key}", row.after, row.before)
    return back, left


def _put_back(connection: Connection, who: Actor, found: Record, before: dict[str, Any], key: int) -> None:
    values = changes.typed(case, {name: before[name] for name in _KEPT})
    mine = update(case).where(case.c.id == found.id)
    connection.execute(mine.values(**values, version=found.version + 1, updated_at=who.now))
    assigning.put_back(connection, found, before["labels"])
    record.note(connection, found, "undone", who.name, None, who.now)
    if found.state == before["state"]:
        return
    for one in settled.asked(connection, found):
        said = Text(BACK.msgid, {"number": found.number, "state": WORDS[before["state"]]})
        outbox.push(connection, one, said, f"undo:{key}:{found.id}:{one}", who.real)
