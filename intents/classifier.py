"""The embedded classifier: a linear model and its nearest examples, with a calibrated confidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents import ear, features, likeness
from intents.chat import Chat
from intents.dialogue_act import Acts
from intents.features import Floats, Ints, Vocabulary
from intents.normalise import has_han

OUT_OF_SCOPE = "out_of_scope"
SOS = "trigger_sos"
# So many intents are told of, best first; the steeper, the less is left for those behind.
RANKED, STEEP = 10, 2.5
# Beside the examples of the intents stand those of calm talk and of cries, in this order.
TALK = 2

# What the cues tell of a text, as so many numbers; see `danger.Hint.facts`.
Told = tuple[float, ...]
TOLD = 6
# From so many characters on a text is long to the ear for danger.
LONGEST = 60
# Intents and how likely each is, the likeliest first.
Ranking = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """weights: of P(present danger) over what `witnessed` gives (and `chat.heard`, in a talk), the bias last; alert,
    doubt: where it alarms, where it asks, one number for Chinese and one for Latin script."""

    weights: tuple[float, ...]
    alert: tuple[float, float]
    doubt: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic weights that turn the evidence into P(right), and thresholds fixed on training folds.

    reject: below it a sentence is out of scope, one number for Chinese and one for Latin script;
    alarm: of what may be a talk's first words; in_talk: of what is said in the middle of an ordinary one.
    """

    weights: tuple[float, ...]
    bias: float
    reject: tuple[float, float]
    alarm: Alarm
    in_talk: Alarm


@dataclass(frozen=True, slots=True)
class Model:
    """Arrays by feature index: `weights` (features × intents, in whole steps of `scale`), `danger` (features), `seen`
    (how many of the `sentences` hold it), `kinds` (see `features.kind`), `worth` (`idf` and how much the kind counts),
    `begins` and `ends` of its list among the `examples`; by example `lengths`, which scale its likeness.

    ear, signs: what is heard for danger beside the features, see `ear.py`. Behind the examples of the intents stand
    those of the talk, under two labels more: calm, and a cry. acts: what lines do in the middle of a talk;
    amid: what they are while an alarm is open; dangers: the kinds of what is told; befell: what happened; asked: what
    is asked about there.
    """

    intents: tuple[str, ...]
    vocabulary: Vocabulary
    idf: Floats
    worth: Floats
    seen: NDArray[np.uint16]
    kinds: NDArray[np.uint8]
    sentences: int
    concepts: dict[str, list[str]]
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats
    danger: Floats
    danger_bias: float
    ear: Floats
    signs: dict[str, list[str]]
    begins: Ints
    ends: Ints
    examples: NDArray[np.uint16]
    lengths: likeness.Lengths
    labels: Ints
    bounds: Ints
    calibration: Calibration
    acts: Acts
    amid: Acts
    befell: Acts
    asked: Acts
    dangers: Acts
    chat: Chat
    digest: str

    @property
    def of_alarms(self) -> tuple[Acts, Acts, Acts]:
        """What a line is in an alarm, what happened, and what is asked about."""
        return self.amid, self.befell, self.asked


@dataclass(frozen=True, slots=True)
class Guess:
    """ranking: (intent, confidence), best first; danger: P(present danger), uncalibrated by context."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    danger: float


def score(model: Model, text: str) -> tuple[Floats, Floats, float]:
    """Margins per intent, likeness of the nearest example per intent (cosine, 0..1; of calm talk and of cries at the
    end), the ear's margin."""
    found, indices, values = features.read(text, model.vocabulary, model.worth, model.concepts)
    if len(indices) == 0:
        return *_near(model, indices, values), model.danger_bias
    numbers, worth = ear.hear(text, found, model.signs)
    alike = features.alike(values, model.kinds[indices])
    danger = float(alike @ model.danger[indices]) + float(worth @ model.ear[numbers]) + model.danger_bias
    return *_near(model, indices, values), danger


def _near(model: Model, indices: Ints, values: Floats) -> tuple[Floats, Floats]:
    nearest = np.zeros(len(model.intents) + TALK, np.float32)
    if len(indices) == 0:
        return model.bias, nearest
    margins = (values @ model.weights[indices].astype(np.float32)) * model.scale + model.bias
    begins, ends = model.begins[indices], model.ends[indices]
    # The examples stand by intent, and every intent has some.
    nearest[model.labels[model.bounds]] = likeness.best(
        model.examples, begins, ends, values * model.worth[indices], model.lengths, model.bounds
    )
    return margins, nearest


def evidence(margins: Floats, nearest: Floats, outside: int) -> tuple[int, tuple[float, ...]]:
    """The winner and what speaks for it: its margin, its lead, its lead over `outside` (out of scope), its nearest
    example, the nearest of any other."""
    joint, near = (margins + nearest).tolist(), nearest.tolist()
    # Of numbers so few, lists are far cheaper than arrays; here and below.
    best = joint.index(max(joint))
    lead, inside = joint[best] - _most(joint, best), joint[best] - joint[outside]
    return best, (float(margins[best]), lead, inside, near[best], _most(near, best))


