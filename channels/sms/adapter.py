"""The webhooks of text messages: Twilio's are signed; answered with nothing, as what is said goes out through hop 8."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from bot.contract.channel import Outward, Ports
from bot.contract.errors import Unsupported
from bot.contract.messages import OutboundMessage, Profile
from channels.sms import replies
from channels.sms.parse import parse
from channels.sms.render import render
from channels.sms.send import Way
from channels.tencent import MARK, Sender, senders
from channels.twilio import Line, fate, lines, of, signed_form

log = logging.getLogger("linli.sms")
_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class Sms:
    """One number for each account, beside the hotline's, as at Twilio both are one; or an application of Tencent's."""

    name, vendor = "sms", "twilio"
    profile = Profile.TEXT

    def routes(self, ports: Ports) -> APIRouter:
        router, known = APIRouter(), lines(_twilios(ports), self.name)
        tencents = senders(ports.accounts, self.name)
        for closed in ports.accounts.keys() - known.keys() - tencents.keys():
            log.warning("this account is closed: none of its secrets is set", extra={"account": closed})

        async def webhook(account: str, request: Request) -> Response:
            form = await signed_form(request, of(known, account), ports)
            try:
                message = parse(form, account, ports.clock.now())
            except Unsupported as error:
                ports.ignored(error.reason)
                return _twiml(())
            # Answered at once only where nothing could be stored: who cries for help hears it all the same.
            return _twiml(await ports.handle(message))

        async def status(account: str, request: Request) -> Response:
            form = await signed_form(request, of(known, account), ports)
            said = fate(form, ports.clock.real())
            if said is not None:
                await ports.fates(account, [said])
            return _twiml(())

        path = "/channels/phone/{account}/sms"
        router.add_api_route(path, webhook, methods=["POST"], summary="A text message")
        router.add_api_route(f"{path}/status", status, methods=["POST"], summary="What became of one of ours")
        replies.routes(router, ports, tencents)
        return router

    def outward(self, ports: Ports) -> Outward | None:
        all_lines = lines(_twilios(ports), self.name)
        known: Mapping[str, Line] = {name: line for name, line in all_lines.items() if line.live}
        tencents: Mapping[str, Sender] = senders(ports.accounts, self.name)
        return Way(ports, known, tencents) if known or tencents else None


def _twilios(ports: Ports) -> Ports:
    """Without those accounts that are another vendor's."""
    return replace(ports, accounts={n: one for n, one in ports.accounts.items() if MARK not in one.secrets})


def _twiml(replies: tuple[OutboundMessage, ...]) -> Response:
    texts = [text for reply in replies for text in render(reply.parts)]
    if not texts:
        return Response(_NOTHING, media_type="text/xml")
    from twilio.twiml.messaging_response import MessagingResponse

    twiml = MessagingResponse()
    for text in texts:
        twiml.message(text)
    return Response(str(twiml), media_type="text/xml")


channel = Sms()
