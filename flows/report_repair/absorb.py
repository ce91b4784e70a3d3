"""What one sentence about a fault tells beyond its entities: urgency, scope, the matter, the home it means."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value
from flows.questions import building, desk
from flows.questions.place import home_of, my_building, my_floor
from flows.report_repair import pictures
from flows.report_repair.kinds import NAME, OF_URGENT, PUBLIC
from flows.report_repair.visiting import wished


def absorb(turn: Turn) -> Mapping[str, Value]:
    """What the sentence tells beyond its entities: urgency, scope, the matter itself, the home it means."""
    extra, known = turn.understanding.extra, turn.values
    shows = pictures.meant(turn)
    if shows is not None:
        return {pictures.OF: shows}
    found: dict[str, Value] = dict(building.remember(turn))
    urgent = extra.get("urgent") or _urgent_by_choice(turn)
    if urgent is not None and "_urgent" not in known:
        found["_urgent"] = urgent
        if "category" in known and urgent in OF_URGENT:
            # A drip that was told first, and then a smell of gas: it goes to those who see to gas.
            found["category"] = OF_URGENT[urgent]
    found |= {f"_{sign}": extra[sign] for sign in ("fault", "scope") if sign in extra and not _of_another(turn, sign)}
    if "matter" in extra and "details" not in known:
        found["_matter"] = extra["matter"]
    found |= wished(turn) | _around(extra)
    if "own_building" in extra and "scope" not in extra and turn.understanding.entity("category") is not None:
        found["_scope"] = "public"
    told = "details" in known
    if not told and not turn.message.choice and _says_what(turn):
        found["details"] = desk.matter(turn)
        told = True
    if told and (kind := _kind(turn)) is not None:
        found["category"] = kind
    if "location" not in known and building.PIECE not in known and (told or "category" in known):
        home = _meant_home(turn, {**known, **found})
        if home is not None:
            found["location"] = home
    return found


def _around(extra: Mapping[str, str]) -> dict[str, Value]:
    """Whether nobody is in it, or somebody may come to harm at it."""
    empty: dict[str, Value] = {"_empty": "yes"} if {"nobody", "nobody_in"} & extra.keys() else {}
    return empty | ({"_hazard": "yes"} if "hazard" in extra else {})


def _of_another(turn: Turn, sign: str) -> bool:
    """What is told besides ("there are children at home") makes nothing private of a door that all share."""
    stands = sign == "scope" and "_scope" in turn.values and "details" in turn.values
    return _of_a_home(turn, sign) or (stands and "location" not in turn.changed)


def _of_a_home(turn: Turn, sign: str) -> bool:
    """ "She lives in building 5, room 302": told of a home after the matter, and nothing that all share."""
    said = turn.understanding.entity("location")
    home = said is not None and isinstance(said.value, Place) and said.value.room is not None
    shared = turn.understanding.extra.get("scope") == "public" and "whereabouts" not in turn.understanding.extra
    return sign == "scope" and home and shared and "details" in turn.values and "details" not in turn.changed


def _kind(turn: Turn) -> str | None:
    """What kind of fault it is, where that is not known yet, was known of nothing, or is said instead of another."""
    before, said = turn.values.get("category"), turn.understanding.extra.get("instead", "")
    heard = [e for e in turn.understanding.entities if e.name == "category" and e.value]
    meant = [e for e in heard if e.text.casefold() in said] if said else heard
    named = [e for e in meant if e.value != "other"]
    if not named and turn.understanding.extra.get("fault") == "lamp":
        # "The light on our floor is out": the floor is no fault.
        shared = turn.understanding.extra.get("scope") == "public"
        return ("public_area" if shared else "electric") if before in (None, "other") else None
    # "B2, near the lift" tells where, not what.
    places = turn.understanding.entity("location") is not None and "details" in turn.values
    if before is None or (before == "other" and not places) or (said and meant):
        return str(meant[-1].value) if meant else (None if before else "other")
    return None


def _urgent_by_choice(turn: Turn) -> str | None:
    """A kind chosen without words: a lift is taken to stand still, gas is urgent where it can be smelled."""
    if "details" in turn.values:
        return None
    if turn.understanding.extra.get("fault") == "lamp":
        return None  # it runs in the dark
    if turn.values.get("category") == "lift":
        return "lift"
    return "gas" if turn.values.get("smell") == "yes" else None


def _says_what(turn: Turn) -> bool:
    """The sentence tells the matter, not only the wish to report one."""
    if turn.understanding.intent not in (NAME, "trigger_sos") and "category" not in turn.changed:
        return False
    # "The charging pile is broken" names a thing, which of all that is public the kind does not tell.
    kind = turn.understanding.entity("category")
    return "bare" not in turn.understanding.extra or (kind is not None and kind.value == "public_area")


def _meant_home(turn: Turn, known: Mapping[str, Value]) -> Place | None:
    """The speaker's own home, when the matter is one of a home and no place was said."""
    if "own_floor" in turn.understanding.extra:
        return my_floor(turn)
    if "own_building" in turn.understanding.extra and known.get("category") in ("lift", "door"):
        return my_building(turn)
    if known.get("_scope") == "public":
        return None
    if known.get("_scope") != "inside" and (known.get("category") in PUBLIC or known.get("_urgent") == "lift"):
        return None
    return home_of(turn)
