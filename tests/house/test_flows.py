"""Every flow can be walked on a keypad, by somebody who only hears it: no question there is a dead end."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection

import flows
from backend.db import open_engine, parse_url
from bot import configure as configuration
from bot.contract.channel import PROFILES
from bot.contract.conversation import Conversation, Home, Resident
from bot.contract.errors import Misconfigured
from bot.contract.flow import Fill, Flow, Slot, SlotKind, Turn
from bot.contract.messages import Address, InboundMessage, Kind, Profile
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Place, Understanding, Value, When
from bot.engine import slots
from bot.locales import load
from bot.settings import ROOT, Settings
from bot.speak import Speaker
from tests.house.taxonomy import CORE, FURTHER, INTENTS
from tests.house.tree import nothing

SETTINGS = configuration.load({})
BOOK = flows.discover()
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=SETTINGS.zone)
PAGE = 4
CALLER = Address("phone", "+8613800000000")
AT_HOME = Resident(1, "Li Na", "13800000000", Home(1, "3-2-501", "3", "2", "501"), verified=True)
# One of these is what a caller may type for any kind of slot that can be typed at all.
TYPED = ("3*2*501#", "1224#", "122410#", "3#", "13800000000#", "0042#")
# Keys that mean the same on every call, whatever is asked: more, danger, a person.
ALWAYS = ("8", "9", "0")
# What a choice may mean besides a slot's value (`bot/engine/decide.py`).
WORDS = frozenset({"yes", "no", "skip", "cancel", "repeat", "more", "back", "resume"})
KNOWN: Mapping[SlotKind, Value] = {
    SlotKind.TEXT: "the lamp is out",
    SlotKind.CHOICE: "other",
    SlotKind.PLACE: Place("gate 3", scope="public"),
    SlotKind.WHEN: When(date(2026, 12, 24)),
    SlotKind.NUMBER: 2,
    SlotKind.MONEY: Decimal(200),
    SlotKind.PHONE: "13800000000",
    SlotKind.PHOTO: "photo-1",
    SlotKind.CODE: "0042",
}


@pytest.fixture(params=[None, AT_HOME], ids=["stranger", "at home"])
def turn(request: pytest.FixtureRequest, prepared: Settings) -> Iterator[Turn]:
    """A call as a flow sees it, on a prepared database: from a number nobody knows, and from a resident's."""
    community = SETTINGS.community(next(iter(SETTINGS.communities)))
    conversation = Conversation(1, CALLER, community, "en", resident=request.param)
    engine = open_engine(parse_url(prepared.database_url), readonly=True)
    with engine.connect() as db:
        yield _turn(db, conversation)
    engine.dispose()


def _turn(db: Connection, conversation: Conversation) -> Turn:
    message = InboundMessage("1", CALLER, Kind.TEXT, NOW, profile=Profile.KEYS)
    return Turn(db, NOW, NOW, conversation, message, Understanding("out_of_scope", 0.0), menu=BOOK.menu())


def typed(slot: Slot) -> bool:
    """Digits alone can give this slot a value."""
    understanding = Understanding("out_of_scope", 0.0)
    for keys in TYPED:
        message = InboundMessage("1", CALLER, Kind.TEXT, NOW, text=keys, profile=Profile.KEYS)
        if slots.match(slot, message, understanding) is not None:
            return True
    return False


def questions(flow: Flow, turn: Turn) -> Iterator[tuple[Slot, Ask]]:
    """What the flow asks on the way, each question with the slots before it known."""
    known: dict[str, Value] = {}
    for slot in flow.slots:
        ask = slot.ask(replace(turn, values=dict(known)))
        yield slot, ask
        chosen = next((o.payload for o in ask.options if o.payload.startswith(f"{slot.name}=")), None)
        if slot.required:
            known[slot.name] = chosen.partition("=")[2] if chosen else KNOWN[slot.kind]


def dead_ends(flow: Flow, turn: Turn) -> list[str]:
    """Questions that keys cannot answer; one that need not be answered is offered with “Skip” by the engine."""
    return [
        f"{flow.name}.{slot.name}"
        for slot, ask in questions(flow, turn)
        if slot.required and not typed(slot) and not any(_answers(flow, option) for option in ask.options)
    ]


def _answers(flow: Flow, option: Option) -> bool:
    """A person to talk to instead is a way out, but no answer."""
    return option.payload in WORDS or flow.has(option.payload.partition("=")[0])


def unled(flow: Flow, turn: Turn) -> list[str]:
    """Options whose payload names nothing that exists, so that choosing them does nothing."""
    found: list[str] = []
    for slot, ask in questions(flow, turn):
        for option in ask.options:
            name, _, value = option.payload.partition("=")
            led = flow.has(name) or (name in ("start", "aside") and value in BOOK.flows)
            if not led and option.payload not in WORDS and not (name == "change" and flow.has(value)):
                found.append(f"{flow.name}.{slot.name}: {option.payload}")
    return found


def misbuilt(flow: Flow) -> list[str]:
    """Names that must be there, be one, and be known."""
    fills = {name for step in flow.steps if isinstance(step, Fill) for name in step.slots}
    twice = [*_twice(step.name for step in flow.steps), *_twice(slot.name for slot in flow.slots)]
    return [
        *(f"{flow.name}: no slot {name}" for name in sorted(fills) if not flow.has(name)),
        *(f"{flow.name}: {name} stands twice" for name in twice),
        *(f"{flow.name}: no intent {name}" for name in flow.intents if name not in INTENTS),
        *([] if flow.steps else [f"{flow.name}: no steps"]),
    ]


