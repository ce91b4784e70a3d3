"""From parts to text messages: one after the other in as few as they fit, in the cheaper alphabet where that is so."""

from __future__ import annotations

from collections.abc import Sequence

from bot.contract.messages import Card, Choices, Link, Media, Part, Words
from bot.contract.shown import pieces
from channels.sms.segments import thrifty

# Twilio takes so many characters at a time.
BODY = 1_600


def render(parts: Sequence[Part]) -> list[str]:
    texts = [text for part in parts if (text := _words(part))]
    return [thrifty(piece) for piece in pieces("\n".join(texts), BODY)]


def _words(part: Part) -> str:
    match part:
        case Words():
            return part.text
        case Choices():
            # The text names the numbers; what it does not name stands below it.
            unsaid = [f"{one.key}. {one.title}" for one in part.items if one.title not in part.text]
            return "\n".join([part.text, *unsaid])
        case Card():
            return part.text or "\n".join([part.title, *(f"{label}: {value}" for label, value in part.rows)])
        case Link():
            return f"{part.title}\n{part.url}"
        case Media():
            return f"{part.alt}\n{part.url}"
