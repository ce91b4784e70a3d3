"""A yes or a no to "shall I ...?", and to what somebody is about to do: by what is asked about and what happened.

Where we do not know it, nothing is said here, and the dispatcher tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from backend.db import Record
from backend.services import alarm_facts, alarm_history
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from bot.contract.understanding import Danger
from flows.trigger_sos import scripts
from flows.trigger_sos.advised import ill, place, things
from flows.trigger_sos.advised.ill import ANY
from flows.trigger_sos.numbers import SCRIPT, fill

_MEET = t(
    "If somebody can be spared: yes, to the gate or down to the door, and the lift held. You stay with them; leave the "
    "door open."
)
_MEET_OUT = t("Outside, well away from it, where they see you. Nobody waits inside for that.")
_TELL = t(
    "Whom you tell is yours to say. From here the people on duty are told, and whoever stands on the list for such a "
    "call; nobody else."
)
_COST = t(
    "What it costs I do not know from here, and it is settled afterwards. Call {number} first; a life goes first."
)
_MEETS = {ANY: _MEET, **dict.fromkeys(("fire", "gas", "fumes", "falling"), _MEET_OUT)}
# By what is asked about, beside a person and where it burns, smells or is shut.
_BODY: Mapping[str, Mapping[str, Text]] = {
    "move": ill.MOVE,
    "drive": ill.DRIVE,
    "wait": {**ill.WAIT, **place.WAIT},
    "drink": ill.DRINK,
    "medicine": ill.MEDICINE,
    "vomit": ill.VOMIT,
    "mouth": ill.MOUTH,
    "wound": ill.WOUND,
    "skin": ill.SKIN,
    "cpr": ill.CPR,
    "talk": {**ill.TALK, **place.SPEAK},
}
_PLACE: Mapping[str, Mapping[str, Text]] = {
    "pull": place.PULL,
    "power": place.POWER,
    "switch": place.SWITCH,
    "valve": place.VALVE,
    "window": place.WINDOW,
    "extinguish": place.EXTINGUISH,
    "goin": place.GO_IN,
    "goout": place.GO_OUT,
    "carry": place.CARRY,
    "door": place.DOOR,
    "confront": place.CONFRONT,
    "search": place.SEARCH,
    "meet": _MEETS,
    "tell": {ANY: _TELL},
    "cost": {ANY: _COST},
}
TABLE: Mapping[str, Mapping[str, Text]] = {**_BODY, **_PLACE}
# What is not asked where this happened, however the words sound: "get out" of a lift is no drive.
_NO_BODY = frozenset(
    {"fire", "gas", "electric", "lift", "locked", "car", "lost", "welfare", "heard", "falling", "edge"}
)
_OF_THINGS = frozenset({"pull", "power", "switch", "valve", "extinguish", "carry"})
_THINGS = frozenset(
    {"smoke", "fire", "gas", "fumes", "electric", "shock", "trapped", "lift", "poison", "suicide", "edge", ANY}
)
# So much of what is likely at all, it is answered; so likely by itself, even where nothing asks.
_LIKELY, _BY_ITSELF, _SURELY = 0.4, 0.5, 0.75
_ASKING = frozenset({"asks", "asks_what"})
# What is said or begged, and asks nothing.
_NO_QUESTION = frozenset(
    {"place", "who", "better", "clear", "mistake", "called", "worse", "manners", "silent", "declines", "wants", "tells"}
)
# What reviewed words know better.
_KNOWN = frozenset({"begs", "unanswered", "dialled", "dialling", "came", "better", "well"})
# What reviewed words say that is asked about, where it is not learnt.
_REVIEWED = {"moves": ("move",), "eats": ("drink", "medicine"), "mouth": ("mouth",), "skin": ("skin",), "cpr": ("cpr",)}
_REVIEWED |= {"vomit": ("vomit",), "touch": ("pull",)}
_SHUT_IN = ("lift", "fire", "gas")
_OF_TOPIC = {"number": "asks_called", "when": "asks_when"}
_AGAIN = t("Once more, because it matters. {advice}")
_AS_BEFORE = t("It stays as I told you before. What else you can do, {number} tells you: call, on loudspeaker.")
_TELLING = frozenset({"tells", "worse", "who", "please", "place", ""})
_TELLS_NOTHING = frozenset({"begs", "unanswered", "dialled", "dialling", "came", "better", "well"})
ADVISED = "advised"


def answer(turn: Turn, alarm: Record) -> tuple[Text, ...] | None:
    """None where nothing is asked or announced, or nothing is known to say."""
    heard = turn.understanding.extra
    if heard.get("amid") in _KNOWN or ("made_safe" in heard and not asks(turn)):
        return None  # "I pulled the main switch" asks nothing any more
    happened = of(turn, alarm)
    named = thing(turn, happened)
    if named is not None:
        return (not_again(turn, alarm, named),)
    topic = topic_of(turn, happened)
    found = TABLE.get(topic, {})
    text = next((found[one] for one in (*_ways(turn, alarm, topic, happened), ANY) if one in found), None)
    if text is None and _in_vain(turn, happened):
        text = ill.CPR[happened]
    return (not_again(turn, alarm, text),) if text is not None else None


def of(turn: Turn, alarm: Record) -> str:
    """What happened, as it was told last."""
    told = alarm_history.newest(turn.db, alarm.id, SCRIPT)
    if alarm.kind == "suicide":
        return "suicide"
    if told == "mixed":
        return "fumes"
    return str(alarm.kind) if told in ("", "outside") else told


def thing(turn: Turn, happened: str) -> Text | None:
    """What is named has one answer, where anything is asked about it or it is about to be used."""
    heard = turn.understanding
    named = heard.extra.get("at_hand", "")
    script = heard.extra.get("script", "") or happened
    calm = dict(heard.asked).get("", 1.0)
    asked = asks(turn) or calm < _BY_ITSELF or heard.extra.get("advice") or named == "gasps"
    return things.of(named, script if named == "gasps" else happened) if asked else None


def is_ill(happened: str) -> bool:
    """Whether a body is in danger, and no house or search."""
    return happened in scripts.FITS["medical"] - _NO_BODY


def _ways(turn: Turn, alarm: Record, topic: str, happened: str) -> tuple[str, ...]:
    """What happened, the nearest first: of doors and of going out the lift goes before what befell somebody in it."""
    was = tuple(one for one in _SHUT_IN if one == alarm.kind or alarm_facts.was(turn.db, alarm.id, one))
    return (
        (happened, *was, str(alarm.kind))
        if topic in _BODY or happened == "smoke"
        else (*was, happened, str(alarm.kind))
    )


def _in_vain(turn: Turn, happened: str) -> bool:
    """What was advised first was done and did not help: the next step is told."""
    return happened == "choking" and "in_vain" in turn.understanding.extra


def asks(turn: Turn) -> bool:
    """Whether anything is asked, by what it is or by how it is said."""
    heard = turn.understanding
    said = bool({"question", "inquires", "asks_back"} & heard.extra.keys())
    return said or heard.said_amid in _ASKING or heard.extra.get("amid") == "asks"


def topic_of(turn: Turn, happened: str) -> str:
    """The likeliest that makes sense where this happened; empty where nothing is asked, or it is a guess."""
    heard = turn.understanding
    asked = dict(heard.asked)
    calm = asked.pop("", 0.0)
    meant = {topic: share for topic, share in asked.items() if _makes_sense(topic, happened)}
    total = sum(meant.values())
    topic, share = max(meant.items(), key=lambda one: one[1], default=("", 0.0))
    if not total:
        return ""
    told = heard.said_amid in _NO_QUESTION
    if (told and share < _SURELY) or (not asks(turn) and (share < _BY_ITSELF or calm > share)):
        return ""
    if share / total >= _LIKELY:
        return topic
    return max(_REVIEWED.get(heard.extra.get("advice", ""), ("",)), key=lambda one: meant.get(one, 0.0))


def _makes_sense(topic: str, happened: str) -> bool:
    if topic in _OF_THINGS:
        return happened in _THINGS
    if topic in _BODY and happened in _NO_BODY:
        return happened in TABLE[topic]
    return topic != "extinguish" or happened != "lost"


def question(turn: Turn) -> str:
    """The act of these words; of a question by what it is about, where that is sure."""
    act, asked = turn.understanding.said_amid, next(iter(turn.understanding.asked), ("", 0.0))
    asks = not act or act.startswith("asks")
    return _OF_TOPIC.get(asked[0], act) if asks and asked[1] >= _BY_ITSELF else act


def not_again(turn: Turn, alarm: Record, text: Text) -> Text:
    """No piece of advice stands twice word for word."""
    advice = fill(text, turn, alarm)
    for time, way in enumerate((advice, Text(_AGAIN.msgid, {"advice": advice}))):
        if alarm_history.add(turn.db, alarm.id, ADVISED, "", None, cause(alarm.id, text, time), turn.now):
            return way
    return fill(_AS_BEFORE, turn, alarm)


def cause(key: str, text: Text, time: int = 0) -> str:
    """By which it is known that this piece was told."""
    return f"{ADVISED}:{key}:{crc32(text.msgid.encode())}:{time}"


def told_now(turn: Turn, least: float = scripts.SURE) -> str:
    """What these words tell that happened: reviewed, or learnt where they tell anything."""
    heard = turn.understanding
    if heard.extra.get("amid") in _TELLS_NOTHING:
        return heard.extra.get("script", "")
    if heard.danger is not Danger.ALERT and asks(turn) and heard.asks_about in TABLE:
        return ""  # "shall I prick her fingers till they bleed" tells of no wound
    tells = heard.said_amid in _TELLING and "question" not in heard.extra
    heeded = heard.danger is Danger.ALERT or (tells and heard.danger is Danger.ASK)
    return scripts.script_of(turn, least if heeded else 1.0)
