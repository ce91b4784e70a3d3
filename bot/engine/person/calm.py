"""Anger without a request: calm words and a person, never a menu; with a request, the request and one calm word."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.text import Ask, t
from bot.engine.decision import Decision
from bot.engine.measure import is_brief
from bot.engine.not_got import PERSON
from bot.engine.run import Run

ANGRY = "angry"
BRIEF_WORDS, BRIEF = 8, 14
# What is answered for its own sake: an alarm, a question about danger, a person who is fetched already.
_LEFT_ALONE = frozenset({"alarm", "alarm_words", "alarm_cancel", "by_gas", "ask_danger", "safe"})
_LOST = frozenset({"unknown", "unused", "deny", "correct", "empty"})


def rather(run: Run, decision: Decision) -> Decision:
    """A few angry words that name no matter are no complaint to be filled in: first somebody listens."""
    heard, said = run.turn.understanding, run.turn.message.text
    brief = is_brief(said, BRIEF_WORDS, BRIEF)
    nothing = brief and not heard.entities and "matter" not in heard.extra and run.conversation.top is None
    angry = ANGRY in heard.extra and decision.act == "start" and decision.flow == "complain"
    return Decision("unknown") if angry and nothing else decision


def calm(run: Run, decision: Decision) -> None:
    """Heard as anger, whatever it was decided to mean."""
    if ANGRY not in run.turn.understanding.extra or decision.act in _LEFT_ALONE or run.conversation.sos:
        return
    if decision.act in _LOST:
        _offer_a_person(run)
    else:
        run.say.insert(0, t("I am sorry that this has been such trouble."))


def _offer_a_person(run: Run) -> None:
    asked = (run.conversation.asked or run.ask) if run.conversation.top is not None else None
    run.change(misses=0)
    if asked is None:
        run.say = []
        text = t(
            "I am sorry, that is really annoying. Shall I get a person for you? Or tell me what happened, and I pass "
            "it on word for word."
        )
        run.ask = Ask(text, (PERSON,))
        return
    run.say = [t("I am sorry, that is really annoying. A person can take over at any time; otherwise:")]
    options = tuple(option for option in asked.options if option.payload != PERSON.payload)
    run.ask = replace(asked, options=(*options, PERSON))
