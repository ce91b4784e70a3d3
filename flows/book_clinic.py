"""An appointment at the health station: words lead to a room, never to a diagnosis; danger went first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from backend.services import cases, holds
from backend.services.board import Item
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Understanding, Value, When
from flows.questions import departments, desk, openings, vacant
from flows.questions.when import check_limit

NAME = "book_clinic"
MINUTES = 30
LONGEST_NAME = 40


def _item(turn: Turn) -> Item | None:
    return next((item for item in desk.items(turn, "clinic") if item.key == turn.values.get("department")), None)


def _times(turn: Turn, item: Item) -> list[datetime]:
    return openings.free(turn, f"clinic:{item.key}", item, minutes=MINUTES, capacity=1)


def _names_something(text: str, heard: Understanding) -> bool:
    """A mere yes or no names neither a room nor a trouble."""
    return heard.intent not in ("affirm", "deny") or "beside" in heard.extra


def absorb(turn: Turn) -> Mapping[str, Value]:
    """The room that the words name; a complaint that names none goes to general practice."""
    heard = turn.understanding.extra
    found: dict[str, Value] = {"_another": "yes"} if "another" in heard else {}
    if "for_self" in heard:
        found["_self"] = "yes"
    wanted = _wanted(turn)
    return {**found, **wanted, **departments.of_a_child(replace(turn, values={**turn.values, **wanted}))}


def _wanted(turn: Turn) -> Mapping[str, Value]:
    if "department" in turn.changed and not turn.message.choice and "complaint" not in turn.values:
        return _troubles(turn)
    if "department" in turn.values or "department" in turn.changed or turn.message.choice:
        return {}
    if turn.understanding.intent != NAME and turn.conversation.top and turn.conversation.top.awaiting != "department":
        return {}
    if "mere" in turn.understanding.extra:
        return {}  # "it is for my wife": told for whom, and no trouble yet
    room = departments.room(turn, turn.message.text)
    return {"department": room, **_troubles(turn)} if room else {}


def _troubles(turn: Turn) -> Mapping[str, Value]:
    """A key that was pressed, or a room's own name, is not what troubles anybody; nor is the wish for a doctor."""
    words = turn.understanding.extra.get("gist", turn.message.text).strip()
    names = {title for item in desk.items(turn, "clinic") for title in item.data["title"].values()}
    return {} if not words or words.strip("#*").isdigit() or words in names else {"complaint": words}


def ask_department(turn: Turn) -> Ask:
    options = tuple(Option(desk.named(turn, item), f"department={item.key}") for item in desk.items(turn, "clinic"))
    return Ask(t("Which room, or what troubles you? A few words are enough.", spoken="What troubles you?"), options)


def check_department(turn: Turn, value: Value) -> Value:
    """Words that name no room lead to general practice, and stay with the booking."""
    known = {item.key for item in desk.items(turn, "clinic")}
    return value if value in known else departments.room(turn, str(value)) or departments.GENERAL


def ask_when(turn: Turn) -> Ask:
    item = _item(turn)
    times = _times(turn, item) if item else []
    other = openings.another_day(turn, times)
    if other is not None:
        return other
    wish = openings.wished(turn)
    why = openings.why_not(wish, times, item)
    if item is not None and times:
        why = t("{room}: {offer}", room=desk.said(turn, item), offer=why)
    return Ask(why, openings.options(openings.near(wish, times)))


def check_when(turn: Turn, value: Value) -> Value:
    item = _item(turn)
    checked = check_limit(turn, openings.read(value))
    return openings.must_be_free(turn, checked, _times(turn, item) if item else [], item)


def find(turn: Turn) -> Outcome:
    item = _item(turn)
    times = _times(turn, item) if item else []
    at = openings.exact(turn.values.get("when"), times)
    if at is not None:
        return Outcome(set={"when": When(at)})
    if not times:
        return Outcome(say=(openings.why_not(None, times),), done=True, goto="end")
    return Outcome(ask=ask_when(turn), awaiting="when")


def summary(turn: Turn) -> Summary:
    item = _item(turn)
    rows: list[tuple[Text, Param]] = [(t("When"), turn.values["when"])]
    if item is not None:
        rows.insert(0, (t("Room"), desk.said(turn, item)))
    who = _patient(turn)
    if who is not None:
        rows.append((t("For", context="patient"), who))
    if "complaint" in turn.values:
        rows.append((t("Your words"), turn.values["complaint"]))
    return Summary(t("Clinic appointment"), tuple(rows))


def file(turn: Turn) -> Outcome:
    item, when = _item(turn), turn.values["when"]
    if item is None or not isinstance(when, When) or not isinstance(when.start, datetime):
        return Outcome(goto="find")
    what, at = _what(turn, item), when.start
    new = desk.case_of(turn, "booking", "clinic", what, location="", due=at, state="booked", wish=when.iso)
    filed = desk.file(turn, new)
    resource = f"clinic:{item.key}"
    if not holds.take(turn.db, turn.conversation.community.id, resource, when.start, 1, 1, filed.id):
        raise Refused("taken meanwhile", t("That time has just been taken. Please tell me another one."))
    ambulance = turn.conversation.community.emergency["ambulance"]
    say = (
        t("Booked. {told}", told=desk.number_told(filed.number)),
        t("{what}, {when}. Bring your insurance card and earlier records.", what=desk.said(turn, item), when=when),
        t("I cannot judge an illness. If it gets worse, call {ambulance} or just tell me.", ambulance=ambulance),
    )
    return Outcome(say=say, case_no=filed.number, done=True)


