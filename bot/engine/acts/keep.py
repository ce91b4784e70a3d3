"""What is told and answers nothing: it goes with what is being filled in, to those who will read it."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.flow import EARLIER
from bot.contract.text import t
from bot.engine.asked.kept import LONGEST, offer
from bot.engine.asked.questioned import files
from bot.engine.decision import Decision
from bot.engine.run import Run
from bot.engine.steps import pending


def keep(run: Run, decision: Decision) -> None:
    """Where nothing is filed, it can be passed on by itself."""
    frame, said = run.top, run.turn.message.text.strip()
    if not files(run.flow) or frame.case_no is not None or frame.lingers:
        run.tell([t("That I cannot put down here; the desk can be told.")])
        pending(run)
        run.ask = offer(run, run.ask)
        return
    gist = run.flow.gist
    name = gist if gist is not None and gist in frame.slots else EARLIER
    before = str(frame.slots.get(name, ""))
    if said not in before:
        told = f"{before}; {said}" if before else said
        run.set_top(replace(frame, slots={**frame.slots, name: told[-LONGEST:]}))
    run.tell([t("I have noted that too.")])
    pending(run)
