"""What is asked about a fault, and how it is read back."""

from __future__ import annotations

from backend.services import cases
from bot.contract.flow import Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from flows.questions import building, desk, place, when
from flows.questions.place import home_of
from flows.report_repair.kinds import CATEGORIES, PUBLIC
from flows.report_repair.visiting import visit

# Nobody rides with the hand on a main switch.
_LIFT = t(
    "Please leave this lift unused until somebody has looked at it. If anyone is inside, tell me at once or press the "
    "alarm button in it."
)


_RINGS = t("That is up to whoever comes. Say “please ring first” and it stands in the case for them.")
_TOLD_HOW = t("That is up to whoever comes; how you would like to be told stands in the case for them.")
_RINGS_NOTED = t("That is up to whoever comes; that you would like a call first is in the case for them.")


def ask_details(turn: Turn) -> Ask:
    options = tuple(Option(title, f"category={name}") for name, title in CATEGORIES.items())
    return Ask(t("What is broken? Tell me in your own words, or choose.", spoken="What is broken?"), options)


def details_needed(turn: Turn) -> bool:
    """A chosen kind is enough on keys: staff ask the rest (practice 37)."""
    return "details" not in turn.values and "category" not in turn.values


def ask_smell(turn: Turn) -> Ask:
    return Ask(t("Do you smell gas?"), (Option(t("Yes"), "smell=yes"), Option(t("No"), "smell=no")))


def smell_needed(turn: Turn) -> bool:
    """Chosen without a word about it, gas may be a stove that will not light or a leak."""
    return turn.values.get("category") == "gas" and "details" not in turn.values and "smell" not in turn.values


def ask_location(turn: Turn) -> Ask:
    piece = turn.values.get(building.PIECE)
    if piece is not None:
        return building.question(piece, place.my_building(turn))
    if home_of(turn) is None:
        where = t("Where is it? For example “3-2-501”, “gate 3” or “garage B1”.", spoken="Where is it?")
        return Ask(where, entry=place.KEYED)
    public = turn.values.get("category") in PUBLIC or turn.values.get("_scope") == "public"
    first = (
        Option(t("Near my home", spoken="near your home"), "location=near")
        if public
        else Option(t("In my home", spoken="your home"), "location=home")
    )
    return Ask(
        t("Where is it?"),
        (first, Option(t("Somewhere else", spoken="another place"), "location=elsewhere")),
        place.KEYED,
    )


def ask_when(turn: Turn) -> Ask:
    return Ask(
        t("When may somebody come? For example “tomorrow at 3 pm”."),
        entry=when.KEYED,
    )


def ask_photo(turn: Turn) -> Ask:
    return Ask(t("You can send a photo now."))


def ask_urgent_place(turn: Turn, kind: str) -> Ask:
    home = home_of(turn)
    text = t("Which lift is it?") if kind == "lift" else t("Where exactly is it?")
    if home is None:
        return Ask(text, entry=place.KEYED)
    mine = Option(t("The one in building {building}", building=home.building or ""), "location=near")
    own = mine if kind == "lift" else Option(t("In my home", spoken="your home"), "location=home")
    return Ask(text, (own, Option(t("Somewhere else", spoken="another place"), "location=elsewhere")), place.KEYED)


def answer(turn: Turn) -> Text | None:
    """Who pays is decided after looking, and is never promised here (practice 30)."""
    topic = turn.understanding.extra.get("topic")
    if topic == "number" and turn.case_no is not None:
        return t("It is {number}.", number=turn.case_no)
    if topic == "landing":
        topic = "arrival"  # nothing else lands here but people
    if topic in ("arrival", "duration", "next") and turn.case_no is not None:
        return _target(turn, turn.case_no)
    if topic == "rings_first" and turn.case_no is None and {"asks_them", "wish"} & set(turn.understanding.extra):
        return _TOLD_HOW
    if topic == "rings_first":
        return _RINGS if turn.case_no is None else _RINGS_NOTED
    if topic == "danger" and turn.values.get("category") == "lift":
        return _LIFT
    facts = {
        "price": t(
            "Looking at it costs nothing. Whether the repair is free or at your cost is decided after somebody has "
            "looked; if it costs you anything you get a quotation first, and nothing is done before you agree."
        ),
        "tools": t("The worker brings the tools along; you need to prepare nothing."),
        "danger": t(
            "Better leave it unused until somebody has looked. Sparks, a burnt smell or water near it: hands off, "
            "main switch off, and tell me at once."
        ),
        "until_then": t(
            "Leave it unused where you can; where water runs, close the valve below it. If it gets worse, tell me at "
            "once. Nothing else is needed from you."
        ),
        "photo_later": t("Send it whenever you like, it goes to the same case."),
        "number": t("You get the number as soon as it is sent."),
        "photo": t("It works without a photo."),
        "keeps_told": desk.NEWS,
        "discreet": t("Only those who see to it learn who reported it."),
        "papers": t("You need no papers for a repair; somebody must be there to open the door."),
        "no_show": t(
            "If nobody comes, tell me “nobody came”: I write it into the case and the people on duty see it at once."
        ),
        "right_now": t(
            "It goes to the repair team the moment you say yes. Gas, sparks, a burst pipe or somebody locked in cannot "
            "wait: tell me if it is one of these."
        ),
        "presence": t("Inside a flat somebody must be there to open the door; outside of it nobody needs to wait."),
        "hours": t("Urgent repairs are taken day and night, others are done between 8 and 20 h, weekends included."),
        "duration": t("How long it takes is known once somebody has looked. You can ask me at any time."),
        "who": t("Somebody of our own repair team, with a work card; which of them is decided when it is assigned."),
        "next": t("Say “yes” and it goes to the repair team; you get a number, and by when somebody aims to be there."),
        "arrival": t("Once it is filed I tell you by when somebody aims to be there; or name a time that suits you."),
        "cancel": t("You can withdraw or change it free of charge until the worker is there."),
    }
    return facts.get(topic or "")


def _target(turn: Turn, number: str) -> Text | None:
    """By when somebody aims to be there, of what was filed."""
    filed = cases.by_number(turn.db, turn.conversation.community.id, number)
    if filed is None or filed.due_at is None:
        return None
    by = Clock(filed.due_at.astimezone(turn.now.tzinfo))
    if (wished := visit(turn)) is not None:
        return t("You asked for {when}; the desk will confirm it.", when=wished)
    return t("{number} is on file; our target is {by}.", number=number, by=by)


def summary(turn: Turn) -> Summary:
    values = turn.values
    what: Param = values["details"] if "details" in values else CATEGORIES[str(values.get("category", "other"))]
    # What was filed at once may be changed before its place was told.
    where = place.shown(values["location"]) if "location" in values else t("not told yet")
    rows: list[tuple[Text, Param]] = [(t("What"), what), (t("Place"), where)]
    rows.append((t("Visit"), visit(turn) or when.but(values) or t("as soon as possible")))
    if "contact" in values:
        rows.append((t("Phone"), values["contact"]))
    if "photo" in values:
        rows.append((t("Photo"), t("received")))
    return Summary(t("Repair"), tuple(rows))
