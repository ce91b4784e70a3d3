"""WhatsApp's Cloud API on loopback, as strict as its documents say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.listening import Listening

NUMBER, TOKEN = "106540352242922", "EAAGlinli"


class Wrong(Exception):
    """status and code of their error document; after: seconds of Retry-After."""

    def __init__(self, status: int, code: int, message: str, after: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.after = status, code, message, after

    def document(self) -> bytes:
        return json.dumps({"error": {"message": self.message, "type": "OAuthException", "code": self.code}}).encode()


@dataclass(frozen=True, slots=True)
class Said:
    to: str
    text: str
    buttons: dict[str, str]
    id: str


@dataclass
class WhatsApp(Listening):
    said: list[Said] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    patience: list[int] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.listen(_handler(self))

    def anew(self) -> None:
        self.said, self.blocked, self.patience, self.files = [], set(), [], {}

    def where(self, name: str) -> dict[str, Any]:
        return {"url": f"{self.url}/file/{name}", "file_size": len(self.files[name]), "id": name}

    def take(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("messaging_product") != "whatsapp" or body.get("recipient_type") != "individual":
            raise Wrong(400, 100, "(#100) The parameter messaging_product is required.")
        if self.patience:
            raise Wrong(429, 130429, "(#130429) Rate limit hit", self.patience.pop(0))
        if body["to"] in self.blocked:
            raise Wrong(400, 131026, "(#131026) Message undeliverable")
        text, buttons = _shown(body)
        said = Said(body["to"], text, buttons, f"wamid.{len(self.said) + 1}")
        self.said.append(said)
        return {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": said.id}]}


def _shown(body: dict[str, Any]) -> tuple[str, dict[str, str]]:
    kind = body["type"]
    if kind == "text":
        return _within(body["text"]["body"], 4096), {}
    if kind == "image":
        if not body["image"]["link"].startswith("https://"):
            raise Wrong(400, 131053, "(#131053) Media upload error")
        return _within(body["image"].get("caption") or "-", 1024), {}
    if kind != "interactive":
        raise Wrong(400, 100, "(#100) Invalid parameter: type")
    asked = body["interactive"]
    text = _within(asked["body"]["text"], 1024)
    if asked["type"] == "button":
        items = [one["reply"] for one in asked["action"]["buttons"]]
        return text, _items(items, 3, 20)
    _within(asked["action"]["button"], 20)
    items = [row for section in asked["action"]["sections"] for row in section["rows"]]
    return text, _items(items, 10, 24)


def _items(items: list[dict[str, str]], most: int, title: int) -> dict[str, str]:
    if not 1 <= len(items) <= most or len({one["id"] for one in items}) < len(items):
        raise Wrong(400, 131009, "(#131009) Parameter value is not valid: buttons")
    for one in items:
        _within(one["title"], title)
        _within(one["id"], 200)
    return {one["title"]: one["id"] for one in items}


def _within(text: str, limit: int) -> str:
    if not text.strip() or len(text) > limit:
        raise Wrong(400, 131009, f"(#131009) Parameter value is not valid: 1 to {limit} characters")
    return text


def _let_in(authorization: str | None, there: bool) -> None:
    if authorization != f"Bearer {TOKEN}":
        raise Wrong(401, 190, "Invalid OAuth access token")
    if not there:
        raise Wrong(400, 100, "Unsupported get request")


def _handler(fake: WhatsApp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self._answer(lambda: fake.take(body), self.path.endswith(f"/{NUMBER}/messages"))

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if "/file/" in self.path:
                self._bytes(200, fake.files[name])
                return
            self._answer(lambda: fake.where(name), name in fake.files)

        def _answer(self, act: Any, there: bool) -> None:
            try:
                _let_in(self.headers["authorization"], there)
                self._bytes(200, json.dumps(act()).encode())
            except Wrong as error:
                self._bytes(error.status, error.document(), error.after)

        def _bytes(self, status: int, content: bytes, after: int = 0) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.send_header("retry-after", str(after))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    return Handler
