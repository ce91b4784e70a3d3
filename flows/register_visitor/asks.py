"""What is asked about a visit, how it is read back, and what the estate says about visits."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from backend.db import Record
from backend.services import pass_windows, pass_words, visitors
from bot.contract.flow import Turn
from bot.contract.text import Ask, Clock, Money, Option, Param, Summary, Text, t
from bot.contract.understanding import When
from flows.questions import garage, when
from flows.questions.place import home_of
from flows.register_visitor import staying
from flows.register_visitor.issuing import asker, window_of


def ask_name(turn: Turn) -> Ask:
    options = tuple(Option(title, f"visitor_name={role}") for role, title in pass_words.ROLES.items())
    return Ask(t("Who is coming? A name is enough, or what they come for.", spoken="Who is coming?"), options)


def ask_when(turn: Turn) -> Ask:
    options = (Option(t("Today"), "when=today"), Option(t("Tomorrow"), "when=tomorrow"))
    return Ask(
        t("When will they come? For example “tomorrow at 3 pm”.", spoken="When will they come?"), options, when.KEYED
    )


def when_needed(turn: Turn) -> bool:
    return "recurring" not in turn.values


def ask_plate(turn: Turn) -> Ask:
    return Ask(t("What is the number plate? You can also skip this and tell the guard."))


NO_PLATE = t(
    "I was listening for a number plate, for example “{example}”. Say “skip” if you do not know it yet.",
    example="\u6caaA12345",
)


def plate_needed(turn: Turn) -> bool:
    return turn.values.get("_drives") == "yes" and "_plate_open" not in turn.values


def ask_people(turn: Turn) -> Ask:
    return Ask(t("How many people come?"), entry=t("Key the number, then the hash key."))


def ask_recurring(turn: Turn) -> Ask:
    return Ask(t("On which days, and until when? For example “every Tuesday and Friday until the end of the year”."))


def ask_remarks(turn: Turn) -> Ask:
    return Ask(t("What should the guards know?"))


def ask_phone(turn: Turn) -> Ask:
    return Ask(t("Which number does your visitor have?"), entry=t("Key the number, then the hash key."))


def ask_pass(turn: Turn) -> Ask:
    live = visitors.live_of(turn.db, asker(turn), turn.now)
    return Ask(
        t("Which pass do you mean?"), tuple(_choice(turn, row) for row in live[:9]), t("Key the last four digits.")
    )


def _choice(turn: Turn, row: Record) -> Option:
    window = pass_words.window(visitors.window_of(row), turn.now.tzinfo)
    title = t("{name}, {window}", name=pass_words.name_of(row.visitor_name), window=window)
    return Option(title, f"pass_no={row.number}")


def summary(turn: Turn) -> Summary:
    values = turn.values
    name = pass_words.name_of(str(values["visitor_name"])) if "visitor_name" in values else t("your visitor")
    nameless = ((t("Name"), t("not needed", context="name")),) if "_nameless" in values else ()
    rows: list[tuple[Text, Param]] = [(t("Visitor"), name), *nameless, *_stay(turn)]
    if "plate" in values:
        rows.append((t("Number plate"), values["plate"]))
    elif "_cars" in values:
        rows.append((t("Cars"), values["_cars"]))
    elif "_on_foot" in values and values.get("_drives") == "no":
        rows.append((t("Cars"), t("none", context="cars")))
    if values.get("people", 1) != 1:
        rows.append((t("People"), values["people"]))
    home = home_of(turn)
    other = home is not None and values.get("_building", home.building) != home.building
    if home is not None and (other or "_for_kin" in values):
        # Another building or somebody else's home was spoken of: the pass is for the speaker's own, and that is said.
        rows.append((t("For the home"), home))
    if "phone" in values:
        rows.append((t("Phone"), values["phone"]))
    if "remarks" in values:
        rows.append((t("Notes"), values["remarks"]))
    return Summary(t("Visitor pass"), tuple(rows))


def _stay(turn: Turn) -> list[tuple[Text, Param]]:
    """When they come, and till when."""
    values, rows = turn.values, list[tuple[Text, Param]]()
    if "recurring" in values or ("when" in values and {"_days", "_until"} & set(values)):
        rows.append((t("Gate opens"), pass_words.window(window_of(turn), turn.now.tzinfo)))
    elif "when" in values and values.get("_act") == "extend":
        rows.append((t("Good until"), values["when"]))
    elif "when" in values:
        rows.append((t("Arrives"), values["when"]))
        end = values["when"].end if isinstance(values["when"], When) else None
        part = values.get(staying.TILL)
        if isinstance(end, datetime):
            rows.append((t("Leaves"), Clock(end, bare=True)))
        elif part is not None and isinstance(values["when"], When):
            day = values["when"].start
            rows.append((t("Leaves"), When(day.date() if isinstance(day, datetime) else day, part=str(part))))
    return rows


def answer(turn: Turn) -> Text | None:
    """The estate's own facts; what it has not said is not made up."""
    facts = {
        "papers": t("Your visitor needs no papers: the code or the QR is enough at the gate."),
        "entry": t("With the code or the QR, at the gate: send either on, that is all they need."),
        "hours": t("A pass opens the gate at any hour within its window, by day and by night."),
        "duration": t(
            "With an hour, a pass is good from two hours before to two hours after; with a day only, all that day. "
            "You can have it extended at any time."
        ),
        "overnight": t(
            "They may stay: tell me until which day, and the gate opens for them all that time. Tell the desk if it is "
            "more than a few days."
        ),
        "cancel": t("You can change or revoke a pass free of charge at any time."),
    }
    topic = turn.understanding.extra.get("topic", "")
    if topic in ("duration", "hours") and turn.case_no is not None:
        return t("The gate opens {window}.", window=pass_words.window(window_of(turn), turn.now.tzinfo))
    if topic == "last":
        return _last_time(turn)
    if topic == "parking":
        return _where_to_park(turn)
    if topic == "nightpark":
        return _night_parking(turn)
    return _price(turn) if topic == "price" else facts.get(topic)


