"""What is answered where it may be read over a shoulder, or by somebody at the end of their strength."""

from __future__ import annotations

from backend.db import Record
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from flows.trigger_sos import advised, scripts
from flows.trigger_sos.scripts import other_words, said

# Read over a shoulder it tells nothing, and promises no call.
ASKED_FOR = t("Noted, passed on to a colleague.")
AGAIN = t("OK, a colleague has that too.")
# A yes or a no that says nothing of what happens there.
_NOT_NOW = t("Better not just now.")
_SHORTLY = {
    **dict.fromkeys(("confront", "goin", "door", "talk", "wait"), _NOT_NOW),
    "goout": t("If it goes quietly and safely, yes. Otherwise better stay where you are."),
    "number": t("{police}; by text message {police_text}."),
    "tell": t("Only colleagues read this."),
    "search": _NOT_NOW,
    "carry": _NOT_NOW,
    "window": _NOT_NOW,
    "switch": _NOT_NOW,
    "meet": _NOT_NOW,
}
# Whether to do anything else: nothing is read as a yes.
_LEAVE_IT = t("That I cannot say; better leave it as it is for now. A colleague has it.")
_PROGRAM = t("I am a program; colleagues read along.")
_BODY = frozenset({"move", "wound", "cpr", "drink", "medicine", "drive", "skin"})
_ASKS = frozenset({"asks_called", "asks_when", "asks_what", "asks", "agrees", "declines", "silent", "please"})
LISTENS = (
    t("I am listening, and I am asking a person here to speak with you. Go on, if you like."),
    t("I read every word. A person here is being asked to speak with you; until then I stay with you."),
    t("Thank you for telling me. You are not alone with this: I am still asking for a person to speak with you."),
)
MACHINE = t(
    "I am a program, that is true, and I do read what you write. It goes to people here, and I am asking one of them "
    "to speak with you now."
)
KNOCKS = t("Good that somebody is with you. Stay with them; I have passed on that they are there.")
STEP_BACK = t(
    "Please step back from there, to where you cannot fall, and sit down. If that is hard, call {ambulance} or "
    "{police} at once. I stay with you, and I am asking a person here to speak with you."
)
PUT_AWAY = t(
    "Thank you for telling me. Please put that where you cannot reach it, or go into another room, near somebody. If "
    "it is hard to hold on, call {ambulance} or {police} at once. I am asking a person here to speak with you."
)
STAY_WITH = t(
    "Stay with them as long as you are safe yourself, speak calmly, listen, and keep away what could do harm. Call "
    "{ambulance} or {police} now. A person here is being asked to help."
)
NOW = t("Please call {ambulance} or {police} now. I have passed that on, and I go on asking for a person here.")
ONLY_THEY = t(
    "I tell no neighbour and nobody at home. The people on duty here read this; only one of them decides whether "
    "anybody else must know, where a life depends on it."
)
MAY_COME = t(
    "Thank you. I have passed on that somebody may come to you, and I am asking who can. As soon as somebody says "
    "that they are on the way, I tell you; please stay here with me until then."
)
NEED_NOT = t(
    "All right, you need not speak with anybody right now. I go on reading, and a person here stays asked. {crisis} "
    "listens too."
)
WAITS = t(
    "I am still asking for a person to speak with you; nobody has answered yet. I stay with you, and you can also "
    "call {crisis}."
)
ON_THE_WAY = t("{name} is on the way. I stay here with you until then.")
HEARS = t("I am listening, and so is {name}. Go on, if you like.")
GLAD = t(
    "I am glad of that, and I have passed it on. A person here is still being asked to speak with you; stay together."
)


def at_first(turn: Turn, alarm: Record) -> Text:
    """Of whoever cried: as ever, and a "shall I" in the cry gets its short answer."""
    if advised.asks(turn) and advised.topic_of(turn, "violence"):
        return noted(turn, alarm)
    return other_words(turn, *scripts.QUIETLY)


# What must be done at once, whoever may read it.
_DYING = frozenset({"lifeless", "shock", "seizure", "choking"})


def dying(turn: Turn, alarm: Record) -> Text | None:
    """ "He lies there grey and does not breathe": whatever was heard before, that comes first. Who tells in the same
    breath what another does to them is answered quietly."""
    extra = turn.understanding.extra
    if extra.get("script") not in _DYING or extra.get("hinted") == "violence":
        return None
    return advised.not_again(turn, alarm, scripts.SCRIPTS[extra["script"]])


def noted(turn: Turn, alarm: Record) -> Text:
    """Of somebody whom another hurts: nothing in it tells of an alarm."""
    topic = advised.topic_of(turn, "violence")
    if topic in _SHORTLY:
        return advised.not_again(turn, alarm, _SHORTLY[topic])
    if topic in _BODY:
        return advised.not_again(turn, alarm, advised.TABLE[topic][""])
    if {"robot", "reads"} & turn.understanding.extra.keys():
        return _PROGRAM
    if turn.understanding.said_amid == "asks_what" or (advised.asks(turn) and not turn.understanding.said_amid):
        return _LEAVE_IT
    asks = turn.understanding.extra.get("amid") == "begs" or "coming" in turn.understanding.extra
    if asks or turn.understanding.said_amid in _ASKS:
        return other_words(turn, ASKED_FOR, AGAIN)
    return other_words(turn, *scripts.QUIETLY)


def listens(turn: Turn, alarm: Record) -> Text:
    """That a person is there is said when one is (practice 10)."""
    extra, act = turn.understanding.extra, turn.understanding.said_amid
    if extra.get("amid") == "came" and not act.startswith("asks"):
        return KNOCKS
    if {"robot", "reads"} & set(extra):
        return MACHINE
    advice = advised.answer(turn, alarm) if alarm.who is not None else None
    if advice is not None:
        return advice[0]
    direct = _direct(turn, alarm, act)
    if direct is not None and not scripts.was_said(turn, direct):
        return said(direct, turn)
    if alarm.accepted_by is None:
        return other_words(turn, *LISTENS)
    return Text(HEARS.msgid, {"name": alarm.accepted_by})


def _direct(turn: Turn, alarm: Record, act: str) -> Text | None:
    """What these words call for before anything else."""
    extra, other = turn.understanding.extra, alarm.who is not None
    if act == "silent":
        return ONLY_THEY
    if act in ("better", "clear"):
        return GLAD if other or act == "better" else None
    if "means" in extra or extra.get("at_hand") == "hoard" or act == "worse" or (other and act == "asks_what"):
        return _at_hand(other, "edge" in extra, "means" in extra or extra.get("at_hand") == "hoard")
    comes = act in ("asks_when", "asks_called", "agrees") or "coming" in extra
    if comes and alarm.accepted_by is not None:
        return Text(ON_THE_WAY.msgid, {"name": alarm.accepted_by})
    if act == "agrees":
        return MAY_COME
    if act == "declines":
        return NEED_NOT
    return WAITS if comes else None


def _at_hand(other: bool, edge: bool, means: bool) -> Text:
    """Where, or by what; away from it first (practice 9)."""
    if other:
        return STAY_WITH
    if edge:
        return STEP_BACK
    return PUT_AWAY if means else NOW
