"""The model as a file: written in one step, without pickle, and read back."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
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
        "chat": [model.chat.scale, model.chat.bias],
        "calibration": [c.weights, c.bias, c.reject, *([a.weights, a.alert, a.doubt] for a in (c.alarm, c.in_talk))],
        **{name: [acts.names, acts.heat] for name, acts in _learnt(model)},
    }
    lower, upper = packed.spread(model.vocabulary.keys)
    before, values = packed.sparse(model.weights)
    (danger, danger_most), (beside, beside_most) = packed.bent(model.danger), packed.bent(model.ear)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".npz", delete=False) as file:
        np.savez_compressed(
            file,
            digest=_bytes(model.digest),
            words=_tight(json.dumps(words | {"most": [danger_most, beside_most]}, ensure_ascii=False).encode()),
            seen=packed.halves(model.seen),
            kinds=model.kinds,
            keys_lower=lower,
            keys_upper=upper,
            before=before,
            values=values,
            scale=model.scale,
            bias=model.bias,
            danger=danger,
            ear=_tight(beside),
            **packed.shared(model.begins, model.ends, model.examples)._asdict(),
            lengths=model.lengths.astype(np.float16),
            labels=np.bincount(model.labels),
            **{part: array for name, acts in _learnt(model) for part, array in _parts(name, acts)},
            chat=model.chat.weights,
        )
    Path(file.name).replace(folder / FILE)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _tight(content: bytes | NDArray[Any]) -> NDArray[np.uint8]:
    """A tenth smaller than the file would pack it, where that is read in a few milliseconds."""
    return np.frombuffer(lzma.compress(bytes(content), preset=9), np.uint8)


def _loose(content: NDArray[np.uint8]) -> bytes:
    return lzma.decompress(content.tobytes())


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
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, lzma.LZMAError) as error:
        raise Misconfigured(f"no usable model ({error}); run: python -m bot train", file=str(folder)) from error


def _learnt(model: Model) -> tuple[tuple[str, Acts], ...]:
    return (
        ("acts", model.acts),
        ("amid", model.amid),
        ("befell", model.befell),
        ("asked", model.asked),
        ("dangers", model.dangers),
    )


def _parts(name: str, acts: Acts) -> Iterator[tuple[str, Any]]:
    before, values = packed.sparse(acts.weights)
    parts: dict[str, Any] = {"before": _tight(before), "values": _tight(values), "scale": acts.scale, "bias": acts.bias}
    yield from ((f"{name}_{part}", array) for part, array in parts.items())


def _acts(data: dict[str, Any], name: str, names: list[str], heat: float) -> Acts:
    before, values = (_loose(data[f"{name}_{part}"]) for part in ("before", "values"))
    given = np.frombuffer(before, np.uint8), np.frombuffer(values, np.int8)
    weights = packed.dense(*given, (dialogue_act.SIZE, len(names)))
    return Acts(tuple(names), weights, data[f"{name}_scale"], data[f"{name}_bias"], heat)


def _model(data: dict[str, Any]) -> Model:
    words = json.loads(_loose(data["words"]))
    weights, bias, reject, alarm, in_talk = words["calibration"]
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
        ear=packed.straight(np.frombuffer(_loose(data["ear"]), np.int8), beside_most),
        signs=words["signs"],
        acts=_acts(data, "acts", *words["acts"]),
        amid=_acts(data, "amid", *words["amid"]),
        befell=_acts(data, "befell", *words["befell"]),
        asked=_acts(data, "asked", *words["asked"]),
        dangers=_acts(data, "dangers", *words["dangers"]),
        begins=begins,
        ends=ends,
        examples=examples,
        lengths=data["lengths"].astype(np.float64),
        labels=labels,
        bounds=bounds_of(labels),
        calibration=Calibration(
            tuple(weights), bias, tuple(reject), *(Alarm(*map(tuple, one)) for one in (alarm, in_talk))
        ),
        chat=Chat(data["chat"], *words["chat"]),
        digest=data["digest"].tobytes().decode(),
    )
