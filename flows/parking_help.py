"""Parking: free spaces, where the car stands, a monthly space, a car that blocks; owners are never named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from backend.services import cases, targets
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Place, Understanding, Value
from flows.questions import desk, garage, looked_up, place
from flows.questions.place import check_place, home_of

NAME = "parking_help"
MOVE = timedelta(minutes=15)
PERMIT = targets.DAY
UNKNOWN = "-"
# So much beside the name of a space tells nothing else.
BRIEF = 6
SOON = t("A blocked car: our target is 15 minutes. A monthly space: an answer within a day.")
_PLATE = re.compile(r"(?![BG]\d{1,2}[^A-Z]*$)(?=(?:.*\d){2})[\u4e00-\u9fff]?[A-Z0-9]{4,9}[\u4e00-\u9fff]?")
# A space of a garage: "B1-203".
_SPACE = re.compile(
    r"(?<![A-Z])[A-Z]\u533a\s?\d{1,4}\s?\u53f7?|\b[BG]\d(?:[\s,-]|\u8f66\u5e93|\u7684|\u5c42|\u533a|number|no\.?|space|spot|bay|parking|garage){0,4}\d{1,4}(?:\s?\u53f7|\b)",
    re.IGNORECASE,
)
MATTERS: dict[str, Text] = {
    "free": t("Free spaces", spoken="free spaces"),
    "find_car": t("Where is my car", spoken="finding your car"),
    "monthly": t("A monthly space", spoken="a monthly space"),
    "blocked": t("A car blocks me", spoken="a car in the way"),
}


def absorb(turn: Turn) -> Mapping[str, Value]:
    known, found = turn.values, dict[str, Value]()
    if "matter" not in known and "matter" not in turn.changed and "parking" in turn.understanding.extra:
        found["matter"] = turn.understanding.extra["parking"]
    if "details" not in known and turn.message.text and not turn.message.choice:
        found["details"] = turn.message.text.strip()
    top = turn.conversation.top
    asked = top is not None and top.awaiting == "plate" and "plate" in turn.changed
    if asked and "location" not in known and ("space" in turn.understanding.extra or _is_space(turn.message.text)):
        return {**found, "location": Place(turn.message.text.strip())}
    plain = asked and _PLATE.fullmatch(_bare(known["plate"])) and "beside" not in turn.understanding.extra
    if asked and known.get("matter") == "blocked" and not plain:
        found["_car"] = turn.message.text.strip()
    return found


def ask_matter(turn: Turn) -> Ask:
    return Ask(t("What is it about?"), tuple(Option(title, f"matter={name}") for name, title in MATTERS.items()))


def ask_plate(turn: Turn) -> Ask:
    own = tuple(Option(t("{plate}", plate=car.number), f"plate={car.number}") for car in garage.cars(turn))
    unknown = Option(t("I cannot read it"), "skip")
    if turn.values.get("matter") == "blocked":
        return Ask(t("Which number plate does the car have?"), (unknown,))
    return Ask(t("For which number plate?"), (*own, Option(t("Staff will ask me"), "skip")))


def _is_space(text: str) -> bool:
    """Nothing but the name of a space, or hardly more."""
    space = _SPACE.search(text)
    return space is not None and len(text.strip()) <= len(space[0]) + BRIEF


def _bare(plate: Value) -> str:
    return re.sub(r"[\s.·-]", "", str(plate)).upper()


def check_plate(turn: Turn, value: Value) -> Value:
    """What describes a car is for the guards to read and no number; "B2 118" is where it stands."""
    said = _bare(value)
    if ("space" in turn.understanding.extra or _is_space(turn.message.text)) and not turn.message.choice:
        raise Refused("a space", t("Noted, that is where it stands. Which number plate does the car have?"))
    if value == UNKNOWN or _PLATE.fullmatch(said):
        return said
    if turn.values.get("matter") == "blocked" and "question" not in turn.understanding.extra:
        return UNKNOWN
    raise Refused("no plate", t("Which number plate is it? You can also choose below."))


def _is_told(text: str, heard: Understanding) -> bool:
    return not {"question", "asks_back"} & set(heard.extra)


def plate_needed(turn: Turn) -> bool:
    return turn.values.get("matter") in ("blocked", "monthly") and "plate" not in turn.values


def ask_location(turn: Turn) -> Ask:
    home = home_of(turn)
    near = (Option(t("Near my home", spoken="near your home"), "location=near"),) if home else ()
    return Ask(t("Where does it stand? For example “garage B1, space 117”."), near, place.KEYED)


def check_where(turn: Turn, value: Value) -> Value:
    """What tells the car tells no place; "B2-117" is a space, whatever building it sounds like."""
    space = _SPACE.search(turn.message.text)
    if isinstance(value, Place) and space is not None and (_is_space(turn.message.text) or _of_a_garage(value)):
        return Place(space[0])
    if "plate" in turn.changed and turn.understanding.entity("location") is None and not turn.message.choice:
        raise Refused("a car", t("I have noted the car. And where does it stand, which space?"))
    return check_place(turn, value)


def _of_a_garage(found: Place) -> bool:
    """A floor of a garage that was taken for a building, or one alone, without the space on it."""
    return (found.building or "")[:1].isalpha() or (found.floor is not None and found.room is None)


def location_needed(turn: Turn) -> bool:
    return turn.values.get("matter") == "blocked" and "location" not in turn.values


def tell(turn: Turn) -> Outcome:
    """What is only asked is answered; what needs somebody goes on."""
    matter = turn.values.get("matter")
    if matter == "free":
        return Outcome(say=garage.free(turn), done=True, goto="end")
    heard = turn.understanding.extra
    if turn.values.get("_asked") == "no":
        return Outcome(done=True, goto="end")
    if (
        matter == "monthly"
        and heard.get("topic") == "price"
        and "requests" not in heard
        and "_asked" not in turn.values
    ):
        return _price(turn)
    if matter == "find_car":
        return Outcome(say=garage.where(turn), done=True, goto="end")
    return Outcome()


def _price(turn: Turn) -> Outcome:
    """What the answer base tells of it, and the offer to ask for one."""
    told = looked_up.likeliest(turn)
    if told is None:
        return Outcome()
    return Outcome(say=told, ask=ask_asked(turn), awaiting="_asked", goto="tell", answered=True, lingers=True)


def ask_asked(turn: Turn) -> Ask:
    yes, no = Option(t("Yes"), "_asked=yes"), Option(t("No"), "_asked=no")
    return Ask(t("Shall I ask the desk for a space for you?"), (yes, no))


def summary(turn: Turn) -> Summary:
    values = turn.values
    plate = values.get("plate", UNKNOWN)
    rows: list[tuple[Text, Param]] = [
        (t("What"), MATTERS[str(values["matter"])]),
        (t("Number plate"), t("unknown") if plate == UNKNOWN else plate),
    ]
    if "_car" in values:
        rows.append((t("Car"), values["_car"]))
    # Only what was said beyond the wish itself.
    if "; " in str(values.get("details", "")) and values["matter"] == "monthly":
        rows.append((t("Your words"), values["details"]))
    if "location" in values:
        rows.append((t("Place"), place.shown(values["location"])))
    return Summary(t("Parking"), tuple(rows))


def file(turn: Turn) -> Outcome:
    blocked = turn.values["matter"] == "blocked"
    permitted = targets.worked(turn.db, turn.conversation.community.id, turn.now, PERMIT)
    due = turn.now + MOVE if blocked else permitted
    where = turn.values.get("location")
    new = desk.case_of(
        turn,
        "request",
        "blocked_car" if blocked else "parking_permit",
        "; ".join(str(turn.values[name]) for name in ("details", "_car") if name in turn.values),
        location=where.text if isinstance(where, Place) else None,
        due=due,
        priority="urgent" if blocked else "normal",
    )
    filed = desk.file(turn, new)
    told = desk.number_told(filed.number)
    if blocked:
        say = t(
            "Passed to the guards, who reach the owner; our target is that it is moved by {by}. {told} "
            "Whose car it is, I may not tell.",
            by=Clock(due),
            told=told,
        )
    else:
        say = t(
            "Asked for. {told} The desk tells you by {by} whether a space is free and what it costs; nothing is "
            "charged before you agree.",
            by=Clock(due),
            told=told,
        )
    return Outcome(say=(say,), case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    number, where = turn.case_no or "", turn.values.get("location")
    details = f"{turn.values.get('plate', UNKNOWN)} {turn.values.get('details', '')}".strip()
    changes: dict[str, object] = {"details": details, "slots": desk.case_of(turn, "request", NAME, details).slots}
    if isinstance(where, Place):
        changes["location"] = where.text
    cases.amend(turn.db, turn.conversation.community.id, number, changes, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def withdraw(turn: Turn) -> Outcome:
    return Outcome(say=(desk.withdrawn(turn),))


def answer(turn: Turn) -> Text | None:
    topic = turn.understanding.extra.get("topic", "")
    if topic == "owner_number":
        return t("Whose car it is and their number I may not tell; the guards reach the owner.")
    if topic == "parking" and turn.values.get("matter") == "blocked":
        return garage.visitors(turn)
    if turn.understanding.extra.get("parking", turn.values.get("matter")) != turn.values.get("matter"):
        return None  # "what is a space by the month", asked while a car is in the way
    facts = {
        "price": t("The desk tells you the price with its answer; nothing is charged before you agree."),
        "papers": t("For a monthly space the desk asks for your ID card and the car's licence."),
        "duration": SOON,
        "arrival": SOON,
    }
    return facts.get(topic)


def in_the_way(looked: Mapping[str, Value], heard: Understanding) -> bool:
    """The free spaces were told, and it turns out that one's own is taken: which car it is, whose space."""
    tells = heard.entity("plate") is not None or heard.extra.get("parking") == "blocked" or "space" in heard.extra
    asks = {"question", "asks_back", "requests"} & set(heard.extra)
    mine = heard.intent in (NAME, "out_of_scope", "correct")
    return looked.get("matter") == "free" and tells and not asks and mine


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Parking", spoken="parking"),
    intents=(NAME,),
    slots=(
        Slot("matter", SlotKind.CHOICE, t("Kind"), ask_matter, private=True),
        Slot(
            "plate",
            SlotKind.TEXT,
            t("Number plate"),
            ask_plate,
            check_plate,
            required=False,
            needed=plate_needed,
            fits=_is_told,
        ),
        Slot("_asked", SlotKind.CHOICE, t("Wish"), ask_asked, required=False, private=True, yes="yes"),
        Slot("location", SlotKind.PLACE, t("Place"), ask_location, check_where, needed=location_needed),
        Slot("details", SlotKind.TEXT, t("What"), ask_matter, required=False, private=True, gist=True),
    ),
    steps=(
        Fill("what", ("matter",)),
        Do("tell", tell),
        Fill("which", ("plate", "location")),
        ReadBack("read_back", summary, t("Shall I send it?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    more=desk.more,
    takes_over={NAME: in_the_way},
    rank=10,
)
