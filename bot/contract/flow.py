"""How a flow is declared: slots, steps, and the functions that know its trade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.onfile import OnFile, Written
from bot.contract.text import Ask, Option, Sayable, Summary, Text
from bot.contract.understanding import Understanding, Value

if TYPE_CHECKING:
    from sqlalchemy import Connection


class SlotKind(StrEnum):
    """Each kind has one way to be matched in words and one on keys (`bot/engine/slots.py`)."""

    TEXT = "text"
    CHOICE = "choice"
    PLACE = "place"
    WHEN = "when"
    NUMBER = "number"
    MONEY = "money"
    PHONE = "phone"
    PHOTO = "photo"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a step sees. db: inside the message's transaction; now: on the residents' clock, in their zone;
    values: the frame's slots; changed: the names a correction touched; alarm: the one this message raised or
    joined; menu: the services on offer; real: the machine's clock, for leases and ordering."""

    db: Connection
    now: datetime
    real: datetime
    conversation: Conversation
    message: InboundMessage
    understanding: Understanding
    values: Mapping[str, Value] = field(default_factory=dict)
    case_no: str | None = None
    changed: frozenset[str] = frozenset()
    alarm: str | None = None
    menu: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the tracker: `handoff`, `sos_raised`, …; data as it is shown there."""

    name: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step wants: say something, ask, set slots, finish, or go to another step of its flow.

    awaiting: the slot that `ask` asks for, after which the same step runs again; done: the flow did what it
    can do in talk (with `ask`, it stays open for that one question); answered: a look-up was answered, which
    counts as done, and the flow goes on; lingers: the question is only an offer, anything else ends the flow;
    case_no: what was filed, if anything; begin: another flow, begun with what the same words tell it; refused: what was
    to be withdrawn stays as it is, and `say` tells why; rings: on a call the desk is rung first, unasked.
    """

    say: tuple[Sayable, ...] = ()
    ask: Ask | None = None
    set: Mapping[str, Value] = field(default_factory=dict)
    awaiting: str | None = None
    case_no: str | None = None
    done: bool = False
    answered: bool = False
    goto: str | None = None
    events: tuple[Event, ...] = ()
    with_staff: bool | None = None
    language: str | None = None
    slow: bool | None = None
    ready: bool | None = None
    person: str | None = None
    rings: bool = False
    lingers: bool = False
    begin: str | None = None
    refused: bool = False


