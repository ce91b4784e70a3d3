"""Reads Rasa's scores on our scale: how likely it is right, and from where on it is to be believed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.contract.errors import Misconfigured
from intents.classifier import Guess
from intents.rasa.answers import OUT_OF_SCOPE, Answer

FILE = "scores.json"
FALSE_REJECTION = 0.05
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Scores:
    """P(right) = σ(strength · logit(best) + lead · (best - second) + bias); below `reject` nothing fits.

    Fixed on the training sentences that this Rasa was not shown.
    """

    strength: float
    lead: float
    bias: float
    reject: float

    def sure(self, answer: Answer) -> float:
        facts = _facts(answer)
        return _sigmoid(self.strength * facts[0] + self.lead * facts[1] + self.bias)

    def guess(self, answer: Answer, danger: float) -> Guess:
        """As our own classifier would say it."""
        name = answer.ranking[0][0]
        sure = self.sure(answer)
        rest = max(1e-9, sum(score for _, score in answer.ranking[1:]))
        ranking = [(name, sure), *((other, score / rest * (1.0 - sure)) for other, score in answer.ranking[1:])]
        ranking.sort(key=lambda pair: -pair[1])
        if name != OUT_OF_SCOPE and sure < self.reject:
            return Guess(OUT_OF_SCOPE, 1.0 - sure, tuple(ranking[:10]), danger)
        return Guess(name, sure, tuple(ranking[:10]), danger)


def _facts(answer: Answer) -> tuple[float, float]:
    best = min(1 - _LEAST, max(_LEAST, answer.ranking[0][1]))
    second = answer.ranking[1][1] if len(answer.ranking) > 1 else 0.0
    return math.log(best / (1 - best)), answer.ranking[0][1] - second


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))


def fit(answers: Sequence[Answer], truths: Sequence[str]) -> Scores:
    """Logistic regression by Newton's method, and the threshold that turns away one in twenty of ours."""
    import numpy as np

    facts = np.array([(*_facts(answer), 1.0) for answer in answers])
    right = np.array([answer.ranking[0][0] == truth for answer, truth in zip(answers, truths, strict=True)], float)
    weights = np.zeros(3)
    # A little pull to zero: where all are right there is no best fit.
    pull = np.diag([0.1, 0.1, 1e-3])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-np.clip(facts @ weights, -30, 30)))
        slope = facts.T @ (right - p) - pull @ weights
        weights = weights + np.linalg.solve((facts * (p * (1 - p) + 1e-9)[:, None]).T @ facts + pull, slope)
    strength, lead, bias = (float(weight) for weight in weights)
    scores = Scores(strength, lead, bias, 0.0)
    ours = [
        scores.sure(answer)
        for answer, truth in zip(answers, truths, strict=True)
        if truth != OUT_OF_SCOPE and answer.ranking[0][0] != OUT_OF_SCOPE
    ]
    return Scores(strength, lead, bias, float(np.quantile(ours, FALSE_REJECTION)))


def save(scores: Scores, folder: Path) -> None:
    (folder / FILE).write_text(json.dumps(asdict(scores)), encoding="utf-8")


def load(folder: Path) -> Scores:
    path = folder / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Scores(**{name: float(data[name]) for name in ("strength", "lead", "bias", "reject")})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured("Rasa's scores are not read yet; run: make rasa", file=str(path)) from error
