"""What a resident hears when the storage is away: nothing stands behind it but the words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.contract.conversation import Community
from bot.contract.errors import Unavailable
from bot.contract.messages import InboundMessage, OutboundMessage
from bot.contract.text import Text, t
from bot.contract.understanding import Understanding

if TYPE_CHECKING:
    from bot.desk import Desk

log = logging.getLogger("linli.inbox")

STANDS = t("Your call for help has been recorded and the people on duty are being alerted.")
LATER = t("I cannot write this down at the moment, so nothing was done. Please send it again in a minute.")


def later(error: Unavailable) -> Unavailable:
    """The same with words for the resident. Told to the log here: a channel that says them tells nobody else."""
    # The first line names the trouble; what a database adds below it may quote a row.
    log.error("not available: %s", error.reason.split("\n", 1)[0])
    return Unavailable(error.reason, retry_after=error.retry_after, say=LATER)


def unstored_text(community: Community) -> Text:
    numbers = community.emergency
    return t(
        "Your call could not be passed on: please dial {ambulance}, {fire} or {police} yourself now.",
        ambulance=numbers["ambulance"],
        fire=numbers["fire"],
        police=numbers["police"],
    )


def unstored(desk: Desk, message: InboundMessage, understanding: Understanding, text: Text) -> OutboundMessage:
    """An answer that no row stands behind: the storage is away, the alarm is not."""
    language = understanding.language or desk.default_language
    spoken = desk.speaker.speak([text], None, language=language, profile=message.profile, now=desk.clock.now())
    return OutboundMessage(message.sender, spoken.parts, message.id)
