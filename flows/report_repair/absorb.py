"""What one sentence about a fault tells beyond its entities: urgency, scope, the matter, the home it means."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value
from flows.questions.place import home_of
from flows.report_repair.kinds import NAME, PUBLIC


def absorb(turn: Turn) -> Mapping[str, Value]:
    """What the sentence tells beyond its entities: urgency, scope, the matter itself, the home it means."""
    extra, known = turn.understanding.extra, dict(turn.values)
    found: dict[str, Value] = {}
    if "urgent" in extra and "_urgent" not in known:
        found["_urgent"] = extra["urgent"]
    if "scope" in extra:
        found["_scope"] = extra["scope"]
    said = turn.message.text.strip()
    told = "details" in known or "details" in turn.changed
    if not told and not turn.message.choice and _says_what(turn):
        found["details"] = said
        told = True
    if told and "category" not in known and "category" not in turn.changed:
        entity = turn.understanding.entity("category")
        found["category"] = str(entity.value) if entity and entity.value else "other"
    if "location" not in known and "location" not in turn.changed:
        home = _meant_home(turn, {**known, **found}, told or "category" in turn.changed)
        if home is not None:
            found["location"] = home
    return found


def _says_what(turn: Turn) -> bool:
    """The sentence tells the matter, not only the wish to report one."""
    if turn.understanding.intent not in (NAME, "trigger_sos") and "category" not in turn.changed:
        return False
    return "bare" not in turn.understanding.extra


def _meant_home(turn: Turn, known: Mapping[str, Value], told: bool) -> Place | None:
    """The speaker's own home, when the matter is one of a home and no place was said."""
    if not told or known.get("_scope") == "public":
        return None
    entity = turn.understanding.entity("category")
    category = known.get("category") or (entity.value if entity else None)
    if known.get("_scope") != "inside" and (category in PUBLIC or known.get("_urgent") == "lift"):
        return None
    return home_of(turn)
