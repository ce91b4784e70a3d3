"""The hotline's webhooks: each turn of a call is a signed request, and its answer is said in the response."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from bot.contract.channel import Account, Outward, Ports
from bot.contract.errors import Unavailable
from bot.contract.messages import Address, InboundMessage, Manner, OutboundMessage, Profile, Words
from bot.contract.text import Text, t
from channels.phone import hotline, outgoing, render
from channels.phone.parse import STAR, Place, call_of, keys_of, parse, place_of, wants_pin
from channels.phone.render import Path
from channels.phone.send import Way
from channels.twilio import Line, fate, is_demo, lines, lines_of, of, signed_form

log = logging.getLogger("linli.phone")
# A caller is not left in silence for longer; Twilio itself gives up after fifteen seconds.
HOLD_SECONDS = 2.5
# So often a step is put off, so often nothing is heard, before something else is said.
PUT_OFF, QUIET = 4, 5
# So many letters of what a call is about.
ABOUT = 60
_OTHER = t("To speak English, press 5.")
_WAIT = t("One moment, please.")
_PIN = t("Please key your six-digit PIN, then the hash key. If you have none, press 0 and the hash key.")
_AWAY = t(
    "I am sorry, our system cannot answer just now. In danger hang up and dial {ambulance}, {fire} or {police}. "
    "Otherwise please call again in a few minutes."
)
_QUIET = t("I hear nothing, so I end this call now. A person knows of it. Please call again at any time.")
_NOBODY = t(
    "Nobody at the desk could take the call just now. Your request is kept, and somebody calls you back. "
    "Is there anything else? Just tell me."
)
_FIRST = t("I ring a person for you first. To do it with me instead, press 8, or just say what you need.")
_OFFER = t("For a person, press 0 at any time.")
_NONE_NOW = t(
    "Nobody at the desk could take the call just now. I can help you at once: just tell me, or press 8 for the "
    "services. To be called back, press 0."
)
_SPEAK = t("After the tone you can tell the person what it is about. Press hash when you have done, or at once.")
_AFTERWARDS = t("Is there anything else I can do? Just tell me, or hang up.")
_WHISPER_ABOUT = t("A resident calls the front desk of {community}, about: {about}. To take the call, press 1.")
_WHISPER = t("A resident calls the front desk of {community}. To take the call, press 1.")


class Phone:
    """One number for each account."""

    name, vendor = "phone", "twilio"
    profile = Profile.VOICE

    def routes(self, ports: Ports) -> APIRouter:
        router, known = APIRouter(), lines(ports, self.name)
        for closed in ports.accounts.keys() - known.keys():
            log.warning("this account is closed: none of its secrets is set", extra={"account": closed})
        desk = _Desk(ports, known)
        path = "/channels/phone/{account}/voice"
        for what, answer, summary in (
            ("", desk.began, "A call begins"),
            ("/turn", desk.turn, "What a caller said or keyed"),
            ("/dialled", desk.dialled, "What became of ringing the desk"),
            ("/whisper", desk.whisper, "What the desk hears before it takes a call"),
            ("/whispered", desk.whispered, "Whether the desk takes it"),
            ("/status", desk.status, "What became of a call"),
            ("/text", desk.text, "What became of a text message of ours"),
        ):
            router.add_api_route(path + what, answer, methods=["POST"], summary=summary)
        outgoing.routes(router, path, ports, known)
        shown = next((name for name, line in known.items() if is_demo(line)), None) if ports.demo else None
        if shown is not None:
            hotline.routes(router, ports, shown, known[shown])
        return router

    def dials(self, accounts: Mapping[str, Account], api_base: str, *, demo: bool) -> frozenset[str]:
        known = lines_of(accounts, api_base, self.name, demo=demo)
        return frozenset(name for name, line in known.items() if line.live)

    def outward(self, ports: Ports) -> Outward | None:
        known = {name: line for name, line in lines(ports, self.name).items() if line.live}
        return Way(ports, known) if known else None


class _Desk:
    """Mutable on purpose: turns that take longer than a caller waits are found again by the request that follows."""

    def __init__(self, ports: Ports, known: Mapping[str, Line]) -> None:
        self._ports, self._known = ports, known
        self._running: dict[str, asyncio.Task[tuple[OutboundMessage, ...]]] = {}

    async def began(self, account: str, request: Request) -> Response:
        line, form, _ = await self._asked(account, request)
        return await self._answer(account, line, form, Place())

    async def turn(self, account: str, request: Request) -> Response:
        line, form, place = await self._asked(account, request)
        keys, path = keys_of(form, place), _path(account, self._ports)
        call_of(form)
        if keys == STAR and not place.star:
            return _twiml(render.after_star(path, place))
        if wants_pin(keys, place):
            return _twiml(render.ask_pin(self._say(_PIN, place), path, place))
        return await self._answer(account, line, form, place)

    async def _answer(self, account: str, line: Line, form: FormData, place: Place) -> Response:
        message = parse(form, account, place, self._ports.clock.now(), self._ports.media.name)
        path = _path(account, self._ports)
        silent = place.step > 0 and not message.text and message.proof is None and not message.attachments
        place = replace(place, quiet=place.quiet + 1 if silent and not place.again else 0)
        try:
            replies = await self._in_time(message)
        except Unavailable:
            if place.again >= PUT_OFF:
                away = replace(
                    _AWAY, params={"ambulance": "120", "fire": "119", "police": "110"} | dict(line.account.emergency)
                )
                return _twiml(render.said_and((), place, self._say(away, place)))
            # The same step comes again by itself: nobody has to say anything twice.
            return _twiml(render.wait(self._say(_WAIT, place), path, place))
        if replies is None:
            return _twiml(render.wait(self._say(_WAIT, place), path, place))
        manner = replies[-1].manner if replies else None
        if manner is not None and manner.over:
            return _twiml(render.said_and(replies, place))
        if manner is not None and manner.connect and line.staff:
            about = self._ports.say(manner.about, self._ports.languages[0]) if manner.about is not None else ""
            return _twiml(render.connect(replies, path, place, render.Desk(line.staff, line.number, about)))
        if manner is not None and manner.first:
            spoken = self._say(_FIRST if line.staff else _OFFER, replace(place, language=manner.language))
            replies = _with_words(replies, spoken)
            if line.staff:
                return _twiml(
                    render.connect(replies, path, replace(place, first=True), render.Desk(line.staff, line.number))
                )
        if manner is not None and manner.record:
            return _twiml(
                render.record(replies, self._say(_SPEAK, replace(place, language=manner.language)), path, place)
            )
        if place.quiet >= QUIET and not (manner is not None and manner.alarm):
            return _twiml(render.said_and((), place, self._say(_QUIET, place)))
        # Who keys, and who says nothing, waits for the keys; the greeting's one key stands in its sentence.
        at_once = bool(keys_of(form, place)) or silent or place.step == 0
        other = self._other(place, manner.language if manner else "")
        return _twiml(render.ask(replies, path, place, other, at_once=at_once))

    async def _in_time(self, message: InboundMessage) -> tuple[OutboundMessage, ...] | None:
        """None when it takes longer than a caller waits; it goes on, and is found again by its step."""
        task = self._running.get(message.id) or asyncio.create_task(_awaited(self._ports, message))
        self._running[message.id] = task
        done, _ = await asyncio.wait({task}, timeout=HOLD_SECONDS)
        if not done:
            return None
        self._running.pop(message.id, None)
        return task.result()

    async def dialled(self, account: str, request: Request) -> Response:
        """The desk's call is over, or nobody took it: the caller is never left with a dead line."""
        _, form, place = await self._asked(account, request)
        call_of(form)
        taken = form.get("DialCallStatus") in ("completed", "answered")
        said = self._say(_AFTERWARDS if taken else _NONE_NOW if place.first else _NOBODY, place)
        place = replace(place, first=False)
        return _twiml(render.ask(_own(said, place), _path(account, self._ports), place))

    async def whisper(self, account: str, request: Request) -> Response:
        line, _, place = await self._asked(account, request)
        about = request.query_params.get("about", "")[:ABOUT]
        # The desk hears its own language, whatever the caller speaks.
        titles, first = line.account.titles, self._ports.languages[0]
        whose = titles.get(first) or next(iter(titles.values()), "")
        text = replace(_WHISPER_ABOUT if about else _WHISPER, params={"community": whose, "about": about})
        here = replace(place, language=first)
        return _twiml(render.whisper(self._say(text, here), _path(account, self._ports), here))

    async def whispered(self, account: str, request: Request) -> Response:
        _, form, _ = await self._asked(account, request)
        return _twiml(render.nothing(hang_up=keys_of(form, Place()) != "1"))

    async def status(self, account: str, request: Request) -> Response:
        _, form, _ = await self._asked(account, request)
        call_of(form)
        return _twiml(render.nothing())

    async def text(self, account: str, request: Request) -> Response:
        _, form, _ = await self._asked(account, request)
        said = fate(form, self._ports.clock.real())
        if said is not None:
            await self._ports.fates(account, [said])
        return _twiml(render.nothing())

    async def _asked(self, account: str, request: Request) -> tuple[Line, FormData, Place]:
        line = of(self._known, account)
        form = await signed_form(request, line, self._ports)
        return line, form, place_of(dict(request.query_params), self._ports.languages)

    def _say(self, text: Text, place: Place) -> str:
        return self._ports.say(text, place.language or self._ports.languages[0])

    def _other(self, place: Place, language: str) -> list[tuple[str, str]]:
        """At the very beginning who does not know the language of the greeting hears which key speaks theirs."""
        if place.step > 0:
            return []
        return [(self._ports.say(_OTHER, one), one) for one in self._ports.languages if one != language]


async def _awaited(ports: Ports, message: InboundMessage) -> tuple[OutboundMessage, ...]:
    return await ports.handle(message)


def _with_words(replies: Sequence[OutboundMessage], text: str) -> tuple[OutboundMessage, ...]:
    """Said behind the greeting, and before what is asked."""
    *before, last = replies
    return (*before, replace(last, parts=(*last.parts[:-1], Words(text), *last.parts[-1:])))


def _own(text: str, place: Place) -> tuple[OutboundMessage, ...]:
    """Words of the line itself, in the form in which answers come."""
    return (OutboundMessage(Address("phone", ""), (Words(text),), manner=Manner(place.language)),)


def _path(account: str, ports: Ports) -> Path:
    return Path(f"{ports.public_url.rstrip('/')}/channels/phone/{account}/voice")


def _twiml(text: str) -> Response:
    return Response(text, media_type="text/xml")


channel = Phone()