def _what(turn: Turn, item: Item) -> str:
    """The room, and who is to be seen there where that is somebody else."""
    room = desk.said(turn, item)
    who = _patient(turn)
    return f"{room} ({who})" if who is not None else room


def _patient(turn: Turn) -> Value | None:
    """Somebody else of the family; whom the speaker acts for is known by name."""
    who = turn.values.get("patient") if turn.conversation.agent is None else None
    return who if who != "me" else None


def ask_patient(turn: Turn) -> Ask:
    return Ask(t("Who is it for?"), (Option(t("For myself"), "patient=me"),))


def check_patient(turn: Turn, value: Value) -> Value:
    return str(value)[:LONGEST_NAME]


def patient_needed(turn: Turn) -> bool:
    """ "Can he see the doctor?" tells that it is somebody else, and not who."""
    return "_another" in turn.values and not {"patient", "_self"} & set(turn.values) and turn.conversation.agent is None


def ask_complaint(turn: Turn) -> Ask:
    return Ask(t("Is there anything the doctor should know?"))


def amend(turn: Turn) -> Outcome:
    item, number = _item(turn), turn.case_no or ""
    community = turn.conversation.community.id
    found = cases.by_number(turn.db, community, number)
    if item is None or found is None:
        raise Refused("no such appointment", t("That booking cannot be changed."))
    if turn.changed and turn.changed <= {"complaint", "patient"}:
        told = {"details": _what(turn, item), "slots": desk.kept(turn)}
        cases.amend(turn.db, community, number, told, turn.now)
        return Outcome(say=(t("Noted for {number}.", number=number),))
    holds.release(turn.db, found.id)
    times = _times(turn, item)
    at = openings.exact(turn.values.get("when"), times)
    if at is None or not holds.take(turn.db, community, f"clinic:{item.key}", at, 1, 1, found.id):
        raise openings.not_free(turn.values.get("when"), times)
    changes = {"details": _what(turn, item), "due_at": at, "wish": at.isoformat(), "slots": desk.kept(turn)}
    cases.amend(turn.db, community, number, changes, turn.now)
    return Outcome(say=(t("Changed: {what}, {when}.", what=desk.said(turn, item), when=Clock(at)),))


def withdraw(turn: Turn) -> Outcome:
    return Outcome(say=(t("{done} The time is free for others again.", done=desk.withdrawn(turn)),))


def _vacant(turn: Turn) -> Text | None:
    """What is free in the room that is chosen, or named in the question."""
    key = turn.values.get("department") or departments.room(turn, turn.message.text)
    item = next((one for one in desk.items(turn, "clinic") if one.key == key), None)
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
    facts = {
        "price": t("Booking costs nothing; the treatment is settled with your insurance card at the station."),
        "papers": t("Bring your ID card, your insurance card and earlier records."),
        "cancel": t("You can cancel free of charge up to the start."),
    }
    topic, item = turn.understanding.extra.get("topic", ""), _item(turn)
    topic = "papers" if topic == "tools" else topic  # "does she need to bring anything"
    return _hours(turn, item) if topic == "hours" else facts.get(topic)


def _hours(turn: Turn, item: Item | None) -> Text | None:
    """Of the day that is named the rooms that are open; else the hours of the room that is spoken of."""
    wish = vacant.spoken_of(turn) if turn.understanding.entity("when") is not None else None
    if wish is not None:
        day = wish.start.date() if isinstance(wish.start, datetime) else wish.start
        held = [one for one in desk.items(turn, "clinic") if day.isoweekday() in one.data["days"]]
        rooms = [
            t("{room} {open}–{close} h", room=desk.said(turn, one), open=one.data["open"], close=one.data["close"])
            for one in held
        ]
        if not rooms:
            return t("On {day} the health station is closed.", day=When(day))
        listed = rooms[0]
        for one in rooms[1:]:
            listed = t("{first}, {rest}", context="free times", first=listed, rest=one)
        return t("Open on {day}: {rooms}.", day=When(day), rooms=listed)
    if item is None:
        return None
    what, data = desk.said(turn, item), item.data
    return t("{what} is open from {open} to {close} h.", what=what, open=data["open"], close=data["close"])


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Clinic appointment", spoken="the clinic"),
    intents=(NAME,),
    slots=(
        Slot("department", SlotKind.TEXT, t("Room"), ask_department, check_department, fits=_names_something),
        Slot("when", SlotKind.WHEN, t("When"), ask_when, check_when),
        Slot(
            "patient",
            SlotKind.TEXT,
            t("For", context="patient"),
            ask_patient,
            check_patient,
            required=False,
            cue="patient",
            needed=patient_needed,
        ),
        Slot("complaint", SlotKind.TEXT, t("Your words"), ask_complaint, required=False, gist=True),
    ),
    steps=(
        Fill("what", ("department", "patient", "when")),
        Do("find", find),
        ReadBack("read_back", summary, t("Shall I book it?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    heeds=("for_self",),
    rank=6,
)
