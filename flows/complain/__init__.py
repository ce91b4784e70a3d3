"""A grievance: taken down as it was said, kept from those it is about, answered in a day and in writing in a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from backend.services import cases, targets
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Clock, Param, Summary, Text, t
from bot.contract.understanding import Place, Understanding, Value, When
from flows.complain import asks
from flows.complain.asks import MATTERS, no_place
from flows.questions import desk, place
from flows.questions.place import check_place, home_of

NAME = "complain"
ANSWER = targets.DAY
NEXT = t("Somebody at the desk looks into it. You get an answer within 24 hours, and one in writing within 7 days.")
NO_HOUR = t(
    "I cannot name the hour. Somebody at the desk looks into it; you hear from them within 24 hours, and in writing "
    "within 7 days."
)
_QUIET = t(
    "Quiet is asked for from 22 to 6 h; what counts is what is measured on site. Loud right now? Say “a person” "
    "and somebody is asked to look.",
    spoken="Quiet is asked for from 10 PM to 6 AM; what is measured on site counts. Is it loud right now? Ask for a "
    "person, or press 0, and somebody is asked to look.",
)
_WORKS = t(
    "Loud right now? Say “a person” and somebody is asked to look.",
    spoken="Is it loud right now? Ask for a person, or press 0, and somebody is asked to look.",
)
# So likely a sentence is one.
LIKELY = 0.6


def absorb(turn: Turn) -> Mapping[str, Value]:
    known, extra = turn.values, turn.understanding.extra
    found: dict[str, Value] = {}
    told = "details" in known or "details" in turn.changed
    said = turn.message.text.strip()
    chosen = "matter" in turn.changed and not said.isdigit() and "=" not in said
    meant = turn.understanding.intent == NAME or bool({"dirty", "grievance"} & set(extra)) or chosen
    if not told and meant and not turn.message.choice and "bare" not in extra:
        found["details"] = desk.matter(turn)
    if no_place(turn, turn.values.get("location")):
        found["details"] = f"{known['details']}; {said}" if "details" in known else said
    if "when" in turn.changed and "details" in known and not _happened(turn):
        # "Eight or nine in the evening" is when it happens, not a day that comes.
        found["details"] = f"{known['details']}; {said}" if said not in str(known["details"]) else known["details"]
    if "details" in {*found, *turn.changed} and "matter" not in known:
        found["matter"] = extra.get("matter", "other")
    if "anonymous" not in known:
        found["anonymous"] = "yes"
    told = told or "details" in found
    if told and "location" not in known and "door" in extra and (door := _at_door(turn)) is not None:
        found["location"] = door
    elif told and "location" not in known and "neighbour" in extra and home_of(turn) is not None:
        # "Next door" says it all: beside the speaker's own home.
        found["location"] = check_place(turn, "near")
    if "_repair" not in known and found.get("details") and {"of_repair", "unfixed"} & set(extra):
        number = _repair(turn)
        if number:
            found["_repair"] = number
    return found


def _at_door(turn: Turn) -> Value | None:
    """ "601 is too loud": a door of the speaker's own building, which is read back."""
    home, number = home_of(turn), turn.understanding.extra["door"]
    if home is None or "location" in turn.changed:
        return None
    parts = [part for part in (home.building, home.unit, number) if part]
    try:
        return check_place(turn, Place("-".join(parts), home.building, home.unit, number, "inside"))
    except Refused:
        return None


def _repair(turn: Turn) -> str | None:
    """The repair that the grievance is about: the one that was named, else the newest that still runs."""
    conversation = turn.conversation
    resident = conversation.resident.id if conversation.resident else None
    mine = cases.of_conversation(turn.db, conversation.id, resident, 20)
    repairs = [c for c in mine if c.kind == "repair" and c.state not in ("withdrawn", "refused")]
    named = turn.understanding.entity("case_no")
    if named is not None:
        repairs = [c for c in repairs if c.number.endswith(str(named.value))]
    return repairs[0].number if repairs else None


def limits(turn: Turn) -> Outcome:
    """What counts as too loud, told before the place is asked."""
    if turn.values.get("matter") != "noise" or "_limit" in turn.values:
        return Outcome()
    return Outcome(say=(_WORKS if "builds" in turn.understanding.extra else _QUIET,), set={"_limit": "told"})


def _happened(turn: Turn) -> bool:
    """ "At seven on a Sunday" is read as the coming one: what lies ahead stays in the words alone."""
    when = turn.values.get("when")
    if not isinstance(when, When):
        return False
    return when.start <= turn.now if isinstance(when.start, datetime) else when.start <= turn.now.date()


def summary(turn: Turn) -> Summary:
    values = turn.values
    matter = MATTERS.get(str(values.get("matter")), MATTERS["other"])
    rows: list[tuple[Text, Param]] = [(t("What"), values.get("details", matter))]
    if "location" in values:
        rows.append((t("Place"), place.shown(values["location"])))
    if _happened(turn):
        rows.append((t("When"), values["when"]))
    if "_repair" in values:
        rows.append((t("Concerns"), values["_repair"]))
    hidden = values.get("anonymous", "yes") == "yes"
    rows.append((t("Your name"), t("not told to those concerned") if hidden else t("may be told")))
    return Summary(t("Complaint"), tuple(rows))


