"""A court, a room, a seat in a course: free times from the house's own book, never one place twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from backend.services import cases, holds
from backend.services.board import Item
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.stored import dump_all
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Value, When
from flows.questions import desk, lasting, openings, rooms, vacant
from flows.questions.when import check_limit

NAME = "book_venue"
MINUTES = 60


def _item(turn: Turn) -> Item | None:
    return next((item for item in rooms.bookable(turn) if item.key == turn.values.get("venue")), None)


def _is_activity(item: Item) -> bool:
    return "at" in item.data


def _seats(turn: Turn, item: Item) -> tuple[int, int]:
    """Seats wanted and seats there are: a room is one seat, a course has many."""
    people = turn.values.get("people")
    return (people if isinstance(people, int) else 1, item.data["people"]) if _is_activity(item) else (1, 1)


def _times(turn: Turn, item: Item) -> list[datetime]:
    """Times from which the place is free for as long as it is wanted."""
    seats, capacity = _seats(turn, item)
    free = openings.free(turn, f"venue:{item.key}", item, minutes=MINUTES, capacity=capacity, seats=seats)
    every = set(free)
    return [at for at in free if all(one in every for one in _stretch(turn, at))]


def _stretch(turn: Turn, at: datetime) -> list[datetime]:
    """Every hour that is taken: a court is booked by the hour, for one or several."""
    return [at + timedelta(minutes=MINUTES * n) for n in range(lasting.hours(turn))]


def _take(turn: Turn, item: Item, at: datetime, case_id: str) -> bool:
    seats, capacity = _seats(turn, item)
    community, resource = turn.conversation.community.id, f"venue:{item.key}"
    return all(holds.take(turn.db, community, resource, one, seats, capacity, case_id) for one in _stretch(turn, at))


def absorb(turn: Turn) -> Mapping[str, Value]:
    venue = _venue(turn)
    told = {"_courses": "yes"} if "courses" in turn.understanding.extra else {}
    known = replace(turn, values={**turn.values, **venue})
    return {**told, **venue, **lasting.length(known), **_many(known)}


def _many(turn: Turn) -> Mapping[str, Value]:
    """More than a place takes: kept for the larger one that may be taken instead."""
    if "people" in turn.changed:
        return {"_many": turn.values["people"]}
    many, item = turn.values.get("_many"), _item(turn)
    fits = isinstance(many, int) and item is not None and many <= int(item.data["people"])
    return {"people": many} if many is not None and fits and "people" not in turn.values else {}


def _venue(turn: Turn) -> Mapping[str, Value]:
    told = {"when", "people", "hours"} & turn.changed
    if "venue" in turn.values and told and not {"question", "asks_back"} & set(turn.understanding.extra):
        other = rooms.titled(turn)  # "the hall rather, from two to five"
        return {"venue": other.key} if other is not None and other.key != turn.values["venue"] else {}
    if "venue" in turn.values or "venue" in turn.changed or turn.message.choice:
        return {}
    named = rooms.named(turn)
    return {"venue": named} if named is not None else {}


def ask_venue(turn: Turn) -> Ask:
    if turn.values.get("_courses") == "yes" or "courses" in turn.understanding.extra:
        return Ask(t("These are the classes. Which one shall it be?"), rooms.classes(turn))
    options = tuple(Option(desk.named(turn, item), f"venue={item.key}") for item in rooms.bookable(turn))
    return Ask(t("What would you like to book or join?", spoken="What would you like to book?"), options)


def ask_people(turn: Turn) -> Ask:
    item, many, larger = _item(turn), turn.values.get("_many"), rooms.larger(turn, _item(turn))
    over = isinstance(many, int) and item is not None and many > int(item.data["people"])
    hall = next((one for one in desk.items(turn, "venue") if one.key == larger), None) if over else None
    options = (Option(desk.named(turn, hall), f"venue={hall.key}"),) if hall is not None else ()
    return Ask(t("For how many people?"), options, t("Key the number, then the hash key."))


def _counted(turn: Turn) -> bool:
    item = _item(turn)
    return item is not None and not _is_activity(item)


def check_people(turn: Turn, value: Value) -> Value:
    item = _item(turn)
    most = int(item.data["people"]) if item else 60
    if not isinstance(value, int) or not 1 <= value <= most:
        raise Refused("too many people", lasting.room_for(most))
    return value


def ask_who(turn: Turn) -> Ask:
    return Ask(t("Who is it for?"))


def ask_notes(turn: Turn) -> Ask:
    return Ask(t("Anything the desk should know?"))


def ask_hours(turn: Turn) -> Ask:
    return Ask(t("For how many hours?"))


def check_hours(turn: Turn, value: Value) -> Value:
    value = lasting.heard(turn, value)
    if not isinstance(value, int) or not 1 <= value <= lasting.MOST:
        raise Refused("too long", t("I can book 1 to {most} hours at a time. How many?", most=lasting.MOST))
    item = _item(turn)
    longer = replace(turn, values={**turn.values, "hours": value})
    if turn.case_no is not None and item and openings.exact(turn.values.get("when"), _times(longer, item)) is None:
        raise Refused("not free for so long", t("It is not free for that long. How many hours shall it be?"))
    return value


def ask_when(turn: Turn) -> Ask:
    item = _item(turn)
    times = _times(turn, item) if item else []
    wish = openings.wished(turn)
    why = lasting.too_late(turn, wish, item) or openings.why_not(wish, times, item)
    free = _times(replace(turn, values={**turn.values, "hours": 1}), item) if item else []
    short = lasting.shorter(turn, wish, item, free)
    offer = Ask(why, (*short, *openings.options(openings.near(wish, times))))
    return openings.another_day(turn, times) or offer


def check_when(turn: Turn, value: Value) -> Value:
    item = _item(turn)
    checked = check_limit(turn, openings.read(value))
    late = lasting.too_late(turn, checked, item) if turn.case_no is not None else None
    if late is not None:
        raise Refused("closes", late)
    return openings.must_be_free(turn, checked, _times(turn, item) if item else [], item)


def find(turn: Turn) -> Outcome:
    """A wish that is free is taken as it is; any other gets real free times around it."""
    item = _item(turn)
    if item is None:
        return Outcome(set={"venue": ""}, goto="what")
    people, most = turn.values.get("people"), int(item.data["people"])
    if isinstance(people, int) and people > most:
        # Another room was chosen after the number was told.
        return Outcome(ask=Ask(lasting.room_for(most)), awaiting="people")
    times = _times(turn, item)
    at = openings.exact(turn.values.get("when"), times)
    if at is not None:
        closes = lasting.closes(turn, item)
        shut = {"_closes": "told"} if closes is not None else {}
        return Outcome(say=(closes,) if closes is not None else (), set={"when": When(at), **shut})
    if not times:
        return Outcome(say=(openings.why_not(None, times),), done=True, goto="end")
    return Outcome(ask=ask_when(turn), awaiting="when")


def summary(turn: Turn) -> Summary:
    item = _item(turn)
    rows: list[tuple[Text, Param]] = [(t("When"), turn.values["when"])]
    if item is not None:
        rows.insert(0, (t("What"), desk.said(turn, item)))
        rows.extend(lasting.row(turn))
        rows.append((t("Price"), desk.said(turn, item, "price")))
    counted = "people" in turn.values or (item is not None and _is_activity(item))
    rows.extend([(t("People"), turn.values.get("people", 1))] if counted else [])
    rows.extend([(t("For", context="who comes"), turn.values["who"])] if "who" in turn.values else [])
    rows.extend([(t("Notes"), turn.values["notes"])] if "notes" in turn.values else [])
    return Summary(t("Booking"), tuple(rows))


def file(turn: Turn) -> Outcome:
    item, when = _item(turn), turn.values["when"]
    if item is None or not isinstance(when, When) or not isinstance(when.start, datetime):
        return Outcome(goto="find")
    what, at = desk.said(turn, item), when.start
    what = f"{what} ({turn.values['who']})" if "who" in turn.values else what
    what = f"{what}; {turn.values['notes']}" if "notes" in turn.values else what
    new = desk.case_of(turn, "booking", "venue", what, location="", due=at, state="booked", wish=when.iso)
    filed = desk.file(turn, new)
    if not _take(turn, item, when.start, filed.id):
        raise Refused("taken meanwhile", t("That time has just been taken. Please tell me another one."))
    say = (
        t("Booked. {told}", told=desk.number_told(filed.number)),
        t(
            "{what}, {when}. If you cannot come, say “cancel it” in time.",
            what=desk.said(turn, item),
            when=when,
        ),
    )
    return Outcome(say=say, case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    """Another time or more people: where the new place is refused, the old one is kept."""
    item, number = _item(turn), turn.case_no or ""
    community = turn.conversation.community.id
    found = cases.by_number(turn.db, community, number)
    if item is None or found is None:
        raise Refused("no such booking", t("That booking cannot be changed."))
    holds.release(turn.db, found.id)
    times = _times(turn, item)
    at = openings.exact(turn.values.get("when"), times)
    if at is None or not _take(turn, item, at, found.id):
        raise openings.not_free(turn.values.get("when"), times)
    kept = {**desk.kept(turn), **dump_all({"when": When(at)})}
    changes = {"details": desk.said(turn, item), "due_at": at, "wish": at.isoformat(), "slots": kept}
    cases.amend(turn.db, community, number, changes, turn.now)
    return Outcome(say=(t("Changed: {what}, {when}.", what=desk.said(turn, item), when=Clock(at)),))


def withdraw(turn: Turn) -> Outcome:
    return Outcome(say=(t("{done} The place is free for others again.", done=desk.withdrawn(turn)),))


def _vacant(turn: Turn) -> Text | None:
    """What is free there; of the place that is named in the question, where none is chosen yet."""
    key = turn.values.get("venue") or rooms.named(turn)
    item = next((one for one in rooms.bookable(turn) if one.key == key), None)
    if item is None:
        return None
    times = _times(turn, item)
    return vacant.told(turn, lambda day: [at for at in times if at.date() == day], openings.AHEAD)


def answer(turn: Turn) -> Text | None:
    if vacant.is_asked(turn):
        return _vacant(turn)
    chosen = _item(turn)
    if turn.understanding.extra.get("topic") == "earliest" and chosen is not None:
        return openings.earliest(turn.values.get("when"), _times(turn, chosen))
    topic, item = turn.understanding.extra.get("topic", ""), rooms.titled(turn) or _item(turn)
    if topic == "price" and item is not None:
        return t("{what}: {price}.", what=desk.said(turn, item), price=desk.said(turn, item, "price"))
    if topic == "hours" and item is not None and _is_activity(item):
        return t("{held}, {price}.", held=rooms.when_held(turn, item), price=desk.said(turn, item, "price"))
    if topic == "hours" and item is not None:
        hours = (item.data["open"], item.data["close"])
        return t("{what} is open from {open} to {close} h.", what=desk.said(turn, item), open=hours[0], close=hours[1])
    if topic == "capacity" and item is not None:
        return t("{what} takes up to {most} people.", what=desk.said(turn, item), most=int(item.data["people"]))
    if topic == "bargain":
        return desk.FIXED
    if topic == "cancel":
        return t("You can cancel free of charge up to the start.")
    return t("Bring nothing but yourself; give your number at the door.") if topic == "papers" else None


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Venues and activities", spoken="rooms, courts and classes"),
    intents=(NAME,),
    slots=(
        Slot("venue", SlotKind.CHOICE, t("What"), ask_venue),
        Slot("people", SlotKind.NUMBER, t("People"), ask_people, check_people, False, needed=_counted, cue="heads"),
        Slot("when", SlotKind.WHEN, t("When"), ask_when, check_when),
        Slot("hours", SlotKind.NUMBER, t("Hours"), ask_hours, check_hours, required=False),
        Slot(
            "who",
            SlotKind.TEXT,
            t("For", context="who comes"),
            ask_who,
            required=False,
            cue="patient",
        ),
        Slot("notes", SlotKind.TEXT, t("Notes"), ask_notes, required=False, gist=True),
    ),
    steps=(
        Fill("what", ("venue", "people", "when")),
        Do("find", find),
        ReadBack("read_back", summary, t("Shall I book it?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    renamed=lambda turn: rooms.renamed(turn, _item(turn)),
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    cues=("courses",),
    heeds=("longer",),
    rank=11,
)
