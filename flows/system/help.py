"""What can you do: the services on offer, each to be tapped, keyed or said."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import Ask, t


def run(turn: Turn) -> Outcome:
    danger = t(
        "In danger, just say so in any words: that goes before everything else.",
        spoken="In danger, just say so, or press 9.",
    )
    if turn.conversation.top is not None:
        here = t(
            "You can answer in your own words, or say “back”, “start over”, “cancel” or “a person”.",
            spoken="You can answer in your own words. Press star to hear it again, 7 to go back, 0 for a person.",
        )
        return Outcome(say=(here, danger))
    return Outcome(
        say=(danger,), ask=Ask(t("These are the things I can do. Tell me in your own words, or choose:"), turn.menu)
    )


FLOW = Flow("help", 1, t("Help"), ("help",), steps=(Do("run", run),), aside=True)
