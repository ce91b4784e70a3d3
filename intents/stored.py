"""The model as a file: written in one step, without pickle, and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.contract.errors import Misconfigured
from intents import dialogue_act, features, packed
from intents.chat import Chat
from intents.classifier import Alarm, Calibration, Model, bounds_of
from intents.dialogue_act import Acts
from intents.features import Vocabulary

FILE = "model.npz"


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
        "acts": [model.acts.names, model.acts.heat],
        "chat": [model.chat.scale, model.chat.bias],
        "calibration": [c.weights, c.bias, c.reject, *([a.weights, a.alert, a.doubt] for a in (c.alarm, c.amid))],
    }
    lower, upper = packed.spread(model.vocabulary.keys)
    before, values = packed.sparse(model.weights)
    acts_before, acts_values = packed.sparse(model.acts.weights)
    (danger, danger_most), (beside, beside_most) = packed.bent(model.danger), packed.bent(model.ear)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".npz", delete=False) as file:
        np.savez_compressed(
            file,
            digest=_bytes(model.digest),
            words=_bytes(json.dumps(words | {"most": [danger_most, beside_most]}, ensure_ascii=False)),
            seen=packed.halves(model.seen),
            kinds=model.kinds,
            keys_lower=lower,
            keys_upper=upper,
            before=before,
            values=values,
            scale=model.scale,
            bias=model.bias,
            danger=danger,
            ear=beside,
            **packed.shared(model.begins, model.ends, model.examples)._asdict(),
            lengths=model.lengths.astype(np.float16),
            labels=np.bincount(model.labels),
            chat=model.chat.weights,
            acts_before=acts_before,
            acts_values=acts_values,
            acts_scale=model.acts.scale,
            acts_bias=model.acts.bias,
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


def load(folder: Path) -> Model:
    try:
        with (folder / FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _model({name: arrays[name] for name in arrays.files})
    # A file cut short, of another kind, or of an older version.
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise Misconfigured(f"no usable model ({error}); run: python -m bot train", file=str(folder)) from error


def _acts(data: dict[str, Any], names: list[str], heat: float) -> Acts:
    weights = packed.dense(data["acts_before"], data["acts_values"], (dialogue_act.SIZE, len(names)))
    return Acts(tuple(names), weights, data["acts_scale"], data["acts_bias"], heat)


def _model(data: dict[str, Any]) -> Model:
    words = json.loads(data["words"].tobytes())
    weights, bias, reject, alarm, amid = words["calibration"]
    labels = np.repeat(np.arange(len(data["labels"]), dtype=np.int32), data["labels"])
    danger_most, beside_most = words["most"]
    seen = packed.whole(data["seen"])
    idf = features.rarity(seen, words["sentences"])
    begins, ends, examples = packed.apart(data[name] for name in packed.Shared._fields)
    return Model(
        intents=tuple(words["intents"]),
        vocabulary=Vocabulary(packed.gathered(data["keys_lower"], data["keys_upper"])),
        idf=idf,
        worth=features.worth(idf, data["kinds"]),
        seen=seen,
        kinds=data["kinds"],
        sentences=words["sentences"],
        concepts=words["concepts"],
        weights=packed.dense(data["before"], data["values"], (len(seen), len(words["intents"]))),
        scale=data["scale"],
        bias=data["bias"],
        danger=packed.straight(data["danger"], danger_most),
        danger_bias=words["danger_bias"],
        ear=packed.straight(data["ear"], beside_most),
        signs=words["signs"],
        acts=_acts(data, *words["acts"]),
        begins=begins,
        ends=ends,
        examples=examples,
        lengths=data["lengths"].astype(np.float64),
        labels=labels,
        bounds=bounds_of(labels),
        calibration=Calibration(
            tuple(weights), bias, tuple(reject), *(Alarm(*map(tuple, one)) for one in (alarm, amid))
        ),
        chat=Chat(data["chat"], *words["chat"]),
        digest=data["digest"].tobytes().decode(),
    )
