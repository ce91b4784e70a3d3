"""Speaks as Telegram does, and stands at the other end as its Bot API."""

from __future__ import annotations

from typing import Any

import httpx

from bot.contract.messages import Address, OutboundMessage, Part
from bot.settings import Settings
from tests.channels.drivers.driver import Driver, Heard, picture
from tests.fakes.telegram import Telegram
from tests.standing import Standing

PATH, CHAT = "/channels/telegram/demo", 5550001
SECRET = {"x-telegram-bot-api-secret-token": "linli-demo-telegram"}
_FROM = {"id": CHAT, "is_bot": False, "first_name": "Li", "language_code": "zh-hans"}
_PLACE = {"id": CHAT, "type": "private", "first_name": "Li"}


def update_of(number: int, **what: Any) -> dict[str, Any]:
    """A message in the resident's private chat."""
    said = {"message_id": number, "from": _FROM, "chat": _PLACE, "date": 1795138200, **what}
    return {"update_id": number, "message": said}


class Vendor(Driver):
    name = "telegram"
    pushes = True
    user = str(CHAT)

    def __init__(self, settings: Settings, standing: Standing, side: Telegram) -> None:
        self.fake = side
        self.fake.anew()
        self.seen = 0
        super().__init__(settings, standing, side)

    @classmethod
    def stand_in(cls) -> Telegram:
        return Telegram()

    @classmethod
    def configured(cls, side: Telegram) -> dict[str, Any]:
        return {"vendors": {"TELEGRAM_API_BASE": side.url}}

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self.message(number, text=words)

    def tap(self, title: str, payload: str) -> httpx.Response:
        keyboard = {"inline_keyboard": [[{"text": title, "callback_data": payload}]]}
        shown = {"message_id": 1, "date": 1, "chat": _PLACE, "text": "?", "reply_markup": keyboard}
        tap = {"id": "778899", "from": _FROM, "chat_instance": "1", "data": payload, "message": shown}
        return self._post({"update_id": next(self.numbers), "callback_query": tap})

    def photo(self) -> httpx.Response:
        self.fake.files["AgACphoto"] = picture()
        size = {"file_id": "AgACphoto", "file_unique_id": "AQADphoto", "width": 64, "height": 48, "file_size": 900}
        return self.message(photo=[size])

    def place(self, latitude: float, longitude: float) -> httpx.Response:
        return self.message(location={"latitude": latitude, "longitude": longitude})

    def voice(self) -> httpx.Response:
        return self.message(
            voice={"duration": 3, "file_id": "AwAC", "file_unique_id": "AgAD", "mime_type": "audio/ogg"}
        )

    def unknown(self) -> httpx.Response:
        return self._post({"update_id": next(self.numbers), "message_reaction": {"chat": _PLACE, "message_id": 1}})

    def forged(self) -> list[httpx.Response]:
        body = update_of(1, text="hello")
        headers: tuple[dict[str, str], ...] = ({}, {**SECRET, next(iter(SECRET)): "linli-demo-telegraM"})
        return [self.post(PATH, body, one) for one in headers]

    def raw(self, body: bytes) -> httpx.Response:
        return self.post(PATH, body, SECRET)

    def stranger(self) -> httpx.Response:
        return self.post("/channels/telegram/nobody", update_of(1, text="hello"), SECRET)

    def at_once(self, response: httpx.Response) -> list[Heard]:
        told = response.json()
        return [Heard(told["text"])] if told.get("method") == "sendMessage" else []

    def bind(self) -> None:
        self.hear(self.message(contact={"phone_number": "+86 138 0000 0501", "first_name": "Li", "user_id": CHAT}))

    def patience(self, seconds: int) -> None:
        self.fake.patience.append(seconds)

    def block(self, yes: bool) -> None:
        self.fake.blocked = {CHAT} if yes else set()

    def read(self, response: httpx.Response) -> list[Heard]:
        said = self.fake.heard(CHAT)
        new, self.seen = said[self.seen :], len(said)
        return [Heard(one.text, one.buttons) for one in new]

    def shown(self, parts: tuple[Part, ...]) -> str:
        """As the strict stand-in took it."""
        way = self.one.app.state.tools.senders[self.name].way
        self.one.loop.run_until_complete(way.send(OutboundMessage(Address(self.name, self.user), parts), "k"))
        return repr(self.fake.heard(CHAT)[self.seen :])

    def message(self, number: int | None = None, **what: Any) -> httpx.Response:
        return self._post(update_of(number or next(self.numbers), **what))

    def _post(self, update: dict[str, Any]) -> httpx.Response:
        return self.post(PATH, update, SECRET)
