"""Reads what `/model/parse` answers, and takes nothing from it that is not in its place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

NAMED = 20
# Rasa's own word for "none of these", should a configuration say it.
FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text that Rasa gave the name of a slot."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """ranking: (intent, score), best first, as Rasa scores; spans: of the text that was sent."""

    ranking: tuple[tuple[str, float], ...]
    spans: tuple[Span, ...]


def read(data: Any, text: str, known: frozenset[str]) -> Answer:
    """known: the intents there are; raises `ValueError` for an answer that cannot be one to this text."""
    if not isinstance(data, dict):
        raise ValueError("not an object")
    best = _scored(data.get("intent"), known)
    others = data.get("intent_ranking", [])
    if not isinstance(others, list):
        raise ValueError("no ranking")
    ranking = {best[0]: best[1]}
    for item in others:
        name, score = _scored(item, known)
        if score > best[1]:
            raise ValueError("the winner is not the best")
        ranking.setdefault(name, score)
    found = data.get("entities", [])
    if not isinstance(found, list) or len(found) > 1_000:
        raise ValueError("no entities")
    spans = [_span(item, text) for item in found]
    return Answer(tuple(sorted(ranking.items(), key=lambda pair: -pair[1])), tuple(spans))


def _scored(item: Any, known: frozenset[str]) -> tuple[str, float]:
    if not isinstance(item, dict):
        raise ValueError("no intent")
    name, score = item.get("name"), item.get("confidence")
    if name == FALLBACK:
        name = OUT_OF_SCOPE
    if not isinstance(name, str) or name not in known:
        raise ValueError("an intent that we do not have")
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not math.isfinite(score):
        raise ValueError("no score")
    if not 0.0 <= score <= 1.000001:
        raise ValueError("a score out of range")
    return name, min(1.0, float(score))


def _span(item: Any, text: str) -> Span:
    if not isinstance(item, dict):
        raise ValueError("no entity")
    name, start, end = item.get("entity"), item.get("start"), item.get("end")
    if not isinstance(name, str) or len(name) > NAMED or type(start) is not int or type(end) is not int:
        raise ValueError("no entity")
    if not 0 <= start < end <= len(text):
        raise ValueError("an entity outside the text")
    return Span(name, start, end)
