"""Good day: who is speaking here and what for, in two lines."""

from __future__ import annotations

from backend.services import calls, hours, outages
from backend.services.outages import Outage
from bot.contract.altered import altered
from bot.contract.conversation import ALWAYS
from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.messages import Kind
from bot.contract.text import Ask, Clock, Option, Text, t
from flows.system import ask_human, person_first

# A greeting is no bulletin.
TOLD = 1
FOR_THEM = t("Gladly. What is it about? If it is not in your own home, tell me the address too.")
DROPPED = t("We go on where the call broke off.")


def run(turn: Turn) -> Outcome:
    community = turn.conversation.community
    name = community.names.get(turn.conversation.language or "", community.id)
    hello = t("Hello, this is the front desk of {community}.", community=name)
    heard = turn.message.profile.is_heard
    if "on_behalf" in turn.understanding.extra:
        return Outcome(ask=Ask(FOR_THEM))
    if turn.conversation.top is not None:
        dropped = heard and turn.message.kind is Kind.START
        return Outcome(say=(hello, DROPPED) if dropped else (hello,))
    other = (Option(t("Chinese"), "aside=change_language"),) if heard else ()
    ask = Ask(t("What can I do for you? Just tell me, or choose:"), (*turn.menu, *other))
    if not heard or turn.message.kind is not Kind.START:
        return Outcome(say=(hello,), ask=ask)
    slow, old, wish = calls.manner_of(turn.db, community.id, turn.conversation.address.number, turn.now)
    wish = turn.conversation.person or wish
    is_open = hours.of(turn.db, community.id).is_open(turn.now)
    # The desk is asked as by a caller's own 0: a call-back is kept, and the line rings there.
    given = ask_human.run(turn) if wish == ALWAYS and is_open else Outcome()
    say = (hello, *_news(turn), *given.say[:1], *person_first.at_the_beginning(wish, old=old, is_open=is_open))
    # From 65 on a person is heard first, unless they chose otherwise (practice 15); nobody asked for a call-back.
    rings = old and not wish and is_open and turn.conversation.sos is None
    return altered(given, say=say, ask=ask, slow=slow or None, ready=old or None, rings=rings)


def _news(turn: Turn) -> tuple[Text, ...]:
    """What is off, before anybody has to ask."""
    conversation = turn.conversation
    found = outages.news(turn.db, conversation.community.id, conversation.address.number, turn.now)[:TOLD]
    return tuple(_told(one, conversation.language, turn) for one in found)


def _told(one: Outage, language: str | None, turn: Turn) -> Text:
    where = ", ".join(one.item.data["buildings"])
    title = one.item.said("title", language)
    if one.begins <= turn.now:
        return t("{title}, buildings {where}, until {until}.", title=title, where=where, until=Clock(one.until))
    end = Clock(one.until, bare=one.until.date() == one.begins.date())
    return t(
        "{title}, buildings {where}, {begins} to {until}.",
        title=title,
        where=where,
        begins=Clock(one.begins),
        until=end,
    )


FLOW = Flow("greet", 1, t("Greeting"), ("greet",), steps=(Do("run", run),), aside=True)
