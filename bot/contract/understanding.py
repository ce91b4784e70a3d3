"""What hop 2 says about one utterance: intent, entities, danger, language; no state, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Danger(StrEnum):
    """How urgent the words are: `ALERT` raises an alarm before anything else happens."""

    NONE = "none"
    ASK = "ask"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a resident said it, with what could be read out of it.

    text: the surface ("gate 3", "12-2-603"); building, unit, room: digits or letters without their
    unit words ("3", "2", "501", "B"); scope: "inside" a home, "public", or None when the words leave it open;
    floor, spot: the words that name a floor and a spot such as a stairwell; common: every building has such a spot.
    """

    text: str
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    scope: str | None = None
    floor: str | None = field(default=None, compare=False)
    spot: str | None = field(default=None, compare=False)
    common: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class When:
    """A wished time: an aware datetime when a clock time was said, else a date.

    part: "morning", "noon", "afternoon", "evening" or "night" when only a part of the day was said;
    end: the end of a range, of the same type as start; dayless: only a clock time or a part of the day was
    said, the day is ours; open: whether it is before noon or after was not said; bound: "before" or "after" where it is
    a limit and no appointment; rival: the other day that was named with it ("Saturday the 29th",
    and the 29th is a Sunday).
    """

    start: date | datetime
    end: date | datetime | None = None
    part: str | None = None
    dayless: bool = field(default=False, compare=False)
    open: bool = field(default=False, compare=False)
    bound: str = ""
    rival: date | None = field(default=None, compare=False)

    @property
    def iso(self) -> str:
        """ISO 8601: `2026-11-22` or `2026-11-22T15:00:00+08:00`."""
        return self.start.isoformat()

    @property
    def has_clock(self) -> bool:
        return isinstance(self.start, datetime)

    def __str__(self) -> str:
        return self.iso


Value = str | int | Decimal | Place | When


@dataclass(frozen=True, slots=True)
class Entity:
    """One span of the utterance that carries a slot's value.

    name: the slot's name in the taxonomy; text: the surface at [start, end) in characters of the message;
    problem: set instead of a value when the words name something that cannot be ("no_such_day" for
    31 February, "no_such_time" for 25:00); value is None exactly then.
    """

    name: str
    value: Value | None
    text: str
    start: int
    end: int
    confidence: float = 1.0
    problem: str | None = None


# From this share on what was said in an alarm is taken for what it seems to be.
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Understanding:
    """The answer of hop 2.

    intent: a name of the taxonomy, `out_of_scope` when nothing fits; confidence: calibrated, 0..1;
    alternatives: (intent, confidence), best first, the winner included; danger_kind: "fall", "medical",
    "fire", "gas", "violence", "suicide", "child", "lift" or "plea" when danger is not NONE;
    acts: (dialogue act, share), best first: what the words would do in the middle of a talk ("agrees", "answer",
    "asks", "corrects", "declines", "manners", "mends", "off", "person", "tells", "wants"), whatever they are about;
    amid: (act, share), best first: what the words are while an alarm is open ("place", "who", "tells", "worse",
    "better", "clear", "mistake", "called", "asks_called", "asks_when", "asks_what", "asks", "please", "agrees",
    "declines", "silent", "manners", "wants"); befell: (what happened, share), best first, if anything did: the kinds of
    `intents/acts/kinds`; asked: (what is asked about or about to be done, share), best first, "" where nothing is: the
    topics of `intents/acts/asked`;
    language: `zh_Hans` or `en` as written, None when the words do not tell; full_sentence: long enough
    to change the language of a conversation (≥ 4 words or ≥ 6 Chinese characters); said: the words it was
    made of, where that is not the whole message; rest: what else the same message asks for; clauses: each of several
    things that it says, by itself and in order, empty where it says one; in_talk: the same message as it is meant in
    the middle of an ordinary talk, where that is less of a danger; meant: what they say they meant instead, read by
    itself.
    """

    intent: str
    confidence: float
    entities: tuple[Entity, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    danger: Danger = Danger.NONE
    danger_score: float = 0.0
    danger_kind: str | None = None
    source: str = "embedded"
    language: str | None = None
    full_sentence: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    rest: Understanding | None = None
    clauses: tuple[Understanding, ...] = ()
    in_talk: Understanding | None = None
    meant: Understanding | None = None
    acts: tuple[tuple[str, float], ...] = ()
    amid: tuple[tuple[str, float], ...] = ()
    befell: tuple[tuple[str, float], ...] = ()
    asked: tuple[tuple[str, float], ...] = ()

    @property
    def by_ear(self) -> bool:
        """Whether it is an alarm by its sound alone, without a word that was reviewed for it."""
        heard = self.danger is Danger.ALERT and self.danger_kind == "plea" and self.danger_score < 1.0
        return heard and not {"hinted", "script"} & self.extra.keys()

    @property
    def act(self) -> str:
        """The likeliest dialogue act, empty where none was judged."""
        return self.acts[0][0] if self.acts else ""

    def share(self, *acts: str) -> float:
        """How likely it is one of these dialogue acts, 0..1."""
        return sum(share for act, share in self.acts if act in acts)

    @property
    def said_amid(self) -> str:
        """What the words are while an alarm is open; empty where that is no more than a guess."""
        return self.amid[0][0] if self.amid and self.amid[0][1] >= LIKELY else ""

    @property
    def asks_about(self) -> str:
        """What is asked about or about to be done in an alarm; empty where that is no more than a guess."""
        return self.asked[0][0] if self.asked and self.asked[0][1] >= LIKELY else ""

    def amid_share(self, *acts: str) -> float:
        return sum(share for act, share in self.amid if act in acts)

    def entity(self, name: str) -> Entity | None:
        """The last usable entity of that name: later words correct earlier ones."""
        found = [e for e in self.entities if e.name == name]
        return found[-1] if found else None
