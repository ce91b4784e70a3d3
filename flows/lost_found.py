"""Something is lost or was found in the estate: told to the guards and the desk, who keep what is handed in."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services import cases, targets
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Place, Value
from flows.questions import desk, place
from flows.questions.place import check_place

NAME = "lost_found"
ANSWER = targets.DAY


def _found(turn: Turn) -> bool:
    return turn.values.get("_found") == "yes"


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    if "details" not in known and "details" not in turn.changed and turn.message.text and not turn.message.choice:
        found["details"] = desk.matter(turn)
        found["_found"] = "yes" if "found_thing" in extra else "no"
    top = turn.conversation.top
    told = turn.message.text.strip()
    mere = told == str(turn.values.get("location")) or turn.message.choice
    if top is not None and top.awaiting == "location" and "location" in turn.changed and not mere:
        # "Last night, by the little garden": the place is known now, and when it was stands in the words.
        found["details"] = f"{known.get('details', '')}; {told}".strip("; ")
    return found


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


def withdraw(turn: Turn) -> Outcome:
    return Outcome(say=(desk.withdrawn(turn),))


def answer(turn: Turn) -> Text | None:
    topic = turn.understanding.extra.get("topic", "")
    if topic == "cameras":
        return t(
            "I put it with the report. Whether the cameras are looked at, the guards decide; they show no pictures."
        )
    if topic in ("duration", "arrival", "contacted"):
        return t("You hear from us within a day, found or not; at once when somebody hands it in.")
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
            check_place,
            required=False,
            needed=lambda turn: "location" not in turn.values,
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
    withdraw=withdraw,
    cues=("lost_thing", "found_thing"),
    heeds=("cameras", "found"),
    story=True,
)
