"""Judges how urgent a message is: the whole of it, and of a story, which drowns a cry, the worst of its stretches."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from bot.contract.understanding import Danger
from intents import chat, classifier
from intents.classifier import Alarm, Guess, Model
from intents.danger import CUED, CUED_IN_TALK, Cues, Hint, judge
from intents.mannered import put_aside, without_greeting
from intents.normalise import has_han
from intents.stretches import Scout, Stretch

# From this length on the clauses of a message are heard by themselves as well: it may drown a cry.
TALE, STRICTER = 100, 4.0


class _Ear(NamedTuple):
    """What is weighed by, and where it alarms and asks in the script of the text."""

    model: Model
    alarm: Alarm
    alert: float
    doubt: float
    cued: tuple[float, float]
    in_talk: bool


class Judge:
    """Of words that may be the first of a talk; in_talk: of ones in an ordinary talk, where hardly any is a cry."""

    def __init__(self, cues: Cues) -> None:
        self._cues = cues
        # Made by the first long message: a start need not wait for it.
        self._scout: Scout | None = None

    def of(self, model: Model, text: str, hint: Hint, guess: Guess, *, in_talk: bool = False) -> Danger:
        danger = self._of(model, text, hint, guess)
        if danger is not Danger.ASK or not in_talk or not model.calibration.in_talk.weights:
            return danger
        # In the middle of an ordinary talk the question alone weighs less: an alarm is one wherever it is said.
        none = self._of(model, text, hint, guess, in_talk=True) is Danger.NONE
        return Danger.NONE if none else danger

    def _of(self, model: Model, text: str, hint: Hint, guess: Guess, *, in_talk: bool = False) -> Danger:
        script, alarm = 0 if has_han(text) else 1, model.calibration.in_talk if in_talk else model.calibration.alarm
        ear = _Ear(model, alarm, alarm.alert[script], alarm.doubt[script], CUED_IN_TALK if in_talk else CUED, in_talk)
        danger = judge(
            text, hint, self._score(text, hint, ear) if in_talk else guess.danger, (ear.alert, ear.doubt), ear.cued
        )
        if danger is Danger.ALERT:
            return danger
        aside = put_aside(text) if hint.kind not in (None, "plea") else text
        # "Yeah hello, I'm stuck in your lift", "never mind the tap, my wife ...": who greets first, or calls something
        # off, is in no less danger.
        if aside != text and self._alone(aside, ear) == (Danger.ALERT, True):
            return Danger.ALERT
        bare = without_greeting(text)
        if bare != text and self._alone(bare, ear)[0] is Danger.ALERT:
            return Danger.ALERT
        return danger if len(text) <= TALE else self._worst(text, ear, danger)

    def stretches(self, model: Model, text: str) -> list[Stretch]:
        """What of a long text is worth hearing by itself."""
        if self._scout is None or self._scout.model is not model:
            self._scout = Scout(model)
        return self._scout.worth_hearing(text)

    def _worst(self, text: str, ear: _Ear, danger: Danger) -> Danger:
        judged = cache(lambda part: self._alone(part, ear))
        for stretch in self.stretches(ear.model, text):
            found = self._heard_in(stretch, judged)
            if found is Danger.ALERT:
                return found
            danger = Danger.ASK if found is Danger.ASK else danger
        return danger

    def _heard_in(self, stretch: Stretch, judged: Callable[[str], tuple[Danger, bool]]) -> Danger:
        """An alarm where a stretch is one, and a question where the words around it may tell of something else."""
        asked = Danger.NONE
        for part in {stretch.clause: None, stretch.near if stretch.wide else stretch.clause: None}:
            found, cue = judged(part)
            if found is Danger.ALERT and judged(stretch.near)[0] is Danger.NONE:
                # "My father lies in bed, I need a carer": what stands beside it makes it harmless.
                asked = Danger.ASK
            elif found is Danger.ALERT:
                doubted = stretch.taken_back or judged(stretch.told)[0] is not found
                return Danger.ASK if doubted and self._cues.hint(stretch.company).calm else found
            elif found is Danger.ASK and cue:
                asked = Danger.ASK
        return asked

    def _alone(self, part: str, ear: _Ear) -> tuple[Danger, bool]:
        """And whether a cue says it; without one it must be surer: the worst of many sounds worse than any one does."""
        hint = self._cues.hint(part)
        limits = ear.alert if hint.kind else 1.0 - (1.0 - ear.alert) / STRICTER, ear.doubt
        danger = judge(part, hint, self._score(part, hint, ear), limits, ear.cued)
        return danger, hint.kind is not None and not hint.calm

    def _score(self, part: str, hint: Hint, ear: _Ear) -> float:
        speaking = classifier.alarming(*classifier.score(ear.model, part), ear.model.intents)
        facts = classifier.witnessed(speaking, hint.facts(), part)
        beside = chat.heard(chat.margin(ear.model.chat, part), latin=not has_han(part)) if ear.in_talk else ()
        return classifier.alarm(ear.alarm.weights, (*facts, *beside))
