"""Of two things one is off and the other stays: the one whose words are said is let go, and no other."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.likeness import likest
from bot.contract.text import t
from bot.contract.understanding import Understanding
from bot.engine.decision import YES_NO, Decision
from bot.engine.run import Run
from bot.engine.steps import pending

WITHDRAWS = {"_mode": "withdraw"}
# Where one matter of a report ends and another begins.
_PARTS = re.compile("\\s*(?:[;,.\uff0c\u3002\uff1b\u3001]|\\band\\b|\u8fd8\u6709|\u548c|\u53e6\u5916)\\s*")


def one_off(conversation: Conversation, understanding: Understanding, book: Book) -> Decision | None:
    """The draft or the case that is off; where neither is known by these words, it is asked which one on file it is."""
    words = understanding.extra.get("off_part")
    if words is None or conversation.sos:
        return None
    drafts = [frame for frame in conversation.frames if frame.case_no is None and _told(frame, book)]
    filed = [f for f in (conversation.top, conversation.recent, *conversation.earlier) if f is not None and f.case_no]
    numbers = {str(frame.case_no): frame for frame in filed}
    known = [*drafts, *numbers.values()]
    if len(known) < 2:
        return _part_off(conversation, words, book)
    place = likest(words, [_told(frame, book) for frame in known])
    meant = known[place] if place is not None else None
    heard = replace(understanding, said=words)
    if meant is not None and meant.case_no is None:
        return Decision("cancel" if meant is conversation.top else "let_go", meant.flow, slot=_told(meant, book))
    if book.progress is None:
        return None
    which = {"case_no": meant.case_no} if meant is not None and meant.case_no is not None else {}
    return Decision("start", book.progress.name, {**WITHDRAWS, **which}, heard=heard)


def _part_off(conversation: Conversation, words: str, book: Book) -> Decision | None:
    """ "The window is fine now", of a report of a toilet and a window: that part of it goes, before it is sent."""
    top = conversation.top
    flow = book.flows[top.flow] if top is not None else None
    if top is None or flow is None or flow.gist is None or top.case_no is not None:
        return None
    parts = _PARTS.split(str(top.slots.get(flow.gist, "")))
    place = likest(words, parts) if len(parts) > 1 else None
    if place is None:
        return None
    rest = "; ".join(part for n, part in enumerate(parts) if n != place)
    return Decision("change" if top.awaiting in YES_NO else "answer", flow.name, {flow.gist: rest})


def _told(frame: Frame, book: Book) -> str:
    """What was told of it, and where."""
    flow = book.flows[frame.flow]
    if flow.gist is None:
        return ""
    shown = (str(frame.slots[name]) for name in (flow.gist, "location") if name in frame.slots)
    return " ".join(shown)


def let_go(run: Run, decision: Decision) -> None:
    """What waited for its turn is dropped; the question that is open stays."""
    frames = run.conversation.frames
    dropped = next((f for f in frames if f is not run.conversation.top and _told(f, run.book) == decision.slot), None)
    if dropped is not None:
        run.change(frames=tuple(frame for frame in frames if frame is not dropped))
        run.log("flow_cancelled", flow=dropped.flow)
        run.tell([t("All right, not that one then. Nothing was sent.")])
    pending(run)
