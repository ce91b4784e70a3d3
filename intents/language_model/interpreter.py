"""Hop 2's second thought by a language model: a rejected sentence becomes one of our commands, or stays rejected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.contract.messages import InboundMessage, Kind
from bot.contract.understanding import Danger, Entity, Understanding
from intents import entities
from intents.classifier import OUT_OF_SCOPE, Guess
from intents.language_model.commands import CHOICES, READ, Command, read
from intents.language_model.redact import Redacted, redact
from intents.outside import Count, Outside
from intents.understand import Embedded

NAME = "language_model"
SECONDS = 3.0
LONGEST = 600
PROMPT = Path(__file__).resolve().parent / "prompt.txt"
# A model's word starts a flow, which reads back before it files; it does not interrupt an open one (0.6 would).
# Only a person may be called into it at any time. It can never call an alarm off (0.55 would).
STARTS, HANDS_OVER, QUOTED = 0.5, 0.6, 0.5
_INTENTS = {"correct": ("correct", STARTS), "cancel": ("cancel", STARTS), "hand_over": ("ask_human", HANDS_OVER)}


class LanguageModel:
    """Asks any OpenAI-compatible `/chat/completions`; flows: the intents it may start."""

    def __init__(
        self,
        embedded: Embedded,
        url: str,
        model: str,
        key: str,
        count: Count,
        flows: frozenset[str],
        seconds: float = SECONDS,
    ) -> None:
        self._embedded = embedded
        self._model = model
        self._flows = flows & embedded.names
        self._prompt = _prompt(self._flows)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.line = Outside(NAME, url.rstrip("/") + "/chat/completions", seconds, count, headers=headers)

    async def advise(self, message: InboundMessage, heard: Understanding) -> Understanding:
        if not _rejected(message, heard):
            return heard
        sent = redact(message.text, (*heard.entities, *entities.extract(message.text, message.received_at)))
        command = await self.line.ask(self._question(sent.text), lambda data: read(data, self._flows))
        return heard if command is None else self._obey(command, message, heard, sent)

    async def close(self) -> None:
        await self.line.close()

    def _question(self, text: str) -> dict[str, Any]:
        said = [{"role": "system", "content": self._prompt}, {"role": "user", "content": text}]
        shape = {"type": "json_object"}
        return {"model": self._model, "messages": said, "temperature": 0, "max_tokens": 120, "response_format": shape}

    def _obey(self, command: Command, message: InboundMessage, heard: Understanding, sent: Redacted) -> Understanding:
        quoted = _quoted(command, message, sent)
        if command.slot is not None and quoted is None:
            # It quotes what nobody said.
            return heard
        if command.name == "clarify" and not command.flows:
            return heard
        if command.name == "clarify":
            between = tuple((flow, STARTS / len(command.flows)) for flow in command.flows)
            return replace(heard, alternatives=(*between, (OUT_OF_SCOPE, heard.confidence)), source=NAME)
        if command.name == "set_slot":
            told = heard
        else:
            intent, sure = _INTENTS.get(command.name) or (command.flows[0], STARTS)
            guess = Guess(intent, sure, ((intent, sure),), heard.danger_score)
            told = self._embedded.understand(message, guess)
        named = told.entities if quoted is None else _with(told.entities, quoted)
        return replace(told, entities=named, source=NAME)


def _prompt(flows: frozenset[str]) -> str:
    choices = "; ".join(f"{slot}: {', '.join(sorted(values))}" for slot, values in CHOICES.items())
    text = PROMPT.read_text(encoding="utf-8")
    for name, value in (("choices", choices), ("read", ", ".join(sorted(READ))), ("flows", ", ".join(sorted(flows)))):
        text = text.replace("{" + name + "}", value)
    return text


def _rejected(message: InboundMessage, heard: Understanding) -> bool:
    spoken = message.kind in (Kind.TEXT, Kind.VOICE) and message.choice is None
    wordy = 2 <= len(message.text) <= LONGEST and any(char.isalpha() for char in message.text)
    order = message.text.strip().startswith("/")
    return spoken and wordy and not order and heard.danger is Danger.NONE and heard.intent == OUT_OF_SCOPE


def _quoted(command: Command, message: InboundMessage, sent: Redacted) -> Entity | None:
    """The named value at the place where the resident said it; read by our own grammar unless it is a choice."""
    where = sent.whence(command.quote) if command.slot is not None and command.quote is not None else None
    if where is None or command.slot is None:
        return None
    text = message.text[where[0] : where[1]]
    if command.slot in CHOICES and command.value is not None:
        return Entity(command.slot, command.value, text, *where, QUOTED)
    for one in entities.extract(text, message.received_at):
        if one.name == command.slot and one.value is not None:
            return replace(one, start=one.start + where[0], end=one.end + where[0], confidence=QUOTED)
    return None


def _with(found: tuple[Entity, ...], quoted: Entity) -> tuple[Entity, ...]:
    kept = [one for one in found if one.name != quoted.name]
    return tuple(sorted([*kept, quoted], key=lambda one: (one.start, one.end)))
