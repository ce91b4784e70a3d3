"""A picture without words: it shows what was reported already, more often than something new."""

from __future__ import annotations

from datetime import timedelta

from backend.db import Record
from backend.services import cases
from backend.services.casework import photos
from bot.contract.flow import Outcome, Slot, SlotKind, Turn
from bot.contract.likeness import likest
from bot.contract.text import Ask, Option, Text, t

OF, NEW = "photo_of", "new"
# Older than that, it is hardly about it any more; of more than these, the newest are offered.
RECENT = timedelta(days=30)
MOST, LOOKED_AT, SHOWN = 4, 20, 24
_KINDS = frozenset({"repair", "complaint"})


def belongs(turn: Turn) -> Outcome:
    """To the one case of this talk that is open; asked where it may be one of several, or one from another talk."""
    if turn.case_no is not None or "photo" not in turn.values or "details" in turn.values:
        return Outcome()
    chosen, running = turn.values.get(OF), _running(turn)
    if chosen is not None:
        found = next((row for row in running if row.number == chosen), None)
        return _joined(turn, found, t("Thank you, the photo is with {number} now.")) if found else Outcome()
    if turn.message.text.strip() or not running:
        return Outcome()
    if len(running) == 1 and running[0].conversation_id == turn.conversation.id:
        say = t(
            "Thank you, the photo is with {number} now: {what}. If it shows something else, tell me what is broken."
        )
        return _joined(turn, running[0], say)
    say = t("Thank you, I have the photo.")
    return Outcome(say=(say,), ask=ask_which(turn), awaiting=OF, goto="belongs")


def ask_which(turn: Turn) -> Ask:
    options = [
        Option(t("{number} {what}", number=row.number, what=_brief(row)), f"{OF}={row.number}")
        for row in _running(turn)
    ]
    return Ask(t("What does it belong to?"), (*options, Option(t("Something new"), f"{OF}={NEW}")))


def meant(turn: Turn) -> str | None:
    """ "The tap", said where it was asked what a picture belongs to."""
    top = turn.conversation.top
    if top is None or top.awaiting != OF or turn.message.choice:
        return None
    running = _running(turn)
    found = likest(turn.message.text, [row.details for row in running])
    return str(running[found].number) if found is not None else None


def add(turn: Turn, number: str) -> bool:
    """With the case, whoever sent it and wherever; False where the case's own slots have the one picture there is."""
    found = cases.by_number(turn.db, turn.conversation.community.id, number)
    keys = [one.key for one in turn.message.attachments if one.kind == "image"]
    if found is None or (found.conversation_id == turn.conversation.id and not photos.sent(found) and len(keys) == 1):
        return False
    for key in keys:
        photos.attach(turn.db, found, key, turn.conversation.address.user, turn.now)
    return bool(keys)


def _joined(turn: Turn, found: Record, say: Text) -> Outcome:
    photos.attach(turn.db, found, str(turn.values["photo"]), turn.conversation.address.user, turn.now)
    told = Text(say.msgid, {"number": found.number, "what": _brief(found)})
    return Outcome(say=(told,), done=True, goto="end")


def _brief(found: Record) -> str:
    words = " ".join(found.details.split()).rstrip(".!。！")
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


def _running(turn: Turn) -> list[Record]:
    """Open reports of this talk, and those of whoever is proved to be who they are, the newest first."""
    conversation = turn.conversation
    resident = conversation.resident
    proved = resident.id if resident is not None and resident.verified and conversation.agent is None else None
    rows = cases.of_conversation(turn.db, conversation.id, proved, LOOKED_AT)
    open_ = [row for row in rows if row.kind in _KINDS and row.state in cases.OPEN]
    return [row for row in open_ if turn.now - row.created_at <= RECENT][:MOST]


SLOT = Slot(OF, SlotKind.CHOICE, t("Photo of"), ask_which, required=False, private=True)
