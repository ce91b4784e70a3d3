"""Whoever is on an alarm's ladder answers in writing: hears what it is about, and says whether they go."""

from __future__ import annotations

from backend.services import alarm_desk
from backend.services.ladder import answering, fits, plan
from backend.services.ringing import alarm as ringing
from bot.contract.errors import Refused
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Option, t
from flows.questions import desk

ASKED = t("Can you go now and be there in ten minutes?")


def look(turn: Turn) -> Outcome:
    if "_step" not in turn.values:
        return Outcome(say=(ringing.OFF,), done=True, goto="end")
    step, found = answering.standing(turn.db, int(str(turn.values["_step"])))
    if not answering.is_wanted(turn.db, step, found):
        return Outcome(say=(ringing.OFF,), done=True, goto="end")
    say = (ringing.about_of(turn.db, found), *ringing.named(turn.db, found))
    return Outcome(say=say, ask=ask_goes(turn), awaiting="goes", goto="answered")


def ask_goes(turn: Turn) -> Ask:
    return Ask(ASKED, (Option(t("I am going"), "goes=yes"), Option(t("I follow from afar"), "goes=afar")))


def answered(turn: Turn) -> Outcome:
    """Only who goes pauses the climbing, and only until then (practice 3)."""
    step, found = answering.standing(turn.db, int(str(turn.values["_step"])))
    if turn.values.get("goes") != "yes":
        if answering.is_wanted(turn.db, step, found):
            answering.follows(turn.db, step, turn.now, turn.real)
        return Outcome(say=(ringing.FOLLOWS, *ringing.from_afar(turn.db, found)), done=True, goto="end")
    if not fits.may_know(step, found):
        return Outcome(say=(ringing.OFF,), done=True, goto="end")
    try:
        answering.goes(turn.db, step, turn.now, turn.real)
    except Refused as refusal:
        return Outcome(say=(refusal.say or ringing.OFF,), done=True, goto="end")
    if found.kind not in plan.DIALS:
        return Outcome(say=(ringing.TAKEN,), done=True, goto="end")
    return Outcome(say=(ringing.TAKEN,), ask=ask_dials(turn), awaiting="dials", goto="dialled")


def ask_dials(turn: Turn) -> Ask:
    """Somebody owns this call (practice 11)."""
    _, found = answering.standing(turn.db, int(str(turn.values["_step"]))) if "_step" in turn.values else (None, None)
    number = (
        ringing.number_of(turn.db, found) if found is not None else turn.conversation.community.emergency["ambulance"]
    )
    say = t("Has {number} been called?", number=number)
    calls = t("I am calling {number} now", number=number)
    return Ask(say, (Option(calls, "dials=yes"), Option(t("It has been, or I do not know"), "dials=no")))


def dialled(turn: Turn) -> Outcome:
    step, found = answering.standing(turn.db, int(str(turn.values["_step"])))
    if turn.values.get("dials") != "yes":
        return Outcome(say=(t("All right. Please go now."),), done=True, goto="end")
    number = ringing.number_of(turn.db, found)
    alarm_desk.dial(turn.db, found.community_id, found.id, step.name, number, turn.now)
    say = t("Good. Please call {number} now, then go.", number=number)
    return Outcome(say=(say,), done=True, goto="end")


FLOW = Flow(
    name="answer_alarm",
    version=1,
    title=t("Answer to an alarm"),
    intents=(),
    slots=(
        Slot("goes", SlotKind.CHOICE, t("Going"), ask_goes, required=False, private=True),
        Slot("dials", SlotKind.CHOICE, t("Called"), ask_dials, required=False, private=True),
    ),
    steps=(Do("look", look), Do("answered", answered), Do("dialled", dialled), Do("end", desk.end)),
    hours=1,
)
