"""Which building: asked once where a stairwell, a floor or a lobby was named, of which every building has one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Place, Value
from bot.contract.whereabouts import pieced
from flows.questions.place import KEYED, check_place, home_of, my_building, my_floor

# The piece that was told before its building was asked for.
PIECE = "_piece"


def wanting(value: Value | None) -> bool:
    """Every building has one, and none was named."""
    return isinstance(value, Place) and value.building is None and value.common


def remember(turn: Turn) -> Mapping[str, Value]:
    """What was told without its building, kept while the building is asked for."""
    told, piece = turn.values.get("location"), turn.values.get(PIECE)
    if "location" not in turn.changed or not isinstance(told, Place):
        return {}
    whole = pieced(piece, told) if isinstance(piece, Place) and _asked(turn) else told
    return {PIECE: whole} if wanting(whole) else {}


def _asked(turn: Turn) -> bool:
    top = turn.conversation.top
    return top is not None and top.awaiting == "location"


def check(turn: Turn, value: Value) -> Value:
    """A place that exists; a piece of one is completed by what was told before, or its building is asked for."""
    piece, mine = turn.values.get(PIECE), my_building(turn)
    home = home_of(turn)
    extra = turn.understanding.extra
    inside = extra.get("scope") == "inside" and "own_building" not in extra
    if isinstance(piece, Place) and _asked(turn) and inside and home:
        return home  # "the hallway inside my flat" is no stairwell
    if isinstance(piece, Place) and _asked(turn):
        if value == "unsure":
            return piece
        if mine is not None and "own_floor" in extra:
            return pieced(piece, my_floor(turn) or mine)
        if mine is not None and (value == "near" or "own_building" in extra):
            return pieced(piece, mine)
        if isinstance(value, Place):
            value = value if value.text == piece.text else pieced(piece, value)
    found = _in_mine(check_place(turn, value), mine)
    if isinstance(found, Place) and wanting(found) and mine is not None and {"own_floor", "own_building"} & set(extra):
        return pieced(found, mine)  # "the corridor on our floor"
    if isinstance(found, Place) and wanting(found) and "_urgent" in turn.values and not _asked(turn):
        return found if mine is None else pieced(found, mine)  # it is filed at once, and may be put right then
    if wanting(found) and found == piece:
        raise Refused("which building", question(piece, mine).text)
    return found


def _in_mine(found: Value, mine: Place | None) -> Value:
    """ "The door of unit 2": of the speaker's own building, where that unit is theirs; it is read back."""
    if not isinstance(found, Place) or mine is None or found.building or found.room or found.unit is None:
        return found
    if found.unit != mine.unit or mine.building is None:
        return found
    label = f"building {mine.building}" if found.text.isascii() else f"{mine.building}\u680b"
    return pieced(found, Place(label, mine.building))


def question(piece: Value, mine: Place | None) -> Ask:
    text = t("Which building is that: {place}?", spoken="{place}: which building?", place=piece)
    near = () if mine is None else (Option(t("Mine, {building}", spoken="mine", building=mine), "location=near"),)
    return Ask(text, (*near, Option(t("I do not know", spoken="not known"), "location=unsure")), KEYED)
