"""A call of ours that is put through to somebody else: what each end hears, and where it is told how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.contract.ringing import Script
from channels.phone.render import RINGS, paragraph, response, say
from channels.phone.voices import voice_of


@dataclass(frozen=True, slots=True)
class Dial:
    """own: what the other end sees; action, who: told how it ended, and if a machine is there; there: first words."""

    to: str
    own: str
    action: str
    there: str
    who: str


def put_through(said: Script, dial: Dial) -> str:
    """A call that we began, on to somebody else; both hear each other once the other end has heard its own words."""
    twiml = _told(said)
    line = twiml.dial(action=dial.action, method="POST", timeout=RINGS, answer_on_bridge=True, caller_id=dial.own)
    line.number(dial.to, url=dial.there, machine_detection="Enable", amd_status_callback=dial.who)
    return str(twiml)


def before_both(said: Script) -> str:
    """Only said: then the two are together. Whoever lies on the floor need press nothing."""
    return str(_told(said))


def _told(said: Script) -> Any:
    twiml = response()
    for text in said.say:
        say(twiml, paragraph(text), voice_of(said.language), slow=False)
    return twiml
