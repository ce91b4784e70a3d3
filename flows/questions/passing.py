"""A flow that is one answer: asked for by itself or in the middle of something else, which goes on afterwards."""

from __future__ import annotations

from collections.abc import Callable

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import Text


def in_passing(name: str, title: Text, cues: tuple[str, ...], run: Callable[[Turn], Outcome]) -> Flow:
    """cues: by which it is asked for."""
    return Flow(
        name=name,
        version=1,
        title=title,
        intents=(),
        steps=(Do("run", run),),
        hours=1,
        aside=True,
        cues=cues,
        consult=lambda turn: run(turn).say,
        consults=cues,
    )
