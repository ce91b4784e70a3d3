"""What all processes of a channel hold together: who says an answer, what a window still allows, a vendor's token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.contract.messages import Address, InboundMessage, Part

# The status of a `Refused` of hop 8 whose vendor allows nothing more to this resident for now.
CLOSED = 423


@dataclass(frozen=True, slots=True)
class Kept:
    """Something with an end, such as a vendor's token."""

    value: str = field(repr=False)
    until: datetime


class Shared(Protocol):
    """All may raise `Unavailable`. by: the request that answers, unlike any other and sorted after those before it."""

    async def claim(self, message: InboundMessage, by: str, rest: tuple[Part, ...] = ()) -> bool:
        """Whether the response may say the answer to this message: hop 8 then never does. False when hop 8 has it.

        rest: what does not go into the response; hop 8 says it right after. A repeated request of the vendor may claim
        again, since nothing has reached it yet; it is then the only one that holds the claim, and no earlier one may.
        """
        ...

    async def leave(self, message: InboundMessage, by: str) -> bool:
        """The response came too late: hop 8 says the answer, unless another request has claimed it since. False for an
        answer that was never written down, which nobody says then."""
        ...

    async def overdue(self) -> None:
        """Answers that no response claimed in time, because the process ended: hop 8 says them."""
        ...

    async def spend(self, who: Address, *, last: bool) -> bool:
        """One of what the window allows, if there is one; the last of them only where `last` says so."""
        ...

    async def close(self, who: Address, left: int = 0) -> None:
        """The vendor knows better: so much is left."""
        ...

    async def agreed(self, who: Address, templates: Mapping[str, bool]) -> None:
        """One more message of each of these templates is welcome, or none any more."""
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

    async def claim(self, message: InboundMessage, by: str, rest: tuple[Part, ...] = ()) -> bool:
        return True

    async def leave(self, message: InboundMessage, by: str) -> bool:
        return True

    async def overdue(self) -> None:
        return None

    async def spend(self, who: Address, *, last: bool) -> bool:
        return True

    async def close(self, who: Address, left: int = 0) -> None:
        return None

    async def agreed(self, who: Address, templates: Mapping[str, bool]) -> None:
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
