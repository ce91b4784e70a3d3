"""Trains the embedded classifier from the sentences; it, `calibrate.py` and `train_acts.py` alone need scikit-learn."""

from __future__ import annotations

import fcntl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack, vstack
from sklearn.svm import LinearSVC

from intents import alarms, dialogue_act, drawn, features, sentences, sieve, train_acts, train_chat
from intents.calibrate import Learnt, calibrate
from intents.classifier import SOS, Model, bounds_of, by_intent
from intents.features import Floats, Ints, Rows
from intents.latest import is_old
from intents.material import Material, prepare
from intents.sentences import Sentence
from intents.stored import load, save
from intents.understand import Embedded

_WEIGHT = 2.0
# A hundredth is as good as a ten-thousandth here, and a fifth faster.
_TOLERANCE = 0.01
# Weights below this share of an intent's largest are nought: most of them, and nobody hears it.
_HEARD = 0.036
_EAR_WEIGHT = 0.7
# What was told in the middle of something counts three times; the lines of ordinary talks teach the ear what is calm.
_LIGHT, _LINE = 3.0, 1.0
# Of what is said in an alarm there are fewer lines, of more kinds.
_AMID = train_acts.Manner(1.0, steps=8)
# Many kinds of few lines each; what is left of the model is for them.
_BEFELL = train_acts.Manner(1.0, even=True, steps=5, heard=0.1)
_OF_DANGER = train_acts.Manner(1.0, steps=5, heard=0.1)
_ASKED = train_acts.Manner(1.0, steps=4, heard=0.12)
# A cry must be heard even where calm talk with the same words is more frequent.
_CRY_WEIGHT = {0: 1.0, 1: 1.5}


