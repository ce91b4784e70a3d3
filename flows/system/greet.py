"""Good day: who is speaking here and what for, in two lines."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.messages import Profile
from bot.contract.text import Ask, Option, t


def run(turn: Turn) -> Outcome:
    community = turn.conversation.community
    name = community.names.get(turn.conversation.language or "", community.id)
    hello = t("Hello, this is the front desk of {community}.", community=name)
    if turn.conversation.top is not None:
        return Outcome(say=(hello,))
    heard = turn.message.profile in (Profile.KEYS, Profile.VOICE)
    other = (Option(t("Chinese"), "aside=change_language"),) if heard else ()
    return Outcome(say=(hello,), ask=Ask(t("What can I do for you? Just tell me, or choose:"), (*turn.menu, *other)))


FLOW = Flow("greet", 1, t("Greeting"), ("greet",), steps=(Do("run", run),), aside=True)
