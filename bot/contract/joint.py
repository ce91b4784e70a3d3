"""What all processes of a channel hold together: who says an answer, what a window still allows, a vendor's token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.contract.messages import Address, InboundMessage, Part, Signed

# The status of a `Refused` of hop 8 whose vendor allows nothing more to this resident for now.
CLOSED = 423


@dataclass(frozen=True, slots=True)
class Kept:
    """Something with an end, such as a vendor's token."""

    value: str = field(repr=False)
    until: datetime


class Shared(Protocol):
    """All may raise `Unavailable`. by: `Listening.by` of the request that was to say the answer."""

    async def once(self, signed: Signed) -> None:
        """For what is no message: that is asked where the message is written down. Raises `NotTheirs` for a signature
        that came with something else before."""
        ...

    async def follow(self, message: InboundMessage, by: str, rest: tuple[Part, ...]) -> bool:
        """What does not fit into the response: hop 8 says it right after. False where this request does not say the
        answer any more."""
        ...

    async def leave(self, message: InboundMessage, by: str) -> bool:
        """The response came too late after all: hop 8 says the answer, unless another request does. False for an answer
        that was never written down, which nobody says then."""
        ...

    async def asked(self, message: InboundMessage, by: str) -> None:
        """A request has come that this message is to be answered in; noted before anything else."""
        ...

    async def said(self, message: InboundMessage) -> None:
        """A response has left with the answer to this message."""
        ...

    def leaves(self, key: str, place: int) -> None:
        """The first byte of this part of what `Outward.send` calls by this key goes out now; noted in microseconds."""
        ...

    def may_have_left(self, key: str, place: int) -> bool:
        """False for what the process before us has begun and not let out; where nobody knows, it may have left."""
        ...

    async def unsaid(self) -> None:
        """At the start: answers that were to leave in a response of this process and did not, because it ended; hop 8
        says them, where nobody has asked again meanwhile."""
        ...

    async def spend(self, who: Address, *, last: bool, key: str = "", place: int = 0) -> bool:
        """One of what the window allows, if there is one; the last of them only where `last` says so.

        key: of `Outward.send`; place: which of its parts goes out now. Noted in the same moment, so that after a kill
        this part is not said again; a part that failed and is tried again has been paid for. Raises `Unavailable` as
        well where another process carries this key by now.
        """
        ...

    async def close(self, who: Address, left: int = 0) -> None:
        """The vendor knows better: so much is left."""
        ...

    async def agreed(self, who: Address, templates: Mapping[str, bool], by: str = "") -> None:
        """One more message of each of these templates is welcome, or none any more. by: what the vendor's event is
        known by, which counts once however often it comes in a row."""
        ...

    async def use(self, who: Address, template: str) -> bool:
        """One of the messages of this template that were welcome, if there is one."""
        ...

    async def take(self, who: Address, start: str) -> str | None:
        """The same of several whose names begin so; which it was, None where there is none."""
        ...

    async def kept(self, name: str) -> Kept | None: ...

    async def keep(self, name: str, value: str, until: datetime) -> None:
        """Sealed, and everybody's turn at it is over."""
        ...

    async def begin(self, name: str, seconds: float) -> bool:
        """Whether it is this process's turn to get it anew; nobody else is given it for so long."""
        ...


class Unshared:
    """Where there is nothing to share with: a channel that needs more is given more."""

    async def once(self, signed: Signed) -> None:
        return None

    async def follow(self, message: InboundMessage, by: str, rest: tuple[Part, ...]) -> bool:
        return True

    async def leave(self, message: InboundMessage, by: str) -> bool:
        return True

    async def asked(self, message: InboundMessage, by: str) -> None:
        return None

    async def said(self, message: InboundMessage) -> None:
        return None

    def leaves(self, key: str, place: int) -> None:
        return None

    def may_have_left(self, key: str, place: int) -> bool:
        return True

    async def unsaid(self) -> None:
        return None

    async def spend(self, who: Address, *, last: bool, key: str = "", place: int = 0) -> bool:
        return True

    async def close(self, who: Address, left: int = 0) -> None:
        return None

    async def agreed(self, who: Address, templates: Mapping[str, bool], by: str = "") -> None:
        return None

    async def use(self, who: Address, template: str) -> bool:
        return False

    async def take(self, who: Address, start: str) -> str | None:
        return None

    async def kept(self, name: str) -> Kept | None:
        return None

    async def keep(self, name: str, value: str, until: datetime) -> None:
        return None

    async def begin(self, name: str, seconds: float) -> bool:
        return True
