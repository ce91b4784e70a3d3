"""A person first, always, or the machine again: said once, kept for every later call and chat."""

from __future__ import annotations

from backend.services import calls
from bot.contract.conversation import ALWAYS, NEVER
from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.messages import Kind
from bot.contract.text import Sayable, Text, t

ALWAYS_FROM_NOW = t("From now on you have a person first. Say “the machine first” when you want that no longer.")
# Whoever has a person first reaches the services all the same.
_ANYWAY = t(
    "A person first, as you wish. To do it with me, just write it again.",
    spoken="A person first, as you wish. For the services, press 8, or just say what you need.",
)
_SHUT = t("You wish for a person first; the desk is not open now. To be called back, press 0. I can help you at once.")
_OFFER = t("For a person, press 0 at any time.")


def keep(turn: Turn, wish: str) -> None:
    """With whoever speaks, where they are known; a mere number keeps it with its calls."""
    speaker = turn.conversation.agent or turn.conversation.resident
    if speaker is not None:
        calls.person_first(turn.db, speaker.id, wish)


def anyway(turn: Turn) -> tuple[Text, ...]:
    """To somebody who was given a person unasked."""
    wishes = turn.conversation.person == ALWAYS and turn.understanding.intent != "ask_human"
    return (_ANYWAY,) if wishes and turn.message.kind is Kind.TEXT and turn.message.text.strip("#*") != "0" else ()


def at_the_beginning(wish: str, *, old: bool, is_open: bool) -> tuple[Sayable, ...]:
    """What a call says of it behind its greeting; for whoever is old the line says whether it rings a person."""
    if wish == ALWAYS:
        return (_ANYWAY if is_open else _SHUT,)
    return (_OFFER,) if old and wish != NEVER and not is_open else ()


def run(turn: Turn) -> Outcome:
    keep(turn, NEVER)
    say = t("Of course: from now on I answer first. A person is always there when you ask for one.")
    return Outcome(say=(say,), person=NEVER)


FLOW = Flow(
    name="person_first",
    version=1,
    title=t("A person first"),
    intents=(),
    steps=(Do("run", run),),
    aside=True,
)
