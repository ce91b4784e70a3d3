"""How is it going: the state of a case as the desk wrote it down, never as one would like it to be."""

from __future__ import annotations

from backend.db import Record
from backend.services import cases
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Summary, Text, t

NAME = "check_progress"
SHOWN = 5
STATES: dict[str, Text] = {
    "received": t("received, waiting to be assigned"),
    "assigned": t("given to a worker"),
    "on_site": t("a worker is there"),
    "no_access": t("nobody could get in; please tell us a time"),
    "waiting_parts": t("waiting for parts"),
    "quoted": t("a quotation waits for your yes or no"),
    "accepted": t("quotation accepted, work goes on"),
    "declined": t("quotation declined"),
    "other_company": t("passed to the company in charge"),
    "fixed": t("reported as fixed"),
    "closed": t("closed"),
    "reopened": t("open again, waiting to be assigned"),
    "refused": t("not accepted"),
    "withdrawn": t("withdrawn by you"),
}


def look(turn: Turn) -> Outcome:
    conversation = turn.conversation
    resident = conversation.resident.id if conversation.resident else None
    mine = cases.of_conversation(turn.db, conversation.id, resident, 50)
    number = str(turn.values["case_no"]) if "case_no" in turn.values else None
    if number is not None:
        # Another resident's number and one that does not exist are answered alike.
        found = next((c for c in mine if c.number == number or c.number.endswith(f"-{number}")), None)
        if found is None:
            say = t("I find no case {number} of yours. Without a number I can show you all of them.", number=number)
            return Outcome(say=(say,), done=True)
        return Outcome(say=_one(turn, found), case_no=found.number, done=True)
    live = [c for c in mine if c.state in cases.OPEN][:SHOWN]
    if not live:
        return Outcome(say=(t("You have no open case with us."),), done=True)
    if len(live) == 1:
        return Outcome(say=_one(turn, live[0]), done=True)
    rows = tuple(
        (t("{number}", number=c.number), t("{what}: {state}", what=c.details[:40], state=STATES[c.state])) for c in live
    )
    return Outcome(say=(Summary(t("Your open cases"), rows),), done=True)


def _one(turn: Turn, found: Record) -> tuple[Summary | Text, ...]:
    rows: list[tuple[Text, Text | str]] = [
        (t("What"), str(found.details)[:120]),
        (t("State"), STATES[found.state]),
    ]
    card = Summary(t("Case {number}", number=found.number), tuple(rows))
    if found.state not in cases.OPEN or found.due_at is None:
        return (card,)
    due = found.due_at.astimezone(turn.now.tzinfo)
    if due >= turn.now:
        return (card, t("Our target is {by}.", by=Clock(due)))
    return (
        card,
        t(
            "Our target was {by}. That has passed, and I am sorry; say “a person” if you want to speak about it.",
            by=Clock(due),
        ),
    )


def ask_number(turn: Turn) -> Ask:
    return Ask(t("Which number does it have?"), entry=t("Key the last four digits, then the hash key."))


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("How is my case going", spoken="news of your case"),
    intents=(NAME,),
    slots=(Slot("case_no", SlotKind.CODE, t("Number"), ask_number, required=False),),
    steps=(Do("look", look),),
    rank=2,
)
