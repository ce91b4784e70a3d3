"""Rasa's answer to one utterance parsed, with our `danger` beside it; it needs no server and no database."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.plain import clean
from bot.contract.ports import Interpreter
from bot.contract.understanding import Understanding, Value

Json = dict[str, Any]
PARSE_LIMIT = 10_000


def parse(interpreter: Interpreter, text: str, now: datetime) -> Json:
    """What this interpreter alone makes of a text."""
    message = spoken(text, now)
    return parsed(text, message, interpreter.understand(message))


def spoken(text: str, now: datetime) -> InboundMessage:
    said = clean(text)[:PARSE_LIMIT]
    return InboundMessage(secrets.token_hex(8), Address("rest", "parse"), Kind.TEXT, now, text=said)


def parsed(text: str, message: InboundMessage, understood: Understanding) -> Json:
    """Rasa's parse answer with our `danger` beside it; start and end count characters of the text sent."""
    return {"text": message.text if message.text != text else text, **_understood(understood)}


def _understood(understood: Understanding) -> Json:
    ranking = [{"name": name, "confidence": round(score, 6)} for name, score in understood.alternatives]
    return {
        "intent": {"name": understood.intent, "confidence": round(understood.confidence, 6)},
        "entities": [
            {
                "entity": entity.name,
                "value": plain(entity.value),
                "start": entity.start,
                "end": entity.end,
                "confidence_entity": entity.confidence,
            }
            for entity in understood.entities
            if entity.value is not None
        ],
        "intent_ranking": ranking,
        "danger": {"level": str(understood.danger), "score": round(understood.danger_score, 4)},
    }


def plain(value: Value) -> str | int:
    return value if isinstance(value, (str, int)) else str(value)
