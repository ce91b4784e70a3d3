"""What is left of a conversation after a pause or a new release: kept, or let go politely, never stuck."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Event, Flow
from bot.contract.text import Text, t

RECENT = timedelta(hours=24)
# So long a question that names nothing is about what was answered last.
TOLD = timedelta(hours=1)
# Where a frame stands that came to its end.
_ENDS = ("?end", "end")


def renew(
    conversation: Conversation, book: Book, now: datetime
) -> tuple[Conversation, tuple[Text, ...], tuple[Event, ...]]:
    """The conversation without what is too old or of another version, what to say about it, and its events."""
    kept: list[Frame] = []
    say: list[Text] = []
    events: list[Event] = []
    for frame in conversation.frames:
        flow = book.flows.get(frame.flow)
        if flow is not None and _fits(frame, flow) and not _older(frame, now, timedelta(hours=flow.hours)):
            kept.append(frame)
            continue
        events.append(Event("flow_cancelled", {"flow": frame.flow}))
        if flow is None or not _fits(frame, flow):
            say.append(t("We have changed how this works, sorry: what you had begun must be begun again."))
        elif frame.case_no is None:
            say.append(
                t("What we had begun ({title}) lay too long, so I have let it go. Nothing was sent.", title=flow.title)
            )
    recent = conversation.recent
    if recent is not None and (_older(recent, now, RECENT) or _changed(recent, book)):
        recent = None
    told = conversation.told
    if told is not None and (_older(told, now, TOLD) or _changed(told, book)):
        told = None
    earlier = tuple(f for f in conversation.earlier if not _older(f, now, RECENT) and not _changed(f, book))
    before = (len(conversation.frames), conversation.recent, conversation.told, len(conversation.earlier))
    if (len(kept), recent, told, len(earlier)) == before:
        return conversation, (), ()
    offered = conversation.offered if len(kept) == len(conversation.frames) else ()
    return (
        replace(conversation, frames=tuple(kept), recent=recent, earlier=earlier, told=told, offered=offered),
        tuple(say),
        tuple(events),
    )


def _changed(frame: Frame, book: Book) -> bool:
    flow = book.flows.get(frame.flow)
    return flow is None or flow.version != frame.version


def _fits(frame: Frame, flow: Flow) -> bool:
    """A step that is not there any more would look like the end: nothing would be filed, and nobody told."""
    there = frame.lingers or frame.step in _ENDS or any(step.name == frame.step for step in flow.steps)
    return flow.version == frame.version and there


def _older(frame: Frame, now: datetime, limit: timedelta) -> bool:
    return frame.touched_at is not None and now - frame.touched_at > limit
