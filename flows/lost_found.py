"""Something is lost or was found in the estate: told to the guards and the desk, who keep what is handed in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.services import cases, targets
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Place, Understanding, Value
from flows.questions import desk, place
from flows.questions.place import check_place

NAME = "lost_found"
ANSWER = targets.DAY


# So often it is asked where; whoever still tells what it is does not know.
TWICE = 2
# Where words that tell of a loss come to the place.
_AT = re.compile(
    r"\b(?:at|in|on|near|by|around|outside|behind|under|next to) (?:the|our|my|one|building|block|gate)\b.*"
)


def _found(turn: Turn) -> bool:
    return turn.values.get("_found") == "yes"


def _place(turn: Turn) -> Value | None:
    """Where it was left, as the words say: a place that is known by its name, or what stands behind "left at"."""
    named = turn.understanding.entity("location")
    if named is not None and named.value is not None:
        return named.value
    said = turn.understanding.extra.get("lost_at", "")
    at = _AT.search(said) if said.isascii() else None
    place = at[0] if at is not None else "" if said.isascii() else said
    return Place(place) if place else None


def says_where(text: str, heard: Understanding) -> bool:
    """A place, and not how the thing looks or when it was."""
    if heard.entity("location") is not None or "lost_at" in heard.extra:
        return True
    timed = heard.entity("when") is not None and "mere" in heard.extra
    return not timed and "looks" not in heard.extra


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    top = turn.conversation.top
    asked = top is not None and top.flow == NAME and top.awaiting == "location"
    if "details" not in known and "details" not in turn.changed and turn.message.text and not turn.message.choice:
        found["details"] = desk.matter(turn)
    if "_found" not in known:
        found["_found"] = "yes" if "found_thing" in extra and "seeks" not in extra else "no"
    if "location" not in known and "location" not in turn.changed and (place_ := _place(turn)) is not None:
        found["location"] = place_
    if asked and "details" in turn.changed and "location" not in {*known, *found}:
        found["_told_on"] = int(str(known.get("_told_on", 0))) + 1
    told = turn.message.text.strip()
    more = "lost_at" in extra and told != extra["lost_at"]
    mere = (told == str(turn.values.get("location")) and not more) or turn.message.choice
    if asked and "location" in turn.changed and not mere:
        # "Last night, by the little garden": the place is known now, and when it was stands in the words.
        found["details"] = f"{known.get('details', '')}; {told}".strip("; ")
    return found


def check_where(turn: Turn, value: Value) -> Value:
    """ "I left it in the gym, at noon": of what is told there, the place."""
    told = isinstance(value, Place) and value.text == turn.message.text.strip()
    place_ = _place(turn) if told and "lost_at" in turn.understanding.extra else None
    return check_place(turn, value if place_ is None else place_)


def where_needed(turn: Turn) -> bool:
    return "location" not in turn.values and int(str(turn.values.get("_told_on", 0))) < TWICE


def looked_for(draft: Mapping[str, Value], heard: Understanding) -> bool:
    """ "Has anyone seen a toy dog?", put as a question, and then where it was left."""
    return {"lost_where", "gone"} <= set(heard.extra) and not {"asks_back", "question"} & set(heard.extra)


THINGS: dict[str, Text] = {
    "keys": t("Keys"),
    "wallet": t("A wallet or a bag"),
    "phone": t("A mobile phone"),
    "something": t("Something else"),
}


def ask_details(turn: Turn) -> Ask:
    options = tuple(Option(title, f"details={name}") for name, title in THINGS.items())
    return Ask(t("What is it? Colour, make and anything special help to recognise it."), options)


def ask_location(turn: Turn) -> Ask:
    if _found(turn):
        return Ask(t("Thank you for telling us. Where did you find it, and where is it now?"), (), place.KEYED)
    unknown = Option(t("I do not know", spoken="not known"), "skip")
    return Ask(t("Where and when was it, as far as you know?"), (unknown,), place.KEYED)


def summary(turn: Turn) -> Summary:
    details = str(turn.values.get("details", ""))
    rows: list[tuple[Text, Param]] = [(t("What"), THINGS.get(details, details))]
    if "location" in turn.values:
        rows.append((t("Place"), place.shown(turn.values["location"])))
    return Summary(t("Found property") if _found(turn) else t("Lost property"), tuple(rows))


def file(turn: Turn) -> Outcome:
    where = turn.values.get("location")
    location = where.text if isinstance(where, Place) else ""
    due = targets.worked(turn.db, turn.conversation.community.id, turn.now, ANSWER)
    category = "found_property" if _found(turn) else "lost_property"
    new = desk.case_of(turn, "request", category, str(turn.values.get("details", "")), location=location, due=due)
    filed = desk.file(turn, new)
    number = desk.number_told(filed.number)
    if _found(turn):
        return Outcome(
            say=(
                t(
                    "Thank you. {told} Please hand it in at the front desk; it is kept there for its owner.",
                    told=number,
                ),
            ),
            case_no=filed.number,
            done=True,
        )
    say = t(
        "The guards and the desk know now. {told} You hear from us by {by}, found or not. Ask at the front desk too: "
        "what is handed in is kept there.",
        told=number,
        by=Clock(due),
    )
    return Outcome(say=(say,), case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    number, where = turn.case_no or "", turn.values.get("location")
    changes: dict[str, object] = {"details": str(turn.values.get("details", ""))}
    if isinstance(where, Place):
        changes["location"] = where.text
    cases.amend(turn.db, turn.conversation.community.id, number, changes, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def answer(turn: Turn) -> Text | None:
    topic = turn.understanding.extra.get("topic", "")
    if topic == "cameras":
        return t(
            "I put it with the report. Whether the cameras are looked at, the guards decide; they show no pictures."
        )
    if topic in ("duration", "arrival", "contacted"):
        return t("You hear from us within a day, found or not; at once when somebody hands it in.")
    if "seeks" in turn.understanding.extra or topic == "seeks":
        return t("What is handed in I cannot see from here; it is kept at the front desk, who look for yours too.")
    return t("Looking for it costs nothing.") if topic == "price" else None


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Lost property", spoken="something lost"),
    intents=(),
    slots=(
        Slot("details", SlotKind.TEXT, t("What"), ask_details, gist=True),
        Slot(
            "location",
            SlotKind.PLACE,
            t("Place"),
            ask_location,
            check_where,
            required=False,
            needed=where_needed,
            fits=says_where,
        ),
    ),
    steps=(
        Fill("what", ("details", "location")),
        ReadBack("read_back", summary, t("Shall I pass it on?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    more=desk.more,
    withdraw=desk.withdraw,
    cues=("lost_thing", "found_thing", "seeks"),
    heeds=("cameras", "found"),
    story=True,
    takes_over={"ask_policy": looked_for},
)
