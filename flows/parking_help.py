"""Parking: free spaces, where the car stands, a monthly space, a car that blocks; owners are never named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from backend.services import cases, targets
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Place, Understanding, Value
from flows.questions import cars, desk, garage, looked_up, place
from flows.questions.place import check_place, home_of

NAME = "parking_help"
MOVE = timedelta(minutes=15)
PERMIT = targets.DAY
UNKNOWN = "-"
SOON = t("A blocked car: our target is 15 minutes. A monthly space: an answer within a day.")
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
    said = turn.understanding.entity("when")
    if "monthly" in (known.get("matter"), found.get("matter")) and said is not None and said.value is not None:
        found["_from"] = said.value
    top = turn.conversation.top
    asked = top is not None and top.awaiting == "plate" and "plate" in turn.changed
    space = cars.SPACE.search(turn.message.text)
    if space is not None and "location" not in known and not turn.message.choice:
        # The space is told with the car, or with the first words.
        found["location"] = Place(space[0])
    if own := cars.own_plates(turn):
        found["_own"] = ", ".join(own)
    if asked and "location" not in known and ("space" in turn.understanding.extra or cars.is_space(turn.message.text)):
        return {**found, "location": Place(turn.message.text.strip())}
    plain = asked and cars.PLATE.fullmatch(cars.bare(known["plate"])) and "beside" not in turn.understanding.extra
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


def check_plate(turn: Turn, value: Value) -> Value:
    """What describes a car is for the guards to read and no number; "B2 118" is where it stands."""
    said = cars.bare(value)
    if ("space" in turn.understanding.extra or cars.is_space(turn.message.text)) and not turn.message.choice:
        raise Refused("a space", t("Noted, that is where it stands. Which number plate does the car have?"))
    if own := cars.own_plates(turn):
        others = [plate for plate in cars.plates(turn) if plate not in own]
        if others or "plate" in turn.values:
            return others[-1] if others else turn.values["plate"]
        raise Refused("their own", t("I have noted your own car. Which number plate has the car in the way?"))
    several = list(dict.fromkeys(cars.plates(turn)))
    if turn.values.get("matter") == "monthly" and len(several) > 1 and not turn.message.choice:
        return ", ".join(several)  # "two cars, …": both, for those who assign the space
    if value == UNKNOWN or cars.PLATE.fullmatch(said):
        return said
    if turn.values.get("matter") == "blocked" and "question" not in turn.understanding.extra:
        return UNKNOWN
    raise Refused("no plate", t("Which number plate is it? You can also choose below."))


def _is_told(text: str, heard: Understanding) -> bool:
    return not {"question", "asks_back"} & set(heard.extra)


def ask_months(turn: Turn) -> Ask:
    return Ask(t("For how many months?"))


def plate_needed(turn: Turn) -> bool:
    return turn.values.get("matter") in ("blocked", "monthly") and "plate" not in turn.values


def ask_location(turn: Turn) -> Ask:
    home = home_of(turn)
    near = (Option(t("Near my home", spoken="near your home"), "location=near"),) if home else ()
    return Ask(t("Where does it stand? For example “garage B1, space 117”."), near, place.KEYED)


def check_where(turn: Turn, value: Value) -> Value:
    """What tells the car tells no place; "B2-117" is a space, whatever building it sounds like."""
    space, stands = cars.SPACE.search(turn.message.text), turn.values.get("location")
    loose = isinstance(value, Place) and value.building is None and value.floor is None and space is None
    if loose and isinstance(stands, Place) and cars.SPACE.search(stands.text) and not turn.message.choice:
        return stands  # "it stands in the lane now", of a space that is known by its number
    named = isinstance(value, Place) and (value.building is None or cars.of_a_garage(value))
    if isinstance(value, Place) and space is not None and (cars.is_space(turn.message.text) or named):
        return Place(value.text if space[0] in value.text and not cars.is_space(turn.message.text) else space[0])
    if "plate" in turn.changed and turn.understanding.entity("location") is None and not turn.message.choice:
        raise Refused("a car", t("I have noted the car. And where does it stand, which space?"))
    return check_place(turn, value)


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
    until = garage.permits(turn) if matter == "monthly" and garage.asks_until(turn) else None
    if until is not None:
        return Outcome(say=(until,), done=True, goto="end")
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
    if "_own" in values:
        rows.append((t("Your own car"), values["_own"]))
    if values["matter"] == "monthly":
        rows.extend([(t("From"), values["_from"])] if "_from" in values else [])
        rows.extend([(t("Months"), values["months"])] if "months" in values else [])
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
        "; ".join(str(turn.values[name]) for name in ("details", "_car", "_own") if name in turn.values),
        location=where.text if isinstance(where, Place) else None,
        due=due,
        priority="urgent" if blocked else "normal",
        wish=str(turn.values["_from"]) if "_from" in turn.values else None,
        **({"own_plate": str(turn.values["_own"])} if "_own" in turn.values else {}),
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


def answer(turn: Turn) -> Text | None:
    topic = turn.understanding.extra.get("topic", "")
    if topic == "permit":
        return garage.permits(turn)
    if topic == "spaces":
        return garage.rentable(turn)
    if turn.understanding.extra.get("parking") == "free" and turn.values.get("matter") == "monthly":
        return garage.rentable(turn)
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
        Slot("months", SlotKind.TEXT, t("Months"), ask_months, required=False, cue="term"),
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
    withdraw=desk.withdraw,
    more=desk.more,
    takes_over={NAME: in_the_way},
    rank=10,
)
