"""What is said while help is waited for, answered for its own sake: what to do, who was called, that somebody is there.

No advice but what `scripts.py` holds stands here: what it does not speak of is asked of the dispatcher.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backend.db import Record
from backend.services import alarm_desk, alarm_facts, alarm_history
from backend.services.ladder import plan
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from flows.questions import until_help
from flows.trigger_sos import advised, scripts, whereabouts
from flows.trigger_sos.advised import place
from flows.trigger_sos.numbers import SCRIPT, fill, named
from flows.trigger_sos.scripts import said

OUTSIDE = "outside"
# What may have befallen somebody who is out of the fire or the gas.
_HURT = frozenset({"burn", "bleeding", "lifeless", "choking", "seizure"})
_ILL = ("lifeless", "stroke", "seizure", "poison")
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
STILL_THERE = t("I have passed that on. Door shut, cloths along it, by the window: stay there until they call you out.")
OUT_NOTED = t("Noted, they can read it. Stay outside, all of you.")
IN_OR_OUT_NOTED = t("Noted. Keep away from the smoke, and tell {fire} which floor you are on and who is with you.")
RESCUED = t("Good. Do what they say, and go with them. I have passed that on.")
STILL_INSIDE = t("I have passed that on. Show yourself at a window and tell {fire} which one it is.")
CALL_THEM = t(
    "If in doubt, yes: call {number} now. They decide what is needed, and the people on duty are told as well."
)
CANNOT_DIAL = t(
    "From here I cannot call {number}. Please dial {number} yourself, or let somebody near you do it; the people on "
    "duty see that you ask for it."
)
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
    first = not alarm_history.has(turn.db, key, SCRIPT)
    script = advised.told_now(turn, scripts.LIKELY if first else scripts.SURE)
    if kind in OUT and is_out(turn):
        # Whoever was shut in is out: what was said to them inside holds no longer.
        alarm_history.add(turn.db, key, SCRIPT, "", OUTSIDE, f"{SCRIPT}:{key}:{OUTSIDE}"[:200], turn.now)
        if script not in _HURT:
            return
    if (
        (kind == "plea" and script in _OF_KIND)
        or script in scripts.FITS.get(kind, ())
        or (kind in OUT and script in _HURT)
    ):
        alarm_history.add(turn.db, key, SCRIPT, "", script, f"{SCRIPT}:{key}:{script}"[:200], turn.now)


_OF_KIND = frozenset({"fall", "ill"})


def news(turn: Turn, alarm: Record) -> Text | None:
    """The piece of advice that these words call for and that was not told yet, nor is asked about otherwise."""
    script, extra = advised.told_now(turn), turn.understanding.extra
    told = alarm_history.newest(turn.db, alarm.id, SCRIPT)
    if alarm.kind in ("child", "plea") and told == "locked" and (script == "lifeless" or "worse_inside" in extra):
        # Whoever speaks stands before the door.
        return said(scripts.CHILD_INSIDE, turn)
    if told == "car" and script == "lifeless":
        return advised.not_again(turn, alarm, scripts.SCRIPTS["car"])  # whoever speaks stands before the glass
    if extra.get("amid") == "asks" and extra.get("advice") == "eats":
        return None  # "shall she take her pills": nobody has
    fits = script in scripts.FITS.get(alarm.kind, ())
    if not fits and not (alarm.kind in OUT and script in _HURT and _told(turn, alarm) == OUTSIDE):
        return None
    if alarm_history.told(turn.db, alarm.id, f"{SCRIPT}:{alarm.id}:{script}"):
        return None
    return advised.not_again(turn, alarm, scripts.SCRIPTS[script])


def is_dialled(turn: Turn, alarm: Record) -> bool:
    """Somebody has called, as the board has it."""
    return alarm_history.has(turn.db, alarm.id, "dialled")


def was_ill(turn: Turn, alarm: Record) -> bool:
    """Behind the door, or after the fall, somebody was without breath or sense: a person makes sure (practice 4)."""
    told = (f"{SCRIPT}:{alarm.id}:{script}" for script in _ILL)
    return alarm.kind not in OUT and any(alarm_history.told(turn.db, alarm.id, cause) for cause in told)


def is_out(turn: Turn) -> bool:
    """As they tell it, and not as they ask: "can we go out now"."""
    extra = turn.understanding.extra
    return bool(_LEAVES & set(extra)) and not {"question", "inquires", "asks_back"} & set(extra)


def answer(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    """None where nothing of this was said."""
    amid = turn.understanding.extra.get("amid", "")
    if "mute" in turn.understanding.extra and amid not in ("begs", "asks"):
        return (MUTED,)
    if "grows" in turn.understanding.extra and alarm.kind in MEDICAL:
        return (said(WORSE, turn),)
    if alarm.kind in OUT and is_out(turn) and amid in ("entry", "tells", ""):
        return (stay_out(turn, alarm),)
    if amid in _SAID:
        return _SAID[amid](turn, alarm)
    return (HERE,) if turn.understanding.intent in ("thank", "goodbye", "affirm") else None


def asks(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    """What was said of it first; else the dispatcher knows, and we do not."""
    told, about = _told(turn, alarm), turn.understanding.extra.get("advice", "")
    if about == "call" and turn.understanding.said_amid != "asks_called":
        return (_whom_to_call(turn, alarm),)
    # A yes or a no, where the first words hold one.
    for kind in (alarm.kind, *(one for one in _ALSO if alarm_facts.was(turn.db, alarm.id, one))):
        direct = until_help.known(turn, kind) if _is_direct(kind, about) else None
        if direct is not None and direct.msgid != until_help.WINDOW.msgid:
            return (direct,)
    if alarm.kind in OUT:
        if told == "smoke":
            return (said(place.NOT_THROUGH, turn),)
        return (said(scripts.ALL_OUT if told == OUTSIDE else place.OUT_FIRST, turn),)
    if alarm.kind in ("lift", "child"):
        return (said(scripts.SCRIPTS.get(told) or scripts.WORDS[alarm.kind], turn),)
    if alarm.kind not in MEDICAL:
        return None
    if about == "cpr":
        told = "lifeless"
    elif (told or alarm.kind) not in SPEAKS.get(about, ()) and "script" not in turn.understanding.extra:
        return (fill(scripts.THEY_TELL, turn, alarm),)
    return (fill(scripts.SCRIPTS.get(told) or scripts.WORDS[alarm.kind], turn, alarm),)


def _whom_to_call(turn: Turn, alarm: Record) -> Text:
    number = named(turn, alarm)
    return far_number(turn, alarm, number) or Text(CALL_THEM.msgid, {"number": number})


def far_number(turn: Turn, alarm: Record, number: str) -> Text | None:
    """Of another city, where they are there."""
    if not alarm_history.has(turn.db, alarm.id, whereabouts.FAR):
        return None
    return whereabouts.far(number, alarm_history.newest(turn.db, alarm.id, whereabouts.FAR))


# What a lift or a door was before somebody in it fell ill: its advice still holds.
_ALSO = ("lift", "child", "fire", "gas", "fall")


def _is_direct(kind: str, about: str) -> bool:
    """Of gas in which somebody is ill already nothing is said that keeps anybody inside, for a window or a valve."""
    return kind in ("fire", "lift", "gas") or (kind == "fall" and about == "moves")


def once_more(turn: Turn, alarm: Record, kind: str) -> Text:
    """It got worse: by what is told now, else by what happened at first ("she stopped crying", behind a door)."""
    told = _told(turn, alarm)
    if kind == "child" and told == "lifeless" and alarm_history.told(turn.db, alarm.id, f"{SCRIPT}:{alarm.id}:locked"):
        return said(scripts.CHILD_INSIDE, turn)
    if told == "lifeless" and alarm_history.told(turn.db, alarm.id, f"{SCRIPT}:{alarm.id}:car"):
        told = "car"
    fits = told in scripts.FITS.get(kind, ())
    return advised.not_again(turn, alarm, scripts.SCRIPTS[told] if fits else scripts.first_words(turn, kind))


def stay_out(turn: Turn, alarm: Record) -> Text:
    """More words while it burns or smells; whoever cannot get out is not told to."""
    told = _told(turn, alarm)
    if told == "smoke":
        return said(scripts.other_words(turn, STILL_INSIDE, STILL_THERE), turn)
    if told in (OUTSIDE, "mixed") or alarm.kind == "gas":
        inside = "inside" in turn.understanding.extra
        return said(scripts.STAY_OUT if inside else scripts.other_words(turn, scripts.STAY_OUT, OUT_NOTED), turn)
    return said(scripts.other_words(turn, scripts.IN_OR_OUT, IN_OR_OUT_NOTED), turn)


def _told(turn: Turn, alarm: Record) -> str:
    now = advised.told_now(turn)
    if is_out(turn):
        return OUTSIDE
    return now if now in scripts.FITS.get(alarm.kind, ()) else alarm_history.newest(turn.db, alarm.id, SCRIPT)


def _begs(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (Text(CANNOT_DIAL.msgid, {"number": named(turn, alarm)}),)


def _unanswered(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (Text(GO_ON_DIALLING.msgid, {"number": named(turn, alarm)}),)


def dialled(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    """The board shows who called, as they say it themselves; of another number than the one it waits for, their words
    alone stand there (practice 11)."""
    number = named(turn, alarm)
    if number == plan.dials(turn.conversation.community.emergency, alarm.kind) and alarm.state != "closed":
        speaker = turn.conversation.resident
        by = speaker.name if speaker is not None else turn.message.sender.user
        alarm_desk.dial(turn.db, alarm.community_id, alarm.id, by, number, turn.now)
    return (Text(DIALLED.msgid, {"number": number}),)


def _dialling(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (Text(DIALLING.msgid, {"number": named(turn, alarm)}),)


def _entry(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (ENTRY,)


def _came(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    return (RESCUED,) if alarm.kind in OUT else (CAME,)


def better(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
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
    "asks": asks,
    "begs": _begs,
    "unanswered": _unanswered,
    "dialled": dialled,
    "dialling": _dialling,
    "entry": _entry,
    "came": _came,
    "better": better,
    "well": _well,
    "scared": _scared,
    "lost_here": _lost,
}
