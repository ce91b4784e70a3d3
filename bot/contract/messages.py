"""What comes in from a channel and what goes out to one, in no vendor's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.contract.text import Text


class Kind(StrEnum):
    """What a resident sent. START: a call connected or a chat opened; SILENCE: nothing within the time."""

    TEXT = "text"
    CHOICE = "choice"
    LOCATION = "location"
    IMAGE = "image"
    VOICE = "voice"
    STICKER = "sticker"
    CONTACT = "contact"
    START = "start"
    SILENCE = "silence"


class Profile(StrEnum):
    """How a prompt can be shown: real buttons, numbered text, keys on a phone, or speech and keys."""

    BUTTONS = "buttons"
    TEXT = "text"
    KEYS = "keys"
    VOICE = "voice"

    @property
    def is_heard(self) -> bool:
        """On a telephone, where nothing can be shown."""
        return self in (Profile.KEYS, Profile.VOICE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody can be reached: channel and account as configured, user as the vendor names them, for a call that
    is over with `#` and the call behind it."""

    channel: str
    user: str
    account: str = "demo"

    @property
    def number(self) -> str:
        """The telephone alone."""
        return self.user.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; key: where our store keeps it, or will when it is fetched.

    remote: the vendor's name of what has still to be fetched, empty when it is with us.
    """

    kind: str
    key: str
    content_type: str = ""
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A shared location in degrees (WGS 84), with the vendor's label if it gave one."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows who a sender is, beyond words. kind: `phone`, a number that the channel itself vouches for as theirs,
    `code`, which the desk has given to a resident of a home, `pin`, keyed by a caller and good for this call, `echo`,
    sent back from where only the owner of an address reads it,
    or `opt-out`: whoever it is wants no notices here."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a vendor allows us after a message: so many of our own within so many seconds. A new one takes the place of
    what was left, it adds nothing."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What a message was signed with, where the signature proves nothing of its words: who overhears it could put it
    under others, so it is good for one. message: a checksum of that one."""

    signature: str
    message: str


class Listening(Protocol):
    """Who waits for an answer, where a vendor takes it from one request alone and asks again when that took too long.
    by: the request that it listens to now, unlike any other and, but for clocks, sorted after those before it."""

    @property
    def by(self) -> str: ...

    def in_time(self) -> bool:
        """Whether an answer that is ready now still reaches that request; hop 8 says what does not."""
        ...

    def there(self) -> bool:
        """Whether anybody still waits at the other end. A vendor asks for one message with one request at a time: while
        one is there, no other is heard; one that is not may have been asked long before."""
        ...


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of one resident.

    id: the vendor's, unique per sender; text: cleaned of what cannot be stored; choice: the payload of a
    tapped button; language_hint: what the channel knows, such as the app's locale; received_at: aware, in
    the community's zone, on the clock that residents live by; truncated: the text was longer than we read;
    inline: the answer goes back in the response to the request that brought it, else by hop 8; proof: who they are;
    opening: how often we may speak to them hereafter, where the vendor counts.
    listening: which request takes the answer, where only one may.
    forgeable: anybody can write under this address, only its owner reads what is sent there.
    session: the call that it belongs to, where a sender's address proves nothing beyond it; empty elsewhere.
    signed: what must not have come with another message.
    """

    id: str
    sender: Address
    kind: Kind
    received_at: datetime
    text: str = ""
    choice: str | None = None
    place: Point | None = None
    attachments: tuple[Attachment, ...] = ()
    language_hint: str | None = None
    profile: Profile = Profile.BUTTONS
    truncated: bool = False
    inline: bool = True
    proof: Proof | None = None
    opening: Opening | None = None
    session: str = ""
    forgeable: bool = False
    listening: Listening | None = None
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tap; key: the digit that chooses it where there is nothing to tap; heard: its name for ears."""

    title: str
    payload: str
    key: str = ""
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """A question with the answers offered; the text already names the keys where there are no buttons.

    typed: digits may be keyed besides, several in a row; entry: how, which is heard last; asked: so many letters of
    what is heard are the question, behind which the keys are named.
    """

    text: str
    items: tuple[Choice, ...]
    typed: bool = False
    asked: int = 0
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    kind: str
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """A read-back or a receipt: a title and labelled rows; text: the same in lines, where no card can be drawn."""

    title: str
    rows: tuple[tuple[str, str], ...]
    text: str = ""


Part = Words | Choices | Media | Link | Card


@dataclass(frozen=True, slots=True)
class Manner:
    """How an answer is said aloud, and what follows it on a call. language: of its words; slow: at an easy pace;
    ready: whoever hears it waits for the keys; connect: a person was asked for and the desk is open; record: the same
    while it is shut; first: nobody asked, and a person comes first for their age, where the desk has numbers; about:
    what it is about, for that person; over: they said goodbye; alarm: theirs is open, and the line stays open with it.
    """

    language: str = ""
    slow: bool = False
    ready: bool = False
    connect: bool = False
    first: bool = False
    record: bool = False
    over: bool = False
    alarm: bool = False
    about: Text | None = None


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What goes to one address, in order; in_reply_to: the inbound message's id, None for a push;
    last: it may use up the last that the vendor's window allows; begun: so many of the messages that it makes have gone
    out before, or may have."""

    to: Address
    parts: tuple[Part, ...]
    in_reply_to: str | None = None
    expires_at: datetime | None = None
    last: bool = True
    manner: Manner = PLAIN
    begun: int = 0