def _night_parking(turn: Turn) -> Text | None:
    policy = visitors.policy(turn.db, turn.conversation.community.id)
    if policy is None:
        return None
    return t(
        "A car may stay the night on the visitors' spaces: {minutes} minutes are free, then {hour} an hour, at most "
        "{day} a day.",
        minutes=policy.free_minutes,
        hour=_yuan(policy.hour_fen),
        day=_yuan(policy.day_fen),
    )


def _last_time(turn: Turn) -> Text | None:
    """The last day on which a pass that repeats is good; of a single visit, when its gate opens."""
    if not {"when", "recurring"} & set(turn.values):
        return None
    window = window_of(turn)
    if not window.recurring:
        return t("The gate opens {window}.", window=pass_words.window(window, turn.now.tzinfo))
    return t("The last time is {day}.", day=When(pass_windows.last_time(window, turn.now)))


def _where_to_park(turn: Turn) -> Text:
    """Where visitors' cars stand, as the board has it, and what it costs; a night is so many hours and no more."""
    asks_where = turn.understanding.extra.get("parking") == "find_car"
    shared, price = garage.visitors(turn) if asks_where else None, _price(turn)
    return price if shared is None else t("{place} {price}", place=shared, price=price)


def _price(turn: Turn) -> Text:
    policy = visitors.policy(turn.db, turn.conversation.community.id)
    if policy is None:
        return t("The pass costs nothing. What parking costs is shown at the barrier; the desk can tell you.")
    return t(
        "The pass costs nothing. A visitor parks free for {minutes} minutes, then {hour} an hour, at most {day} a day.",
        minutes=policy.free_minutes,
        hour=_yuan(policy.hour_fen),
        day=_yuan(policy.day_fen),
    )


def _yuan(fen: int) -> Money:
    return Money(Decimal(fen) / 100)
