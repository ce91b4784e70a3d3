"""Hop 2: danger first, then intent, entities and language; no state, no database, no network."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.contract.messages import InboundMessage, Kind, Profile
from bot.contract.understanding import Danger, Entity, Place, Understanding
from intents import classifier, dialogue_act, entities, sieve
from intents.classifier import SOS, Guess
from intents.clauses import parted
from intents.danger import Cues, Hint, by_sound, of_kind, who
from intents.edges import edges, is_name
from intents.emergency import SAID, Emergency
from intents.entities.amended import restated
from intents.entities.answers import impersonal, settled
from intents.entities.besides import falls_back, meant
from intents.entities.corrected import put_right
from intents.entities.excluded import but_days
from intents.entities.gist import gist
from intents.entities.means import read_means
from intents.entities.names import visitor_role
from intents.entities.part_off import part_off
from intents.entities.passes import of_whom, read_passes
from intents.entities.places import place_scope
from intents.entities.pointing import read_plain, read_pointing
from intents.entities.quantities import bill_months, find_quantity
from intents.entities.recurring import read_until
from intents.entities.times.beside import as_counted, counted_in
from intents.entities.visits import two_visits
from intents.entities.words import broken
from intents.judging import TALE, Judge
from intents.languages import detect, is_foreign
from intents.latest import Latest
from intents.mannered import beyond_manners
from intents.mistook import mistaken
from intents.normalise import fold
from intents.patterns import later
from intents.sayings import told_apart
from intents.spots import Spots, unlikened
from intents.turns import Turns
from intents.weighed import (
    NAMED,
    PLEA_FOR_A_PERSON,
    VISIT,
    by_cues,
    concerned,
    sounding,
    supported,
    unless_known,
    visited,
)

DANGER_KEYS = frozenset({"9", "9#", "*9", "*9#"})
# So sure of it, it goes before a word.
SURELY = 0.8
# Half a guess of these is none.
HALF, _SMALL = 0.6, frozenset({"affirm", "deny", "thank", "greet", "goodbye", "skip", "help", "repeat"})
# Somebody reads what was told with the wish.
_APPOINTED = frozenset({"book_clinic", "book_housekeeping"})
# Where these are told it is asked about in any talk; and of a yes, when somebody's state is told beside it.
_ASKED = frozenset({"urgent", "unwell", "grows", "worse_inside", "frail_need", "keep_out"})
_YES_BUT = frozenset({"assent", "patient", "amid"})
# What is said with these holds together, however often it pauses.
_ONE = frozenset({"but_days", "off_part"})
# Rasa's way to name an intent outright, or a button's payload: from a resident it says nothing, and is never an order.
_COMMAND = later(r"/[A-Za-z_]+\s*(\{.*)?|[a-z_]+=[A-Za-z0-9_.:-]+", re.DOTALL)


def _extract(text: str, now: datetime) -> tuple[tuple[Entity, ...], bool]:
    """What is named and meant; and whether a place was only spoken of and none is meant."""
    found: list[Entity] = []
    for part, offset in edges(text):
        for entity in entities.extract(part, now):
            found.append(replace(entity, start=entity.start + offset, end=entity.end + offset) if offset else entity)
    kept = meant(text, tuple(found))
    placed, places = ([e for e in some if e.name == "location"] for some in (kept, found))
    return kept, bool(places) and not placed


_HEDGES = later(  # a bare answer: "between 2 and 4, I think"
    r"(?i)\b(?:i (?:think|guess)|they said|maybe|probably|roughly|or so|about|around|please|then|ok(?:ay)?)\b"
    r"|\u5427|\u5927\u6982|\u5dee\u4e0d\u591a|\u5de6\u53f3|\u53ef\u80fd|\u5e94\u8be5|\u7684\u6837\u5b50"
)


def _unless_a_name(danger: Danger, found: tuple[Entity, ...], text: str, *, cue: bool) -> Danger:
    """cue: a word of danger stands in it, and not only its sound."""
    if not cue and any(e.name == "when" for e in found) and is_name(found, _HEDGES.sub("", text)):
        return Danger.NONE
    return Danger.NONE if danger is Danger.ASK and is_name(found, text) else settled(danger, text)


def _nothing_else(hint: Hint, guess: Guess) -> bool:
    """A cue in no calm company, and at best half a guess of a yes or a thank you besides."""
    return hint.kind not in (None, "plea") and not hint.calm and guess.intent in _SMALL and guess.confidence < HALF


def _burns_there(danger: Danger, hint: Hint, urgent: str | None, found: tuple[Entity, ...]) -> Danger:
    """What burns, and at which building: whoever tells that asks for nothing else."""
    places = (one.value for one in found if one.name == "location")
    placed = any(isinstance(one, Place) and one.building is not None for one in places)
    burns = hint.kind == "fire" and not hint.calm and urgent is None
    return Danger.ALERT if danger is Danger.ASK and burns and placed else danger


def _about_whom(short: str, found: tuple[Entity, ...], guess: Guess, act: str | None) -> dict[str, str | None]:
    """The role of who comes, and whose matter it is."""
    role = visitor_role(short)
    names = tuple(e.text for e in found if e.name == "visitor_name")
    shown: dict[str, str | None] = {"visitor": role if guess.intent == VISIT else None, "somebody": role and "yes"}
    return shown | of_whom(short, names if role is None else (*names, role), act)


def _advised(danger: Danger, told: Guess | None) -> Danger:
    return Danger.ASK if danger is Danger.NONE and told is not None and told.intent == SOS else danger


class Embedded:
    """The interpreter inside this process; `understand` takes well under a millisecond."""

    def __init__(self, folder: Path, cues: Path | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        """cues: a community's own words of danger, beside ours."""
        self._latest = Latest(folder, clock)
        self._model = self._latest.look()
        sieve.recall(folder)
        self._cues = Cues(more=cues)
        self._turns = Turns()
        self._emergency = Emergency()
        self._spots = Spots()
        self._judge = Judge(self._cues)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._model.intents)

    def understand(self, message: InboundMessage, told: Guess | None = None) -> Understanding:
        """told: another engine's guess in place of our classifier's; all else is read by ourselves. What it is in an
        alarm is judged of the whole, whatever else it falls into."""
        self._model = self._latest.look()
        amid, befell, asked = (dialogue_act.judge(acts, message.text) for acts in self._model.of_alarms)
        found = replace(self._understood(message, told), amid=amid, befell=befell, asked=asked)
        # "Hitting his back, nothing comes": who helps somebody hurts nobody.
        helps = (
            found.danger_kind == "violence" and bool(befell) and befell[0][0] == "choking" and befell[0][1] >= SURELY
        )
        return replace(found, danger_kind="medical") if helps else found

    def _understood(self, message: InboundMessage, told: Guess | None) -> Understanding:
        if told is not None or message.kind is not Kind.TEXT:
            return self._read(message, told)
        found = self._whole(message)
        # An alarm is one wherever it is said: of 40 talks with real danger, 7 had none where a talk weighed less.
        if found.danger is not Danger.ASK or _ASKED & found.extra.keys() or found.extra.keys() >= _YES_BUT:
            return found
        calmer = self._whole(message, in_talk=True)
        return found if calmer.danger is found.danger else replace(found, in_talk=calmer)

    def _whole(self, message: InboundMessage, *, in_talk: bool = False) -> Understanding:
        """All that a message says. in_talk: as it is meant in the middle of an ordinary talk."""
        whole = self._read(message, None, in_talk=in_talk)
        counted = counted_in(whole.entities)

        def read_part(part: str) -> Understanding:
            found = self._read(replace(message, text=part), None, in_talk=in_talk)
            return found if counted is None else replace(found, entities=as_counted(part, found.entities, counted))

        read = cache(read_part)
        whole, text = beyond_manners(whole, message.text, read)
        if _ONE & whole.extra.keys():
            return whole
        whole = parted(whole, text, read, lambda part: classifier.rank(self._model, part))
        if whole.rest is None:
            whole = two_visits(whole, text, read) or put_right(whole, text, read)
        whole = mistaken(whole, text, read)
        return told_apart(whole, whole.said or text, lambda part: put_right(read(part), part, read))

    def cry(self, message: InboundMessage) -> Understanding:
        """What the cues alone say, when all else failed: an alarm waits for no model."""
        parts = (message.text, *(stretch.company for stretch in self._judge.stretches(self._model, message.text)))
        hint = next((hint for hint in map(self._cues.hint, parts) if hint.kind is not None and not hint.calm), None)
        if hint is None:
            return Understanding(classifier.OUT_OF_SCOPE, 0.0, source="failed")
        return Understanding(SOS, 1.0, danger=Danger.ALERT, danger_score=1.0, danger_kind=hint.kind, source="failed")

    def _read(self, message: InboundMessage, told: Guess | None, *, in_talk: bool = False) -> Understanding:
        found = self._heard(message, told, in_talk=in_talk)
        if found.danger is Danger.NONE:
            return found
        # A cry beside the things of somebody is heard without their owner; what is named stays as it was written.
        of_things = impersonal(message.text)
        if of_things == fold(message.text):
            return found
        return replace(self._heard(replace(message, text=of_things), told, in_talk=in_talk), entities=found.entities)

    def _gist(
        self, text: str, named: tuple[str, ...], found: tuple[Entity, ...], whom: str | None, guess: Guess
    ) -> str:
        """What is told besides the wish, where somebody reads it."""
        if whom is None and guess.intent not in _APPOINTED:
            return ""
        valued = (*named, *(e.text for e in found if e.name in ("hours", "people")), *((whom,) if whom else ()))
        return gist(text, valued, lambda part: self._turns.is_bare(part, named))

    def _of_danger(self, text: str, short: str, hint: Hint, danger: Danger) -> dict[str, str | None]:
        """What those who are sent, and the first words, go by."""
        cry, named = danger is Danger.ALERT, self._cues.named(text)
        told: dict[str, str | None] = {"of_kind": named, "spot": self._spots.of(short), **self._spots.signs(short)}
        told["coming"] = "yes" if self._emergency.asks_who_comes(text) else None
        told |= self._emergency.of(short) if cry or len(text) <= SAID else {}
        sounds = by_sound(hint, dialogue_act.judge(self._model.dangers, text)) if cry and named is None else None
        return told | ({"who": who(short), "sounds": sounds} if cry else {})

    def _heard(self, message: InboundMessage, told: Guess | None, *, in_talk: bool) -> Understanding:
        if message.kind in (Kind.START, Kind.SILENCE) or not message.text.strip():
            return Understanding(classifier.OUT_OF_SCOPE, 1.0)
        if message.profile in (Profile.KEYS, Profile.VOICE) and message.text.strip() in DANGER_KEYS:
            return Understanding(SOS, 1.0, danger=Danger.ALERT, danger_score=1.0, danger_kind="plea")
        text = message.text
        if _COMMAND.fullmatch(text.strip()):
            return Understanding(classifier.OUT_OF_SCOPE, 1.0)
        kind = (hint := self._cues.hint(text)).kind
        short = " \n ".join(part for part, _ in edges(text))
        found, beside = _extract(text, message.received_at)
        off, found = but_days(text, found, message.received_at)
        faulty = (urgent := self._cues.urgent(text)) is not None or any(entity.name == "category" for entity in found)
        guess = supported(told or classifier.classify(self._model, text, hint.facts()), found, faulty)
        guess = sounding(visited(guess, found, text), urgent, text)
        if kind == "plea" and faulty and guess.danger < PLEA_FOR_A_PERSON:
            hint = replace(hint, kind=None)
        danger, hinted = self._judge.of(self._model, text, hint, guess, in_talk=in_talk), bool(hint.kind or hint.doubt)
        danger = _burns_there(_unless_a_name(_advised(danger, told), found, text, cue=hinted), hint, urgent, found)
        foreign = is_foreign(short)
        language, full = (None, False) if foreign else detect(short, self._model.vocabulary)
        named = tuple(entity.text for entity in found if entity.name in ("location", "when", "phone"))
        extra: dict[str, str | None] = dict(self._turns.read(short, named))
        extra |= find_quantity(short) | restated(fold(short).strip()) | read_plain(short, text, found)
        extra |= read_pointing(short, found, extra.get("patient")) | read_until(short, message.received_at)
        extra |= {"but_days": off, "off_part": part_off(short), "scope": None if beside else place_scope(short)}
        extra |= {"urgent": urgent, "hinted": hint.doubt or hint.kind, "falls_back": falls_back(text)}
        if len(text) <= TALE and told is None:
            danger = unless_known(danger, guess, hinted or urgent == "gas", asking="asks_back" in extra)
        if foreign and guess.intent != "change_language":
            # A word that two languages share says nothing; what we have no words for is offered the languages we have.
            guess = replace(guess, intent=classifier.OUT_OF_SCOPE)
            extra["foreign"] = "yes"
        shown = {name for name, value in extra.items() if value} | ({"pleads"} if extra["hinted"] == "plea" else set())
        shown |= set() if any(entity.name in ("when", "recurring") for entity in found) else {"whenless"}
        danger, guess = by_cues(danger, guess, shown, broken=faulty and broken(short))
        if danger is Danger.ASK and urgent is not None and guess.intent == SOS and hint.kind is None:
            # A hot fuse box is filed at once, with what is to be kept off; the question stands beside it.
            guess = replace(guess, intent="report_repair")
        smells_of_fire = (hint.doubt is not None and urgent is None) or _nothing_else(hint, guess)
        if danger is Danger.ASK and (guess.intent == classifier.OUT_OF_SCOPE or smells_of_fire):
            # Nothing else was understood, or nothing else matters as long as it may burn: the question is the answer.
            guess = replace(guess, intent=SOS)
        extra |= bill_months(short) | read_means(text) | self._emergency.amid(short)
        extra |= read_passes(short, sure=any(e.name == "visitor_name" and e.confidence > NAMED for e in found))
        extra |= _about_whom(short, found, guess, extra.get("act")) | self._of_danger(text, short, hint, danger)
        extra["gist"] = self._gist(short, named, found, extra.get("patient"), guess)
        return Understanding(
            intent=SOS if danger is Danger.ALERT else guess.intent,
            confidence=max(guess.confidence, guess.danger) if danger is Danger.ALERT else guess.confidence,
            entities=concerned(unlikened(found, extra), SOS if danger is Danger.ALERT else guess.intent, len(text)),
            alternatives=guess.ranking,
            danger=danger,
            danger_score=round(guess.danger, 4),
            danger_kind=of_kind(kind, extra.get("of_kind")) if danger is Danger.ALERT else None,
            language=language,
            full_sentence=full,
            extra={name: value for name, value in extra.items() if value},
            acts=dialogue_act.judge(self._model.acts, text),
        )
