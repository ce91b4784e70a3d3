"""What can you do: the services on offer, each to be tapped, keyed or said."""

from __future__ import annotations

from backend.services import duty
from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import Ask, t
from flows.trigger_sos.scripts import said

# Whoever asks what this can do hears before the need what it cannot (practice 13).
NOT_WATCHED = t(
    "Nobody here is sure to be watching at every hour: in danger call {ambulance}, {fire} or {police} yourself first."
)


def run(turn: Turn) -> Outcome:
    danger = t(
        "In danger, just say so in any words: that goes before everything else.",
        spoken="In danger, just say so, or press 9.",
    )
    watched = duty.watched(turn.db, turn.conversation.community.id, turn.real)
    alone = () if watched else (said(NOT_WATCHED, turn),)
    if turn.conversation.top is not None:
        here = t(
            "You can answer in your own words, or say “back”, “start over”, “cancel” or “a person”.",
            spoken="You can answer in your own words. Press star to hear it again, 7 to go back, 0 for a person.",
        )
        return Outcome(say=(here, danger, *alone))
    choose = t("These are the things I can do. Tell me in your own words, or choose:")
    return Outcome(say=(danger, *alone), ask=Ask(choose, turn.menu))


FLOW = Flow("help", 1, t("Help"), ("help",), steps=(Do("run", run),), aside=True)
