"""The webhooks of calls that we begin: who answered is asked for a key, and what became of it is told to the house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.plain import clean
from bot.contract.ringing import BUSY, COMPLETED, FAILED, MAILBOX, NO_ANSWER, PERSON, PICKED_UP, Turn
from channels.phone import bridging, render
from channels.phone.parse import MOST, TEXT_LIMIT, call_of, keys_of
from channels.phone.parse import Place as Inbound
from channels.twilio import Line, field_of, international, of, signed_form

_CALL = re.compile(r"[0-9a-z]{26}")
_ENDS = {
    "completed": COMPLETED,
    "answered": COMPLETED,
    "busy": BUSY,
    "no-answer": NO_ANSWER,
    "failed": FAILED,
    "canceled": NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class _Desk:
    ports: Ports
    known: Mapping[str, Line]

    async def turn(self, account: str, request: Request) -> Response:
        """Somebody has answered, or has pressed or said something."""
        form, call = await self._asked(account, request)
        stage, quiet = (_count(request, name) for name in ("stage", "quiet"))
        given = Turn(
            call,
            stage,
            quiet,
            keys_of(form, Inbound()).strip("#"),
            clean(field_of(form, "SpeechResult")).strip()[:TEXT_LIMIT],
            _is_machine(form),
        )
        script = await self.ports.ringing.turn(account, given)
        base = f"{self.ports.public_url.rstrip('/')}/channels/phone/{account}/voice/out"
        if script.connect:
            line = self.known[account]
            # They see the number that their phone knows as the alarm's.
            own = line.alarms or line.number
            to = international(script.connect, line.number)
            back = [f"{base}/{what}?call={call}" for what in ("beyond", "there", "who")]
            dial = bridging.Dial(to, own, *back)
            return Response(bridging.put_through(script, dial), media_type="text/xml")
        following = f"{base}?call={call}&stage={script.stage}&quiet={script.quiet}"
        return Response(render.script(script, following), media_type="text/xml")

    async def there(self, account: str, request: Request) -> Response:
        """Whom a call is put through to has picked up: what they alone hear first."""
        _, call = await self._asked(account, request)
        script = await self.ports.ringing.beyond(account, call, PICKED_UP)
        return Response(bridging.before_both(script), media_type="text/xml")

    async def who(self, account: str, request: Request) -> Response:
        """Whether a person has picked up there; only the vendor's word for one counts as one."""
        form, call = await self._asked(account, request)
        how = MAILBOX if _is_machine(form) else PERSON if field_of(form, "AnsweredBy") == "human" else None
        if how is not None:
            await self.ports.ringing.beyond(account, call, how)
        return Response(render.nothing(), media_type="text/xml")

    async def beyond(self, account: str, request: Request) -> Response:
        """What became of putting the call through; whoever is still on the line hears it."""
        form, call = await self._asked(account, request)
        how = _ENDS.get(field_of(form, "DialCallStatus"), FAILED)
        script = await self.ports.ringing.beyond(account, call, how)
        return Response(render.script(script, ""), media_type="text/xml")

    async def machine(self, account: str, request: Request) -> Response:
        form, call = await self._asked(account, request)
        if _is_machine(form):
            await self.ports.ringing.machine(account, call)
        return Response(render.nothing(), media_type="text/xml")

    async def status(self, account: str, request: Request) -> Response:
        form, call = await self._asked(account, request)
        if _is_machine(form):
            await self.ports.ringing.machine(account, call)
        how = _ENDS.get(field_of(form, "CallStatus"))
        if how is not None:
            await self.ports.ringing.ended(account, call, how)
        return Response(render.nothing(), media_type="text/xml")

    async def _asked(self, account: str, request: Request) -> tuple[FormData, str]:
        form = await signed_form(request, of(self.known, account), self.ports)
        call_of(form)
        call = request.query_params.get("call", "")
        if not _CALL.fullmatch(call):
            raise Refused("there is no such call", status=404)
        return form, call


def routes(router: APIRouter, path: str, ports: Ports, known: Mapping[str, Line]) -> None:
    desk = _Desk(ports, known)
    for what, answer, summary in (
        ("/out", desk.turn, "A call of ours is answered, or a key is pressed"),
        ("/out/there", desk.there, "Whom a call of ours is put through to has picked up"),
        ("/out/who", desk.who, "Whether a person has picked up there"),
        ("/out/beyond", desk.beyond, "What became of putting a call of ours through"),
        ("/out/machine", desk.machine, "Whether a machine has answered"),
        ("/out/status", desk.status, "What became of a call of ours"),
    ):
        router.add_api_route(path + what, answer, methods=["POST"], summary=summary)


def _is_machine(form: FormData) -> bool:
    """What is not known is taken for a person."""
    return field_of(form, "AnsweredBy").startswith(("machine", "fax"))


def _count(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not text.isascii() or not text.isdecimal() or int(text) > MOST:
        raise Refused("there is no such step", status=400)
    return int(text)
