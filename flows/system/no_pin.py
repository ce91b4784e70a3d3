"""A caller who has no PIN, or never heard of one: where it is given, and what goes without."""

from __future__ import annotations

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import t


def run(turn: Turn) -> Outcome:
    return Outcome(
        say=(
            t(
                "The front desk gives you a PIN of six digits. Repairs and reports need none; for anything else "
                "press 0, and a person calls you back."
            ),
        )
    )


FLOW = Flow("no_pin", 1, t("PIN for calls"), (), steps=(Do("run", run),), aside=True)