def train(folder: Path, *, seed: int = 0, anew: bool = True, taught: Path | None = None) -> Model:
    """Read the sentences, fit, calibrate on held-out folds, and write the model to `folder`.

    anew: train even if a current model is there. Of several processes that find it old, one trains.
    taught: the folder of what communities taught beside our own sentences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not anew and not is_old(folder, taught):
            return load(folder)
        digest = sentences.digest(sentences.FOLDER, features.VERSION, taught=taught)
        amid = drawn.read()
        befell = drawn.happened(amid)
        lines = dialogue_act.read(), amid, befell, drawn.asked(amid, befell)
        model = fit(sentences.read(taught=taught), alarms.read(), *lines, seed=seed, digest=digest)
        save(model, folder)
        # Brings every pattern along, of cues, turns and entities, so that no start has to read one.
        Embedded(folder)
        sieve.remember(folder)
    return model


def fit(
    rows: Sequence[Sentence],
    talk: Sequence[alarms.Said] = (),
    lines: Sequence[dialogue_act.Line] = (),
    amid: Sequence[dialogue_act.Line] = (),
    befell: Sequence[dialogue_act.Line] = (),
    asked: Sequence[dialogue_act.Line] = (),
    *,
    seed: int = 0,
    digest: str = "",
) -> Model:
    """A model whose thresholds were fixed on folds it had not seen."""
    # In the middle of a talk nobody is in danger either.
    talk = [*talk, *(alarms.Said(line.text, False, number, ordinary=True) for number, line in enumerate(lines))]
    material = prepare(rows, talk)
    calibration = calibrate(material, _fit_arrays, seed)
    weights, bias, danger, danger_bias, beside, heard = _fit_arrays(
        material, np.arange(len(rows)), np.arange(len(talk)), seed
    )
    examples_of = ~material.light
    near = vstack([material.near, material.talk_near[examples_of]], format="csc")
    kinds = np.concatenate([material.labels, len(material.intents) + material.cries[examples_of]]).astype(np.int32)
    texts = [one.text for one, light in zip(talk, material.light, strict=True) if not light]
    order, place = by_intent(kinds, [*(row.text for row in rows), *texts])
    examples, feature = place[near.indices], np.repeat(np.arange(near.shape[1]), np.diff(near.indptr))
    steps, scale = _in_steps(weights)
    return Model(
        intents=material.intents,
        vocabulary=material.vocabulary,
        idf=material.idf,
        worth=features.worth(material.idf, material.kinds),
        seen=material.seen,
        kinds=material.kinds,
        sentences=len(rows),
        concepts=material.concepts,
        weights=steps,
        scale=scale,
        bias=bias,
        danger=danger,
        danger_bias=danger_bias,
        ear=beside,
        signs=material.signs,
        begins=near.indptr[:-1].astype(np.int32),
        ends=near.indptr[1:].astype(np.int32),
        examples=examples[np.lexsort((examples, feature))],
        lengths=np.concatenate([material.lengths, material.talk_lengths[examples_of]])[order].astype(np.float64),
        labels=kinds[order],
        bounds=bounds_of(kinds[order]),
        calibration=calibration,
        acts=train_acts.fit(lines, seed),
        amid=train_acts.fit(amid, seed, _AMID),
        befell=train_acts.fit(befell, seed, _BEFELL),
        asked=train_acts.fit(asked, seed, _ASKED),
        dangers=train_acts.fit(_of_kinds(talk), seed, _OF_DANGER),
        chat=heard,
        digest=digest,
    )


def _of_kinds(talk: Sequence[alarms.Said]) -> list[dialogue_act.Line]:
    return [dialogue_act.Line(one.text, one.kind, "") for one in talk if one.kind]


def _fit_arrays(material: Material, chosen: Rows, composed: Rows, seed: int) -> Learnt:
    """Weights and biases of the intents, and of the ear for danger, learnt from the chosen rows alone."""
    matrix, labels = material.matrix[chosen], material.labels[chosen]
    svm = LinearSVC(C=_WEIGHT, class_weight=_shares(labels), random_state=seed, tol=_TOLERANCE).fit(matrix, labels)
    cries, alone = labels == material.intents.index(SOS), ~material.ordinary[composed]
    either = composed[~alone | (material.cries[composed] == 1)]
    chat = train_chat.fit(material.lines[either], material.cries[either] == 1, seed)
    heard = hstack([material.alike[chosen], material.heard[chosen]], format="csr")
    counts = np.ones(len(chosen))
    if len(composed):
        talk = hstack([material.talk_alike[composed], material.talk_heard[composed]], format="csr")
        heard = vstack([heard, talk], format="csr")
        cries = np.concatenate([cries, material.cries[composed] == 1])
        counts = np.concatenate([counts, np.where(alone, np.where(material.light[composed], _LIGHT, 1.0), _LINE)])
    telling = _telling(heard, cries)
    listener = LinearSVC(C=_EAR_WEIGHT, class_weight=_CRY_WEIGHT, random_state=seed)
    listener.fit(heard.multiply(telling).tocsr(), cries, sample_weight=counts)
    learnt = (listener.coef_[0] * telling).astype(np.float32)
    weights = svm.coef_.T.astype(np.float32)
    weights[np.abs(weights) < _HEARD * np.abs(weights).max(axis=0)] = 0.0
    return (
        weights,
        svm.intercept_.astype(np.float32),
        learnt[: matrix.shape[1]],
        float(listener.intercept_[0]),
        learnt[matrix.shape[1] :],
        chat,
    )


def _telling(heard: Any, cries: NDArray[np.bool_]) -> Floats:
    """How much each feature counts to the ear: three quarters for all, a quarter by how much more often it is heard in
    cries than in calm, or the other way round. On left-out folds two more of a hundred hard English cries alarm.
    """
    present = heard > 0
    often = [np.asarray(present[side].sum(axis=0)).ravel() + 1.0 for side in (cries, ~cries)]
    apart = np.abs(np.log(often[0] / often[0].sum()) - np.log(often[1] / often[1].sum()))
    share: Floats = (0.75 + 0.25 * apart / apart.mean()).astype(np.float32)
    return share


def _shares(labels: Ints) -> dict[int, float]:
    """How much a sentence of each intent counts: rare intents more, but not so much that all count alike.

    What is none of ours has six times as many sentences as the rest because it has no end; fully balanced, its voice
    was a sixth (measured on fresh sentences: 9 points of out-of-scope recall for 0.7 of accuracy within).
    """
    counts = np.bincount(labels)
    present = np.flatnonzero(counts)
    weights = np.sqrt(len(labels) / len(present) / counts[present])
    return dict(zip(present.tolist(), weights.tolist(), strict=True))


def _in_steps(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Weights in whole steps of a 127th of each intent's largest: a quarter of the size, and nobody hears it."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)
