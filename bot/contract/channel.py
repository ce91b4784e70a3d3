"""What a channel can show and what it is handed: callbacks and ports, never the engine itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bot.contract.errors import NotTheirs, Refused
from bot.contract.joint import Shared, Unshared
from bot.contract.messages import Address, InboundMessage, OutboundMessage, Profile
from bot.contract.ports import Clock, Media, Recogniser
from bot.contract.ringing import Ringing, Silent
from bot.contract.talk import Talk
from bot.contract.text import Text

if TYPE_CHECKING:
    from fastapi import APIRouter

Handle = Callable[[InboundMessage], Awaitable[tuple[OutboundMessage, ...]]]
Guard = Callable[[str | None], Awaitable[str]]
Review = Callable[[Address, str], Awaitable[Talk]]
Say = Callable[[Text, str], str]
Writes = Callable[[Address], Awaitable[None]]
Join = Callable[[Address, str], Awaitable[None]]
Follow = Callable[[Address, str], AsyncIterator[Talk | None]]
Vouch = Callable[[Address, "Vouched"], Awaitable[None]]
Known = Callable[[Address], Awaitable[str | None]]
Left = Callable[[Address], Awaitable[None]]


async def _untold(_: Address) -> None:
    return None


async def _unknown(_: Address, __: str) -> None:
    raise Refused("no such invitation", status=404)


async def _distrust(_: Address, __: Vouched) -> None:
    raise NotTheirs("nobody vouches here")


async def _nobody(_: Address) -> str | None:
    return None


async def _still(_: Address, __: str) -> AsyncIterator[Talk | None]:
    yield Talk()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """buttons: how many can be shown at once, 0 for none; text_limit: characters in one bubble;
    voice: the answer is heard; page: how many options one prompt may name."""

    buttons: int
    text_limit: int
    voice: bool = False
    page: int = 10
    reply_window: float | None = None


PROFILES: dict[Profile, Capabilities] = {
    Profile.BUTTONS: Capabilities(buttons=10, text_limit=2000),
    Profile.TEXT: Capabilities(buttons=0, text_limit=1000),
    Profile.KEYS: Capabilities(buttons=0, text_limit=600, voice=True, page=4),
    Profile.VOICE: Capabilities(buttons=0, text_limit=600, voice=True, page=4),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a channel, as config.yml has it: whose it is, and from which other sites it may be used.

    titles: the community's name by language; emergency: purpose → number to dial; origins: `https://…` each;
    secrets: what the environment holds for it, by name; mode: how it is listened to, and menu: what its menu offers,
    in the channel's own words; templates: texts that the vendor has approved, by its ids.
    """

    community: str
    titles: Mapping[str, str]
    emergency: Mapping[str, str]
    origins: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    mode: str = ""
    menu: tuple[str, ...] = ()
    templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whoever is signed in on a site that we know, by that site's signed word.

    user: what their address is called here; claim: a digest of this one word, good for one use; until: when what it
    opens is shut again; phone: theirs, as the site says, empty where it says nothing.
    """

    user: str
    claim: str
    until: datetime
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What a vendor says became of a message of ours. vendor_id: what `Outward.send` returned; state: `delivered`,
    `read` or `failed`; reason: the vendor's, of a failure."""

    vendor_id: str
    state: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ports:
    """What the composition root hands to a channel.

    handle: hops 2 to 7, returns the replies of this message; guard: raises `NotTheirs` unless the
    `Authorization` header opens this door, and returns which of its accounts it opens; clock: the only
    source of time; review: what was said in the
    conversation of an address after a cursor; say: a text in a language; media: where pictures are kept;
    languages: those of the installation, its first one first; accounts: this channel's own, by their names;
    writes: tells the person of the desk who has this conversation that its resident is writing; join: puts the
    speaker into the case that a link of the desk names, raises `Refused` for a link that is not valid; follow: `review`
    at once and again as soon as there is anything new, None now and then while there is not, raises `Refused` where
    nothing was ever said (404) or too many follow already (429); vouch: from now on this browser's address stands for
    whom a site names, raises `NotTheirs` for a word that another browser used; known: whom it stands for, if anybody;
    api_base: scheme and host of a server that stands in for the vendor's, empty for the vendor's own;
    public_url: where the world reaches us; ignored: counts and logs a well-formed input that nobody acts on;
    turned_away: counts one whose sender proved nothing; fates: writes down what became of messages of an account;
    first: this process does what only one of an installation may do; left: somebody wants to hear nothing more on this
    address until they write again; shared: what the processes of this channel hold together;
    ringing: what is said in calls that the house began, and what becomes of them; recogniser: who puts a voice into
    words, None where only people can.
    """

    handle: Handle
    guard: Guard
    clock: Clock
    review: Review
    say: Say
    media: Media
    languages: tuple[str, ...]
    ignored: Callable[[str], None]
    turned_away: Callable[[], None]
    fates: Callable[[str, Sequence[Fate]], Awaitable[None]]
    demo: bool = False
    accounts: Mapping[str, Account] = field(default_factory=dict)
    api_base: str = ""
    public_url: str = ""
    first: bool = True
    writes: Writes = _untold
    join: Join = _unknown
    follow: Follow = _still
    vouch: Vouch = _distrust
    known: Known = _nobody
    left: Left = _untold
    shared: Shared = field(default_factory=Unshared)
    recogniser: Recogniser | None = None
    ringing: Ringing = field(default_factory=Silent)

    def language(self, hint: str | None) -> str:
        """The language that somebody is answered in before anything is known of them but what their app tells."""
        return hint if hint is not None and hint in self.languages else self.languages[0]


