"""Beside the requests: the bot's menu and webhook are published, or, with no public address, updates are asked for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.contract.channel import Ports
from bot.contract.errors import LinliError, Unavailable
from channels.telegram import commands
from channels.telegram.send import Bots
from channels.telegram.settings import Line

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import Update

log = logging.getLogger("linli.telegram")

Take = Callable[[Ports, str, bytes], Awaitable[dict[str, Any]]]
# What is asked for; Telegram keeps what was set before where nothing is said.
KINDS = ["message", "edited_message", "callback_query"]
POLL_SECONDS = 25
AGAIN_SECONDS = 15.0
CODES = {"zh_Hans": "zh"}


async def run(ports: Ports, lines: Mapping[str, Line], bots: Bots, stop: asyncio.Event, take: Take) -> None:
    """Until `stop` is set; a Telegram that is away is asked again, and stops nothing else."""
    tasks = [
        asyncio.create_task(_keep(ports, name, line, bots, stop, take)) for name, line in lines.items() if line.live
    ]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(ports: Ports, name: str, line: Line, bots: Bots, stop: asyncio.Event, take: Take) -> None:
    bot = await bots.of(name)
    from aiogram.exceptions import AiogramError

    while not stop.is_set():
        try:
            await _publish(bot, ports, name, line)
            if line.account.mode != "polling":
                return
            await _poll(bot, ports, name, take)
        except (AiogramError, OSError, TimeoutError) as error:
            log.warning("Telegram is asked again: %s", type(error).__name__, extra={"account": name})
            await asyncio.sleep(AGAIN_SECONDS)


async def _publish(bot: Bot, ports: Ports, name: str, line: Line) -> None:
    from aiogram.types import BotCommand

    for place, language in enumerate(ports.languages):
        menu = {**commands.COMMANDS, **commands.OWN}
        listed = [BotCommand(command=one, description=ports.say(text, language)) for one, text in menu.items()]
        await bot.set_my_commands(listed, language_code=CODES.get(language, language))
        if place == 0:
            await bot.set_my_commands(listed)
    if line.account.mode == "polling":
        # The two ways exclude each other.
        await bot.delete_webhook()
    elif ports.public_url.startswith("https://"):
        url = f"{ports.public_url.rstrip('/')}/channels/telegram/{name}"
        await bot.set_webhook(url, secret_token=line.secret, allowed_updates=KINDS)


async def _poll(bot: Bot, ports: Ports, name: str, take: Take) -> None:
    """Only what has been stored is acknowledged: the next question names the update after it."""
    offset: int | None = None
    while True:
        asked = bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=KINDS, request_timeout=POLL_SECONDS + 5)
        for update in await asked:
            await _one(bot, ports, name, update, take)
            offset = update.update_id + 1


async def _one(bot: Bot, ports: Ports, name: str, update: Update, take: Take) -> None:
    body = update.model_dump_json(by_alias=True, exclude_none=True).encode()
    while True:
        try:
            answer = await take(ports, name, body)
        except Unavailable as error:
            log.warning("an update waits: %s", error.reason.split("\n", 1)[0])
            await asyncio.sleep(error.retry_after)
            continue
        except LinliError as error:
            log.warning("an update was refused: %s", error.reason)
            return
        break
    if answer.get("method") == "answerCallbackQuery":
        await bot.answer_callback_query(answer["callback_query_id"])
    elif answer:
        await bot.send_message(answer["chat_id"], answer["text"], parse_mode=answer.get("parse_mode"))
