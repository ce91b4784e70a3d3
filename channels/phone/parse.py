"""From a request of Twilio's voice webhook to an `InboundMessage`: what was said or keyed, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.datastructures import FormData

from bot.contract.errors import Refused
from bot.contract.messages import Address, Attachment, InboundMessage, Kind, Profile, Proof
from bot.contract.plain import clean
from channels.twilio import CALL, RECORDING, field_of

CHANNEL = "phone"
TEXT_LIMIT = 4_000
MOST = 9_999
# What Twilio shows for a number that is withheld, unknown or out of its area.
HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+464"})
_NUMBER, _KEYS = re.compile(r"\+\d{5,15}"), re.compile(r"[0-9*#]{1,64}")
# Six digits behind a star are a PIN, wherever they are keyed; behind it there may be a home.
_PIN = re.compile(r"\*\d{6}(\*[\d*]{1,30})?#?")
STAR = "*"
SOUND = "audio/mpeg"
Name = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the call a request belongs, as our own addresses say it. step: counts the caller's turns; quiet: how
    many in a row were silent; first: the desk was rung before anybody asked; one: a single key was the whole answer;
    star: the star came before; pin: the PIN was asked for; again: how often this step was put off; language: of the
    last words."""

    step: int = 0
    quiet: int = 0
    one: bool = False
    star: bool = False
    pin: bool = False
    again: int = 0
    language: str = ""
    first: bool = False

    def query(self) -> str:
        flags = [f"{name}=1" for name in ("one", "star", "pin", "first") if getattr(self, name)]
        counts = [f"{name}={count}" for name in ("quiet", "again") if (count := getattr(self, name))]
        return "&".join([f"step={self.step}", *counts, *flags, *([f"lang={self.language}"] if self.language else [])])


def place_of(query: dict[str, str], languages: tuple[str, ...]) -> Place:
    """Raises `Refused` (400) for what we never wrote into an address."""
    try:
        step, quiet, again = (int(query.get(name, "0")) for name in ("step", "quiet", "again"))
    except ValueError as error:
        raise Refused("a number is expected", status=400) from error
    if not 0 <= step <= MOST or not 0 <= quiet <= MOST or not 0 <= again <= MOST:
        raise Refused("there is no such step", status=400)
    language = query.get("lang", "")
    one, star, pin, first = (name in query for name in ("one", "star", "pin", "first"))
    return Place(step, quiet, one, star, pin, again, language if language in languages else "", first)


def call_of(form: FormData) -> str:
    call = field_of(form, "CallSid")
    if not CALL.fullmatch(call):
        raise Refused("there is no such call", status=400)
    return call


def caller_of(form: FormData) -> str:
    """The number that the call shows, which proves nothing; of a hidden one the call itself."""
    number, call = field_of(form, "From").strip(), call_of(form)
    return number if _NUMBER.fullmatch(number) and number not in HIDDEN else f"hidden-{call}"


def keys_of(form: FormData, place: Place) -> str:
    """With the star that came before them, where a prompt took it for the whole answer."""
    keys = field_of(form, "Digits").strip()
    if keys and not _KEYS.fullmatch(keys):
        raise Refused("these are no keys of a telephone", status=400)
    return f"*{keys}" if place.star else keys


def wants_pin(keys: str, place: Place) -> bool:
    return keys.rstrip("#") == "*6" or (place.one and keys == "6")


def parse(form: FormData, account: str, place: Place, received_at: datetime, name: Name) -> InboundMessage:
    """name: (seed, content type, owner) → the key under which a recording will be kept.

    Raises `Refused` (400) for what Twilio never sends.
    """
    call, keys = call_of(form), keys_of(form, place)
    blank = InboundMessage(
        id=f"{call}:{place.step}",
        sender=Address(CHANNEL, caller_of(form), account),
        kind=Kind.START if place.step == 0 else Kind.SILENCE,
        received_at=received_at,
        language_hint=place.language or None,
        profile=Profile.VOICE,
        session=call,
    )
    recording = field_of(form, "RecordingSid")
    if recording and place.step > 0:
        return replace(blank, kind=Kind.VOICE, attachments=_recorded(recording, blank.sender.user, name))
    pin = _pin(keys, place)
    if pin:
        # Not in the text: it would be kept with the talk.
        return replace(blank, kind=Kind.TEXT, proof=Proof("pin", pin))
    text = keys if keys.strip("#") else clean(field_of(form, "SpeechResult")).strip()
    if not text:
        return blank
    return replace(blank, kind=Kind.TEXT, text=text[:TEXT_LIMIT], truncated=len(text) > TEXT_LIMIT)


def _recorded(recording: str, owner: str, name: Name) -> tuple[Attachment, ...]:
    if not RECORDING.fullmatch(recording):
        raise Refused("there is no such recording", status=400)
    return (Attachment("voice", name(recording, SOUND, owner), SOUND, remote=recording),)


def _pin(keys: str, place: Place) -> str:
    if _PIN.fullmatch(keys):
        return keys
    # The keys that mean the same on every call mean it here too.
    asked = place.pin and len(keys.strip("*#")) > 1
    return keys if asked else ""
