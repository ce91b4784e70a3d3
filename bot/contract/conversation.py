"""The state of one conversation: open frames, what was last offered, who is speaking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.contract.messages import Address
from bot.contract.text import Ask, Sayable
from bot.contract.understanding import Place, Value

# What somebody may wish of who speaks with them first.
ALWAYS, NEVER = "always", "no"


@dataclass(frozen=True, slots=True)
class Home:
    """A household as the dialogue needs it; label: the address as people of the estate say it."""

    id: int
    label: str
    building: str
    unit: str | None
    room: str

    @property
    def place(self) -> Place:
        """The home as a place, which is told in the words of each language."""
        return Place(self.label, self.building, self.unit, self.room, "inside")


@dataclass(frozen=True, slots=True)
class Resident:
    """Who is speaking, as far as it is proved; verified: bound to the home by more than a caller ID; duress: their
    word for it, sealed; asked: whether a daily "are you well?" waits for their answer."""

    id: int
    name: str
    phone: str | None
    home: Home | None
    verified: bool
    duress: str = field(default="", repr=False)
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Community:
    """The estate this conversation belongs to; emergency: purpose → number to dial, from config.yml;
    links: our public address, as links to residents begin; payment: the provider's name, empty for none;
    map: whose map the desk opens, empty for none."""

    id: str
    names: Mapping[str, str]
    timezone: str
    emergency: Mapping[str, str]
    targets: Mapping[str, int]
    links: str = ""
    payment: str = ""
    map: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One open flow. step: where it stands; slots: what is known; tries: misses at the present question.

    parked: set aside by an alarm, returns only when asked for; later: promised for afterwards and not begun; case_no:
    what it filed, for corrections afterwards; amending: it is open again to correct that; lingers: it is done but for
    an offer, and ends with whatever else is said; asked: slots already asked, for going back.
    """

    flow: str
    version: int
    step: str
    slots: Mapping[str, Value] = field(default_factory=dict)
    tries: int = 0
    awaiting: str | None = None
    parked: bool = False
    later: bool = False
    case_no: str | None = None
    amending: bool = False
    lingers: bool = False
    asked: tuple[str, ...] = ()
    touched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice of the last answer, in the words it was shown with."""

    title: str
    payload: str
    key: str


@dataclass(frozen=True, slots=True)
class Held:
    """A person of the desk has this conversation. by: how residents see them, by language; until: so long the bot
    leaves the word to them, on the real clock."""

    by: Mapping[str, str]
    until: datetime

    def shown(self, language: str | None) -> str:
        return self.by.get(language or "") or next(iter(self.by.values()), "")


@dataclass(frozen=True, slots=True)
class Conversation:
    """frames: the innermost last; recent: the last finished frame, which may still be corrected; earlier: those filed
    before it, newest first, which are spoken of as soon as words name them; told: what was
    only answered last, which a question that names nothing is about; where: the place that was spoken of last,
    and whether they are there, which an alarm goes by as long as nothing better is told;
    offered: what the last answer offered, page: which part of it where not all fit one prompt;
    said, asked: the last answer, for "repeat"; misses: answers not understood in a row; lost: what the last
    of them said; ready: an old person's
    telephone, which hears the keys at once; person: whether a person comes first, `ALWAYS` or `NEVER`, empty where it
    goes by age; with_staff: a person was asked for or has it, held: who has it, unheard: a
    line of theirs waits to be fetched; settled: numbers of cases that are reported as done, about which nobody was
    asked yet; acting: the permission by which the speaker acts for
    somebody else just now, who then is `resident`, and the speaker `agent`; sos: the open alarm
    of this speaker, off: one that they called off and nobody has closed yet; maybe: what a message may have meant, with
    what it told each, until it is said which;
    seq: counts everything that happens in this conversation; unreachable: the vendor said that nothing arrives here
    any more; session: the call that this conversation is, empty where it goes on from day to day; wanted: the flow
    that gave a caller less than they asked for, as nothing shows who they are; echo: the number that was sent to an
    address under which anybody can write, with the moment until which it is taken, echoes: when one was; proved: when
    it came back."""

    id: int
    address: Address
    community: Community
    language: str | None
    resident: Resident | None = None
    frames: tuple[Frame, ...] = ()
    recent: Frame | None = None
    earlier: tuple[Frame, ...] = ()
    told: Frame | None = None
    where: Frame | None = None
    maybe: tuple[Frame, ...] = ()
    offered: tuple[Offer, ...] = ()
    said: tuple[Sayable, ...] = ()
    asked: Ask | None = None
    page: int = 0
    misses: int = 0
    lost: tuple[str, ...] = ()
    slow: bool = False
    ready: bool = False
    person: str = ""
    with_staff: bool = False
    held: Held | None = None
    unheard: bool = False
    settled: tuple[str, ...] = ()
    acting: int | None = None
    agent: Resident | None = None
    sos: str | None = None
    off: str | None = None
    seq: int = 0
    unreachable: bool = False
    session: str = ""
    wanted: str = ""
    echo: str = ""
    echoes: tuple[str, ...] = ()
    proved: str = ""

    @property
    def top(self) -> Frame | None:
        """The frame that is being worked on; parked ones wait."""
        for frame in reversed(self.frames):
            if not frame.parked:
                return frame
        return None
