"""What can be booked or joined here, found by its whole name or by what people call it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.services import pass_words, retrieval
from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.text import Option, Text, t
from bot.contract.understanding import Value
from flows.questions import desk

ENOUGH, ENOUGH_SAID = 0.2, 0.6
_ELSEWHERE = re.compile(r"(?<!table )tennis court")


def bookable(turn: Turn) -> list[Item]:
    return [*desk.items(turn, "venue"), *desk.items(turn, "activity")]


def titled(turn: Turn) -> Item | None:
    """The place whose whole name stands in the words, of several the longest."""
    said = turn.message.text.casefold()
    named = [one for one in bookable(turn) if any(str(n).casefold() in said for n in one.data["title"].values())]
    return max(named, key=lambda one: len(desk.said(turn, one)), default=None)


# Where something is learnt no room is meant: "they teach calligraphy in the activity room".
_LEARNT = re.compile(
    r"\b(?:class(?:es)?|course|lesson|teach\w*|learn\w*|sign (?:\w+ )?up|join)\b"
    "|[\u5b66\u6559\u8bfe\u73ed]|\u62a5\u540d|\u62a5\u4e2a\u540d|\u53c2\u52a0"
)
SHORTEST = 2
# Of many things that are booked.
_COMMON = frozenset(
    {"class", "course", "room", "music", "court", "sports", "table", "hall", "function", "phone", "seniors"}
)


def _spoken(turn: Turn) -> str | None:
    """The one that is called by a word that people have for it, the longest."""
    said = turn.message.text.casefold()
    every = desk.items(turn, "activity") if _LEARNT.search(said) else bookable(turn)
    hits = {one.key: max((len(w) for w in _words(one) if _stands(w, said)), default=0) for one in every}
    longest = max(hits.values(), default=0)
    best = [key for key, length in hits.items() if length == longest]
    return best[0] if longest and len(best) == 1 else None


def _words(item: Item) -> list[str]:
    return [word for word in str(item.data["words"]).split() if len(word) >= SHORTEST and word not in _COMMON]


def _stands(word: str, said: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", said) is not None if word.isascii() else word in said


def named(turn: Turn) -> str | None:
    every = bookable(turn)
    spoken = _spoken(turn)
    if spoken is not None:
        return spoken
    best = retrieval.rank(turn.message.text, [desk.words(item) for item in every], ENOUGH)
    return every[best[0][0]].key if best else None


def instead(turn: Turn, key: str) -> str | None:
    """ "Table tennis, not badminton": of two that are named, the one that does not stand there; a court for tennis is
    no table for it."""
    heard, said = turn.understanding, _ELSEWHERE.sub(" ", turn.message.text.casefold())
    corrects = bool({"instead", "right"} & set(heard.extra)) or heard.share("corrects") >= ENOUGH_SAID
    others = [one.key for one in bookable(turn) if one.key != key and any(_stands(w, said) for w in _words(one))]
    return others[0] if corrects and len(others) == 1 else None


def larger(turn: Turn, item: Item | None) -> str | None:
    """The next larger place that is booked by the hour."""
    halls = [one for one in desk.items(turn, "venue") if item and int(one.data["people"]) > int(item.data["people"])]
    return min(halls, key=lambda one: int(one.data["people"])).key if halls else None


def when_held(turn: Turn, item: Item) -> Text:
    """On which weekdays a class is held, and at what hour."""
    days = pass_words.days(sum(1 << (int(day) - 1) for day in item.data["weekdays"]))
    return t("{what}: {days} at {hour}:00", what=desk.said(turn, item), days=days, hour=item.data["at"])


def classes(turn: Turn) -> tuple[Option, ...]:
    """What can be learnt here, with its days."""
    return tuple(Option(when_held(turn, one), f"venue={one.key}") for one in desk.items(turn, "activity"))


def renamed(turn: Turn, item: Item | None) -> Mapping[str, Value]:
    """ "The meeting room, rather"."""
    if "bigger" in turn.understanding.extra and (bigger := larger(turn, item)) is not None:
        return {"venue": bigger}
    before = str(turn.values.get("venue", ""))
    told = [key for key in (named(turn), instead(turn, before)) if key not in (None, before)]
    return {"venue": str(told[0])} if told else {}
