"""When somewhere is open: the desk on the day that is asked about, and the rooms and offices of the board."""

from __future__ import annotations

from datetime import date, datetime, time

from backend.services import hours
from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.text import Clock, Text, t
from bot.contract.understanding import When
from flows.questions import desk as board


def told(turn: Turn) -> tuple[Text, ...]:
    desk = hours.of(turn.db, turn.conversation.community.id)
    day = _day(turn)
    spans = ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in desk.on(day))
    urgent = t("Urgent repairs and emergencies are taken at any hour: just tell me.")
    if spans:
        return (t("The desk is open {hours} {day}.", day=When(day), hours=spans), urgent)
    midnight = datetime.combine(day, time(0), turn.now.tzinfo)
    again = desk.next_opening(max(midnight, turn.now))
    return (t("The desk is closed {day}; it opens again {at}.", day=When(day), at=Clock(again)), urgent)


def _day(turn: Turn) -> date:
    asked = turn.understanding.entity("when")
    if asked is None or not isinstance(asked.value, When):
        return turn.now.date()
    start = asked.value.start
    return start.date() if isinstance(start, datetime) else start


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def titled(every: list[Item], question: str) -> Item | None:
    """The entry whose whole title stands in the question, the longest one first."""
    folded = question.casefold()
    titles = [(str(title).casefold(), item) for item in every for title in item.data["title"].values()]
    return max(((t_, i) for t_, i in titles if t_ in folded), key=lambda pair: len(pair[0]), default=("", None))[1]


def of_a_place(turn: Turn, question: str) -> Text | None:
    """When a room or an office is open, where its hours are known."""
    room = titled(board.items(turn, "venue"), question)
    if room is not None:
        what, opens, closes = board.said(turn, room), room.data["open"], room.data["close"]
        return t("{what} is open from {open} to {close} h.", what=what, open=opens, close=closes)
    office = titled(board.items(turn, "office"), question)
    if office is None:
        return None
    return t("{place}: {hours}.", place=board.said(turn, office), hours=board.said(turn, office, "hours"))
