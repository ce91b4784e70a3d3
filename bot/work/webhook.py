"""Carries webhooks in the manner of Standard Webhooks, only to addresses that are looked at again before each call."""

from __future__ import annotations

import asyncio
import base64
import email.utils
import hashlib
import hmac
import json
import ssl
from collections.abc import Sequence
from datetime import datetime

from backend.db import Record
from backend.services import webhook_secrets
from bot.contract.errors import Refused, Unavailable
from bot.contract.ports import Clock
from bot.work.line import Answer, Garbled, Line

ANSWER_SECONDS = 10.0
GONE = 410
AGENT = "Linli-Webhooks/1"


def sign(secrets: Sequence[str], key: str, timestamp: int, body: bytes) -> str:
    """One signature for each key that holds, the newest first."""
    said = f"{key}.{timestamp}.".encode() + body
    return " ".join("v1," + _signature(secret, said) for secret in secrets)


def _signature(secret: str, said: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def body_of(row: Record) -> bytes:
    """What happened to a thing is written down in its order: of one thing, a larger sequence is the newer news."""
    return json.dumps({**row.body, "sequence": row.id}, ensure_ascii=False, separators=(",", ":")).encode()


class Webhooks:
    """Each endpoint has its own few connections: none of them waits for another's."""

    def __init__(self, clock: Clock, *, loopback: bool) -> None:
        self._clock = clock
        self._loopback = loopback
        self._lines: dict[str, Line] = {}
        self._trust = ssl.create_default_context()

    async def carry(self, row: Record) -> None:
        if not row.url or not row.secrets:
            raise Refused("this endpoint was removed")
        real = self._clock.real()
        answer = await self._post(row, real)
        if 200 <= answer.status < 300:
            return
        if answer.status == GONE:
            raise Refused("the endpoint answered 410: it is gone", status=GONE)
        where = " (redirects are not followed)" if 300 <= answer.status < 400 else ""
        wait = retry_after(answer.headers.get("retry-after", ""), real)
        raise Unavailable(f"the endpoint answered {answer.status}{where}", retry_after=wait)

    async def _post(self, row: Record, real: datetime) -> Answer:
        """The id stays over all tries, the time and the signatures are those of this one."""
        body = body_of(row)
        key, timestamp = str(row.body["id"]), int(real.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(webhook_secrets.holding(row.user, row.secrets, real), key, timestamp, body),
        }
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._line(row).post(headers, body)
        except TimeoutError as error:
            raise Unavailable(f"no answer within {ANSWER_SECONDS:.0f} s", retry_after=0) from error
        except Refused as error:
            # What was public when it was written down may be a name of ours today, and another tomorrow.
            raise Unavailable(error.reason, retry_after=0) from error
        except (OSError, EOFError, Garbled) as error:
            raise Unavailable(f"{type(error).__name__}: {error}"[:200], retry_after=0) from error

    def _line(self, row: Record) -> Line:
        line = self._lines.get(row.user)
        if line is None or line.url != row.url:
            line = self._lines[row.user] = Line(row.url, self._trust, loopback=self._loopback)
        return line

    async def close(self) -> None:
        for line in self._lines.values():
            line.close()
        self._lines.clear()


def retry_after(value: str, real: datetime) -> float:
    """Seconds, from either form of the header; 0 when there is none that can be read."""
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    parsed = email.utils.parsedate_tz(value)
    return max(0.0, email.utils.mktime_tz(parsed) - real.timestamp()) if parsed is not None else 0.0
