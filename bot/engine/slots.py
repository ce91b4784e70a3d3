"""How an answer in words fills the slot that was asked for: one way for each kind, and `keyed` for what is pressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.contract.conversation import Frame
from bot.contract.flow import Flow, Slot, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Entity, Place, Understanding, Value, When
from bot.engine.answers.a_yes import agrees, wants_more
from bot.engine.answers.joined import better
from bot.engine.answers.keyed import is_keyed, pressed
from bot.engine.decision import SURE
from bot.engine.measure import is_brief, without

_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
FREE_PLACE_LIMIT = 80
_BARE = re.compile(r"\d{1,4}")
# Buildings are counted with so many digits, rooms with more.
BUILDINGS = 2
FREE_TEXT_LIMIT = 2000
_MONEY = re.compile(r"\s*[¥￥]?\s*([-−]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|[-−]?\d{1,15}(?:\.\d+)?)\s*\D{0,4}")
# A number between commas, with nothing but what it counts.
_PART = re.compile(
    r"(?:^|(?<=[,，、;；]))\s*(\d{1,2})\s*(?:[\u4e2a\u4efd\u4f4d\u4eba\u5957\u4ef6\u53f0]|portions?|servings?|people|hours?)?\s*(?=$|[,，、;；])"
)
# "One court", "two tables", where people or portions are counted.
_PLACES = re.compile(
    r"\W*(?:\d{1,2}|[\u4e00\u4e8c\u4e24\u4e09\u56db]|one|two|three|a)\s*(?:[\u7247\u5757\u5f20\u95f4\u573a]|\u4e2a\u573a|courts?|tables?|rooms?|fields?)\D{0,12}",
    re.IGNORECASE,
)
# "4", "for 4", "about 3 h".
_COUNTED = re.compile(
    r"\s*(?:(?:for|about|around|just|only|maybe|say|with|of) |\u5c31|\u5927\u6982|\u5927\u7ea6|\u4e00\u5171)*"
    r"(\d{1,6})\s*\D{0,3}",
    re.IGNORECASE,
)
_TENS = {
    "\u5341": 10,
    "\u4e8c\u5341": 20,
    "\u4e09\u5341": 30,
    "\u56db\u5341": 40,
    "\u4e94\u5341": 50,
}
_ABOUT = re.compile(r"(\d{1,3}|[\u4e8c\u4e09\u56db\u4e94]?\u5341)[\u6765\u591a](?:\u4e2a|\u4f4d|\u4eba|\u4efd)")
DESCRIBED = 6
# A thing and which one of it.
DOUBLE = 2
# As long as a place with its number may be, and nothing besides.
NUMBERED = 24
# So surely said in passing, or of what was told before, it says no place.
TALKED, _TALKS = 0.6, ("manners", "corrects", "asks", "wants", "off")
# "yes", "I do not know", "who are you" are no places.
NO_PLACE = frozenset({"affirm", "deny", "skip", "greet", "thank", "goodbye", "help", "repeat", "ask_human", "slower"})
# What is told has a verb or a no; what only says where has neither.
_TELLS = re.compile(
    r"\b(is|it.?s|its|was|were|are|isn.?t|not|no|does|doesn.?t|did|has|have|had|can|can.?t|will|won.?t|sorry|please"
    r"|because|with an?|he|she|they|we|there.?s|keeps?|just|still)\b"
    "|\u6709[\u4e2a\u4e00\u53ea\u6761]|\u7684(?:$|\\s)|[\u6ca1\u4e0d\u4e86]|\u5c31\u662f|\u53ea\u662f|\u662f\u4e2a|\u8001\u662f|\u5df2\u7ecf|\u4e00\u76f4|\u9ebb\u70e6|\u8bf7"
)
_CODE = re.compile(r"(?=\D*\d)[A-Za-z]{0,2}[-\s]?\d[\d\s-]{1,20}")


def added(frame: Frame, gist: str, message: InboundMessage, understanding: Understanding) -> str:
    """What was known of the matter and what is said now, without the word that announced it ("Note: …")."""
    mark = understanding.extra.get("note", "")
    said = message.text.strip()
    said = said[len(mark) :].lstrip(" :,\uff1a\uff0c") or said if mark else said
    before = frame.slots.get(gist)
    if before is None:
        return said
    return put_right(str(before), message, understanding) or f"{before}; {said}"


def put_right(before: str, message: InboundMessage, understanding: Understanding) -> str | None:
    """ "Not the tap, the shower": the wrong word in what was told makes way; None where no such word stands in it."""
    extra = understanding.extra
    wrong, right = extra.get("instead_of"), extra.get("instead")
    if not wrong and extra.get("rather_beside", "") in before.casefold():
        wrong, right = extra.get("rather_than_one"), extra.get("rather_one")
    if not wrong and "right" in extra:
        return _renamed(before, extra["right"])
    if not wrong or not right:
        return None
    at = message.text.casefold().find(right)
    right = message.text[at : at + len(right)] if at >= 0 else right
    edge = r"\b" if wrong.isascii() else ""
    # What may be the wrong word stands one a line.
    may = "|".join(re.escape(word) for word in wrong.split("\n"))
    found = re.search(f"{edge}(?:{may}){edge}", before, re.IGNORECASE) or _in_part(wrong, before)
    if found is None:
        # "Bedroom", of a socket in the bedroom: it stands there.
        return before if right.casefold() in before.casefold() else None
    return before[: found.start()] + _said_once(right, before[found.end() :])


_ARTICLE = re.compile(r"^(?:the|my|our|an?|it is|it.?s) ", re.IGNORECASE)


def _renamed(before: str, right: str) -> str | None:
    """ "Make it the bathroom tap", of a kitchen tap: the same thing elsewhere; None where no such thing was told."""
    words = _ARTICLE.sub("", right.strip()).split()
    if len(words) < DOUBLE or not right.isascii():
        return None
    found = re.search(rf"\b(?!(?:the|my|our|an?|this|that)\b)[A-Za-z]+ {re.escape(words[-1])}\b", before, re.IGNORECASE)
    return None if found is None else before[: found.start()] + " ".join(words) + before[found.end() :]


def _said_once(right: str, rest: str) -> str:
    """ "The bedroom ceiling", before "ceiling is leaking": what ends the one and begins the other stands once."""
    after = rest.lstrip()
    for size in range(len(right), 1, -1):
        cut, shared = len(right) - size, after[:size].casefold() == right[-size:].casefold()
        whole = not right.isascii() or not (right[:cut][-1:].isalnum() or after[size : size + 1].isalnum())
        if shared and whole:
            return right + after[size:]
    return right + rest


def _in_part(wrong: str, before: str) -> re.Match[str] | None:
    """ "Not the bathroom ceiling", of a leaking bathroom: the longest of its words that was told."""
    words = sorted(_LONG_WORD.findall(wrong) if "\n" not in wrong else (), key=len, reverse=True)
    tried = (re.search(rf"\b{word}\b", before, re.IGNORECASE) for word in words)
    return next((match for match in tried if match is not None), None)


def named(flow: Flow, understanding: Understanding) -> dict[str, Value]:
    """The flow's slots that the utterance names by itself; later words correct earlier ones."""
    found: dict[str, Value] = {}
    for entity in understanding.entities:
        if entity.name in flow.wanted and entity.value is not None:
            name = flow.wanted[entity.name]
            found[name] = better(found.get(name), entity.value)
    extra = understanding.extra
    if "but_days" in extra:
        # "Not Tuesday, two of us are away": who cannot come is no number of those who do.
        return {name: value for name, value in found.items() if flow.slot(name).kind is not SlotKind.NUMBER}
    if "since" in extra and not flow.story and not _WISHES & set(extra):
        # "Since Tuesday, maybe Monday": how long it has been so, and no wish for a time.
        found = {name: value for name, value in found.items() if not isinstance(value, When)}
    return found | {name: _cued(cue, extra[cue]) for cue, name in flow.cued.items() if cue in extra}


