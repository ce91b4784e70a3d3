"""This account shall belong to no home any more: said in words on any channel, and done only after a yes."""

from __future__ import annotations

from backend.services import bindings
from bot.contract.flow import Do, Event, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Option, t
from flows.questions import desk


def look(turn: Turn) -> Outcome:
    me = turn.conversation.resident
    if me is None:
        return Outcome(say=(t("This account belongs to no home."),), done=True, goto="end")
    return Outcome(ask=ask_sure(turn), awaiting="sure", goto="done")


def ask_sure(turn: Turn) -> Ask:
    me = turn.conversation.resident
    home = me.home.place if me is not None and me.home is not None else ""
    question = t(
        "Shall this account no longer belong to {home}? What was filed stays filed; to come back you need a code of "
        "the desk or your own phone number.",
        home=home,
    )
    return Ask(question, (Option(t("Yes"), "sure=yes"), Option(t("No"), "sure=no")))


def done(turn: Turn) -> Outcome:
    if turn.values.get("sure") != "yes":
        return Outcome(say=(t("All right, I leave it as it is."),), done=True, goto="end")
    bindings.unbind(turn.db, turn.conversation.address)
    say = t("Done: this account belongs to no home any more. What was filed stays filed.")
    return Outcome(say=(say,), events=(Event("unbound", {}),), done=True, goto="end")


FLOW = Flow(
    name="unbind",
    version=1,
    title=t("Take this account away from my home"),
    intents=(),
    slots=(Slot("sure", SlotKind.CHOICE, t("Sure"), ask_sure, required=False, private=True),),
    steps=(Do("look", look), Do("done", done), Do("end", desk.end)),
    hours=1,
    cues=("unbind",),
)
