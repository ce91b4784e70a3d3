"""Whether words are about something that stands on file (list, extend, change, revoke), and which flow knows it."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow
from bot.contract.understanding import Understanding
from bot.engine import cues


def managed(recent: Frame | None, understanding: Understanding, book: Book) -> Flow | None:
    """The flow for it, None when the words are about something else.

    They name the matter, or it is the one just spoken of. Only one matter can be extended without being named. A
    correction of what was just filed stays one.
    """
    last = book.flows.get(recent.flow) if recent is not None else None
    if "missing" in understanding.extra and not {"grievance", "move"} & set(understanding.extra):
        return _missed(last, understanding, book)
    act = understanding.extra.get("act")
    if act == "revoke" and cues.heeded(recent, understanding, book):
        return None  # a part of it is off, which its flow knows
    if asked := {"proxy_revoke", "proxy_asked"} & set(understanding.extra):
        return book.for_cue(asked)
    if act is None:
        return None
    if last is not None and _of_another(recent, understanding):
        return last if act in last.acts else None
    named = understanding.extra.get("on_file")
    if named is not None:
        flow = book.flows.get(named)
        mere_correction = (
            act == "change" and last is flow and understanding.intent in ("correct", "deny", "out_of_scope")
        )
        return flow if flow is not None and act in flow.acts and not mere_correction else None
    if act != "extend":
        return None
    if last is not None:
        return last if act in last.acts else None
    able = [flow for flow in book.flows.values() if act in flow.acts]
    return able[0] if len(able) == 1 else None


def _of_another(recent: Frame | None, understanding: Understanding) -> bool:
    """ "Zhang Wei's is on Sunday", said after somebody else's was filed."""
    whose = understanding.extra.get("whose", "").casefold()
    return bool(whose) and recent is not None and all(whose not in str(v).casefold() for v in recent.slots.values())


def _missed(last: Flow | None, understanding: Understanding, book: Book) -> Flow | None:
    """Nobody came: for what was just spoken of, or for what is booked where the words say so."""
    if last is not None and "missing" in last.acts:
        return last
    able = [flow for flow in book.flows.values() if "missing" in flow.acts]
    return able[0] if len(able) == 1 and "booked" in understanding.extra else None