_WISHES = frozenset({"requests", "wants_it", "could_come", "comes", "asks_back"})


def _cued(cue: str, said: str) -> Value:
    """People who are counted with whoever speaks are a number, as those who are named are."""
    return int(said) if cue == "heads" else said


def impossible(flow: Flow, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """What was said for one of the flow's slots and cannot be: 31 February."""
    return tuple(e for e in entities if e.problem and e.name in flow.wanted)


def match(slot: Slot, message: InboundMessage, understanding: Understanding) -> Value | None:
    """The value that this answer gives to the awaited slot, None when it gives none."""
    if is_keyed(message):
        return pressed(slot.kind, message)
    entity = understanding.entity(slot.entity or slot.name)
    if entity is not None and entity.value is not None:
        return whole(entity.value, message.text) if slot.kind is SlotKind.PLACE else entity.value
    if slot.yes is not None and agrees(understanding):
        return None if wants_more(message.text, understanding) else slot.yes
    brief = is_brief(message.text, DOUBLE, 2 * DOUBLE)  # "wedding cars" names who comes
    talks = understanding.share(*_TALKS) >= SURE and "somebody" not in understanding.extra and not brief
    if slot.fits is not None and (talks or not slot.fits(message.text, understanding)):
        return None
    said = _SAID.get(slot.kind)
    return said(message, understanding) if said else None


def whole(value: Value, said: str) -> Value:
    """Asked where it is, people describe: without a full address the whole sentence is the place."""
    text = said.strip()
    described = isinstance(value, Place) and value.room is None and len(text) > len(value.text) + DESCRIBED
    if isinstance(value, Place) and described and len(text) <= FREE_PLACE_LIMIT:
        return replace(value, text=text)
    return value


def with_number(value: Value, said: str, understanding: Understanding) -> Value:
    """ "Garage B12": a number that stands beside the place, in as few words, belongs to it."""
    text = said.strip()
    beside = any(map(str.isdigit, without(text, understanding.entities)))
    if isinstance(value, Place) and value.room is None and beside and len(text) <= NUMBERED:
        return replace(value, text=text, floor=None, spot=None)
    return value


def _said_text(message: InboundMessage, understanding: Understanding) -> Value | None:
    text = message.text.strip()
    return text[:FREE_TEXT_LIMIT] if any(char.isalnum() for char in text) else None


def places_something(text: str, understanding: Understanding) -> bool:
    """Whether free words may say where: a place needs no verb, and "not lost, it just does not react" is none."""
    told = {"whereabouts", "own_building", "own_floor", "scope", "mere", "lost_where"} & set(understanding.extra)
    return bool(told) or understanding.entity("location") is not None or _TELLS.search(text.casefold()) is None


def _said_place(message: InboundMessage, understanding: Understanding) -> Value | None:
    placed = {"whereabouts", "lost_where"} & set(understanding.extra)  # "I think in the lift": no yes
    if understanding.intent in NO_PLACE and understanding.confidence >= 0.5 and not placed:
        return None
    if message.place is not None:
        label = message.place.label or f"{message.place.latitude:.5f},{message.place.longitude:.5f}"
        return Place(label)
    text = message.text.strip()
    if not any(char.isalnum() for char in text) or len(text) > FREE_PLACE_LIMIT or "question" in understanding.extra:
        return None
    if understanding.share("manners", "corrects") >= TALKED:
        return None  # "wait, let me look out of the window", "not a lamp really, one of those little ones"
    if not places_something(text, understanding):
        return None
    return numbered(text) or Place(
        text, scope="inside" if text.casefold() == "home" else understanding.extra.get("scope")
    )


def numbered(text: str) -> Place | None:
    """ "12" is a building and "1203" a room, where a place was asked for."""
    if not _BARE.fullmatch(text):
        return None
    return Place(text, text) if len(text) <= BUILDINGS else Place(text, room=text, scope="inside")


def _said_when(message: InboundMessage, understanding: Understanding) -> Value | None:
    """ "Now", where a time was asked for."""
    if not {"now", "at_gate"} & set(understanding.extra):
        return None
    return When(message.received_at.replace(second=0, microsecond=0) + timedelta(minutes=1))


def counts_places(text: str) -> bool:
    return _PLACES.fullmatch(text) is not None


def _said_number(message: InboundMessage, understanding: Understanding) -> Value | None:
    if counts_places(message.text):
        return None  # "one court will do" counts no people
    timed = {"when", "hours"} & {entity.name for entity in understanding.entities}
    if timed and "quantity" not in understanding.extra:
        # "2pm" is no number of hours, and "1 hour" none of people; what else is counted beside it is.
        beside = understanding.extra.get("numeral", "")
        return int(beside) if beside else None
    about = _ABOUT.search(message.text)
    if about is not None:
        return _TENS.get(about[1]) or int(about[1])  # "some ten": ten is planned for
    found = _COUNTED.fullmatch(message.text) or _alone_in(message.text)
    extra = understanding.extra
    said = found.group(1) if found else extra.get("count") or extra.get("quantity") or extra.get("numeral", "")
    return int(said) if said.isdigit() else None


def _alone_in(text: str) -> re.Match[str] | None:
    """ "2, to my door": a number that is a part by itself, and the only one."""
    found = list(_PART.finditer(text))
    return found[0] if len(found) == 1 else None


def _said_money(message: InboundMessage, understanding: Understanding) -> Value | None:
    """A bare figure; below zero too, so that the flow can say why that cannot be."""
    said = understanding.extra.get("rather", "")
    found = _MONEY.fullmatch(said) or _MONEY.fullmatch(message.text)
    return Decimal(found[1].replace(",", "").replace("，", "").replace("−", "-")) if found else None


def _said_code(message: InboundMessage, understanding: Understanding) -> Value | None:
    found = _CODE.fullmatch(message.text.strip())
    return found.group(0).replace(" ", "").upper() if found else None


def _said_photo(message: InboundMessage, understanding: Understanding) -> Value | None:
    return picture(message)


def picture(message: InboundMessage) -> str | None:
    """The key of the first picture that came along; a voice note is none."""
    return next((one.key for one in message.attachments if one.kind == "image"), None)


_SAID: Mapping[SlotKind, Callable[[InboundMessage, Understanding], Value | None]] = {
    SlotKind.TEXT: _said_text,
    SlotKind.PLACE: _said_place,
    SlotKind.NUMBER: _said_number,
    SlotKind.WHEN: _said_when,
    SlotKind.MONEY: _said_money,
    SlotKind.PHOTO: _said_photo,
    SlotKind.CODE: _said_code,
}