def _twice(names: Iterator[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def unheard(ask: Ask, speaker: Speaker, language: str, profile: Profile) -> list[str]:
    """What is wrong with a question as it is spoken: pages too long or empty, keys twice, options on no page."""
    found: list[str] = []
    missing = {option.payload for option in ask.options}
    seen: set[tuple[str, ...]] = set()
    for page in itertools.count():
        offered = speaker.speak((), ask, language=language, profile=profile, now=NOW, page=page).offered
        payloads = tuple(offer.payload for offer in offered)
        if payloads in seen and (page != 1 or "more" not in payloads):
            # Round again. Who can speak hears a question first, whose keys are those of the list that follows it.
            break
        seen.add(payloads)
        ordinary = [offer for offer in offered if offer.key not in ALWAYS]
        empty = page > 0 and not ordinary
        if empty or len(ordinary) > PAGE or any(not offer.key for offer in offered):
            found.append(f"{ask.text.msgid}: page {page} offers {[offer.title for offer in offered]}")
        found.extend(f"{ask.text.msgid}: key {key} stands twice" for key in _twice(offer.key for offer in offered))
        missing.difference_update(payloads)
    return [*found, *(f"{ask.text.msgid}: {payload} is on no page" for payload in sorted(missing))]


@pytest.mark.parametrize("flow", BOOK.flows.values(), ids=lambda flow: flow.name)
def test_flow_is_well_built(flow: Flow) -> None:
    nothing(misbuilt(flow))


@pytest.mark.parametrize("flow", BOOK.flows.values(), ids=lambda flow: flow.name)
def test_flow_is_walked_by_keys(flow: Flow, turn: Turn) -> None:
    nothing(dead_ends(flow, turn))
    nothing(unled(flow, turn))


@pytest.mark.parametrize("profile", [Profile.KEYS, Profile.VOICE])
@pytest.mark.parametrize("language", SETTINGS.languages)
def test_questions_can_be_heard(language: str, profile: Profile, turn: Turn) -> None:
    speaker = Speaker(load(ROOT / "locales", SETTINGS.languages), language)
    asks = [ask for flow in BOOK.flows.values() for _, ask in questions(flow, turn)]
    menu = Ask(t("What can I do for you? Just tell me, or choose:"), BOOK.menu())
    nothing([wrong for ask in (menu, *asks) for wrong in unheard(ask, speaker, language, profile)])


@pytest.mark.parametrize("count", [1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1])
def test_pages_are_full(count: int) -> None:
    """However many there are: "press 8 for more" never leads to a page with nothing on it but a person."""
    speaker = Speaker(load(ROOT / "locales", ["en"]), "en")
    ask = Ask(t("What"), tuple(Option(t("What"), f"note={n}") for n in range(count)))
    person = replace(ask, options=(*ask.options, Option(t("A person"), "aside=ask_human")))
    nothing([wrong for asked in (ask, person) for wrong in unheard(asked, speaker, "en", Profile.KEYS)])


def test_every_service_is_answered() -> None:
    nothing([f"no flow for {intent}" for intent in sorted(CORE | FURTHER) if BOOK.for_intent(intent) is None])


def _flow(kind: SlotKind, *options: Option, required: bool = True) -> Flow:
    note = Slot("note", kind, t("What"), lambda turn: Ask(t("What"), options), required=required)
    return Flow("vote", 1, t("Vote"), ("vote",), slots=(note,), steps=(Fill("fill", ("note",)),))


def test_a_dead_end_is_noticed(turn: Turn) -> None:
    assert dead_ends(_flow(SlotKind.TEXT), turn) == ["vote.note"]
    assert dead_ends(_flow(SlotKind.CHOICE), turn) == ["vote.note"]
    assert dead_ends(_flow(SlotKind.TEXT, required=False), turn) == []
    assert dead_ends(_flow(SlotKind.NUMBER), turn) == []
    right, wrong = Option(t("What"), "note=1"), Option(t("What"), "nothing=1")
    assert dead_ends(_flow(SlotKind.TEXT, wrong), turn) == ["vote.note"]
    assert dead_ends(_flow(SlotKind.TEXT, wrong, right), turn) == []
    assert unled(_flow(SlotKind.TEXT, wrong, right, Option(t("Skip"), "skip")), turn) == ["vote.note: nothing=1"]


def test_a_misbuilt_flow_is_noticed() -> None:
    flow = replace(_flow(SlotKind.TEXT), intents=("elect",), steps=(Fill("fill", ("other",)), Fill("fill", ("note",))))
    assert misbuilt(flow) == ["vote: no slot other", "vote: fill stands twice", "vote: no intent elect"]
    assert misbuilt(_flow(SlotKind.TEXT)) == []


def test_a_long_page_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = Speaker(load(ROOT / "locales", ["en"]), "en")
    ask = Ask(t("What"), tuple(Option(t("What"), f"note={n}") for n in range(6)))
    assert unheard(ask, speaker, "en", Profile.KEYS) == []
    monkeypatch.setitem(PROFILES, Profile.KEYS, replace(PROFILES[Profile.KEYS], page=5))
    assert [wrong.split(" offers")[0] for wrong in unheard(ask, speaker, "en", Profile.KEYS)] == ["What: page 0"]


def test_two_flows_of_one_intent_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = [(_flow(SlotKind.TEXT), "flows.a"), (replace(_flow(SlotKind.TEXT), name="elect"), "flows.b")]
    monkeypatch.setattr(flows, "_declared", lambda: iter(declared))
    with pytest.raises(Misconfigured, match="vote"):
        flows.discover()
