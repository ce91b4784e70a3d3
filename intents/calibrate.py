"""Fixes confidence and thresholds on folds that were not trained on: rejection, alarm and the question between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from intents import chat
from intents.chat import Chat, margin
from intents.classifier import (
    OUT_OF_SCOPE,
    SOS,
    TALK,
    Alarm,
    Calibration,
    alarm,
    alarming,
    confidence,
    evidence,
    witnessed,
)
from intents.danger import Cues
from intents.features import Floats, Rows
from intents.material import Material
from intents.normalise import count_han

FOLDS = 4
_ROUNDS = 3_000
# Of the left-out sentences in scope; these are harder than ordinary talk, of which it is about a third.
FALSE_REJECTION = 0.07
# Of ordinary sentences, and of lines that only sound like a cry: how many may raise an alarm, how many may draw the
# question: a missed cry is worse than a question too many. The stricter of the two holds.
# Chinese, Latin script: at the same shares English talk was asked four times as often as Chinese.
FALSE_ALERTS = ((0.0055, 0.025), (0.005, 0.026))
FALSE_ASKS = ((0.037, 1.0), (0.03, 1.0))

# The same of lines in the middle of an ordinary talk. There a cry that is only asked about stands with a person after a
# breath without an answer (practice 5).
TALK_ALERTS, TALK_ASKS = (0.002, 1.0), (0.02, 1.0)
# So much do such lines weigh beside all cries: as ordinary talk weighs at its beginning.
TALK_WEIGHT = 3.0

# What was reviewed on the lists of cries, and no higher: talk that is added for another flow, or that only falls into
# another fold, makes no cry rarer.
# Chinese, Latin script.
ALERT_MOST = (0.68, 0.74)

Shares = tuple[tuple[float, float], tuple[float, float]]
Learnt = tuple[Floats, Floats, Floats, float, Floats, Chat]
Learn = Callable[[Material, Rows, Rows, int], Learnt]


class Found(NamedTuple):
    facts: tuple[float, ...]
    best: int
    truth: int
    latin: bool


class Heard(NamedTuple):
    """What speaks for danger in a text, and whether there was any; hard: written to sound like it, or to be it;
    in_talk: said in the middle of an ordinary talk; chat: how little like one it sounds."""

    facts: tuple[float, ...]
    cry: bool
    hard: bool
    latin: bool
    in_talk: bool = False
    chat: float = 0.0


def calibrate(material: Material, learn: Learn, seed: int) -> Calibration:
    found: list[Found] = []
    heard: list[Heard] = []
    for fold in _left_out(material, learn, seed):
        found.extend(fold[0])
        heard.extend(fold[1])
    heard, talked = [h for h in heard if not h.in_talk], [h for h in heard if h.in_talk or (h.cry and h.hard)]
    outside = material.intents.index(OUT_OF_SCOPE)
    weigher = LogisticRegression(C=10.0).fit([f.facts for f in found], [f.best == f.truth for f in found])
    weighed, none = _listened(heard), Alarm((), (0, 0), (0, 0))
    sure = Calibration(tuple(weigher.coef_[0].tolist()), float(weigher.intercept_[0]), (0, 0), none, none)
    reject = [_reject([f for f in found if f.latin is latin], sure, outside) for latin in (False, True)]
    alert, doubt = (_limits(heard, weighed, shares) for shares in (FALSE_ALERTS, FALSE_ASKS))
    alert = min(alert[0], ALERT_MOST[0]), min(alert[1], ALERT_MOST[1])
    alarmed = Alarm(weighed, alert, doubt)
    in_talk = _in_talk(talked) if any(h.in_talk for h in talked) else Alarm((), (1, 1), (1, 1))
    return Calibration(sure.weights, sure.bias, (reject[0], reject[1]), alarmed, in_talk)


def _in_talk(heard: list[Heard]) -> Alarm:
    """The same for what is said in the middle of an ordinary talk: of so much of it next to nothing is a cry."""
    heard = [h._replace(facts=(*h.facts, *chat.heard(h.chat, latin=h.latin))) for h in heard]
    share = TALK_WEIGHT * sum(h.cry for h in heard) / sum(h.in_talk for h in heard)
    weighed = _listened(heard, {True: 1.0, False: share})
    lines = [h._replace(hard=False) for h in heard if h.in_talk]
    alert, doubt = (_limits(lines, weighed, (share, share), most=0.999) for share in (TALK_ALERTS, TALK_ASKS))
    return Alarm(weighed, alert, doubt)


def _listened(heard: list[Heard], weight: dict[bool, float] | None = None) -> tuple[float, ...]:
    listener = LogisticRegression(C=100.0, max_iter=_ROUNDS, class_weight=weight)
    listener.fit([h.facts for h in heard], [h.cry for h in heard])
    return (*listener.coef_[0].tolist(), float(listener.intercept_[0]))


def _limits(heard: list[Heard], weighed: tuple[float, ...], scripts: Shares, most: float = 0.99) -> tuple[float, float]:
    """The P(present danger) that no more than these shares of calm ordinary and hard lines reach; Chinese, Latin."""
    limits: list[float] = []
    for latin, shares in zip((False, True), scripts, strict=True):
        least = 0.01
        for hard, share in zip((False, True), shares, strict=True):
            calm = [alarm(weighed, h.facts) for h in heard if (h.cry, h.hard, h.latin) == (False, hard, latin)]
            least = max(least, float(np.quantile(calm, 1.0 - share))) if calm else least
        limits.append(min(least, most))
    return limits[0], limits[1]


def _reject(found: list[Found], sure: Calibration, outside: int) -> float:
    """The confidence that one in twenty of the sentences in scope stays below."""
    inside = [confidence(sure, f.facts) for f in found if f.truth != outside and f.best != outside]
    lost = sum(f.truth != outside and f.best == outside for f in found)
    if not inside:
        return 0.0
    share = max(0.0, FALSE_REJECTION * (len(inside) + lost) - lost) / len(inside)
    return float(np.quantile(inside, share))


def _left_out(material: Material, learn: Learn, seed: int) -> Iterator[tuple[list[Found], list[Heard]]]:
    """What a model says of what it has not seen, fold by fold; talk of the same event is left out with its fold.

    Cries of the sentences tell nothing of the cues, which were written with them in view; the written talk does.
    """
    outside, sos = material.intents.index(OUT_OF_SCOPE), material.intents.index(SOS)
    cues = Cues()
    written = np.array([one.written for one in material.said], bool)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for k, (chosen, check) in enumerate(folds.split(np.zeros(len(material.labels)), material.labels)):
        apart = material.groups % FOLDS == k
        composed = np.flatnonzero(~apart)
        learnt = learn(material, chosen, composed, seed)
        examples = _Examples(material, chosen, composed)
        found: list[Found] = []
        heard: list[Heard] = []
        for i, said in enumerate(_said_of(material, learnt, examples, check, talk=False)):
            row = material.rows[check[i]]
            best, facts = evidence(said[0], said[1][: len(material.intents)], outside)
            latin, truth = count_han(row.text) == 0, int(material.labels[check[i]])
            found.append(Found(facts, best, truth, latin))
            if truth != sos or not len(written):
                facts = witnessed(alarming(*said, material.intents), cues.hint(row.text).facts(), row.text)
                heard.append(Heard(facts, truth == sos, False, latin))
        aside = np.flatnonzero(apart & (written | material.ordinary)) if len(written) else np.empty(0, np.intp)
        for i, said in enumerate(_said_of(material, learnt, examples, aside, talk=True)):
            one = material.said[aside[i]]
            facts = witnessed(alarming(*said, material.intents), cues.hint(one.text).facts(), one.text)
            latin = count_han(one.text) == 0
            heard.append(Heard(facts, one.alert, not one.ordinary, latin, one.ordinary, margin(learnt[-1], one.text)))
        yield found, heard


def _said_of(
    material: Material, learnt: Learnt, examples: _Examples, check: Rows, *, talk: bool
) -> Iterator[tuple[Floats, Floats, float]]:
    """Of each checked row what `classifier.score` would say."""
    if not len(check):
        return
    weights, bias, danger, danger_bias, beside, _ = learnt
    rows = (material.talk if talk else material.matrix)[check]
    alike = (material.talk_alike if talk else material.alike)[check]
    margins, nearest = rows @ weights + bias, examples.nearest(rows)
    heard = alike @ danger + (material.talk_heard if talk else material.heard)[check] @ beside + danger_bias
    for i in range(len(check)):
        yield margins[i], nearest[i], float(heard[i])


class _Examples:
    """The chosen examples of each intent, and behind them the chosen calm talk and cries."""

    def __init__(self, material: Material, chosen: Rows, composed: Rows) -> None:
        composed = composed[~material.light[composed]]
        ours, talk = material.near[chosen], material.talk_near[composed]
        labels, cries = material.labels[chosen], material.cries[composed]
        kinds = [(kind, ours[labels == kind]) for kind in range(len(material.intents))]
        kinds += [(len(material.intents) + cry, talk[cries == cry]) for cry in range(TALK)]
        self._kinds = len(kinds)
        self._said = [(kind, said.T) for kind, said in kinds if said.shape[0]]

    def nearest(self, rows: Any) -> Floats:
        """Likeness of the nearest of each kind."""
        nearest = np.zeros((rows.shape[0], self._kinds), np.float32)
        for kind, said in self._said:
            nearest[:, kind] = (rows @ said).max(axis=1).toarray()[:, 0]
        return nearest
