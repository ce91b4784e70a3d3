"""The answer base, asked in the middle of something else: the one good answer with its source, or none."""

from __future__ import annotations

from datetime import date

from backend.services import retrieval, written
from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.text import Sayable, Text, t
from bot.contract.understanding import Place
from flows.questions import desk, everything, hours

# A second answer nearly as good as the first: the resident says which.
CLOSE = 0.85
# In the middle of something else it must be plain that this is what is asked.
PLAIN = 0.6


def consult(turn: Turn) -> tuple[Sayable, ...] | None:
    """A question in the middle of something else: the one good answer, where there is one."""
    if _of_a_home(turn):
        return None
    if "desk_open" in turn.understanding.extra:
        return hours.told(turn)
    found = everything.find(turn, turn.message.text)
    if found is not None and found.sure:
        told = everything.told(turn, found)
        return (told, whence(turn, found.item)) if found.kind == everything.POLICY else (told,)
    return likeliest(turn, PLAIN, plain=True)


def likeliest(turn: Turn, enough: float = retrieval.ENOUGH, *, plain: bool = False) -> tuple[Sayable, ...] | None:
    """The one entry that is clearly the likeliest; what is asked about may be known already."""
    every = desk.items(turn, "policy")
    found = retrieval.rank(turn.message.text, [desk.words(item) for item in every], enough, plain=plain)
    if not found or (len(found) > 1 and found[1][1] >= found[0][1] * CLOSE):
        return None
    item = every[found[0][0]]
    if plain and not written.things_of(turn.message.text, desk.words(item)):
        return None  # "and I must pay?" names nothing that one rule of all would be about
    return (
        t("{title}: {answer}", title=desk.said(turn, item), answer=desk.said(turn, item, "answer")),
        whence(turn, item),
    )


def _of_a_home(turn: Turn) -> bool:
    """Who lives where, or anything of one home: no rule of the house tells that, and none shall seem to."""
    place = turn.understanding.entity("location")
    named = place is not None and isinstance(place.value, Place) and place.value.room is not None
    return named or "dweller" in turn.understanding.extra


def whence(turn: Turn, item: Item) -> Text:
    """Where the answer is from; what nobody has checked lately says so, instead of looking sure."""
    source = desk.said(turn, item, "source")
    if item.data.get("unchecked"):
        return t(
            "It goes by: {source}. Rules and figures change; ask the desk what holds today.",
            spoken="Rules and figures change; ask the desk what holds today.",
            source=source,
        )
    as_of = date.fromisoformat(str(item.data["as_of"]))
    return t("Source: {source}, as of {date}.", spoken="That is from: {source}.", source=source, date=as_of.isoformat())
