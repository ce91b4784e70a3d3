"""Hop 8 on Telegram: aiogram carries, and what it raises becomes one of our errors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.contract.errors import LinliError, Refused, Unavailable
from bot.contract.messages import OutboundMessage
from bot.contract.shown import Halfway
from channels.telegram.keyboard import Rows
from channels.telegram.render import Bubble, render
from channels.telegram.settings import Line

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import InlineKeyboardMarkup

ANSWER_SECONDS = 10
FILE_BYTES = 8_000_000


class Bots:
    """One bot for each account, made when it is first needed: the library takes longer to load than we to start."""

    def __init__(self, lines: Mapping[str, Line], api_base: str) -> None:
        self._lines = lines
        self._api_base = api_base.rstrip("/")
        self._made: dict[str, Bot] = {}
        self._loading = asyncio.Lock()

    async def of(self, account: str) -> Bot:
        """Raises `Refused` for an account that is configured no more, `Unavailable` where nothing may go out."""
        line = self._lines.get(account)
        if line is None:
            raise Refused("this account is not configured any more")
        if not line.live:
            raise Unavailable("nothing goes to Telegram from a demo", retry_after=3600)
        async with self._loading:
            if account not in self._made:
                self._made[account] = await asyncio.to_thread(_load, line.token, self._api_base)
        return self._made[account]

    async def close(self) -> None:
        for bot in self._made.values():
            await bot.session.close()
        self._made.clear()


def _load(token: str, api_base: str) -> Bot:
    from aiogram import Bot
    from aiogram.client.default import DefaultBotProperties
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import PRODUCTION, TelegramAPIServer

    server = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
    session = AiohttpSession(api=server, timeout=ANSWER_SECONDS)
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True))


class Sender:
    """One message may be several of Telegram's."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots
        self._halfway = Halfway()

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        bot = await self._bots.of(message.to.account)
        bubbles, last = render(message.parts), None
        for place in range(self._halfway.begun(key), len(bubbles)):
            last = await _carried(bot, int(message.to.user), bubbles[place])
            self._halfway.went(key, place + 1)
        self._halfway.whole(key)
        return last


async def _carried(bot: Bot, chat: int, bubble: Bubble) -> str:
    from aiogram.exceptions import AiogramError

    rows = _markup(bubble.rows)
    try:
        if bubble.photo:
            sent = await bot.send_photo(chat, bubble.photo, caption=bubble.text or None, reply_markup=rows)
        else:
            sent = await bot.send_message(chat, bubble.text, reply_markup=rows)
        return str(sent.message_id)
    except (AiogramError, OSError, TimeoutError) as error:
        raise _ours(error) from error


async def fetched(bot: Bot, remote: str) -> bytes:
    """A file that a resident sent, no larger than we keep."""
    from aiogram.exceptions import AiogramError
    from aiohttp import ClientError

    try:
        file = await bot.get_file(remote)
        if (file.file_size or 0) > FILE_BYTES or file.file_path is None:
            raise Refused("the picture is larger than 8 MB", status=413)
        content = await bot.download_file(file.file_path, timeout=ANSWER_SECONDS)
    except (AiogramError, ClientError, OSError, TimeoutError) as error:
        raise _ours(error) from error
    return content.read() if content is not None else b""


def _ours(error: Exception) -> LinliError:
    """Who cannot be reached any more has the status 410; what we said wrongly is not said again."""
    from aiogram.exceptions import (
        TelegramBadRequest,
        TelegramForbiddenError,
        TelegramNotFound,
        TelegramRetryAfter,
        TelegramUnauthorizedError,
    )

    match error:
        case TelegramRetryAfter():
            return Unavailable("Telegram asks for patience", retry_after=float(error.retry_after))
        case TelegramForbiddenError():
            return Refused(f"Telegram: {error.message}"[:200], status=410)
        case TelegramUnauthorizedError() | TelegramNotFound():
            # Ours to mend, and nothing is lost while we do.
            return Unavailable("Telegram does not know this bot's token", retry_after=60)
        case TelegramBadRequest():
            gone = "chat not found" in error.message.lower() or "user is deactivated" in error.message.lower()
            return Refused(f"Telegram: {error.message}"[:200], status=410 if gone else 422)
    return Unavailable(f"Telegram: {type(error).__name__}: {error}"[:200], retry_after=0)


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    if not rows:
        return None
    keyboard = [
        [
            InlineKeyboardButton(text=one.title, url=one.url)
            if one.url
            else InlineKeyboardButton(text=one.title, callback_data=one.data)
            for one in row
        ]
        for row in rows
    ]
    return InlineKeyboardMarkup(inline_keyboard=keyboard)