def _most(values: list[float], *without: int) -> float:
    """The greatest of them but for some."""
    rest = values.copy()
    for place in without:
        rest[place] = -math.inf
    return max(rest)


def logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def confidence(calibration: Calibration, facts: tuple[float, ...]) -> float:
    return logistic(calibration.bias + sum(w * f for w, f in zip(calibration.weights, facts, strict=True)))


def alarming(margins: Floats, nearest: Floats, heard: float, intents: tuple[str, ...]) -> tuple[float, ...]:
    """What speaks for present danger: the ear's margin; how far the emergency is ahead of every other intent; how much
    nearer the nearest cry is than the nearest of all else; the margin of the best harmless intent."""
    sos, outside, size = intents.index(SOS), intents.index(OUT_OF_SCOPE), len(intents)
    joint, near = (margins + nearest[:size]).tolist(), nearest.tolist()
    rival = _most(joint, sos)
    calm = max(_most(near[:size], sos), near[size])
    kin = max(near[sos], near[size + 1]) - calm
    return heard, joint[sos] - rival, kin, _most(joint, sos, outside)


def witnessed(speaking: tuple[float, ...], told: Told, text: str) -> tuple[float, ...]:
    """All that speaks for or against danger: what `alarming` gives, what the cues told, how long the text is; and the
    same once more for Latin script, as each script weighs it by itself (on left-out folds two more of a hundred hard
    Chinese cries alarm, one of the English)."""
    both = (*speaking, *told, *(0.0,) * (TOLD - len(told)), math.log1p(min(len(text), LONGEST)))
    return (*both, *(0.0,) * len(both), 0.0) if has_han(text) else (*both, *both, 1.0)


def alarm(weights: tuple[float, ...], facts: tuple[float, ...]) -> float:
    """P(present danger). facts: what `witnessed` gives."""
    return logistic(sum(w * f for w, f in zip(weights[:-1], facts, strict=True)) + weights[-1])


def classify(model: Model, text: str, told: Told = ()) -> Guess:
    """Rejected sentences are `out_of_scope`; the ranking still shows what they came near to."""
    margins, nearest, heard = score(model, text)
    calibration = model.calibration
    facts = witnessed(alarming(margins, nearest, heard, model.intents), told, text)
    danger = alarm(calibration.alarm.weights, facts)
    best, sure, ranking = _ranked(model, margins, nearest)
    name = model.intents[best]
    if name != OUT_OF_SCOPE and sure < calibration.reject[0 if has_han(text) else 1]:
        return Guess(OUT_OF_SCOPE, 1.0 - sure, ranking, danger)
    return Guess(name, sure, ranking, danger)


def rank(model: Model, text: str) -> Ranking:
    """What a text comes near to, without listening for danger."""
    _, indices, values = features.read(text, model.vocabulary, model.worth, model.concepts)
    return _ranked(model, *_near(model, indices, values))[2]


def _ranked(model: Model, margins: Floats, nearest: Floats) -> tuple[int, float, Ranking]:
    """The best, how sure it is, and what else comes near."""
    nearest = nearest[: len(model.intents)]
    best, facts = evidence(margins, nearest, model.intents.index(OUT_OF_SCOPE))
    sure = confidence(model.calibration, facts)
    return best, sure, _ranking(model.intents, (margins + nearest).tolist(), best, sure)


def _ranking(intents: tuple[str, ...], joint: list[float], best: int, sure: float) -> Ranking:
    """The winner as sure as it is, and how the rest of it is shared out among the nearest others."""
    top = max(joint)
    shares = [math.exp(STEEP * (one - top)) for one in joint]
    rest = sum(shares) - shares[best]
    nearest = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[:RANKED]
    others = [(intents[i], shares[i] / rest * (1.0 - sure) if rest > 1e-9 else 0.0) for i in nearest if i != best]
    return tuple(sorted([(intents[best], sure), *others], key=_by_share, reverse=True))


def _by_share(pair: tuple[str, float]) -> float:
    return pair[1]


def by_intent(labels: Ints, texts: Sequence[str]) -> tuple[Ints, NDArray[np.uint16]]:
    """The order of the examples by their intents, so that the best of each is one reduction, and by their texts, as
    like ones take less room side by side; and the place of each."""
    alike = np.argsort(np.argsort(np.array(texts, object), kind="stable"))
    order = np.lexsort((alike, labels)).astype(np.int32)
    place = np.empty(len(order), np.uint16)
    place[order] = np.arange(len(order), dtype=np.uint16)
    return order, place


def bounds_of(labels: Ints) -> Ints:
    """Where the examples of each intent begin."""
    return np.flatnonzero(np.diff(labels, prepend=-1)).astype(np.int32)
