"""How a fault becomes a case: its columns, its clock, its scope; who pays is nobody's promise here."""

from __future__ import annotations

from datetime import datetime

from backend.services import cases, places, targets
from backend.services.cases import NewCase
from bot.contract.flow import Turn
from bot.contract.stored import Json, dump_all
from bot.contract.understanding import Place
from flows.questions.place import home_of
from flows.report_repair.visiting import scope_of, visit


def file_case(turn: Turn, priority: str, urgent: str | None, place_key: str | None = None) -> tuple[str, datetime]:
    """File the case; returns its number and the time by which its kind's clock wants somebody there.

    place_key: what reports of the same public fault have in common.
    """
    conversation = turn.conversation
    scope = scope_of(turn)
    matter = urgent or ("public" if scope == "public" else "inside")
    target = targets.due(turn.db, conversation.community, matter, turn.now)
    household = _household(turn)
    columns = _columns(turn, household)
    when = visit(turn)
    filed = cases.file(
        turn.db,
        NewCase(
            community=conversation.community.id,
            kind="repair",
            location=str(columns.get("location") or _guess(turn)),
            details=str(columns["details"]),
            category=str(columns["category"]),
            priority=priority,
            scope=scope,
            household=household,
            resident=conversation.resident.id if conversation.resident else None,
            conversation=conversation.id,
            wish=when.iso if when is not None else None,
            contact=_contact(turn),
            slots=kept(turn),
            due_at=target,
            place_key=place_key,
            filed_by=conversation.agent.id if conversation.agent else None,
        ),
        turn.now,
    )
    return filed.number, target


def _guess(turn: Turn) -> str:
    home = home_of(turn)
    return home.text if home else "?"


def _contact(turn: Turn) -> str | None:
    if "contact" in turn.values:
        return str(turn.values["contact"])
    return turn.conversation.resident.phone if turn.conversation.resident else None


def _household(turn: Turn) -> int | None:
    place = turn.values.get("location")
    if not isinstance(place, Place):
        return None
    resident = turn.conversation.resident
    home = resident.home if resident else None
    if home is not None and (place.building, place.unit, place.room) == (home.building, home.unit, home.room):
        return home.id
    row = places.check(turn.db, turn.conversation.community, place)
    return row.id if row is not None else None


def kept(turn: Turn) -> Json:
    """What the case keeps of what was told."""
    passing = {"when"} if visit(turn) is None else set()
    return dump_all({k: v for k, v in turn.values.items() if not k.startswith("_") and k not in passing})


def columns_of(turn: Turn) -> dict[str, object]:
    """The case's own columns for what is known."""
    return _columns(turn, _household(turn))


def _columns(turn: Turn, household: int | None) -> dict[str, object]:
    values = turn.values
    category = str(values.get("category", "other"))
    columns: dict[str, object] = {"category": category, "details": str(values.get("details", ""))}
    if "location" in values:
        columns |= {"location": str(values["location"]), "household_id": household}
    when = visit(turn)
    if when is not None:
        columns["wish"] = when.iso
    if "contact" in values:
        columns["contact"] = str(values["contact"])
    columns["slots"] = kept(turn)
    return columns
