"""One signed request to WeChat Pay at a time, each answer proved before it is believed, with an end to waiting."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from backend.providers.payment import check_fresh
from backend.providers.wechatpay.account import ALGORITHM, Account
from bot.contract.errors import LinliError, NotTheirs, Refused, Unavailable

ANSWER_SECONDS = 8.0
STATEMENT_SECONDS = 60.0
STATEMENT_LIMIT = 50_000_000
# Ours to mend: what they say stays away until somebody has looked at the settings, and nothing is lost meanwhile.
_OURS = frozenset({"SIGN_ERROR", "NO_AUTH", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH"})


class Calls:
    """real: the clock that signatures bear."""

    def __init__(self, account: Account, real: Callable[[], datetime]) -> None:
        self._account, self._real = account, real
        self._http: httpx.AsyncClient | None = None

    async def ask(self, method: str, path: str, said: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """path: with its query. Raises `Unavailable`, `Refused` with their code, or `NotTheirs`."""
        body = json.dumps(said, ensure_ascii=False) if said is not None else ""
        answer = await self._send(method, path, body)
        if not answer.is_success:
            raise _ours(answer)
        self._proved(answer)
        try:
            found: Any = json.loads(answer.content) if answer.content else {}
        except ValueError as error:
            raise Unavailable("WeChat Pay's answer cannot be read", retry_after=60) from error
        if not isinstance(found, dict):
            raise Unavailable("WeChat Pay's answer cannot be read", retry_after=60)
        return found

    async def statement(self, url: str, algorithm: str, digest: str) -> bytes:
        """A file that they have made; proved by the digest that came signed."""
        parts = urlsplit(url)
        here = urlsplit(self._account.base)
        if algorithm != "SHA1" or (parts.scheme, parts.netloc) != (here.scheme, here.netloc):
            raise Refused("this is no statement of WeChat Pay's")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = await self._send("GET", path, "", STATEMENT_SECONDS)
        if not answer.is_success:
            raise _ours(answer)
        # Theirs to choose; it only has to be the file that the signed answer named.
        found = hashlib.sha1(answer.content).hexdigest()  # noqa: S324
        if len(answer.content) > STATEMENT_LIMIT or not hmac.compare_digest(found, digest.lower()):
            raise NotTheirs("the statement is not the file that was announced")
        return answer.content

    async def _send(self, method: str, path: str, body: str, seconds: float = ANSWER_SECONDS) -> httpx.Response:
        # Made on the loop that asks, with the first thing to ask.
        self._http = self._http or httpx.AsyncClient(base_url=self._account.base, timeout=ANSWER_SECONDS)
        stamp, nonce = str(int(self._real().timestamp())), secrets.token_hex(16)
        mark = self._account.sign(method, path, stamp, nonce, body)
        signed = {"mchid": self._account.mchid, "nonce_str": nonce, "signature": mark, "timestamp": stamp}
        signed["serial_no"] = self._account.serial
        told = ",".join(f'{name}="{value}"' for name, value in signed.items())
        headers = {"Authorization": f"{ALGORITHM} {told}", "Accept": "application/json", "User-Agent": "Linli"}
        if body:
            headers["Content-Type"] = "application/json"
        named = next((one for one in self._account.platform if one.startswith("PUB_KEY_ID_")), "")
        if named:
            headers["Wechatpay-Serial"] = named
        try:
            return await self._http.request(method, path, content=body.encode(), headers=headers, timeout=seconds)
        except httpx.HTTPError as error:
            raise Unavailable(f"WeChat Pay: {type(error).__name__}", retry_after=0) from error

    def _proved(self, answer: httpx.Response) -> None:
        prove(self._account, answer.headers, answer.content, self._real())

    async def end(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None


def prove(account: Account, headers: Mapping[str, str], body: bytes, real: datetime) -> None:
    """An answer or a callback; header names in lower case. Raises `NotTheirs` when it is forged, or of another hour."""
    if headers.get("wechatpay-signature-type", ALGORITHM) != ALGORITHM:
        raise NotTheirs("signed in a way that is not WeChat Pay's")
    stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12 and nonce):
        raise NotTheirs("the signature is missing")
    serial, signature = headers.get("wechatpay-serial", ""), headers.get("wechatpay-signature", "")
    account.prove(serial, signature, stamp, nonce, body)
    check_fresh(int(stamp), real)


def _ours(answer: httpx.Response) -> LinliError:
    """What they refuse, in our words; the code is theirs and staff may look it up."""
    try:
        said = json.loads(answer.content)
        code, words = str(said["code"])[:40], str(said.get("message", ""))[:160]
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"WeChat Pay answered {answer.status_code}", retry_after=0)
    if answer.status_code == 429 or answer.status_code >= 500:
        return Unavailable(f"WeChat Pay: {code} {words}", retry_after=10)
    if answer.status_code == 401 or code in _OURS:
        return Unavailable(f"WeChat Pay does not take our keys: {code} {words}", retry_after=60)
    return Refused(f"WeChat Pay: {code} {words}", status=404 if answer.status_code == 404 else 422)
