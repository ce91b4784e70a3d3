"""What is asked for after a thank you or a hello: whoever says "thanks, and how much is a space" wants an answer."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.understanding import Danger, Understanding
from intents.clauses import FAIRLY, SAID, SERVICES, Read
from intents.patterns import later

_THANKS = later(SAID["thanks"], re.IGNORECASE)
_GREETS = later(SAID["greets"], re.IGNORECASE)
# So much after them may ask for something.
LEAST = 4


def beyond_manners(whole: Understanding, text: str, read: Read) -> tuple[Understanding, str]:
    """What is asked for after them, and the words that do; `whole` and all the words where nothing is."""
    said = _said_first(whole, text)
    if said is None or len(text) - said.end() < LEAST:
        return whole, text
    rest = text[said.end() :]
    heard = read(rest)
    asks = {"question", "asks_back"} & set(heard.extra)
    if not asks and (heard.intent not in SERVICES or heard.confidence < FAIRLY):
        return whole, text
    lead = said.group() + heard.extra.get("lead", "")
    return replace(heard, extra={**heard.extra, "lead": lead}), rest


def _said_first(whole: Understanding, text: str) -> re.Match[str] | None:
    """A hello only where nothing but the hello was heard."""
    if whole.danger is not Danger.NONE:
        return None
    return _THANKS.match(text) or (_GREETS.match(text) if whole.intent == "greet" else None)
