"""What is said while an alarm is being talked about: where and what, that it is called off, or words for those on
their way."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Place, Understanding, Value
from bot.contract.whereabouts import theirs, told_at
from bot.engine import slots
from bot.engine.answers.keyed import is_keyed
from bot.engine.asked.questioned import is_asked
from bot.engine.danger.amid import BESIDE, MAY_PLACE, calls_off, goes_on
from bot.engine.danger.by_ear import takes_back
from bot.engine.decision import SOS, Decision


def in_alarm(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """While an alarm is being talked about, words are words for the people on their way."""
    if calls_off(understanding) and not goes_on(understanding):
        return Decision("alarm_cancel")
    if takes_back(conversation, understanding, book) and not slots.named(book.flows[SOS], understanding):
        return Decision("alarm_cancel")
    flow = book.flows[SOS]
    values = slots.named(flow, understanding)
    amid = understanding.extra.get("amid")
    ends = understanding.intent in ("thank", "goodbye") or "mute" in understanding.extra
    if (ends and not values) or (amid in BESIDE and not (values and amid in MAY_PLACE)):
        return Decision("alarm_words")
    if message.text.strip(" #*") in DANGER_KEYS or (not values and _tells(top, message, understanding)):
        return Decision("alarm_words")
    if understanding.intent in ("repeat", "ask_human"):
        return Decision("repeat") if understanding.intent == "repeat" else Decision("aside", "ask_human")
    if top.awaiting == "location" and "location" in values:
        values = {**values, "location": _whole(values["location"], message, understanding)}
    if top.awaiting and flow.has(top.awaiting) and top.awaiting not in values:
        value = slots.match(flow.slot(top.awaiting), message, understanding)
        if isinstance(value, Place) and value.text == message.text.strip() and "spot" in understanding.extra:
            value = replace(value, text=understanding.extra["spot"])
        if value is not None:
            values = {**values, top.awaiting: value}
    values = _no_sentence(values, message, understanding) if top.awaiting == "location" else values
    # What answers nothing is for those on their way: it is told so, and not only asked again.
    return Decision("answer", SOS, values, slot=top.awaiting) if values else Decision("alarm_words")


def _no_sentence(values: dict[str, Value], message: InboundMessage, understanding: Understanding) -> dict[str, Value]:
    """ "Shall we carry him into the hall", "she sat down at its edge": no address, but what is named may be."""
    place = values.get("location")
    if isinstance(place, Place) and place.building and place.room:
        return {**values, "location": theirs(place, understanding)}
    if not isinstance(place, Place) or place.building or place.room or "sentence" not in understanding.extra:
        return values
    words = told_at(understanding)
    if words is None:
        return {name: value for name, value in values.items() if name != "location"}
    return {**values, "location": replace(place, text=words) if message.place is None else place}


def _tells(top: Frame, message: InboundMessage, understanding: Understanding) -> bool:
    """What is for those on their way or asks something, and leaves where it may be as it was: "when will somebody be
    here" asks for no call-back, "shall I pull him up?" is no place."""
    if top.awaiting == "location" and (_nowhere(understanding) or _says_no_place(message, understanding)):
        return True
    return bool(understanding.extra.keys() & {"nobody", "coming", "guides"}) or is_asked(understanding)


def _says_no_place(message: InboundMessage, understanding: Understanding) -> bool:
    """Nothing in it says where: "forty-six", "boiling, arm and chest". A place's name is a few words without a verb."""
    if message.place is not None or message.choice or _WHERE & set(understanding.extra):
        return False
    text = message.text.strip()
    if is_keyed(message):
        return len(text.strip("#*")) == 1  # a key to which nothing was offered any more
    if understanding.amid and understanding.amid_share("place") < LITTLE_OF_A_PLACE:
        return True
    told = understanding.extra.keys() & {"age", "count", "script", "hinted", "unwell", "amid", "fine", "agrees"}
    words = len(text.split()) if text.isascii() else len(text) // 2
    return bool(told) or words > A_NAME or not slots.places_something(text, understanding) or bool(_PAUSE.search(text))


def _whole(value: Value, message: InboundMessage, understanding: Understanding) -> Value:
    """ "5-1, between the 7th and the 8th floor": what two pieces do not hold is told in their own words."""
    pieces = [entity.text for entity in understanding.entities if entity.name == "location"]
    if isinstance(value, Place) and value.room is None and any(one not in value.text for one in pieces):
        return replace(value, text=message.text.strip())
    return slots.whole(value, _where_of(message.text.strip(), pieces))


def _where_of(said: str, places: list[str]) -> str:
    """ "Five of us, the room on the second floor, my legs too": of what pauses part, what names a place."""
    parts = [part for part in _PARTS.split(said) if any(one in part for one in places)]
    return " ".join(parts) or said


def _nowhere(understanding: Understanding) -> bool:
    """ "Three years old", "tomorrow morning", "don't say it was me": no answer to where."""
    alone = {entity.name for entity in understanding.entities}
    if "no_place" in understanding.extra or (alone == {"when"} and "mere" in understanding.extra):
        return True
    return understanding.extra.get("amid") == "tells" and not _WHERE & set(understanding.extra)


# The key for danger once more, and no place.
DANGER_KEYS = frozenset({"9"})
# Of what is told of a place, one in twenty seems so little like one.
LITTLE_OF_A_PLACE = 0.1
# So many words, or twice as many characters, name a place that no sign tells of.
A_NAME = 4
_PARTS = re.compile(r"\s*[,.;!?]\s+|[\u3002\uff0c\uff01\uff1f]|(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])")
_PAUSE = re.compile(r"[.,;!?\u3002\uff0c\uff01\uff1f]\s*\w")
# What tells of a place, whatever else a sentence says.
_WHERE = frozenset({"whereabouts", "scope", "at_theirs", "own_building", "outside", "at_home"})