class Channel(Protocol):
    """One folder under `channels/`, found by its module-level `channel`; a `vendor` beside its name is whose API
    address (`LINLI_<VENDOR>_API_BASE`) it takes, where that is not its own."""

    name: str

    def routes(self, ports: Ports) -> APIRouter: ...


class Outward(Protocol):
    """A channel's way out, one for each process.

    All raise `Unavailable` (with the vendor's wish when to retry), `Refused` (never again), or `Refused` with the
    status 410 for who cannot be reached there any more.
    """

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        """Hop 8 itself; key stays the same over retries. Returns the vendor's id of what was sent last, if any."""
        ...

    async def fetch(self, account: str, remote: str) -> bytes:
        """What a resident sent and the vendor keeps, by the vendor's name of it."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """What there is to do beside requests, from readiness until `stop` is set."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Rings(Protocol):
    """A way out that can ring a telephone."""

    async def ring(self, to: Address, call: str, *, urgent: bool, alarm: bool) -> str | None:
        """The house is asked for each turn of this call then (`Ports.ringing`); alarm: from the number that people have
        saved for it. Errors and result as for `send`."""
        ...


@runtime_checkable
class Welcomes(Protocol):
    """A way out whose app asks behind a link whether one message is welcome when nothing else is allowed."""

    def consent(self, to: Address, mark: int, language: str, real: datetime) -> str:
        """The link for this person, empty where nobody is asked. mark: each yes under another one counts for itself."""
        ...


@runtime_checkable
class Counts(Protocol):
    """A way out whose vendor allows so many messages and no more: what waits for one person had better go together."""

    counts: bool


@runtime_checkable
class Notes(Protocol):
    """A way out that notes what leaves in the moment in which it does."""

    def may_have_left(self, key: str, place: int) -> bool:
        """False for a part that the process of this name before us has begun and not let out."""
        ...


@runtime_checkable
class Dials(Protocol):
    """A channel whose way out rings."""

    name: str

    def dials(self, accounts: Mapping[str, Account], api_base: str, *, demo: bool) -> frozenset[str]:
        """The accounts that have all that it takes."""
        ...


@runtime_checkable
class Publishes(Protocol):
    """A way out whose vendor keeps something of ours beside the talk, such as a menu."""

    async def publish(self, account: str) -> None: ...

    async def scene(self, account: str, words: str, seconds: int) -> str:
        """The address that a QR code holds which opens our conversation and says these words there."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Introduces(Protocol):
    """A way out whose app can tell who looks at a page of ours inside it, without anything being typed."""

    @property
    def visited(self) -> str:
        """Scheme and host of where the app is asked."""
        ...

    def introduces(self, account: str) -> bool:
        """Whether this account may ask."""
        ...

    def inside(self, agent: str) -> bool:
        """Whether a browser of this name is the app's own."""
        ...

    def ask(self, account: str, back: str, state: str) -> str:
        """Where the browser is sent; it comes back with a code and the state."""
        ...

    async def who(self, account: str, code: str) -> str:
        """The user, as the vendor names them. Raises `Refused` for a code that says nothing, `Unavailable`."""
        ...


@runtime_checkable
class Pushes(Protocol):
    """A channel that can speak first, and therefore has hop 8. profile: how its prompts are shown."""

    name: str
    profile: Profile

    def outward(self, ports: Ports) -> Outward | None:
        """None where nothing may go out, as in a demo."""
        ...
