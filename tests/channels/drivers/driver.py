"""What the conformance suite asks of a channel: to be spoken to in its vendor's own requests."""

from __future__ import annotations

import abc
import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import httpx
from PIL import Image
from sqlalchemy import func, select

from backend.media import Shelf
from backend.models.talk import message, outbox
from backend.services import bindings
from bot.contract.errors import Unavailable
from bot.contract.messages import Part
from bot.settings import Settings
from bot.work import new_courier
from tests.fakes.clock import Ahead
from tests.resident import Resident
from tests.standing import Standing

NOW = "2026-11-20T09:30"
_UNSAID = "this channel neither carries it nor says in `lacks` that it does not"


@dataclass(frozen=True, slots=True)
class Heard:
    """One bubble as its reader sees it; buttons: title → what a tap on it sends."""

    text: str
    buttons: dict[str, str] = field(default_factory=dict)


class Driver(abc.ABC):
    """lacks: what this channel does not carry at all, as its README says; refusal: the status for who proves nothing;
    asks_again: whether its vendor brings what could not be stored once more, else the resident is told to;
    in_response: it has hop 8, and yet answers go into the response."""

    name: ClassVar[str]
    lacks: ClassVar[frozenset[str]] = frozenset()
    pushes: ClassVar[bool] = False
    refusal: ClassVar[int] = 401
    asks_again: ClassVar[bool] = True
    in_response: ClassVar[bool] = False

    user: ClassVar[str] = "li-na"

    def __init__(self, settings: Settings, standing: Standing, side: Any) -> None:
        """settings: `configured`, on a copy of the demo; side: what `stand_in` gave."""
        self.settings = settings
        self.one = Resident(self.settings, standing.interpreter, self.user, NOW, standing=standing)
        self.numbers = itertools.count(1)
        self.courier = new_courier(self.one.app.state.tools)

    @classmethod
    def stand_in(cls) -> Any:
        """The vendor's end of the line, with a `close`; None where there is none."""
        return None

    @classmethod
    def configured(cls, side: Any) -> dict[str, Any]:
        """Settings that point at the stand-in."""
        return {}

    @property
    def sender(self) -> str:
        """As Linli names whoever writes here."""
        return self.user

    def do(self, work: Callable[..., Any]) -> Any:
        """With the storage, as a message does it."""
        return self.one.app.state.desk.db.submit(work).result(30)

    @abc.abstractmethod
    def text(self, words: str, number: int | None = None) -> httpx.Response: ...

    @abc.abstractmethod
    def tap(self, title: str, payload: str) -> httpx.Response: ...

    @abc.abstractmethod
    def forged(self) -> list[httpx.Response]:
        """The same words from somebody who cannot prove what the vendor proves: wrongly, and not at all."""

    @abc.abstractmethod
    def raw(self, body: bytes) -> httpx.Response:
        """Anything at all, rightly signed."""

    def stranger(self) -> httpx.Response:
        """To an account that there is not."""
        raise AssertionError(_UNSAID)

    def photo(self) -> httpx.Response:
        raise AssertionError(_UNSAID)

    def place(self, latitude: float, longitude: float) -> httpx.Response:
        raise AssertionError(_UNSAID)

    def voice(self) -> httpx.Response:
        raise AssertionError(_UNSAID)

    def unknown(self) -> httpx.Response:
        raise AssertionError(_UNSAID)

    def code(self) -> str:
        """What the desk gives to the resident of 3栋2单元501."""
        desk = self.one.app.state.desk
        made = desk.db.submit(lambda c: bindings.issue(c, "sunshine", 1, "test", desk.clock.now()))
        found: str = made.result(10)
        return found

    def bind(self) -> None:
        """Whoever writes here becomes a resident of the demo; where they are one already, nothing."""
        return

    def patience(self, seconds: int) -> None:
        """The vendor refuses the next message, and says for how long."""
        raise AssertionError(_UNSAID)

    def block(self, yes: bool) -> None:
        raise AssertionError(_UNSAID)

    @abc.abstractmethod
    def read(self, response: httpx.Response) -> list[Heard]:
        """What has reached the reader since the last look."""

    @abc.abstractmethod
    def shown(self, parts: tuple[Part, ...]) -> str:
        """Everything that a reader sees of these parts."""

    # What is the same for all

    def say(self, words: str) -> list[Heard]:
        return self.hear(self.text(words))

    def hear(self, response: httpx.Response) -> list[Heard]:
        assert response.status_code == 200, response.text
        self.deliver()
        return self.read(response)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.settings.media_path)

    @contextmanager
    def nothing_stored(self) -> Iterator[None]:
        """The disk is full, for as long as it lasts."""
        db = self.one.app.state.desk.db
        write = db.part.write

        async def away(*_: Any, **__: Any) -> Any:
            raise Unavailable("the disk is full")

        db.part.write = away
        try:
            yield
        finally:
            db.part.write = write

    def put_off(self, response: httpx.Response) -> bool:
        """What could not be stored comes again where the vendor does that, else the resident is asked to send it."""
        if self.asks_again:
            return response.status_code == 503
        return any("再发" in one.text for one in self.read(response))

    def at_once(self, response: httpx.Response) -> list[Heard]:
        """What the response itself tells the vendor to say."""
        return []

    def later(self, by: timedelta) -> None:
        """So much time passes for whatever waits to be tried again."""
        tools = self.one.app.state.tools
        self.courier = new_courier(replace(tools, clock=Ahead(tools.clock, by)))

    def deliver(self) -> None:
        self.one.loop.run_until_complete(self.courier.clear())

    def post(self, path: str, body: bytes | dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.one.request("POST", path, content=content, headers={"content-type": "application/json", **headers})

    def messages(self) -> int:
        """How many were ever written down."""
        found: int = self._count(select(func.count()).select_from(message))
        return found

    def rows(self, kind: str = "reply") -> list[Any]:
        query = select(outbox).where(outbox.c.kind == kind, outbox.c.channel == self.name).order_by(outbox.c.id)
        found: list[Any] = self.one.app.state.desk.db.read_now(lambda c: list(c.execute(query)))
        return found

    def _count(self, query: Any) -> Any:
        return self.one.app.state.desk.db.read_now(lambda c: c.execute(query).scalar_one())

    def close(self) -> None:
        self.one.loop.run_until_complete(self.courier.close())
        self.one.close()


def picture() -> bytes:
    """A photo as a phone makes one, only smaller."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 60)).save(out, "JPEG")
    return out.getvalue()
