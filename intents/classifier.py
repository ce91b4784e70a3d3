"""The embedded classifier: a linear model and its nearest examples, with a calibrated confidence."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.contract.errors import Misconfigured
from intents import ear, features, likeness, packed
from intents.features import Floats, Ints, Vocabulary
from intents.normalise import count_han

OUT_OF_SCOPE = "out_of_scope"
SOS = "trigger_sos"
FILE = "model.npz"
# So many intents are told of, best first; the steeper, the less is left for those behind.
RANKED, STEEP = 10, 2.5
# Beside the examples of the intents stand those of calm talk and of cries, in this order.
TALK = 2

# What the cues tell of a text, as numbers; see `danger.Hint.facts`.
Told = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic weights that turn the evidence into P(right), and thresholds fixed on training folds.

    reject: below it a sentence is out of scope, one number for Chinese and one for Latin script;
    alarm: weights of P(present danger) over what `alarming` gives and what the cues told (`danger.Hint.facts`); the
    bias stands last;
    alert, doubt: where it alarms, where it asks; as `reject`.
    """

    weights: tuple[float, ...]
    bias: float
    reject: tuple[float, float]
    alarm: tuple[float, ...]
    alert: tuple[float, float]
    doubt: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Model:
    """Arrays by feature index: `weights` (features × intents, in whole steps of `scale`), `danger` (features), `seen`
    (how many of the `sentences` hold it), postings of the examples; by example `lengths`, which scale its likeness.

    ear, signs: what is heard for danger beside the features, see `ear.py`. Behind the examples of the intents stand
    those of the talk, under two labels more: calm, and a cry.
    """

    intents: tuple[str, ...]
    vocabulary: Vocabulary
    idf: Floats
    seen: NDArray[np.uint16]
    sentences: int
    concepts: dict[str, list[str]]
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats
    danger: Floats
    danger_bias: float
    ear: Floats
    signs: dict[str, list[str]]
    starts: Ints
    examples: NDArray[np.uint16]
    lengths: Floats
    labels: Ints
    bounds: Ints
    calibration: Calibration
    digest: str


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
    found, indices, values = features.read(text, model.vocabulary, model.idf, model.concepts)
    if len(indices) == 0:
        return model.bias, np.zeros(len(model.intents) + TALK, np.float32), model.danger_bias
    margins = (values @ model.weights[indices].astype(np.float32)) * model.scale + model.bias
    numbers, worth = ear.hear(text, found, model.signs)
    danger = float(values @ model.danger[indices]) + float(worth @ model.ear[numbers]) + model.danger_bias
    nearest = np.zeros(len(model.intents) + TALK, np.float32)
    begins, ends = model.starts[indices], model.starts[indices + 1]
    # The examples stand by intent, and every intent has some.
    nearest[model.labels[model.bounds]] = likeness.best(
        model.examples, begins, ends, values * model.idf[indices], model.lengths, model.bounds
    )
    return margins, nearest, danger


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


def alarm(calibration: Calibration, facts: tuple[float, ...]) -> float:
    """P(present danger). facts: what `alarming` gives and behind it what the cues told; what is missing is nought."""
    return logistic(sum(w * f for w, f in zip(calibration.alarm[:-1], facts, strict=False)) + calibration.alarm[-1])


def classify(model: Model, text: str, told: Told = ()) -> Guess:
    """Rejected sentences are `out_of_scope`; the ranking still shows what they came near to."""
    margins, nearest, heard = score(model, text)
    calibration = model.calibration
    danger = alarm(calibration, (*alarming(margins, nearest, heard, model.intents), *told))
    nearest = nearest[: len(model.intents)]
    best, facts = evidence(margins, nearest, model.intents.index(OUT_OF_SCOPE))
    sure = confidence(calibration, facts)
    ranking = _ranking(model.intents, (margins + nearest).tolist(), best, sure)
    name = model.intents[best]
    if name != OUT_OF_SCOPE and sure < calibration.reject[0 if count_han(text) else 1]:
        return Guess(OUT_OF_SCOPE, 1.0 - sure, ranking, danger)
    return Guess(name, sure, ranking, danger)


