"""What can be booked or joined here, found by its whole name or by what people call it."""

from __future__ import annotations

from backend.services import retrieval
from backend.services.board import Item
from bot.contract.flow import Turn
from flows.questions import desk

ENOUGH = 0.2


def bookable(turn: Turn) -> list[Item]:
    return [*desk.items(turn, "venue"), *desk.items(turn, "activity")]


def titled(turn: Turn) -> Item | None:
    """The place whose whole name stands in the words, of several the longest."""
    said = turn.message.text.casefold()
    named = [one for one in bookable(turn) if any(str(n).casefold() in said for n in one.data["title"].values())]
    return max(named, key=lambda one: len(desk.said(turn, one)), default=None)


def named(turn: Turn) -> str | None:
    every = bookable(turn)
    best = retrieval.rank(turn.message.text, [desk.words(item) for item in every], ENOUGH)
    return every[best[0][0]].key if best else None


def larger(turn: Turn, item: Item | None) -> str | None:
    """The next larger place that is booked by the hour."""
    halls = [one for one in desk.items(turn, "venue") if item and int(one.data["people"]) > int(item.data["people"])]
    return min(halls, key=lambda one: int(one.data["people"])).key if halls else None