def file(turn: Turn) -> Outcome:
    due = targets.worked(turn.db, turn.conversation.community.id, turn.now, ANSWER)
    matter = str(turn.values.get("matter", "other"))
    where = turn.values.get("location")
    details = str(turn.values.get("details", matter))
    repair = {"concerns": str(turn.values["_repair"])} if "_repair" in turn.values else {}
    location = where.text if isinstance(where, Place) else ""
    wish = str(turn.values["when"]) if _happened(turn) else None
    new = desk.case_of(turn, "complaint", matter, details, location=location, due=due, wish=wish, **repair)
    if wish is None and isinstance(new.slots, dict):
        # "Until two", of last night, is read as a day that comes: it stands in the words alone.
        new = replace(new, slots={name: value for name, value in new.slots.items() if name != "when"})
    filed = desk.file(turn, new)
    say = (
        t("Taken down. {told}", told=desk.number_told(filed.number)),
        t(
            "You get an answer by {by}, and one in writing by {written}. Ask me at any time how it is going.",
            by=Clock(due),
            written=(turn.now + timedelta(days=7)).date(),
        ),
    )
    return Outcome(say=say, case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    where = turn.values.get("location")
    changes: dict[str, object] = {"details": str(turn.values.get("details", turn.values.get("matter", "")))}
    if isinstance(where, Place):
        changes["location"] = where.text
    if _happened(turn):
        changes["wish"] = str(turn.values["when"])
    cases.amend(turn.db, turn.conversation.community.id, number, changes, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def answer(turn: Turn) -> Text | None:
    if turn.understanding.extra.get("topic") == "number" and turn.case_no is not None:
        return t("It is {number}.", number=turn.case_no)
    if turn.understanding.extra.get("topic") == "duration" and turn.case_no is not None:
        return desk.by_when(turn)
    facts = {
        "keeps_told": desk.NEWS,
        "spoken_to": NO_HOUR,
        "next": NEXT,
        "arrival": NO_HOUR,
        "photo_later": t("Send it whenever you like, it goes to the same case."),
        "number": t("You get the number as soon as it is sent."),
        "discreet": t("Those you complain of do not learn your name from us."),
        "photo": t("It works without a photo."),
        "duration": t("You get an answer within 24 hours, and one in writing within 7 days."),
        "price": t("A complaint costs nothing."),
        "cancel": t("You can withdraw it at any time."),
        "send": t("This goes to the desk in writing. For somebody to go and look right now, say “a person”."),
        "recurs": t(
            "Tell me again whenever it happens, it goes to the same complaint. While it goes on, say “a person” and "
            "somebody is asked to look."
        ),
    }
    return facts.get(turn.understanding.extra.get("topic", ""))


# What lies about, smells or is not taken away: whoever mends things has no part in it.
_LEFT_LYING = frozenset({"rubbish", "smoke", "things"})
_PUBLIC = frozenset({"public_area", "other"})


def of_what_is_shared(draft: Mapping[str, Value], heard: Understanding) -> bool:
    """ "The bin room smells", begun as a repair, and then that nobody empties it: a grievance from the first word."""
    place, before = heard.entity("location"), draft.get("location")
    if place is not None and isinstance(before, Place) and str(place.value) not in before.text:
        return False  # another place, another matter
    if "_urgent" in draft or heard.intent != NAME or heard.confidence < LIKELY:
        return False
    # The same from the first word, and no lamp beside it that is dark.
    lying = draft.get("_matter") in _LEFT_LYING and draft.get("category", "other") in _PUBLIC
    told = heard.extra.get("matter") in _LEFT_LYING or "dirty" in heard.extra
    return lying and (told or heard.extra.get("thing") == "complaint")


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Complaint", spoken="a complaint"),
    intents=(NAME,),
    slots=(
        Slot("matter", SlotKind.CHOICE, t("Kind"), asks.ask_details, required=False, private=True),
        Slot("details", SlotKind.TEXT, t("What"), asks.ask_details, needed=asks.details_needed, gist=True),
        Slot(
            "location",
            SlotKind.PLACE,
            t("Place"),
            asks.ask_location,
            asks.check_location,
            required=False,
            needed=asks.location_needed,
        ),
        Slot("when", SlotKind.WHEN, t("When"), asks.ask_when, required=False),
        Slot("anonymous", SlotKind.CHOICE, t("Your name"), asks.ask_anonymous, required=False, cue="openness"),
    ),
    steps=(
        Fill("what", ("details",)),
        Do("limits", limits),
        Fill("where", ("location",)),
        ReadBack("read_back", summary, t("Shall I send it?")),
        Do("file", file),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=desk.withdraw,
    cues=("dirty", "grievance"),
    story=True,
    takes_over={"report_repair": of_what_is_shared},
    rank=8,
)
