"""WeChat's API for Official Accounts on loopback, as strict as its documents say: errors come with the status 200."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.listening import Listening
from tests.fakes.wechat_once import Once, Wrong

APPID, SECRET = "wx0000000000000000", "linli-demo"
TEXT_BYTES, LONG, BRIEF = 2048, 5, 3


@dataclass(frozen=True, slots=True)
class Said:
    to: str
    text: str
    items: dict[str, str] = field(default_factory=dict)
    kind: str = "text"


@dataclass
class WeChat(Listening):
    """allowed: what each resident's window still lets through; hang: nothing is ever answered; takes: seconds that a
    call takes, one with another; dead: how many calls more find their token dead; errors: the next calls' error codes;
    looking: who looks at pages in WeChat's browser."""

    hang: bool = False
    takes: float = 0.0
    said: list[Said] = field(default_factory=list)
    allowed: dict[str, int] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    agreed: dict[str, int] = field(default_factory=dict)
    once: Once = field(default_factory=Once)
    notices: list[dict[str, Any]] = field(default_factory=list)
    menus: list[dict[str, Any]] = field(default_factory=list)
    scenes: list[dict[str, Any]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    looking: str = ""
    errors: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    token: str = "1_" + "t" * 500
    dead: int = 0
    forced: int = 0

    def __post_init__(self) -> None:
        self.listen(_handler(self))

    def anew(self) -> None:
        self.said, self.uploads, self.notices, self.menus, self.scenes = [], [], [], [], []
        self.allowed, self.left, self.files, self.agreed, self.once = {}, set(), {}, {}, Once()
        self.errors, self.calls, self.codes, self.dead, self.forced = [], [], {}, 0, 0

    def opens(self, user: str, count: int) -> None:
        """A resident wrote (5) or tapped (3): the count begins anew and adds nothing."""
        self.allowed[user] = max(count, self.allowed.get(user, 0))
        self.left.discard(user)

    def named(self, path: str) -> list[str]:
        return [one for one in self.calls if one.endswith(path)]

    def grants(self, user: str) -> str:
        """Somebody has looked at a page of ours inside WeChat: the code that their browser brings, good once."""
        code = f"0{len(self.codes):031d}"
        self.codes[code] = user
        return code

    def who(self, path: str, query: dict[str, str]) -> bytes:
        self.calls.append(path)
        if self.errors:
            raise Wrong(self.errors.pop(0), "as told")
        if query.get("appid") != APPID:
            raise Wrong(40013, "invalid appid")
        if query.get("secret") != SECRET:
            raise Wrong(40125, "invalid appsecret")
        if query.get("grant_type") != "authorization_code":
            raise Wrong(40002, "invalid grant_type")
        if not query.get("code"):
            raise Wrong(41008, "missing code")
        user = self.codes.pop(query["code"], None)
        if user is None:
            raise Wrong(40029, "invalid code")
        found = {"access_token": "ACCESS_TOKEN", "expires_in": 7200, "refresh_token": "REFRESH_TOKEN"}
        return json.dumps({**found, "openid": user, "scope": "snsapi_base"}).encode()

    def take(self, path: str, query: dict[str, str], body: bytes, kind: str) -> dict[str, Any]:
        """One call of POST."""
        self.calls.append(path)
        if path == "/cgi-bin/stable_token":
            return self._stable(json.loads(body))
        self._let_in(query)
        if self.errors:
            raise Wrong(self.errors.pop(0), "as told")
        if path == "/cgi-bin/media/upload":
            return self._upload(query, body, kind)
        if re.search(rb"\\u[0-9a-f]{4}", body):
            raise Wrong(40033, "invalid charset. please check your request, if include \\uxxxx will create fail!")
        return _ROUTES[path](self, json.loads(body))

    def file(self, query: dict[str, str]) -> bytes:
        self.calls.append("/cgi-bin/media/get")
        self._let_in(query)
        if query.get("media_id") not in self.files:
            raise Wrong(40007, "invalid media_id")
        return self.files[query["media_id"]]

    def _let_in(self, query: dict[str, str]) -> None:
        if not query.get("access_token"):
            raise Wrong(41001, "access_token missing")
        if query["access_token"] != self.token or self.dead > 0:
            self.dead -= 1
            raise Wrong(40001, "invalid credential, access_token is invalid or not latest")

    def _stable(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("grant_type") != "client_credential":
            raise Wrong(40002, "invalid grant_type")
        if asked.get("appid") != APPID:
            raise Wrong(40013, "invalid appid")
        if asked.get("secret") != SECRET:
            raise Wrong(40125, "invalid appsecret")
        self.forced += bool(asked.get("force_refresh"))
        return {"access_token": self.token, "expires_in": 7200}

    def say(self, body: dict[str, Any]) -> dict[str, Any]:
        user = body["touser"]
        if user in self.left or user not in self.allowed:
            raise Wrong(45015, "response out of time limit or subscription is canceled")
        if self.allowed[user] < 1:
            raise Wrong(45047, "out of response count limit")
        said = self._said(user, body)
        self.allowed[user] -= 1
        self.said.append(said)
        return {"errcode": 0, "errmsg": "ok"}

    def _said(self, user: str, body: dict[str, Any]) -> Said:
        kind = body["msgtype"]
        if kind == "text":
            return Said(user, _within(body["text"]["content"]))
        if kind == "image":
            if body["image"]["media_id"] not in [name for name, _ in self.uploads]:
                raise Wrong(40007, "invalid media_id")
            return Said(user, body["image"]["media_id"], kind="image")
        if kind != "msgmenu":
            raise Wrong(40008, "invalid message type")
        asked = body["msgmenu"]
        items = {_within(one["content"]): one["id"] for one in asked["list"]}
        if not items or len(items) < len(asked["list"]):
            raise Wrong(40005, "invalid menu list")
        text = _within(asked["head_content"] + "".join(items))
        return Said(user, text[: len(asked["head_content"])] + "\n" + "\n".join(items), items, kind="msgmenu")

    def notify(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.agreed.get(body["touser"], 0) < 1:
            raise Wrong(43101, "user refuse to accept the msg")
        for name, one in body["data"].items():
            if name.startswith("thing") and len(one["value"]) > 20:
                raise Wrong(47003, f"argument invalid! data.{name}.value invalid")
        self.agreed[body["touser"]] -= 1
        self.notices.append(body)
        return {"errcode": 0, "errmsg": "ok", "msgid": 1000 + len(self.notices)}

    def tell_once(self, body: dict[str, Any]) -> dict[str, Any]:
        code = self.once.send(body)
        if code:
            raise Wrong(code, "not welcome, or too long")
        return {"errcode": 0, "errmsg": "ok"}

    def menu(self, body: dict[str, Any]) -> dict[str, Any]:
        buttons = body["button"]
        if not 1 <= len(buttons) <= 3:
            raise Wrong(40018, "invalid button name size")
        for one in buttons:
            below = one.get("sub_button", [])
            if len(one["name"].encode()) > 16 or not 1 <= len(below) <= 5:
                raise Wrong(40018, "invalid button name size")
            for each in below:
                if each["type"] != "click" or len(each["name"].encode()) > 60 or len(each["key"].encode()) > 128:
                    raise Wrong(40027, "invalid sub button name size")
        self.menus.append(body)
        return {"errcode": 0, "errmsg": "ok"}

    def scene(self, body: dict[str, Any]) -> dict[str, Any]:
        words = body["action_info"]["scene"]["scene_str"]
        if body["action_name"] != "QR_STR_SCENE" or not 1 <= len(words) <= 64 or body["expire_seconds"] > 2592000:
            raise Wrong(40066, "invalid url")
        self.scenes.append(body)
        return {"ticket": "gQH47j", "expire_seconds": 60, "url": f"http://weixin.qq.com/q/{words}"}

    def _upload(self, query: dict[str, str], body: bytes, kind: str) -> dict[str, Any]:
        if query.get("type") != "image" or "multipart/form-data" not in kind:
            raise Wrong(41005, "media data missing")
        content = body.split(b"\r\n\r\n", 1)[1]
        if not content.startswith((b"\x89PNG", b"\xff\xd8")):
            raise Wrong(40005, "invalid file type")
        media = f"media-{len(self.uploads) + 1}"
        self.uploads.append((media, content))
        return {"type": "image", "media_id": media, "created_at": 1795138200}


_ROUTES: dict[str, Callable[[WeChat, dict[str, Any]], dict[str, Any]]] = {
    "/cgi-bin/message/custom/send": WeChat.say,
    "/cgi-bin/message/subscribe/bizsend": WeChat.notify,
    "/cgi-bin/message/template/subscribe": WeChat.tell_once,
    "/cgi-bin/menu/create": WeChat.menu,
    "/cgi-bin/qrcode/create": WeChat.scene,
}


def _within(text: str) -> str:
    if not text.strip():
        raise Wrong(44004, "empty content")
    if len(text.encode()) > TEXT_BYTES:
        raise Wrong(45002, "content size out of limit")
    return text


def _handler(of: WeChat) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        fake = of

    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: WeChat

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        path, query = self._asked()
        if len(body) < length:
            # Whoever asked was killed in the middle of it.
            return
        if self.fake.hang:
            self.fake.calls.append(path)
            time.sleep(60)
        time.sleep(random.expovariate(1 / self.fake.takes) if self.fake.takes else 0)
        self._answer(lambda: self.fake.take(path, query, body, self.headers["content-type"] or ""))

    def do_GET(self) -> None:
        path, query = self._asked()
        if path == "/picture.png":
            self._bytes(self.fake.files["picture.png"], "image/png")
            return
        if path == "/connect/oauth2/authorize":
            self._asked_who(query)
            return
        try:
            if path == "/sns/oauth2/access_token":
                self._bytes(self.fake.who(path, query), "text/plain")
                return
            self._bytes(self.fake.file(query), "image/jpeg")
        except Wrong as error:
            self._bytes(json.dumps(error.document).encode(), "text/plain")

    def _asked_who(self, query: dict[str, str]) -> None:
        """What WeChat's browser does by itself: it goes back with a code and the state, as the user of its cookie."""
        right = query.get("response_type") == "code" and query.get("scope") == "snsapi_base"
        user = self.headers.get("x-openid") or self.fake.looking
        if not right or query.get("appid") != APPID or "redirect_uri" not in query or len(query.get("state", "")) > 128:
            self._bytes("redirect_uri 参数错误".encode(), "text/html; charset=utf-8")
            return
        back = {"code": self.fake.grants(user), "state": query["state"]}
        self.send_response(302)
        self.send_header("location", f"{query['redirect_uri']}?{urlencode(back)}")
        self.send_header("content-length", "0")
        self.end_headers()

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _answer(self, act: Callable[[], dict[str, Any]]) -> None:
        try:
            found = act()
        except Wrong as error:
            found = error.document
        self._bytes(json.dumps(found).encode(), "application/json; encoding=utf-8")

    def _bytes(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        return