# What a frame keeps of questions that nobody here could answer, and of what was said before it and not understood.
UNANSWERED, EARLIER, STANDS = "__unanswered", "__earlier", "__stands"
StepRun = Callable[[Turn], Outcome]
Check = Callable[[Turn, Value], Value]
AskFor = Callable[[Turn], Ask]
TakesOver = Callable[[Mapping[str, Value], Understanding], bool]


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a flow must know.

    label: its name in a read-back ("Place"); ask: the question; check: raises `Refused` with what to say
    when the value cannot be; needed: whether to ask at all, given what is known; entity: the entity that
    fills it when its name differs from the slot's; gist: takes what else is said about the matter;
    cue: the name in `understanding.extra` that fills it, for what is told by small words and not by an entity;
    yes: what a bare yes means where one of the choices is the natural one; fits: whether words may be an answer at
    all, for text that has a shape; free: whoever leaves it to us ("whichever") gets the first that was offered;
    fuller: whether a value says more of what stands already, and is no other one ("Mark Bauer", of a brother);
    agrees: the cue that is a yes where this is asked ("withdraw it").
    """

    name: str
    kind: SlotKind
    label: Text
    ask: AskFor
    check: Check | None = None
    required: bool = True
    private: bool = False
    needed: Callable[[Turn], bool] | None = None
    entity: str | None = None
    gist: bool = False
    cue: str | None = None
    yes: Value | None = None
    fits: Callable[[str, Understanding], bool] | None = None
    example: Text | None = None
    free: bool = False
    fuller: Callable[[Mapping[str, Value], Value], bool] | None = None
    agrees: str = ""


@dataclass(frozen=True, slots=True)
class Fill:
    """Ask for these slots, in this order, unless they are known already."""

    name: str
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """Run the flow's own function: a look-up, an effect, a branch."""

    name: str
    run: StepRun


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Nothing is filed before this was answered with yes.

    declined: what a no means where nothing is to be changed: the flow ends, or goes to another step; None from it:
    ask what to change; plain: money goes out by it, so that only a yes is one, and no "that's all".
    """

    name: str
    summary: Callable[[Turn], Summary]
    question: Text
    declined: Callable[[Turn], Outcome | None] | None = None
    plain: bool = False


Step = Fill | Do | ReadBack


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow = one file named after its intent.

    version: bumped when steps or slots change meaning; absorb: what a sentence tells this flow beyond its entities,
    names with a leading `_` are the flow's own and are shown to nobody; amend: apply a correction to what was filed;
    withdraw: take it back; leaving: what that would mean, told before it is asked; on_file: what of the speaker's may
    still be amended or withdrawn; told_of: the number of what is on file whose matter these words tell; answer: a
    question about it (`understanding.extra["topic"]`: price, papers, hours, duration, cancel) from its own facts, None
    when it has none; aside: answered in one go without disturbing an open frame (help, greeting); acts: what it does
    with things on file when asked in words, in a new conversation too (`understanding.extra["act"]`: list, extend,
    revoke, change; "missing": nobody came for it); rank: its place in the menu, 0 for not in it; hours: how long an
    open frame is kept; cues: names in `understanding.extra` that start it whatever the intent, and entities that do so
    where the intent leads nowhere; heeds: such names that are an answer while it is open; afterwards: those of them
    that it takes up when it is over as well, beside its own cues; consult: a short answer to a question that comes up
    in the middle of another flow, None when it has none; consults: such names that make a question this flow's;
    renamed: what these words put in the place of values that stand, where only the flow knows the names ("the meeting
    room, rather"), empty for none;
    more: takes what else is told just after something was filed, for those who work on it;
    story: what is told while it is open belongs to it, whatever it sounds like, unless something is asked for;
    written: what the desk has written down about another flow, by its name, for a question about that one;
    passes_on: takes the question that nobody here could answer (`UNANSWERED`), with what was filed, to those who can.
    any_wish: what it is begun with for a wish that no flow knows, empty where it takes none.
    takes_over: by the name of another flow whether its unsent draft, given what these words say, is this one's matter.
    """

    name: str
    version: int
    title: Text
    intents: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    steps: tuple[Step, ...] = ()
    absorb: Callable[[Turn], Mapping[str, Value]] | None = None
    amend: StepRun | None = None
    withdraw: StepRun | None = None
    leaving: Callable[[Turn], Text | None] | None = None
    on_file: Callable[[Turn], tuple[OnFile, ...]] | None = None
    told_of: Callable[[Turn], str | None] | None = None
    answer: Callable[[Turn], Text | None] | None = None
    renamed: Callable[[Turn], Mapping[str, Value]] | None = None
    aside: bool = False
    acts: tuple[str, ...] = ()
    rank: int = 0
    hours: int = 24
    cues: tuple[str, ...] = ()
    heeds: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    consult: Callable[[Turn], tuple[Sayable, ...] | None] | None = None
    consults: tuple[str, ...] = ()
    more: StepRun | None = None
    story: bool = False
    takes_over: Mapping[str, TakesOver] = field(default_factory=dict)
    written: Callable[[Turn, str], Written | None] | None = None
    passes_on: StepRun | None = None
    any_wish: Mapping[str, Value] = field(default_factory=dict)
    # Asked some hundred times for one message. wanted: of each entity the slot that it fills; cued: of each cue.
    wanted: Mapping[str, str] = field(init=False, repr=False, compare=False)
    cued: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _named: Mapping[str, Slot] = field(init=False, repr=False, compare=False)
    _gist: str | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {
            "wanted": {slot.entity or slot.name: slot.name for slot in self.slots},
            "cued": {slot.cue: slot.name for slot in self.slots if slot.cue},
            "_named": {slot.name: slot for slot in self.slots},
            "_gist": next((slot.name for slot in self.slots if slot.gist), None),
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)

    def slot(self, name: str) -> Slot:
        return self._named[name]

    @property
    def gist(self) -> str | None:
        """The slot that takes what else is said about the matter."""
        return self._gist

    def has(self, name: str) -> bool:
        return name in self._named

    @property
    def answers_all(self) -> bool:
        """Whether any question may be put to it, whatever it is about."""
        return self.consult is not None and "?" in self.consults


@dataclass(frozen=True, slots=True)
class Book:
    """Every flow by its name and by the intents that start it."""

    flows: Mapping[str, Flow]
    by_intent: Mapping[str, str]
    # Of each cue the first flow that it starts, by its place; and those that answer in the middle of another.
    _cued: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _order: tuple[Flow, ...] = field(init=False, repr=False, compare=False)
    _consulted: tuple[tuple[Flow, frozenset[str]], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        order = tuple(self.flows.values())
        cued = {cue: place for place, flow in reversed(list(enumerate(order))) for cue in flow.cues}
        consulted = tuple((flow, frozenset(flow.consults)) for flow in order if flow.consult is not None)
        for name, value in (("_cued", cued), ("_order", order), ("_consulted", consulted)):
            object.__setattr__(self, name, value)

    def for_intent(self, intent: str) -> Flow | None:
        name = self.by_intent.get(intent)
        return self.flows[name] if name else None

    def for_cue(self, names: Iterable[str]) -> Flow | None:
        """The flow that one of these cues starts."""
        places = [self._cued[name] for name in names if name in self._cued]
        return self._order[min(places)] if places else None

    def consulted(self, names: Iterable[str]) -> Iterator[Flow]:
        """Those that answer shortly to one of these, whatever is open."""
        return (flow for flow, known in self._consulted if not known.isdisjoint(names))

    @property
    def progress(self) -> Flow | None:
        """The flow that tells how something on file is going, and hurries it."""
        return self.for_cue({"push"})

    @property
    def answer_base(self) -> Flow | None:
        """The flow that is asked where none knows from its own facts."""
        return next((flow for flow in self.flows.values() if flow.answers_all), None)

    def menu(self) -> tuple[Option, ...]:
        """What a resident may choose from, in the order of the flows' ranks."""
        ranked = sorted((flow for flow in self.flows.values() if flow.rank), key=lambda flow: flow.rank)
        return tuple(Option(flow.title, f"start={flow.name}") for flow in ranked)
