"""Calls as Twilio does when somebody rings the hotline: signed forms, TwiML read as a caller hears it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree

import httpx
from sqlalchemy import update

from backend.models.people import resident
from bot.contract.messages import Address, OutboundMessage, Part
from bot.settings import Settings
from channels.phone import render
from channels.phone.parse import Place
from tests.channels.drivers import said
from tests.channels.drivers.driver import Driver, Heard
from tests.standing import Standing

HOST, PATH = "http://linli", "/channels/phone/demo/voice"
SID, TOKEN, NUMBER = "AC" + "0" * 32, "linli-demo-phone", "+861000000000"
CALLER, PIN = "+8613800000501", "350501"
_CALLS = itertools.count(1)
# "For Yes, press 1; for No, 2." and the same in Chinese; each is looked for behind the one before it.
_OFFER = re.compile(
    r"(?:^|[。.?？!！:：;；，] ?)(?:[Ff]or )?([^。.?？!！:：;；，]+?)(?:, (?:press )?|请按|按)(\d)(?=[;。.，])"
)


class Vendor(Driver):
    name = "phone"
    user = CALLER
    # Nothing to see and nothing to send on a call; a link is said to be on its way as a text message.
    lacks = frozenset({"photo", "place", "voice", "unknown", "link"})

    def __init__(self, settings: Settings, standing: Standing, side: Any) -> None:
        super().__init__(settings, standing, side)
        self.call = new_call()
        self.action = ""
        self.twiml: ElementTree.Element | None = None

    def is_known(self, **what: Any) -> None:
        """What is on file of whoever calls."""
        mine = update(resident).where(resident.c.phone == CALLER.removeprefix("+86"))
        self.do(lambda c: c.execute(mine.values(**what)))

    # A call, turn by turn

    def begin(self, caller: str = CALLER) -> list[Heard]:
        """A new call; what is heard first."""
        self.call = new_call()
        return self.hear(self.send(PATH, From=caller))

    def next(self, **fields: str) -> httpx.Response:
        """What Twilio posts to the address that the last answer named."""
        return self.send(self.action or f"{PATH}/turn?step=1", **fields)

    def keys(self, digits: str) -> list[Heard]:
        return self.hear(self.next(Digits=digits))

    def speak(self, words: str) -> list[Heard]:
        return self.hear(self.next(SpeechResult=words, Confidence="0.81"))

    def silent(self) -> list[Heard]:
        return self.hear(self.next())

    def send(self, path: str, **fields: str) -> httpx.Response:
        form = {"CallSid": self.call, "AccountSid": SID, "From": CALLER, "To": NUMBER, "CallStatus": "in-progress"}
        answer = self.signed(path, urlencode(form | {"Direction": "inbound", "ForwardedFrom": ""} | fields).encode())
        if answer.status_code == 200:
            self._follow(answer)
        return answer

    def _follow(self, answer: httpx.Response) -> None:
        self.twiml = ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
        said.note(self.twiml)
        ahead = next((one for one in self.twiml.iter() if one.tag in ("Gather", "Redirect", "Dial")), None)
        if ahead is not None:
            self.action = (ahead.text or "") if ahead.tag == "Redirect" else ahead.attrib["action"]

    def signed(self, path: str, body: bytes) -> httpx.Response:
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature(path, body)}
        return self.one.request("POST", path, content=body, headers=headers)

    # What every driver has

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        if number is None:
            number = next(self.numbers)
        return self.send(f"{PATH}/turn?step={number}", SpeechResult=words, Confidence="0.9")

    def tap(self, title: str, payload: str) -> httpx.Response:
        return self.send(f"{PATH}/turn?step={next(self.numbers)}", Digits=payload)

    def forged(self) -> list[httpx.Response]:
        path = f"{PATH}/turn?step=1"
        body = urlencode({"CallSid": self.call, "From": CALLER, "SpeechResult": "hello", "Digits": ""}).encode()
        plain = {"content-type": "application/x-www-form-urlencoded"}
        # Without the empty field another text would have been signed.
        wrong = {**plain, "x-twilio-signature": signature(path, body.removesuffix(b"&Digits="))}
        return [self.one.request("POST", path, content=body, headers=one) for one in (plain, wrong)]

    def raw(self, body: bytes) -> httpx.Response:
        return self.signed(f"{PATH}/turn?step=1", body)

    def stranger(self) -> httpx.Response:
        return self.signed("/channels/phone/nobody/voice", b"")

    def bind(self) -> None:
        self.hear(self.send(f"{PATH}/turn?step={next(self.numbers)}", Digits=f"*{PIN}"))

    def put_off(self, response: httpx.Response) -> bool:
        """A caller hears no 503: they are asked to wait, and the same step comes again by itself."""
        redirect = ElementTree.fromstring(response.content).find("Redirect")  # noqa: S314 - our own answer
        return response.status_code == 200 and redirect is not None and "again=1" in (redirect.text or "")

    def read(self, response: httpx.Response) -> list[Heard]:
        return heard(response.text)

    def shown(self, parts: tuple[Part, ...]) -> str:
        said = (OutboundMessage(Address(self.name, CALLER), parts, "m"),)
        return repr(heard(render.ask(said, render.Path(PATH), Place())))


def heard(twiml: str) -> list[Heard]:
    """One for each sentence group; what is offered by its key."""
    said = ["".join(one.itertext()) for one in ElementTree.fromstring(twiml).iter("Say")]  # noqa: S314 - our own answer
    return [Heard(text, {title.strip(): key for title, key in _OFFER.findall(text)}) for text in said]


def new_call() -> str:
    return f"CA{next(_CALLS):032x}"


def signature(path: str, body: bytes, token: str = TOKEN, host: str = HOST) -> str:
    """As Twilio's documents have it, written here once more: theirs is what is tested."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        pairs = []
    fields: Mapping[str, set[str]] = {name: {v for n, v in pairs if n == name} for name, _ in pairs}
    text = host + path + "".join(name + value for name in sorted(fields) for value in sorted(fields[name]))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