def _ranking(intents: tuple[str, ...], joint: list[float], best: int, sure: float) -> tuple[tuple[str, float], ...]:
    """The winner as sure as it is, and how the rest of it is shared out among the nearest others."""
    top = max(joint)
    shares = [math.exp(STEEP * (one - top)) for one in joint]
    rest = sum(shares) - shares[best]
    nearest = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[:RANKED]
    others = [(intents[i], shares[i] / rest * (1.0 - sure) if rest > 1e-9 else 0.0) for i in nearest if i != best]
    return tuple(sorted([(intents[best], sure), *others], key=_by_share, reverse=True))


def _by_share(pair: tuple[str, float]) -> float:
    return pair[1]


def save(model: Model, folder: Path) -> None:
    """One file without pickle, put in place in one step: a reader sees the old model or the new one."""
    # Needed by who trains alone; it takes longer to import than all of this module.
    import tempfile

    folder.mkdir(parents=True, exist_ok=True)
    c = model.calibration
    words = {
        "intents": model.intents,
        "sentences": model.sentences,
        "danger_bias": model.danger_bias,
        "concepts": model.concepts,
        "signs": model.signs,
        "calibration": [c.weights, c.bias, c.reject, c.alarm, c.alert, c.doubt],
    }
    lower, upper = packed.spread(model.vocabulary.keys)
    before, values = packed.sparse(model.weights)
    (danger, danger_most), (beside, beside_most) = packed.bent(model.danger), packed.bent(model.ear)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".npz", delete=False) as file:
        np.savez_compressed(
            file,
            digest=_bytes(model.digest),
            words=_bytes(json.dumps(words | {"most": [danger_most, beside_most]}, ensure_ascii=False)),
            seen=packed.halves(model.seen),
            lower=lower,
            upper=upper,
            before=before,
            values=values,
            scale=model.scale,
            bias=model.bias,
            danger=danger,
            ear=beside,
            counts=packed.halves(np.diff(model.starts).astype(np.uint16)),
            examples=packed.steps(model.examples),
            lengths=model.lengths.astype(np.float16),
            labels=np.bincount(model.labels),
        )
    Path(file.name).replace(folder / FILE)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def stored_digest(folder: Path) -> str | None:
    """What the model in this folder was trained from; None when there is none."""
    try:
        with (folder / FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return str(arrays["digest"].tobytes(), "utf-8")
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


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


def load(folder: Path) -> Model:
    try:
        with (folder / FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _model({name: arrays[name] for name in arrays.files})
    # A file cut short, of another kind, or of an older version.
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise Misconfigured(f"no usable model ({error}); run: python -m bot train", file=str(folder)) from error


def _model(data: dict[str, Any]) -> Model:
    words = json.loads(data["words"].tobytes())
    weights, bias, reject, alarm, alert, doubt = words["calibration"]
    labels = np.repeat(np.arange(len(data["labels"]), dtype=np.int32), data["labels"])
    danger_most, beside_most = words["most"]
    seen = packed.whole(data["seen"])
    return Model(
        intents=tuple(words["intents"]),
        vocabulary=Vocabulary(packed.gathered(data["lower"], data["upper"])),
        idf=features.rarity(seen, words["sentences"]),
        seen=seen,
        sentences=words["sentences"],
        concepts=words["concepts"],
        weights=packed.dense(data["before"], data["values"], (len(seen), len(words["intents"]))),
        scale=data["scale"],
        bias=data["bias"],
        danger=packed.straight(data["danger"], danger_most),
        danger_bias=words["danger_bias"],
        ear=packed.straight(data["ear"], beside_most),
        signs=words["signs"],
        starts=np.concatenate(([0], np.cumsum(packed.whole(data["counts"]), dtype=np.int32))).astype(np.int32),
        examples=packed.walked(data["examples"]),
        lengths=data["lengths"].astype(np.float32),
        labels=labels,
        bounds=bounds_of(labels),
        calibration=Calibration(tuple(weights), bias, tuple(reject), tuple(alarm), tuple(alert), tuple(doubt)),
        digest=data["digest"].tobytes().decode(),
    )
