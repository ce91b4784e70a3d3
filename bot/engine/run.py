"""What accumulates while one message is worked on: the new conversation, words, a question, tracker events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Event, Flow, Turn
from bot.contract.onfile import Written
from bot.contract.text import Ask, Sayable
from bot.engine.filed import spoken_of


@dataclass(slots=True)
class Run:
    """Mutable on purpose and alive for one message only; everything in it is frozen."""

    turn: Turn
    book: Book
    conversation: Conversation
    say: list[Sayable] = field(default_factory=list)
    ask: Ask | None = None
    events: list[Event] = field(default_factory=list)
    handed_on: bool = False
    # What was looked up for this message: by flow and words, as it is asked for by whoever decides and whoever tells.
    written: dict[tuple[str, str], Written | None] = field(default_factory=dict)
    # The desk is rung for them before anything is asked.
    rings: bool = False

    @property
    def top(self) -> Frame:
        frame = self.conversation.top
        if frame is None:
            raise LookupError("no open frame")
        return frame

    @property
    def flow(self) -> Flow:
        return self.book.flows[self.top.flow]

    def tell(self, items: Iterable[Sayable]) -> None:
        """What was told once in this answer is not told again in it."""
        self.say.extend(item for item in items if item not in self.say)

    def log(self, event: str, /, **data: str) -> None:
        self.events.append(Event(event, data))

    def change(self, **fields: object) -> None:
        """Nothing is made anew where all is as it was, which is the case for most of a message's settings."""
        before = self.conversation
        if "recent" in fields:
            fields = {**fields, "earlier": spoken_of.earlier(before, fields["recent"])}
        if any(getattr(before, name) != value for name, value in fields.items()):
            self.conversation = altered(before, **fields)

    def set_top(self, frame: Frame) -> None:
        """Put the frame in the place of the open innermost one."""
        old = self.top
        frames = tuple([frame if f is old else f for f in self.conversation.frames])
        self.conversation = altered(self.conversation, frames=frames)

    def push(self, frame: Frame) -> None:
        self.conversation = altered(self.conversation, frames=(*self.conversation.frames, frame))

    def pop(self) -> Frame:
        old = self.top
        frames = tuple(f for f in self.conversation.frames if f is not old)
        self.conversation = altered(self.conversation, frames=frames)
        return old

    def seen(self, frame: Frame) -> Turn:
        """The turn as a step of this frame sees it."""
        return altered(self.turn, conversation=self.conversation, values=frame.slots, case_no=frame.case_no)
