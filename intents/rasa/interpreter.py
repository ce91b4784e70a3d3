"""Hop 2's second thought by Rasa: its intent in place of ours, and the names of things where we found none."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.messages import InboundMessage, Kind
from bot.contract.understanding import Danger, Entity, Place, Understanding
from intents import entities
from intents.outside import Count, Outside
from intents.rasa.answers import Answer, Span, read
from intents.rasa.scores import Scores
from intents.rasa.text import for_rasa
from intents.understand import Embedded
from intents.weighed import OF_VISITS, VISIT

NAME = "rasa"
SECONDS = 2.0
# A longer text is a document; our own engine reads it at both ends.
LONGEST = 1_000
# What is kept as it was said, so that Rasa's mark alone is enough.
_AS_SAID = frozenset({"visitor_name"})
_SURE_OF_SPAN = 0.8


class Rasa:
    """Asks `/model/parse`; away, slow or strange, and what was heard by ourselves stands."""

    def __init__(self, embedded: Embedded, url: str, scores: Scores, count: Count, seconds: float = SECONDS) -> None:
        self._embedded = embedded
        self._scores = scores
        self.line = Outside(NAME, url.rstrip("/") + "/model/parse", seconds, count)

    async def advise(self, message: InboundMessage, heard: Understanding) -> Understanding:
        if not worth_asking(message, heard):
            return heard
        text, known = for_rasa(message.text), self._embedded.names
        answer = await self.line.ask({"text": text}, lambda data: read(data, text, known))
        if answer is None:
            return heard
        told = self._embedded.understand(message, self._scores.guess(answer, heard.danger_score))
        return replace(told, entities=_joined(message, told, answer), source=NAME)

    async def close(self) -> None:
        await self.line.close()


def worth_asking(message: InboundMessage, heard: Understanding) -> bool:
    """Words in which nobody is in danger; taps, keys, silence and documents need no second thought."""
    spoken = message.kind in (Kind.TEXT, Kind.VOICE) and message.choice is None
    short = len(message.text) <= LONGEST and any(char.isalpha() for char in message.text)
    return spoken and short and heard.danger is Danger.NONE


def _joined(message: InboundMessage, told: Understanding, answer: Answer) -> tuple[Entity, ...]:
    """Ours first; of Rasa's those of a name that we did not find, where none of ours stands."""
    found = list(told.entities)
    for span in answer.spans:
        if span.name in OF_VISITS and told.intent != VISIT:
            continue
        free = not any(one.name == span.name or (one.start < span.end and span.start < one.end) for one in found)
        entity = _valued(message, span) if free else None
        if entity is not None:
            found.append(entity)
    return tuple(sorted(found, key=lambda entity: (entity.start, entity.end)))


def _valued(message: InboundMessage, span: Span) -> Entity | None:
    """A marked stretch with a value our flows can use, None when we cannot read one out of it."""
    text = message.text[span.start : span.end]
    for entity in entities.extract(text, message.received_at):
        if entity.name == span.name and entity.value is not None:
            return replace(entity, start=entity.start + span.start, end=entity.end + span.start)
    if span.name == "location":
        return Entity(span.name, Place(text), text, span.start, span.end, _SURE_OF_SPAN)
    if span.name in _AS_SAID:
        return Entity(span.name, text, text, span.start, span.end, _SURE_OF_SPAN)
    return None
