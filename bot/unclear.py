"""Keeps what was not understood for the desk to teach, with stand-ins for whatever points to a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml

from backend.services.teach import unclear
from backend.services.teach.unclear import LONGEST, Mark, Said
from bot.contract.conversation import Conversation
from bot.contract.flow import Event, Turn
from bot.contract.messages import InboundMessage, Kind
from bot.contract.ports import Interpreter
from bot.contract.understanding import Danger, Entity, Place, Understanding
from bot.masking import mask

Redact = Callable[[str, Iterable[Entity]], str]
FILE = Path(__file__).resolve().parent / "stand_ins.yml"
# What a decision says of how well the words were understood.
_WHY = {
    "unknown": "unknown",
    "missing": "unknown",
    "clarify": "clarified",
    "swap": "clarified",
    "ask_danger": "doubted",
}
# What is taken by its place in the talk, however little its words say by themselves.
_BY_PLACE = frozenset({"answer", "yes", "no", "change", "fact", "again", "empty", "silence", "unused", "alarm"})
# A guess that is less sure was hardly more than that.
DOUBT = 0.5
# Shorter than this, there is nothing in it to learn from; a yes or a number is understood by its place.
SHORTEST = 5
_HAN = 0x2E80
_KINDS = re.compile(r"\[([A-Z_]+)\]")
_DIGITS = re.compile(r"\d*\*{2,}\d*|\*{3,}")
# What would be a mark, or a line of its own, in a file of sentences is plain text here.
_PLAIN = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "`": "'", "\\": "/"})


@dataclass(frozen=True, slots=True)
class Notes:
    """redact: takes personal data out of a sentence, given what was found in it."""

    interpreter: Interpreter
    redact: Redact
    default_language: str

    def keep(self, turn: Turn, conversation: Conversation, act: str, events: Iterable[Event]) -> None:
        """After a decision, in the message's own transaction."""
        message, heard = turn.message, turn.understanding
        if turn.alarm is not None:
            unclear.alarmed(turn.db, conversation.id, turn.real)
        if conversation.sos is not None or heard.danger is Danger.ALERT:
            return  # what somebody says in danger is for those on their way, not for whoever teaches
        why = _WHY.get(act)
        guessed = act not in _BY_PLACE and heard.confidence < DOUBT
        if why is None and (heard.danger is Danger.ASK or guessed):
            why = "doubted"
        if any(event.name == "handoff" for event in events):
            self._before(turn, conversation)
        if why is not None and _worth_it(message, heard):
            self._put(turn, conversation, message.text, heard, why)

    def _before(self, turn: Turn, conversation: Conversation) -> None:
        """A person was asked for: what was said right before may not have been understood."""
        said = unclear.before(turn.db, conversation.id, turn.message.id)
        if said is None:
            return
        message = replace(turn.message, text=said, kind=Kind.TEXT)
        heard = self.interpreter.understand(message)
        if heard.danger is not Danger.ALERT and _worth_it(message, heard) and len(heard.said or said) > SHORTEST:
            self._put(turn, conversation, said, heard, "handed_over")

    def _put(self, turn: Turn, conversation: Conversation, said: str, heard: Understanding, why: str) -> None:
        language = heard.language or conversation.language or self.default_language
        text, marks = self.anonymous(said[:LONGEST], heard.entities, language)
        top = turn.conversation.top
        unclear.keep(
            turn.db,
            Said(
                community=conversation.community.id,
                conversation=conversation.id,
                channel=turn.message.sender.channel,
                language=language,
                text=text,
                marks=marks,
                why=why,
                flow=top.flow if top is not None else None,
                guesses=tuple(heard.alternatives[:5]),
            ),
            turn.real,
        )

    def anonymous(self, said: str, entities: Iterable[Entity], language: str) -> tuple[str, tuple[Mark, ...]]:
        """The sentence with stand-ins, and where they stand."""
        kinds = _stand_ins().get(language) or _stand_ins()["en"]
        pieces = _KINDS.split(self.redact(said, [one for one in entities if _points(one, said)]))
        text, marks = "", []
        for n, piece in enumerate(pieces):
            slot, words = kinds.get(piece, ("", piece)) if n % 2 else ("", _plain(piece, kinds["NUMBER"][1]))
            if slot:
                marks.append((len(text), len(text) + len(words), slot))
            text += words
        return text, tuple(marks)


def _plain(piece: str, number: str) -> str:
    """One line without marks of ours or numbers of anybody's."""
    masked = _DIGITS.sub(number, mask(piece)).translate(_PLAIN)
    clean = "".join(char if char.isprintable() else " " for char in masked)
    return re.sub(r"\s+", " ", clean)


def _points(entity: Entity, said: str) -> bool:
    """Whether it points to a home or a person: "the stairs" does not."""
    if entity.end > len(said):
        return False
    place = entity.value
    return not isinstance(place, Place) or any((place.building, place.unit, place.room))


def _worth_it(message: InboundMessage, heard: Understanding) -> bool:
    # A character of Chinese says as much as a few letters do.
    letters = sum(1 if ord(char) < _HAN else 2 for char in message.text if char.isalpha())
    return message.kind is Kind.TEXT and letters >= SHORTEST and "foreign" not in heard.extra


@lru_cache
def _stand_ins() -> dict[str, dict[str, tuple[str, str]]]:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {lang: {kind: (slot, words) for kind, (slot, words) in found.items()} for lang, found in data.items()}
