"""Protocols for what the rooms are handed: time, understanding, pictures, later token stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.contract.messages import Attachment, InboundMessage
from bot.contract.understanding import Understanding


class Clock(Protocol):
    """Two times, never mixed up: `now` is what residents live by and can be fixed in demo mode (`LINLI_NOW`);
    `real` drives leases, retries, signatures and ordering. Both aware."""

    def now(self) -> datetime: ...

    def real(self) -> datetime: ...


class Interpreter(Protocol):
    """Hop 2, in this process and at once: danger, intent, entities; knows no state, never raises for what a
    resident wrote."""

    def understand(self, message: InboundMessage) -> Understanding: ...

    def cry(self, message: InboundMessage) -> Understanding:
        """What its plain words of danger tell, when `understand` is broken."""
        ...


class Recogniser(Protocol):
    """Puts a voice into words."""

    async def words(self, content: bytes, content_type: str, language: str) -> str:
        """Empty where nothing was made out. Raises `Unavailable`."""
        ...


class Advisor(Protocol):
    """Hop 2, a second thought from outside (another engine, a language model) when nobody is in danger.

    May take seconds, never raises: when it is away, it gives back what was heard. It may ask whether somebody is
    in danger, it cannot call danger off.
    """

    async def advise(self, message: InboundMessage, heard: Understanding) -> Understanding: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """What is served of a kept picture."""

    content: bytes
    content_type: str


class Media(Protocol):
    """Pictures that residents send, and what the desk sends them. All may be slow; owner: whose they are, only they
    are shown them again."""

    def keep(self, content: bytes, owner: str) -> Attachment:
        """Raises `Refused` for what is no picture of a kind that we take, or too large."""
        ...

    def keep_any(self, content: bytes, owner: str) -> Attachment:
        """A picture or a PDF, told apart by what is in it. Raises `Refused` for anything else."""
        ...

    def cover(self, key: str, owner: str, boxes: Sequence[tuple[float, float, float, float]]) -> Attachment:
        """A copy with these parts painted over for good; the original stays."""
        ...

    def name(self, seed: str, content_type: str, owner: str) -> str:
        """The key of a picture that is not here yet: the same for the same seed and owner.

        Raises `Refused` (415) for a content type that we do not keep.
        """
        ...

    def put(self, key: str, content: bytes) -> None:
        """What `name` was given for, once it has been fetched; errors as those of `keep`."""
        ...

    def fetch(self, key: str, owner: str) -> Picture:
        """Raises `Refused` (404) for a key that is not theirs."""
        ...
