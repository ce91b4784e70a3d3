"""The two ends of an alarm's ladder over the wire: who cries, and the vendor that is asked to ring, with seconds."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg

from backend.instant import now_ns
from tests.channels.drivers.phone import NUMBER, PATH, SID, new_call, signature
from tests.fakes.twilio import Twilio
from tests.load.line import HOST, Line

REST = "/webhooks/rest/webhook"
# As people write it; each is heard as an alarm.
CRIES = ("救命，我摔倒了起不来", "help, I have fallen and cannot get up")


def clock() -> float:
    """Seconds since 1970, by the clock that the product has."""
    return now_ns() / 1e9


@dataclass
class Vendor(Twilio):
    """hands: (which call of ours, whom, when it was handed over); delay, slow: seconds that it takes over a text
    message and over a call."""

    hands: list[tuple[str, str, float]] = field(default_factory=list)
    delay: float = 0.0
    slow: float = 0.0

    def take(self, what: str, form: dict[str, str]) -> dict[str, Any]:
        at = clock()
        if what == "Messages" or "Url" not in form:
            # Half a request is all that comes of a process that is killed while it writes.
            time.sleep(self.delay)
            return super().take(what, form)
        (call,) = parse_qs(urlsplit(form["Url"]).query)["call"]
        self.hands.append((call, form["To"], at))
        time.sleep(self.slow)
        return super().take(what, form)


@dataclass
class Cries:
    """sent: sender → when the cry left; answered: sender → seconds until its own answer."""

    port: int
    sent: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    async def by_message(self, sender: str, *, patience: float = 0.0) -> None:
        """As an integrator's chat sends it; one that gets no answer is sent again, with its own id, for so long."""
        body = {"sender": sender, "message": CRIES[len(self.sent) % 2]}
        body_ = json.dumps({**body, "metadata": {"message_id": uuid.uuid4().hex}}).encode()
        began = self.sent.setdefault(sender, clock())
        while True:
            try:
                async with Line(self.port, REST) as line:
                    status, _ = await line.post(body_)
            except (OSError, EOFError, TimeoutError):
                status = 0
            if status == 200:
                self.answered[sender] = clock() - began
                return
            if clock() - began >= patience:
                self.lost.append(sender)
                return
            await asyncio.sleep(0.1)

    async def by_key(self, number: str) -> None:
        """A call to the hotline, and 9."""
        call = new_call()
        await self._form(PATH, call, number, "")
        self.sent[number] = clock()
        if await self._form(f"{PATH}/turn?step=1", call, number, "9") == 200:
            self.answered[number] = clock() - self.sent[number]
        else:
            self.lost.append(number)

    async def _form(self, path: str, call: str, number: str, digits: str) -> int:
        form = {"CallSid": call, "AccountSid": SID, "From": number, "To": NUMBER, "Digits": digits}
        body = urlencode(form).encode()
        signed = signature(path, body, host=f"http://{HOST}:{self.port}")
        kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signed}
        async with Line(self.port, path, **kind) as line:
            status, _ = await line.post(body)
        return status


def rows(database: Path | str, statement: str) -> list[tuple[Any, ...]]:
    """What stands there: a SQLite file, or a PostgreSQL url."""
    if isinstance(database, Path):
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as held:
            return held.execute(statement).fetchall()
    with psycopg.connect(database) as connection:
        return connection.execute(statement.encode()).fetchall()


def alarms_of_calls(database: Path | str) -> dict[str, str]:
    """Call of ours → the alarm that it is about."""
    found = rows(database, "SELECT id, about FROM ring WHERE purpose = 'alarm'")
    return {key: str((json.loads(about) if isinstance(about, str) else about)["alarm"]) for key, about in found}


def senders(database: Path | str) -> dict[str, str]:
    """Alarm → who cried; of a call the number alone."""
    return {key: str(by).partition("#")[0] for key, by in rows(database, "SELECT id, reported_by FROM alarm")}


def surroundings(vendor: Vendor, port: int) -> dict[str, str]:
    """What the served product is told, so that it rings and is asked what to say."""
    return {"LINLI_TWILIO_API_BASE": vendor.url, "LINLI_PUBLIC_URL": f"http://{HOST}:{port}"}
