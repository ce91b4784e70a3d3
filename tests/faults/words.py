"""What the resident of the random walk may say, and what somebody sensible would answer to a question."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bot.contract.conversation import Conversation, Offer

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_SAID = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
TURNS: list[str] = _SAID["turns"]
ALL: list[str] = [*_SAID["wishes"], *_SAID["wishes"], *_SAID["values"], *TURNS, *_SAID["noise"]]
# Answers that a sensible person tries in turn where nothing is offered.
_TRIED = {
    "when": ("明天下午三点", "后天上午十点", "下周二下午两点", "下周四上午九点"),
    "period": ("2026年10月",),
    "visitor_name": ("王建国",),
}
_PLAIN = ("3-2-501", "2", "13800138000", "王建国", "100", "明天下午三点", "跳过")
_NEVER = ("cancel", "more", "repeat", "no", "danger", "swap", "skip", "back")


def is_confirmation(before: Conversation) -> bool:
    """Questions of a flow's own whose yes is as good as one to a read-back: pass it on, open it again, do this."""
    return any(offer.payload.endswith("=yes") or offer.payload in ("yes", "elsewhere") for offer in before.offered)


def answer(now: Conversation, attempt: int) -> str:
    """What somebody who wants to be done would say: what is offered, else what is asked for, else something else."""
    top = now.top
    awaiting = (top.awaiting if top is not None else None) or ""
    fit = [offer for offer in now.offered if _useful(offer)]
    yes = next((offer for offer in fit if offer.payload == "yes"), None)
    if yes is not None:
        return yes.title
    if fit:
        return fit[min(attempt // 2, len(fit) - 1)].title
    tried = _TRIED.get(awaiting, ())
    if tried:
        return tried[attempt % len(tried)]
    return _PLAIN[attempt % len(_PLAIN)]


def _useful(offer: Offer) -> bool:
    if offer.payload in _NEVER or offer.payload.startswith(("aside=", "change=")):
        return False
    return not offer.payload.endswith(("=elsewhere", "=other", "=ask"))
