"""Calls of WeChat's API: with one token for all processes, in their own characters, and errors as ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.contract.channel import Ports
from bot.contract.errors import LinliError, Refused, Unavailable
from bot.contract.joint import CLOSED
from channels.wechat.settings import Door

if TYPE_CHECKING:
    import httpx

ANSWER_SECONDS = 8.0
FILE_BYTES = 8_000_000
# So long before its end a token is got anew, and so long others wait for whoever gets it.
EARLY = timedelta(minutes=5)
TURN_SECONDS, LOOK_SECONDS = 10.0, 0.2
# Anew by force: twenty times a day, no sooner than this.
FORCE_SECONDS = 60.0
_DEAD_TOKEN = frozenset({40001, 40014, 42001})
# Nobody there: they follow no more, or never did.
_GONE = frozenset({40003, 43004})
# The file is not with them any more: the status of the `Refused` that says so.
_NO_FILE, LOST = 40007, 404
# The window is shut, or used up; or a notice is not welcome.
_SHUT = frozenset({43101, 45015, 45047})
# Theirs to mend, ours to wait for; seconds.
_PATIENCE = {-1: 5.0, 45009: 3600.0, 45011: 60.0, 45065: 10.0}
# Ours to mend, and nothing is lost while we do: AppID, AppSecret, the list of allowed addresses, a right not given.
_OURS = frozenset({40013, 40125, 40164, 41002, 41004, 48001, 50002, 61004, *_DEAD_TOKEN})
Json = dict[str, Any]


class Calls:
    """The API of every account, over one client."""

    def __init__(self, ports: Ports, known: Mapping[str, Door]) -> None:
        self._ports, self._known = ports, known
        self._http: httpx.AsyncClient | None = None

    def door(self, account: str) -> Door:
        door = self._known.get(account)
        if door is None or not door.live:
            raise Refused("nothing goes out by this account: it has no secret, or is configured no more")
        return door

    async def post(self, account: str, path: str, body: Json, **more: Any) -> Json:
        """Anything but a dead token raises; that is got anew, once. more: a token that is `ready`, what is called as
        the first byte `leaves`, among others."""
        # Written in its own characters: WeChat shows \\uXXXX as it stands.
        content = json.dumps(body, ensure_ascii=False).encode()
        return await self._told(account, "POST", path, content=content, **more)

    async def ready(self, account: str) -> str:
        """The client is made and here is a token: a call with it goes out at once."""
        self._client()
        return await self._token(account)

    async def upload(self, account: str, content: bytes, content_type: str) -> str:
        door = self.door(account)
        name = f"picture.{content_type.partition('/')[2]}"
        files = {"media": (name, content, content_type)}
        found = await self._told(account, "POST", door.kind.upload, params={"type": "image"}, files=files)
        return str(found["media_id"])

    async def file(self, account: str, remote: str) -> bytes:
        """What a resident sent; WeChat keeps it for three days."""
        answer = await self._with_token(account, "GET", self.door(account).kind.fetch, params={"media_id": remote})
        if _is_json(answer):
            _judged(answer)
            raise Refused("WeChat gave no file")
        if len(answer.content) > FILE_BYTES:
            raise Refused("the picture is larger than 8 MB", status=413)
        return answer.content

    async def openid(self, account: str, code: str) -> str:
        """Who it was that a browser brought this code from; good once. Raises `Refused` for one that says nothing."""
        door = self.door(account)
        asked = {"appid": door.appid, "secret": door.secret, "code": code, "grant_type": "authorization_code"}
        found = _judged(await self._ask("GET", f"{self._base(account)}/{door.kind.whois}", asked))
        user = found.get("openid")
        if not isinstance(user, str) or not user:
            raise Unavailable("WeChat did not say who it is", retry_after=0)
        return user

    async def outside(self, url: str) -> httpx.Response:
        """What we ourselves serve, for an upload."""
        return await self._ask("GET", url, {})

    async def _told(self, account: str, method: str, path: str, **more: Any) -> Json:
        return _judged(await self._with_token(account, method, path, **more))

    async def _with_token(self, account: str, method: str, path: str, **more: Any) -> httpx.Response:
        url = f"{self._base(account)}/{path}"
        params = dict(more.pop("params", {}))
        token = more.pop("token", "") or await self._token(account)
        answer = await self._ask(method, url, {**params, "access_token": token}, **more)
        if _code(answer) in _DEAD_TOKEN:
            # Never a third time: whoever has taken our token takes the next as well.
            token = await self._token(account, stale=token)
            answer = await self._ask(method, url, {**params, "access_token": token}, **more)
        return answer

    def _base(self, account: str) -> str:
        return (self._ports.api_base or self.door(account).kind.api).rstrip("/")

    async def _token(self, account: str, stale: str = "") -> str:
        """The one that all processes use; whoever finds it old first gets the next, the others wait for that."""
        shared, name = self._ports.shared, f"token:{account}"
        for _ in range(int(TURN_SECONDS / LOOK_SECONDS)):
            kept = await shared.kept(name)
            if kept is not None and kept.value != stale and kept.until - EARLY > self._ports.clock.real():
                return kept.value
            if await shared.begin(name, TURN_SECONDS):
                return await self._new_token(account, name, stale)
            await asyncio.sleep(LOOK_SECONDS)
        raise Unavailable("WeChat's token is not to be had", retry_after=5)

    async def _new_token(self, account: str, name: str, stale: str) -> str:
        found = await self._stable(account, force=False)
        if found["access_token"] == stale and await self._ports.shared.begin(f"force:{account}", FORCE_SECONDS):
            found = await self._stable(account, force=True)
        token = str(found["access_token"])
        until = self._ports.clock.real() + timedelta(seconds=int(found["expires_in"]))
        await self._ports.shared.keep(name, token, until)
        return token

    async def _stable(self, account: str, *, force: bool) -> Json:
        door = self.door(account)
        asked = {
            "grant_type": "client_credential",
            "appid": door.appid,
            "secret": door.secret,
            "force_refresh": force,
        }
        return _judged(await self._ask("POST", f"{self._base(account)}/{door.kind.stable}", {}, json=asked))

    async def _ask(
        self, method: str, url: str, params: Mapping[str, str], leaves: Callable[[], None] | None = None, **more: Any
    ) -> httpx.Response:
        import httpx

        if leaves is not None:
            more["extensions"] = {"trace": _noting(leaves)}
        try:
            answer = await self._client().request(method, url, params=params or None, **more)
        except httpx.HTTPError as error:
            # Not the message: it would name the address, and with it the token.
            raise Unavailable(f"WeChat: {type(error).__name__}", retry_after=0) from None
        if answer.status_code >= 400:
            raise Unavailable(f"WeChat answered {answer.status_code}", retry_after=0)
        return answer

    def _client(self) -> httpx.AsyncClient:
        """Loaded, and made on the loop that carries, with the first thing to send."""
        import httpx

        self._http = self._http or httpx.AsyncClient(timeout=ANSWER_SECONDS)
        return self._http

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None


def _noting(leaves: Callable[[], None]) -> Callable[[str, Mapping[str, Any]], Coroutine[Any, Any, None]]:
    """Called by the client at each step; the line is there by then, and what follows is the request itself."""

    async def step(name: str, _: Mapping[str, Any]) -> None:
        if name.endswith(".send_request_headers.started"):
            leaves()

    return step


def _is_json(answer: httpx.Response) -> bool:
    # By what it is: errors come as text/plain, and no picture begins so.
    return answer.content.lstrip()[:1] == b"{"


def _code(answer: httpx.Response) -> int:
    if not _is_json(answer):
        return 0
    try:
        return int(answer.json().get("errcode") or 0)
    except (ValueError, AttributeError, TypeError):
        return 0


def _judged(answer: httpx.Response) -> Json:
    """Everything comes with the status 200; what it is stands inside."""
    try:
        found: Json = answer.json()
        code, said = int(found.get("errcode") or 0), str(found.get("errmsg", ""))[:120]
    except (ValueError, AttributeError, TypeError) as error:
        raise Unavailable("WeChat answered with something that is no JSON", retry_after=0) from error
    if code:
        raise _ours(code, said)
    return found


def _ours(code: int, said: str) -> LinliError:
    what = f"WeChat: {code} {said}".strip()
    if code in _SHUT:
        return Refused(what, status=CLOSED)
    if code in _GONE:
        return Refused(what, status=410)
    if code == _NO_FILE:
        return Refused(what, status=LOST)
    if code in _PATIENCE:
        return Unavailable(what, retry_after=_PATIENCE[code])
    if code in _OURS:
        return Unavailable(what, retry_after=60)
    return Refused(what)
