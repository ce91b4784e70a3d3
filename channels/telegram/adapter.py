"""Telegram's webhook: who knows the secret may speak, 200 as soon as it is stored, the answer goes by hop 8."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.contract.body import body_of
from bot.contract.channel import Outward, Ports
from bot.contract.errors import NotTheirs, Refused, Unsupported
from bot.contract.messages import InboundMessage, OutboundMessage, Profile
from channels.telegram import commands, listen
from channels.telegram.parse import Update, parse
from channels.telegram.render import render
from channels.telegram.send import Bots, Sender, fetched
from channels.telegram.settings import Line, lines

log = logging.getLogger("linli.telegram")

HEADER = "x-telegram-bot-api-secret-token"
Json = dict[str, Any]


class Telegram:
    """Private chats with one bot for each account."""

    name = "telegram"
    profile = Profile.BUTTONS

    def routes(self, ports: Ports) -> APIRouter:
        router, known = APIRouter(), lines(ports)
        for closed in ports.accounts.keys() - known.keys():
            log.warning("this account is closed: none of its secrets is set", extra={"account": closed})

        async def webhook(account: str, request: Request) -> JSONResponse:
            _theirs(known, account, request, ports)
            return JSONResponse(await take(ports, account, await body_of(request)))

        router.add_api_route("/channels/telegram/{account}", webhook, methods=["POST"], summary="Telegram's updates")
        return router

    def outward(self, ports: Ports) -> Outward | None:
        known = lines(ports)
        return Way(ports, known) if any(line.live for line in known.values()) else None


class Way:
    """Out to Telegram; `run` publishes what the bot offers, or asks for updates."""

    def __init__(self, ports: Ports, known: Mapping[str, Line]) -> None:
        self._ports, self._lines = ports, known
        self._bots = Bots(known, ports.api_base)
        self._sender = Sender(self._bots)

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        return await self._sender.send(message, key)

    async def fetch(self, account: str, remote: str) -> bytes:
        return await fetched(await self._bots.of(account), remote)

    async def run(self, stop: asyncio.Event) -> None:
        if self._ports.first:
            await listen.run(self._ports, self._lines, self._bots, stop, take)

    async def close(self) -> None:
        await self._bots.close()


def _theirs(known: Mapping[str, Line], account: str, request: Request, ports: Ports) -> None:
    """Raises `Refused` (404) for an account that there is not, `NotTheirs` without its secret."""
    line = known.get(account)
    if line is None:
        raise Refused("there is no such account", status=404)
    given = request.headers.get(HEADER, "")
    if not hmac.compare_digest(given.encode(), line.secret.encode()):
        ports.turned_away()
        raise NotTheirs("the secret of this webhook is missing or wrong")


async def take(ports: Ports, account: str, body: bytes) -> Json:
    """Hops 1 to 7 for one update; what is returned is a call that Telegram makes for us, or nothing."""
    try:
        update = parse(body, account, ports.clock.now(), ports.media.name)
    except (Unsupported, Refused) as error:
        # Anything but 200 brings it again for a day.
        ports.ignored(error.reason)
        return {}
    if update.command == commands.BIND:
        return _how_to_bind(ports, update)
    unheard = await ports.handle(_in_words(ports, update))
    if unheard:
        # Nothing could be stored and hop 8 knows nothing of it: said in the response itself.
        return _said_here(unheard)
    return {"method": "answerCallbackQuery", "callback_query_id": update.callback} if update.callback else {}


def _in_words(ports: Ports, update: Update) -> InboundMessage:
    """A command is the sentence that it stands for, in the app's language."""
    message = update.message
    sentence = commands.UNBIND_WORDS if update.command == commands.UNBIND else commands.COMMANDS.get(update.command)
    if sentence is None:
        return message
    return replace(message, text=ports.say(sentence, ports.language(message.language_hint)))


def _how_to_bind(ports: Ports, update: Update) -> Json:
    message, words = update.message, ports.language(update.message.language_hint)
    share = {"text": ports.say(commands.SHARE, words), "request_contact": True}
    return {
        "method": "sendMessage",
        "chat_id": int(message.sender.user),
        "text": ports.say(commands.HOW_TO_BIND, words),
        "reply_markup": {"keyboard": [[share]], "resize_keyboard": True, "one_time_keyboard": True},
    }


def _said_here(replies: tuple[OutboundMessage, ...]) -> Json:
    bubbles = [bubble for reply in replies for bubble in render(reply.parts)]
    text = "\n\n".join(bubble.text for bubble in bubbles)
    return {"method": "sendMessage", "chat_id": int(replies[0].to.user), "text": text, "parse_mode": "HTML"}


channel = Telegram()
