"""Hop 2: danger first, then intent, entities and language; no state, no database, no network."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Set
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.contract.messages import InboundMessage, Kind, Profile
from bot.contract.understanding import Danger, Entity, Understanding
from intents import classifier, entities, sieve
from intents.classifier import SOS, Guess
from intents.clauses import parted
from intents.danger import Cues, Hint, judge, who
from intents.entities.amended import restated
from intents.entities.answers import settled
from intents.entities.besides import meant
from intents.entities.names import somebody_comes, visitor_role
from intents.entities.passes import read_passes
from intents.entities.places import place_scope
from intents.entities.pointing import read_pointing
from intents.entities.quantities import find_quantity
from intents.entities.recurring import read_until
from intents.languages import detect, is_foreign
from intents.latest import Latest
from intents.normalise import count_han, fold
from intents.patterns import later
from intents.stretches import Scout, Stretch
from intents.turns import Turns

DANGER_KEYS = frozenset({"9", "9#", "*9", "*9#"})
# From this length on a message is a document: what it wants stands at its beginning or at its end.
STORY, EDGE = 1_000, 240
# From this length on the clauses of a message are heard by themselves as well: it may drown a cry.
TALE, STRICTER = 100, 4.0
# Rasa's way to name an intent outright, or a button's payload: from a resident it says nothing, and is never an order.
_COMMAND = later(r"/[A-Za-z_]+\s*(\{.*)?|[a-z_]+=[A-Za-z0-9_.:-]+", re.DOTALL)
_BREAK = later(r"[\s,.;:!?，。；：！？、]+")

# Words that speak for an intent: a fault named, a fee named. They lift a guess that was rejected by a little.
SUPPORT = {
    "report_repair": frozenset({"category"}),
    "book_housekeeping": frozenset({"service"}),
    "pay_fees": frozenset({"fee", "amount"}),
    "register_visitor": frozenset({"plate", "visitor_name"}),
    "check_progress": frozenset({"case_no"}),
}
NEAR = 2
# Where a fault is named, these are seldom meant; a greeting before a fault is the fault (taxonomy, rule 1).
REPAIR = "report_repair"
BESIDE = frozenset(
    {"pay_fees", "ask_notice", "complain", "greet", "vote", "goodbye", "thank", "help", "ask_human", "deny", "correct"}
)
SURE = 0.8
# "Come quick" with a broken thing in it is meant for the thing, unless the detector hears a person in it.
PLEA_FOR_A_PERSON = 0.5
# What only a visit is made of: in a report of a fault "the electrician" is nobody who comes to see the speaker.
VISIT = "register_visitor"
OF_VISITS = frozenset({"visitor_name", "recurring"})
OTHER_SERVICES = frozenset(
    {"report_repair", "book_housekeeping", "pay_fees", "complain", "ask_notice", "ask_policy", "book_venue"}
    | {"book_clinic", "order_meal", "parking_help", "lost_card", "vote", SOS, "ask_human", "change_language", "help"}
)
# A trade or a bare word is a name only where a visit is spoken of, or nothing else.
NAMED = 0.75
# So many characters beside a name and a time say nothing more: a space, a comma, a stop.
LONE = 3


def _concerned(found: tuple[Entity, ...], intent: str, length: int) -> tuple[Entity, ...]:
    """Without names and weekdays that cannot be a visitor's, given what the sentence is about.

    An answer that is hardly more than a trade ("plumber") may be one to the question who comes.
    """
    if intent == "book_housekeeping":
        found = tuple(replace(e, confidence=2.0) if e.name == "recurring" else e for e in found)
    least = 2.0 if intent in OTHER_SERVICES else NAMED if intent == "check_progress" else 0.0
    return tuple(e for e in found if e.name not in OF_VISITS or e.confidence >= least or 2 * len(e.text) > length)


# A name with a time, and a visit spoken of or nothing else: these are what the classifier hears in it by mistake.
NO_VISIT = frozenset(
    {"goodbye", "greet", "thank", "skip", "affirm", classifier.OUT_OF_SCOPE}
    | {"book_clinic", "book_venue", "order_meal", "ask_notice"}
)


def _visited(guess: Guess, found: tuple[Entity, ...], text: str) -> Guess:
    """Somebody named comes at a time: that is a visitor, whatever they come for."""
    named = [entity for entity in found if entity.name == "visitor_name"]
    timed = [entity for entity in found if entity.name == "when"]
    sure_of_it = guess.confidence >= SURE and guess.intent != classifier.OUT_OF_SCOPE
    if guess.intent not in NO_VISIT or sure_of_it or not named or not timed:
        return guess
    rest = len(text) - sum(entity.end - entity.start for entity in (*named, *timed))
    sure = any(entity.confidence > NAMED for entity in named) and somebody_comes(text)
    return replace(guess, intent=VISIT, confidence=0.5) if sure or rest <= LONE else guess


def _supported(guess: Guess, found: tuple[Entity, ...], faulty: bool) -> Guess:
    """A rejected sentence is taken after all when what it names belongs to one of its nearest intents."""
    if faulty and guess.intent in BESIDE and guess.confidence < SURE:
        near = [name for name, _ in guess.ranking[:3]]
        return replace(guess, intent=REPAIR, confidence=0.5) if REPAIR in near else guess
    if guess.intent != classifier.OUT_OF_SCOPE or guess.ranking[0][0] == classifier.OUT_OF_SCOPE:
        return guess
    named = {entity.name for entity in found if entity.name != "visitor_name" or entity.confidence > NAMED}
    for intent, score in guess.ranking[:NEAR]:
        if named & SUPPORT.get(intent, frozenset()):
            return replace(guess, intent=intent, confidence=max(score, 0.5))
    return guess


def _is_name(found: tuple[Entity, ...], text: str) -> bool:
    """ "South gate": a place, a time or a number and nothing besides, whatever it may sound like."""
    said = "".join(char for char in text if char.isalnum())
    return any(e.value is not None and "".join(c for c in e.text if c.isalnum()) == said for e in found)


def _calm(guess: Guess) -> Guess:
    """The intent was an emergency, the company it stands in is calm: the next likely intent, or none."""
    rest = [(name, score) for name, score in guess.ranking if name != SOS]
    name, score = rest[0] if rest else (classifier.OUT_OF_SCOPE, 1.0)
    return replace(guess, intent=name if score >= 0.5 else classifier.OUT_OF_SCOPE, confidence=max(score, 0.5))


def _edges(text: str) -> list[tuple[str, int]]:
    """What is read closely, and where in the text it begins: all of it, or of a document both ends in whole words."""
    if len(text) <= STORY:
        return [(text, 0)]
    head, tail = text[:EDGE], text[-EDGE:]
    ends, begins = list(_BREAK.finditer(head)), _BREAK.search(tail)
    head = head[: ends[-1].start()] if ends else head
    skipped = begins.end() if begins else 0
    return [(head, 0), (tail[skipped:], len(text) - EDGE + skipped)]


def _extract(text: str, now: datetime) -> tuple[Entity, ...]:
    found: list[Entity] = []
    for part, offset in _edges(text):
        for entity in entities.extract(part, now):
            found.append(replace(entity, start=entity.start + offset, end=entity.end + offset) if offset else entity)
    return meant(text, tuple(found))


def _unless_a_name(danger: Danger, found: tuple[Entity, ...], text: str) -> Danger:
    return Danger.NONE if danger is Danger.ASK and _is_name(found, text) else settled(danger, text)


def _advised(danger: Danger, told: Guess | None) -> Danger:
    return Danger.ASK if danger is Danger.NONE and told is not None and told.intent == SOS else danger


def _by_cues(danger: Danger, guess: Guess, extra: Set[str]) -> tuple[Danger, Guess]:
    """Where small words know better: "hurry up" and "I feel bad" say too little and are asked about; a reader that is
    broken is no lost card."""
    if danger is Danger.ALERT and {"impatient", "unwell_only"} & extra:
        danger = Danger.ASK
    tried = guess.intent == "start_over" and "tried" in extra
    if tried or (guess.intent == "slower" and "impatient" in extra):
        guess = replace(guess, intent=classifier.OUT_OF_SCOPE)
    if {"calls", "nobody_in"} & extra:
        danger = Danger.NONE
        # Who only calls out is greeted; who waits for a person is heard by another cue.
        guess = replace(guess, intent="greet", confidence=SURE) if "calls" in extra else guess
    if danger is Danger.NONE and guess.intent == SOS:
        guess = _calm(guess)
    if guess.intent == "lost_card" and "reader" in extra and not {"gone", "found"} & extra:
        guess = replace(guess, intent=REPAIR)
    return danger, guess


class Embedded:
    """The interpreter inside this process; `understand` takes well under a millisecond."""

    def __init__(self, folder: Path, cues: Path | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        """cues: a community's own words of danger, beside ours."""
        self._latest = Latest(folder, clock)
        self._model = self._latest.look()
        sieve.recall(folder)
        self._cues = Cues(more=cues)
        self._turns = Turns()
        self._scout = Scout(self._model.signs)

    def _judged(self, text: str, hint: Hint, score: float) -> Danger:
        """Of a whole message; and of a story, which drowns a cry, by the worst of its stretches."""
        script, calibration = 0 if count_han(text) else 1, self._model.calibration
        limits = calibration.alert[script], calibration.doubt[script]
        danger = judge(text, hint, score, limits)
        if danger is Danger.ALERT or len(text) <= TALE:
            return danger
        if self._scout.signs is not self._model.signs:
            self._scout = Scout(self._model.signs)
        for stretch in self._scout.worth_hearing(text):
            found = self._heard_in(stretch, limits)
            if found is Danger.ALERT:
                return found
            danger = Danger.ASK if found is Danger.ASK else danger
        return danger

    def _heard_in(self, stretch: Stretch, limits: tuple[float, float]) -> Danger:
        """An alarm where a stretch is one, and a question where the words around it may tell of something else."""
        asked = Danger.NONE
        for part in {stretch.clause: None, stretch.near: None}:
            found, cue = self._judged_alone(part, limits)
            if found is Danger.ALERT:
                doubted = stretch.taken_back or self._judged_alone(stretch.told, limits)[0] is not found
                return Danger.ASK if doubted and self._cues.hint(stretch.company).calm else found
            if found is Danger.ASK and cue:
                asked = Danger.ASK
        return asked

    def _judged_alone(self, part: str, limits: tuple[float, float]) -> tuple[Danger, bool]:
        """And whether a cue says it; without one it must be surer: the worst of many sounds worse than any one does."""
        hint, (alert, doubt) = self._cues.hint(part), limits
        facts = classifier.alarming(*classifier.score(self._model, part), self._model.intents)
        least = alert if hint.kind else 1.0 - (1.0 - alert) / STRICTER
        score = classifier.alarm(self._model.calibration, (*facts, *hint.facts()))
        return judge(part, hint, score, (least, doubt)), hint.kind is not None and not hint.calm

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._model.intents)

    def understand(self, message: InboundMessage, told: Guess | None = None) -> Understanding:
        """told: another engine's guess in place of our classifier's; all else is read by ourselves."""
        self._model = self._latest.look()
        whole = self._read(message, told)
        if told is not None or message.kind is not Kind.TEXT:
            return whole
        return parted(
            whole,
            message.text,
            lambda part: self._read(replace(message, text=part), None),
            lambda part: classifier.classify(self._model, part).ranking,
        )

    def cry(self, message: InboundMessage) -> Understanding:
        """What the cues alone say, when all else failed: an alarm waits for no model."""
        parts = (message.text, *(stretch.company for stretch in self._scout.worth_hearing(message.text)))
        hint = next((hint for hint in map(self._cues.hint, parts) if hint.kind is not None and not hint.calm), None)
        if hint is None:
            return Understanding(classifier.OUT_OF_SCOPE, 0.0, source="failed")
        return Understanding(SOS, 1.0, danger=Danger.ALERT, danger_score=1.0, danger_kind=hint.kind, source="failed")

    def _read(self, message: InboundMessage, told: Guess | None) -> Understanding:
        if message.kind in (Kind.START, Kind.SILENCE) or not message.text.strip():
            return Understanding(classifier.OUT_OF_SCOPE, 1.0)
        if message.profile in (Profile.KEYS, Profile.VOICE) and message.text.strip() in DANGER_KEYS:
            return Understanding(SOS, 1.0, danger=Danger.ALERT, danger_score=1.0, danger_kind="plea")
        text = message.text
        if _COMMAND.fullmatch(text.strip()):
            return Understanding(classifier.OUT_OF_SCOPE, 1.0)
        hint = self._cues.hint(text)
        kind = hint.kind
        short = " \n ".join(part for part, _ in _edges(text))
        found = _extract(text, message.received_at)
        urgent = self._cues.urgent(text)
        faulty = urgent is not None or any(entity.name == "category" for entity in found)
        guess = _supported(told or classifier.classify(self._model, text, hint.facts()), found, faulty)
        guess = _visited(guess, found, text)
        if kind == "plea" and faulty and guess.danger < PLEA_FOR_A_PERSON:
            hint = replace(hint, kind=None)
        danger = _unless_a_name(_advised(self._judged(text, hint, guess.danger), told), found, text)
        foreign = is_foreign(short)
        language, full = (None, False) if foreign else detect(short, self._model.vocabulary)
        named = tuple(entity.text for entity in found if entity.name in ("location", "when", "phone"))
        extra: dict[str, str | None] = dict(self._turns.read(short, named))
        extra |= find_quantity(short) | restated(fold(short).strip())
        extra |= read_pointing(short, found) | read_until(short, message.received_at)
        extra |= {"scope": place_scope(short), "urgent": urgent, "hinted": "yes" if hint.kind or hint.doubt else None}
        if foreign and guess.intent != "change_language":
            # A word that two languages share says nothing; what we have no words for is offered the languages we have.
            guess = replace(guess, intent=classifier.OUT_OF_SCOPE)
            extra["foreign"] = "yes"
        danger, guess = _by_cues(danger, guess, extra.keys())
        smells_of_fire = hint.doubt is not None and urgent is None
        if danger is Danger.ASK and (guess.intent == classifier.OUT_OF_SCOPE or smells_of_fire):
            # Nothing else was understood, or nothing else matters as long as it may burn: the question is the answer.
            guess = replace(guess, intent=SOS)
        extra |= read_passes(short, sure=any(e.name == "visitor_name" and e.confidence > NAMED for e in found))
        if guess.intent == VISIT:
            extra["visitor"] = visitor_role(short)
        if danger is Danger.ALERT:
            extra["who"] = who(short)
        return Understanding(
            intent=SOS if danger is Danger.ALERT else guess.intent,
            confidence=max(guess.confidence, guess.danger) if danger is Danger.ALERT else guess.confidence,
            entities=_concerned(found, SOS if danger is Danger.ALERT else guess.intent, len(text)),
            alternatives=guess.ranking,
            danger=danger,
            danger_score=round(guess.danger, 4),
            danger_kind=(kind or "plea") if danger is Danger.ALERT else None,
            language=language,
            full_sentence=full,
            extra={name: value for name, value in extra.items() if value},
        )
