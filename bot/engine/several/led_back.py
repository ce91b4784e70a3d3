"""Back to what was open before something else came up: "never mind that, just the pass" calls nothing off."""

from __future__ import annotations

from bot.contract.conversation import Conversation, Frame
from bot.contract.understanding import Understanding
from bot.engine.decision import Decision
from bot.engine.run import Run
from bot.engine.steps import come_back, proceed


def led_back(conversation: Conversation, top: Frame, understanding: Understanding) -> Decision | None:
    """To what waits below, or, where only a question came between, to what is open itself."""
    heard = understanding.extra
    if top.case_no is not None or top.amending or top.lingers:
        return None
    if "led_back" in heard and "go" not in heard:
        return Decision("led_back")
    return Decision("led_back") if "leaves_aside" in heard and _waits(conversation, top) else None


def _waits(conversation: Conversation, top: Frame) -> bool:
    """Something was begun before this and not promised for afterwards."""
    return any(frame is not top and not (frame.parked or frame.later) for frame in conversation.frames)


def go_back(run: Run, decision: Decision) -> None:
    """What came between is let go of; what was open stands as it was, and is put again."""
    if _waits(run.conversation, run.top):
        run.log("flow_cancelled", flow=run.top.flow)
        run.pop()
        come_back(run)
    proceed(run)
