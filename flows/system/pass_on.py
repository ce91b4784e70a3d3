"""What Linli understands but cannot do by itself yet: offered to the desk as a request, never pretended."""

from __future__ import annotations

from datetime import timedelta

from backend.services import cases
from backend.services.cases import NewCase
from bot.contract.flow import Do, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.stored import dump_all
from bot.contract.text import Ask, Clock, Option, Summary, Text, t
from bot.contract.understanding import Value

# Left to the desk to ask: what a caller on keys can choose instead of words (practice 37).
OPEN = "-"
KINDS = {"complain": "complaint"}
TITLES: dict[str, Text] = {
    "complain": t("Complaint"),
    "ask_notice": t("Notices"),
    "book_venue": t("Venues and activities"),
    "book_clinic": t("Clinic appointment"),
    "order_meal": t("Order a meal"),
    "ask_policy": t("Rules and papers"),
    "parking_help": t("Parking"),
    "lost_card": t("Lost card"),
    "vote": t("Vote"),
}


def _summary(name: str) -> Flow:
    title = TITLES[name]

    def summary(turn: Turn) -> Summary:
        return Summary(title, ((t("Your words"), _words(turn)),))

    def file(turn: Turn) -> Outcome:
        conversation = turn.conversation
        resident = conversation.resident
        due = turn.now + timedelta(minutes=conversation.community.targets.get("request", 1440))
        filed = cases.file(
            turn.db,
            NewCase(
                community=conversation.community.id,
                kind=KINDS.get(name, "request"),
                category=name,
                location=resident.home.label if resident and resident.home else "",
                details=str(turn.values["details"]),
                resident=resident.id if resident else None,
                household=resident.home.id if resident and resident.home else None,
                conversation=conversation.id,
                contact=resident.phone if resident else None,
                slots=dump_all(dict(turn.values)),
                due_at=due,
            ),
            turn.now,
        )
        say = t(
            "Passed on. Your number is {number}; our target for an answer is {by}.", number=filed.number, by=Clock(due)
        )
        return Outcome(say=(say,), case_no=filed.number, done=True)

    def ask(turn: Turn) -> Ask:
        return Ask(
            t("What shall I tell the desk? A sentence is enough."), (Option(t("Staff will ask me"), f"details={OPEN}"),)
        )

    return Flow(
        name=name,
        version=1,
        title=title,
        intents=(name,),
        slots=(Slot("details", SlotKind.TEXT, t("Your words"), ask, gist=True),),
        steps=(
            Do("honest", _honest),
            ReadBack("read_back", summary, t("Shall I pass it on?")),
            Do("file", file),
        ),
        absorb=lambda turn: (
            {} if "details" in turn.values else {"details": turn.message.text.strip() or str(title.msgid)}
        ),
        withdraw=_withdraw,
        amend=None,
    )


def _words(turn: Turn) -> Text | Value:
    words = turn.values["details"]
    return t("staff will ask") if words == OPEN else words


def _honest(turn: Turn) -> Outcome:
    return Outcome(
        say=(t("I cannot do this by myself yet, but I can pass your words to the desk and a person will see to it."),)
    )


def _withdraw(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    cases.withdraw(turn.db, turn.conversation.community.id, number, turn.now, turn.real)
    return Outcome(say=(t("{number} is withdrawn.", number=number),))


FLOWS = tuple(_summary(name) for name in TITLES)
