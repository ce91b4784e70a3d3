"""What is asked in an emergency: where, and what happened; any answer is taken."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Ask, Option, Text, t
from bot.contract.understanding import Place, Value
from flows.questions.place import KEYED_IN_DANGER, home_of

# On the sticker in each car; five or six digits.
STICKER = t("Or key the number on the sticker, then hash.")


# No single key calls an alarm off (practice 8).
_UNHARMED = t("Nobody is in danger", spoken="nobody is in danger")
IF_NOT = t(
    "If this was no call for help, say “nobody is in danger”: then we go on as before.",
    spoken="If this was no call for help, say: nobody is in danger. Then we go on as before.",
)
IF_NOT_FIRST = t(
    "If this was no call for help, say “nobody is in danger”: then I see to it as to anything else.",
    spoken="If this was no call for help, say: nobody is in danger. Then I see to it as to anything else.",
)


def unharmed(turn: Turn) -> tuple[Option, ...]:
    """Offered where no word of danger raised the alarm; the digits are this alarm's own."""
    digits = turn.values.get("_unharmed")
    return (Option(_UNHARMED, f"unharmed={digits}"),) if digits else ()


def if_not(turn: Turn) -> tuple[Text, ...]:
    """How to say that it is none, where no word of danger raised it."""
    if not unharmed(turn):
        return ()
    return (IF_NOT_FIRST if "_first" in turn.values else IF_NOT,)


LAST_SEEN = t("Where were they last seen, and which way may they have gone?")


def ask_location(turn: Turn) -> Ask:
    asked = _ask_location(turn)
    return replace(asked, options=(*asked.options, *unharmed(turn)))


def _ask_location(turn: Turn) -> Ask:
    home = home_of(turn)
    if turn.values.get("_kind") == "lift":
        text = t("Which lift is it? The number on its sticker helps too.", spoken="Which lift is it?")
        mine = (
            (Option(t("The one in building {building}", building=home.building or ""), "location=home"),)
            if home
            else ()
        )
        return Ask(text, (*mine, Option(t("Somewhere else", spoken="another place"), "location=elsewhere")), STICKER)
    if "_lost" in turn.values:
        return Ask(LAST_SEEN)
    text = t("Where is the person now?") if "_who" in turn.values else t("Where are you exactly?")
    if home is None:
        return Ask(t("{where} Building, unit and room, or the place.", where=text), entry=KEYED_IN_DANGER)
    here = Option(t("At home, {home}", home=home, spoken="at home"), "location=home")
    return Ask(text, (here, Option(t("Somewhere else", spoken="another place"), "location=elsewhere")), KEYED_IN_DANGER)


def check_location(turn: Turn, value: Value) -> Value:
    """Any place is taken: nobody in danger is corrected; a home that exists is recognised."""
    home = home_of(turn)
    if value == "home" and home is not None:
        return home
    if value in ("home", "elsewhere"):
        raise Refused("a place is needed", t("Tell me the place in your own words, whatever you can see."))
    if home is not None and _tells_no_place(turn, value):
        return replace(home, scope=BESIDE_HOME)
    if not isinstance(value, Place):
        return Place(str(value))
    if value.scope != "inside" or value.building is not None or value.room is not None or home is None:
        return value
    # "In the bathroom" is in the home, and guides whoever comes: it is kept beside the address.
    return home if "at_home" in turn.understanding.extra else replace(home, text=f"{home.text} ({value.text})")


# "In the bathroom, I cannot move" begins with where.
_IN = re.compile(r"\u5728|in\b|on\b", re.IGNORECASE)
# What was told is no place: they are likeliest at home, which it does not confirm.
BESIDE_HOME, NOTED = "beside", 40
# More letters than that name no place, where nothing says that they do.
A_PLACE, A_STORY = 30, 1.5
_SIGNS = frozenset({"whereabouts", "scope", "at_theirs", "own_building", "outside", "at_home"})


def _tells_no_place(turn: Turn, value: Value) -> bool:
    """ "Yes, he is breathing", "tell the guard to open up": kept for who comes, who goes to the home as before."""
    heard = set(turn.understanding.extra)
    if isinstance(value, Place) and (value.building or value.room or value.floor or value.spot or value.common):
        return "guides" in heard and value.building is None and value.room is None
    said = value.text if isinstance(value, Place) else str(value)
    if "sentence" in heard and said == turn.message.text.strip() and not _IN.match(said):
        return True
    long = len(said) / (A_PLACE if said.isascii() else A_PLACE // 3)
    told = {"agrees", "assent", "fine"} & heard or long > 1
    # A whole story with a "here" in it is none either.
    return (bool(told) and not _SIGNS & heard) or (long > A_STORY and "spot" not in heard)


# So many letters of Chinese, or words, tell what happened.
_TOLD = re.compile(r"(?:[\u4e00-\u9fff][^\u4e00-\u9fff]*){7}|(?:[a-z']+[^a-z']+){4}[a-z']+", re.IGNORECASE)
WHICH = t(
    "From your words I could not tell what kind of emergency it is. Which of these comes closest?",
    spoken="From your words I could not tell what kind of emergency it is. Which comes closest?",
)


def is_told(turn: Turn) -> bool:
    """Whether the cry says more than that it is one: then nobody is asked what happened."""
    return _TOLD.search(turn.message.text) is not None


def ask_what(turn: Turn) -> Ask:
    options = (
        Option(t("A fall", spoken="a fall"), "what_happened=fall"),
        Option(t("Ill or in pain", spoken="illness or pain"), "what_happened=medical"),
        Option(t("Locked in or trapped", spoken="being locked in or trapped"), "what_happened=trapped"),
        Option(t("Something else", spoken="something else"), "what_happened=other"),
        *unharmed(turn),
    )
    if "_told" in turn.values:
        return Ask(WHICH, options)
    return Ask(
        t("Place noted. What has happened? A few words are enough.", spoken="Noted. What has happened?"), options
    )


def what_needed(turn: Turn) -> bool:
    """The words of the cry often say it already."""
    if turn.values.get("_kind", "plea") != "plea" or "what_happened" in turn.values or "_lost" in turn.values:
        return False
    # What an alarm by ear was raised by is told, and may be none: the way to say so stays.
    return "_told" not in turn.values or bool(unharmed(turn))
