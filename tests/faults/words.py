"""What the resident of the random walk may say, and what somebody sensible would answer to a question."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bot.contract.conversation import Conversation, Offer, Resident
from bot.contract.flow import Book, SlotKind
from bot.contract.understanding import Place
from bot.engine.decision import AMEND, CHANGE, CONFIRM
from bot.engine.readback.with_a_yes import own_home

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_SAID = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
TURNS: list[str] = _SAID["turns"]
ALL: list[str] = [*_SAID["wishes"], *_SAID["wishes"], *_SAID["values"], *TURNS, *_SAID["noise"]]
# What a sensible person tries in turn, by the kind of what is asked for.
_TRIED: dict[SlotKind, tuple[str, ...]] = {
    SlotKind.WHEN: ("明天下午三点", "后天上午十点", "下周二下午两点", "下周四上午九点"),
    SlotKind.PLACE: ("3-2-501", "5栋1单元302", "南门"),
    SlotKind.NUMBER: ("2", "30", "60"),
    SlotKind.MONEY: ("100", "50"),
    SlotKind.PHONE: ("13800138000",),
    SlotKind.TEXT: ("王建国", "楼下很吵", "沪A12345"),
    SlotKind.CODE: ("2026年10月", "R-20261120-0001", "跳过"),
    SlotKind.PHOTO: ("跳过",),
    SlotKind.CHOICE: ("第一个", "跳过"),
}
_KEYED: dict[SlotKind, tuple[str, ...]] = {
    SlotKind.WHEN: ("112115#", "112410#", "112514#"),
    SlotKind.PLACE: ("3*2*501#", "5*1*302#"),
    SlotKind.NUMBER: ("2#", "30#", "60#"),
    SlotKind.MONEY: ("100#",),
    SlotKind.PHONE: ("13800138000#",),
    SlotKind.CODE: ("0001#",),
}
_ITS_OWN = (SlotKind.PHONE, SlotKind.PHOTO)
_NEVER = ("cancel", "more", "repeat", "no", "danger", "swap", "skip", "back")


def is_confirmation(before: Conversation) -> bool:
    """Questions of a flow's own whose yes is as good as one to a read-back: pass it on, ask the desk, open it again."""
    asked = ("yes", "elsewhere", "start=ask_policy")
    return any(offer.payload.endswith("=yes") or offer.payload in asked for offer in before.offered)


def unread(before: Conversation, after: Conversation, book: Book) -> dict[str, object]:
    """What was filed with a yes and stood otherwise in what was read back, but for what confirms itself: contact,
    notes, a picture, means of payment, the own home (practice 39)."""
    asked = before.top
    frames = (after.recent, after.top, *after.earlier)
    filed = next((f for f in frames if asked is not None and f is not None and f.flow == asked.flow), None)
    if asked is None or filed is None or asked.awaiting != CONFIRM:
        return {}
    flow, who = book.flows[asked.flow], before.resident
    slots = [one for one in flow.slots if not one.private and one.name != flow.gist and one.kind not in _ITS_OWN]
    told = {one.name: filed.slots[one.name] for one in slots if one.name in filed.slots}
    other = {name: value for name, value in told.items() if name in asked.slots and asked.slots[name] != value}
    return {name: value for name, value in other.items() if not (_home(value, who) and _home(asked.slots[name], who))}


def _home(value: object, who: Resident | None) -> bool:
    return isinstance(value, Place) and own_home(value, who)


def answer(now: Conversation, book: Book, heard: bool, attempt: int) -> str:
    """What somebody who wants to be done would say: what is offered, else what is asked for."""
    top = now.top
    if top is not None and top.awaiting in (AMEND, CHANGE) and now.offered:
        # "What shall I change?": one after the other, and in the end nothing.
        return now.offered[min(attempt, len(now.offered) - 1)].title
    fit = [offer for offer in now.offered if _useful(offer)]
    yes = next((offer for offer in fit if offer.payload == "yes"), None)
    if yes is not None:
        return yes.title
    if fit:
        return fit[min(attempt // 2, len(fit) - 1)].title
    flow = book.flows[top.flow] if top is not None else None
    known = flow is not None and top is not None and top.awaiting is not None and flow.has(top.awaiting)
    if flow is None or top is None or not known:
        return "是"
    kind = flow.slot(top.awaiting or "").kind
    tried = _KEYED.get(kind, _TRIED[kind]) if heard else _TRIED[kind]
    return tried[attempt % len(tried)]


def _useful(offer: Offer) -> bool:
    if offer.payload in _NEVER or offer.payload.startswith(("aside=", "change=")):
        return False
    return not offer.payload.endswith(("=elsewhere", "=other", "=ask"))
