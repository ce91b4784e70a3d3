"""The other end of a call that we begin: Twilio rings, and whoever answers hears, presses, speaks or hangs up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from backend.models.ringing import ring
from backend.models.talk import outbox
from backend.services.ladder import reach, start
from bot.settings import Settings
from bot.work.effects import EFFECTS
from intents.understand import Embedded
from tests.channels.drivers import Bench
from tests.channels.drivers.phone import HOST, NUMBER, Vendor, new_call
from tests.fakes.twilio import ALARMS, Twilio

COMMUNITY = "sunshine"
# Of the demo: two on duty, and whom to call for whoever cries for help in these tests.
FIRST, SECOND, FAMILY = "+8613700000001", "+8613700000002", "+8613900000004"


class Outgoing(Vendor):
    """The hotline's driver with a vendor that rings."""

    pushes = True

    def __init__(self, settings: Any, standing: Any, side: Twilio) -> None:
        self.fake = side
        self.fake.anew()
        super().__init__(settings, standing, side)
        self.do(lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))

    @classmethod
    def stand_in(cls) -> Twilio:
        return Twilio()

    @classmethod
    def configured(cls, side: Twilio) -> dict[str, Any]:
        return {"vendors": {"TWILIO_API_BASE": side.url, "PHONE_DEMO_ALARMS": ALARMS}, "public_url": HOST}

    def climb(self, story: str = start.STORY) -> None:
        """The rung (or another story) that waits, as the work engine would wake it; then what is due is carried."""
        desk = self.one.app.state.desk

        def due(connection: Connection) -> None:
            waiting = select(outbox).where(outbox.c.kind == "story", outbox.c.state != "ended").order_by(outbox.c.id)
            for row in connection.execute(waiting).all():
                if row.body.get("story") == story:
                    EFFECTS[story](connection, row.id, row.body["data"], desk.clock.now(), desk.clock.real())
                    connection.execute(outbox.update().where(outbox.c.id == row.id).values(state="ended", queue=None))

        self.do(due)
        self.deliver()

    def send(self, path: str, **fields: str) -> Any:
        """Our answers name the whole address."""
        return super().send(path.removeprefix(HOST), **fields)

    def today(self) -> date:
        today: date = self.one.app.state.desk.clock.now().date()
        return today

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [one for one in self.fake.sent if one["What"] == "Calls"]

    def rows(self, kind: str = "call") -> list[Any]:
        return list(self.do(lambda c: c.execute(select(ring).order_by(ring.c.id)).all()))

    # Whoever is rung

    def pick_up(self, whose: str = "", **fields: str) -> str:
        """The phone that was rung last, or the last call to this number, is answered; what is heard."""
        self.form = self.last(whose)
        self.call = new_call()
        return self.say_of(self._post(self.form["Url"], **fields))

    def last(self, whose: str = "") -> dict[str, Any]:
        return next(one for one in reversed(self.calls) if not whose or one["To"] == whose)

    def rung(self) -> list[str]:
        """Who was rung so far; calls that begin at once arrive in any order."""
        return sorted(str(one["To"]) for one in self.calls)

    def press(self, keys: str) -> str:
        return self.say_of(self._post(self.action, Digits=keys))

    def tell(self, words: str) -> str:
        return self.say_of(self._post(self.action, SpeechResult=words, Confidence="0.8"))

    def nothing(self) -> str:
        return self.say_of(self._post(self.action, Digits=""))

    def hang_up(self, status: str = "completed", **fields: str) -> None:
        assert self._post(self.form["StatusCallback"], CallStatus=status, **fields).status_code == 200
        self.deliver()

    def machine(self) -> None:
        url = self.form["AsyncAmdStatusCallback"]
        assert self._post(url, AnsweredBy="machine_start").status_code == 200

    @property
    def over(self) -> bool:
        return self.twiml is not None and self.twiml.find("Hangup") is not None

    def _post(self, url: str, **fields: str) -> Any:
        return self.send(url, From=NUMBER, To=self.form["To"], Direction="outbound-api", **fields)

    def say_of(self, response: Any) -> str:
        assert response.status_code == 200, response.text
        self.deliver()
        return "\n".join(one.text for one in self.read(response))


@pytest.fixture(scope="module")
def bench(prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    one = Bench("phone", prepared, interpreter, tmp_path_factory.mktemp("rings"), Outgoing)
    yield one
    one.close()


@pytest.fixture
def at(bench: Bench, tmp_path: Path) -> Iterator[Outgoing]:
    with bench.driver(tmp_path) as one:
        assert isinstance(one, Outgoing)
        yield one
