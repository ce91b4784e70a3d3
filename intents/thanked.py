"""What is asked for after a thank you: whoever says "great, thanks, and how much is a space" wants an answer."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.understanding import Danger, Understanding
from intents.clauses import FAIRLY, SAID, SERVICES, Read
from intents.patterns import later

_THANKS = later(SAID["thanks"], re.IGNORECASE)
# So much after the thanks may ask for something.
LEAST = 4


def beyond_thanks(whole: Understanding, text: str, read: Read) -> tuple[Understanding, str]:
    """What is asked for after the thanks, and the words that do; `whole` and all the words where nothing is."""
    thanks = _THANKS.match(text) if whole.danger is Danger.NONE else None
    if thanks is None or len(text) - thanks.end() < LEAST:
        return whole, text
    rest = text[thanks.end() :]
    heard = read(rest)
    asks = {"question", "asks_back"} & set(heard.extra)
    if not asks and (heard.intent not in SERVICES or heard.confidence < FAIRLY):
        return whole, text
    lead = thanks.group() + heard.extra.get("lead", "")
    return replace(heard, extra={**heard.extra, "lead": lead}), rest
