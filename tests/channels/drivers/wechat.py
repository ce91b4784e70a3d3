"""Speaks as WeChat does, and stands at the other end as its API."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import httpx

from bot.contract.channel import Ports
from bot.contract.messages import Address, OutboundMessage, Part
from bot.settings import Settings
from channels.wechat.envelope import signature
from tests.channels.drivers.driver import Driver, Heard, picture
from tests.fakes.wechat import BRIEF, LONG, WeChat
from tests.standing import Standing

PATH, USER, OWN, TOKEN = "/channels/wechat/demo", "oLVPpjqs9BhvzwPj5A-vTYAX3GLc", "gh_123456789abc", "linli-demo-wechat"
_OFFERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
# Each request is signed for itself.
_nonces = iter(range(10**9, 2 * 10**9))


def xml_of(**fields: Any) -> bytes:
    """A message or an event; what is no number stands in CDATA, as WeChat writes it."""
    inner = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>".encode()


def _value(value: Any) -> str:
    if isinstance(value, int | float):
        return str(value)
    return str(value) if str(value).startswith("<List>") else f"<![CDATA[{value}]]>"


def query_of(at: float, token: str = TOKEN, **more: str) -> dict[str, str]:
    """Signed at this time."""
    stamp, nonce = str(int(at)), str(next(_nonces))
    return {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": USER, **more}


class Vendor(Driver):
    name = "wechat"
    pushes = True
    refusal = 403
    asks_again = False
    in_response = True
    user = USER

    def __init__(self, settings: Settings, standing: Standing, side: WeChat) -> None:
        self.fake = side
        self.fake.anew()
        self.seen = 0
        super().__init__(settings, standing, side)

    @classmethod
    def stand_in(cls) -> WeChat:
        return WeChat()

    @classmethod
    def configured(cls, side: WeChat) -> dict[str, Any]:
        vendors = {"WECHAT_API_BASE": side.url, "WECHAT_DEMO_TEMPLATE": "tpl_progress_01:thing1"}
        vendors["WECHAT_DEMO_ONCE"] = "tpl_one_message_01"
        return {"vendors": vendors, "public_url": "http://linli"}

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self.message(number, MsgType="text", Content=words)

    def tap(self, title: str, payload: str) -> httpx.Response:
        """A line of a menu message sends its title, and beside it what it was given."""
        digit = payload if payload.isdecimal() else ""
        more: dict[str, Any] = {} if digit else {"bizmsgmenuid": payload}
        return self.message(MsgType="text", Content=digit or title, **more)

    def photo(self) -> httpx.Response:
        self.fake.files["media-in-1"] = picture()
        return self.message(MsgType="image", PicUrl="http://mmbiz.qpic.cn/mmbiz_jpg/x/0", MediaId="media-in-1")

    def place(self, latitude: float, longitude: float) -> httpx.Response:
        return self.message(MsgType="location", Location_X=latitude, Location_Y=longitude, Scale=16, Label="阳光路8号")

    def voice(self) -> httpx.Response:
        return self.message(MsgType="voice", MediaId="media-in-2", Format="amr", Recognition="")

    def unknown(self) -> httpx.Response:
        return self.message(MsgType="brand_new", Content="?")

    def forged(self) -> list[httpx.Response]:
        body = xml_of(**self.said(1, MsgType="text", Content="hello"))
        return [self._post(PATH, body, query_of(self.real, "a-guess")), self._post(PATH, body, {})]

    def raw(self, body: bytes) -> httpx.Response:
        return self._post(PATH, body, query_of(self.real))

    def stranger(self) -> httpx.Response:
        body = xml_of(**self.said(1, MsgType="text", Content="hello"))
        return self._post("/channels/wechat/nobody", body, query_of(self.real))

    @property
    def real(self) -> float:
        at: datetime = self.one.app.state.desk.clock.real()
        return at.timestamp()

    def bind(self) -> None:
        self.hear(self.event("SCAN", EventKey=self.code(), Ticket="gQH47j"))

    def patience(self, seconds: int) -> None:
        raise AssertionError("WeChat names no seconds")

    def block(self, yes: bool) -> None:
        self.fake.left = {USER} if yes else set()

    def read(self, response: httpx.Response) -> list[Heard]:
        """The response first, then what came beside it."""
        said, self.seen = self.fake.said[self.seen :], len(self.fake.said)
        first = [_heard(self.passive(response))] if response.text.startswith("<xml") else []
        return [*first, *(_heard(one.text) if not one.items else Heard(one.text, one.items) for one in said)]

    def passive(self, response: httpx.Response) -> str:
        assert response.headers["content-type"].startswith("application/xml")
        told = ElementTree.fromstring(response.content)  # noqa: S314 - our own answer
        assert (told.findtext("ToUserName"), told.findtext("FromUserName")) == (USER, OWN)
        words = told.findtext("Content") or ""
        assert len(words.encode()) <= 2048
        return words

    def shown(self, parts: tuple[Part, ...]) -> str:
        """As the strict stand-in took it."""
        self.fake.opens(USER, LONG)
        self.text("你好")
        way = self.one.app.state.tools.senders[self.name].way
        self.fake.files["picture.png"] = b"\x89PNG"
        self.one.loop.run_until_complete(way.send(OutboundMessage(Address(self.name, USER), parts), "k"))
        return repr(self.fake.said[self.seen :])

    def ports(self, **given: Any) -> Ports:
        """As this channel has them, but for these."""
        mine: Ports = self.one.app.state.tools.senders[self.name].way._ports
        return replace(mine, **given)

    def message(self, number: int | None = None, **what: Any) -> httpx.Response:
        self.fake.opens(USER, LONG)
        return self.raw(xml_of(**self.said(number or next(self.numbers), **what)))

    def event(self, event: str, at: int = 0, **what: Any) -> httpx.Response:
        if event in ("CLICK", "SCAN", "subscribe"):
            self.fake.opens(USER, BRIEF)
        said = {"ToUserName": OWN, "FromUserName": USER, "CreateTime": at or 1795138200 + next(self.numbers)}
        return self.raw(xml_of(**said, MsgType="event", Event=event, **what))

    def said(self, number: int, **what: Any) -> dict[str, Any]:
        return {
            "ToUserName": OWN,
            "FromUserName": USER,
            "CreateTime": 1795138200,
            **what,
            "MsgId": 23450000000000000 + number,
        }

    def sent(self, body: bytes, query: dict[str, str]) -> httpx.Response:
        """Signed as the caller likes."""
        return self._post(PATH, body, query)

    def _post(self, path: str, body: bytes, query: dict[str, str]) -> httpx.Response:
        headers = {"content-type": "text/xml"}
        return self.one.request("POST", path, params=query, content=body, headers=headers)


def _heard(text: str) -> Heard:
    return Heard(text, {title: key for key, title in _OFFERED.findall(text)})
