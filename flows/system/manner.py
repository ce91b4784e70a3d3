"""How we talk: slower, or in another language; both are kept for the next time."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import t

_OTHER = {"en": "zh_Hans", "zh_Hans": "en"}


def slower(turn: Turn) -> Outcome:
    return Outcome(say=(t("Of course. I will take it slowly."),), slow=True)


def change_language(turn: Turn) -> Outcome:
    """To the language named; with none named, to the other one of the two we speak."""
    named = turn.understanding.extra.get("language")
    current = turn.conversation.language or "zh_Hans"
    if named == "other":
        return Outcome(say=(t("I speak Chinese and English."),))
    if named is None and turn.understanding.language != current:
        named = turn.understanding.language
    return Outcome(say=(t("Sure, English it is."),), language=named or _OTHER[current])


FLOWS = (
    Flow(
        "slower",
        1,
        t("Slower"),
        ("slower",),
        steps=(Do("run", slower),),
        aside=True,
        cues=("hears_badly",),
    ),
    Flow("change_language", 1, t("Language"), ("change_language",), steps=(Do("run", change_language),), aside=True),
)
