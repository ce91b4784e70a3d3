"""What is said while help is waited for, answered for its own sake: what to do, who was called, that somebody is there.

No advice but what `scripts.py` holds stands here: what it does not speak of is asked of the dispatcher.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from backend.db import Record
from backend.services import alarm_desk, alarm_history
from backend.services.ladder import plan
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from flows.questions import until_help
from flows.trigger_sos import scripts
from flows.trigger_sos.scripts import said

# What happened, as it was told first; a question is answered by what was said of it.
SCRIPT = "script"
OUTSIDE = "outside"
_LEAVES = frozenset({"outside", "leaves"})
# Which script speaks of what is asked about.
SPEAKS = {
    "moves": frozenset({"fall", "chest"}),
    "eats": frozenset({"stroke"}),
    "mouth": frozenset({"seizure"}),
    "skin": frozenset({"burn"}),
    "vomit": frozenset({"poison"}),
    "touch": frozenset({"shock"}),
}
# Whoever speaks is told to leave, whatever they ask.
OUT = frozenset({"fire", "gas"})
# Where a dispatcher says what to do.
MEDICAL = frozenset({"medical", "fall", "plea"})
OUT_FIRST = t("Leave that, and everybody out first. From outside {fire} tells you the rest; nobody goes back in.")
STILL_INSIDE = t("I have passed that on. Show yourself at a window and tell {fire} which one it is.")
CALL_THEM = t(
    "If in doubt, yes: call {number} now. They decide what is needed, and the people on duty are told as well."
)
CANNOT_DIAL = t(
    "From here I cannot call {number}. Please dial {number} yourself, or let somebody near you do it; the people on "
    "duty see that you ask for it."
)
# Read over a shoulder it tells nothing, and promises no call.
ASKED_FOR = t("Noted, passed on to a colleague.")
DIALLED = t("Good. The people on duty see that {number} has been called. Tell me if anything changes.")
DIALLING = t("Good, stay on the line with {number} until somebody answers. Tell me when they have it.")
GO_ON_DIALLING = t(
    "Please go on trying {number}, from another telephone too if there is one. The people on duty see that nobody "
    "answers there."
)
CAME = t("Good. I have passed on that they are there. If anything is missing, tell me.")
ENTRY = t("I have passed that on: the people on duty can read it, for whoever comes.")
BETTER = t("That is good to hear; I have passed it on. If it gets worse again, call {ambulance} at once.")
# Who was lifeless or had a stroke a moment ago is not well for being awake.
BETTER_STILL = t(
    "That is good to hear; I have passed it on. {ambulance} should see them all the same: if nobody has called yet, "
    "call now."
)
WORSE = t(
    "I have passed on that it gets worse. Call {ambulance} now if nobody has yet; if somebody has, call again and say "
    "so."
)
WELL = t("That is good to hear; I have passed it on. The people on duty keep this open until somebody has made sure.")
SCARED = t(
    "I am here with you, and I have passed that on. Go on telling me; if you call {number}, somebody there talks with "
    "you."
)
MUTED = t("Noted: you shall not be rung, and the people on duty see it. I write to you here.")
ANYTHING = t("Tell me whatever you can see: a number on a door, a sign, a shop.")
HERE = t("I am here. Tell me if anything changes.")


def note(turn: Turn, key: str, kind: str) -> None:
    """Which script they heard, so that what they ask later is answered by it; and that they shall not be rung."""
    if "mute" in turn.understanding.extra:
        muted = f"{alarm_history.MUTE}:{key}"
        alarm_history.add(turn.db, key, alarm_history.MUTE, turn.message.sender.user, None, muted, turn.now)
    script = turn.understanding.extra.get("script", "")
    if kind in OUT and _LEAVES & set(turn.understanding.extra):
        # Whoever was shut in is out: what was said to them inside holds no longer.
        alarm_history.add(turn.db, key, SCRIPT, "", OUTSIDE, f"{SCRIPT}:{key}:{OUTSIDE}"[:200], turn.now)
        return
    if script in scripts.FITS.get(kind, ()):
        alarm_history.add(turn.db, key, SCRIPT, "", script, f"{SCRIPT}:{key}:{script}"[:200], turn.now)


def answer(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    """None where nothing of this was said."""
    amid = turn.understanding.extra.get("amid", "")
    if "mute" in turn.understanding.extra and amid not in ("begs", "asks"):
        return (MUTED,)
    if "grows" in turn.understanding.extra and alarm.kind in MEDICAL:
        return (said(WORSE, turn),)
    if amid in _SAID:
        return _SAID[amid](turn, alarm)
    return (HERE,) if turn.understanding.intent in ("thank", "goodbye", "affirm") else None


def _asks(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    """What was said of it first; else the dispatcher knows, and we do not."""
    told, about = _told(turn, alarm), turn.understanding.extra.get("advice", "")
    if about == "call":
        return (Text(CALL_THEM.msgid, {"number": _named(turn, alarm)}),)
    # A yes or a no, where the first words hold one; to whoever smoke shuts in "out" is none.
    direct = until_help.known(turn, alarm.kind) if told != "smoke" and _is_direct(alarm.kind, about) else None
    if direct is not None:
        return (direct,)
    if alarm.kind in OUT:
        return (said(scripts.SCRIPTS["smoke"] if told == "smoke" else OUT_FIRST, turn),)
    if alarm.kind in ("lift", "child"):
        return (said(scripts.SCRIPTS.get(told) or scripts.WORDS[alarm.kind], turn),)
    if alarm.kind not in MEDICAL:
        return None
    if about == "cpr":
        told = "lifeless"
    elif (told or alarm.kind) not in SPEAKS.get(about, ()) and "script" not in turn.understanding.extra:
        return (said(scripts.THEY_TELL, turn),)
    return (said(scripts.SCRIPTS.get(told) or scripts.WORDS[alarm.kind], turn),)


def _is_direct(kind: str, about: str) -> bool:
    """Not of gas in which somebody is ill already: nothing that is said there keeps anybody inside for a window."""
    return kind in ("fire", "lift") or (kind == "fall" and about == "moves")


def once_more(turn: Turn, alarm: Record, kind: str) -> Text:
    """It got worse: by what is told now, else by what happened at first ("she stopped crying", behind a door)."""
    told = _told(turn, alarm)
    return said(scripts.SCRIPTS[told], turn) if told in scripts.FITS.get(kind, ()) else scripts.first_words(turn, kind)


def stay_out(turn: Turn, alarm: Record) -> Text:
    """More words while it burns or smells; whoever cannot get out is not told to."""
    return said(STILL_INSIDE if _told(turn, alarm) == "smoke" else scripts.STAY_OUT, turn)


def _told(turn: Turn, alarm: Record) -> str:
    now = turn.understanding.extra.get("script", "")
    if _LEAVES & set(turn.understanding.extra):
        return OUTSIDE
    return now if now in scripts.FITS.get(alarm.kind, ()) else alarm_history.newest(turn.db, alarm.id, SCRIPT)


def _begs(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (Text(CANNOT_DIAL.msgid, {"number": _named(turn, alarm)}),)


def _unanswered(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (Text(GO_ON_DIALLING.msgid, {"number": _named(turn, alarm)}),)


def _dialled(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    """The board shows who called, as they say it themselves; of another number than the one it waits for, their words
    alone stand there (practice 11)."""
    number = _named(turn, alarm)
    if number == plan.dials(turn.conversation.community.emergency, alarm.kind) and alarm.state != "closed":
        speaker = turn.conversation.resident
        by = speaker.name if speaker is not None else turn.message.sender.user
        alarm_desk.dial(turn.db, alarm.community_id, alarm.id, by, number, turn.now)
    return (Text(DIALLED.msgid, {"number": number}),)


def _dialling(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (Text(DIALLING.msgid, {"number": _named(turn, alarm)}),)


def _entry(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (ENTRY,)


def _came(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (CAME,)


def _better(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    if alarm.kind in OUT:
        return None
    return (said(BETTER_STILL if alarm.kind == "medical" else BETTER, turn),)


def _well(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    return None if alarm.kind in OUT else (WELL,)


def _scared(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    if alarm.kind in OUT:
        return None
    if alarm.kind == "lift":
        return (said(scripts.WORDS["lift"], turn),)
    return (Text(SCARED.msgid, {"number": plan.dials(turn.conversation.community.emergency, alarm.kind)}),)


def _lost(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    """Where the place is being asked."""
    top = turn.conversation.top
    return (ANYTHING,) if top is not None and top.awaiting == "location" else None


_SAID: Mapping[str, Callable[[Turn, Record], tuple[Text, ...] | None]] = {
    "asks": _asks,
    "begs": _begs,
    "unanswered": _unanswered,
    "dialled": _dialled,
    "dialling": _dialling,
    "entry": _entry,
    "came": _came,
    "better": _better,
    "well": _well,
    "scared": _scared,
    "lost_here": _lost,
}
# Whose number the words name, where they name one.
_FIRE, _POLICE = (
    re.compile("119|\u706b|\u6d88\u9632|fire", re.IGNORECASE),
    re.compile("110|\u8b66|police", re.IGNORECASE),
)
_AMBULANCE = re.compile("120|\u6551|\u6025|ambulance|doctor", re.IGNORECASE)


def _named(turn: Turn, alarm: Record) -> str:
    numbers, text = turn.conversation.community.emergency, turn.message.text
    named = (("ambulance", _AMBULANCE), ("fire", _FIRE), ("police", _POLICE))
    found = next((name for name, pattern in named if pattern.search(text)), None)
    return numbers[found] if found else plan.dials(numbers, alarm.kind)
