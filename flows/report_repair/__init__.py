"""Something is broken: what and where, read back, filed with a number; what is urgent is filed at once."""

from __future__ import annotations

from backend.services import cases, faults
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Clock, Text, t
from flows.questions import building, desk
from flows.questions.contact import ask_contact, check_contact, contact_needed
from flows.questions.place import shown
from flows.questions.when import check_limit
from flows.report_repair import joining, pictures
from flows.report_repair.absorb import absorb
from flows.report_repair.asks import (
    answer,
    ask_details,
    ask_location,
    ask_photo,
    ask_smell,
    ask_urgent_place,
    ask_when,
    details_needed,
    smell_needed,
    summary,
)
from flows.report_repair.filing import columns_of, file_case
from flows.report_repair.kinds import NAME, SAFETY
from flows.report_repair.on_file import on_file
from flows.report_repair.visiting import scope_of, visit

_RISKY = t("It is marked as a danger to passers-by and goes before others.")


def triage(turn: Turn) -> Outcome:
    """What is urgent is filed with what is known; the place may be told or corrected afterwards (practice 6)."""
    urgent = turn.values.get("_urgent")
    if urgent is None or turn.case_no is not None:
        return Outcome()
    kind = str(urgent)
    numbers = turn.conversation.community.emergency
    safety = Text(SAFETY[kind].msgid, {"fire": numbers.get("fire", "119")})
    known = joining.look(turn)
    if known is not None:
        joining.join(turn, known, urgent=True)
        say_known = (safety, *joining.tell(turn, known), joining.on_the_list(known))
        return Outcome(say=say_known, case_no=known.number, done=True, goto="end")
    filed, target = file_case(turn, "urgent", kind, joining.key(turn))
    say = (
        safety,
        t(
            "Filed as urgent: {number}. Our target is to have somebody there by {by}.",
            spoken="This is filed as urgent. Our target is to have somebody there by {by}. "
            "The last four digits of your number are {digits}.",
            number=filed,
            digits=_digits(filed),
            by=Clock(target),
        ),
    )
    if "location" in turn.values:
        place = t(
            "Place: {location}. If that is wrong, just tell me the right one.", location=shown(turn.values["location"])
        )
        return Outcome(say=(*say, place), case_no=filed, done=True)
    return Outcome(
        say=say, ask=ask_urgent_place(turn, kind), awaiting="location", case_no=filed, done=True, goto="told"
    )


def told_place(turn: Turn) -> Outcome:
    """The place of an urgent case, told after it was filed."""
    if turn.case_no is None:
        return Outcome()
    if "location" not in turn.values:
        again = ask_urgent_place(turn, str(turn.values.get("_urgent")))
        return Outcome(ask=again, awaiting="location", goto="told")
    found = joining.look(turn)
    if found is not None and not found.mine:
        return joining.merge(turn, found)
    community = turn.conversation.community.id
    columns = {**columns_of(turn), "place_key": joining.key(turn)}
    cases.amend(turn.db, community, turn.case_no, columns, turn.now)
    say = t("Thank you, noted for {number}: {location}.", number=turn.case_no, location=shown(turn.values["location"]))
    return Outcome(say=(say,), done=True)


def file(turn: Turn) -> Outcome:
    if turn.case_no is not None:
        return Outcome(done=True)
    found = joining.look(turn)
    if found is not None and not found.mine:
        # Somebody was faster between the question and the yes.
        joining.join(turn, found)
        return Outcome(say=(*joining.tell(turn, found), joining.on_the_list(found)), case_no=found.number, done=True)
    risky = scope_of(turn) == "public" and "_hazard" in turn.values
    number, target = file_case(turn, "high" if risky else "normal", None, joining.key(turn))
    when = visit(turn)
    by = (
        t("The desk will confirm your time, {when}.", when=when)
        if when is not None
        else t("We aim to deal with it by {by}.", by=Clock(target))
    )
    done = t(
        "Done. Your number is {number}.",
        spoken="Done. The last four digits of your number are {digits}.",
        number=number,
        digits=_digits(number),
    )
    say: tuple[Text, ...] = (done, t("{by} You can ask how it is going at any time.", by=by))
    say = (*say, _RISKY) if risky else say
    return Outcome(say=say, case_no=number, done=True)


def amend(turn: Turn) -> Outcome:
    """A confirmed correction of what was filed; a neighbour's report is added to, never changed."""
    number = turn.case_no or ""
    community, talk = turn.conversation.community.id, turn.conversation.id
    if "location" in turn.changed and faults.leave(turn.db, number, community, talk, turn.now):
        text = t("Then it is another fault: you are off the list of {number}. Tell me once more what is broken there.")
        return Outcome(say=(Text(text.msgid, {"number": number}),))
    if turn.changed == {"photo"} and pictures.add(turn, number):
        return Outcome(say=(_with_it(number),))
    if faults.note(turn.db, number, community, talk, turn.message.text, turn.now):
        return Outcome(say=(t("Noted for {number}.", number=number),))
    cases.amend(turn.db, turn.conversation.community.id, number, columns_of(turn), turn.now)
    if turn.changed - {"_empty"} == {"details"} and (
        "_urgent" in turn.values or turn.message.text.strip() in _details(turn)
    ):
        return Outcome(say=(t("Noted for {number}.", number=number),))
    if turn.changed == {"photo"}:
        return Outcome(say=(_with_it(number),))
    return Outcome(say=(t("Done, I have updated {number}.", number=number),))


def _with_it(number: str) -> Text:
    return t("Thank you, the photo is with {number} now.", number=number)


def _details(turn: Turn) -> str:
    return str(turn.values.get("details", ""))


def withdraw(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    community, talk = turn.conversation.community.id, turn.conversation.id
    if faults.leave(turn.db, number, community, talk, turn.now):
        return Outcome(say=(t("You are off the list of {number}. It stays open for your neighbours.", number=number),))
    cases.withdraw(turn.db, community, number, turn.now, turn.real)
    text = t(
        "{number} is withdrawn. Nobody will come.",
        spoken="The one ending {digits} is withdrawn. Nobody will come.",
        number=number,
        digits=" ".join(number[-4:]),
    )
    return Outcome(say=(text,))


def _digits(number: str) -> str:
    return " ".join(number[-4:])


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Report a repair", spoken="a repair"),
    intents=(NAME,),
    slots=(
        Slot("category", SlotKind.CHOICE, t("Kind"), ask_details, required=False, private=True),
        Slot("smell", SlotKind.CHOICE, t("Smell of gas"), ask_smell, needed=smell_needed, private=True),
        Slot("details", SlotKind.TEXT, t("What"), ask_details, needed=details_needed, gist=True),
        Slot("location", SlotKind.PLACE, t("Place"), ask_location, building.check),
        Slot("when", SlotKind.WHEN, t("Visit"), ask_when, check_limit, required=False),
        Slot("photo", SlotKind.PHOTO, t("Photo"), ask_photo, required=False, private=True),
        pictures.SLOT,
        joining.SLOT,
        Slot("contact", SlotKind.PHONE, t("Phone"), ask_contact, check_contact, needed=contact_needed, entity="phone"),
    ),
    steps=(
        Do("belongs", pictures.belongs),
        Fill("what", ("details", "smell")),
        Do("triage", triage),
        Fill("where", ("location", "contact")),
        Do("told", told_place),
        Do("known", joining.known),
        Do("joined", joining.joined),
        ReadBack("read_back", summary, t("Shall I send it?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    on_file=on_file,
    amend=amend,
    withdraw=withdraw,
    rank=1,
)
