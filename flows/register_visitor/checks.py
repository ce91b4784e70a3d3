"""What a visitor's name, plate, time and number may be; whoever is refused hears what was not understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta

from backend.services import pass_windows, pass_words, visitors
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import t
from bot.contract.understanding import Understanding, Value, When
from flows.register_visitor import staying
from flows.register_visitor.called import called, pattern

LONGEST_NAME = 40
# So many characters without a name or a trade among them are a sentence.
SENTENCE = 9
# What is much longer is cut where it is checked, and read back.
A_STORY = 120
LONGEST_REMARKS = 200
# What is typed for a plate: so long at most, with so many figures at least.
LONGEST_PLATE, FIGURES = 24, 2
_SPACES = re.compile(r"\s+")
_EDGES = " \t,.;:!?\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f\u201c\u201d\"'-()\uff08\uff09"
_PLATE_WORD = re.compile(r"\bplate\b|[\u724c]")
# What softens an answer and is no part of a name.
_TAIL = re.compile(r"(?<=[\u4e00-\u9fff]{2})[\u5427\u5457\u5566\u54e6\u5440\u554a]+$")
# Somebody comes besides those who were named.
_TOO = re.compile(
    r"\u4e5f(?:\u4f1a|\u8981|\u8ddf\u7740|\u4e00\u8d77|\u8fc7)*\u6765|\b(?:too|as well|along|also)\b", re.IGNORECASE
)
# What is said by somebody and names nobody.
_TALKS = re.compile(
    r"\b(?:i|i'm|think|guess|said|says|told|know|sure|maybe|probably|thanks?|please|just|don't|can't|won't|we'll|they'll"
    r"|it's|that's)\b|\u8c22\u8c22|\u8fd9\u6837|\u90a3\u6837|\u77e5\u9053|\u89c9\u5f97|\u8bb0\u5f97|\u9ebb\u70e6|\u6ca1\u95ee\u9898"
    r"|\u8fdb\u6765|\u51fa\u53bb|\u62c9\u8d70|\u5148\u529e|\u518d\u8bf4|\u4e0d\u6e05\u695a|\u53ef\u80fd\u662f|\u5e94\u8be5\u662f",
    re.IGNORECASE,
)
_SOMEBODY = pattern("somebody")
# Who wishes for somebody tells of nobody who comes.
_WISHES = pattern("wishes")
_OTHERS = frozenset({"when", "plate", "people", "phone", "location", "recurring", "case_no"})


def check_name(turn: Turn, value: Value) -> Value:
    """Names as people have them: up to 40 characters, `·`, Latin; several are kept together."""
    said = [str(e.value) for e in turn.understanding.entities if e.name == "visitor_name" and e.value is not None]
    if str(value) in said and _TOO.search(turn.message.text) and "visitor_name" in turn.values:
        # "Make it three, Sam is coming too": with those who were named before.
        said = [*str(turn.values["visitor_name"]).split(", "), *said]
        value = said[-1]
    text = ", ".join(dict.fromkeys(said)) if str(value) in said else called(_without_others(turn, str(value)))
    text = _SPACES.sub(" ", "".join(c for c in text if unicodedata.category(c)[0] != "C")).strip(_EDGES)
    if not any(char.isalpha() for char in text) or _no_answer(turn, text):
        raise Refused(
            "no name", t("I did not catch a name. Who is coming? A name, or for example “courier” or “movers”.")
        )
    return text[:LONGEST_NAME].rstrip(_EDGES)


def _no_answer(turn: Turn, text: str) -> bool:
    """ "Yes" to the question who comes names nobody."""
    whole = text == turn.message.text.strip().strip(_EDGES)
    return whole and not turn.message.choice and turn.understanding.intent in ("affirm", "deny")


def _without_others(turn: Turn, text: str) -> str:
    """ "Wang Qiang, tomorrow at three" as an answer is the name and the time, not all of it the name."""
    if text != turn.message.text.strip():
        return text
    others = (e for e in turn.understanding.entities if e.name in _OTHERS)
    # "Mum and dad" are counted, and are who comes.
    spans = sorted((e.start, e.end) for e in others if e.name != "people" or not _SOMEBODY.search(e.text))
    kept, at = "", _lead(turn)
    for start, end in spans:
        kept += turn.message.text[at:start] + " "
        at = max(at, end)
    return _TAIL.sub("", (kept + turn.message.text[at:]).strip(_EDGES)) or text


def _lead(turn: Turn) -> int:
    """ "\u884c\uff0c\u674e\u660e\u5427", "well, Tom": what people say before the name is none of it."""
    extra, said = turn.understanding.extra, turn.message.text
    lead = max(extra.get("assent", ""), extra.get("lead", ""), key=len)
    begins = said.casefold().lstrip().startswith(lead) and bool(lead)
    return len(said) - len(said.lstrip()) + len(lead) if begins and len(lead) < len(said.strip(_EDGES)) else 0


def like_a_name(text: str, heard: Understanding) -> bool:
    """No question, no word that it is not known, and no other day: "make it Sunday" names nobody."""
    if heard.entity("plate") is not None and heard.entity("visitor_name") is None and _PLATE_WORD.search(text):
        return False  # "his plate is ..."
    moved = "move" in heard.extra and heard.entity("when") is not None
    if "somebody" in heard.extra and not _WISHES.search(text) and "question" not in heard.extra and not moved:
        return True  # "the nurse for my mother", "the broadband man from telecom"
    unnamed = heard.entity("visitor_name") is None and "visitor" not in heard.extra
    if unnamed and (_TALKS.search(text) or (not text.isascii() and SENTENCE < len(text.strip()) < A_STORY)):
        return False  # "on Sunday, I think they said eleven", "that is all, thank you"
    goes_on = {"ahead", "go"} & set(heard.extra) and heard.entity("visitor_name") is None
    return not {"not_known", "question"} & set(heard.extra) and not moved and not goes_on


def fuller(known: Mapping[str, Value], value: Value) -> bool:
    """The name of whoever was told by a trade or a relation: "Mark Bauer", of a brother."""
    before = known.get("visitor_name")
    return before is not None and value != before and (before in pass_words.ROLES or before == known.get("_role"))


def like_a_plate(text: str, heard: Understanding) -> bool:
    """Short, with the figures of a plate in it, or a word or two: "his wife comes too" and "make it 8" are none."""
    said = text.strip()
    brief = len(said.split()) <= FIGURES if said.isascii() else len(said) <= FIGURES * 3
    return brief or (len(said) <= LONGEST_PLATE and sum(char.isdigit() for char in said) >= FIGURES)


def check_plate(turn: Turn, value: Value) -> Value:
    """All plates of the sentence, each of a shape that exists."""
    said = [str(e.value) for e in turn.understanding.entities if e.name == "plate" and e.value is not None]
    plates = said if str(value) in said else str(value).upper().replace(" ", "").replace("\u00b7", "").split(",")
    for plate in plates:
        if not visitors.PLATE.fullmatch(plate):
            raise Refused(
                f"no plate: {plate}",
                t(
                    "I could not read “{said}” as a number plate. For example “{example}”; say “skip” if you do not "
                    "know it yet.",
                    said=str(value)[:20],
                    example="\u6caaA12345",
                ),
            )
    plates = list(dict.fromkeys(plates[: visitors.MOST_CARS]))
    if _adds(turn, plates):
        plates = list(dict.fromkeys([*str(turn.values["plate"]).split(", "), *plates]))[: visitors.MOST_CARS]
    return ", ".join(_put_right(turn, plates) if len(plates) == 1 else plates)


def _adds(turn: Turn, plates: list[str]) -> bool:
    """ "The other plate is ...": one more than was told, as long as not all cars that were spoken of have theirs."""
    known = str(turn.values.get("plate", "")).split(", ")
    cars = turn.values.get("_cars", 0)
    full = 1 < len(known) >= (cars if isinstance(cars, int) else 0)
    return "plate" in turn.values and "other_plate" in turn.understanding.extra and not full


def _put_right(turn: Turn, plates: list[str]) -> list[str]:
    """ "The second one is wrong, it is ...": of several plates the one that is most like it makes way."""
    known = str(turn.values.get("plate", "")).split(", ")
    wrong = turn.understanding.intent == "correct" or "right" in turn.understanding.extra
    if len(known) < 2 or not wrong or plates[0] in known:
        return plates
    alike = [sum(a == b for a, b in zip(plate, plates[0], strict=False)) for plate in known]
    at = alike.index(max(alike))
    return [*known[:at], *plates, *known[at + 1 :]]


def check_when(turn: Turn, value: Value) -> Value:
    days = {"today": 0, "tomorrow": 1}
    if isinstance(value, str) and value in days:
        value = When((turn.now + timedelta(days=days[value])).date())
    value = staying.arrival(turn, value)
    if isinstance(value, When) and "recurring" not in turn.values and turn.values.get("_act") != "extend":
        pass_windows.once(value, turn.now)
    return value


def check_people(turn: Turn, value: Value) -> Value:
    count = int(str(value)) if str(value).isdigit() else 0
    if not 1 <= count <= visitors.MOST_PEOPLE:
        raise Refused(
            f"{value} people",
            t("How many people come? I can take 1 to {most}.", most=visitors.MOST_PEOPLE),
        )
    return count


def check_recurring(turn: Turn, value: Value) -> Value:
    rule = pass_windows.rule_of(str(value))
    pass_windows.recurring(rule, turn.now.date(), turn.now)
    return value


def check_remarks(turn: Turn, value: Value) -> Value:
    return _SPACES.sub(" ", str(value)).strip()[:LONGEST_REMARKS]
