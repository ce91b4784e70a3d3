"""Words of manner in the middle of something: nothing to take or to answer, and the question stays."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import t

WAITS = t("No hurry, I am here.", spoken="No hurry.")
HEARD = t("All right.")


def run(turn: Turn) -> Outcome:
    waits = {"wait", "moment"} & set(turn.understanding.extra)
    return Outcome(say=(WAITS if waits else HEARD,))


FLOW = Flow("patience", 1, t("Patience"), (), steps=(Do("run", run),), aside=True)
