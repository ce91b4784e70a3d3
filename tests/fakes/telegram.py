"""Telegram's Bot API on loopback, as strict as its documents say: it refuses what the real one refuses."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import web

HOST = "127.0.0.1"
TOKEN = "42:linli-demo"  # noqa: S105 - the demo's, public on purpose
_TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote"})
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


class Wrong(Exception):
    """What Telegram answers instead of doing it."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass(frozen=True, slots=True)
class Said:
    """One message in a chat, as its reader sees it; buttons: title → data or URL, in their order."""

    chat: int
    text: str
    photo: str
    buttons: dict[str, str]
    number: int


class _Reader(HTMLParser):
    """Text without its marks; raises for what Telegram cannot parse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in _TAGS:
            raise Wrong(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Wrong(400, "Bad Request: can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text += data


@dataclass
class Telegram:
    """blocked: chats that want nothing more; patience: seconds in the next 429s, one each; hang: nothing is answered;
    updates: what getUpdates gives; files: unique name → bytes."""

    said: list[Said] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    patience: list[int] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    hang: bool = False
    webhook: str = ""
    port: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._up(), self._loop).result(10)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        # Whoever is kept waiting is let go first.
        self.hang = False
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def anew(self) -> None:
        """Another day: nothing was said, nobody has blocked anybody."""
        self.said, self.calls, self.patience, self.updates = [], [], [], []
        self.blocked, self.files, self.hang, self.webhook = set(), {}, False, ""

    def heard(self, chat: int) -> list[Said]:
        return [one for one in self.said if one.chat == chat]

    async def _up(self) -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = {name: str(value) for name, value in (await request.post()).items()}
        self.calls.append((method, given))
        while self.hang:
            await asyncio.sleep(0.05)
        try:
            if request.match_info["token"] != TOKEN:
                raise Wrong(401, "Unauthorized")
            return web.json_response({"ok": True, "result": self._result(method, given)})
        except Wrong as error:
            body = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.code)

    def _result(self, method: str, given: dict[str, str]) -> Any:
        if method in ("sendMessage", "sendPhoto"):
            return self._send(method, given)
        if method == "getFile":
            name = given["file_id"]
            if name not in self.files:
                raise Wrong(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
            return {"file_id": name, "file_unique_id": "u", "file_size": len(self.files[name]), "file_path": name}
        if method == "getUpdates":
            if self.webhook:
                raise Wrong(409, "Conflict: can't use getUpdates method while webhook is active")
            offset = int(given.get("offset", 0))
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
            return self.updates
        return self._set(method, given)

    def _set(self, method: str, given: dict[str, str]) -> bool:
        if method == "setMyCommands":
            for one in json.loads(given["commands"]):
                if not _COMMAND.fullmatch(one["command"]) or not 1 <= len(one["description"]) <= 256:
                    raise Wrong(400, "Bad Request: BOT_COMMAND_INVALID")
        elif method == "setWebhook":
            if not given["url"].startswith("https://"):
                raise Wrong(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get("secret_token", "")):
                raise Wrong(400, "Bad Request: secret token contains unallowed characters")
            self.webhook = given["url"]
        elif method == "deleteWebhook":
            self.webhook = ""
        elif method != "answerCallbackQuery":
            raise Wrong(404, "Not Found")
        return True

    def _send(self, method: str, given: dict[str, str]) -> dict[str, Any]:
        chat = int(given["chat_id"])
        if self.patience:
            wait = self.patience.pop(0)
            raise Wrong(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if chat in self.blocked:
            raise Wrong(403, "Forbidden: bot was blocked by the user")
        words = given.get("text" if method == "sendMessage" else "caption", "")
        text = _read(words, given.get("parse_mode", ""), 4096 if method == "sendMessage" else 1024)
        if method == "sendMessage" and not text.strip():
            raise Wrong(400, "Bad Request: message text is empty")
        photo = given.get("photo", "")
        if method == "sendPhoto" and not photo.startswith("https://"):
            raise Wrong(400, "Bad Request: wrong remote file identifier specified")
        said = Said(chat, text, photo, _buttons(given.get("reply_markup")), len(self.said) + 1)
        self.said.append(said)
        return {"message_id": said.number, "date": 1795138200, "chat": {"id": chat, "type": "private"}, "text": text}


def _read(words: str, mode: str, limit: int) -> str:
    text = words
    if mode == "HTML":
        if _ENTITY.search(words):
            raise Wrong(400, "Bad Request: can't parse entities: unescaped &")
        reader = _Reader()
        reader.feed(words)
        reader.close()
        if reader.open:
            raise Wrong(400, "Bad Request: can't parse entities: Can't find end tag")
        text = reader.text
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise Wrong(400, "Bad Request: message is too long")
    return text


def _buttons(markup: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in json.loads(markup or "{}").get("inline_keyboard", []):
        for one in row:
            data, url = one.get("callback_data"), one.get("url")
            if (data is None) == (url is None) or not one["text"].strip():
                raise Wrong(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise Wrong(400, "Bad Request: BUTTON_DATA_INVALID")
            if url is not None and not url.startswith(("http://", "https://", "tg://")):
                raise Wrong(400, "Bad Request: BUTTON_URL_INVALID")
            found[one["text"]] = data or url
    return found
