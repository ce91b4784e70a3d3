"""Hop 2 as residents have it: our own engine at once, then whoever is asked besides; neither can stop a message."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from backend.services.alarms import Cry
from bot.contract.conversation import Conversation, Frame
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding, Value
from bot.contract.whereabouts import named_best
from bot.engine.danger.by_ear import in_talk

if TYPE_CHECKING:
    from bot.desk import Desk

# What is said with a place that is not where they are: "the ambulance stands at the north gate".
NOT_WHERE = frozenset({"entry", "came", "asks", "begs"})
# From these one goes out, and says where one stands.
_LEFT = frozenset({"gas", "fire"})
_OUTSIDE = frozenset({"\u697c\u4e0b", "\u5916\u9762", "downstairs", "outside"})
# What is asked of an open alarm, or asked to be kept from somebody: "do not ring them" is no violence.
_BESIDE, _SURELY = ("silent", "asks_called", "asks_when"), 0.85
log = logging.getLogger("linli.hearing")


async def hear(desk: Desk, message: InboundMessage) -> Understanding:
    """For who asks without talking; what breaks is theirs to see."""
    return await advised(desk, message, desk.interpreter.understand(message))


def understood(desk: Desk, message: InboundMessage) -> Understanding:
    """Whatever a resident wrote, there is an understanding of it: the dialogue then says what it did not know."""
    with desk.metrics.hop("understand"):
        try:
            found = desk.interpreter.understand(message)
        except Exception as error:
            log.exception("hop 2 failed")
            desk.metrics.failed.inc()
            desk.metrics.errors.labels("understand", type(error).__name__).inc()
            return desk.interpreter.cry(message)
    desk.metrics.understood(found)
    return found


def meant(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Understanding:
    """The question whether anybody is in danger, in its place; what stands as an alarm already stays one."""
    calmer = understanding.in_talk if understanding.danger is Danger.ASK else None
    return calmer if calmer is not None and in_talk(conversation, message) else understanding


async def advised(desk: Desk, message: InboundMessage, heard: Understanding) -> Understanding:
    """What slower engines think of it, where nobody is in danger; what breaks in one of them changes nothing."""
    for advisor in desk.advisors if heard.danger is not Danger.ALERT else ():
        try:
            with desk.metrics.hop("advise"):
                heard = await advisor.advise(message, heard)
        except Exception as error:
            log.exception("advice failed")
            desk.metrics.failed.inc()
            desk.metrics.errors.labels("advise", type(error).__name__).inc()
    return heard


def spoken_of(before: Conversation, understanding: Understanding, now: datetime) -> Frame | None:
    """The place that was spoken of last, for an alarm that tells none: "we are on the badminton court", then "he fell".

    What is only mentioned takes away nothing of where they said that they are."""
    named, here = named_best(understanding), bool({"here", "caller_away"} & understanding.extra.keys())
    if named is None or before.sos is not None:
        return before.where
    stays = before.where is not None and "here" in before.where.slots and not here
    if stays:
        return before.where
    slots: dict[str, Value] = {"location": named, **({"here": "yes"} if here else {})}
    return Frame("where", 1, "told", slots=slots, touched_at=now)


def cry_of(desk: Desk, message: InboundMessage, understanding: Understanding) -> Cry:
    """What is known of the danger from the words alone."""
    named = named_best(understanding) if understanding.extra.get("amid") not in NOT_WHERE else None
    if named is not None and understanding.danger_kind in _LEFT and "outside" in understanding.extra:
        # "I am downstairs with the children": there it does not burn.
        named = None if named.text.casefold() in _OUTSIDE else named
    return Cry(
        community=desk.binding(message.sender).community,
        sender=message.sender,
        kind=understanding.danger_kind or "plea",
        words=message.text,
        cause=f"{message.sender.channel}:{message.sender.account}:{message.sender.user}:{message.id}"[:400],
        place=named.text if named is not None else None,
        part=named is not None and named.building is None and (named.common or "outside" in understanding.extra),
        loose=named is not None and named.building is None and named.room is None,
        who=understanding.extra.get("who"),
        beside=understanding.amid_share(*_BESIDE) >= _SURELY,
    )
